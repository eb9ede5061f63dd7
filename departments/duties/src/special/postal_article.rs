//! Postal articles 邮递物品: a limit for each parcel, the tariff of personal articles, and a small tax that is
//! not collected. Source: Announcement 43 of 2010, handbook 10.6.
//!
//! Not here: commercial parcels, which are goods, and express consignments of other kinds.

use crate::special::article_tariff::{Article, ArticleLaw, ArticleTax, ArticleTreatment};
use crate::special::names::Name;
use crate::special::rules::{Findings, Law, Rules, unfit_numbers};
use crate::special::working::{Working, digits, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CountryCode, Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostalParcel {
    /// Whence, or whither for a parcel that leaves.
    pub country: CountryCode,
    pub day: Date,
    pub own_use: bool,
    pub articles: Vec<Article>,
}

/// What a parcel owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalResult {
    pub treatment: ArticleTreatment,
    pub limit: Money,
    pub value: Money,
    pub articles: Vec<ArticleTax>,
    pub total: Money,
    /// Nothing where the total is small.
    pub collected: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostalRule {
    limit: Money,
    /// Countries that the rule is for; the rule under `other` is for all others.
    #[serde(default)]
    countries: Vec<CountryCode>,
    /// One article that cannot be divided may exceed the limit.
    indivisible_may_exceed: bool,
    free_up_to: Money,
}

impl Law for PostalRule {
    const KIND: &'static str = "postal_limit";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_numbers([self.limit, self.free_up_to].map(Money::exact))
    }
}

/// The tax on each article of a parcel within its limit. Rounding: the article tariff's; the sum is
/// not rounded again, and the threshold is tested on it.
///
/// # Errors
/// No rule, and everything that is wrong with an article, all at once.
pub(crate) fn reckon(
    facts: &PostalParcel,
    rules: &Rules<PostalRule>,
    articles: &ArticleLaw,
) -> Result<PostalResult, Vec<Refusal>> {
    let named = rules.all_on(facts.day).find(|r| r.law.countries.contains(&facts.country));
    let rule = match named {
        Some(rule) => rule,
        None => rules.on("other", facts.day, "/day").map_err(|r| vec![r])?,
    };
    let mut findings = Findings::default();
    let mut working = Working::default();
    let valued = articles.valued(&facts.articles, facts.day, &mut findings, &mut working);
    findings.done()?;
    let reckon = || -> Result<PostalResult, Refusal> {
        working.about("");
        let parts: Vec<_> = valued.iter().map(|v| (Name::Value, v.value.exact())).collect();
        let value = money(working.terms(Name::Total, &rule.id, &parts, &[])?)?;
        working.found(Name::PostalLimit, &rule.id, &*rule.key, rule.law.limit.exact());
        let one =
            facts.articles.len() == 1 && facts.articles[0].indivisible && rule.law.indivisible_may_exceed;
        let as_articles = facts.own_use && (value <= rule.law.limit || one);
        let mut taxes = Vec::with_capacity(valued.len());
        for (n, valued) in valued.iter().enumerate().filter(|_| as_articles) {
            taxes.push(valued.tax(n, Exact::ZERO, &mut working)?);
        }
        working.about("");
        let total = Money::sum(taxes.iter().map(|t| t.tax)).ok_or_else(digits)?;
        let collected = if total > rule.law.free_up_to || total.is_zero() {
            total
        } else {
            let by = format!("≤ {}", rule.law.free_up_to);
            money(working.found(Name::Collected, &rule.id, by, Exact::ZERO))?
        };
        let treatment = if as_articles { ArticleTreatment::Articles } else { ArticleTreatment::Goods };
        let (limit, articles) = (rule.law.limit, taxes);
        Ok(PostalResult { treatment, limit, value, articles, total, collected, working })
    };
    reckon().map_err(|r| vec![r])
}

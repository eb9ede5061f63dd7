//! What a traveller brings 旅客行李物品: allowances by value and by quantity, then the tariff of personal
//! articles on what is above them. Source: handbook 10.6.
//!
//! An article that cannot be divided and does not fit in what is left of the allowance is taxed whole
//! and leaves the allowance to the others. The law does not say which articles fill the allowance
//! first: here they do in the order in which they are declared.
//!
//! Not here: cash, prohibited articles, and personal devices that are registered on leaving.

use crate::refusals;
use crate::special::article_tariff::{Article, ArticleLaw, ArticleTax, ArticleTreatment, Valued};
use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, missing, unfit_numbers};
use crate::special::working::{Working, digits, money};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money, Rounding};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A traveller with articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TravellerDeclaration {
    /// Kind of traveller, by the pack's name.
    pub traveller: String,
    /// Whence, by the pack's name for quantity limits.
    pub route: String,
    pub age: Option<u16>,
    /// The day of entry, whose law applies.
    pub day: Date,
    /// For own use, in a reasonable quantity.
    pub own_use: bool,
    pub articles: Vec<Article>,
}

/// What the traveller owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TravellerResult {
    pub treatment: ArticleTreatment,
    /// The kind of traveller whose allowance applied.
    pub allowance_of: String,
    pub articles: Vec<ArticleTax>,
    pub total: Money,
    /// Nothing where the total is small.
    pub collected: Money,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowanceRule {
    allowance: Money,
    /// More, for what was bought at the arrival shop.
    shop_extra: Money,
    #[serde(default)]
    min_age: u16,
    /// The kind whose allowance the younger have.
    #[serde(default)]
    younger: Option<String>,
    free_up_to: Money,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuantityRule {
    min_age: u16,
    limits: Vec<QuantityLimit>,
}

/// How much is free; limits of one group are alternatives and share one balance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuantityLimit {
    counted_as: String,
    group: String,
    quantity: Exact,
}

/// A kind of article that no allowance covers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NeverExempt {
    #[allow(dead_code)] // the key
    kind: String,
    #[allow(dead_code)] // read by pages through the rule
    name_zh: String,
    #[allow(dead_code)] // read by pages through the rule
    name_en: String,
}

impl Law for AllowanceRule {
    const KIND: &'static str = "traveller_allowance";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_numbers([self.allowance, self.shop_extra, self.free_up_to].map(Money::exact))
    }
}

impl Law for QuantityRule {
    const KIND: &'static str = "traveller_quantity";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_numbers(self.limits.iter().map(|l| l.quantity))
    }
}

impl Law for NeverExempt {
    const KIND: &'static str = "article_never_exempt";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        None
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct TravellerLaw {
    pub allowances: Rules<AllowanceRule>,
    pub quantities: Rules<QuantityRule>,
    pub never_exempt: Rules<NeverExempt>,
}

/// What is left of the allowances while articles are gone through.
struct Left<'a> {
    law: &'a TravellerLaw,
    day: Date,
    allowance: &'a Dated<AllowanceRule>,
    quantity: &'a Dated<QuantityRule>,
    /// By value: in general, and at the arrival shop.
    general: Exact,
    shop: Exact,
    /// By group, in the unit of the group's first limit.
    groups: BTreeMap<&'a str, Exact>,
}

impl TravellerLaw {
    /// The tax on each article, in their order. Rounding: the article tariff's, once for each article;
    /// the free part of a quantity is rounded half up to the hundredth.
    ///
    /// # Errors
    /// No rule, facts that are missing, names that the pack does not know, all at once.
    pub fn reckon(
        &self,
        facts: &TravellerDeclaration,
        articles: &ArticleLaw,
    ) -> Result<TravellerResult, Vec<Refusal>> {
        let mut findings = Findings::default();
        let mut working = Working::default();
        let allowance = findings.found(self.allowance(facts));
        let quantity = findings.found(self.quantities.on(&facts.route, facts.day, "/route"));
        for (n, article) in facts.articles.iter().enumerate() {
            for refusal in self.unknown(article, n, facts.day, quantity) {
                findings.add(refusal);
            }
        }
        if quantity.is_some_and(|q| q.law.min_age > 0)
            && facts.articles.iter().any(|a| a.counted_as.is_some())
        {
            findings.needed(facts.age, "/age", "旅客年龄", "the traveller's age");
        }
        let valued = articles.valued(&facts.articles, facts.day, &mut findings, &mut working);
        findings.done()?;
        let (Some(allowance), Some(quantity)) = (allowance, quantity) else { return Err(Vec::new()) }; // findings
        let left = self.left(facts, allowance, quantity, &mut working);
        taxes(facts, &valued, left, working).map_err(|r| vec![r])
    }

    /// The allowance of the traveller's kind, or of the younger's.
    fn allowance(&self, facts: &TravellerDeclaration) -> Result<&Dated<AllowanceRule>, Refusal> {
        let rule = self.allowances.on(&facts.traveller, facts.day, "/traveller")?;
        if rule.law.min_age == 0 {
            return Ok(rule);
        }
        let age = facts.age.ok_or_else(|| missing("/age", "旅客年龄", "the traveller's age"))?;
        match &rule.law.younger {
            Some(kind) if age < rule.law.min_age => self.allowances.on(kind, facts.day, "/age"),
            _ => Ok(rule),
        }
    }

    fn unknown(
        &self,
        article: &Article,
        n: usize,
        day: Date,
        quantity: Option<&Dated<QuantityRule>>,
    ) -> Vec<Refusal> {
        let mut found = Vec::new();
        let unknown = |field: &str, name: &String| {
            refusals::NAME_UNKNOWN.at(format!("/articles/{n}/{field}")).with("name", name)
        };
        if let Some(kind) = article.kind.as_ref().filter(|kind| self.never_exempt.get(kind, day).is_none()) {
            found.push(unknown("kind", kind));
        }
        if let (Some(name), Some(rule)) = (&article.counted_as, quantity) {
            if !rule.law.limits.iter().any(|l| l.counted_as == *name) {
                found.push(unknown("counted_as", name));
            }
            if article.counted.is_none_or(|c| c <= Exact::ZERO) {
                found.push(missing(
                    &format!("/articles/{n}/counted"),
                    "计入限量的数量",
                    "quantity that counts",
                ));
            }
        }
        found
    }

    fn left<'a>(
        &'a self,
        facts: &TravellerDeclaration,
        allowance: &'a Dated<AllowanceRule>,
        quantity: &'a Dated<QuantityRule>,
        working: &mut Working,
    ) -> Left<'a> {
        working.about("");
        let by = |rule: &Dated<AllowanceRule>| rule.key.to_string();
        let general =
            working.found(Name::Allowance, &allowance.id, by(allowance), allowance.law.allowance.exact());
        let shop = working.found(
            Name::ShopAllowance,
            &allowance.id,
            by(allowance),
            allowance.law.shop_extra.exact(),
        );
        let old_enough = facts.age.is_none_or(|age| age >= quantity.law.min_age);
        let mut groups = BTreeMap::new();
        for limit in &quantity.law.limits {
            let free = if old_enough { limit.quantity } else { Exact::ZERO };
            groups.entry(limit.group.as_str()).or_insert(free);
        }
        Left { law: self, day: facts.day, allowance, quantity, general, shop, groups }
    }
}

fn taxes(
    facts: &TravellerDeclaration,
    valued: &[Valued],
    mut left: Left<'_>,
    mut working: Working,
) -> Result<TravellerResult, Refusal> {
    let allowance_of = left.allowance.key.to_string();
    if !facts.own_use {
        let (treatment, articles) = (ArticleTreatment::Goods, Vec::new());
        let (total, collected) = (Money::ZERO, Money::ZERO);
        return Ok(TravellerResult { treatment, allowance_of, articles, total, collected, working });
    }
    let mut articles = Vec::with_capacity(valued.len());
    for (n, (article, valued)) in facts.articles.iter().zip(valued).enumerate() {
        working.about((n + 1).to_string());
        let free = left.free(article, valued, &mut working)?;
        articles.push(valued.tax(n, free, &mut working)?);
    }
    working.about("");
    let total = Money::sum(articles.iter().map(|a| a.tax)).ok_or_else(digits)?;
    let free_up_to = left.allowance.law.free_up_to;
    let collected = if total <= free_up_to {
        let by = format!("≤ {free_up_to}");
        money(working.found(Name::Collected, &left.allowance.id, by, Exact::ZERO))?
    } else {
        total
    };
    let treatment = ArticleTreatment::Articles;
    Ok(TravellerResult { treatment, allowance_of, articles, total, collected, working })
}

impl Left<'_> {
    /// The part of an article's value that is free; it is taken from what is left.
    fn free(&mut self, article: &Article, valued: &Valued, working: &mut Working) -> Result<Exact, Refusal> {
        if let Some(name) = &article.counted_as {
            return self.free_quantity(article, name, valued, working);
        }
        if let Some(never) = article.kind.as_ref().and_then(|kind| self.law.never_exempt.get(kind, self.day))
        {
            return Ok(working.found(Name::FreeValue, &never.id, &*never.key, Exact::ZERO));
        }
        let shop = if article.from_arrival_shop { self.shop } else { Exact::ZERO };
        let rule = &self.allowance.id;
        let parts = [(Name::Allowance, self.general), (Name::ShopAllowance, shop)];
        let open = working.terms(Name::AllowanceLeft, rule, &parts, &[])?;
        let value = valued.value.exact();
        if article.indivisible && value > open {
            return Ok(working.found(Name::FreeValue, rule, "/indivisible", Exact::ZERO));
        }
        let of = [(Name::Value, value), (Name::AllowanceLeft, open)];
        let free = working.lowest(Name::FreeValue, rule, &of)?;
        let at_shop = free.min(shop);
        self.shop = self.shop.sub(at_shop).ok_or_else(digits)?;
        let rest = free.sub(at_shop).ok_or_else(digits)?;
        self.general = self.general.sub(rest).ok_or_else(digits)?;
        Ok(free)
    }

    /// Limits of one group are alternatives: a quantity is turned into the unit of the group's first
    /// limit, in the proportion of the two limits.
    fn free_quantity(
        &mut self,
        article: &Article,
        name: &str,
        valued: &Valued,
        working: &mut Working,
    ) -> Result<Exact, Refusal> {
        let rule = self.quantity;
        let limits = &rule.law.limits;
        let limit = limits.iter().find(|l| l.counted_as == name).ok_or_else(digits)?;
        let first = limits.iter().find(|l| l.group == limit.group).map_or(limit.quantity, |l| l.quantity);
        let left = self.groups.get(limit.group.as_str()).copied().unwrap_or(Exact::ZERO);
        if left.is_zero() || limit.quantity.is_zero() {
            return Ok(working.found(Name::FreeValue, &rule.id, name, Exact::ZERO));
        }
        let fine = Some(crate::special::working::Rounded { places: 12, rounding: Rounding::HalfUp });
        let counted = article.counted.unwrap_or_default();
        let factors = [(Name::Quantity, counted), (Name::QuantityLimit, first)];
        let over = [(Name::QuantityLimit, limit.quantity)];
        let counted = working.product(Name::Quantity, &rule.id, &factors, &over, fine)?;
        if article.indivisible && counted > left {
            return Ok(working.found(Name::FreeValue, &rule.id, "/indivisible", Exact::ZERO));
        }
        let of = [(Name::Quantity, counted), (Name::QuantityLimit, left)];
        let free = working.lowest(Name::FreeQuantity, &rule.id, &of)?;
        self.groups.insert(limit.group.as_str(), left.sub(free).ok_or_else(digits)?);
        let factors = [(Name::Value, valued.value.exact()), (Name::FreeQuantity, free)];
        let over = [(Name::Quantity, counted)];
        working.product(Name::FreeValue, &rule.id, &factors, &over, Some(valued.round()))
    }
}

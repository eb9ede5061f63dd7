//! The tariff of personal articles 进境物品进口税: one rate for all charges by category, on the value of a
//! table where the table has one. Source: TL 5, handbook 10.6, Duty Regulations (annex formula).
//!
//! Not here: allowances (`traveller`) and limits (`postal_article`).

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Findings, Law, Rules, missing, unfit_numbers, unfit_round};
use crate::special::working::{Rounded, Working};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An article, or several alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Number in the table of values.
    #[serde(default)]
    pub number: Option<String>,
    /// Category, by the pack's name, where there is no number.
    #[serde(default)]
    pub category: Option<String>,
    /// In the unit of the table, or in pieces.
    pub quantity: Exact,
    /// What was paid for all of it.
    pub price: Money,
    /// The price is proven: it goes before the table where it departs far from it.
    #[serde(default)]
    pub proven: bool,
    /// One article that cannot be divided.
    #[serde(default)]
    pub indivisible: bool,
    /// A kind that the pack lists as never exempt.
    #[serde(default)]
    pub kind: Option<String>,
    /// What quantity limit it counts against, by the pack's name.
    #[serde(default)]
    pub counted_as: Option<String>,
    /// How much of that; in the unit of the limit.
    #[serde(default)]
    pub counted: Option<Exact>,
    /// Bought at the arrival shop.
    #[serde(default)]
    pub from_arrival_shop: bool,
}

/// Whether articles are taxed as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleTreatment {
    Articles,
    /// More than own reasonable use or than the limit: declared as goods or sent back.
    Goods,
}

/// The tax on one article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleTax {
    /// Its place, from 1.
    pub article: u32,
    pub value: Money,
    pub taxed_value: Money,
    pub rate: Exact,
    pub tax: Money,
}

/// A row of the table of values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleValue {
    #[allow(dead_code)] // the key
    number: String,
    category: String,
    /// For one unit; none where it is set case by case.
    value: Option<Money>,
    #[allow(dead_code)] // read by pages through the rule
    unit: Option<String>,
    #[allow(dead_code)] // read by pages through the rule
    name_zh: String,
    #[allow(dead_code)] // read by pages through the rule
    name_en: String,
}

/// The rate of a category.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleRate {
    #[allow(dead_code)] // the key
    category: String,
    rate: Exact,
}

/// How far a proven price departs from the table before it goes before it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleValuation {
    /// Multiples of the table's value.
    from_above: Exact,
    from_below: Exact,
    round: Rounded,
}

impl Law for ArticleValue {
    const KIND: &'static str = "article_value";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_numbers(self.value.map(Money::exact))
    }
}

impl Law for ArticleRate {
    const KIND: &'static str = "article_rate";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_numbers([self.rate])
    }
}

impl Law for ArticleValuation {
    const KIND: &'static str = "article_valuation";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        unfit_numbers([self.from_above, self.from_below]).or(unfit_round(self.round))
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ArticleLaw {
    pub values: Rules<ArticleValue>,
    pub rates: Rules<ArticleRate>,
    pub valuation: Rules<ArticleValuation>,
}

/// An article with its value and rate.
#[derive(Clone, Debug)]
pub(crate) struct Valued {
    pub value: Money,
    rate: Exact,
    rule: Box<str>,
    round: Rounded,
}

impl ArticleLaw {
    /// Each article with its value and rate, in their order. What is wrong is added to the findings;
    /// then fewer come back.
    pub fn valued(
        &self,
        articles: &[Article],
        day: Date,
        findings: &mut Findings,
        working: &mut Working,
    ) -> Vec<Valued> {
        let mut found = Vec::with_capacity(articles.len());
        for (n, article) in articles.iter().enumerate() {
            let path = format!("/articles/{n}");
            findings.not_negative(article.price.exact(), &format!("{path}/price"));
            findings.not_negative(article.quantity, &format!("{path}/quantity"));
            working.about((n + 1).to_string());
            found.extend(findings.found(self.one(article, day, &path, working)));
        }
        found
    }

    fn one(
        &self,
        article: &Article,
        day: Date,
        path: &str,
        working: &mut Working,
    ) -> Result<Valued, Refusal> {
        let valuation = self.valuation.on("articles", day, path)?;
        let row =
            match &article.number {
                None => None,
                Some(number) => Some(self.values.get(number, day).ok_or_else(|| {
                    refusals::NAME_UNKNOWN.at(format!("{path}/number")).with("name", number)
                })?),
            };
        let category = row.map(|r| &r.law.category).or(article.category.as_ref());
        let category = category
            .ok_or_else(|| missing(&format!("{path}/category"), "税号或归类", "number or category"))?;
        let rate = self.rates.on(category, day, &format!("{path}/category"))?;
        let round = valuation.law.round;
        let listed = row.and_then(|r| Some((r, r.law.value?)));
        let value = match listed {
            None => article.price,
            Some((row, unit)) => {
                let by = row.key.to_string();
                let unit = working.found(Name::UnitValue, &row.id, by, unit.exact());
                let factors = [(Name::UnitValue, unit), (Name::Quantity, article.quantity)];
                let listed = working.amount(Name::Value, &row.id, &factors, &[], round)?;
                if article.proven && departs(&valuation.law, article.price, listed) {
                    working.found(Name::Value, &valuation.id, "/price", article.price.exact());
                    article.price
                } else {
                    listed
                }
            }
        };
        let share = working.found(Name::Rate, &rate.id, category.as_str(), rate.law.rate);
        Ok(Valued { value, rate: share, rule: rate.id.clone(), round })
    }
}

impl Valued {
    /// The tax on an article of whose value a part is free. Rounding: the rule's, once.
    pub fn tax(&self, n: usize, free: Exact, working: &mut Working) -> Result<ArticleTax, Refusal> {
        working.about((n + 1).to_string());
        let value = [(Name::Value, self.value.exact())];
        let taxed = working.terms(Name::TaxedValue, &self.rule, &value, &[(Name::FreeValue, free)])?;
        let factors = [(Name::TaxedValue, taxed), (Name::Rate, self.rate)];
        let tax = working.amount(Name::Amount, &self.rule, &factors, &[], self.round)?;
        let taxed_value = crate::special::working::money(taxed)?;
        Ok(ArticleTax { article: n as u32 + 1, value: self.value, taxed_value, rate: self.rate, tax })
    }

    pub fn round(&self) -> Rounded {
        self.round
    }
}

/// Whether a price lies far enough from the table's value.
fn departs(law: &ArticleValuation, price: Money, listed: Money) -> bool {
    let times = |multiple: Exact| listed.exact().mul(multiple);
    let above = times(law.from_above).is_some_and(|bound| price.exact() >= bound);
    let below = times(law.from_below).is_some_and(|bound| price.exact() <= bound);
    above || below
}

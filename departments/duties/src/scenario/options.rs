//! What each preference or quota of the goods would come to, and what it would need: the same goods reckoned
//! once with no claim and once with each claim that a measure on them knows, its conditions taken as met.

use crate::assess::assess_supposing;
use crate::assessment::{Assessment, ChargeTotal};
use crate::day::LawOfDay;
use crate::facts::{Consignment, GoodsItem, Preference};
use crate::item_facts::{ItemFacts, failed};
use crate::measure::Measure;
use crate::reckoned::Reckoned;
use crate::tariff::Tariff;
use crate::trace::{Step, Unmet};
use crate::valuation;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

/// The goods under one claim, or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OptionAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub programme: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<String>,
    /// Whether a measure of the claim wins on some line.
    pub applies: bool,
    /// What is not declared and would have to be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<ChargeTotal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Money>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Refusal>,
}

/// A clause that does not hold, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    pub line: u32,
    /// The measure or the case of choice whose clause it is.
    pub rule: String,
    pub clause: String,
    pub value: Text,
}

impl OptionAnswer {
    /// The claim in one word: the programme, the order number, or both with `+`; `none` for no claim.
    pub fn claim(&self) -> String {
        match (&self.programme, &self.quota) {
            (None, None) => "none".to_owned(),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (Some(programme), Some(quota)) => format!("{programme}+{quota}"),
        }
    }
}

type Claim<'a> = (Option<&'a str>, Option<&'a str>);

/// The options of goods; none where no measure on them knows a claim.
pub(super) fn options(consignment: &Consignment, tariff: &Tariff, day: Date) -> Vec<OptionAnswer> {
    let measures = |item: &GoodsItem| {
        let origin = item.origin;
        let of = move |m: &&Measure| tariff.is_of(m.origin.as_deref(), origin, day);
        tariff.measures(item.commodity, day).filter(of)
    };
    let claims: BTreeSet<Claim<'_>> = consignment.items.iter().flat_map(measures).map(claim).collect();
    if claims.iter().all(|claim| *claim == (None, None)) {
        return Vec::new();
    }
    let values = values(consignment, tariff, day);
    let mut options = vec![option((None, None), consignment, tariff, day, &values)];
    let claimed = claims.into_iter().filter(|claim| *claim != (None, None));
    options.extend(claimed.map(|claim| option(claim, consignment, tariff, day, &values)));
    options
}

fn claim(measure: &Measure) -> Claim<'_> {
    (measure.programme.as_deref(), measure.order_number.as_deref())
}

/// The customs values of the lines, for conditions; zero where the lot has none, which is then refused.
fn values(consignment: &Consignment, tariff: &Tariff, day: Date) -> Vec<Exact> {
    let mut law = LawOfDay::new(tariff, day, consignment.direction);
    let lot = valuation::lot(consignment, &mut law, &mut Reckoned::default()).ok();
    let value = |item: &GoodsItem| {
        let value = lot.as_ref().and_then(|lot| lot.value(item.total));
        value.unwrap_or_default().exact()
    };
    consignment.items.iter().map(value).collect()
}

fn option(
    wanted: Claim<'_>,
    consignment: &Consignment,
    tariff: &Tariff,
    day: Date,
    values: &[Exact],
) -> OptionAnswer {
    let mut goods = consignment.clone();
    let mut needs = Vec::new();
    let mut supposed = BTreeSet::new();
    for (item, value) in goods.items.iter_mut().zip(values) {
        let origin = item.origin;
        let of = |m: &&Measure| claim(m) == wanted && tariff.is_of(m.origin.as_deref(), origin, day);
        let measures: Vec<&Measure> = tariff.measures(item.commodity, day).filter(of).collect();
        claim_on(item, if measures.is_empty() { (None, None) } else { wanted });
        if wanted == (None, None) {
            continue;
        }
        let facts = ItemFacts::new(tariff, day, item, *value, *value);
        for measure in measures {
            let Some(when) = measure.when.as_ref().filter(|when| !facts.meets(when)) else { continue };
            supposed.insert(&*measure.rule);
            needs.extend(needed(item.number, failed(&measure.rule, when, &facts)));
        }
    }
    let (programme, quota) = (wanted.0.map(str::to_owned), wanted.1.map(str::to_owned));
    match assess_supposing(&goods, tariff, day, &supposed) {
        Ok(found) => {
            let applies = wins(&found, tariff, wanted);
            if !applies {
                needs.extend(unmet_cases(&found));
            }
            let total = Some(found.total);
            OptionAnswer {
                programme,
                quota,
                applies,
                needs,
                charges: found.charges,
                total,
                findings: Vec::new(),
            }
        }
        Err(findings) => {
            let findings = super::in_consignment(findings);
            OptionAnswer {
                programme,
                quota,
                applies: false,
                needs,
                charges: Vec::new(),
                total: None,
                findings,
            }
        }
    }
}

/// Puts a claim on an item; a proof that is declared for the same programme stays.
fn claim_on(item: &mut GoodsItem, (programme, quota): Claim<'_>) {
    item.quota = quota.map(str::to_owned);
    let declared = item.preference.take();
    item.preference = programme.map(|agreement| {
        declared
            .filter(|p| p.agreement == agreement)
            .unwrap_or_else(|| Preference { agreement: agreement.to_owned(), ..Preference::default() })
    });
}

fn needed(line: u32, unmet: Unmet) -> impl Iterator<Item = Need> {
    let Unmet { rule, clauses } = unmet;
    clauses.into_iter().map(move |c| Need { line, rule: rule.clone(), clause: c.clause, value: c.value })
}

fn wins(found: &Assessment, tariff: &Tariff, wanted: Claim<'_>) -> bool {
    let won = found.lines.iter().flat_map(|line| &line.charges).filter_map(|c| tariff.measure(&c.measure));
    won.into_iter().any(|measure| claim(measure) == wanted)
}

/// The clauses for which cases of choice that were claimed did not apply.
fn unmet_cases(found: &Assessment) -> Vec<Need> {
    let of = |step: &Step| match step {
        Step::Choice { line, unmet, .. } => unmet.iter().flat_map(|u| needed(*line, u.clone())).collect(),
        _ => Vec::new(),
    };
    found.trace.iter().flat_map(of).collect()
}

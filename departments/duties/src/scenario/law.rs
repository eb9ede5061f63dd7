//! The law of a line: given rules, read by the pack's reader and laid over those of the law under them.

use super::given::{Rules, Territory, not_read};
use crate::refusals;
use crate::tariff::Tariff;
use crate::text::{uk, us};
use customhouse_kernel::law::{GivenKind, PackFault, Rulebook, read_given};
use customhouse_kernel::refusal::Refusal;
use serde_json::Value;
use std::sync::Arc;

/// The kinds of rule that duties are made of, and what each is looked up by.
const KINDS: [GivenKind; 11] = [
    kind("charge", None, true),
    kind("code", None, true),
    kind("commodity", Some("code"), true),
    kind("country_group", None, true),
    kind("delivery_terms", None, true),
    kind("exchange_rate", Some("currency"), true),
    kind("measure", Some("goods"), false),
    kind("rate_choice", None, false),
    kind("term", None, true),
    kind("unit", Some("code"), true),
    kind("valuation", None, true),
];

const fn kind(name: &'static str, key: Option<&'static str>, single: bool) -> GivenKind {
    GivenKind { name, key, single }
}

/// Rules and the tariff that they compile to.
#[derive(Clone, Debug)]
pub(super) struct Law {
    pub rulebook: Arc<Rulebook>,
    pub tariff: Tariff,
}

/// Lays given rules over a law.
pub(super) fn lay(
    under: Option<Arc<Law>>,
    territory: Option<&Territory>,
    mut rules: Rules,
) -> Result<Arc<Law>, Vec<Refusal>> {
    let currency = territory.map(|t| t.currency);
    let currency = currency.or_else(|| under.as_ref().and_then(|law| law.tariff.currency()));
    let Some(currency) = currency else {
        let (zh, en) =
            ("没有所依据的法律时须给出 territory", "without a law to stand on, territory is needed");
        return Err(vec![not_read("/territory", zh, en)]);
    };
    match under {
        Some(law) if rules.is_empty() && law.tariff.currency() == Some(currency) => return Ok(law),
        _ => {}
    }
    translate(&mut rules)?;
    let given = read_given(&rules, &KINDS).map_err(refused)?;
    let rulebook = match &under {
        Some(law) => law.rulebook.overlaid(given),
        None => Rulebook::new(given),
    };
    let tariff = Tariff::compile(&rulebook, currency).map_err(refused)?;
    Ok(Arc::new(Law { rulebook: Arc::new(rulebook), tariff }))
}

/// Faults of rules as findings: where a fault stands is a pointer into the line, or a file of the pack.
fn refused(faults: Vec<PackFault>) -> Vec<Refusal> {
    let refusal = |fault: PackFault| {
        let mut refusal = refusals::SCENARIO_RULE.at(fault.file);
        refusal.text.zh = refusal.text.zh.replace("{why}", &fault.text.zh).into();
        refusal.text.en = refusal.text.en.replace("{why}", &fault.text.en).into();
        refusal
    };
    faults.into_iter().map(refusal).collect()
}

/// Rates that are given as another tariff prints them become texts of the language of rates.
fn translate(rules: &mut Rules) -> Result<(), Vec<Refusal>> {
    let mut refused = Vec::new();
    let measures = rules.get_mut("measure").and_then(Value::as_array_mut);
    for (n, measure) in measures.into_iter().flatten().enumerate() {
        let Some(rate) = measure.get_mut("rate").filter(|rate| rate.is_object()) else { continue };
        let path = format!("/rules/measure/{n}/rate");
        let member = |name: &str| rate.get(name).and_then(Value::as_str);
        let read = match (member("dialect"), member("text")) {
            (Some("uk" | "eu"), Some(text)) => uk::read(text).map_err(|unread| unread.refusal(text, &path)),
            (Some("us"), Some(text)) => us::read(text).map_err(|unread| unread.refusal(text, &path)),
            _ => {
                let (zh, en) =
                    ("须给出 dialect（uk、eu 或 us）与 text", "dialect (uk, eu or us) and text are needed");
                Err(not_read(&path, zh, en))
            }
        };
        match read {
            Ok(text) => *rate = Value::String(text),
            Err(refusal) => refused.push(refusal),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

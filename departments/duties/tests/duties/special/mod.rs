//! The special calculations against China's own rules, as tables: facts, what comes out, why. Every
//! calculation of every table is also held against its own working: each step is reckoned again from
//! its numbers, names a rule of the pack, and reads in both languages.

mod additional;
mod articles;
mod examples;
mod interest;
mod properties;
mod refusals;
mod relief;
mod retail;
mod settlements;
mod temporary;
mod tonnage;
mod valuation;

use customhouse_duties::special::{Name, Sum};
use customhouse_duties::{SpecialDuties, SpecialFacts, SpecialResult, stage_words};
use customhouse_kernel::law::{Rulebook, faults_text, read_pack};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

macro_rules! pack {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../../packs/cn/", $path)))),*]
    };
}

const PACK: &[(&str, &str)] = pack![
    "pack.toml",
    "rules/tonnage-dues.toml",
    "rules/temporary-admission.toml",
    "rules/relief.toml",
    "rules/interest.toml",
    "rules/outward-processing.toml",
    "rules/customs-value.toml",
    "rules/retail-import.toml",
    "rules/travellers-and-post.toml",
    "rules/border-trade.toml",
    "rules/additional-duties.toml",
    "tables/tonnage-flags.csv",
    "tables/article-values.csv",
    "tables/article-rates.csv",
    "tables/article-never-exempt.csv",
    "tables/calendar.csv",
    "tables/calendar_years.csv",
];

/// The rules of the pack, with a test's own.
fn compiled(own: &str) -> Result<(Arc<Rulebook>, SpecialDuties), String> {
    let own = [("rules/own.toml", own)];
    let files = PACK.iter().chain(&own).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let pack = read_pack(&files.collect::<Vec<_>>()).map_err(|faults| faults_text(&faults, Lang::En))?;
    let duties = SpecialDuties::compile(&pack.rulebook).map_err(|faults| faults_text(&faults, Lang::En))?;
    Ok((pack.rulebook, duties))
}

/// Compiled once for all tables.
static CHINA: LazyLock<(Arc<Rulebook>, SpecialDuties)> =
    LazyLock::new(|| compiled("").unwrap_or_else(|faults| panic!("{faults}")));

fn facts(facts: &Value) -> SpecialFacts {
    serde_json::from_value(facts.clone()).unwrap_or_else(|e| panic!("{e}: {facts}"))
}

/// What comes out, with its working checked.
fn reckoned(of: &Value) -> SpecialResult {
    let (_, duties) = &*CHINA;
    let found = duties.reckon(&facts(of)).unwrap_or_else(|refused| panic!("{of}: {refused:#?}"));
    check_working(&found);
    found
}

/// What comes out, as its JSON.
fn result(of: &Value) -> Value {
    serde_json::to_value(reckoned(of)).unwrap()
}

fn refused(of: &Value) -> Vec<Refusal> {
    match CHINA.1.reckon(&facts(of)) {
        Err(refused) => refused,
        Ok(found) => panic!("{of}: not refused: {found:#?}"),
    }
}

/// The sums of the working, as they read in English.
fn sums(of: &Value) -> Vec<String> {
    let found = reckoned(of);
    found.working().stages.iter().map(|s| stage_words(s, &CHINA.0, Lang::En).sum).collect()
}

fn check_working(found: &SpecialResult) {
    let stages = &found.working().stages;
    assert!(!stages.is_empty(), "{found:#?}");
    for stage in stages {
        let given = matches!(stage.sum, Sum::Found { .. } | Sum::Months { .. });
        assert_eq!(stage.again(), (!given).then_some(stage.result), "{stage:#?}");
        assert!(CHINA.0.by_id(&stage.rule).is_some(), "{stage:#?}");
        for lang in [Lang::Zh, Lang::En] {
            let words = stage_words(stage, &CHINA.0, lang);
            assert!(!words.basis.is_empty() && words.sum.ends_with(&stage.result.to_string()), "{words:#?}");
        }
    }
    let text = serde_json::to_string(found).unwrap();
    assert_eq!(serde_json::from_str::<SpecialResult>(&text).unwrap(), *found, "it is kept as it is");
}

/// A field of a result by its JSON pointer, as text.
fn field(result: &Value, pointer: &str) -> String {
    let value = result.pointer(pointer).unwrap_or_else(|| panic!("{pointer} in {result:#}"));
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The amount of a charge in a result.
fn charge(result: &Value, charge: &str) -> String {
    let charges = result["charges"].as_array().expect("charges");
    let found = charges.iter().find(|c| c["charge"] == charge).unwrap_or_else(|| panic!("{charge}"));
    field(found, "/amount")
}

#[test]
fn every_name_reads_in_both_languages_and_means_one_thing() {
    let mut zh: Vec<String> = Name::ALL.iter().map(|n| n.text().zh.into_owned()).collect();
    let mut en: Vec<String> = Name::ALL.iter().map(|n| n.text().en.into_owned()).collect();
    for words in [&mut zh, &mut en] {
        assert!(words.iter().all(|w| !w.trim().is_empty()));
        words.sort();
        let before = words.len();
        words.dedup();
        assert_eq!(words.len(), before, "{words:#?}");
    }
}

#[test]
fn a_rule_that_does_not_fit_is_named_with_its_place() {
    let basis = "valid = \"2030-01-01..\"\npublished = \"2030-01-01\"\nbasis = { authority = \"海关总署\", document = \"x\" }\n";
    for (rule, says) in [
        ("[[supervision_period]]\nid = \"a\"\nname = { zh = \"甲\", en = \"A\" }\nyears = 0\n", "above zero"),
        (
            "[[supervision_period]]\nid = \"a\"\nname = { zh = \"甲\", en = \"A\" }\nyear = 3\n",
            "unknown field",
        ),
        ("[[interest_rate]]\nid = \"a\"\nyearly = \"-0.01\"\n", "below zero"),
        (
            "[[temporary_admission]]\nid = \"a\"\nmonths = 60\npart_month = \"up\"\nperiod_months = 6\nextensions = 3\n\
             extension_months = 6\nround = { places = 3, rounding = \"half_up\" }\n",
            "no more than 2 places",
        ),
        (
            "[[outward_processing]]\nid = \"a\"\nparts = []\nround = { places = 2, rounding = \"up\" }\n",
            "has parts",
        ),
    ] {
        let fault = compiled(&format!("{rule}{basis}")).expect_err(says);
        assert!(fault.contains(says) && fault.contains("rules/own.toml"), "{says}: {fault}");
    }
}

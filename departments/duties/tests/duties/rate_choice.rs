//! Which of competing rates applies: China's rules of choice against the decision table of the law
//! (handbook 4.2; invariants 13 and 14), over every combination of rates, origins, claims and proofs.

use crate::country::{VALUATION, cif, law, x};
use customhouse_duties::{Consignment, Outcome, Preference, Step, Tariff, assess};
use customhouse_kernel::values::{CommodityCode, CountryCode, Money};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// The rules under test are the pack's own.
const CHOICE: &str = include_str!("../../../../packs/cn/rules/rate-choice.toml");

const DUTY: &str = r#"
[[charge]]
id = "import_duty"
name = { zh = "进口关税", en = "Import duty" }
order = 1
base = "value"
price = "exclusive"
places = 2
rounding = "half_up"
free_up_to = "0.00"
required = true
book = "A"

[[country_group]]
id = "mfn"
members = ["QA", "QB"]
[[country_group]]
id = "partners"
members = ["QA", "QD"]
[[country_group]]
id = "least_developed"
members = ["QA", "QE"]
"#;

/// Kinds of rate, each with a circumstance of its own.
const TIERS: [&str; 5] = ["mfn", "general", "provisional", "agreement", "special"];
/// Rates in percent; every order of any two of them, and equality, occurs.
const LEVELS: [Option<i64>; 4] = [None, Some(5), Some(10), Some(15)];
/// Most-favoured nation and partner of everything; most-favoured nation only; neither; agreement
/// partner only; least developed only.
const ORIGINS: [&str; 5] = ["QA", "QB", "QC", "QD", "QE"];
/// Agreement, proof kind, proof number. 05 is the agreement, 13 the special preference.
const CLAIMS: [(&str, &str, &str); 9] = [
    ("", "", ""),
    ("05", "C", "1"),
    ("05", "", "1"),
    ("05", "C", ""),
    ("05", "", ""),
    ("13", "C", "1"),
    ("13", "", "1"),
    ("13", "", ""),
    ("22", "C", "1"),
];
/// Under the Duty Regulations, and under the Tariff Law (which alone knows the special preference).
const DAYS: [Date; 2] = [date(2021, 3, 12), date(2026, 3, 2)];

type Rates = BTreeMap<&'static str, i64>;

/// Every combination of rates, each on a commodity of its own.
fn combinations() -> Vec<(CommodityCode, Rates)> {
    (0..LEVELS.len().pow(TIERS.len() as u32))
        .map(|n| {
            let level = |place: usize| LEVELS[n / LEVELS.len().pow(place as u32) % LEVELS.len()];
            let rates = TIERS.iter().enumerate().filter_map(|(place, tier)| Some((*tier, level(place)?)));
            (CommodityCode::parse(&format!("90{n:08}")).unwrap(), rates.collect())
        })
        .collect()
}

fn tariff(combinations: &[(CommodityCode, Rates)]) -> Tariff {
    let mut measures = String::new();
    let mut codes = String::new();
    for (code, rates) in combinations {
        codes.push_str(&format!("{code}\n"));
        for (tier, rate) in rates {
            let circumstance = match *tier {
                "agreement" => "partners,05",
                "special" => "least_developed,13",
                _ => ",",
            };
            measures.push_str(&format!("{code},import_duty,{tier},{circumstance},{rate}%\n"));
        }
    }
    // one country's law: the country's own costs and charges, China's rules of choice for its duty
    let of_duty: String = CHOICE
        .split("[[rate_choice]]")
        .filter(|rule| rule.contains("key = \"import_duty\""))
        .map(|rule| format!("[[rate_choice]]{rule}"))
        .collect();
    // the eighth is that of quotas, which nobody asks for here
    assert_eq!(of_duty.matches("[[rate_choice]]").count(), 8, "the pack has other rules of choice");
    law(&format!("{VALUATION}{DUTY}{of_duty}"), &measures, "", &codes).tariff
}

/// The decision table, as the law writes it. `None`: there is no rate, and the goods are refused.
fn oracle(day: Date, rates: &Rates, origin: &str, claim: (&str, &str, &str)) -> Option<(&'static str, i64)> {
    let has = |tier: &'static str| rates.get(tier).map(|rate| (tier, *rate));
    let lower = |a: (&'static str, i64), b: (&'static str, i64)| if b.1 < a.1 { b } else { a };
    let proven = !claim.1.is_empty() && !claim.2.is_empty();
    let special = day >= date(2024, 12, 1) && claim.0 == "13" && ["QA", "QE"].contains(&origin) && proven;
    let partner = claim.0 == "05" && ["QA", "QD"].contains(&origin) && proven;
    if let Some(special) = has("special").filter(|_| special) {
        return Some(has("provisional").map_or(special, |provisional| lower(special, provisional)));
    }
    if let Some(agreement) = has("agreement").filter(|_| partner) {
        return Some(match (has("provisional"), has("mfn")) {
            (Some(provisional), _) => lower(agreement, provisional),
            (None, Some(mfn)) => lower(agreement, mfn),
            (None, None) => agreement,
        });
    }
    if ["QA", "QB"].contains(&origin) {
        // a provisional rate applies even where it is higher
        return has("provisional").or(has("mfn"));
    }
    has("general")
}

fn goods(code: CommodityCode, origin: &str, claim: (&str, &str, &str)) -> Consignment {
    let mut goods = cif("CNY", &["10000"]);
    let item = &mut goods.items[0];
    item.commodity = code;
    item.origin = CountryCode::parse(origin).unwrap();
    item.preference = (!claim.0.is_empty()).then(|| Preference {
        agreement: claim.0.to_owned(),
        proof_kind: claim.1.to_owned(),
        proof_number: claim.2.to_owned(),
    });
    goods
}

#[test]
fn every_combination_is_decided_as_the_law_decides_it() {
    let combinations = combinations();
    let tariff = tariff(&combinations);
    let mut decided = 0;
    for (code, rates) in &combinations {
        for (origin, claim, day) in cases() {
            let what = || format!("{day} {origin} {claim:?} {rates:?}");
            let found = assess(&goods(*code, origin, claim), &tariff, day);
            let Some((tier, rate)) = oracle(day, rates, origin, claim) else {
                let Err(refused) = found else { panic!("{}", what()) };
                assert_eq!(refused[0].code, "DUT-014", "{}", what());
                assert_eq!(refused[0].path, "/items/0/commodity");
                continue;
            };
            let found = found.unwrap_or_else(|refused| panic!("{}: {refused:#?}", what()));
            assert_eq!(found.total, Money::from_minor(rate * 10_000), "{}", what());
            check_trace(&found.trace, &tariff, tier, rates, claim, day);
            decided += 1;
        }
    }
    assert_eq!(combinations.len(), 1024);
    assert!(decided > 50_000, "{decided}");
}

fn cases() -> impl Iterator<Item = (&'static str, (&'static str, &'static str, &'static str), Date)> {
    let origins = ORIGINS.into_iter();
    origins.flat_map(|origin| {
        CLAIMS.into_iter().flat_map(move |claim| DAYS.into_iter().map(move |day| (origin, claim, day)))
    })
}

/// One winner, of the tier that the law names; every other rate named as a loser; a claim that was
/// not met named with what failed. Nothing falls back in silence.
fn check_trace(
    trace: &[Step],
    tariff: &Tariff,
    tier: &str,
    rates: &Rates,
    claim: (&str, &str, &str),
    day: Date,
) {
    let what = || format!("{day} {claim:?} {rates:?} {trace:#?}");
    let choices: Vec<_> = trace
        .iter()
        .filter_map(|step| match step {
            Step::Choice { unmet, candidates, .. } => Some((unmet, candidates)),
            _ => None,
        })
        .collect();
    let [(unmet, candidates)] = choices.as_slice() else { panic!("{}: one choice, one step", what()) };
    let won: Vec<_> = candidates.iter().filter(|c| c.outcome == Outcome::Won).collect();
    let [won] = won.as_slice() else { panic!("{}", what()) };
    assert_eq!(won.tier, tier, "{}", what());
    let lowest = won.amount.expect("the winner was reckoned");
    for loser in candidates.iter().filter(|c| c.outcome != Outcome::Won) {
        match (loser.outcome, loser.amount) {
            (Outcome::NotLower, Some(amount)) => assert!(amount >= lowest, "{}", what()),
            (Outcome::NotCompared, None) => {}
            _ => panic!("{}", what()),
        }
        assert!(tariff.measure(&loser.measure).is_some(), "{}", what());
    }
    // general, provisional and most-favoured-nation rates are open to every origin
    for open in ["mfn", "general", "provisional"] {
        let named = candidates.iter().any(|c| c.tier == open);
        assert_eq!(named, rates.contains_key(open), "{}", what());
    }
    if tier == "general" {
        assert!(
            candidates.iter().all(|c| c.tier == "general" || c.outcome == Outcome::NotCompared),
            "{}",
            what()
        );
    }
    // a preference that was claimed either won, or was compared and beaten, or is named as not met
    let preferred = |tier: &str| candidates.iter().any(|c| c.tier == tier && c.amount.is_some());
    if !claim.0.is_empty() && !preferred("agreement") && !preferred("special") {
        assert!(!unmet.is_empty(), "{}", what());
    }
    let agreement = if day >= date(2024, 12, 1) { "agreement.2024" } else { "agreement.2005" };
    if claim.0 == "05" && !preferred("agreement") {
        let case = unmet.iter().find(|u| u.rule.ends_with(agreement)).unwrap_or_else(|| panic!("{}", what()));
        let missing: Vec<(&str, &str)> =
            case.clauses.iter().map(|c| (c.clause.as_str(), &*c.value.en)).collect();
        let want: &[(&str, &str)] = match (claim.1.is_empty(), claim.2.is_empty()) {
            (false, false) => &[], // the proof is complete; the tariff has no such rate for this origin
            (true, _) => &[("has(preference.proof_kind)", "false")],
            (false, true) => &[("has(preference.proof_number)", "false")],
        };
        assert_eq!(missing, want, "{}", what());
    }
}

#[test]
fn rates_of_different_forms_are_compared_by_what_they_come_to() {
    let measures = "90,import_duty,agreement,partners,05,2 CNY/kg\n90,import_duty,provisional,,,8%\n";
    let of_2024 =
        CHOICE.split("[[rate_choice]]").filter(|r| r.contains("\"choice.import_duty.agreement.2024\""));
    let choice: String = of_2024.map(|rule| format!("[[rate_choice]]{rule}")).collect();
    let law = law(&format!("{VALUATION}{DUTY}{choice}"), measures, "", crate::country::GOODS);
    // 8% of 10,000 is 800; 2 CNY/kg is 800 at 400 kg
    for (kg, owed, tier) in
        [("399.99", "799.98", "agreement"), ("400", "800", "agreement"), ("400.01", "800", "provisional")]
    {
        use crate::country::With;
        let goods = cif("CNY", &["10000"]).measuring("035", &[kg]).claiming("05", "C", "1");
        let found = law.assess(&goods).unwrap();
        assert_eq!(found.total.exact(), x(owed), "{kg}");
        let measure = law.tariff.measure(&found.lines[0].charges[0].measure).unwrap();
        assert_eq!(&*measure.tier, tier, "{kg}");
    }
}

//! Assessments as they are kept: the bytes of a few, written down before the hot path was made. Old databases
//! are reckoned again and must come out the same, to the last step of the trace.

use crate::country::{ANTI_DUMPING, CHARGES, DAY, GOODS, Law, VALUATION, With, cif, fob, law};
use customhouse_duties::scenario::Bench;
use customhouse_duties::{Assessor, Consignment, Narrator, assess, step_words};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, Direction};

const KEPT: &str = include_str!("golden.txt");
const KEPT_ANSWERS: &str = include_str!("golden-scenarios.txt");

/// Rates of every form on six goods; a group, an agreement, cases that are claimed, terms of delivery.
fn country() -> Law {
    let cases = r#"
[[rate_choice]]
id = "choice.agreement"
key = "import_duty"
order = 0
claimed = "has(preference.agreement)"
when = "has(preference.agreement) && has(preference.proof_kind) && listed(origin, 'mfn')"
prefer = [["agreement", "provisional"], ["agreement", "mfn"], ["agreement"]]
[[country_group]]
id = "mfn"
members = ["QA", "QB"]
[[charge]]
id = "export_duty"
name = { zh = "出口关税", en = "Export duty" }
direction = "export"
order = 1
base = "value"
price = "deducted"
places = 2
rounding = "half_up"
free_up_to = "50.00"
required = false
book = "E"
[[rate_choice]]
id = "choice.export_duty"
key = "export_duty"
order = 1
when = "true"
prefer = [["export"]]
[[valuation]]
id = "valuation.export"
key = "export"
direction = "export"
places = 2
rounding = "half_up"
apportion = "coefficient"
insurance_presumed = "0"
[[delivery_terms]]
id = "FOB.export"
key = "FOB.export"
code = "FOB"
direction = "export"
"#;
    let measures = "\
90,import_duty,mfn,mfn,,10%
90,vat,standard,,,13%
9000000001,import_duty,provisional,mfn,,6.5%
9000000001,import_duty,agreement,QA,05,7%
9000000001,anti_dumping,standard,QB,,22.5%
9000000002,import_duty,mfn,,,2.8 USD/kg + 3%
9000000002,consumption_tax,standard,,,12% + 1.3 CNY/kg
9000000003,import_duty,mfn,,,\"lower(20%, 900 EUR/t)\"
9000000004,import_duty,mfn,,,free
9000000005,import_duty,mfn,,,prohibited
9000000006,import_duty,mfn,,,unknown
9000000001,export_duty,export,,,20%
9000000002,export_duty,export,,,100 CNY/t
";
    let codes = "9000000001\n9000000002\n9000000003\n9000000004\n9000000005\n9000000006\n";
    law(
        &format!("{VALUATION}{CHARGES}{ANTI_DUMPING}{cases}"),
        measures,
        "USD,7.1234,2000-01-01..2026-03-01\nEUR,7.9\n",
        codes,
    )
}

/// Every goods under every origin, currency, way and claim, and some lots.
fn consignments() -> Vec<Consignment> {
    let mut out = Vec::new();
    let goods = |n: u8| CommodityCode::parse(&format!("900000000{n}")).unwrap();
    for n in 1..=7 {
        for (origin, currency, price) in
            [("QA", "USD", "1234.56"), ("QB", "CNY", "500"), ("QC", "EUR", "98765432.1"), ("QA", "XXX", "1")]
        {
            let mut one = fob(currency, &[price, "77.7"], "10").measuring("035", &["12.5", "1000"]);
            for item in &mut one.items {
                (item.commodity, item.origin) = (goods(n), CountryCode::parse(origin).unwrap());
            }
            out.push(one.clone());
            one = one.measuring("070", &["0.0125", "1"]);
            one.items[1].commodity = goods(1 + n % 4);
            out.push(one.clone().claiming("05", "C", "1"));
            out.push(one.clone().claiming("05", "", "1"));
            one.direction = Direction::Export;
            out.push(one.insured_at("0.01"));
        }
    }
    out.push(Consignment { items: Vec::new(), ..cif("CNY", &[]) });
    out.push(cif("CNY", &["100", "200", "300.33", "0.01"]));
    let mut mixed = cif("CNY", &["100", "200"]);
    mixed.items[1].currency = CurrencyCode::parse("EUR").unwrap();
    out.push(mixed);
    assert_eq!(GOODS, "9000000001");
    out
}

fn kept(law: &Law) -> Vec<String> {
    let line = |goods: &Consignment| match assess(goods, &law.tariff, DAY) {
        Ok(found) => serde_json::to_string(&found).unwrap(),
        Err(refused) => serde_json::to_string(&refused).unwrap(),
    };
    consignments().iter().map(line).collect()
}

#[test]
fn kept_assessments_come_out_the_same() {
    let found = kept(&country());
    assert_eq!(KEPT.lines().count(), found.len());
    for (n, (kept, found)) in KEPT.lines().zip(&found).enumerate() {
        assert_eq!(kept, found, "consignment {n}");
    }
}

/// The same of scenarios, which know grants, conditions, controls and conversions: with options and words.
#[test]
fn kept_answers_come_out_the_same() {
    let texts = [
        include_str!("../scenarios/uk.jsonl"),
        include_str!("../scenarios/us-and-forms.jsonl"),
        include_str!("../scenarios/bad-input.jsonl"),
    ];
    let mut kept = KEPT_ANSWERS.lines();
    for text in texts {
        let mut bench = Bench::new(Some(Lang::En));
        for (n, line) in text.lines().enumerate() {
            let answer = serde_json::to_string(&bench.answer(n + 1, line)).unwrap();
            assert_eq!(kept.next(), Some(&*answer), "line {}", n + 1);
        }
    }
    assert_eq!(kept.next(), None);
}

/// An assessor that has seen other goods answers as a new one does.
#[test]
fn a_used_assessor_answers_as_a_new_one() {
    let law = country();
    let mut assessor = Assessor::new(&law.tariff);
    for goods in consignments().iter().chain(consignments().iter().rev()) {
        let used = assessor.reckon(goods, DAY).map(|found| found.assessment(&law.tariff));
        assert_eq!(used, assess(goods, &law.tariff, DAY));
    }
}

/// What was just reckoned is told as the assessment that is kept of it.
#[test]
fn a_working_reads_as_the_kept_one() {
    let law = country();
    let mut assessor = Assessor::new(&law.tariff);
    for lang in [Lang::Zh, Lang::En] {
        let mut narrator = Narrator::new(&law.pack.rulebook, &law.tariff, DAY, lang);
        for goods in consignments() {
            let Ok(found) = assessor.reckon(&goods, DAY) else { continue };
            let words = narrator.working(found);
            let step = |step| step_words(step, &law.pack.rulebook, &law.tariff, DAY, lang);
            let kept: Vec<_> = found.assessment(&law.tariff).trace.iter().map(step).collect();
            assert_eq!(words.steps().collect::<Vec<_>>(), kept);
            let sums: usize = kept.iter().map(|step| step.sum.len()).sum();
            assert!(words.text().len() > sums);
        }
    }
}

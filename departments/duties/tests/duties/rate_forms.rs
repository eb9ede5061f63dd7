//! Forms of rates through a whole assessment: words of the law, terms, qualified quantities.

use crate::country::*;
use customhouse_duties::{QualifiedQuantity, Step, TermValue, step_words};
use customhouse_kernel::law::faults_text;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::UnitCode;

const TERMS: &str = r#"
[[term]]
id = "price.retail"
name = { zh = "零售价", en = "Retail price" }
is = "number"

[[term]]
id = "meursing.ea"
name = { zh = "农产品成分税", en = "Agricultural component" }
is = "rate"

[[term]]
id = "threshold.a"
key = "threshold"
valid = "2000-01-01..2026-01-01"
name = { zh = "价格界线", en = "Price step" }
is = "number"
value = "12"

[[term]]
id = "threshold.b"
key = "threshold"
valid = "2026-01-01.."
name = { zh = "价格界线", en = "Price step" }
is = "number"
value = "14"

[[code]]
id = "quantity_qualifier.drained"
key = "quantity_qualifier/drained"
name_zh = "沥干净重"
name_en = "drained weight"
"#;

fn law_of(rate: &str) -> Law {
    law_with(&format!("{VALUATION}{CHARGES}{TERMS}"), &format!("import_duty mfn {rate}"), "")
}

/// What a rate owes on 10,000.00 and 500 kg, or the code and words of the refusal.
fn owed(rate: &str, with: impl Fn(&mut customhouse_duties::GoodsItem)) -> String {
    let mut facts = cif("CNY", &["10000.00"]).measuring("035", &["500"]);
    with(&mut facts.items[0]);
    match law_of(rate).assess(&facts) {
        Ok(assessment) => assessment.charge("import_duty").to_string(),
        Err(refused) => {
            refused.iter().map(|r| format!("{}: {}", r.code, r.text.en)).collect::<Vec<_>>().join("; ")
        }
    }
}

#[test]
fn forms_on_a_line() {
    let drained = |quantity: &'static str| {
        move |item: &mut customhouse_duties::GoodsItem| {
            item.qualified.push(QualifiedQuantity {
                unit: UnitCode::parse("035").unwrap(),
                qualifier: "drained".to_owned(),
                quantity: x(quantity),
            });
        }
    };
    let term = |name: &'static str, value: TermValue| {
        move |item: &mut customhouse_duties::GoodsItem| {
            item.terms.insert(name.to_owned(), value);
        }
    };
    let nothing = |_: &mut customhouse_duties::GoodsItem| {};
    assert_eq!(owed("2 CNY/100 kg.drained + 1%", drained("400")), "108.00");
    assert_eq!(owed("10 CNY/kg", drained("400")), "5000.00");
    assert_eq!(
        owed("2 CNY/100 kg.drained", nothing),
        "DUT-015: The rate 2 CNY/100 kg.drained of measure measure.0 cannot be reckoned: the quantity in kg.drained is missing."
    );
    let retail = TermValue::Number(x("25000"));
    assert_eq!(owed("amount(3% * price.retail)", term("price.retail", retail)), "750.00");
    assert_eq!(
        owed("amount(3% * price.retail)", nothing),
        "DUT-015: The rate amount(3% * price.retail) of measure measure.0 cannot be reckoned: the field price.retail is missing."
    );
    let component = TermValue::Rate { share: x("0"), fixed: x("150") };
    assert_eq!(owed("atMost(9% + meursing.ea, 18.7%)", term("meursing.ea", component)), "1050.00");
    assert_eq!(owed("atMost(9% + meursing.ea, 10%)", term("meursing.ea", component)), "1000.00");
    assert_eq!(
        owed("atMost(9% + meursing.ea, 10%)", nothing),
        "DUT-015: The rate atMost(9% + meursing.ea, 10%) of measure measure.0 cannot be reckoned: \
         the field meursing.ea is missing."
    );
    // 20 yuan a kilogram: the step of 2026 is 14
    assert_eq!(owed("value / quantity.kg >= threshold ? 5% : 8%", nothing), "500.00");
    assert_eq!(owed("value / quantity.kg >= threshold + 7 ? 5% : 8%", nothing), "800.00");
    // entry price: what the goods lack to 24 yuan a kilogram is added, up to 30%
    let entry = "value / quantity.kg >= threshold + 10 ? 5% : \
                 atMost(5% + amount((threshold + 10 - value / quantity.kg) * quantity.kg), 30%)";
    assert_eq!(owed(entry, nothing), "2500.00");
    // a consignment does not change a constant of law
    let other = TermValue::Number(x("100"));
    assert_eq!(owed("value / quantity.kg >= threshold ? 5% : 8%", term("threshold", other)), "500.00");
    assert_eq!(owed("month(law_date) == 3 ? 2% : 4%", nothing), "200.00");
    assert_eq!(owed("suspended", nothing), "0.00");
    assert_eq!(
        owed("prohibited", nothing),
        "DUT-018: Goods of code 9000000001 are prohibited: there is no rate of import_duty."
    );
}

#[test]
fn the_trace_tells_free_by_law_from_a_figure_of_zero() {
    for (rate, remark) in [
        ("free", Some("free by law")),
        ("suspended", Some("suspended by law")),
        ("value > 5 ? free : 3%", Some("free by law")),
        ("0%", None),
    ] {
        let law = law_of(rate);
        let assessment = law.assess(&cif("CNY", &["10000.00"])).unwrap();
        let step = assessment.trace.iter().find(|step| matches!(step, Step::Charge { .. })).unwrap();
        let words = step_words(step, &law.pack.rulebook, &law.tariff, DAY, Lang::En);
        let found = words.remarks.iter().find(|remark| remark.ends_with("by law"));
        assert_eq!(found.map(String::as_str), remark, "{rate}");
        let written = serde_json::to_string(step).unwrap();
        assert_eq!(written.contains("by_law"), remark.is_some());
        assert_eq!(serde_json::from_str::<Step>(&written).unwrap(), *step);
    }
}

#[test]
fn faults_of_a_pack_are_found_at_load() {
    let faults = |rules: &str, rate: &str| {
        let row = format!("90,import_duty,mfn,,,\"{rate}\"\n");
        let pack = pack(&format!("{VALUATION}{CHARGES}{rules}"), &row, "", GOODS);
        let own = customhouse_kernel::values::CurrencyCode::parse("CNY").unwrap();
        match customhouse_duties::Tariff::compile(&pack.rulebook, own) {
            Ok(_) => String::new(),
            Err(faults) => faults_text(&faults, Lang::En),
        }
    };
    assert_eq!(faults(TERMS, "1 CNY/kg.drained"), "");
    assert!(faults(TERMS, "1 CNY/kg.lactic").contains("nothing called “lactic” is measured"));
    assert!(faults("", "1 CNY/kg.drained").contains("nothing called “drained” is measured"));
    assert!(faults("", "1 CNY/lb").contains("no unit is called “lb”"));
    assert!(faults("", "amount(price.retail)").contains("no field is called “price.retail”"));
    let term = |id: &str, is: &str, more: &str| {
        format!("[[term]]\nid = \"{id}\"\nname = {{ zh = \"a\", en = \"a\" }}\nis = \"{is}\"\n{more}\n")
    };
    assert!(faults(&term("value", "number", ""), "1%").contains("the name value is in use already"));
    assert!(faults(&term("quantity.kg", "number", ""), "1%").contains("is in use already"));
    assert!(
        faults(&term("a.b", "rate", "value = \"1\""), "1%").contains("a term that is a rate is no constant")
    );
    let two =
        term("a.b", "rate", "") + &term("a.c", "number", "key = \"a.b\"\nvalid = \"1990-01-01..1991-01-01\"");
    assert!(faults(&two, "1%").contains("of two types"));
}

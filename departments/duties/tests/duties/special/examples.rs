//! The worked examples of the handbook that are no plain assessment, read from the file that states them:
//! every result that the file gives is what comes out here.

#![allow(clippy::disallowed_methods)] // a test may read the file that states the examples

use super::{charge, field, result};
use crate::country::{ANTI_DUMPING, CHARGES, VALUATION, With, cif, fob, law_with, x};
use crate::exports::EXPORT;
use customhouse_duties::{Consignment, Step};
use customhouse_kernel::values::{Direction, Money};
use serde_json::{Value, json};
use std::path::Path;

/// A file of the handbook's data; `None`, with a message, where the folder is not there.
pub fn shared(name: &str) -> Option<String> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let found = workspace.ancestors().map(|folder| folder.join("../shared/data/cn").join(name));
    let text = found.into_iter().find_map(|path| std::fs::read_to_string(path).ok());
    if text.is_none() {
        eprintln!("skipped: ../shared/data/cn/{name} is not there");
    }
    text
}

/// What comes out for an example, by the names of the file.
fn ours(id: &str) -> Option<Value> {
    Some(match id {
        "E01" => {
            let charges = format!("{VALUATION}{CHARGES}").replacen("places = 2", "places = 0", 1);
            let goods = fob("JPY", &["10000000"], "200000").insured_at_of_whole("0.005");
            let found = law_with(&charges, "import_duty mfn 80%", "JPY,0.085").assess(&goods).unwrap();
            json!({ "value": whole(found.value()), "duty": found.charge("import_duty") })
        }
        "E02" => taxed(cif("USD", &["100000.00"]), "import_duty mfn 8%\nvat standard 13%", "USD,7.1234"),
        "E03" => {
            let goods = fob("USD", &["58600.00"], "2450.00");
            taxed(goods, "import_duty mfn 6.5%\nvat standard 13%", "USD,7.0912")
        }
        "E04" => {
            let goods = cif("USD", &["39328.00"]).measuring("035", &["24580"]);
            taxed(goods, "import_duty mfn 1.3 CNY/kg\nvat standard 9%", "USD,7.1234")
        }
        "E05" => {
            let goods = cif("USD", &["80000", "104000"]).measuring("006", &["20", "20"]);
            let step =
                "import_duty mfn value / quantity.set <= 5000 * exchange.USD ? 35% : 3% + 12960 CNY/set";
            let found =
                law_with(&format!("{VALUATION}{CHARGES}"), step, "USD,6.8396").assess(&goods).unwrap();
            json!({
                "duty_low": found.collected(1, "import_duty"), "duty_high": found.collected(2, "import_duty"),
                "total": found.total,
            })
        }
        "E06a" => cotton("12.345", "617250.00"),
        "E06b" => cotton("9.000", "450000.00"),
        "E06c" => cotton("6.000", "300000.00"),
        "E06d" => cotton("14.000", "700000.00"),
        "E07" => {
            let rates = "import_duty mfn 15%\nconsumption_tax standard 12%\nvat standard 13%";
            taxed(cif("CNY", &["300000.00"]), rates, "")
        }
        "E08" => {
            let rates = "import_duty mfn free\nvat standard 13%\n\
                consumption_tax standard value / quantity.l * 988 >= 3000 ? 250 CNY/988 l : 220 CNY/988 l";
            taxed(cif("EUR", &["45000.00"]).measuring("095", &["98800"]), rates, "EUR,7.8501")
        }
        "E09" => {
            // half a yuan for 500 g
            let rates = "import_duty mfn 10%\nvat standard 13%\nconsumption_tax standard 20% + 1 CNY/kg";
            taxed(cif("CNY", &["186000.00"]).measuring("035", &["1200"]), rates, "")
        }
        "E10b" => {
            let with = |anti_dumping: &str| {
                let rates = format!("import_duty mfn 6.5%\nvat standard 13%{anti_dumping}");
                let charges = with_anti_dumping();
                law_with(&charges, &rates, "USD,7.1795").assess(&cif("USD", &["68000"])).unwrap()
            };
            let (declared, due) = (with(""), with("\nanti_dumping standard 30.7%"));
            let short = |charge: &str| due.charge(charge).checked_sub(declared.charge(charge));
            json!({ "value": due.value(), "ad_short": short("anti_dumping"), "vat_short": short("vat") })
        }
        "E11" => exported(),
        "E21" => taxed(cif("CNY", &["589.40"]), "import_duty mfn 8%\nvat standard 13%", ""),
        "E23" => {
            let day = |day: &str| {
                field(&result(&json!({ "calculation": "exchange_day", "day": day })), "/rate/day")
            };
            // the old rule on the same Wednesday: a week later
            let third =
                field(&result(&json!({ "calculation": "exchange_day", "day": "2026-03-02" })), "/ordinary");
            let third: jiff::civil::Date = third.parse().unwrap();
            json!({ "rate_date": day("2026-03-02"), "old_rule": third + jiff::Span::new().weeks(1) })
        }
        "E30" => replayed(["9078.87", "817337.64"], "2365", "0.0002", "USD,6.4391", "6%"),
        "E31" => replayed(["18298.98", "22562.28"], "4243.62", "0.00019", "USD,6.4835", "10%"),
        "E10" => assessed("import_duty mfn 5.5%\nanti_dumping standard 30.7%\nvat standard 13%", "482368.00"),
        "E14" => {
            let found = retail("860.00", "40.00", "0");
            json!({
                "value": field(&found, "/value"), "duty": charge(&found, "import_duty"), "vat": charge(&found, "vat"),
            })
        }
        "E15" => {
            let found = retail("900.00", "0.00", "0.15");
            json!({
                "ct": charge(&found, "consumption_tax"), "vat": charge(&found, "vat"), "total": field(&found, "/total"),
            })
        }
        "E16" => {
            let dues = |licence: &str| {
                let facts = json!({
                    "calculation": "tonnage_dues", "vessel": "ship", "flag": "CN", "net_tonnage": "23850",
                    "licence": licence, "from": "2026-03-02",
                });
                field(&result(&facts), "/collected")
            };
            json!({ "d30": dues("30_days"), "d90": dues("90_days"), "y1": dues("year") })
        }
        "E17" => {
            let found = result(&json!({
                "calculation": "relief_sale", "class": "other", "value": "2400000.00", "released": "2024-08-10",
                "settled": "2026-03-28",
            }));
            let mut taxes = assessed("import_duty mfn 8%\nvat standard 13%", &field(&found, "/value"));
            taxes["value"] = found["value"].clone();
            taxes
        }
        "E18" => {
            let found = result(&json!({
                "calculation": "interest", "cause": "bonded_sale", "start": "2025-08-01", "end": "2026-03-01",
                "principal": [{ "charge": "import_duty", "amount": "184620.55" }],
            }));
            json!({ "interest": field(&found, "/total") })
        }
        "E19" => {
            let found = result(&json!({
                "calculation": "temporary_admission", "from": "2026-01-10", "to": "2026-07-30", "full": [
                    { "charge": "import_duty", "amount": "96000.00" }, { "charge": "vat", "amount": "131040.00" },
                ],
            }));
            json!({ "duty": charge(&found, "import_duty"), "vat": charge(&found, "vat") })
        }
        "E20" => {
            let found = result(&json!({
                "calculation": "unproven_origin", "day": "2026-03-02", "value": "100000.00",
                "applicable": { "share": "0.1" }, "measures": [{ "share": "0.25" }], "general": { "share": "0.3" },
            }));
            json!({ "rate": field(&found, "/rate/share"), "duty": field(&found, "/amount") })
        }
        _ => return None,
    })
}

/// Value and charges under the usual law, by the names of the file.
fn taxed(goods: Consignment, rates: &str, exchange: &str) -> Value {
    let found = law_with(&format!("{VALUATION}{CHARGES}"), rates, exchange).assess(&goods).unwrap();
    json!({
        "value": found.value(), "duty": found.charge("import_duty"), "ct": found.charge("consumption_tax"),
        "vat": found.charge("vat"), "total": found.total,
    })
}

/// An amount without its two zeros.
fn whole(amount: Money) -> String {
    amount.to_string().strip_suffix(".00").expect("whole yuan").to_owned()
}

/// 50,000 kg under the sliding duty, with the price and the rate that the trace shows.
fn cotton(price: &str, value: &str) -> Value {
    let sliding = "import_duty mfn value / quantity.kg >= 14 ? 0.28 CNY/kg : min(round(9 / (value / quantity.kg) + \
        2.69% * (value / quantity.kg) - 1, 3), 0.4) * 100%";
    let goods = cif("CNY", &[value]).measuring("035", &["50000"]);
    let found = law_with(&format!("{VALUATION}{CHARGES}"), sliding, "").assess(&goods).unwrap();
    let rate = found.trace.iter().find_map(|step| match step {
        Step::Charge { share, fixed, .. } if fixed.is_zero() => Some(*share),
        _ => None,
    });
    // the file writes three places
    let rate = rate.map_or("0.280/kg".to_owned(), |share| format!("{:0<5}", share.to_string()));
    assert_eq!(found.value().exact(), x(price).mul(x("50000")).unwrap());
    json!({ "Pi": price, "Ri": rate, "duty": found.charge("import_duty") })
}

fn exported() -> Value {
    let charges = format!("{VALUATION}{CHARGES}{EXPORT}");
    let goods = cif("USD", &["120000.00"]);
    let goods = Consignment { direction: Direction::Export, terms: "FOB".to_owned(), ..goods };
    let found = law_with(&charges, "export_duty export 20%", "USD,7.1234").assess(&goods).unwrap();
    json!({ "value": found.value(), "duty": found.charge("export_duty") })
}

/// A real line among the rest of its lot.
fn replayed(lines: [&str; 2], freight: &str, insurance: &str, exchange: &str, duty: &str) -> Value {
    let goods = fob("USD", &lines, freight).insured_at(insurance);
    let rates = format!("import_duty mfn {duty}\nvat standard 13%");
    let found = law_with(&format!("{VALUATION}{CHARGES}"), &rates, exchange).assess(&goods).unwrap();
    json!({
        "value": found.lines[0].value, "duty": found.collected(1, "import_duty"), "vat": found.collected(1, "vat"),
    })
}

fn retail(price: &str, freight: &str, consumption_tax: &str) -> Value {
    result(&json!({
        "calculation": "retail_order", "day": "2026-03-02", "price": price, "freight": freight,
        "on_positive_list": true, "year_left": "26000.00",
        "rates": { "import_duty": "0", "consumption_tax": consumption_tax, "vat": "0.13" },
    }))
}

fn with_anti_dumping() -> String {
    format!("{VALUATION}{CHARGES}{ANTI_DUMPING}").replace(
        "value + import_duty + consumption_tax",
        "value + import_duty + anti_dumping + consumption_tax",
    )
}

fn assessed(rates: &str, value: &str) -> Value {
    let found = law_with(&with_anti_dumping(), rates, "").assess(&cif("CNY", &[value])).unwrap();
    json!({
        "duty": found.charge("import_duty"), "ad": found.charge("anti_dumping"), "vat": found.charge("vat"),
        "total": found.total,
    })
}

#[test]
fn every_result_of_the_file_comes_out() {
    let Some(text) = shared("worked-examples.json") else { return };
    let examples: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut covered = Vec::new();
    for example in &examples {
        let id = example["id"].as_str().unwrap();
        let Some(ours) = ours(id) else { continue };
        for (name, wanted) in example["result"].as_object().unwrap() {
            assert_eq!(&ours[name], wanted, "{id}: {name}");
        }
        covered.push(id);
    }
    // payment terms, late payment and late declaration are rows of finance's tables, under the same names
    let all = examples.iter().map(|example| example["id"].as_str().unwrap());
    let others: Vec<&str> = all.filter(|id| !covered.contains(id)).collect();
    assert_eq!((examples.len(), covered.len()), (31, 26));
    assert_eq!(others, ["E12", "E13", "E22", "E24", "E25"]);
}

//! The worked examples of the handbook that are no plain assessment, read from the file that states them:
//! every result that the file gives is what comes out here.

#![allow(clippy::disallowed_methods)] // a test may read the file that states the examples

use super::{charge, field, result};
use crate::country::{ANTI_DUMPING, CHARGES, VALUATION, cif, law_with};
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

fn retail(price: &str, freight: &str, consumption_tax: &str) -> Value {
    result(&json!({
        "calculation": "retail_order", "day": "2026-03-02", "price": price, "freight": freight,
        "on_positive_list": true, "year_left": "26000.00",
        "rates": { "import_duty": "0", "consumption_tax": consumption_tax, "vat": "0.13" },
    }))
}

fn assessed(rates: &str, value: &str) -> Value {
    let charges = format!("{VALUATION}{CHARGES}{ANTI_DUMPING}").replace(
        "value + import_duty + consumption_tax",
        "value + import_duty + anti_dumping + consumption_tax",
    );
    let found = law_with(&charges, rates, "").assess(&cif("CNY", &[value])).unwrap();
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
    assert_eq!(covered, ["E10", "E14", "E15", "E16", "E17", "E18", "E19", "E20"]);
}

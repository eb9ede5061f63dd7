//! Tax lines that other customs systems printed, recomputed from their own bases and rates through scenarios:
//! ASYCUDA SAD samples and the tax notifications (DMSTAX) of the United Kingdom's samples. What does not
//! agree is named, and explained in `docs/scenario-proofs.md`. The data lie beside the work tree.

#![allow(clippy::disallowed_methods)] // a test reads files

use crate::country::x;
use crate::rate_texts::data;
use customhouse_duties::scenario::{Bench, Verdict};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A tax line as printed.
#[derive(Debug)]
struct TaxLine {
    name: String,
    /// The rate in the language of rates.
    rate: String,
    base: String,
    quantity: Option<String>,
    amount: String,
    places: u32,
}

/// The text inside each element of a name, whatever its prefix and attributes.
fn inside<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let head = rest.split(['>', ' ', '/']).next().unwrap_or_default();
        if head.rsplit(':').next() != Some(name) {
            continue;
        }
        let Some((attributes, body)) = rest.split_once('>') else { break };
        let end = format!("</{head}>");
        if !attributes.ends_with('/')
            && let Some((content, after)) = body.split_once(&end)
        {
            found.push(content);
            rest = after;
        }
    }
    found
}

fn first(text: &str, name: &str) -> Option<String> {
    let found = inside(text, name).first()?.trim();
    (!found.is_empty() && !found.contains('<')).then(|| found.to_owned())
}

fn text(path: &Path) -> String {
    let file = File::open(path).unwrap();
    let is_packed = path.extension().is_some_and(|e| e == "gz");
    let mut reader: Box<dyn Read> = if is_packed { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Files under a folder whose names hold a part, in order.
fn files(folder: &Path, part: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, part));
        } else if path.file_name().unwrap().to_string_lossy().contains(part) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn scenario(line: &TaxLine) -> String {
    let TaxLine { name, rate, base, quantity, amount, places } = line;
    // a specific duty needs no value; the goods need one
    let total = if x(base).is_zero() || quantity.is_some() { "1" } else { base };
    let quantities = quantity.iter().map(|q| ("035", q)).collect::<Vec<_>>();
    let item = serde_json::json!({
        "number": 1, "commodity": "9000000001", "origin": "XX", "total": total, "currency": "XXX", "quantities": quantities,
    });
    let charge = serde_json::json!({
        "id": "tax", "name": { "zh": "税", "en": "tax" }, "order": 1, "base": if total == "1" { "0" } else { "value" },
        "price": "exclusive", "places": places, "rounding": "half_up", "free_up_to": "0.00", "required": true, "book": "A",
    });
    let rules = serde_json::json!({
        "valuation": [{ "places": 2, "rounding": "half_up", "apportion": "coefficient", "insurance_presumed": "0" }],
        "delivery_terms": [{ "id": "CIF" }],
        "charge": [charge],
        "rate_choice": [{ "key": "tax", "order": 1, "when": "true", "prefer": [["a"]] }],
        "unit": [{ "code": "035", "symbol": "unit" }],
        "commodity": [{ "code": "9000000001", "name_zh": "货物", "name_en": "goods" }],
        "measure": [{ "goods": "90", "charge": "tax", "tier": "a", "rate": rate }],
    });
    serde_json::json!({
        "id": name, "on": "2026-01-01", "territory": { "currency": "XXX" }, "rules": rules,
        "consignment": { "terms": "CIF", "items": [item] }, "expect": { "charges": { "tax": amount } },
    })
    .to_string()
}

/// Runs the lines: how many agree, and the others. Each of those is reckoned, to another amount.
fn run(lines: &[TaxLine]) -> (usize, Vec<&TaxLine>) {
    let mut bench = Bench::new(None);
    let mut others = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let answer = bench.answer(n + 1, &scenario(line));
        assert!(answer.findings.is_empty(), "{line:?} {:#?}", answer.findings);
        if answer.verdict() != Verdict::Agrees {
            let reckoned = answer.assessment.map(|a| a.total.to_string()).unwrap_or_default();
            println!("{line:?} reckoned {reckoned}");
            others.push(line);
        }
    }
    (lines.len() - others.len(), others)
}

#[test]
fn tax_lines_of_asycuda_samples() {
    let Some(folder) = data("messages/asycuda-sad") else { return };
    let (mut lines, mut blank) = (Vec::new(), 0);
    for path in files(&folder, "") {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        // Albania's samples are in whole lek; the others have two places
        let places = if file.starts_with("Asycuda421") { 2 } else { 0 };
        for (n, item) in inside(&text(&path), "Item").iter().enumerate() {
            for tax in inside(item, "Taxation_line") {
                let member = |name: &str| first(tax, &format!("Duty_tax_{name}"));
                let (Some(code), Some(base), Some(rate), Some(amount)) =
                    (member("code"), member("Base"), member("rate"), member("amount"))
                else {
                    blank += 1;
                    continue;
                };
                let net = || first(item, "Net_weight_itm").unwrap_or_else(|| base.clone());
                let (rate, quantity) = match code.as_str() {
                    "CET" | "CSC" | "VAT" => (format!("{rate}%"), None),
                    // printed as a fraction
                    "DOG" | "TVS" => (format!("{rate} * 100%"), None),
                    // an amount per kilogram: its base is printed in whole units, the item gives it exactly
                    "AKC" => (format!("{rate} XXX/unit"), Some(net())),
                    "TAM" => (format!("{rate} XXX/unit"), Some(base.clone())),
                    other => panic!("{file}: {other} {base} {rate} {amount}"),
                };
                let name = format!("{file} item {} {code}", n + 1);
                lines.push(TaxLine { name, rate, base, quantity, amount, places });
            }
        }
    }
    let (agree, others) = run(&lines);
    assert_eq!((lines.len(), agree, blank), (251, 215, 1541));
    let (by_weight, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|line| line.name.ends_with("TAM"));
    assert_eq!(by_weight.len(), 35);
    for line in by_weight {
        // the base is printed in whole units: the amount is that of some base that is printed so
        let rate = x(line.rate.split(' ').next().unwrap());
        let apart = x(&line.amount).sub(x(&line.base).mul(rate).unwrap()).unwrap();
        let twice = apart.mul(x("2")).unwrap();
        let half_unit = rate.add(x("1")).unwrap();
        assert!(twice <= half_unit && twice >= half_unit.mul(x("-1")).unwrap(), "{line:?}");
    }
    let names: Vec<&str> = others.iter().map(|line| &*line.name).collect();
    // half a cent, which the source let fall
    assert_eq!(names, ["Asycuda421Sample5.xml item 3 VAT"]);
}

#[test]
fn tax_lines_of_notifications() {
    let Some(folder) = data("messages/wco-dms-hmrc") else { return };
    let (mut lines, mut without_rate) = (Vec::new(), BTreeMap::new());
    for path in files(&folder, "DMSTAX") {
        let file = path.strip_prefix(&folder).unwrap().display().to_string();
        for (n, tax) in inside(&text(&path), "DutyTaxFee").iter().enumerate() {
            let member = |name: &str| first(tax, name);
            let code = member("TypeCode").unwrap_or_default();
            let (Some(base), Some(rate), Some(amount)) =
                (member("AdValoremTaxBaseAmount"), member("TaxRateNumeric"), member("TaxAssessedAmount"))
            else {
                *without_rate.entry(code).or_insert(0) += 1;
                continue;
            };
            // what is deducted comes off the tax
            let deducted = member("DeductAmount").filter(|d| !x(d).is_zero());
            let rate = deducted
                .map_or_else(|| format!("{rate}%"), |d| format!("atLeast({rate}% - amount({d}), free)"));
            let name = format!("{file} {} {code}", n + 1);
            lines.push(TaxLine { name, rate, base, quantity: None, amount, places: 2 });
        }
    }
    let (agree, others) = run(&lines);
    let without: usize = without_rate.values().sum();
    assert_eq!((lines.len(), agree, without), (259, 253, 45), "{without_rate:?}");
    // relief is claimed: rate and base are printed, and nothing is assessed
    assert!(others.iter().all(|line| line.amount == "0.00"), "{others:#?}");
    let of = |line: &&TaxLine| line.name.split('/').next().unwrap().to_owned();
    let names: Vec<String> = others.iter().map(of).collect();
    let samples = ["TT_IM041a", "TT_IM102a", "TT_IM203a"];
    assert_eq!(names, samples.map(|sample| [sample; 2]).concat());
}

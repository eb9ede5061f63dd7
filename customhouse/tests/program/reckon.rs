//! `reckon`: calculations beside the plain assessment, with no server and no database.

use crate::support::{Folder, run};
use std::path::Path;

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/calculations");
    folder.join(name).display().to_string()
}

#[test]
fn each_example_comes_out_with_its_working() {
    for (file, result, step) in [
        ("tonnage-dues", "78705.00  collected", "net tonnage 23850 × rate 3.3"),
        ("temporary-admission", "7  months", "full amount 96000 × months 7 ÷"),
        ("relief-sale", "1066666.67  value", "months not used 16"),
        ("relief-diversion", "3000.00", "days 30 ÷"),
        ("interest", "380.52  total", "days 212"),
        ("outward-processing", "59233.33  value", "cost of processing abroad 50000"),
        ("retail-order", "207.53  total", "÷ 1 − the rate that the price contains 0.85"),
        ("traveller", "250.00  collected", "quantity that is free 400"),
        ("postal-parcel", "78.00  collected", "listed value of a unit 200 × quantity 3"),
        ("border-trade", "8000.00  free_value", "daily allowance 8000"),
        ("provisional-duty", "51613.38  refundable", "rate finally fixed 0.2"),
        ("exclusion", "666.67  taxed_value", "quantity excluded 100"),
        ("customs-value", "33300.00  value", "value of a unit that is taken 83.25"),
        ("formula-price", "399.50  refundable", "amount at the settled price 69800.5"),
        ("exchange-day", "2026-02-24", "from 2026-02-18 to 2026-02-24"),
        ("unproven-origin", "35000.00  amount", "highest amount under the measures 25000"),
    ] {
        let done = run(&["reckon", &example(&format!("{file}.json"))]);
        assert_eq!(done.code, 0, "{file}: {}{}", done.out, done.err);
        assert!(done.out.contains(result) && done.out.contains(step), "{file}: {}", done.out);
        assert!(done.out.contains("§ "), "{file}: {}", done.out);
    }
}

#[test]
fn in_chinese_and_as_json() {
    let file = example("tonnage-dues.json");
    let chinese = run(&["reckon", &file, "--lang", "zh"]);
    assert!(chinese.out.contains("净吨位 23850 × 税率 3.3"), "{}", chinese.out);
    let json = run(&["--json", "reckon", &file]).json();
    assert_eq!(json["result"]["collected"], "78705.00");
    assert_eq!(json["result"]["due"]["day"], "2026-03-17");
    assert!(json["explained"][1]["sum"].as_str().unwrap().ends_with("= 78705"));
}

#[test]
fn what_is_missing_is_refused_by_name_and_what_is_no_facts_fails() {
    let folder = Folder::new("reckon");
    let facts = r#"{ "calculation": "tonnage_dues", "vessel": "ship", "flag": "PA", "licence": "30_days", "from": "2026-03-02" }"#;
    let done = run(&["reckon", &folder.write("f.json", facts)]);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    assert!(done.out.contains("DUT-041") && done.out.contains("net tonnage"), "{}", done.out);
    let done = run(&["reckon", &folder.write("g.json", "{}")]);
    assert_eq!(done.code, 3, "{}{}", done.out, done.err);
    assert!(done.err.contains("holds no facts"), "{}", done.err);
}

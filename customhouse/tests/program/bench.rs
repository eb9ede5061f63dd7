//! `bench`: figures of this machine, with no server and no database.

use crate::support::{Folder, run};

#[test]
fn assessing_is_measured() {
    let folder = Folder::new("bench");
    let rates = folder.path("rates.csv");
    let head = "hs_code,name_zh,mfn_rate,general_rate,provisional_rate,vat_rate,consumption_rate\n";
    std::fs::write(&rates, format!("{head}0101210010,马,0.0,0.3,,0.09,0.0\n")).unwrap();
    let done = run(&["--json", "bench", "assess", "--seconds", "0", "--tariff", &rates]);
    assert_eq!(done.code, 0, "{}", done.err);
    let figures = done.json();
    for key in [
        "assessments_per_second_per_core",
        "straight_line_per_second_per_core",
        "ratio",
        "with_words_per_second_per_core",
        "rule_look_up_ns",
        "rulebook_load_ms",
    ] {
        assert!(figures[key].as_f64().is_some_and(|figure| figure > 0.0), "{key}: {figures}");
    }
    assert_eq!(figures["tariff_from"], "file, 1 codes");
    // the program does not count its allocations, and says so
    assert!(figures["allocations_per_line"].is_null());
    let text = run(&["bench", "assess", "--seconds", "0", "--tariff", &rates, "--lang", "zh"]);
    assert!(text.out.contains("系统负载"), "{}", text.out);
}

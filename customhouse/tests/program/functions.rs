//! `functions`: what the administration is there for, and how much of it works.

use crate::support::{root, run};

#[test]
fn the_coverage_is_counted_and_each_claim_names_what_shows_it() {
    let done = run(&["--json", "functions"]);
    assert_eq!(done.code, 0);
    let told = done.json();
    let number = |name: &str| told[name].as_u64().unwrap();
    assert_eq!(number("duties"), 107);
    assert_eq!(number("working") + number("not_yet"), 107);
    assert_eq!(told["functions"]["total"], 12);
    let duties = told["departments"].as_array().unwrap().iter().flat_map(|d| d["duties"].as_array().unwrap());
    let all: Vec<_> = told["functions"]["list"].as_array().unwrap().iter().chain(duties).collect();
    assert_eq!(all.len(), 119);
    let help = run(&["--help"]).out;
    let mut named = 0;
    for claim in all.iter().filter(|claim| !claim["works"].is_null()) {
        let shown_by = claim["works"]["shown_by"].as_str().unwrap();
        match shown_by.strip_prefix("customhouse ") {
            Some(command) => assert!(help.contains(&format!("\n  {command} ")), "no command {command}"),
            None => assert!(root().join(shown_by).is_file(), "no test {shown_by}"),
        }
        named += 1;
    }
    assert_eq!(named as u64, number("working") + told["functions"]["working"].as_u64().unwrap());
}

#[test]
fn both_languages_tell_every_duty() {
    let en = run(&["--lang", "en", "functions"]).out;
    let zh = run(&["--lang", "zh", "functions"]).out;
    assert_eq!(en.matches("not yet").count(), zh.matches("尚未开办").count());
    assert!(en.contains("12. Human Resources and Education Department") && zh.contains("12. 人事教育司"));
}

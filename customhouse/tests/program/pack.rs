//! `pack check`, `pack list`.

use crate::support::{Folder, copy_pack, root, run};
use std::fs;

#[test]
fn a_good_pack_is_counted() {
    let pack = root().join("packs/cn");
    let done = run(&["pack", "check", pack.to_str().unwrap()]);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(done.out.starts_with("China: ") && done.out.contains("no fault"), "{}", done.out);
    let done = run(&["--lang", "zh", "pack", "check", pack.to_str().unwrap()]);
    assert!(done.out.starts_with("中国：") && done.out.contains("没有错误"), "{}", done.out);
    let done = run(&["--json", "pack", "check", pack.to_str().unwrap()]);
    assert!(done.json()["unconfirmed"].as_u64() < done.json()["rules"].as_u64());
}

#[test]
fn a_fault_is_told_with_file_and_line() {
    let folder = Folder::new("bad-pack");
    let pack = folder.path("pack");
    copy_pack(&pack);
    let file = format!("{pack}/rules/selection.toml");
    let text = fs::read_to_string(&file).unwrap();
    let line = 1 + text.lines().position(|l| l.starts_with("[[selection]]")).unwrap();
    fs::write(&file, text.replacen("when = \"true\"", "when = \"tru\"", 1)).unwrap();
    let done = run(&["pack", "check", &pack]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains(&format!("rules/selection.toml:{line}: when, character 1")), "{}", done.out);
    assert!(done.out.ends_with("1 fault.\n"), "{}", done.out);
    // nothing can be reckoned by it
    let done = run(&["assess", &folder.write("d.json", crate::support::declaration()), "--pack", &pack]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("rules/selection.toml:"), "{}", done.err);
}

#[test]
fn what_is_no_pack_is_named() {
    let folder = Folder::new("no-pack");
    let done = run(&["pack", "check", &folder.path("")]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("the pack has no pack.toml"), "{}", done.out);
    let done = run(&["pack", "check", &folder.path("nowhere")]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("is not a folder"), "{}", done.err);
    folder.write("binary/pack.toml", b"\xff\xfe");
    let done = run(&["pack", "check", &folder.path("binary")]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("pack.toml"), "{}", done.err);
}

#[test]
fn unconfirmed_rules_stand_on_a_list() {
    let done = run(&["pack", "list", "--unconfirmed", "--kind", "charge"]);
    assert_eq!(done.code, 0);
    assert!(done.out.contains("charge.vat.2026 2026-01-01.. (not confirmed)"), "{}", done.out);
    assert!(!done.out.contains("charge.import_duty.2005"), "that one is confirmed:\n{}", done.out);
    let all = run(&["--json", "pack", "list"]).json();
    let unsure = run(&["--json", "pack", "list", "--unconfirmed"]).json();
    assert!(unsure.as_array().unwrap().iter().all(|r| r["confirmed"] == false));
    assert!(unsure.as_array().unwrap().len() < all.as_array().unwrap().len());
}

//! `receipt check`: offline, with the public key alone.

use crate::support::{Folder, run};
use crate::verify::database;
use std::fs;

#[test]
fn a_receipt_stands_alone_and_a_forged_one_falls() {
    let folder = Folder::new("receipt");
    let receipt = database(&folder);
    let history = folder.path("data/keys/history.json");
    let file = folder.write("receipt.json", serde_json::to_string(&receipt).unwrap());
    let digits = {
        let history: serde_json::Value = serde_json::from_slice(&fs::read(&history).unwrap()).unwrap();
        history["keys"][0]["public_key"].as_str().unwrap().to_owned()
    };
    let key_file = folder.write("key.txt", format!("{digits}\n"));
    for key in [&digits, &key_file, &history] {
        let done = run(&["receipt", "check", &file, "--key", key]);
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
        assert!(done.out.starts_with("The receipt is genuine.\n  event 2 bill.filed"), "{}", done.out);
    }
    // an answer of the API holds its receipt
    let answer = folder.write("answer.json", serde_json::json!({ "receipt": receipt }).to_string());
    let done = run(&["--json", "receipt", "check", &answer, "--key", &digits]);
    assert_eq!((done.code, &done.json()["proven"]), (0, &true.into()));

    let check = |change: &dyn Fn(&mut serde_json::Value), words: &str| {
        let mut forged = serde_json::to_value(&receipt).unwrap();
        change(&mut forged);
        let file = folder.write("forged.json", forged.to_string());
        let done = run(&["receipt", "check", &file, "--key", &history]);
        assert_eq!(done.code, 1, "{words}");
        assert!(done.out.contains(words), "{words} is not in: {}", done.out);
    };
    check(
        &|r| r["event"] = r["event"].as_str().unwrap().replace("true", "false").into(),
        "something was changed",
    );
    check(&|r| r["head"]["number"] = 99.into(), "the signature is wrong");
    check(&|r| r["head"]["key_id"] = "0000000000000000".into(), "does not hold key 0000000000000000");
    check(&|r| r["event"] = "{}".into(), "the payload is not an event");
    check(&|r| r["path"] = "x".into(), "The file holds no receipt");
    let other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let done = run(&["receipt", "check", &file, "--key", other]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("signed by another key"), "{}", done.out);
    let done = run(&["receipt", "check", &file, "--key", "12"]);
    assert_eq!(done.code, 2);
}

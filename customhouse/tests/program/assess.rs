//! `assess`: with no server and no database.

use crate::support::{Folder, declaration, run};
use customhouse_exchange::{Format, Limits, Message, read, write};

#[test]
fn a_declaration_in_json_comes_out_with_its_reasons() {
    let folder = Folder::new("assess-json");
    let file = folder.write("d.json", declaration());
    let done = run(&["assess", &file, "--on", "2026-11-20", "--explain"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert_eq!(done.err, "");
    for line in [
        "By the law of 2026-11-20 (China)",
        "  1  8512201000  DE  车灯",
        "            63940.40  customs value",
        "             6394.04  Import duty",
        "             9143.48  Value added tax",
        "            15537.52  to pay",
        "  1. 1 EUR = 7.4999 CNY",
    ] {
        assert!(done.out.lines().any(|l| l == line), "{line:?} is not in:\n{}", done.out);
    }
    let steps = done.out.split("Step by step").nth(1).unwrap();
    let step = |words: &[&str]| steps.lines().any(|l| words.iter().all(|w| l.contains(w)));
    for words in [
        vec!["line 1: ", "lot total", "= 63940.40"],
        vec!["line 1 Import duty: ", "10%"],
        vec!["line 1 Import duty: ", "× 10% = 6394.04"],
        vec!["rounded half up to 2 places"],
        vec!["§ ", "关税法", "第二十三条"],
    ] {
        assert!(step(&words), "no step has {words:?}:\n{steps}");
    }
    let plain = run(&["assess", &file, "--on", "2026-11-20"]);
    assert!(!plain.out.contains("Step by step"));
    let chinese = run(&["assess", &file, "--on", "2026-11-20", "--explain", "--lang", "zh"]);
    assert!(
        chinese.out.contains("15537.52  应缴") && chinese.out.contains("四舍五入至小数点后 2 位"),
        "{}",
        chinese.out
    );
}

#[test]
fn json_and_xml_give_the_same_amounts() {
    let folder = Folder::new("assess-xml");
    let json = declaration();
    let message = read(Format::Json, json.as_bytes(), &Limits::default()).unwrap();
    let xml = write(Format::DecMessage, &Message { form: message.form, ..Message::default() });
    let (json, xml) = (folder.write("d.json", json), folder.write("d.xml", xml));
    let amounts = |file: &str| {
        let done = run(&["--json", "assess", file, "--on", "2026-11-20", "--explain"]);
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
        let value = done.json();
        assert_eq!(value["customs_value"], "63940.40");
        assert!(value["explained"].as_array().unwrap().len() > 5);
        value["assessment"].clone()
    };
    assert_eq!(amounts(&json), amounts(&xml));
}

#[test]
fn what_is_refused_is_told_in_the_senders_own_places() {
    let folder = Folder::new("assess-bad");
    let mut value: serde_json::Value = serde_json::from_str(&declaration()).unwrap();
    value["net_kg"] = "2000".into();
    value["lines"][0]["commodity_code"] = "9999999999".into();
    let json = folder.write("d.json", value.to_string());
    let done = run(&["assess", &json, "--on", "2026-11-20"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out
            .contains("CN-NORM-NET-GROSS  /net_kg\n  Net mass 2000 is above gross mass 1250.5.\n  Check net"),
        "{}",
        done.out
    );
    assert!(done.out.contains("CN-NORM-CODE-KNOWN  /lines/0/commodity_code"), "{}", done.out);
    let message = read(Format::Json, value.to_string().as_bytes(), &Limits::default()).unwrap();
    let xml = folder.write("d.xml", write(Format::DecMessage, &message));
    let done = run(&["assess", &xml, "--on", "2026-11-20", "--lang", "zh"]);
    assert_eq!(done.code, 1);
    assert!(
        done.out.contains("/DecMessage/DecHead/NetWt") && done.out.contains("净重 2000 大于毛重"),
        "{}",
        done.out
    );
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    let folder = Folder::new("assess-hostile");
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("brace", b"{".to_vec()),
        ("latin", b"\xff\xfe\x00".to_vec()),
        ("entity", b"<!DOCTYPE x [<!ENTITY a \"b\">]><DecMessage>&a;</DecMessage>".to_vec()),
        ("huge", vec![b' '; 9 << 20]),
    ] {
        let done = run(&["assess", &folder.write(name, bytes)]);
        assert_eq!(done.code, 1, "{name}: {}{}", done.out, done.err);
        assert!(done.out.contains("EXC-"), "{name}: {}", done.out);
    }
    let done = run(&["assess", &folder.path("nowhere.json")]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("nowhere.json"), "{}", done.err);
}

use super::{findings, form, read_with_defaults, sample_import};
use customhouse_exchange::{Format, json};

fn read(text: &str) -> customhouse_control::form::Form {
    read_with_defaults(Format::Json, text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e:?}")).form
}

#[test]
fn golden() {
    let golden = include_str!("golden/import.json");
    assert_eq!(json::write(&sample_import().form), golden);
    assert_eq!(read(golden), sample_import().form);
}

#[test]
fn values() {
    let check = |text: &str, expected: &[(&str, &str)]| assert_eq!(read(text), form(expected), "{text}");
    check("{}", &[]);
    check("\u{FEFF}{}", &[]);
    check(r#"{"packages": 12}"#, &[("packages", "12")]);
    check(r#"{"packages": -1}"#, &[("packages", "-1")]);
    check(r#"{"packages": 18446744073709551615}"#, &[("packages", "18446744073709551615")]);
    check(r#"{"gross_kg": "12.50"}"#, &[("gross_kg", "12.50")]);
    check(r#"{"gross_kg": "１２"}"#, &[("gross_kg", "１２")]);
    check(r#"{"bill": null, "marks": "", "lines": null, "consignee": null}"#, &[]);
    check(r#"{"consignee": {"credit_code": "X", "name": null}}"#, &[("consignee.credit_code", "X")]);
    check(
        r#"{"lines": [{}, {"preference": {"agreement": "22"}}]}"#,
        &[("lines/1/preference.agreement", "22")],
    );
    check(r#"{"marks": "a\r\n\tb"}"#, &[("marks", "a\r\n\tb")]);
}

#[test]
fn what_is_not_known_is_named() {
    let text = r#"{"x": 1, "a/b~c": 1, "none": null, "consignee.credit_code": "X", "consignee": {"y": [1.5]},
        "lines": [{"z": {}, "preference": {"preference": {"agreement": 1}}}], "freight": {"mark": "1"}}"#;
    let expected = [
        "/a~1b~0c",
        "/consignee.credit_code",
        "/consignee/y",
        "/lines/0/preference/preference",
        "/lines/0/z",
        "/x",
    ];
    assert_eq!(read(text).strange, expected);
}

#[test]
fn all_faults_at_once() {
    let text = r#"{"gross_kg": 12.5, "net_kg": 1e2, "packages": 1e400, "consignee": "X", "bill": ["a"], "marks": true,
        "contract": {"a": 1}, "remarks": "a\u0000b", "voyage": "1", "voyage": "1",
        "containers": {}, "documents": [null, {"code": 1.0}], "lines": [{"origin": "\u001b"}, 7], "lines": []}"#;
    // A number outside all range is bad JSON to the reader, and that alone would be told.
    let text = text.replace("1e400", "1000000000000000000000000000000");
    let expected = [
        ("EXC-044", "/containers"),
        ("EXC-043", "/documents/0"),
        ("EXC-041", "/documents/1/code"),
        ("EXC-004", "/lines/0/origin"),
        ("EXC-043", "/lines/1"),
        ("EXC-013", "/lines"),
        ("EXC-041", "/gross_kg"),
        ("EXC-041", "/net_kg"),
        ("EXC-041", "/packages"),
        ("EXC-043", "/consignee"),
        ("EXC-042", "/bill"),
        ("EXC-042", "/marks"),
        ("EXC-042", "/contract"),
        ("EXC-004", "/remarks"),
        ("EXC-013", "/voyage"),
    ];
    let found = findings(read_with_defaults(Format::Json, text.as_bytes()));
    let found: Vec<(&str, &str)> = found.iter().map(|(code, path)| (&**code, &**path)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_name_that_cannot_be_shown_is_refused() {
    let found = findings(read_with_defaults(Format::Json, br#"{"lines": [{"a\u0000": 1}]}"#));
    assert_eq!(found, [("EXC-004".to_owned(), "/lines/0".to_owned())]);
}

#[test]
fn a_refusal_says_what_to_do() {
    let refusal = &read_with_defaults(Format::Json, br#"{"gross_kg": 12.5}"#).expect_err("a fraction")[0];
    assert!(refusal.remedy.en.contains("\"12.50\""));
    assert!(refusal.is_error());
}

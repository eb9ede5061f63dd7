//! `assess`: with no server and no database.

use crate::support::{Folder, declaration, root, run};
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

#[test]
fn scenarios_stream_an_answer_a_line() {
    let folder = root().join("departments/duties/tests/scenarios");
    for (file, told) in [
        ("uk.jsonl", "1 laws, 0 reckoned, 63 agree, 0 disagree, 0 refused"),
        ("us-and-forms.jsonl", "2 laws, 0 reckoned, 17 agree, 0 disagree, 0 refused"),
        ("bad-input.jsonl", "1 laws, 0 reckoned, 34 agree, 0 disagree, 0 refused"),
    ] {
        let path = folder.join(file).display().to_string();
        let done = run(&["assess", "--scenario", &path]);
        assert_eq!((done.code, done.err.trim()), (0, told), "{file}");
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(done.out.lines().count(), lines, "{file}");
    }
}

#[test]
fn a_faulty_scenario_ends_with_one_and_the_next_is_reckoned() {
    let folder = Folder::new("assess-scenario");
    let law = std::fs::read_to_string(root().join("departments/duties/tests/scenarios/uk.jsonl")).unwrap();
    let mut lines = law.lines();
    let (law, plain) = (lines.next().unwrap(), lines.next().unwrap());
    let wrong = plain.replace("\"100.00\"", "\"100.01\"");
    let text = [law, "no JSON", "", &wrong, plain].join("\n");
    let file = folder.write("cases.jsonl", [text.as_bytes(), b"\n\xff\xfe\n"].concat());
    let done = run(&["assess", "--scenario", &file, "--explain"]);
    let told = "1 laws, 0 reckoned, 1 agree, 1 disagree, 2 refused";
    assert_eq!((done.code, done.err.trim()), (1, told), "{}", done.out);
    let answers: Vec<serde_json::Value> =
        done.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(answers[1]["findings"][0]["code"], "DUT-080");
    assert_eq!(answers[2]["line"], 4);
    let difference = &answers[2]["differences"][0];
    assert_eq!((&difference["expected"], &difference["found"]), (&"100.01".into(), &"100.00".into()));
    assert!(answers[3]["steps"].as_array().unwrap().iter().any(|s| s["sum"] == "1000.00 × 10% = 100.00"));
}

/// Bad input of every kind that a law or a consignment can hold. Each names its rule and its field, and the good line
/// behind it gets its result.
#[test]
fn bad_input_is_named_and_stops_no_other_line() {
    const DUTY: &str = r#"{"id":"duty","name":{"zh":"d","en":"d"},"order":1,"base":"BASE","price":"exclusive","places":2,"rounding":"half_up","free_up_to":"0.00","required":true,"book":"A"}"#;
    let charge = |base: &str| format!("\"charge\":[{}]", DUTY.replace("BASE", base));
    let law = format!(
        r#"{{"define":"b","territory":{{"currency":"GBP"}},"rules":{{"valuation":[{{"places":2,"rounding":"half_up","apportion":"coefficient","insurance_presumed":"0"}}],"delivery_terms":[{{"id":"CIF"}}],{},"rate_choice":[{{"key":"duty","order":1,"when":"true","prefer":[["quota"],["a"]]}}],"unit":[{{"code":"035","symbol":"kg"}}],"commodity":[{{"code":"9000000001","name_zh":"g","name_en":"g"}}],"measure":[{{"id":"plain","goods":"90","charge":"duty","tier":"a","rate":"10%"}}]}}}}"#,
        charge("value")
    );
    let rate = |rate: &str| {
        format!(r#""measure":[{{"id":"own","goods":"9000","charge":"duty","tier":"a","rate":"{rate}"}}]"#)
    };
    let case = |rules: &str, total: &str, goods: &str, lot: &str| {
        format!(
            r#"{{"id":"x","law":"b","on":"2026-11-20","rules":{{{rules}}},"consignment":{{"terms":"CIF","items":[{{"number":1,"commodity":"9000000001","origin":"US","total":"{total}","currency":"GBP"{goods}}}]{lot}}}}}"#
        )
    };
    let good = case("", "1000.00", "", "");
    let circle = charge("value + vat").replace(
        "]",
        &format!(
            ",{}]",
            DUTY.replace("BASE", "value + duty")
                .replace("\"duty\"", "\"vat\"")
                .replace("\"order\":1", "\"order\":2")
        ),
    );
    let quota = r#""measure":[{"id":"plain","goods":"90","charge":"duty","tier":"quota","rate":"1%","order_number":"Q7"}]"#;
    let nothing_left = r#","grants":{"Q7":{"left":"0"}}"#;
    let asked = r#","quota":"Q7""#;
    // what is wrong, the line, code and place, what the sentence names
    let kg = r#","quantities":[["035","0"]]"#;
    let bad: &[(&str, String, &str, &str, &[&str])] = &[
        (
            "unknown unit",
            case(&rate("2 GBP/stone"), "1000.00", "", ""),
            "DUT-081",
            "/rules/measure/0",
            &["2 GBP/stone", "“stone”"],
        ),
        (
            "missing quantity",
            case(&rate("2 GBP/kg"), "1000.00", "", ""),
            "DUT-015",
            "/consignment/items/0/quantities",
            &["own", "kg is missing"],
        ),
        (
            "cyclic base",
            case(&circle, "1000.00", "", ""),
            "DUT-081",
            "/rules/charge/0",
            &["vat", "duty", "circle"],
        ),
        (
            "division by zero",
            case(&rate("10% * (value / quantity.kg)"), "1000.00", kg, ""),
            "DUT-015",
            "/consignment/items/0/quantities",
            &["own", "division by zero"],
        ),
        (
            "10^15 and more than can be held",
            case("", "1000000000000000000", "", ""),
            "DUT-009",
            "/consignment/items/0/total",
            &["digits"],
        ),
        (
            "an empty quota and no other rate",
            case(quota, "1000.00", asked, nothing_left),
            "DUT-014",
            "/consignment/items/0/commodity",
            &["duty", "9000000001"],
        ),
        (
            "a rate in another alphabet",
            case(&rate("٥%"), "1000.00", "", ""),
            "DUT-081",
            "/rules/measure/0",
            &["٥"],
        ),
        (
            "a rate in letters that look alike",
            case(&rate("2 GBР/kg"), "1000.00", "", ""),
            "DUT-081",
            "/rules/measure/0",
            &["“Р”"],
        ),
    ];
    let mut text = vec![law];
    for (_, line, ..) in bad {
        text.extend([line.clone(), good.clone()]);
    }
    // 10^15 itself is reckoned
    text.push(case("", "1000000000000000", "", ""));
    let folder = Folder::new("assess-bad-input");
    let done = run(&["assess", "--scenario", &folder.write("bad.jsonl", text.join("\n"))]);
    let told = format!("1 laws, {} reckoned, 0 agree, 0 disagree, {} refused", bad.len() + 1, bad.len());
    assert_eq!((done.code, done.err.trim()), (1, &*told), "{}", done.out);
    let answers: Vec<serde_json::Value> =
        done.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for (n, (what, _, code, path, names)) in bad.iter().enumerate() {
        let found = answers[2 * n + 1]["findings"].as_array().unwrap();
        let finding = found.iter().find(|f| f["code"] == **code && f["path"] == **path);
        let finding = finding.unwrap_or_else(|| panic!("{what}: {code} {path} not in {found:#?}"));
        for name in *names {
            let says = |lang: &str| finding["text"][lang].as_str().unwrap().contains(name);
            assert!(says("en"), "{what}: {name} is not in {finding:#}");
            assert!(!finding["text"]["zh"].as_str().unwrap().is_empty());
        }
        assert_eq!(answers[2 * n + 2]["assessment"]["total"], "100.00", "the line behind: {what}");
    }
    assert_eq!(answers[2 * bad.len() + 1]["assessment"]["total"], "100000000000000.00");
}

#[test]
fn a_scenario_lies_over_the_pack() {
    let folder = Folder::new("assess-over-pack");
    let goods = |rules: &str| {
        format!(
            r#"{{"id":"x","on":"2026-11-20",{rules}"consignment":{{"terms":"1","items":[{{"number":1,"commodity":"8512201000","origin":"DE","total":"10000.00","currency":"CNY","quantities":[["035","10"]]}}]}}}}"#
        )
    };
    let own = r#""rules":{"measure":[{"id":"measure.import_duty.mfn.8512201000","valid":"2026-01-01..","goods":"8512201000","charge":"import_duty","tier":"mfn","rate":"1%"}]},"#;
    let text = format!("{}\n{}\n", goods(""), goods(own));
    let file = folder.write("cases.jsonl", text);
    let done = run(&["assess", "--scenario", &file, "--over-pack"]);
    let answers: Vec<serde_json::Value> =
        done.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let duty = |n: usize| answers[n]["exact"]["charges"]["import_duty"].clone();
    assert_eq!((duty(0), duty(1)), ("1000".into(), "100".into()), "{}", done.out);
}

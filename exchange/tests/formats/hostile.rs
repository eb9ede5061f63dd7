//! Input made to harm, confuse or exhaust.

use super::{findings, read_with_defaults, sample_import};
use customhouse_exchange::{Encoding, Format, Limits, read, write, write_in};

fn check(format: Format, bytes: &[u8], code: &str, path: &str, why: &str) {
    let found = findings(read_with_defaults(format, bytes));
    assert_eq!(found, [(code.to_owned(), path.to_owned())], "{why}");
}

#[test]
fn xml() {
    let xml = |text: &str, code: &str, path: &str, why: &str| {
        check(Format::DecMessage, text.as_bytes(), code, path, why)
    };
    let head = |inner: &str| format!("<DecMessage><DecHead>{inner}</DecHead></DecMessage>");
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]><DecMessage>&lol2;</DecMessage>";
    xml(laughs, "EXC-022", "", "billion laughs");
    xml(
        "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><DecMessage>&x;</DecMessage>",
        "EXC-022",
        "",
        "external entity",
    );
    xml("<!DOCTYPE d SYSTEM 'http://example.test/d.dtd'><DecMessage/>", "EXC-022", "", "external subset");
    xml(&head("<BillNo>&x;</BillNo>"), "EXC-023", "/DecMessage/DecHead/BillNo", "unknown entity");
    xml(&head("<BillNo>a & b</BillNo>"), "EXC-023", "/DecMessage/DecHead/BillNo", "bare ampersand");
    xml(&head("<BillNo>&#0;</BillNo>"), "EXC-023", "/DecMessage/DecHead/BillNo", "NUL by number");
    xml(&head("<BillNo>&#x110000;</BillNo>"), "EXC-023", "/DecMessage/DecHead/BillNo", "no such character");
    xml(&head("<BillNo>a\0b</BillNo>"), "EXC-004", "/DecMessage/DecHead/BillNo", "NUL");
    xml(&head("<BillNo>\u{85}</BillNo>"), "EXC-004", "/DecMessage/DecHead/BillNo", "C1 control");
    xml("<DecMessage Version='&x;'/>", "EXC-023", "", "entity in an attribute");
    xml(
        &format!("<DecMessage>{}", "<a>".repeat(1_000_000)),
        "EXC-005",
        &format!("/DecMessage{}", "/a".repeat(15)),
        "depth bomb",
    );
    xml(
        &format!("<DecMessage>{}</DecMessage>", "<a/>".repeat(200_000)),
        "EXC-006",
        "/DecMessage",
        "too many elements",
    );
    xml(&format!("<{}/>", "a".repeat(129)), "EXC-007", "", "long name");
    let attributes: String = (0..100_000).map(|i| format!(" a{i}=''")).collect();
    xml(&format!("<DecMessage{attributes}/>"), "EXC-008", "", "many attributes");
    xml(
        &head(&format!("<BillNo>{}</BillNo>", "9".repeat(70_000))),
        "EXC-009",
        "/DecMessage/DecHead/BillNo",
        "long number",
    );
    xml(
        &format!("<DecMessage><DecLists>{}</DecLists></DecMessage>", "<DecList/>".repeat(1_001)),
        "EXC-010",
        "/DecMessage/DecLists",
        "lines",
    );
    let unknown: String = (0..1_001).map(|i| format!("<a{i}>1</a{i}>")).collect();
    xml(&format!("<DecMessage>{unknown}</DecMessage>"), "EXC-011", "", "too much that is unknown");
    xml(&" ".repeat((8 << 20) + 1), "EXC-001", "", "too large");
}

#[test]
fn xml_that_is_broken() {
    let xml =
        |text: &str, code: &str, path: &str| check(Format::DecMessage, text.as_bytes(), code, path, text);
    xml("", "EXC-021", "");
    xml("   ", "EXC-021", "");
    xml("{}", "EXC-020", "");
    xml("<DecMessage><DecHead>", "EXC-021", "/DecMessage/DecHead");
    xml("<DecMessage><DecHead", "EXC-021", "/DecMessage");
    xml(
        "<DecMessage><DecLists><DecList/><DecList><GNo>2</GN",
        "EXC-021",
        "/DecMessage/DecLists/DecList[2]/GNo",
    );
    xml("<DecMessage><!-- ", "EXC-021", "/DecMessage");
    xml("<DecMessage></DecHead>", "EXC-020", "/DecMessage");
    xml("</DecMessage>", "EXC-020", "");
    xml("<DecMessage/><DecMessage/>", "EXC-020", "");
    xml("<DecMessage/>tail", "EXC-020", "");
    xml("<DecMessage a/>", "EXC-020", "");
    xml("<DecMessage a='1' a='2'/>", "EXC-020", "");
    xml("<DecMessage a='<'/>", "EXC-020", "");
    xml("<>", "EXC-020", "");
    xml("< DecMessage/>", "EXC-020", "");
    xml("<1/>", "EXC-020", "");
    xml("<!x><DecMessage/>", "EXC-020", "");
    xml(" <?xml version='1.0'?><DecMessage/>", "EXC-020", "");
    xml("<DecMessage/>&lt;", "EXC-023", "");
    let refusals = read_with_defaults(Format::DecMessage, b"<DecMessage>\n\n</DecHead>").expect_err("broken");
    assert!(refusals[0].text.en.contains("byte 14 (line 3)"), "{}", refusals[0].text.en);
}

#[test]
fn json() {
    let json =
        |text: &str, code: &str, path: &str, why: &str| check(Format::Json, text.as_bytes(), code, path, why);
    json("", "EXC-040", "", "empty");
    json("{", "EXC-040", "", "cut off");
    json("{} x", "EXC-040", "", "tail");
    json("[]", "EXC-043", "", "an array");
    json("<DecMessage/>", "EXC-040", "", "XML");
    json(r#"{"bill": "\ud800"}"#, "EXC-040", "", "half a surrogate pair");
    json(&format!("{{\"a\":{}", "[".repeat(1_000_000)), "EXC-005", "", "depth bomb");
    json(&format!("{{\"a\":[{}0]}}", "0,".repeat(200_000)), "EXC-006", "", "too many values");
    json(&format!("{{\"{}\":1}}", "a".repeat(129)), "EXC-007", "", "long name");
    json(&format!("{{\"bill\":\"{}\"}}", "9".repeat(70_000)), "EXC-009", "/bill", "long number in a string");
    json(&format!("{{\"packages\":{}}}", "9".repeat(100)), "EXC-041", "/packages", "long number");
    json(&format!("{{\"lines\":[{}{{}}]}}", "{},".repeat(1_000)), "EXC-010", "/lines", "lines");
    json(&" ".repeat((8 << 20) + 1), "EXC-001", "", "too large");
}

#[test]
fn the_list_of_findings_ends() {
    let many = format!("{{\"lines\":[{}1]}}", "1,".repeat(500));
    let found = findings(read_with_defaults(Format::Json, many.as_bytes()));
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].0, "EXC-012");
}

#[test]
fn limits_are_the_callers() {
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(findings(read(Format::Json, b"{         }", &limits))[0].0, "EXC-001");
    let limits = Limits { depth: 1, ..Limits::default() };
    assert_eq!(
        findings(read(Format::DecMessage, b"<DecMessage><DecHead/></DecMessage>", &limits))[0].0,
        "EXC-005"
    );
}

/// Every cut and every single damaged byte gives a message or refusals, and never a panic.
#[test]
fn cut_anywhere() {
    for format in [Format::Json, Format::DecMessage] {
        cut_at_each_byte(format, write(format, &sample_import()).into_bytes());
    }
    for encoding in [Encoding::Gb18030, Encoding::Gbk] {
        cut_at_each_byte(Format::DecMessage, write_in(Format::DecMessage, &sample_import(), encoding));
    }
}

fn cut_at_each_byte(format: Format, whole: Vec<u8>) {
    let end = whole.trim_ascii_end().len();
    for n in 0..end {
        assert!(read_with_defaults(format, &whole[..n]).is_err(), "{format:?} cut at {n}");
    }
    assert!(read_with_defaults(format, &whole[..end]).is_ok());
}

#[test]
fn damaged_anywhere() {
    for format in [Format::Json, Format::DecMessage] {
        damage_each_byte(format, write(format, &sample_import()).into_bytes());
    }
    damage_each_byte(Format::DecMessage, write_in(Format::DecMessage, &sample_import(), Encoding::Gb18030));
}

fn damage_each_byte(format: Format, whole: Vec<u8>) {
    for n in 0..whole.len() {
        for flip in [1 << (n % 8), 0x80, 0xFF] {
            let mut damaged = whole.clone();
            damaged[n] ^= flip;
            let _ = read_with_defaults(format, &damaged);
        }
    }
}

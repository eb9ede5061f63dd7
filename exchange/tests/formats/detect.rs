use customhouse_exchange::{Format, charset, detect};

#[test]
fn by_content_type_or_first_character() {
    let check = |bytes: &[u8], content_type: Option<&str>, expected: Format| {
        assert_eq!(detect(bytes, content_type), expected, "{bytes:?} {content_type:?}");
    };
    check(b"{}", None, Format::Json);
    check(b"<DecMessage/>", None, Format::DecMessage);
    check(b"\xEF\xBB\xBF \n<DecMessage/>", None, Format::DecMessage);
    check(b"\x84\x31\x95\x33<DecMessage/>", None, Format::DecMessage);
    check(b"", None, Format::Json);
    check(b"<", Some("application/json; charset=utf-8"), Format::Json);
    check(b"{", Some("text/xml"), Format::DecMessage);
    check(b"{", Some("Application/XML;charset=UTF-8"), Format::DecMessage);
    check(b"{", Some("application/vnd.dec+xml"), Format::DecMessage);
    check(b"<", Some("application/problem+json"), Format::Json);
    check(b"<a/>", Some("application/octet-stream"), Format::DecMessage);
}

#[test]
fn charsets() {
    let check = |content_type: &str, expected: Option<&str>| {
        assert_eq!(charset(content_type), expected, "{content_type}");
    };
    check("", None);
    check("text/xml", None);
    check("text/xml; version=1", None);
    check("text/xml; charset", None);
    check("text/xml; charset=", None);
    check("text/xml; charset=\"\"", None);
    check("charset=GBK", None);
    check("text/xml;charset=GBK", Some("GBK"));
    check("text/xml; version=1; CHARSET = \"gb18030\" ; x=y", Some("gb18030"));
    check("text/xml; charset=a; charset=b", Some("a"));
}

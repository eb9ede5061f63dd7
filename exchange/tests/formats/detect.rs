use customhouse_exchange::{Format, detect};

#[test]
fn by_content_type_or_first_character() {
    let check = |bytes: &[u8], content_type: Option<&str>, expected: Format| {
        assert_eq!(detect(bytes, content_type), expected, "{bytes:?} {content_type:?}");
    };
    check(b"{}", None, Format::Json);
    check(b"<DecMessage/>", None, Format::DecMessage);
    check(b"\xEF\xBB\xBF \n<DecMessage/>", None, Format::DecMessage);
    check(b"", None, Format::Json);
    check(b"<", Some("application/json; charset=utf-8"), Format::Json);
    check(b"{", Some("text/xml"), Format::DecMessage);
    check(b"{", Some("Application/XML;charset=UTF-8"), Format::DecMessage);
    check(b"{", Some("application/vnd.dec+xml"), Format::DecMessage);
    check(b"<", Some("application/problem+json"), Format::Json);
    check(b"<a/>", Some("application/octet-stream"), Format::DecMessage);
}

//! Encodings: which is read, which is refused and by what name, and where a message goes wrong.

use super::{findings, form, read_with_defaults, sample_export, sample_import};
use customhouse_exchange::{Encoding, Format, Limits, Message, charset, read_in, write, write_in};
use customhouse_kernel::refusal::Refusal;

const XML: Format = Format::DecMessage;

fn read(content_type: &str, bytes: &[u8]) -> Result<Message, Vec<Refusal>> {
    read_in(XML, charset(content_type), bytes, &Limits::default())
}

/// A message with these bytes in its marks and this XML declaration.
fn message(declaration: &str, marks: &[u8]) -> Vec<u8> {
    let before = format!("{declaration}<DecMessage><DecHead><MarkNo>");
    [before.as_bytes(), marks, b"</MarkNo></DecHead></DecMessage>"].concat()
}

fn declared(encoding: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>")
}

#[test]
fn what_is_read() {
    let check = |content_type: &str, bytes: &[u8], marks: &str, encoding: Encoding| {
        let message = read(content_type, bytes).unwrap_or_else(|e| panic!("{content_type} {bytes:?}: {e:?}"));
        assert_eq!((message.form, message.encoding), (form(&[("marks", marks)]), encoding));
    };
    let (gb, gbk, utf8) = (Encoding::Gb18030, Encoding::Gbk, Encoding::Utf8);
    check("", &message(&declared("GB18030"), b"\xD6\xD0"), "中", gb);
    check("", &message(&declared("gb18030"), b"\x95\x32\x82\x36\x81\x40"), "\u{20000}丂", gb);
    check("", &message(&declared("GBK"), b"\xD6\xD0\x80"), "中€", gbk);
    check("", &message(&declared("GB2312"), b"\xD6\xD0"), "中", gbk);
    check("", &message("<?xml version='1.0' encoding = 'gbk' ?>", b"\xD6\xD0"), "中", gbk);
    // The second byte of a character may look like markup; it never is.
    check("", &message(&declared("GBK"), b"\x81\x5D\x81\x7C\x81\x40"), "乚亅丂", gbk);
    check("text/xml; charset=GB18030", &message("", b"\xD6\xD0"), "中", gb);
    check("text/xml; charset=gb2312", &message("<?xml version='1.0'?>", b"\xD6\xD0"), "中", gbk);
    check("text/xml; charset=GB18030", &message(&declared("GBK"), b"\xD6\xD0"), "中", gbk);
    check("text/xml; charset=utf-8", &message(&declared("UTF-8"), "中".as_bytes()), "中", utf8);
    check("text/xml; charset=us-ascii", &message(&declared("UTF-8"), b"a"), "a", utf8);
    check("", &message("\u{FEFF}", "中".as_bytes()), "中", utf8);
    let mark = b"\x84\x31\x95\x33";
    check("", &[&mark[..], &message("", b"\xD6\xD0")].concat(), "中", gb);
    check("", &[&mark[..], &message(&declared("GB18030"), b"\xD6\xD0")].concat(), "中", gb);
}

#[test]
fn what_is_refused() {
    let check = |content_type: &str, bytes: &[u8], code: &str, says: &[&str]| {
        let refusals = read(content_type, bytes).expect_err(code);
        let [refusal] = refusals.as_slice() else { panic!("one finding: {refusals:?}") };
        assert_eq!((refusal.code.as_ref(), refusal.path.as_str()), (code, ""), "{content_type} {bytes:?}");
        for text in [&refusal.text.en, &refusal.text.zh] {
            assert!(says.iter().all(|s| text.contains(s)), "{says:?} in {text}");
        }
    };
    let gb = declared("GB18030");
    let start = gb.len() + "<DecMessage><DecHead><MarkNo>".len();
    let at = |n: usize| (start + n).to_string();
    // Another encoding, by its name.
    check("", &message(&declared("Big5"), b""), "EXC-003", &["Big5"]);
    check("", &message(&declared("ISO-8859-1"), b""), "EXC-003", &["ISO-8859-1"]);
    check("", &message(&declared("hz-gb-2312"), b""), "EXC-003", &["hz-gb-2312"]);
    check("text/xml; charset=Big5", &message(&gb, b""), "EXC-003", &["Big5"]);
    check("", b"\xFF\xFE<\0D\0", "EXC-003", &["UTF-16"]);
    check("", b"\xFE\xFF\0<\0D", "EXC-003", &["UTF-16"]);
    // Two encodings.
    let marked = |declaration: &str| message(&format!("\u{FEFF}{declaration}"), b"");
    check("", &marked(&declared("gb2312")), "EXC-014", &["UTF-8", "gb2312"]);
    check("text/xml; charset=UTF-8", &message(&gb, b""), "EXC-014", &["UTF-8", "GB18030"]);
    check("text/xml; charset=GBK", &message(&declared("utf-8"), b""), "EXC-014", &["GBK", "utf-8"]);
    check("text/xml; charset=GBK", &marked(""), "EXC-014", &["UTF-8", "GBK"]);
    let mark = b"\x84\x31\x95\x33";
    let utf8 = declared("UTF-8");
    check("", &[&mark[..], &message(&utf8, b"")].concat(), "EXC-014", &["GB18030", "UTF-8"]);
    // Bytes that stand for no character.
    check("", &message(&gb, b"a\xFF"), "EXC-015", &["GB18030", &at(1)]);
    check("", &message(&gb, b"\xD6\xD0\xD6"), "EXC-015", &["GB18030", &at(2)]);
    check("", &message(&gb, b"\xD6\xD0\x95\x32\x82"), "EXC-015", &["GB18030", &at(2)]);
    check("", &message(&gb, b"\xFE\x39\xFE\x39"), "EXC-015", &["GB18030", &at(0)]);
    check("", &[gb.as_bytes(), b"\xD6"].concat(), "EXC-015", &["GB18030", &gb.len().to_string()]);
    check("", &[gb.as_bytes(), b"\x81\x30\x81"].concat(), "EXC-015", &["GB18030", &gb.len().to_string()]);
    check("text/xml; charset=gb2312", b"<DecMessage>\xFF", "EXC-015", &["GBK", "12"]);
    // GB18030 that says it is UTF-8, or does not say.
    let start = utf8.len() + "<DecMessage><DecHead><MarkNo>".len();
    check("", &message(&utf8, b"a\xD6\xD0"), "EXC-016", &["UTF-8", "GB18030", &(start + 1).to_string()]);
    check("text/xml; charset=utf-8", &message("", b"\xD6\xD0"), "EXC-016", &["UTF-8"]);
    check("", b"<DecMessage>\xD6\xD0</DecMessage>", "EXC-016", &["UTF-8", "12"]);
    // The first character is good UTF-8 by chance (D2 BB), the second is not.
    check("", b"<DecMessage>\xD2\xBB\xD6\xD0</DecMessage>", "EXC-016", &["14"]);
    // UTF-8 that is damaged, or followed by something else.
    check("", &message(&utf8, b"\xE4\xB8\xAD\xD6\xD0"), "EXC-002", &["UTF-8", &(start + 3).to_string()]);
    check("", &message(&utf8, b"\xFF"), "EXC-002", &["UTF-8", &start.to_string()]);
}

/// JSON is UTF-8, whatever its media type says.
#[test]
fn json_is_utf8() {
    let read =
        |charset: Option<&str>, bytes: &[u8]| read_in(Format::Json, charset, bytes, &Limits::default());
    let refused = |charset: Option<&str>, bytes: &[u8]| findings(read(charset, bytes))[0].0.clone();
    let chinese = "{\"marks\": \"中\"}".as_bytes();
    assert!(read(Some("utf-8"), chinese).is_ok());
    assert!(read(None, b"\xEF\xBB\xBF{}").is_ok());
    assert_eq!(refused(Some("GBK"), b"{\"marks\": \"\xD6\xD0\"}"), "EXC-003");
    assert_eq!(refused(None, b"{\"marks\": \"\xD6\xD0\"}"), "EXC-002");
    assert_eq!(refused(None, b"{\"marks\": \"\xFF\"}"), "EXC-002");
    assert_eq!(refused(None, b"\x84\x31\x95\x33{}"), "EXC-003");
}

/// All but the declaration is the same document, in other bytes.
#[test]
fn what_is_written() {
    let utf8 = write(XML, &sample_import());
    assert_eq!(write_in(XML, &sample_import(), Encoding::Utf8), utf8.as_bytes());
    for encoding in [Encoding::Gb18030, Encoding::Gbk] {
        for sample in [sample_import(), sample_export()] {
            let bytes = write_in(XML, &sample, encoding);
            assert!(bytes.starts_with(declared(encoding.name()).as_bytes()));
            assert_eq!(read_with_defaults(XML, &bytes), Ok(Message { encoding, ..sample }));
        }
        let bytes = write_in(XML, &sample_import(), encoding);
        let car = b"<GName>\xD0\xA1\xBD\xCE\xB3\xB5</GName>";
        assert!(bytes.windows(car.len()).any(|w| w == car), "小轿车");
    }
    let marks = |encoding: Encoding| {
        let message = Message { form: form(&[("marks", "€\u{E5E5}\u{20000}")]), ..Message::default() };
        let bytes = write_in(XML, &message, encoding);
        let start = bytes.windows(8).position(|w| w == b"<MarkNo>").expect("marks") + 8;
        bytes[start..].split(|b| *b == b'<').next().expect("an end").to_vec()
    };
    assert_eq!(marks(Encoding::Gb18030), b"\xA2\xE3&#58853;\x95\x32\x82\x36");
    assert_eq!(marks(Encoding::Gbk), b"&#8364;&#58853;&#131072;");
}

//! Encodings 字符编码: UTF-8, and GB18030 with its older parts, both ways.

use encoding_rs::{DecoderResult, GB18030, GBK, UTF_8};
use std::borrow::Cow;

/// How the characters of a message are written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    Utf8,
    /// GB 18030: every character of Unicode, in one, two or four bytes.
    Gb18030,
    /// GBK, and GB 2312 as a part of it. Read as GB 18030, of which it is a part in turn; written
    /// with character references for what it has no bytes for.
    Gbk,
}

impl Encoding {
    /// The encoding of a name, in any case; none if it is not one of ours. Source: IANA character
    /// sets, WHATWG Encoding (labels), and `cp936` and its like, which is how Windows calls GBK.
    ///
    /// ```
    /// use customhouse_exchange::Encoding;
    /// assert_eq!(Encoding::of_name("gb2312"), Some(Encoding::Gbk));
    /// assert_eq!(Encoding::of_name("Big5"), None);
    /// ```
    pub fn of_name(name: &str) -> Option<Encoding> {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            // ASCII is a part of UTF-8.
            "ascii" | "us-ascii" => return Some(Encoding::Utf8),
            "cp936" | "ms936" | "windows-936" => return Some(Encoding::Gbk),
            _ => {}
        }
        let found = encoding_rs::Encoding::for_label(name.as_bytes())?;
        let ours = [(UTF_8, Encoding::Utf8), (GB18030, Encoding::Gb18030), (GBK, Encoding::Gbk)];
        ours.into_iter().find(|(theirs, _)| *theirs == found).map(|(_, ours)| ours)
    }

    /// The name for an XML declaration or a media type.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Gb18030 => "GB18030",
            Encoding::Gbk => "GBK",
        }
    }

    /// Whether bytes in one are read as the other's are.
    pub(crate) fn reads_like(self, other: Encoding) -> bool {
        (self == Encoding::Utf8) == (other == Encoding::Utf8)
    }

    /// XML as bytes. Characters that the encoding has no certain bytes for become references, so they
    /// may stand in values only.
    pub(crate) fn encode(self, xml: String) -> Vec<u8> {
        let theirs = match self {
            Encoding::Utf8 => return xml.into_bytes(),
            Encoding::Gb18030 => GB18030,
            Encoding::Gbk => GBK,
        };
        // For what has no bytes at all, encoding_rs writes references itself.
        theirs.encode(&self.with_references(&xml)).0.into_owned()
    }

    /// Characters of private use changed places between the editions of GB 18030 (2000, 2005, 2022), and
    /// GBK has the euro in two places: by number they are certain.
    fn with_references(self, xml: &str) -> Cow<'_, str> {
        let is_uncertain =
            |c: char| matches!(c, '\u{E000}'..='\u{F8FF}') || (c == '€' && self == Encoding::Gbk);
        if !xml.contains(is_uncertain) {
            return Cow::Borrowed(xml);
        }
        let mut out = String::with_capacity(xml.len() + 64);
        for c in xml.chars() {
            match is_uncertain(c) {
                true => out.push_str(&format!("&#{};", u32::from(c))),
                false => out.push(c),
            }
        }
        Cow::Owned(out)
    }
}

/// The characters of GB 18030 bytes; the place of the first byte that stands for none.
pub(crate) fn decode_gb18030(bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2 + 16);
    let mut at = 0;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return Ok(text),
            DecoderResult::OutputFull => text.reserve(bytes.len() - at + 16),
            DecoderResult::Malformed(length, after) => {
                return Err(at.saturating_sub(usize::from(length) + usize::from(after)));
            }
        }
    }
}

/// How many bytes the first character of valid GB 18030 has.
pub(crate) fn gb18030_length(bytes: &[u8]) -> usize {
    match bytes {
        [0x81..=0xFE, 0x30..=0x39, ..] => 4,
        [0x81..=0xFE, ..] => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check =
            |name: &str, expected: Option<Encoding>| assert_eq!(Encoding::of_name(name), expected, "{name}");
        check("UTF-8", Some(Encoding::Utf8));
        check("utf8", Some(Encoding::Utf8));
        check("US-ASCII", Some(Encoding::Utf8));
        check("GB18030", Some(Encoding::Gb18030));
        check("gbk", Some(Encoding::Gbk));
        check("GB2312", Some(Encoding::Gbk));
        check("gb_2312-80", Some(Encoding::Gbk));
        check("CP936", Some(Encoding::Gbk));
        for other in
            ["", "Big5", "UTF-16", "ISO-8859-1", "windows-1252", "hz-gb-2312", "Shift_JIS", "GB18031"]
        {
            check(other, None);
        }
        for ours in [Encoding::Utf8, Encoding::Gb18030, Encoding::Gbk] {
            check(ours.name(), Some(ours));
        }
    }

    /// Every character there is comes back, as itself or by its number.
    #[test]
    fn every_character_comes_back() {
        for c in '\u{0}'..=char::MAX {
            for encoding in [Encoding::Gb18030, Encoding::Gbk] {
                let bytes = encoding.encode(c.to_string());
                let back = decode_gb18030(&bytes).expect("what we write can be read");
                let by_number = format!("&#{};", u32::from(c));
                assert!(back.chars().eq([c]) || back == by_number, "U+{:04X} {encoding:?}", u32::from(c));
                let is_private = matches!(c, '\u{E000}'..='\u{F8FF}');
                assert!(encoding == Encoding::Gbk || is_private == (back == by_number), "{c:?}");
                if back != by_number {
                    assert_eq!(gb18030_length(&bytes), bytes.len(), "U+{:04X}", u32::from(c));
                }
            }
        }
    }

    #[test]
    fn the_first_fault() {
        let check = |bytes: &[u8], expected: Result<&str, usize>| {
            assert_eq!(decode_gb18030(bytes), expected.map(str::to_owned), "{bytes:02X?}");
        };
        check(b"", Ok(""));
        check(b"a\xD6\xD0b", Ok("a中b"));
        check(b"\x81\x30\x81\x30", Ok("\u{80}"));
        check(b"\x95\x32\x82\x36", Ok("\u{20000}"));
        check(b"\x80", Ok("€"));
        check(b"ab\xD6", Err(2));
        check(b"ab\xD6\xD0\xFF", Err(4));
        check(b"ab\xD6<", Err(2));
        check(b"ab\x95\x32", Err(2));
        check(b"ab\x95\x32\x82", Err(2));
        check(b"ab\x95\x32\x82x", Err(2));
        check(b"\xFE\x39\xFE\x39", Err(0));
    }
}

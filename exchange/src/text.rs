//! From bytes to characters: size, encoding, byte order mark, control characters.

use crate::encoding::{Encoding, decode_gb18030, gb18030_length};
use crate::limits::Limits;
use crate::refusals;
use customhouse_kernel::refusal::{Reason, Refusal};
use std::borrow::Cow;

/// The byte order mark that some editors put before a text.
pub(crate) const BYTE_ORDER_MARK: char = '\u{FEFF}';

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const GB18030_MARK: &[u8] = b"\x84\x31\x95\x33";
const UTF16_MARKS: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

/// A message as characters, its byte order mark still there.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    pub(crate) characters: Cow<'a, str>,
    pub(crate) encoding: Encoding,
    bytes: &'a [u8],
}

impl Text<'_> {
    /// Where in the sender's bytes a place of the characters is. Unit: bytes, of both.
    pub(crate) fn sent_at(&self, at: usize) -> usize {
        match self.encoding {
            Encoding::Utf8 => at,
            Encoding::Gb18030 | Encoding::Gbk => {
                let before = self.characters.char_indices().take_while(|(i, _)| *i < at);
                before.fold(0, |sent, _| sent + gb18030_length(self.bytes.get(sent..).unwrap_or_default()))
            }
        }
    }
}

/// An XML document as characters. Its encoding is what its byte order mark, the media type's `charset`
/// and its own declaration say, which must agree; UTF-8 if they say nothing. Source: XML 1.0, appendix F.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    charset: Option<&str>,
    limits: &Limits,
) -> Result<Text<'a>, Refusal> {
    check_size(bytes, limits)?;
    let encoding = encoding([marked(bytes), charset.and_then(fit), declared(bytes)])?;
    let characters =
        match encoding {
            Encoding::Utf8 => Cow::Borrowed(utf8(bytes, &refusals::GB18030_AS_UTF8)?),
            Encoding::Gb18030 | Encoding::Gbk => Cow::Owned(decode_gb18030(bytes).map_err(|at| {
                refusals::NOT_GB18030.at("").with("encoding", encoding.name()).with("byte", at)
            })?),
        };
    Ok(Text { characters, encoding, bytes })
}

/// A JSON document as characters: UTF-8 and nothing else. Source: RFC 8259, section 8.1.
pub(crate) fn decode_utf8<'a>(
    bytes: &'a [u8],
    charset: Option<&str>,
    limits: &Limits,
) -> Result<&'a str, Refusal> {
    check_size(bytes, limits)?;
    match encoding([marked(bytes), charset.and_then(fit), None])? {
        Encoding::Utf8 => utf8(bytes, &refusals::NOT_UTF8),
        other => Err(refusals::ENCODING.at("").with("encoding", other.name())),
    }
}

/// A text without the byte order mark of an encoding that we read.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    [UTF8_MARK, GB18030_MARK].into_iter().find_map(|mark| bytes.strip_prefix(mark)).unwrap_or(bytes)
}

/// Whether a character has no place in a value: control characters but tab and line ends, and the
/// two noncharacters that XML cannot carry.
pub(crate) fn is_unfit(c: char) -> bool {
    let is_layout = matches!(c, '\t' | '\n' | '\r');
    (c.is_control() && !is_layout) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    match bytes.len() > limits.bytes {
        true => Err(refusals::TOO_LARGE.at("").with("found", bytes.len()).with("limit", limits.bytes)),
        false => Ok(()),
    }
}

/// The one encoding that all names stand for, as the last of them says it.
fn encoding(names: [Option<String>; 3]) -> Result<Encoding, Refusal> {
    let mut chosen: Option<(Encoding, String)> = None;
    for name in names.into_iter().flatten() {
        let Some(encoding) = Encoding::of_name(&name) else {
            return Err(refusals::ENCODING.at("").with("encoding", name));
        };
        match chosen {
            Some((first, first_name)) if !first.reads_like(encoding) => {
                let refusal = refusals::MIXED_ENCODINGS.at("");
                return Err(refusal.with("first", first_name).with("second", name));
            }
            _ => chosen = Some((encoding, name)),
        }
    }
    Ok(chosen.map(|(encoding, _)| encoding).unwrap_or_default())
}

/// UTF-8 bytes as characters; `otherwise` is the reason if they are GB 18030 and it looks so.
fn utf8<'a>(bytes: &'a [u8], otherwise: &Reason) -> Result<&'a str, Refusal> {
    std::str::from_utf8(bytes).map_err(|e| {
        let is_gb18030 = looks_like_gb18030(bytes, e.valid_up_to());
        let reason = if is_gb18030 { otherwise } else { &refusals::NOT_UTF8 };
        reason.at("").with("byte", e.valid_up_to())
    })
}

/// Whether bytes that are no UTF-8 from a place on seem to be GB 18030: all of them can be read as such,
/// and nothing before the place is a Chinese character in UTF-8.
fn looks_like_gb18030(bytes: &[u8], good: usize) -> bool {
    let before = std::str::from_utf8(&bytes[..good]).unwrap_or_default();
    before.chars().all(|c| c < '\u{800}') && decode_gb18030(bytes).is_ok()
}

/// The encoding that a byte order mark shows.
fn marked(bytes: &[u8]) -> Option<String> {
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    let name = match () {
        () if starts(UTF8_MARK) => Encoding::Utf8.name(),
        () if starts(GB18030_MARK) => Encoding::Gb18030.name(),
        () if UTF16_MARKS.into_iter().any(starts) => "UTF-16",
        () => return None,
    };
    Some(name.to_owned())
}

/// The encoding in an XML declaration.
fn declared(bytes: &[u8]) -> Option<String> {
    let bytes = without_mark(bytes).strip_prefix(b"<?xml")?;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let (_, value) = head.split("?>").next()?.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start().strip_prefix(['"', '\''])?;
    fit(value)
}

/// The name of an encoding that a text begins with: only its letters, digits and dashes.
fn fit(value: &str) -> Option<String> {
    let is_fit = |c: &char| c.is_ascii_alphanumeric() || "-_.:".contains(*c);
    let name: String = value.chars().take(40).take_while(is_fit).collect();
    (!name.is_empty()).then_some(name)
}

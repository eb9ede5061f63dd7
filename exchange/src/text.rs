//! From bytes to characters: size, encoding, byte order mark, control characters.

use crate::limits::Limits;
use crate::refusals;
use customhouse_kernel::refusal::Refusal;

/// The byte order mark that some editors put before UTF-8.
pub(crate) const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The message as characters, its byte order mark still there.
pub(crate) fn decode<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, Refusal> {
    if bytes.len() > limits.bytes {
        let refusal = refusals::TOO_LARGE.at("");
        return Err(refusal.with("found", bytes.len()).with("limit", limits.bytes));
    }
    if let Some(encoding) = other_encoding(bytes) {
        return Err(refusals::ENCODING.at("").with("encoding", encoding));
    }
    std::str::from_utf8(bytes).map_err(|e| refusals::NOT_UTF8.at("").with("byte", e.valid_up_to()))
}

/// Whether a character has no place in a value: control characters but tab and line ends, and the
/// two noncharacters that XML cannot carry.
pub(crate) fn is_unfit(c: char) -> bool {
    let is_layout = matches!(c, '\t' | '\n' | '\r');
    (c.is_control() && !is_layout) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// The encoding that the message names or shows, if it is not UTF-8 (of which ASCII is a part).
fn other_encoding(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Some("UTF-16".to_owned());
    }
    let name = declared_encoding(bytes)?;
    let is_utf8 = ["utf-8", "utf8", "us-ascii", "ascii"].contains(&name.to_ascii_lowercase().as_str());
    (!is_utf8).then_some(name)
}

/// The encoding in an XML declaration; only its letters, digits and dashes.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes).strip_prefix(b"<?xml")?;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let (_, value) = head.split("?>").next()?.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start().strip_prefix(['"', '\''])?;
    let is_fit = |c: &char| c.is_ascii_alphanumeric() || "-_.:".contains(*c);
    let name: String = value.chars().take(40).take_while(is_fit).collect();
    (!name.is_empty()).then_some(name)
}

//! The formats together: which one a message is in, read it, write it, name places in it.

use crate::encoding::Encoding;
use crate::limits::Limits;
use crate::{json, single_window, text};
use customhouse_control::form::Form;
use customhouse_kernel::refusal::Refusal;

/// A format in which a declaration can come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The JSON form.
    Json,
    /// The single window's `DecMessage`.
    DecMessage,
}

/// A declaration with what its envelope says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    pub form: Form,
    /// Interface version 接口版本号: the attribute `Version`. XML only.
    pub version: Option<String>,
    /// Client sequence number 客户端报关单编号: the sender's idempotency key. XML only; a JSON form has
    /// its key in the header of the request.
    pub client_sequence_number: Option<String>,
    /// Operation 操作类型: `A` to `G`. XML only.
    pub operation: Option<String>,
    /// The encoding that it came in, in which an answer may go back by [`write_in`].
    pub encoding: Encoding,
}

/// The format of a message: by its content type, or else by its first character.
pub fn detect(bytes: &[u8], content_type: Option<&str>) -> Format {
    let kind = content_type.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if kind.ends_with("/json") || kind.ends_with("+json") {
        return Format::Json;
    }
    if kind.ends_with("/xml") || kind.ends_with("+xml") {
        return Format::DecMessage;
    }
    match text::without_mark(bytes).iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'<') => Format::DecMessage,
        _ => Format::Json,
    }
}

/// The `charset` of a content type.
///
/// ```
/// use customhouse_exchange::charset;
/// assert_eq!(charset("application/xml; Charset=\"GB18030\""), Some("GB18030"));
/// assert_eq!(charset("application/xml"), None);
/// ```
pub fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"').trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// Reads a message whose media type names no charset.
///
/// Errors: all that keeps it from being a form, each with its place in the sender's own document.
pub fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Message, Vec<Refusal>> {
    read_in(format, None, bytes, limits)
}

/// Reads a message in the [`charset`] that its media type names, if it does. XML may be UTF-8, GB18030, GBK
/// or GB2312, by that name or by its own declaration; JSON is UTF-8.
///
/// Errors: as [`read`]; and if the charset is another one, or not the one that the message declares.
pub fn read_in(
    format: Format,
    charset: Option<&str>,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Message, Vec<Refusal>> {
    match format {
        Format::Json => {
            json::read_in(charset, bytes, limits).map(|form| Message { form, ..Message::default() })
        }
        Format::DecMessage => single_window::read_in(charset, bytes, limits),
    }
}

/// Writes a message in an encoding, which XML declares. JSON is UTF-8 whatever is asked for (RFC 8259).
pub fn write_in(format: Format, message: &Message, encoding: Encoding) -> Vec<u8> {
    match format {
        Format::Json => json::write(&message.form).into_bytes(),
        Format::DecMessage => single_window::write_in(message, encoding),
    }
}

/// Writes a message in UTF-8. JSON carries the form alone.
pub fn write(format: Format, message: &Message) -> String {
    match format {
        Format::Json => json::write(&message.form),
        Format::DecMessage => single_window::write(message),
    }
}

/// Turns the places of findings about a form (JSON pointers) into the sender's own notation.
/// The form is needed because an export message crosses some elements.
pub fn localise(format: Format, form: &Form, mut findings: Vec<Refusal>) -> Vec<Refusal> {
    if format == Format::DecMessage {
        let direction = single_window::Direction::of(form);
        for finding in &mut findings {
            finding.path = single_window::xpath(&finding.path, direction);
        }
    }
    findings
}

//! The formats together: which one a message is in, read it, write it, name places in it.

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
    let mark = text::BYTE_ORDER_MARK.to_string();
    let bytes = bytes.strip_prefix(mark.as_bytes()).unwrap_or(bytes);
    match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b'<') => Format::DecMessage,
        _ => Format::Json,
    }
}

/// Reads a message.
///
/// Errors: all that keeps it from being a form, each with its place in the sender's own document.
pub fn read(format: Format, bytes: &[u8], limits: &Limits) -> Result<Message, Vec<Refusal>> {
    match format {
        Format::Json => json::read(bytes, limits).map(|form| Message { form, ..Message::default() }),
        Format::DecMessage => single_window::read(bytes, limits),
    }
}

/// Writes a message. JSON carries the form alone.
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

//! From a form to the message, elements in the order of the standard.

use super::fields::{CLAIM, Direction, NODES, Node};
use super::origin;
use crate::encoding::Encoding;
use crate::message::Message;
use crate::text;
use customhouse_control::form::{Fields, Form, Part};

const NAMESPACE: &str = "http://www.chinaport.gov.cn/dec";

/// Writes a `DecMessage` in UTF-8. What was strange in the form is not written.
///
/// Reading it gives the message back, if its values are fit for XML (a control character is written
/// as U+FFFD) and not blank, and lines with a proof of origin have numbers of their own. The form's
/// `self_assessed_total`, `guarantee` and `periodic_permit`, and what rates ask of a line beside quantities, have no element and are not written.
pub fn write(message: &Message) -> String {
    document(message, Encoding::Utf8)
}

/// Writes a `DecMessage` in an encoding, and declares it. Characters that the encoding lacks, and those of
/// private use in GB18030 and GBK, are written by number, so that reading gives the message back too.
pub fn write_in(message: &Message, encoding: Encoding) -> Vec<u8> {
    encoding.encode(document(message, encoding))
}

fn document(message: &Message, encoding: Encoding) -> String {
    let form = &message.form;
    let direction = Direction::of(form);
    let version =
        message.version.as_deref().map(|v| format!(" Version=\"{}\"", quoted(v))).unwrap_or_default();
    let declaration = format!("<?xml version=\"1.0\" encoding=\"{}\"?>\n", encoding.name());
    let mut out = Writer { text: declaration, level: 0 };
    out.open(&format!("DecMessage{version} xmlns=\"{NAMESPACE}\""));
    for node in NODES {
        out.node(node, form, direction);
    }
    out.signature(message);
    for relation in form.lines.iter().enumerate().filter_map(|(i, line)| origin::relation(line, i)) {
        out.open("EcoRelation");
        out.leaf("CertType", &relation.kind);
        out.leaf("DecGNo", &relation.line);
        out.leaf("EcoCertNo", &relation.certificate);
        out.close("EcoRelation");
    }
    out.close("DecMessage");
    out.text
}

/// Indented XML.
struct Writer {
    text: String,
    level: usize,
}

impl Writer {
    fn node(&mut self, node: &Node, form: &Form, direction: Direction) {
        let repeated = match node.part {
            Part::Head => std::slice::from_ref(&form.head),
            Part::Line => &form.lines,
            Part::Container => &form.containers,
            Part::Document => &form.documents,
        };
        let is_filled = |part: &Fields| {
            node.places.iter().filter_map(|p| p.field(direction)).any(|f| part.get(f).is_some())
        };
        if repeated.is_empty() || (node.inner.is_empty() && !repeated.iter().any(is_filled)) {
            return;
        }
        self.open(node.element);
        for part in repeated {
            match node.inner {
                "" => self.fields(node, part, direction),
                inner => {
                    self.open(inner);
                    self.fields(node, part, direction);
                    self.close(inner);
                }
            }
        }
        self.close(node.element);
    }

    fn fields(&mut self, node: &Node, part: &Fields, direction: Direction) {
        for place in node.places {
            let value = place.field(direction).and_then(|field| part.get(field)).unwrap_or_default();
            self.leaf(place.element, &place.spelling.write(value));
        }
        if node.part == Part::Line && origin::relation(part, 0).is_some() {
            self.leaf(CLAIM, part.get("origin").unwrap_or_default());
        }
    }

    fn signature(&mut self, message: &Message) {
        if message.operation.is_none() && message.client_sequence_number.is_none() {
            return;
        }
        self.open("DecSign");
        self.leaf("OperType", message.operation.as_deref().unwrap_or_default());
        self.leaf("ClientSeqNo", message.client_sequence_number.as_deref().unwrap_or_default());
        self.close("DecSign");
    }

    /// An element with a value; nothing if the value is empty.
    fn leaf(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.line(&format!("<{name}>{}</{name}>", escaped(value)));
        }
    }

    fn open(&mut self, tag: &str) {
        self.line(&format!("<{tag}>"));
        self.level += 1;
    }

    fn close(&mut self, name: &str) {
        self.level -= 1;
        self.line(&format!("</{name}>"));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(&"  ".repeat(self.level));
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// A value as it may stand in a quoted attribute, where a line end would be read as a space.
fn quoted(value: &str) -> String {
    escaped(value).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// A value as it may stand in an element.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // A bare carriage return would be read as a line end.
            '\r' => out.push_str("&#13;"),
            c if text::is_unfit(c) => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

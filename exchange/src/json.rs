//! The JSON form: fields by name at the top, names with a dot one level down, and the arrays `lines`,
//! `containers` and `documents`.
//!
//! ```json
//! {"direction": "import", "consignee": {"credit_code": "…"}, "packages": 12, "gross_kg": "12.50",
//!  "lines": [{"number": 1, "total": "100.00", "preference": {"agreement": "22"}}]}
//! ```
//!
//! A value is a string or a whole number: a JSON number with a fraction would lose digits on its way
//! and is refused by name. `null` and `""` are absent. Members that we do not know are named in
//! [`Form::strange`] as JSON pointers.

mod tree;
mod write;

pub use write::write;

use crate::limits::Limits;
use crate::report::Report;
use crate::{refusals, text};
use customhouse_control::form::{Fields, Form, Part};
use customhouse_kernel::refusal::Refusal;
use std::collections::BTreeSet;
use tree::Node;

/// The parts that are arrays in the JSON form.
const ARRAYS: [Part; 3] = [Part::Line, Part::Container, Part::Document];

/// Reads the JSON form.
///
/// Errors: all that keeps it from being a form, each with its JSON pointer.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Form, Vec<Refusal>> {
    read_in(None, bytes, limits)
}

/// Reads the JSON form, whose media type may name a charset: only UTF-8 will do.
pub(crate) fn read_in(charset: Option<&str>, bytes: &[u8], limits: &Limits) -> Result<Form, Vec<Refusal>> {
    let text = text::decode_utf8(bytes, charset, limits).map_err(|r| vec![r])?;
    let root = tree::parse(text, limits).map_err(|r| vec![r])?;
    let mut form = Form::default();
    let mut report = Report::new(limits);
    match root {
        Node::Object(members) => head(members, &mut form, &mut report),
        _ => report.refuse(refusals::JSON_NOT_OBJECT.at("")),
    }
    report.close(form)
}

fn head(members: Vec<(String, Node)>, form: &mut Form, report: &mut Report<'_>) {
    let mut fields = Vec::with_capacity(members.len());
    let mut seen = BTreeSet::new();
    for (name, node) in members {
        match ARRAYS.into_iter().find(|p| p.member() == name) {
            Some(part) if seen.insert(part.member()) => array(part, node, form, report),
            Some(_) => report.refuse(refusals::DUPLICATE.at(under("", &name))),
            None => fields.push((name, node)),
        }
    }
    object(fields, "", "", &mut form.head, report);
}

fn array(part: Part, node: Node, form: &mut Form, report: &mut Report<'_>) {
    let path = under("", part.member());
    let entries = match node {
        Node::Null => return,
        Node::Array(entries) => entries,
        _ => return report.refuse(refusals::JSON_NOT_ARRAY.at(path)),
    };
    if !report.repetitions(entries.len(), &path) {
        return;
    }
    for (i, entry) in entries.into_iter().enumerate() {
        let path = format!("{path}/{i}");
        let fields = form.add(part);
        match entry {
            Node::Object(members) => object(members, &path, "", fields, report),
            _ => report.refuse(refusals::JSON_NOT_OBJECT.at(path)),
        }
    }
}

/// Reads the members of a part, or of a group in it: `group` is empty or ends with a dot.
fn object(
    members: Vec<(String, Node)>,
    path: &str,
    group: &str,
    fields: &mut Fields,
    report: &mut Report<'_>,
) {
    let mut seen = BTreeSet::new();
    for (member, node) in members {
        if !seen.insert(member.clone()) {
            report.refuse(refusals::DUPLICATE.at(under(path, &member)));
            continue;
        }
        let name = format!("{group}{member}");
        match node {
            Node::Null => {}
            // A dot stands for a level, so it is no part of a member's own name.
            _ if member.contains('.') => strange(&member, path, report),
            node if Fields::place(fields.part(), &name).is_some() => {
                value(node, || under(path, &member), &name, fields, report);
            }
            node if group.is_empty() && is_group(fields.part(), &name) => match node {
                Node::Object(members) => {
                    object(members, &under(path, &member), &format!("{name}."), fields, report);
                }
                _ => report.refuse(refusals::JSON_NOT_OBJECT.at(under(path, &member))),
            },
            _ => strange(&member, path, report),
        }
    }
}

fn value(node: Node, path: impl Fn() -> String, name: &str, fields: &mut Fields, report: &mut Report<'_>) {
    match node {
        Node::Text(text) => {
            report.value(&text, path);
            if !text.is_empty() {
                fields.set(name, text);
            }
        }
        Node::Inexact => report.refuse(refusals::JSON_NOT_EXACT.at(path())),
        Node::Null | Node::Boolean | Node::Array(_) | Node::Object(_) => {
            report.refuse(refusals::JSON_NOT_TEXT.at(path()));
        }
    }
}

/// Names a member that we do not know. The name itself must be fit to be shown.
fn strange(member: &str, path: &str, report: &mut Report<'_>) {
    report.characters(member, || path.to_owned());
    report.strange(under(path, member));
}

/// Whether a part has fields under this name and a dot.
fn is_group(part: Part, name: &str) -> bool {
    let is_inside = |field: &str| field.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    part.fields().iter().any(|f| is_inside(f.name))
}

/// A member's JSON pointer (RFC 6901).
fn under(path: &str, member: &str) -> String {
    format!("{path}/{}", member.replace('~', "~0").replace('/', "~1"))
}

//! A form as JSON, for people to read: fields in their order, all values as strings.

use super::ARRAYS;
use customhouse_control::form::{Fields, Form, Part};

/// Writes a form as pretty JSON. What was strange in it is not written.
pub fn write(form: &Form) -> String {
    let mut members = members(&form.head, 1);
    for part in ARRAYS {
        let entries = match part {
            Part::Head => continue,
            Part::Line => &form.lines,
            Part::Container => &form.containers,
            Part::Document => &form.documents,
        };
        if !entries.is_empty() {
            let entries = entries.iter().map(|e| object(&self::members(e, 3), 2));
            members.push((part.member(), block('[', ']', &entries.collect::<Vec<_>>(), 1)));
        }
    }
    object(&members, 0) + "\n"
}

/// The members of a part, written; names that share what is before the dot become one object.
fn members(fields: &Fields, level: usize) -> Vec<(&'static str, String)> {
    let mut members = Vec::new();
    let mut group: Vec<(&str, String)> = Vec::new();
    let mut filled = fields.filled().peekable();
    while let Some((name, value)) = filled.next() {
        let Some((outer, inner)) = name.split_once('.') else {
            members.push((name, quote(value)));
            continue;
        };
        group.push((inner, quote(value)));
        let next = filled.peek().and_then(|(name, _)| Some(name.split_once('.')?.0));
        if next != Some(outer) {
            members.push((outer, object(&group, level)));
            group.clear();
        }
    }
    members
}

fn object(members: &[(&str, String)], level: usize) -> String {
    let members = members.iter().map(|(name, value)| format!("{}: {value}", quote(name)));
    block('{', '}', &members.collect::<Vec<_>>(), level)
}

fn block(open: char, close: char, entries: &[String], level: usize) -> String {
    if entries.is_empty() {
        return format!("{open}{close}");
    }
    let (inner, outer) = ("  ".repeat(level + 1), "  ".repeat(level));
    let entries = entries.join(&format!(",\n{inner}"));
    format!("{open}\n{inner}{entries}\n{outer}{close}")
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

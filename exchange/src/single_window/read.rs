//! From the message to a form.

use super::fields::{CLAIM, Direction, NODES, Node, Spelling};
use super::origin::{self, Claim, Relation};
use crate::limits::Limits;
use crate::message::Message;
use crate::report::Report;
use crate::xml::Element;
use crate::{refusals, text, xml};
use customhouse_control::form::{Fields, Part};
use customhouse_kernel::refusal::Refusal;
use std::collections::BTreeMap;

/// Reads a `DecMessage` whose media type names no charset.
///
/// Errors: all that keeps it from being a form, each with its XPath. A document that is not
/// well-formed has one.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Message, Vec<Refusal>> {
    read_in(None, bytes, limits)
}

/// Reads a `DecMessage` in the charset that its media type names, if it does.
///
/// Errors: as [`read`].
pub fn read_in(charset: Option<&str>, bytes: &[u8], limits: &Limits) -> Result<Message, Vec<Refusal>> {
    let text = text::decode(bytes, charset, limits).map_err(|r| vec![r])?;
    let root = xml::parse(&text, limits).map_err(|r| vec![r])?;
    if root.name != "DecMessage" {
        return Err(vec![refusals::NOT_DEC_MESSAGE.at(format!("/{}", root.name))]);
    }
    let mut reading = Reading {
        direction: direction(&root),
        report: Report::new(limits),
        message: Message { encoding: text.encoding, ..Message::default() },
        claims: Vec::new(),
        relations: Vec::new(),
    };
    reading.message(&root);
    let Reading { mut report, mut message, claims, relations, .. } = reading;
    origin::apply(&mut message.form, &claims, relations, &mut report);
    message.form = report.close(message.form)?;
    Ok(message)
}

/// The direction decides what some elements mean, so it is looked up before all else.
fn direction(root: &Element<'_>) -> Direction {
    match root.child("DecHead").and_then(|h| h.child("IEFlag")) {
        Some(flag) => Direction::of_flag(&flag.text).unwrap_or(Direction::Import),
        None => Direction::Import,
    }
}

/// One reading of one message.
struct Reading<'l> {
    direction: Direction,
    report: Report<'l>,
    message: Message,
    claims: Vec<Claim>,
    relations: Vec<Relation>,
}

impl Reading<'_> {
    fn message(&mut self, root: &Element<'_>) {
        let path = "/DecMessage";
        self.no_text(root, path);
        self.version(root, path);
        let relations = root.children.iter().filter(|c| c.name == "EcoRelation").count();
        let is_short = self.report.repetitions(relations, "/DecMessage/EcoRelation");
        for (child, number) in numbered(root) {
            if let Some(node) = NODES.iter().find(|n| n.element == child.name) {
                if let Some(path) = self.once(child, number, path) {
                    self.node(node, child, &path);
                }
            } else if child.name == "DecSign" {
                if let Some(path) = self.once(child, number, path) {
                    self.signature(child, &path);
                }
            } else if child.name == "EcoRelation" {
                if is_short {
                    self.relation(child, &format!("{path}/EcoRelation[{number}]"));
                }
            } else {
                self.strange(child, path);
            }
        }
    }

    /// The interface version is the one attribute that the message has.
    fn version(&mut self, root: &Element<'_>, path: &str) {
        let (version, others): (Vec<_>, Vec<_>) =
            root.attributes.iter().cloned().partition(|(name, _)| name.eq_ignore_ascii_case("version"));
        for (name, value) in version {
            self.report.value(&value, || format!("{path}/@{name}"));
            self.message.version = Some(value).filter(|v| !v.is_empty());
        }
        self.attributes(&others, path);
    }

    fn node(&mut self, node: &Node, element: &Element<'_>, path: &str) {
        if node.inner.is_empty() {
            return self.fields(node, element, path);
        }
        self.structure(element, path);
        let repeated = element.children.iter().filter(|c| c.name == node.inner).count();
        if !self.report.repetitions(repeated, path) {
            return;
        }
        for (child, number) in numbered(element) {
            match child.name == node.inner {
                true => self.fields(node, child, &format!("{path}/{}[{number}]", node.inner)),
                false => self.strange(child, path),
            }
        }
    }

    /// Reads the elements of a node into the part of the form that it holds.
    fn fields(&mut self, node: &Node, element: &Element<'_>, path: &str) {
        let direction = self.direction;
        let place_of =
            |name: &str| node.places.iter().find(|p| p.element == name && p.field(direction).is_some());
        let is_line = node.part == Part::Line;
        let values =
            self.values(element, path, |name| place_of(name).is_some() || (is_line && name == CLAIM));
        let mut claim = None;
        let fields: &mut Fields = self.message.form.add(node.part);
        for (name, value) in values {
            match place_of(name).and_then(|p| Some((p, p.field(direction)?))) {
                Some((place, _))
                    if place.spelling == Spelling::Flag && Direction::of_flag(value).is_none() =>
                {
                    let path = format!("{path}/{name}");
                    self.report.refuse(refusals::NOT_A_DIRECTION.at(path).with("value", shown(value)));
                }
                Some((place, field)) => {
                    fields.set(field, place.spelling.read(value));
                }
                None => claim = Some(value.to_owned()),
            }
        }
        if is_line {
            self.claims.push(Claim { path: format!("{path}/{CLAIM}"), country: claim });
        }
    }

    fn signature(&mut self, element: &Element<'_>, path: &str) {
        for (name, value) in self.values(element, path, |name| matches!(name, "OperType" | "ClientSeqNo")) {
            match name {
                "OperType" => self.message.operation = Some(value.to_owned()),
                _ => self.message.client_sequence_number = Some(value.to_owned()),
            }
        }
    }

    /// Relations of other documents than proofs of origin are not read.
    fn relation(&mut self, element: &Element<'_>, path: &str) {
        if element.is_empty() {
            return;
        }
        if element.child("CertType").is_some_and(|kind| !kind.text.starts_with('Y')) {
            return self.report.strange("/DecMessage/EcoRelation".to_owned());
        }
        let mut relation = Relation { path: path.to_owned(), ..Relation::default() };
        for (name, value) in
            self.values(element, path, |name| matches!(name, "CertType" | "DecGNo" | "EcoCertNo"))
        {
            match name {
                "CertType" => relation.kind = value.to_owned(),
                "DecGNo" => relation.line = value.to_owned(),
                _ => relation.certificate = value.to_owned(),
            }
        }
        self.relations.push(relation);
    }

    /// The known elements of a node that hold something, each checked and there once.
    fn values<'e>(
        &mut self,
        element: &'e Element<'_>,
        path: &str,
        is_known: impl Fn(&str) -> bool,
    ) -> Vec<(&'e str, &'e str)> {
        self.structure(element, path);
        let mut values = Vec::with_capacity(element.children.len());
        for (child, number) in numbered(element) {
            if !is_known(&child.name) {
                self.strange(child, path);
            } else if let Some(path) = self.once(child, number, path) {
                if !child.children.is_empty() {
                    self.report.refuse(refusals::STRAY_ELEMENTS.at(path));
                } else if !child.is_blank() {
                    self.attributes(&child.attributes, &path);
                    self.report.value(&child.text, || path.clone());
                    values.push((child.name.as_str(), &*child.text));
                }
            }
        }
        values
    }

    /// The path of an element that may appear once; a refusal if it is there already.
    fn once(&mut self, element: &Element<'_>, number: usize, path: &str) -> Option<String> {
        let path = format!("{path}/{}", element.name);
        if number == 1 {
            return Some(path);
        }
        self.report.refuse(refusals::DUPLICATE.at(format!("{path}[{number}]")));
        None
    }

    /// A node that holds elements only: its text is refused, its attributes are strange.
    fn structure(&mut self, element: &Element<'_>, path: &str) {
        self.no_text(element, path);
        self.attributes(&element.attributes, path);
    }

    fn no_text(&mut self, element: &Element<'_>, path: &str) {
        if !element.is_blank() {
            self.report.refuse(refusals::STRAY_TEXT.at(path));
        }
    }

    fn attributes(&mut self, attributes: &[(String, String)], path: &str) {
        for (name, _) in attributes {
            self.report.strange(without_indices(&format!("{path}/@{name}")));
        }
    }

    /// Names an element that we do not know, unless it is empty. The name has no index: one for all lines.
    fn strange(&mut self, element: &Element<'_>, path: &str) {
        if !element.is_empty() {
            let path = format!("{path}/{}", element.name);
            self.characters(element, &path);
            self.report.strange(without_indices(&path));
        }
    }

    /// Also what we do not know must be fit to be shown.
    fn characters(&mut self, element: &Element<'_>, path: &str) {
        self.report.characters(&element.text, || path.to_owned());
        for child in &element.children {
            self.characters(child, path);
        }
    }
}

/// The children of an element, each with its number among those of its name, from 1.
fn numbered<'e, 'a>(element: &'e Element<'a>) -> impl Iterator<Item = (&'e Element<'a>, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    element.children.iter().map(move |child| {
        let count = counts.entry(&child.name).or_default();
        *count += 1;
        (child, *count)
    })
}

/// The first few characters of a value, enough to know it again.
fn shown(value: &str) -> String {
    value.chars().take(20).collect()
}

fn without_indices(path: &str) -> String {
    let steps = path.split('/').map(|step| step.split('[').next().unwrap_or(step));
    steps.collect::<Vec<_>>().join("/")
}

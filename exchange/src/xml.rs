//! XML to a plain tree, safe on hostile input: no document type, no entities of the sender's, and a
//! limit on everything. What it refuses, it refuses at once: a broken document has no second finding.

use crate::limits::Limits;
use crate::refusals;
use crate::text::{BYTE_ORDER_MARK, Text};
use customhouse_kernel::refusal::{Reason, Refusal};
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::unescape;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;

/// An element with its own text (that of its children left out). Names are local: prefixes and
/// namespaces are neither needed nor kept.
#[derive(Debug, Default)]
pub(crate) struct Element<'a> {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) text: Cow<'a, str>,
    pub(crate) children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element<'a>> {
        self.children.iter().find(|c| c.name == name)
    }

    /// Whether there is nothing in it: no text, no attributes, and the same for its children.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_blank() && self.attributes.is_empty() && self.children.iter().all(Element::is_empty)
    }

    /// Whether there is no text but white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim_matches(is_space).is_empty()
    }
}

/// Reads a document into its root element.
pub(crate) fn parse<'a>(source: &'a Text<'_>, limits: &Limits) -> Result<Element<'a>, Refusal> {
    let document: &'a str = &source.characters;
    let text = document.strip_prefix(BYTE_ORDER_MARK).unwrap_or(document);
    let skipped = document.len() - text.len();
    let mut reader = Reader::from_str(text);
    let mut tree = Tree { source, document, limits, open: Vec::new(), root: None, elements: 0, at: skipped };
    loop {
        tree.at = skipped + position(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Start(tag)) => tree.start(&tag)?,
            Ok(Event::Empty(tag)) => {
                tree.start(&tag)?;
                tree.end();
            }
            Ok(Event::End(_)) => tree.end(),
            Ok(Event::Text(text)) => tree.text(text.xml10_content())?,
            Ok(Event::CData(text)) => tree.text(text.xml10_content())?,
            Ok(Event::GeneralRef(reference)) => tree.reference(&reference)?,
            Ok(Event::Decl(declaration)) => {
                if tree.at != skipped || declaration.version().is_err() {
                    return Err(tree.malformed());
                }
            }
            Ok(Event::DocType(_)) => return Err(tree.refuse(&refusals::DOCTYPE)),
            Ok(Event::Comment(_) | Event::PI(_)) => {}
            Ok(Event::Eof) => return tree.close(),
            Err(error) => {
                tree.at = skipped + position(reader.error_position());
                return Err(tree.error(&error));
            }
        }
    }
}

/// The document while it is being read.
struct Tree<'a, 's, 'l> {
    source: &'a Text<'s>,
    document: &'a str,
    limits: &'l Limits,
    open: Vec<Element<'a>>,
    root: Option<Element<'a>>,
    elements: usize,
    /// Where the present event begins. Unit: bytes of the document's characters.
    at: usize,
}

impl<'a> Tree<'a, '_, '_> {
    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Refusal> {
        self.elements += 1;
        let name = tag.local_name().as_ref().to_owned();
        let (limits, full_name) = (self.limits, tag.name());
        let is_second_root = self.open.is_empty() && self.root.is_some();
        if is_second_root || !is_name(&name) || !is_name(full_name.as_ref()) {
            return Err(self.malformed());
        }
        if full_name.as_ref().len() > limits.name_bytes {
            return Err(self.refuse(&refusals::NAME_TOO_LONG).with("limit", limits.name_bytes));
        }
        if self.open.len() >= limits.depth {
            return Err(self.refuse(&refusals::TOO_DEEP).with("limit", limits.depth));
        }
        if self.elements > limits.elements {
            return Err(self.refuse(&refusals::TOO_MANY_ELEMENTS).with("limit", limits.elements));
        }
        let attributes = self.attributes(tag)?;
        self.open.push(Element { name, attributes, ..Element::default() });
        Ok(())
    }

    /// The attributes, those of namespaces and schemas left out.
    fn attributes(&self, tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, Refusal> {
        let mut kept = Vec::new();
        for (i, attribute) in tag.attributes().enumerate() {
            if i == self.limits.attributes {
                return Err(self.refuse(&refusals::TOO_MANY_ATTRIBUTES).with("limit", i));
            }
            let attribute = attribute.map_err(|_| self.malformed())?;
            let (name, value) = (attribute.key.as_ref(), attribute.value.as_ref());
            if !is_name(name) || value.contains('<') {
                return Err(self.malformed());
            }
            if name.len() > self.limits.name_bytes {
                return Err(self.refuse(&refusals::NAME_TOO_LONG).with("limit", self.limits.name_bytes));
            }
            if !name.starts_with("xml") && !name.starts_with("xsi:") {
                let value = unescape(value).map_err(|_| self.refuse(&refusals::ENTITY))?;
                kept.push((name.to_owned(), value.into_owned()));
            }
        }
        Ok(kept)
    }

    fn end(&mut self) {
        // quick-xml refuses an end tag that does not match, so one is open.
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, text: Cow<'a, str>) -> Result<(), Refusal> {
        match self.open.last_mut() {
            Some(element) if element.text.is_empty() => element.text = text,
            Some(element) => element.text.to_mut().push_str(&text),
            None if text.trim_matches(is_space).is_empty() => {}
            None => return Err(self.malformed()),
        }
        Ok(())
    }

    /// One of the five predefined entities, or a character by number.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Refusal> {
        let character = match &**reference {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => reference.resolve_char_ref().ok().flatten(),
        };
        match (character, self.open.last_mut()) {
            (Some(c), Some(element)) => {
                element.text.to_mut().push(c);
                Ok(())
            }
            _ => Err(self.refuse(&refusals::ENTITY)),
        }
    }

    fn close(mut self) -> Result<Element<'a>, Refusal> {
        self.at = self.document.len();
        match self.root.take() {
            Some(root) if self.open.is_empty() => Ok(root),
            _ => Err(self.refuse(&refusals::TRUNCATED_XML)),
        }
    }

    fn error(&mut self, error: &Error) -> Refusal {
        match error {
            Error::IllFormed(IllFormedError::UnclosedReference) => self.refuse(&refusals::ENTITY),
            Error::Syntax(SyntaxError::InvalidBangMarkup) => self.malformed(),
            // All other faults of syntax are markup that the end of the message cuts off.
            Error::Syntax(_) => {
                self.at = self.document.len();
                self.refuse(&refusals::TRUNCATED_XML)
            }
            _ => self.malformed(),
        }
    }

    fn malformed(&self) -> Refusal {
        let before = &self.document.as_bytes()[..self.at.min(self.document.len())];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        self.refuse(&refusals::MALFORMED_XML).with("line", line)
    }

    /// A refusal at the element that is open.
    fn refuse(&self, reason: &Reason) -> Refusal {
        let mut path = String::new();
        for (i, element) in self.open.iter().enumerate() {
            path = format!("{path}/{}", element.name);
            let earlier = match i.checked_sub(1) {
                Some(parent) => self.open[parent].children.iter().filter(|c| c.name == element.name).count(),
                None => 0,
            };
            if earlier > 0 {
                path = format!("{path}[{}]", earlier + 1);
            }
        }
        reason.at(path).with("byte", self.source.sent_at(self.at))
    }
}

/// A position of quick-xml, which counts in 64 bits on every machine.
fn position(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// White space as XML has it.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// A name as XML has it, near enough: no space, no mark that could mean something else.
fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts_well && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
}

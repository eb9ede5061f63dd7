//! What a reader found while it read: faults, and places that we do not know.

use crate::limits::Limits;
use crate::{refusals, text};
use customhouse_control::form::Form;
use customhouse_kernel::refusal::Refusal;
use std::collections::BTreeSet;

/// Gathers all findings of one reading, so that the sender gets them at once.
pub(crate) struct Report<'l> {
    pub(crate) limits: &'l Limits,
    findings: Vec<Refusal>,
    strange: BTreeSet<String>,
}

impl<'l> Report<'l> {
    pub(crate) fn new(limits: &'l Limits) -> Report<'l> {
        Report { limits, findings: Vec::new(), strange: BTreeSet::new() }
    }

    /// Notes a fault; past the limit, only that there are more.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        let limit = self.limits.findings;
        match self.findings.len() {
            n if n < limit => self.findings.push(refusal),
            n if n == limit => {
                self.findings.push(refusals::TOO_MANY_FINDINGS.at("").with("limit", limit));
            }
            _ => {}
        }
    }

    /// Notes a place that we do not know.
    pub(crate) fn strange(&mut self, path: String) {
        if self.strange.len() <= self.limits.strange {
            self.strange.insert(path);
        }
    }

    /// Checks one value; `path` is asked for only if something is wrong.
    pub(crate) fn value(&mut self, value: &str, path: impl Fn() -> String) {
        let limit = self.limits.text_bytes;
        if value.len() > limit {
            let refusal = refusals::TEXT_TOO_LONG.at(path());
            self.refuse(refusal.with("found", value.len()).with("limit", limit));
        }
        self.characters(value, path);
    }

    /// Checks that all characters of a value are fit to be kept and shown.
    pub(crate) fn characters(&mut self, value: &str, path: impl Fn() -> String) {
        if let Some(c) = value.chars().find(|c| text::is_unfit(*c)) {
            let name = format!("U+{:04X}", u32::from(c));
            self.refuse(refusals::CONTROL_CHARACTER.at(path()).with("character", name));
        }
    }

    /// Checks how often a part is repeated; `false` if it is too often to be read.
    pub(crate) fn repetitions(&mut self, found: usize, path: &str) -> bool {
        let limit = self.limits.repetitions;
        if found > limit {
            let refusal = refusals::TOO_MANY_REPETITIONS.at(path);
            self.refuse(refusal.with("found", found).with("limit", limit));
        }
        found <= limit
    }

    /// The form if nothing is wrong with it, else all that is.
    pub(crate) fn close(mut self, form: Form) -> Result<Form, Vec<Refusal>> {
        if self.strange.len() > self.limits.strange {
            self.refuse(refusals::TOO_MANY_STRANGE.at("").with("limit", self.limits.strange));
        }
        match self.findings.is_empty() {
            true => Ok(Form { strange: self.strange.into_iter().collect(), ..form }),
            false => Err(self.findings),
        }
    }
}

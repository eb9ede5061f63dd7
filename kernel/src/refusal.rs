//! Refusals 不予受理: values that say what is wrong, where, why, and what to do.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// How much weight a finding has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The submission goes on; the sender should know.
    Warning,
    /// The submission is refused.
    Error,
}

/// One row of a room's table of refusals: fixed words, with `{name}` where a value stands.
#[derive(Clone, Copy, Debug)]
pub struct Reason {
    /// Stable code, such as `DUT-014`.
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// What to do about it.
    pub remedy_zh: &'static str,
    pub remedy_en: &'static str,
    /// The law or standard that it rests on.
    pub basis: &'static str,
}

impl Reason {
    /// A row: code, what is wrong, what to do (each in Chinese and English), and the rule.
    pub const fn new(
        code: &'static str,
        zh: &'static str,
        en: &'static str,
        remedy_zh: &'static str,
        remedy_en: &'static str,
        basis: &'static str,
    ) -> Reason {
        Reason { code, zh, en, remedy_zh, remedy_en, basis }
    }

    /// A refusal for this reason at a place in the sender's document.
    /// `path` is a JSON pointer (RFC 6901) into the JSON form; empty for the whole document.
    pub fn at(&self, path: impl Into<String>) -> Refusal {
        Refusal {
            code: self.code.to_owned(),
            severity: Severity::Error,
            path: path.into(),
            text: Text::fixed(self.zh, self.en),
            remedy: Text::fixed(self.remedy_zh, self.remedy_en),
            basis: self.basis.to_owned(),
        }
    }

    /// The same as a warning.
    pub fn warn(&self, path: impl Into<String>) -> Refusal {
        Refusal { severity: Severity::Warning, ..self.at(path) }
    }
}

/// A refusal or a warning as the sender gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub code: String,
    pub severity: Severity,
    /// Where: a JSON pointer inside the program; `exchange` turns it into the sender's own notation.
    pub path: String,
    pub text: Text,
    pub remedy: Text,
    pub basis: String,
}

impl Refusal {
    /// Puts a value into the words, wherever `{name}` stands.
    pub fn with(mut self, name: &str, value: impl ToString) -> Refusal {
        let value = value.to_string();
        self.text = self.text.fill(name, &value);
        self.remedy = self.remedy.fill(name, &value);
        self
    }

    /// Whether this one stops the submission.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

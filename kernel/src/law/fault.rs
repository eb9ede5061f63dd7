//! What is wrong in a pack, and where.

use crate::text::{Lang, Text};
use serde::Serialize;

/// One error in a pack, with its file and line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PackFault {
    pub file: String,
    /// Counts from 1; 0 where the fault has no line.
    pub line: usize,
    pub text: Text,
}

impl PackFault {
    pub fn new(file: &str, line: usize, zh: impl Into<String>, en: impl Into<String>) -> PackFault {
        PackFault { file: file.to_owned(), line, text: Text::of(zh, en) }
    }
}

/// The faults as lines `file:line: words`.
pub fn faults_text(faults: &[PackFault], lang: Lang) -> String {
    faults.iter().map(|f| format!("{}:{}: {}\n", f.file, f.line, f.text.get(lang))).collect()
}

//! A procedure file (TOML) into a [`Procedure`].

use super::{Procedure, State, Step};
use crate::law::{Basis, PackFault, Validity};
use crate::text::Text;
use crate::values::Direction;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    title: Text,
    record: String,
    direction: Option<Direction>,
    basis: Basis,
    #[serde(deserialize_with = "validity")]
    valid: Validity,
    published: Date,
    initial: Spanned<String>,
    #[serde(default)]
    state: Vec<Spanned<State>>,
    #[serde(default)]
    step: Vec<Spanned<Step>>,
}

impl Procedure {
    /// Reads a procedure file; `path` is for the faults. [`Procedure::check`] comes next.
    ///
    /// # Errors
    /// What is not in form: bad TOML, a key that is missing, unknown or of the wrong kind.
    pub fn read(path: &str, text: &str) -> Result<Procedure, Vec<PackFault>> {
        let line = |byte: usize| 1 + text.bytes().take(byte).filter(|b| *b == b'\n').count();
        let file: File = toml::from_str(text).map_err(|error| {
            let (at, words) = (error.span().map_or(0, |span| line(span.start)), error.message());
            vec![PackFault::new(path, at, format!("格式错误：{words}"), format!("not in form: {words}"))]
        })?;
        let state = |s: Spanned<State>| State { line: line(s.span().start), ..s.into_inner() };
        let step = |s: Spanned<Step>| Step { line: line(s.span().start), ..s.into_inner() };
        Ok(Procedure {
            id: file.id,
            title: file.title,
            record: file.record,
            direction: file.direction,
            basis: file.basis,
            valid: file.valid,
            published: file.published,
            initial_line: line(file.initial.span().start),
            initial: file.initial.into_inner(),
            states: file.state.into_iter().map(state).collect(),
            steps: file.step.into_iter().map(step).collect(),
            file: path.to_owned(),
        })
    }
}

fn validity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Validity, D::Error> {
    let text = String::deserialize(deserializer)?;
    Validity::parse(&text)
        .ok_or_else(|| serde::de::Error::custom("not `2026-01-01..` or `2026-01-01..2027-01-01`"))
}

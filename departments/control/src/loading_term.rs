//! Terms before loading 装载前时限: how long before an export is loaded a thing must have been done.
//! Source: CL 24, handbook 10.1.

use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use serde::Deserialize;

/// The terms over all time.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoadingTerms(Vec<LoadingTerm>);

#[derive(Clone, Debug)]
struct LoadingTerm {
    before: Before,
    /// Modes of transport that it is for; empty for all.
    transport_modes: Vec<Box<str>>,
    hours: u16,
    valid: Validity,
}

/// What must have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Before {
    /// The pre-loading manifest filed 预配舱单
    Manifest,
    /// The declaration lodged 出口申报
    Declaration,
}

/// The last moment for something, and the hours that it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Latest {
    pub moment: DateTime,
    pub hours: u16,
}

impl LoadingTerms {
    /// # Errors
    /// Each rule of kind `loading_term` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<LoadingTerms, Vec<PackFault>> {
        let (mut terms, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("loading_term") {
            match LoadingTerm::read(rule) {
                Ok(term) => terms.push(term),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(LoadingTerms(terms)) } else { Err(faults) }
    }

    /// By when a thing is to be done under the law of a day; `None` if the law sets no term.
    pub fn latest(&self, before: Before, mode: &str, loading: DateTime, day: Date) -> Option<Latest> {
        let is_for = |t: &&LoadingTerm| {
            t.before == before
                && t.valid.covers(day)
                && (t.transport_modes.is_empty() || t.transport_modes.iter().any(|m| **m == *mode))
        };
        let hours = self.0.iter().find(is_for)?.hours;
        let moment = loading.checked_sub(i64::from(hours).hours()).ok()?;
        Some(Latest { moment, hours })
    }
}

impl LoadingTerm {
    fn read(rule: &Rule) -> Result<LoadingTerm, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            before: Before,
            #[serde(default)]
            transport_modes: Vec<Box<str>>,
            hours: u16,
        }
        let Entry { before, transport_modes, hours } = rule.read()?;
        Ok(LoadingTerm { before, transport_modes, hours, valid: rule.valid })
    }
}

//! Payment terms 缴款期限: by when a payment book must be paid.

use crate::refusals;
use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A payment term, for a time.
#[derive(Clone, Debug)]
pub struct PaymentTerm {
    pub rule: Box<str>,
    pub valid: Validity,
    /// Calendar days.
    pub days: i32,
    pub start: StartEvent,
}

/// The event after which the days count. Until 2024-11-30 it was the issue of the book, since then
/// it is the completion of the declaration (handbook 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartEvent {
    BookIssued,
    DeclarationCompleted,
}

/// The terms over all time, with the calendar that they roll by.
#[derive(Clone, Debug, Default)]
pub struct PaymentTerms {
    terms: Vec<PaymentTerm>,
    calendar: Calendar,
}

impl PaymentTerms {
    /// # Errors
    /// Each rule of kind `payment_term` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<PaymentTerms, Vec<PackFault>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            days: i32,
            start: StartEvent,
            #[allow(dead_code)] // only one way to roll exists; its name is checked
            roll: Roll,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Roll {
            WorkingDay,
        }
        let mut faults = Vec::new();
        let mut terms = Vec::new();
        for rule in rulebook.kind("payment_term") {
            match rule.read::<Entry>() {
                Ok(Entry { days, start, roll: Roll::WorkingDay }) => {
                    terms.push(PaymentTerm { rule: rule.id.clone(), valid: rule.valid, days, start });
                }
                Err(fault) => faults.push(fault),
            }
        }
        let calendar = Calendar::compile(rulebook);
        if faults.is_empty() { Ok(PaymentTerms { terms, calendar }) } else { Err(faults) }
    }

    /// The last day to pay. The law of the completion date decides the term; if the last day is a
    /// rest day it moves to the next working day (TL 43, handbook 4.6).
    pub fn due(&self, completed: Date, issued: Date) -> Result<LegalDay, Refusal> {
        let term = self.terms.iter().find(|t| t.valid.covers(completed));
        let term = term.ok_or_else(|| refusals::NO_TERM.at("").with("date", completed))?;
        let start = match term.start {
            StartEvent::BookIssued => issued,
            StartEvent::DeclarationCompleted => completed,
        };
        Ok(self.calendar.term_end(start, term.days))
    }
}

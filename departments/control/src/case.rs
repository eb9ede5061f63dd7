//! A record that a procedure drives: every change of state is a step of the pack's file.

use crate::bill::BillRecord;
use crate::record::{DeclarationRecord, Milestone};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::casework::{Procedure, Step};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::OfficeCode;
use jiff::civil::Date;
use serde::{Serialize, de::DeserializeOwned};

/// What a case's body must offer: a place for what happened.
pub(crate) trait CaseBody: Serialize + DeserializeOwned {
    fn timeline(&mut self) -> &mut Vec<Milestone>;
    /// The day by which something must happen.
    fn due(&self) -> Option<Date> {
        None
    }
}

impl CaseBody for BillRecord {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }
}

impl CaseBody for DeclarationRecord {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }

    fn due(&self) -> Option<Date> {
        self.books.iter().filter(|b| b.paid.is_none()).map(|b| b.due.day).min()
    }
}

/// A case under way within one decision.
#[derive(Clone)]
pub(crate) struct Case<'a, B> {
    procedure: &'a Procedure,
    key: RecordKey,
    version: u32,
    pub state: String,
    pub body: B,
    owner: String,
    office: String,
}

impl<'a, B: CaseBody> Case<'a, B> {
    /// A new case in its procedure's first state.
    pub fn open(procedure: &'a Procedure, key: RecordKey, body: B, at: &Moment) -> Case<'a, B> {
        let state = procedure.initial.clone();
        let mut case =
            Case { procedure, key, version: 0, state, body, owner: String::new(), office: String::new() };
        let first = Milestone { step: case.state.clone(), state: case.state.clone(), moment: *at };
        case.body.timeline().push(first);
        case
    }

    /// The case that a record holds; `None` if its body cannot be read.
    pub fn resume(procedure: &'a Procedure, record: &Record) -> Option<Case<'a, B>> {
        Some(Case {
            procedure,
            key: record.key.clone(),
            version: record.version,
            state: record.state.clone(),
            body: record.read()?,
            owner: record.owner.clone(),
            office: record.office.clone(),
        })
    }

    /// Takes a step of the procedure.
    ///
    /// # Errors
    /// The procedure has no such step, or not from this state, or not for this role.
    pub fn step(&mut self, step: &str, role: &str, at: &Moment) -> Result<(), Refusal> {
        let taken = self.procedure.step(&self.state, step, role)?;
        self.take(taken, at);
        Ok(())
    }

    /// Whether a step that does this action can be taken now.
    pub fn can(&self, action: &str, role: &str) -> bool {
        self.procedure.step_doing(&self.state, action, role).is_some()
    }

    /// Takes the step that does this action; `false` if there is none in this state for this role.
    pub fn act(&mut self, action: &str, role: &str, at: &Moment) -> bool {
        match self.procedure.step_doing(&self.state, action, role) {
            Some(step) => self.take(step, at),
            None => return false,
        }
        true
    }

    fn take(&mut self, step: &'a Step, at: &Moment) {
        self.state.clone_from(&step.to);
        let milestone = Milestone { step: step.id.clone(), state: step.to.clone(), moment: *at };
        self.body.timeline().push(milestone);
    }

    /// The record to write, with its owner and office.
    pub fn close_up(mut self, owner: &str, office: OfficeCode) -> Record {
        self.owner = owner.to_owned();
        self.office = office.to_string();
        self.record()
    }

    /// The record to write.
    pub fn record(self) -> Record {
        Record {
            key: self.key,
            version: self.version + 1,
            state: self.state,
            owner: self.owner,
            office: self.office,
            due: self.body.due(),
            schema: 1,
            body: serde_json::to_string(&self.body).expect("our types serialise"),
        }
    }
}

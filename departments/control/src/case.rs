//! A record that a procedure drives: every change of state is a step of the pack's file.

use crate::bill::BillRecord;
use crate::command::Actor;
use crate::post::Post;
use crate::record::{DeclarationRecord, Milestone};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::casework::{Procedure, Step};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::OfficeCode;
use jiff::civil::Date;
use serde::{Serialize, de::DeserializeOwned};

/// Who takes a step, and in which post, if in one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taker<'a> {
    pub actor: &'a Actor,
    pub post: Option<Post>,
}

/// What a case's body must offer: a place for what happened, and answers to guards.
pub(crate) trait CaseBody: Serialize + DeserializeOwned {
    fn timeline(&mut self) -> &mut Vec<Milestone>;
    /// The day by which something must happen.
    fn due(&self) -> Option<Date> {
        None
    }
    /// Whether what the guard names holds.
    fn guard(&self, guard: &str, taker: Taker<'_>) -> Result<(), Refusal>;
}

impl CaseBody for BillRecord {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }

    fn due(&self) -> Option<Date> {
        self.unclaimed_after()
    }

    /// A bill's steps follow from its declaration's or its case's, which asks the guards.
    fn guard(&self, _: &str, _: Taker<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

impl CaseBody for DeclarationRecord {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }

    /// The next deadline: one that was worked off never hides those behind it. A change that nobody decided
    /// on in time, and a summary that nobody completed, keep their day, so that whoever has to see to them still
    /// finds them.
    fn due(&self) -> Option<Date> {
        let asked = self.open_request().map(|request| request.due.day);
        let check = self.check_by.map(|by| by.day);
        let change = self.change.as_ref().map(|change| change.due.day);
        let required = self.change_required_by.map(|by| by.day);
        let books = self.open_books().map(|book| book.due.day);
        let full = self.open_summary().map(|two| two.due.day);
        let days = [asked, check, change, required, full].into_iter().flatten().chain(books);
        let ahead = days.filter(|day| self.worked_off.is_none_or(|last| *day > last)).min();
        ahead.or(change).or(full).filter(|_| !self.is_withdrawn())
    }

    fn guard(&self, guard: &str, taker: Taker<'_>) -> Result<(), Refusal> {
        crate::guard::holds(self, guard, taker)
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
        let first = Milestone::of(&case.state, &case.state, at);
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

    pub fn key(&self) -> &RecordKey {
        &self.key
    }

    /// The party that it belongs to from now on.
    pub fn give_to(&mut self, owner: &str) {
        owner.clone_into(&mut self.owner);
    }

    /// The office that answers for it.
    pub fn office(&self) -> &str {
        &self.office
    }

    /// Whether a step that leads on from here is that post's.
    pub fn waits_for(&self, post: Post) -> bool {
        let who = [post.name()];
        let mut steps = self.procedure.steps_from(&self.state, &who);
        steps.any(|step| step.to.is_some())
    }

    /// Takes a step of the procedure; gives it, for what it does.
    ///
    /// # Errors
    /// The procedure has no such step, or not from this state, or not for this actor; or a guard does
    /// not hold.
    pub fn step(&mut self, step: &str, actor: &Actor, at: &Moment) -> Result<&'a Step, Refusal> {
        let step = self.procedure.step(&self.state, step, &actor.who())?;
        self.take(step, actor, at)?;
        Ok(step)
    }

    /// The step that does this action from the state, for the actor.
    pub fn step_doing(&self, action: &str, actor: &Actor) -> Option<&'a str> {
        self.procedure.step_doing(&self.state, action, &actor.who()).map(|step| step.id.as_str())
    }

    /// Whether a step that does this action can be taken now, its guards aside.
    pub fn can(&self, action: &str, actor: &Actor) -> bool {
        self.procedure.step_doing(&self.state, action, &actor.who()).is_some()
    }

    /// Takes the first step that does this action and whose guards hold; whether there was one.
    pub fn act(&mut self, action: &str, actor: &Actor, at: &Moment) -> bool {
        let (procedure, state, who) = (self.procedure, self.state.clone(), actor.who());
        let mut steps = procedure.steps_from(&state, &who).filter(|step| step.does(action));
        steps.any(|step| self.take(step, actor, at).is_ok())
    }

    /// Takes the first automatic step whose guards hold; gives it.
    pub fn next_automatic(&mut self, system: &Actor, at: &Moment) -> Option<&'a Step> {
        let (procedure, state, who) = (self.procedure, self.state.clone(), system.who());
        procedure
            .steps_from(&state, &who)
            .find(|step| step.automatic && step.to.is_some() && self.take(step, system, at).is_ok())
    }

    fn take(&mut self, step: &'a Step, actor: &Actor, at: &Moment) -> Result<(), Refusal> {
        let post = actor.posts.iter().copied().find(|post| step.takers.iter().any(|t| t == post.name()));
        for guard in &step.guards {
            self.body.guard(guard, Taker { actor, post })?;
        }
        if let Some(to) = &step.to {
            self.state.clone_from(to);
        }
        let by = if actor.is_system() { String::new() } else { actor.name.clone() };
        let milestone = Milestone { by, post, ..Milestone::of(&step.id, &self.state, at) };
        self.body.timeline().push(milestone);
        Ok(())
    }

    /// Puts words to the step that was taken last.
    pub fn note(&mut self, note: &str) {
        if let Some(last) = self.body.timeline().last_mut() {
            note.clone_into(&mut last.note);
        }
    }

    /// The case with its owner and office.
    pub fn of(self, owner: &str, office: OfficeCode) -> Case<'a, B> {
        Case { owner: owner.to_owned(), office: office.to_string(), ..self }
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

//! Reading 查阅: an officer who opens a declaration leaves an event with the reason, before anything is shown
//! (invariant 6). One event an officer, a declaration and a local day. The declarant is not told.

use crate::command::{Actor, Role};
use crate::law::ControlLaw;
use crate::open_step::open_steps;
use crate::post::Post;
use crate::record::{DeclarationRecord, declaration_key};
use crate::refusals;
use crate::step::visible;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::casework::Procedure;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::EntryNumber;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest reason, in characters.
const WORDS: usize = 200;

/// That an officer read a declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    pub entry_number: EntryNumber,
    pub officer: String,
    /// Posts at the declaration's office at that moment.
    pub posts: Vec<Post>,
    pub at: Moment,
    pub reason: ReadReason,
    /// What the officer said; may be empty where the case is the reason.
    pub words: String,
}

/// Why an officer read a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadReason {
    /// It is the officer's work 办理本案.
    Case,
    /// Another, which the officer states 说明理由.
    Stated,
}

impl ReadReason {
    pub fn name(self) -> &'static str {
        match self {
            ReadReason::Case => "case",
            ReadReason::Stated => "stated",
        }
    }
}

/// The key of an officer's reading of a declaration on a day.
pub fn read_key(entry: EntryNumber, day: Date, officer: &str) -> RecordKey {
    RecordKey::new("declaration_read", format!("{entry}/{day}/{officer}"))
}

/// Whether a declaration is the officer's work: a step of it is open to one of his posts, he acted on it, or he
/// is drawn to examine its goods.
pub fn is_concerned(procedure: &Procedure, state: &str, body: &DeclarationRecord, actor: &Actor) -> bool {
    let drawn = body.examinations.last().filter(|examination| examination.sheet.is_none());
    drawn.is_some_and(|examination| examination.officers.contains(&actor.name))
        || body.timeline.iter().any(|milestone| milestone.by == actor.name)
        || !open_steps(procedure, state, body, actor).is_empty()
}

pub(crate) fn needs(entry: EntryNumber, actor: &Actor, at: &Moment, keys: &mut Keys) {
    keys.record(declaration_key(entry)).record(read_key(entry, at.day(), &actor.name));
}

/// An officer reads a declaration.
///
/// # Errors
/// It is not there for him, or it is not his work and he says no reason.
pub(crate) fn read(
    (entry, words): (EntryNumber, &str),
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Officer, "read a declaration 查阅报关单")?;
    visible(entry, actor, view, at)?;
    let bad = || vec![refusals::BAD_RECORD.at("").with("record", declaration_key(entry))];
    let record = view.record(&declaration_key(entry)).ok_or_else(bad)?;
    let body: DeclarationRecord = record.read().ok_or_else(bad)?;
    let words = words.trim();
    let length = words.chars().count();
    if length > WORDS {
        let long = refusals::TOO_LONG.at("/reason").with("field", "reason").with("max", WORDS);
        return Err(vec![long.with("length", length)]);
    }
    let concerned = is_concerned(law.procedure_of(entry.direction()), &record.state, &body, actor);
    if !concerned && words.is_empty() {
        return Err(vec![refusals::MISSING.at("/reason").with("field", "reason")]);
    }
    let reason = if concerned { ReadReason::Case } else { ReadReason::Stated };
    let read = Read {
        entry_number: entry,
        officer: actor.name.clone(),
        posts: actor.posts.clone(),
        at: *at,
        reason,
        words: words.to_owned(),
    };
    let mut decision = Decision::default();
    decision.tell("declaration.read", &read);
    decision.answer(&read);
    let key = read_key(entry, at.day(), &actor.name);
    // a second reading on the day is told again, and the first one stands
    if view.record(&key).is_none() {
        decision.record(Record {
            key,
            version: 1,
            state: reason.name().to_owned(),
            owner: actor.name.clone(),
            office: entry.office().to_string(),
            due: None,
            schema: 1,
            body: serde_json::to_string(&read).expect("our types serialise"),
        });
    }
    Ok(decision)
}

//! Reading 查阅: an officer who opens a declaration, a bill, a guarantee, a licence or a refund leaves an event with
//! the reason, before anything is shown (invariant 6). One event an officer, a record and a local day. The party is
//! not told.

use crate::bill::BillRecord;
use crate::command::{Actor, Role};
use crate::disposal::{DisposalKind, DisposalRecord, open_disposal_steps};
use crate::guarantee::KeptGuarantee;
use crate::law::ControlLaw;
use crate::open_step::open_steps;
use crate::post::Post;
use crate::record::{DeclarationRecord, Milestone, declaration_key};
use crate::refund::KeptRefund;
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::casework::Procedure;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The longest reason, in characters.
const WORDS: usize = 200;

/// What an officer's reading of is journalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readable {
    /// A bill of lading 提运单
    Bill,
    /// A declaration 报关单
    Declaration,
    /// A guarantee 担保
    Guarantee,
    /// A licence or certificate 许可证件
    Licence,
    /// A refund, with the account that it goes to 退税
    Refund,
}

impl Readable {
    /// In the order of their names.
    pub const ALL: [Readable; 5] =
        [Readable::Bill, Readable::Declaration, Readable::Guarantee, Readable::Licence, Readable::Refund];

    /// The kind of its records.
    pub const fn kind(self) -> &'static str {
        match self {
            Readable::Bill => "bill",
            Readable::Declaration => "declaration",
            Readable::Guarantee => "guarantee",
            Readable::Licence => "licence",
            Readable::Refund => "refund",
        }
    }

    /// What the event is called.
    pub(crate) fn event(self) -> &'static str {
        match self {
            Readable::Bill => "bill.read",
            Readable::Declaration => "declaration.read",
            Readable::Guarantee => "guarantee.read",
            Readable::Licence => "licence.read",
            Readable::Refund => "refund.read",
        }
    }

    pub fn parse(kind: &str) -> Option<Readable> {
        Readable::ALL.into_iter().find(|one| one.kind() == kind)
    }

    /// The office of a record, by its number; `None` for a licence, which is of no office.
    pub(crate) fn office(self, id: &str) -> Option<OfficeCode> {
        let at = if matches!(self, Readable::Guarantee | Readable::Refund) { 1 } else { 0 };
        match self {
            Readable::Licence => None,
            _ => id.get(at..at + 4).and_then(OfficeCode::parse),
        }
    }
}

/// What is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reads {
    pub what: Readable,
    /// The number of its record.
    pub number: String,
}

impl Reads {
    pub fn new(what: Readable, number: impl Into<String>) -> Reads {
        Reads { what, number: number.into() }
    }

    pub fn record(&self) -> RecordKey {
        RecordKey::new(self.what.kind(), &*self.number)
    }
}

/// That an officer read something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    #[serde(flatten)]
    pub of: Reads,
    pub officer: String,
    /// Posts at its office at that moment.
    pub posts: Vec<Post>,
    pub at: Moment,
    pub reason: ReadReason,
    /// What the officer said; may be empty where the case is the reason.
    pub words: String,
}

/// Why an officer read it.
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

/// The key of an officer's reading of a record on a day.
pub fn read_key(of: &Reads, day: Date, officer: &str) -> RecordKey {
    RecordKey::new("read", format!("{}/{day}/{officer}", of.record()))
}

/// Of a bill the record that says whose work it is: its declaration's, or its case's.
pub fn answers_for(of: &Reads, record: &Record) -> Option<RecordKey> {
    let bill = record.read::<BillRecord>().filter(|_| of.what == Readable::Bill)?;
    bill.declaration.map(declaration_key).or(bill.case)
}

/// Whether it is the officer's work: a step of it is open to one of his posts, he acted on it, or he is drawn to
/// examine its goods. A bill is the work of whoever works on its declaration or its case; a licence is nobody's,
/// and the officer says for what he looks it up.
pub fn is_work(
    of: &Reads,
    record: &Record,
    answers: Option<&Record>,
    law: &ControlLaw,
    actor: &Actor,
) -> bool {
    let acted = |timeline: &[Milestone]| timeline.iter().any(|milestone| milestone.by == actor.name);
    let may_act = |procedure: Option<&Procedure>| {
        let steps = procedure.map(|procedure| procedure.steps_from(&record.state, &actor.who()).count());
        steps.is_some_and(|steps| steps > 0)
    };
    match of.what {
        Readable::Declaration => is_concerned(record, law, actor),
        Readable::Guarantee => {
            let body: Option<KeptGuarantee> = record.read();
            may_act(Some(law.guarantee_procedure())) || body.is_some_and(|body| acted(&body.timeline))
        }
        Readable::Refund => {
            let body: Option<KeptRefund> = record.read();
            may_act(law.refund_procedure()) || body.is_some_and(|body| acted(&body.timeline))
        }
        Readable::Licence => false,
        Readable::Bill => answers.is_some_and(|answers| match DisposalKind::parse(&answers.key.kind) {
            None => is_concerned(answers, law, actor),
            Some(kind) => {
                let procedure = law.disposal_procedure(kind);
                procedure.zip(answers.read::<DisposalRecord>()).is_some_and(|(procedure, body)| {
                    !open_disposal_steps(procedure, &answers.state, &body, actor).is_empty()
                        || acted(&body.timeline)
                })
            }
        }),
    }
}

fn is_concerned(record: &Record, law: &ControlLaw, actor: &Actor) -> bool {
    let entry = EntryNumber::parse(&record.key.id);
    let Some((entry, body)) = entry.zip(record.read::<DeclarationRecord>()) else { return false };
    let drawn = body.examinations.last().filter(|examination| examination.sheet.is_none());
    drawn.is_some_and(|examination| examination.officers.contains(&actor.name))
        || body.timeline.iter().any(|milestone| milestone.by == actor.name)
        || !open_steps(law.procedure_of(entry.direction()), &record.state, &body, actor).is_empty()
}

pub(crate) fn needs(of: &Reads, actor: &Actor, view: &dyn View, at: &Moment, keys: &mut Keys) {
    keys.record(read_key(of, at.day(), &actor.name));
    let record = of.record();
    if let Some(answers) = view.record(&record).and_then(|record| answers_for(of, record)) {
        keys.record(answers);
    }
    keys.record(record);
}

/// What is not there for the officer.
fn none(of: &Reads) -> Refusal {
    match of.what {
        Readable::Declaration => refusals::NO_SUCH_DECLARATION.at("").with("entry", &of.number),
        Readable::Bill => refusals::NO_SUCH_BILL.at("").with("bill", &of.number),
        Readable::Guarantee => refusals::NO_SUCH_GUARANTEE.at("").with("number", &of.number),
        Readable::Refund => refusals::NO_SUCH_REFUND.at("").with("number", &of.number),
        Readable::Licence => refusals::NO_SUCH_LICENCE.at("").with("number", &of.number),
    }
}

/// An officer reads something.
///
/// # Errors
/// It is not there for him, or it is not his work and he says no reason.
pub(crate) fn read(
    (of, words): (&Reads, &str),
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Officer, "read a record of customs 查阅")?;
    let record = view.record(&of.record());
    let there = |record: &&Record| {
        record.office.is_empty() || actor.offices.iter().any(|office| office.as_str() == record.office)
    };
    let record = record.filter(there).ok_or_else(|| vec![none(of)])?;
    let words = words.trim();
    let length = words.chars().count();
    if length > WORDS {
        let long = refusals::TOO_LONG.at("/reason").with("field", "reason").with("max", WORDS);
        return Err(vec![long.with("length", length)]);
    }
    let answers = answers_for(of, record).and_then(|key| view.record(&key));
    let work = is_work(of, record, answers, law, actor);
    if !work && words.is_empty() {
        return Err(vec![refusals::MISSING.at("/reason").with("field", "reason")]);
    }
    let reason = if work { ReadReason::Case } else { ReadReason::Stated };
    let read = Read {
        of: of.clone(),
        officer: actor.name.clone(),
        posts: actor.posts.clone(),
        at: *at,
        reason,
        words: words.to_owned(),
    };
    let mut decision = Decision::default();
    decision.tell(of.what.event(), &read);
    decision.answer(&read);
    let key = read_key(of, at.day(), &actor.name);
    // what is of no office is read at the officer's own
    let own = actor.offices.first().map_or_else(String::new, ToString::to_string);
    let office = if record.office.is_empty() { own } else { record.office.clone() };
    // a second reading on the day is told again, and the first one stands
    if view.record(&key).is_none() {
        decision.record(Record {
            key,
            version: 1,
            state: reason.name().to_owned(),
            owner: actor.name.clone(),
            office,
            due: None,
            schema: 1,
            body: serde_json::to_string(&read).expect("our types serialise"),
        });
    }
    Ok(decision)
}

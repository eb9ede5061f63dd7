//! The work list: whatever of an officer's offices waits for somebody in one of the officer's posts: declarations,
//! goods that nobody clears, guarantees, refunds, permits. Read by office and state, so that what waits for nobody
//! is never touched. Licences have no procedure: they are recorded once, and nothing of them waits.

use crate::access;
use crate::names::PartyName;
use customhouse_control::{
    Actor, ChangeKind, ControlLaw, DeclarationRecord, DisposalKind, DisposalRecord, KeptGuarantee,
    KeptRefund, Milestone, PeriodicPermit, Post, decides_change, direction_of, open_disposal_steps,
    waits_for,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::{Procedure, State, Step};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{Direction, Money, OfficeCode};
use customhouse_storage::{Query, Reader, StoreError};
use jiff::civil::Date;

/// Records that are read of one office and state at most.
const READ: usize = 1_000;

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Declaration,
    Disposal(DisposalKind),
    Guarantee,
    Refund,
    Permit,
}

impl Kind {
    /// The groups of the list, by the name that its filter has.
    pub const GROUPS: [&str; 5] = ["declaration", "disposal", "guarantee", "refund", "permit"];

    pub fn group(self) -> &'static str {
        match self {
            Kind::Declaration => "declaration",
            Kind::Disposal(_) => "disposal",
            Kind::Guarantee => "guarantee",
            Kind::Refund => "refund",
            Kind::Permit => "permit",
        }
    }
}

/// What is needed of an officer.
pub(crate) enum Need {
    /// A name that pages have words for.
    Named(&'static str),
    /// One of these steps.
    Steps(Vec<Text>),
}

/// What it is about.
pub(crate) enum About {
    /// The first of so many lines of goods.
    Goods(String, u32),
    Amount(Money),
    /// A bill of lading, or whatever else says it in a word.
    Word(String),
}

/// One thing to do.
pub(crate) struct Task {
    pub kind: Kind,
    pub record: Record,
    pub number: String,
    pub need: Need,
    /// Whose it is; without a name where its record says none.
    pub party: PartyName,
    pub about: About,
    /// Officers who are drawn for it.
    pub drawn: Vec<String>,
    pub due: Option<Date>,
    /// The officer has acted on it, or is drawn for it.
    pub mine: bool,
    /// Since when it waits, in microseconds.
    since: Option<i64>,
}

impl Task {
    /// The procedure that drives it.
    pub fn procedure<'a>(&self, law: &'a ControlLaw) -> Option<&'a Procedure> {
        match self.kind {
            Kind::Declaration => direction_of(&self.record).map(|way| law.procedure_of(way)),
            Kind::Disposal(kind) => law.disposal_procedure(kind),
            Kind::Guarantee => Some(law.guarantee_procedure()),
            Kind::Refund => law.refund_procedure(),
            Kind::Permit => law.periodic_procedure(),
        }
    }
}

/// Everything that waits for the actor's posts at its offices: what is due first comes first, then what
/// has waited longest.
pub(crate) fn tasks(
    reader: &mut dyn Reader,
    actor: &Actor,
    law: &ControlLaw,
    today: Date,
) -> Result<Vec<Task>, StoreError> {
    let mut at =
        |office: &OfficeCode| access::acting(reader, actor, *office, today).map(|acting| (*office, acting));
    let acting = actor.offices.iter().map(&mut at).collect::<Result<Vec<_>, _>>()?;
    let mut tasks = declarations(reader, &acting, law)?;
    tasks.extend(overdue_summaries(reader, &acting, law)?);
    for kind in DisposalKind::ALL {
        let Some(procedure) = law.disposal_procedure(kind) else { continue };
        tasks.extend(waiting(reader, &acting, (procedure, |_| true), |record, _, actor| {
            disposal(record, kind, procedure, actor)
        })?);
    }
    tasks.extend(waiting(reader, &acting, (law.guarantee_procedure(), |_| true), guarantee)?);
    if let Some(procedure) = law.refund_procedure() {
        tasks.extend(waiting(reader, &acting, (procedure, |_| true), refund)?);
    }
    if let Some(procedure) = law.periodic_procedure() {
        // a permit in force can be stopped any day: only what is asked for, or overdue, waits
        let waits: fn(&Step) -> bool =
            |step| ["accept_permit", "refuse_permit", "gather_lists"].iter().any(|action| step.does(action));
        tasks.extend(waiting(reader, &acting, (procedure, waits), |record, steps, actor| {
            permit(record, steps, actor, today)
        })?);
    }
    tasks.sort_by_key(|task| (task.due.is_none(), task.due, task.since, task.record.key.clone()));
    Ok(tasks)
}

fn declarations(
    reader: &mut dyn Reader,
    acting: &[(OfficeCode, Actor)],
    law: &ControlLaw,
) -> Result<Vec<Task>, StoreError> {
    let mut tasks = Vec::new();
    let ways = [Direction::Import, Direction::Export].map(|way| (way, law.procedure_of(way)));
    for (way, procedure, state) in ways.iter().flat_map(|(way, p)| p.states.iter().map(move |s| (way, *p, s)))
    {
        for (office, actor) in acting {
            let waiting: Vec<&Step> =
                waits_for(procedure, &state.id, None).into_iter().filter(|s| is_for(s, actor)).collect();
            if waiting.is_empty() {
                continue;
            }
            let records = reader.records(&Query {
                kind: procedure.record.clone(),
                office: Some(office.to_string()),
                state: Some(state.id.clone()),
                // a change that is to be decided on has a day by which it must be
                with_due: waiting.iter().all(|step| decides_change(step)),
                limit: READ,
                ..Query::default()
            })?;
            let of_way = records.into_iter().filter(|record| direction_of(record) == Some(*way));
            tasks.extend(of_way.filter_map(|record| task(record, actor, procedure)));
        }
    }
    Ok(tasks)
}

/// Summaries that were not completed in time: nobody of customs takes their next step, and the post that
/// decides on release sees to them.
fn overdue_summaries(
    reader: &mut dyn Reader,
    acting: &[(OfficeCode, Actor)],
    law: &ControlLaw,
) -> Result<Vec<Task>, StoreError> {
    let mut tasks = Vec::new();
    let procedure = law.procedure_of(Direction::Import);
    let completes = |state: &&State| {
        procedure.steps.iter().any(|step| step.does("complete_declaration") && step.leaves(&state.id))
    };
    for state in procedure.states.iter().filter(completes) {
        for (office, actor) in acting.iter().filter(|(_, actor)| actor.posts.contains(&Post::Release)) {
            let records = reader.records(&Query {
                kind: procedure.record.clone(),
                office: Some(office.to_string()),
                state: Some(state.id.clone()),
                // one that is overdue keeps its day
                with_due: true,
                limit: READ,
                ..Query::default()
            })?;
            tasks.extend(records.into_iter().filter_map(|record| overdue(record, actor)));
        }
    }
    Ok(tasks)
}

fn overdue(record: Record, actor: &Actor) -> Option<Task> {
    let body: DeclarationRecord = record.read()?;
    // a change that is to be decided on stands in the list already
    let two = body.open_summary().filter(|two| two.overdue && body.change.is_none())?;
    let (due, mine) = (Some(two.due.day), has_acted(&body.timeline, actor));
    Some(of_declaration(record, &body, "complete_overdue", due, mine))
}

/// Cases of one procedure that wait for the actor, in one of the steps that are waited for: for whoever takes the
/// first of these that a post takes. What else another post could do, such as refusing what is not proposed yet,
/// does not wait.
fn waiting(
    reader: &mut dyn Reader,
    acting: &[(OfficeCode, Actor)],
    (procedure, is_waited_for): (&Procedure, fn(&Step) -> bool),
    task: impl Fn(Record, &[&Step], &Actor) -> Option<Task>,
) -> Result<Vec<Task>, StoreError> {
    let mut tasks = Vec::new();
    for (state, (office, actor)) in
        procedure.states.iter().flat_map(|state| acting.iter().map(move |one| (state, one)))
    {
        let open = || procedure.steps.iter().filter(|step| step.leaves(&state.id) && is_waited_for(step));
        let steps: Vec<&Step> = open().filter(|step| is_for(step, actor)).collect();
        let by_post = |step: &&Step| step.takers.iter().any(|taker| Post::parse(taker).is_some());
        if !open().find(by_post).is_some_and(|first| is_for(first, actor)) {
            continue;
        }
        let records = reader.records(&Query {
            kind: procedure.record.clone(),
            office: Some(office.to_string()),
            state: Some(state.id.clone()),
            limit: READ,
            ..Query::default()
        })?;
        tasks.extend(records.into_iter().filter_map(|record| task(record, &steps, actor)));
    }
    Ok(tasks)
}

fn of_code(code: String) -> PartyName {
    PartyName { code, name: String::new() }
}

fn titles(steps: &[&Step]) -> Need {
    Need::Steps(steps.iter().map(|step| step.title.clone()).collect())
}

/// A case that waits, without what only its kind knows.
fn case(kind: Kind, record: Record, timeline: &[Milestone], actor: &Actor) -> Task {
    Task {
        kind,
        number: record.key.id.clone(),
        need: Need::Named("other"),
        party: PartyName::default(),
        about: About::Word(String::new()),
        drawn: Vec::new(),
        due: record.due,
        mine: has_acted(timeline, actor),
        since: timeline.last().map(|milestone| milestone.moment.utc_micros),
        record,
    }
}

fn has_acted(timeline: &[Milestone], actor: &Actor) -> bool {
    timeline.iter().any(|milestone| milestone.by == actor.name)
}

fn disposal(record: Record, kind: DisposalKind, procedure: &Procedure, actor: &Actor) -> Option<Task> {
    let body: DisposalRecord = record.read()?;
    let steps = open_disposal_steps(procedure, &record.state, &body, actor);
    let bill = body.bill.split_once('-').map_or(&*body.bill, |(_, bill)| bill).to_owned();
    (!steps.is_empty()).then(|| Task {
        need: titles(&steps),
        party: of_code(body.consignee.clone().unwrap_or_default()),
        about: About::Word(bill),
        ..case(Kind::Disposal(kind), record, &body.timeline, actor)
    })
}

fn guarantee(record: Record, steps: &[&Step], actor: &Actor) -> Option<Task> {
    let body: KeptGuarantee = record.read()?;
    Some(Task {
        need: titles(steps),
        party: of_code(body.given.party.clone()),
        about: About::Amount(body.given.amount),
        ..case(Kind::Guarantee, record, &body.timeline, actor)
    })
}

fn refund(record: Record, steps: &[&Step], actor: &Actor) -> Option<Task> {
    let body: KeptRefund = record.read()?;
    // an account is the payer's to name; where nobody is known to be the payer, an officer's
    let nobodys = body.payer.starts_with("bank/");
    let steps: Vec<&Step> =
        steps.iter().copied().filter(|step| nobodys || !step.does("name_account")).collect();
    (!steps.is_empty()).then(|| Task {
        need: titles(&steps),
        party: of_code(body.payer.clone()),
        about: About::Amount(body.principal),
        ..case(Kind::Refund, record, &body.timeline, actor)
    })
}

fn permit(record: Record, steps: &[&Step], actor: &Actor, today: Date) -> Option<Task> {
    let body: PeriodicPermit = record.read()?;
    let overdue = body.overdue(today);
    let steps: Vec<&Step> =
        steps.iter().copied().filter(|step| overdue.is_some() || !step.does("gather_lists")).collect();
    (!steps.is_empty()).then(|| Task {
        need: titles(&steps),
        due: overdue.map(|by| by.day).or(record.due),
        party: of_code(record.owner.clone()),
        about: About::Word(body.goods.clone()),
        ..case(Kind::Permit, record, &body.timeline, actor)
    })
}

fn is_for(step: &Step, actor: &Actor) -> bool {
    actor.posts.iter().any(|post| step.takers.iter().any(|taker| taker == post.name()))
}

/// What a declaration asks of the actor; nothing, if it waits for somebody else.
fn task(record: Record, actor: &Actor, procedure: &Procedure) -> Option<Task> {
    let body: DeclarationRecord = record.read()?;
    let waiting = waits_for(procedure, &record.state, Some(&body));
    let step = waiting.into_iter().find(|step| is_for(step, actor))?;
    let decision = body.change.as_ref().filter(|_| decides_change(step));
    // a day that was worked off is overdue all the same
    let check = body.check_by.filter(|_| step.takers.iter().any(|taker| taker == Post::DocumentCheck.name()));
    let due = decision.map_or(check.map(|by| by.day).or(record.due), |change| Some(change.due.day));
    let need = need(step, &record.state, &body);
    let drawn = body.examinations.last().filter(|e| e.sheet.is_none());
    let mine = has_acted(&body.timeline, actor) || drawn.is_some_and(|e| e.officers.contains(&actor.name));
    Some(of_declaration(record, &body, need, due, mine))
}

fn of_declaration(
    record: Record,
    body: &DeclarationRecord,
    need: &'static str,
    due: Option<Date>,
    mine: bool,
) -> Task {
    let drawn = body.examinations.last().filter(|e| e.sheet.is_none() && need == "examine");
    Task {
        kind: Kind::Declaration,
        number: record.key.id.clone(),
        need: Need::Named(need),
        party: PartyName { code: body.consignee.clone(), name: body.consignee_name.clone() },
        about: About::Goods(body.first_goods.clone(), body.lines),
        drawn: drawn.map(|e| e.officers.clone()).unwrap_or_default(),
        due,
        mine,
        since: body.timeline.last().map(|m| m.moment.utc_micros),
        record,
    }
}

/// What a step that is waited for asks of an officer: a name that pages have words for.
pub(crate) fn need(step: &Step, state: &str, body: &DeclarationRecord) -> &'static str {
    match body.change.as_ref().filter(|_| decides_change(step)) {
        Some(change) => of_change(change.kind),
        None => of_state(state, body),
    }
}

fn of_change(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Amendment => "decide_amendment",
        ChangeKind::Withdrawal => "decide_withdrawal",
    }
}

fn of_state(state: &str, body: &DeclarationRecord) -> &'static str {
    let examined = body.examinations.last().is_some_and(|e| e.sheet.is_some());
    match state {
        "examination" => "examine",
        "discrepancy" => "after_discrepancy",
        "suspended" => "lift_hold",
        "document_check" if examined => "after_examination",
        "document_check" if body.channel == "examination" => "order_examination",
        "document_check" if body.requests.last().is_some_and(|r| r.answer.is_some()) => "check_answer",
        "document_check" => "check_documents",
        _ => "other",
    }
}

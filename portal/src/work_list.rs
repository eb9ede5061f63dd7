//! The work list: declarations and refunds of an officer's offices that wait for somebody in one of the
//! officer's posts. Read by office and state, so that what waits for nobody is never touched.

use crate::access;
use customhouse_control::{
    Actor, ChangeKind, ControlLaw, DeclarationRecord, KeptRefund, Post, decides_change, direction_of,
    waits_for,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::{Procedure, State, Step};
use customhouse_kernel::values::{Direction, OfficeCode};
use customhouse_storage::{Query, Reader, StoreError};
use jiff::civil::Date;

/// Records that are read of one office and state at most.
const READ: usize = 1_000;

/// One thing to do.
pub(crate) struct Task {
    pub record: Record,
    pub body: DeclarationRecord,
    /// What is needed: a name that pages have words for.
    pub need: &'static str,
    pub due: Option<Date>,
    /// The officer has acted on it, or is drawn for it.
    pub mine: bool,
}

/// Everything that waits for the actor's posts at its offices: what is due first comes first, then what
/// has waited longest.
pub(crate) fn tasks(
    reader: &mut dyn Reader,
    actor: &Actor,
    law: &ControlLaw,
    today: Date,
) -> Result<Vec<Task>, StoreError> {
    let mut tasks = Vec::new();
    let mut at =
        |office: &OfficeCode| access::acting(reader, actor, *office, today).map(|acting| (*office, acting));
    let acting = actor.offices.iter().map(&mut at).collect::<Result<Vec<_>, _>>()?;
    let ways = [Direction::Import, Direction::Export].map(|way| (way, law.procedure_of(way)));
    for (way, procedure, state) in ways.iter().flat_map(|(way, p)| p.states.iter().map(move |s| (way, *p, s)))
    {
        for (office, actor) in &acting {
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
    tasks.extend(overdue_summaries(reader, &acting, law)?);
    tasks.sort_by_key(|task| {
        let since = task.body.timeline.last().map(|m| m.moment.utc_micros);
        (task.due.is_none(), task.due, since)
    });
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
    let (due, mine) = (Some(two.due.day), body.timeline.iter().any(|m| m.by == actor.name));
    Some(Task { record, body, need: "complete_overdue", due, mine })
}

/// A refund that waits for the actor.
pub(crate) struct RefundTask {
    pub record: Record,
    pub body: KeptRefund,
    /// The step that it waits for.
    pub step: Step,
    /// The officer has acted on it.
    pub mine: bool,
}

/// Refunds that wait for the actor's posts: what is due first comes first.
pub(crate) fn refunds(
    reader: &mut dyn Reader,
    actor: &Actor,
    law: &ControlLaw,
    today: Date,
) -> Result<Vec<RefundTask>, StoreError> {
    let mut tasks = Vec::new();
    let Some(procedure) = law.refund_procedure() else { return Ok(tasks) };
    for office in &actor.offices {
        let actor = &access::acting(reader, actor, *office, today)?;
        // an account is the payer's to name
        let decides = |step: &&Step| is_for(step, actor) && !step.does("name_account");
        for state in &procedure.states {
            let waits = procedure.steps.iter().filter(|step| step.from.contains(&state.id)).find(decides);
            let Some(step) = waits else { continue };
            let records = reader.records(&Query {
                kind: procedure.record.clone(),
                office: Some(office.to_string()),
                state: Some(state.id.clone()),
                limit: READ,
                ..Query::default()
            })?;
            tasks.extend(records.into_iter().filter_map(|record| {
                let body: KeptRefund = record.read()?;
                let mine = body.timeline.iter().any(|m| m.by == actor.name);
                Some(RefundTask { body, step: step.clone(), mine, record })
            }));
        }
    }
    tasks.sort_by_key(|task| (task.record.due.is_none(), task.record.due, task.record.key.id.clone()));
    Ok(tasks)
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
    let mine = body.timeline.iter().any(|m| m.by == actor.name)
        || drawn.is_some_and(|e| e.officers.contains(&actor.name));
    Some(Task { record, body, need, due, mine })
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

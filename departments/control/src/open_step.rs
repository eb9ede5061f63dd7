//! Steps that are open 可办理的步骤: what an account may do with a declaration now, what each step needs,
//! and whom the declaration waits for. What pages offer and work lists list.

use crate::case::Taker;
use crate::change::ChangeKind;
use crate::command::Actor;
use crate::guard;
use crate::record::DeclarationRecord;
use customhouse_finance::is_tax;
use customhouse_kernel::casework::{Procedure, Step};

/// A part of what comes with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words: what is asked, answered, or the reason.
    Note,
    /// The findings sheet of an examination.
    Sheet,
    /// Another content of the declaration.
    Declaration,
    /// The number of a guarantee.
    Guarantee,
    /// Files.
    Files,
}

impl Part {
    pub fn name(self) -> &'static str {
        match self {
            Part::Note => "note",
            Part::Sheet => "sheet",
            Part::Declaration => "declaration",
            Part::Guarantee => "guarantee",
            Part::Files => "files",
        }
    }
}

/// What a step needs, and what may come with it besides.
pub fn parts_of(step: &Step) -> (Vec<Part>, Vec<Part>) {
    let does = |actions: &[&str]| actions.iter().any(|action| step.does(action));
    if does(&["propose_amendment"]) {
        (vec![Part::Note, Part::Declaration], Vec::new())
    } else if does(&["complete_declaration"]) {
        (vec![Part::Declaration], Vec::new())
    } else if does(&["use_guarantee"]) {
        (vec![Part::Guarantee], Vec::new())
    } else if does(&["pass_sheet", "report_sheet"]) {
        (vec![Part::Sheet], vec![Part::Note, Part::Files])
    } else if does(&["answer_request"]) {
        (vec![Part::Note], vec![Part::Files])
    } else if does(&["request_documents", "propose_withdrawal", "refuse_change", "say_why"]) {
        (vec![Part::Note], Vec::new())
    } else if does(&["approve_amendment", "approve_withdrawal"]) {
        (Vec::new(), vec![Part::Note])
    } else {
        (Vec::new(), Vec::new())
    }
}

/// The steps that the actor may take on a declaration now, in the procedure's order: its guards hold, and
/// what it answers or decides on is there.
pub fn open_steps<'a>(
    procedure: &'a Procedure,
    state: &str,
    body: &DeclarationRecord,
    actor: &Actor,
) -> Vec<&'a Step> {
    let who = actor.who();
    let steps = procedure.steps_from(state, &who).filter(|step| {
        let post = actor.posts.iter().copied().find(|post| step.takers.iter().any(|t| t == post.name()));
        let taker = Taker { actor, post };
        has_object(step, body) && step.guards.iter().all(|g| guard::holds(body, g, taker).is_ok())
    });
    steps.collect()
}

/// Whether what the step answers or decides on is there.
fn has_object(step: &Step, body: &DeclarationRecord) -> bool {
    let open = body.change.as_ref().map(|change| change.kind);
    let decides = |action: &str, kind: ChangeKind| !step.does(action) || open == Some(kind);
    decides("approve_amendment", ChangeKind::Amendment)
        && decides("approve_withdrawal", ChangeKind::Withdrawal)
        && (!step.does("refuse_change") || open.is_some())
        && (!step.does("use_guarantee")
            || body.open_books().any(|b| b.guaranteed.is_none() && is_tax(&b.charge)))
        && (!step.does("claim_guarantee") || body.open_books().any(|b| b.guaranteed.is_some()))
        && (!step.does("propose_amendment") || !body.waits_to_be_gathered())
        && (!step.does("answer_request") || body.open_request().is_some())
}

/// Whether the step decides on a change that was asked for.
pub fn decides_change(step: &Step) -> bool {
    ["approve_amendment", "approve_withdrawal", "refuse_change"].iter().any(|action| step.does(action))
}

/// The steps that a declaration waits for: the decision on a change that is open, and the first step of
/// the procedure's file that leads on from its state. Steps behind the first are the takers' choice.
/// Without a body: what declarations in this state may wait for.
pub fn waits_for<'a>(
    procedure: &'a Procedure,
    state: &str,
    body: Option<&DeclarationRecord>,
) -> Vec<&'a Step> {
    let leaving = || procedure.steps.iter().filter(|step| step.leaves(state));
    let conditions = body.is_some_and(|body| !body.holds.is_empty());
    let changes = body.is_none_or(|body| body.change.is_some());
    let decision = leaving().find(|step| changes && decides_change(step));
    let leads = |step: &&Step| {
        step.to.is_some()
            && !decides_change(step)
            && (conditions || !step.guards.iter().any(|g| g == "open_conditions"))
    };
    let asked = |step: &&Step| !decides_change(step) && !step.does("collect");
    let next = leaving().find(leads).or_else(|| leaving().find(asked));
    decision.into_iter().chain(next).collect()
}

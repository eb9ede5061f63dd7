//! The officers of the sample: who is on duty, and how they work off what was selected.

use super::{Span, offices};
use crate::command_line::Failure;
use customhouse_control::{
    Actor, AppointmentForm, Command, DeclarationRecord, DeclarationVersion, OnRoster, Post, Role, Roster,
    SheetLine, StepForm, declaration_key, version_key,
};
use customhouse_engine::{Command as EngineCommand, Engine, Sent, Submission};
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use std::collections::BTreeSet;

/// The officers who can sign in, with their posts.
pub(crate) const OFFICERS: [(&str, Post); 5] = [
    ("officer", Post::DocumentCheck),
    ("examiner", Post::Examination),
    ("examiner2", Post::Examination),
    ("supervisor", Post::Release),
    ("head", Post::Head),
];

pub(crate) fn officer(name: &str) -> Actor {
    let posts = OFFICERS.iter().filter(|(own, _)| *own == name).map(|(_, post)| *post).collect();
    Actor {
        name: name.to_owned(),
        role: Role::Officer,
        party: String::new(),
        offices: offices(Span::Fortnight),
        places: Vec::new(),
        posts,
    }
}

/// Appoints the sample's officers where that was not done before: the program its head, the head everybody else.
/// Once a database; offices that the pack does not know have none.
///
/// # Errors
/// The engine does not take it.
pub(crate) fn appoint(engine: &Engine, offices: &[OfficeCode]) -> Result<(), Failure> {
    let (law, from) = (engine.law(), engine.now().day());
    let is_listed =
        |office: &OfficeCode| law.control.codes.contains("office", office.as_str(), from) == Some(true);
    for office in offices.iter().filter(|office| is_listed(office)).copied() {
        let mut all = OFFICERS;
        all.sort_by_key(|(_, post)| *post != Post::Head);
        for (name, post) in all {
            let by = if post == Post::Head { Actor::system() } else { officer("head") };
            let document = "示例任命 sample appointment".to_owned();
            let form = AppointmentForm { officer: name.to_owned(), office, post, from, to: None, document };
            submit(engine, by, format!("appoint-{office}-{name}"), Command::Appoint(form))?;
        }
    }
    Ok(())
}

/// The heads of the sample's offices put everybody on duty.
///
/// # Errors
/// The engine does not take it.
pub(crate) fn on_duty(engine: &Engine, offices: &[OfficeCode]) -> Result<(), Failure> {
    for office in offices.iter().copied() {
        let on = |(name, post): &(&str, Post)| OnRoster {
            name: (*name).to_owned(),
            posts: BTreeSet::from([*post]),
            on_duty: true,
        };
        let roster = Roster { office, officers: OFFICERS.iter().map(on).collect() };
        submit(engine, officer("head"), format!("roster-{office}"), Command::SetRoster(roster))?;
    }
    Ok(())
}

/// Document check, and the examination where one was selected, of a declaration that waits for it.
///
/// # Errors
/// The engine or its store fails.
pub(crate) fn check(engine: &Engine, entry: EntryNumber, declarant: &Actor) -> Result<(), Failure> {
    let Some((state, body)) = find(engine, entry)? else { return Ok(()) };
    if state != "document_check" {
        return Ok(());
    }
    let step = |actor: Actor, step: &str, form: StepForm| {
        let command = Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) };
        submit(engine, actor, format!("{step}-{entry}"), command)
    };
    let said = |text: &str| StepForm { note: text.to_owned(), ..StepForm::default() };
    if body.channel == "examination" {
        step(officer("officer"), "order_examination", StepForm::default())?;
        let version = engine.read(|r| r.record(&version_key(entry, body.document_version)));
        let version = version.map_err(|e| Failure::Failed(e.to_string()))?;
        let version: Option<DeclarationVersion> = version.and_then(|record| record.read());
        let lines = version.map(|v| v.declaration.lines).unwrap_or_default();
        let sheet = lines.iter().map(|l| SheetLine { number: l.number, ..SheetLine::default() }).collect();
        step(
            officer("examiner"),
            "pass_examination",
            StepForm { sheet, ..said("单货相符。Goods as declared.") },
        )?;
    } else if entry.serial().is_multiple_of(2) {
        let asked = "请补充合同和发票。Please send the contract and the invoice.";
        step(officer("officer"), "request_documents", said(asked))?;
        step(declarant.clone(), "answer", said("已补充。Sent."))?;
    }
    step(officer("officer"), "pass_documents", StepForm::default())
}

fn find(engine: &Engine, entry: EntryNumber) -> Result<Option<(String, DeclarationRecord)>, Failure> {
    let record = engine.read(|r| r.record(&declaration_key(entry)));
    let record = record.map_err(|e| Failure::Failed(e.to_string()))?;
    Ok(record.and_then(|record| Some((record.state.clone(), record.read()?))))
}

/// Submits what the sample knows to be right.
///
/// # Errors
/// It is refused, or the engine stops.
pub(crate) fn submit(engine: &Engine, actor: Actor, key: String, command: Command) -> Result<(), Failure> {
    let sent = Sent { media_type: "text/plain".to_owned(), bytes: key.clone().into_bytes(), keep: false };
    let submission = Submission { actor, key, command: EngineCommand::Control(command), sent };
    let outcome = engine.submit_and_wait(submission);
    let outcome = outcome.map_err(|e| Failure::Failed(format!("the sample trade stopped: {e}")))?;
    if outcome.accepted {
        return Ok(());
    }
    let codes: Vec<&str> = outcome.findings.iter().map(|f| f.code.as_str()).collect();
    Err(Failure::Failed(format!("the sample was refused what it needs: {}", codes.join(", "))))
}

//! Due jobs: once a day of the territory, and at the start, every deadline that has fallen becomes a
//! system command. The command's key is the case and the day, so that a repeat has no second effect.

use crate::handle::Engine;
use crate::submission::{Command, Sent, Submission};
use customhouse_control::{self as control, DisposalKind};
use customhouse_kernel::beats::RecordKey;
use customhouse_kernel::values::EntryNumber;
use customhouse_storage::{Query, StoreError};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::time::Duration;

/// Cases of one page.
const PAGE: usize = 500;

/// Looks until the engine stops.
pub(crate) fn run(engine: &Engine) {
    const PAUSE: Duration = Duration::from_millis(200);
    let mut looked: Option<Date> = None;
    let mut done = BTreeSet::new();
    while !engine.is_stopping() {
        let today = engine.now().day();
        if looked != Some(today) {
            match round(engine, today, &mut done) {
                // behind a deadline that was worked off the next may have passed too
                Ok(true) => continue,
                Ok(false) => looked = Some(today),
                Err(error) => tracing::warn!(%error, "due jobs are tried again"),
            }
        }
        std::thread::park_timeout(PAUSE);
    }
}

/// Kinds of records that fall due.
const KINDS: [&str; 5] = ["declaration", "bill", "periodic_permit", DisposalKind::Unclaimed.name(), "refund"];

/// Submits what has fallen due and was not submitted yet by this process; whether there was any.
fn round(engine: &Engine, today: Date, done: &mut BTreeSet<String>) -> Result<bool, StoreError> {
    let mut any = false;
    for kind in KINDS {
        any |= round_of(engine, kind, today, done)?;
    }
    Ok(any)
}

/// The same for the cases of a kind.
fn round_of(
    engine: &Engine,
    kind: &str,
    today: Date,
    done: &mut BTreeSet<String>,
) -> Result<bool, StoreError> {
    let mut after = None;
    let mut any = false;
    loop {
        let query =
            Query { kind: kind.to_owned(), due_before: Some(today), after, limit: PAGE, ..Query::default() };
        let page = engine.read(|reader| reader.records(&query))?;
        let Some(last) = page.last() else { return Ok(any) };
        after = Some(last.key.id.clone());
        let mut waiting = Vec::new();
        for record in &page {
            let Some((command, due)) = record.due.and_then(|due| Some((command(&record.key, due)?, due)))
            else {
                continue;
            };
            let key = format!("due/{}/{due}", record.key);
            if done.insert(key.clone()) {
                waiting.push(engine.submit_later(submission(key, command)));
            }
        }
        any |= !waiting.is_empty();
        for answer in waiting {
            if let Ok(Err(error)) = answer.recv() {
                tracing::warn!(%error, "a deadline that fell could not be worked off");
            }
        }
        if page.len() < PAGE {
            return Ok(any);
        }
    }
}

/// What a deadline of a record asks.
fn command(record: &RecordKey, due: Date) -> Option<control::Command> {
    Some(match record.kind.as_str() {
        "declaration" => control::Command::FallDue { entry: EntryNumber::parse(&record.id)?, due },
        "periodic_permit" => control::Command::PermitFallsDue { number: record.id.clone(), due },
        "refund" => control::Command::RefundFallsDue { number: record.id.clone(), due },
        _ => control::Command::DisposalFallsDue { record: record.clone(), due },
    })
}

fn submission(key: String, command: control::Command) -> Submission {
    let sent = Sent { media_type: "text/plain".to_owned(), bytes: key.clone().into_bytes(), keep: false };
    Submission { actor: control::Actor::system(), key, command: Command::Control(command), sent }
}

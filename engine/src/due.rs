//! Due jobs: once a day of the territory, and at the start, every deadline that has fallen becomes a
//! system command. The command's key is the case and the day, so that a repeat has no second effect.

use crate::handle::Engine;
use crate::submission::{Command, Outcome, Sent, Submission, SubmitError};
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
                Ok(Looked::Found) => continue,
                Ok(Looked::Nothing) => looked = Some(today),
                Ok(Looked::Unanswered) => {}
                Err(error) => tracing::warn!(%error, "due jobs are tried again"),
            }
        }
        std::thread::park_timeout(PAUSE);
    }
}

/// Kinds of records that fall due.
const KINDS: [&str; 5] = ["declaration", "bill", "periodic_permit", DisposalKind::Unclaimed.name(), "refund"];

/// What a look at the deadlines gave; the greater counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Looked {
    Nothing,
    /// Some had fallen, and all were answered.
    Found,
    /// The store failed at some: they fall again.
    Unanswered,
}

/// Submits what has fallen due and was not submitted yet by this process.
fn round(engine: &Engine, today: Date, done: &mut BTreeSet<String>) -> Result<Looked, StoreError> {
    let mut looked = Looked::Nothing;
    for kind in KINDS {
        let mut after = Some(String::new());
        while after.is_some() {
            let fallen = page(engine, kind, today, &mut after, done)?;
            let waiting = fallen.into_iter().map(|one| (one.key.clone(), engine.submit_later(one)));
            for (key, answer) in waiting.collect::<Vec<_>>() {
                let answer = answer.recv().unwrap_or(Err(SubmitError::Stopped));
                looked = looked.max(worked_off(done, &key, &answer));
            }
        }
    }
    Ok(looked)
}

/// Everything that has fallen due and was not submitted yet, at once.
pub(crate) fn all_fallen(
    engine: &Engine,
    today: Date,
    done: &mut BTreeSet<String>,
) -> Result<Vec<Submission>, StoreError> {
    let mut all = Vec::new();
    for kind in KINDS {
        let mut after = Some(String::new());
        while after.is_some() {
            all.extend(page(engine, kind, today, &mut after, done)?);
        }
    }
    Ok(all)
}

/// What has fallen due on one page of a kind's cases and was not submitted yet; `after` moves on, or is none
/// behind the last page.
fn page(
    engine: &Engine,
    kind: &str,
    today: Date,
    after: &mut Option<String>,
    done: &mut BTreeSet<String>,
) -> Result<Vec<Submission>, StoreError> {
    let query = Query {
        kind: kind.to_owned(),
        due_before: Some(today),
        after: after.take().filter(|id| !id.is_empty()),
        limit: PAGE,
        ..Query::default()
    };
    let page = engine.read(|reader| reader.records(&query))?;
    *after = page.last().filter(|_| page.len() == PAGE).map(|last| last.key.id.clone());
    let fallen = page.iter().filter_map(|record| {
        let due = record.due?;
        let key = format!("due/{}/{due}", record.key);
        let command = command(&record.key, due)?;
        done.insert(key.clone()).then(|| submission(key, command))
    });
    Ok(fallen.collect())
}

/// Takes note of what came of a deadline: one that the store failed at falls again.
pub(crate) fn worked_off(
    done: &mut BTreeSet<String>,
    key: &str,
    answer: &Result<Outcome, SubmitError>,
) -> Looked {
    match answer {
        Ok(_) | Err(SubmitError::KeyReused) => Looked::Found,
        Err(error) => {
            tracing::warn!(key, %error, "a deadline that fell could not be worked off; it falls again");
            done.remove(key);
            Looked::Unanswered
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_that_the_store_failed_at_falls_again() {
        let key = "due/declaration/1/2026-03-12";
        for (error, looked) in [
            (SubmitError::Store("full".to_owned()), Looked::Unanswered),
            (SubmitError::Busy, Looked::Unanswered),
            (SubmitError::KeyReused, Looked::Found),
        ] {
            let mut done = BTreeSet::from([key.to_owned()]);
            assert!(worked_off(&mut done, key, &Err(error)) == looked);
            assert_eq!(done.contains(key), looked == Looked::Found);
        }
    }
}

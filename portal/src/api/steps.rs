//! Steps of a declaration's procedure, taken by officers and declarants.

use super::answer::{key_in, respond};
use super::bearer::Bearer;
use super::bills::{JSON, is_json};
use crate::problem::{self, Problem};
use crate::state::Portal;
use crate::step_form::read_step;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{Actor, Command, StepForm};
use customhouse_engine::{Command as EngineCommand, Outcome, Sent};
use customhouse_exchange::Limits;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::EntryNumber;

/// `POST /declarations/{entry}/steps/{step}`
pub(crate) async fn take(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((entry, step)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let entry = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    if !is_json(&headers) {
        return Err(problem::MEDIA_TYPE.into());
    }
    let key = key_in(&headers)?.ok_or(problem::NO_KEY)?;
    let limits = Limits { bytes: portal.settings().body_limit, ..Limits::default() };
    let bytes = body.clone();
    let form = portal.blocking(move || read_step(&bytes, &limits)).await?;
    let outcome = submit(&portal, account.actor(), (entry, &step), key, form, &body).await?;
    Ok(respond(outcome, |findings| findings))
}

/// Submits a step. What came is kept where it holds another content of the declaration, or cannot be
/// read; files are kept in any case.
pub(crate) async fn submit(
    portal: &Portal,
    actor: Actor,
    (entry, step): (EntryNumber, &str),
    key: String,
    form: Result<StepForm, Vec<Refusal>>,
    body: &[u8],
) -> Result<Outcome, Problem> {
    let sent = sent(entry, step, &form, body);
    let command = match form {
        Ok(mut form) => {
            let declared = form.declaration.is_some();
            form.note = form.note.trim().to_owned();
            let command = Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) };
            let outcome = portal.submit(actor, key, EngineCommand::Control(command), sent).await?;
            return Ok(if declared { placed(outcome) } else { outcome });
        }
        Err(findings) => EngineCommand::Unreadable { kind: "declaration.step", findings },
    };
    portal.submit(actor, key, command, sent).await
}

/// The declaration and the step stand in the address: they belong to the content.
fn sent(entry: EntryNumber, step: &str, form: &Result<StepForm, Vec<Refusal>>, body: &[u8]) -> Sent {
    let step = serde_json::Value::from(step);
    let head = format!("{{\"entry_number\":\"{entry}\",\"step\":{step},\"sent\":");
    match form {
        Ok(form) => {
            let bytes = [head.as_bytes(), body, b"}"].concat();
            Sent { media_type: JSON.to_owned(), bytes, keep: form.declaration.is_some() }
        }
        Err(_) => {
            let bytes = [format!("{entry} {step}\n").as_bytes(), body].concat();
            Sent { media_type: "application/octet-stream".to_owned(), bytes, keep: true }
        }
    }
}

/// Findings of the proposed content stand under `/declaration`, where it was sent. Those of the step
/// itself stand at its own members, or at none.
fn placed(mut outcome: Outcome) -> Outcome {
    let own = |path: &str| {
        path.is_empty()
            || ["/note", "/sheet", "/samples", "/files", "/declaration"]
                .iter()
                .any(|m| path.strip_prefix(m).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    };
    for finding in outcome.findings.iter_mut().filter(|finding| !own(&finding.path)) {
        finding.path = format!("/declaration{}", finding.path);
    }
    outcome
}

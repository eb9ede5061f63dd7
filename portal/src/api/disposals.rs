//! Goods that nobody clears: abandonment declared, direct return asked for, the list of cases, one of them,
//! its steps, and the files that prove a claim.

use super::answer::{key_in, respond};
use super::bearer::Bearer;
use super::bills::{JSON, is_json, submit as submit_small};
use super::files::kept;
use super::list::{ListQuery, listed};
use crate::access;
use crate::disposal_form::read_disposal_step;
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{
    Actor, Command, DisposalKind, DisposalRecord, DisposalStepForm, disposal_parts, open_disposal_steps,
};
use customhouse_engine::{Command as EngineCommand, Outcome, Sent};
use customhouse_kernel::beats::Record;
use customhouse_kernel::journal::{Event, Hash};
use customhouse_kernel::refusal::Refusal;
use serde_json::{Value, json};

/// `POST /abandonments`
pub(crate) async fn abandon(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit_small(&portal, bearer, &headers, ("", body), "disposal.opened", Command::DeclareAbandonment).await
}

/// `POST /direct-returns`
pub(crate) async fn ask_return(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit_small(&portal, bearer, &headers, ("", body), "disposal.opened", Command::AskDirectReturn).await
}

/// `GET /disposals/{kind}`
pub(crate) async fn list(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(kind): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    let kind = DisposalKind::parse(&kind).ok_or(problem::NOT_FOUND)?;
    listed(&portal, bearer, query, kind.name(), "disposals", summary).await
}

fn summary(record: &Record) -> Option<Value> {
    let body: DisposalRecord = record.read()?;
    Some(json!({
        "kind": body.kind,
        "number": body.number,
        "state": record.state,
        "office": record.office,
        "bill": body.bill,
        "consignee": body.consignee,
        "due": record.due,
    }))
}

/// `GET /disposals/{kind}/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((kind, number)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (actor, kind) = (account.actor(), DisposalKind::parse(&kind).ok_or(problem::NOT_FOUND)?);
    let today = portal.engine().now().day();
    let found = portal.read(move |reader| {
        let Some((record, body)) = access::disposal(reader, &actor, kind, &number)? else { return Ok(None) };
        let actor = access::acting_on(reader, &actor, &record, today)?;
        Ok(Some((record, body, actor)))
    });
    let (record, body, actor) = found.await?.ok_or(problem::NOT_FOUND)?;
    let law = portal.law();
    let procedure = law.control.disposal_procedure(kind);
    let steps = procedure.map(|p| open_disposal_steps(p, &record.state, &body, &actor)).unwrap_or_default();
    let step = |step: &&customhouse_kernel::casework::Step| {
        let takes: &[&str] = if step.does("claim_surplus") { &["files"] } else { &[] };
        json!({ "id": step.id, "title": step.title, "needs": disposal_parts(step), "takes": takes })
    };
    Ok(Json(json!({
        "kind": kind,
        "number": body.number,
        "state": record.state,
        "version": record.version,
        "due": record.due,
        "steps": steps.iter().map(step).collect::<Vec<_>>(),
        "record": access::disposal_seen_by(&actor, body),
    })))
}

/// `POST /disposals/{kind}/{number}/steps/{step}`
pub(crate) async fn take(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((kind, number, step)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = DisposalKind::parse(&kind).ok_or(problem::NOT_FOUND)?;
    if !is_json(&headers) {
        return Err(problem::MEDIA_TYPE.into());
    }
    let key = key_in(&headers)?.ok_or(problem::NO_KEY)?;
    let form = read_disposal_step(&body);
    let outcome = submit(&portal, account.actor(), (kind, &number, &step), key, form, &body).await?;
    Ok(respond(outcome, |findings| findings))
}

/// Submits a step. What cannot be read is kept; files are kept in any case. The case and the step stand in
/// the address: they belong to the content.
pub(crate) async fn submit(
    portal: &Portal,
    actor: Actor,
    (kind, number, step): (DisposalKind, &str, &str),
    key: String,
    form: Result<DisposalStepForm, Vec<Refusal>>,
    body: &[u8],
) -> Result<Outcome, Problem> {
    let head = format!("{} {number} {step}\n", kind.name());
    let bytes = [head.as_bytes(), body].concat();
    let (command, keep) = match form {
        Ok(form) => {
            let (number, step) = (number.to_owned(), step.to_owned());
            let command = Command::TakeDisposalStep { kind, number, step, form: Box::new(form) };
            (EngineCommand::Control(command), false)
        }
        Err(findings) => (EngineCommand::Unreadable { kind: "disposal.step", findings }, true),
    };
    let sent = Sent { media_type: JSON.to_owned(), bytes, keep };
    portal.submit(actor, key, command, sent).await
}

/// `GET /disposals/{kind}/{number}/files/{digest}`
pub(crate) async fn file(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((kind, number, digest)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    file_response(&portal, account.actor(), &kind, number, &digest).await
}

/// A file that came with a claim which the actor may see.
pub(crate) async fn file_response(
    portal: &Portal,
    actor: Actor,
    kind: &str,
    number: String,
    digest: &str,
) -> Result<Response, Problem> {
    let kind = DisposalKind::parse(kind).ok_or(problem::NOT_FOUND)?;
    let digest = Hash::parse(digest).ok_or(problem::NOT_FOUND)?;
    let name = number.clone();
    let found = portal.read(move |reader| {
        let Some((record, body)) = access::disposal(reader, &actor, kind, &number)? else { return Ok(None) };
        let body = access::disposal_seen_by(&actor, body);
        if !body.claims.iter().any(|claim| claim.files.contains(&digest)) {
            return Ok(None);
        }
        let events = reader.events_about(&record.key.to_string())?;
        let events = events.iter().filter_map(|e| serde_json::from_str::<Event>(&e.payload).ok());
        let named = events.flat_map(|event| event.attachments).find(|a| a.digest == digest);
        let media_type = named.map_or_else(String::new, |a| a.media_type);
        Ok(reader.attachment(&digest)?.map(|bytes| (media_type, bytes)))
    });
    let (media_type, bytes) = found.await?.ok_or(problem::NOT_FOUND)?;
    Ok(kept(&media_type, bytes, &name, digest))
}

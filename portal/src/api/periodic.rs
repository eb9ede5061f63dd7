//! Periodic declaration: permits asked for, the list of them, one of them with its lists that wait, the
//! decision, its end, gathering the lists of a month, and a month's declaration.

use super::answer::{key_in, respond};
use super::bearer::Bearer;
use super::bills::{JSON, submit};
use super::declarations::ListQuery;
use crate::access;
use crate::lists::{self, Wanted};
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{Command, PeriodicPermit};
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::beats::Record;
use customhouse_kernel::values::EntryNumber;
use serde_json::{Value, json};

/// The kind of records of permits.
const PERMIT: &str = "periodic_permit";

/// `POST /periodic-permits`
pub(crate) async fn ask(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "periodic_permit.asked", Command::AskPeriodicPermit).await
}

/// `POST /periodic-permits/{number}/decision`
pub(crate) async fn decide(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let of = number.clone();
    let command = |form| Command::DecidePeriodicPermit { number, form };
    submit(&portal, bearer, &headers, (&of, body), "periodic_permit.decided", command).await
}

/// `POST /periodic-permits/{number}/months`
pub(crate) async fn gather(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let of = number.clone();
    let command = |form| Command::GatherLists { number, form };
    submit(&portal, bearer, &headers, (&of, body), "periodic_lists.gathered", command).await
}

/// `POST /periodic-permits/{number}/end`
pub(crate) async fn end(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let key = key_in(&headers)?.ok_or(problem::NO_KEY)?;
    // the number stands in the address: it belongs to the content
    let mut bytes = format!("{number}\n").into_bytes();
    bytes.extend_from_slice(&body);
    let sent = Sent { media_type: JSON.to_owned(), bytes, keep: false };
    let command = EngineCommand::Control(Command::EndPeriodicPermit(number));
    let outcome = portal.submit(account.actor(), key, command, sent).await?;
    Ok(respond(outcome, |findings| findings))
}

/// `GET /periodic-permits`
pub(crate) async fn list(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    let actor = account.actor();
    if !lists::has(&actor, PERMIT) {
        return Err(problem::FORBIDDEN.into());
    }
    let wanted = Wanted { state: query.state, after: query.after, limit: query.limit.unwrap_or(50) };
    let page = portal.read(move |r| lists::page(r, &actor, PERMIT, &wanted)).await?;
    let permits: Vec<Value> = page.records.iter().filter_map(summary).collect();
    Ok(Json(json!({ "permits": permits, "next": page.next })))
}

fn summary(record: &Record) -> Option<Value> {
    let body: PeriodicPermit = record.read()?;
    Some(json!({
        "number": body.number,
        "state": record.state,
        "office": record.office,
        "party": body.party,
        "goods": body.goods,
        "guarantee": body.guarantee,
        "valid_to": body.valid_to,
        "lists": body.lists.len(),
        "due": record.due,
    }))
}

/// `GET /periodic-permits/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    let found = portal.read(move |reader| access::periodic_permit(reader, &account.actor(), &number)).await?;
    let (record, body) = found.ok_or(problem::NOT_FOUND)?;
    Ok(Json(json!({
        "number": body.number,
        "state": record.state,
        "version": record.version,
        "due": record.due,
        "record": body,
    })))
}

/// `GET /periodic-declarations/{entry}`
pub(crate) async fn month(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(entry): Path<String>,
) -> Result<Json<Value>, Problem> {
    let entry = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    let actor = account.actor();
    let found = portal.read(move |reader| access::periodic_declaration(reader, &actor, entry)).await?;
    let (month, books) = found.ok_or(problem::NOT_FOUND)?;
    Ok(Json(json!({ "declaration": month, "books": books })))
}

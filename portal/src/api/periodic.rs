//! Periodic declaration: permits asked for, the list of them, one of them with its lists that wait, the
//! decision, its end, gathering the lists of a month, and a month's declaration.

use super::bearer::Bearer;
use super::bills::{submit, submit_bare};
use super::list::{ListQuery, listed};
use crate::access;
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{Command, PeriodicPermit};
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
    bearer: Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit_bare(&portal, bearer, &headers, (&number.clone(), body), Command::EndPeriodicPermit(number)).await
}

/// `GET /periodic-permits`
pub(crate) async fn list(
    State(portal): State<Portal>,
    bearer: Bearer,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    listed(&portal, bearer, query, PERMIT, "permits", summary).await
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

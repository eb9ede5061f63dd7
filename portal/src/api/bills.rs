//! Bills of lading, reports on their goods, settlements: small JSON forms.

use super::answer::{key_in, respond};
use super::bearer::Bearer;
use crate::access;
use crate::problem::{self, Problem};
use crate::small_forms::{SmallForm, read_json};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use customhouse_control::Command;
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::values::OfficeCode;
use serde_json::{Value, json};

pub(crate) const JSON: &str = "application/json";

/// Whether a request says that it holds JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    kind == JSON || kind.ends_with("+json")
}

/// Submits a small form. What cannot be read is refused with a receipt and kept, too. `of`: what the
/// address names, which belongs to the content; empty where it names nothing.
pub(crate) async fn submit<T: SmallForm>(
    portal: &Portal,
    Bearer(account): Bearer,
    headers: &HeaderMap,
    (of, body): (&str, Bytes),
    kind: &'static str,
    command: impl FnOnce(T) -> Command,
) -> Result<Response, Problem> {
    if !is_json(headers) {
        return Err(problem::MEDIA_TYPE.into());
    }
    let key = key_in(headers)?.ok_or(problem::NO_KEY)?;
    let (command, keep) = match read_json(&body) {
        Ok(form) => (EngineCommand::Control(command(form)), false),
        Err(findings) => (EngineCommand::Unreadable { kind, findings }, true),
    };
    let mut bytes = if of.is_empty() { Vec::new() } else { format!("{of}\n").into_bytes() };
    bytes.extend_from_slice(&body);
    let sent = Sent { media_type: JSON.to_owned(), bytes, keep };
    let outcome = portal.submit(account.actor(), key, command, sent).await?;
    Ok(respond(outcome, |findings| findings))
}

/// Submits a command that the address says whole. `of`: what it names, which belongs to the content.
pub(crate) async fn submit_bare(
    portal: &Portal,
    Bearer(account): Bearer,
    headers: &HeaderMap,
    (of, body): (&str, Bytes),
    command: Command,
) -> Result<Response, Problem> {
    let key = key_in(headers)?.ok_or(problem::NO_KEY)?;
    let bytes = [format!("{of}\n").as_bytes(), &body].concat();
    let sent = Sent { media_type: JSON.to_owned(), bytes, keep: false };
    let outcome = portal.submit(account.actor(), key, EngineCommand::Control(command), sent).await?;
    Ok(respond(outcome, |findings| findings))
}

/// `POST /bills`
pub(crate) async fn file(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "bill.filed", Command::FileBill).await
}

/// `POST /goods-out`
pub(crate) async fn goods_out(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "goods.out", Command::ReportGoodsOut).await
}

/// `POST /entries`
pub(crate) async fn entry(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "bill.entered", Command::ReportEntry).await
}

/// `POST /arrivals`
pub(crate) async fn arrival(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "goods.arrived", Command::ReportArrival).await
}

/// `POST /loadings`
pub(crate) async fn loading(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "goods.loaded", Command::ReportLoading).await
}

/// `POST /shut-outs`
pub(crate) async fn shut_out(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "goods.shut_out", Command::ReportShutOut).await
}

/// `POST /departures`
pub(crate) async fn departure(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "goods.departed", Command::ReportDeparture).await
}

/// `POST /settlements`
pub(crate) async fn settle(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "payment.settled", Command::Settle).await
}

/// `POST /settlements/bounced`
pub(crate) async fn bounce(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "payment.bounced", Command::Bounce).await
}

/// `GET /bills/{office}/{bill}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((office, bill)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let office = OfficeCode::parse(&office).ok_or(problem::NOT_FOUND)?;
    let actor = account.actor();
    let found = {
        let actor = actor.clone();
        portal.read(move |r| access::bill(r, &actor, office, &bill)).await?
    };
    let (record, body) = found.ok_or(problem::NOT_FOUND)?;
    let body = access::bill_seen_by(&actor, body);
    Ok(Json(json!({ "bill": record.key.id, "state": record.state, "record": body })))
}

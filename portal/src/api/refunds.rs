//! Refunds: applying, the list, one of them, the decision, the account; what the bank paid out or sent back.

use super::bearer::Bearer;
use super::bills::submit;
use super::list::{ListQuery, listed};
use crate::access;
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{Command, KeptRefund, RefundAccountForm, RefundForm, masked_account};
use customhouse_kernel::beats::Record;
use serde_json::{Value, json};

/// `POST /refunds`
pub(crate) async fn apply(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let command = |form: RefundForm| Command::ApplyForRefund(Box::new(form));
    submit(&portal, bearer, &headers, ("", body), "refund.applied", command).await
}

/// `POST /refunds/{number}/decision`
pub(crate) async fn decide(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let of = number.clone();
    let command = |form| Command::DecideRefund { number, form };
    submit(&portal, bearer, &headers, (&of, body), "refund.decided", command).await
}

/// `POST /refunds/{number}/account`
pub(crate) async fn account(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let of = number.clone();
    let command = |form: RefundAccountForm| Command::NameRefundAccount { number, account: form.account };
    submit(&portal, bearer, &headers, (&of, body), "refund.account", command).await
}

/// `POST /payouts`
pub(crate) async fn pay_out(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "refund.paid_out", Command::PayOutRefund).await
}

/// `POST /payouts/bounced`
pub(crate) async fn bounce(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "refund.bounced", Command::BounceRefund).await
}

/// `GET /refunds`
pub(crate) async fn list(
    State(portal): State<Portal>,
    bearer: Bearer,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    listed(&portal, bearer, query, "refund", "refunds", summary).await
}

fn summary(record: &Record) -> Option<Value> {
    let body: KeptRefund = record.read()?;
    Some(json!({
        "number": body.number,
        "state": record.state,
        "office": record.office,
        "payer": body.payer,
        "ground": body.form.ground,
        "principal": body.principal,
        "interest": body.granted.as_ref().map(|granted| granted.total_interest),
        "account": masked_account(&body.account),
        "due": record.due,
    }))
}

/// `GET /refunds/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    let today = portal.engine().now().day();
    let found = portal.read(move |reader| access::refund(reader, &account.actor(), &number, today)).await?;
    let (record, body) = found.ok_or(problem::NOT_FOUND)?;
    Ok(Json(json!({
        "number": body.number,
        "state": record.state,
        "version": record.version,
        "due": record.due,
        "record": body,
    })))
}

//! Guarantees: lodging, the list, one of them with its balances, the decision, giving back.

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
use customhouse_control::{Command, GuaranteeBalances, KeptGuarantee};
use customhouse_kernel::beats::Record;
use customhouse_kernel::ledger::AccountId;
use customhouse_storage::{Reader, StoreError};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `POST /guarantees`
pub(crate) async fn lodge(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "guarantee.lodged", Command::LodgeGuarantee).await
}

/// `POST /guarantees/{number}/decision`
pub(crate) async fn decide(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let of = number.clone();
    let command = |form| Command::DecideGuarantee { number, form };
    submit(&portal, bearer, &headers, (&of, body), "guarantee.decided", command).await
}

/// `POST /guarantees/{number}/return`
pub(crate) async fn give_back(
    State(portal): State<Portal>,
    bearer: Bearer,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit_bare(&portal, bearer, &headers, (&number.clone(), body), Command::GiveBackGuarantee(number)).await
}

/// `GET /guarantees`
pub(crate) async fn list(
    State(portal): State<Portal>,
    bearer: Bearer,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    listed(&portal, bearer, query, "guarantee", "guarantees", summary).await
}

fn summary(record: &Record) -> Option<Value> {
    let body: KeptGuarantee = record.read()?;
    Some(json!({
        "number": body.given.number,
        "state": record.state,
        "office": record.office,
        "party": body.given.party,
        "kind": body.given.kind,
        "means": body.given.means,
        "amount": body.given.amount,
        "valid_from": body.given.valid_from,
        "valid_to": body.given.valid_to,
        "due": record.due,
    }))
}

/// `GET /guarantees/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    let found = portal.read(move |reader| {
        let Some((record, body)) = access::guarantee(reader, &account.actor(), &number)? else {
            return Ok(None);
        };
        let balances = balances(reader, &body)?;
        Ok(Some((record, body, balances)))
    });
    let (record, body, balances) = found.await?.ok_or(problem::NOT_FOUND)?;
    Ok(Json(json!({
        "number": body.given.number,
        "state": record.state,
        "version": record.version,
        "balances": balances,
        "record": body,
    })))
}

/// How a guarantee stands in the ledger at one moment.
pub(crate) fn balances(
    reader: &mut dyn Reader,
    body: &KeptGuarantee,
) -> Result<GuaranteeBalances, StoreError> {
    let mut kept = BTreeMap::new();
    reader.pin()?;
    let read: Result<(), StoreError> =
        KeptGuarantee::accounts(&body.given.number).iter().try_for_each(|account| {
            kept.extend(reader.balances(Some(&before(account)), 10)?);
            Ok(())
        });
    reader.unpin()?;
    read?;
    Ok(body.stand(|account| kept.get(account).copied().unwrap_or(0)))
}

/// A name that stands before an account in the order of accounts, with at most nine of its class between:
/// numbers of guarantees have one length, so what is left is the last digit.
fn before(account: &AccountId) -> AccountId {
    let key = account.key();
    AccountId::new(account.class(), &key[..key.len().saturating_sub(1)], account.unit())
}

//! Officers: appointments and delegations, and who read what.

use super::bearer::Bearer;
use super::bills::submit;
use crate::problem::{self, Problem};
use crate::reads::{self, Filter};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{Command, Officer, Role, officer_key};
use customhouse_kernel::values::OfficeCode;
use customhouse_storage::StoreError;
use serde_json::{Value, json};

/// `POST /appointments`
pub(crate) async fn appoint(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "appointment.set", Command::Appoint).await
}

/// `POST /appointments/endings`
pub(crate) async fn end(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "appointment.ended", Command::EndAppointment).await
}

/// `POST /delegations`
pub(crate) async fn delegate(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "delegation.granted", Command::GrantDelegation).await
}

/// `POST /delegations/revocations`
pub(crate) async fn revoke(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "delegation.revoked", Command::RevokeDelegation).await
}

/// `GET /officers/{name}`: what an officer holds and held, for himself and for heads of his offices and of their
/// districts; nobody else is told whether there is one.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let actor = account.actor();
    if actor.role != Role::Officer {
        return Err(problem::NOT_FOUND.into());
    }
    let (law, today) = (portal.law(), portal.engine().now().day());
    let found = portal.read(move |reader| {
        let mut of = |name: &str| -> Result<Option<Officer>, StoreError> {
            Ok(reader.record(&officer_key(name))?.and_then(|r| r.read()))
        };
        let (asked, own) = (of(&name)?, of(&actor.name)?);
        let may =
            |office: OfficeCode| law.control.powers.check("appoint", own.as_ref(), office, today).is_ok();
        Ok(asked.filter(|asked| name == actor.name || asked.appointments.iter().any(|one| may(one.office))))
    });
    Ok(Json(json!({ "officer": found.await?.ok_or(problem::NOT_FOUND)? })))
}

/// `GET /reads`
pub(crate) async fn list_reads(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Query(filter): Query<Filter>,
) -> Result<Json<Value>, Problem> {
    let found = reads::of(&portal, account.actor(), filter).await?;
    Ok(Json(json!({ "reads": found.reads, "next": found.next })))
}

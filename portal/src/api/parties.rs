//! Parties: what a firm owes, who may declare for whom, what authorities have licensed.

use super::bearer::Bearer;
use super::bills::submit;
use crate::access;
use crate::problem::{self, Problem};
use crate::state::Portal;
use crate::statement::Statement;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{Authorisation, AuthorisationRevoked, Command, LicenceForm};
use serde_json::{Value, json};

/// `POST /authorisations`
pub(crate) async fn grant(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "authorisation.granted", Command::GrantAuthorisation).await
}

/// `POST /authorisations/revocations`
pub(crate) async fn revoke(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let command = |form: AuthorisationRevoked| Command::RevokeAuthorisation(form.agent);
    submit(&portal, bearer, &headers, ("", body), "authorisation.revoked", command).await
}

/// `GET /authorisations`
pub(crate) async fn list(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
) -> Result<Json<Value>, Problem> {
    let party = account.party.clone();
    let found = portal.read(move |reader| access::authorisations(reader, &party)).await?;
    let granted: Vec<Authorisation> = found;
    Ok(Json(json!({ "authorisations": granted })))
}

/// `POST /licences`
pub(crate) async fn record_licence(
    State(portal): State<Portal>,
    bearer: Bearer,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    submit(&portal, bearer, &headers, ("", body), "licence.recorded", Command::RecordLicence).await
}

/// `GET /licences/{certificate}/{number}`
pub(crate) async fn licence(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path((certificate, number)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let found = portal.read(move |r| access::licence(r, &account.actor(), &certificate, &number)).await?;
    let (licence, quantity, uses): (LicenceForm, _, _) = found.ok_or(problem::NOT_FOUND)?;
    Ok(Json(json!({ "licence": licence, "quantity_left": quantity, "uses_left": uses })))
}

/// `GET /statement`
pub(crate) async fn statement(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
) -> Result<Json<Statement>, Problem> {
    if account.party.is_empty() {
        return Ok(Json(Statement::default()));
    }
    Ok(Json(portal.read(move |reader| crate::statement::of(reader, &account.party)).await?))
}

//! `GET /me`: who the caller is.

use super::bearer::Bearer;
use crate::state::Portal;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

pub(crate) async fn show(State(portal): State<Portal>, Bearer(account): Bearer) -> Json<Value> {
    let engine = portal.engine();
    Json(json!({
        "name": account.name,
        "role": account.role,
        "party": account.party,
        "party_name": account.party_name,
        "offices": account.offices,
        "language": account.language,
        "sample": engine.is_sample(),
        "now": engine.now(),
    }))
}

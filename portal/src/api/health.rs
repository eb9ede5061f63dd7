//! Whether the program lives, and whether it can serve.

use crate::problem::Problem;
use crate::state::Portal;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

/// `GET /health/live`
pub(crate) async fn live() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /health/ready`: the store answers.
pub(crate) async fn ready(State(portal): State<Portal>) -> Result<Json<Value>, Problem> {
    let head = portal.read(|r| r.last_head()).await.map_err(|_| Problem::from(crate::problem::BUSY))?;
    let edition = portal.law().number;
    Ok(Json(json!({ "status": "ok", "head": head.map(|h| h.number), "edition": edition })))
}

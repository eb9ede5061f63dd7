//! What a submission is answered with, and the key that it comes with.

use crate::problem::{self, Problem};
use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use customhouse_engine::Outcome;
use customhouse_kernel::journal::Receipt;
use customhouse_kernel::refusal::Refusal;
use serde::Serialize;
use serde_json::value::RawValue;

/// An accepted submission.
#[derive(Serialize)]
struct Accepted {
    accepted: bool,
    answer: Option<Box<RawValue>>,
    warnings: Vec<Refusal>,
    receipt: Receipt,
    repeated: bool,
}

/// The response to an outcome; `place` turns findings into the sender's own notation.
pub(crate) fn respond(outcome: Outcome, place: impl FnOnce(Vec<Refusal>) -> Vec<Refusal>) -> Response {
    let Outcome { accepted, answer, findings, receipt, repeated, .. } = outcome;
    let findings = place(findings);
    if accepted {
        let body = Accepted { accepted, answer, warnings: findings, receipt, repeated };
        return (StatusCode::CREATED, Json(body)).into_response();
    }
    let mut problem = Problem::from(problem::REFUSED).with_errors(findings);
    problem.receipt = Some(Box::new(receipt));
    problem.repeated = repeated;
    problem.into_response()
}

/// The idempotency key of a request: `None` if there is none.
///
/// # Errors
/// There is one, and it is not in form.
pub(crate) fn key_in(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or("").trim();
    if is_key(text) { Ok(Some(text.to_owned())) } else { Err(problem::NO_KEY.into()) }
}

/// Whether a text can be an idempotency key.
pub(crate) fn is_key(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

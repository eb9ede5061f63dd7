//! `POST /clock`: sets the clock of a sample database forward. An officer's to do.

use super::bearer::Bearer;
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use customhouse_control::Role;
use customhouse_engine::{ClockError, SubmitError};
use customhouse_kernel::moment::Moment;
use serde::Deserialize;
use serde_json::{Value, json};

/// One of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    advance_seconds: Option<i64>,
    /// RFC 3339.
    to: Option<jiff::Timestamp>,
}

pub(crate) async fn set(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    if !portal.engine().is_sample() {
        return Err(problem::NOT_A_SAMPLE.into());
    }
    if account.role != Role::Officer {
        return Err(problem::FORBIDDEN.into());
    }
    let moment = move_clock(&portal, target(&portal, &body)?).await?;
    Ok(Json(json!({ "now": moment })))
}

fn target(portal: &Portal, body: &[u8]) -> Result<i64, Problem> {
    let bad = || {
        Problem::from(problem::BAD_REQUEST).with_detail(
            "请发送 {\"advance_seconds\": n} 或 {\"to\": \"RFC 3339 时间\"}。",
            "Send {\"advance_seconds\": n} or {\"to\": \"an RFC 3339 time\"}.",
        )
    };
    let clock: Clock = serde_json::from_slice(body).map_err(|_| bad())?;
    match (clock.advance_seconds, clock.to) {
        (Some(seconds), None) => {
            let step = seconds.checked_mul(1_000_000);
            step.and_then(|s| portal.engine().now().utc_micros.checked_add(s))
                .ok_or(problem::BACKWARDS.into())
        }
        (None, Some(to)) => Ok(to.as_microsecond()),
        _ => Err(bad()),
    }
}

/// Sets the clock, off the async threads: it is kept over a restart.
pub(crate) async fn move_clock(portal: &Portal, to: i64) -> Result<Moment, Problem> {
    let engine = portal.engine().clone();
    portal.blocking(move || engine.set_clock(to)).await?.map_err(|e| match e {
        ClockError::NotASample => problem::NOT_A_SAMPLE.into(),
        ClockError::Backwards | ClockError::OutOfRange => problem::BACKWARDS.into(),
        ClockError::NotKept(why) => Problem::from(SubmitError::Store(why)),
    })
}

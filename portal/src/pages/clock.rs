//! The clock of a demonstration, moved by a button in its banner: deadlines fall, and can be watched.

use super::{SignedIn, own_address, to};
use crate::api::move_clock;
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::extract::{Form, State};
use axum::response::Response;
use customhouse_control::Role;
use serde::Deserialize;

const DAY: i64 = 86_400_000_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Forward {
    days: i64,
    back: String,
}

/// `POST /clock`: a day or a few forward, on a sample database, by an officer.
pub(crate) async fn forward(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(forward): Form<Forward>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    if !(1..=31).contains(&forward.days) {
        return Err(problem::BAD_REQUEST.into());
    }
    let later = portal.engine().now().utc_micros.saturating_add(forward.days * DAY);
    move_clock(&portal, later).await?;
    Ok(to(own_address(&forward.back)))
}

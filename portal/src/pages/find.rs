//! Go to a number: an entry number opens its declaration.

use super::{SignedIn, to};
use crate::problem::Problem;
use axum::extract::Query;
use axum::response::Response;
use customhouse_kernel::values::EntryNumber;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
}

/// `GET /find`
pub(crate) async fn go(_: SignedIn, Query(wanted): Query<Wanted>) -> Result<Response, Problem> {
    let digits: String = wanted.q.chars().filter(|c| !c.is_whitespace()).take(40).collect();
    match EntryNumber::parse(&digits) {
        Some(entry) => Ok(to(&format!("/declarations/{entry}"))),
        None => Err(Problem::from(crate::problem::NOT_FOUND)
            .with_detail("请输入 18 位海关编号。", "Give the 18 digits of an entry number.")),
    }
}

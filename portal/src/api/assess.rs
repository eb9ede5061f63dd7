//! `POST /assess`: what a declaration would owe. Nothing is stored.

use super::bearer::Bearer;
use super::declarations::{charset_of, format_of, read_message};
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use customhouse_control::assess_form;
use customhouse_exchange::localise;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

/// Under which day's law.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OnQuery {
    pub on: Option<String>,
}

impl OnQuery {
    /// The day, today if none is given.
    pub fn day(&self, portal: &Portal) -> Result<Date, Problem> {
        let Some(text) = &self.on else { return Ok(portal.engine().now().day()) };
        let day = text.parse().ok().filter(|_| text.len() == 10);
        day.ok_or_else(|| {
            Problem::from(problem::BAD_REQUEST)
                .with_detail("on 应为 YYYY-MM-DD 格式的日期。", "on is a date as YYYY-MM-DD.")
        })
    }
}

pub(crate) async fn assess(
    State(portal): State<Portal>,
    Bearer(_): Bearer,
    Query(on): Query<OnQuery>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let format = format_of(&headers)?;
    let day = on.day(&portal)?;
    let refused = |errors| Problem::from(problem::REFUSED).with_errors(errors);
    let form = read_message(&portal, format, charset_of(&headers), body).await?.map_err(refused)?.form;
    let law = portal.law();
    let work = move || {
        let place = |findings| localise(format, &form, findings);
        match assess_form(&form, &law.control, day) {
            Ok((_, assessment, warnings)) => Ok((assessment, place(warnings))),
            Err(findings) => Err(place(findings)),
        }
    };
    let (assessment, warnings) = portal.blocking(work).await?.map_err(refused)?;
    Ok(Json(json!({ "assessment": assessment, "warnings": warnings })))
}

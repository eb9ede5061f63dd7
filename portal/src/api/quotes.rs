//! `POST /quotes`: what goods would cost at the border, signed. For everyone; nothing is stored.

use super::declarations::{charset_of, format_of, read_message};
use crate::problem::{self, Problem};
use crate::quote::{Asked, Given, give, refused};
use crate::state::Portal;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use customhouse_exchange::Format;
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Only JSON is taken, so that no form on another site's page can ask.
pub(crate) async fn ask(
    State(portal): State<Portal>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    if format_of(&headers)? != Format::Json {
        return Err(problem::MEDIA_TYPE.into());
    }
    let read = read_message(&portal, Format::Json, charset_of(&headers), body.clone()).await?;
    let mut form = read.map_err(refused)?.form;
    let on = on(&body);
    if on.is_some() {
        form.strange.retain(|place| place != "/on");
    }
    let given = give(&portal, Asked { form, on }, peer.map(|p| p.0.0)).await?;
    let Given { quote, warnings, signed, .. } = given.map_err(refused)?;
    Ok(Json(json!({ "quote": quote, "warnings": warnings, "signed": signed })))
}

/// The day in a form that was read, beside the members of a declaration.
fn on(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Day {
        on: Option<Value>,
    }
    let day: Day = serde_json::from_slice(body).ok()?;
    day.on.map(|on| on.as_str().map_or_else(|| on.to_string(), str::to_owned))
}

//! The roster of an office, set by its head.

use super::answer::{key_in, respond};
use super::bearer::Bearer;
use super::bills::{JSON, is_json};
use crate::problem::{self, Problem};
use crate::refusals::{MISSING, UNKNOWN};
use crate::small_forms::read_entries;
use crate::state::Portal;
use crate::step_form::not_json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use customhouse_control::{Command, OnRoster, Roster};
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::OfficeCode;
use serde_json::{Map, Value};

/// Officers of one office at most.
const OFFICERS: usize = 2000;

/// `PUT /offices/{office}/roster`
pub(crate) async fn set(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(office): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let office = OfficeCode::parse(&office).ok_or(problem::NOT_FOUND)?;
    if !is_json(&headers) {
        return Err(problem::MEDIA_TYPE.into());
    }
    let key = key_in(&headers)?.ok_or(problem::NO_KEY)?;
    let (command, keep) = match read(&body) {
        Ok(officers) => (EngineCommand::Control(Command::SetRoster(Roster { office, officers })), false),
        Err(findings) => (EngineCommand::Unreadable { kind: "roster.set", findings }, true),
    };
    // the office stands in the address: it belongs to the content
    let bytes = [format!("{office}\n").as_bytes(), &body].concat();
    let media_type = if keep { "application/octet-stream" } else { JSON };
    let sent = Sent { media_type: media_type.to_owned(), bytes, keep };
    let outcome = portal.submit(account.actor(), key, command, sent).await?;
    Ok(respond(outcome, |findings| findings))
}

fn read(bytes: &[u8]) -> Result<Vec<OnRoster>, Vec<Refusal>> {
    let mut members: Map<String, Value> = serde_json::from_slice(bytes).map_err(|e| vec![not_json(&e)])?;
    let officers = members.remove("officers");
    if let Some(name) = members.keys().next() {
        let pointer = name.replace('~', "~0").replace('/', "~1");
        return Err(vec![UNKNOWN.at(format!("/{pointer}")).with("field", name)]);
    }
    let missing = || MISSING.at("/officers").with("field", "officers").with("value", "");
    let officers = officers
        .ok_or_else(|| vec![missing().with("what_zh", "关员列表").with("what_en", "a list of officers")])?;
    read_entries(officers, "/officers", OFFICERS)
}

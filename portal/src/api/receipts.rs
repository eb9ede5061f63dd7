//! Receipts, what they prove, and the public keys that they are checked with.

use super::bearer::Bearer;
use crate::access;
use crate::problem::{self, Problem};
use crate::reading;
use crate::state::Portal;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use customhouse_control::Actor;
use customhouse_engine::{KeyHistory, receipt_of};
use customhouse_kernel::journal::{Checked, Event, Receipt};
use customhouse_kernel::text::Text;
use serde_json::{Value, json};

/// `GET /receipts/{seq}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    Bearer(account): Bearer,
    Path(seq): Path<String>,
) -> Result<Json<Receipt>, Problem> {
    Ok(Json(find(&portal, account.actor(), &seq).await?))
}

/// A receipt that the actor may have.
pub(crate) async fn find(portal: &Portal, actor: Actor, seq: &str) -> Result<Receipt, Problem> {
    let seq: u64 = seq.parse().map_err(|_| problem::NOT_FOUND)?;
    let reads = actor.clone();
    let found = portal.read(move |reader| {
        let Some(receipt) = receipt_of(reader, seq)? else { return Ok(None) };
        let event: Option<Event> = serde_json::from_str(&receipt.event).ok();
        match event {
            Some(event) if access::receipt(reader, &actor, &event)? => Ok(Some((receipt, event.subject))),
            _ => Ok(None),
        }
    });
    let (receipt, subject) = found.await?.ok_or(problem::NOT_FOUND)?;
    // the event of a record tells what it holds
    if let Some(of) = reading::of_subject(&subject) {
        reading::read(portal, &reads, &of, "").await?;
    }
    Ok(receipt)
}

/// `GET /keys`: for everyone.
pub(crate) async fn keys(State(portal): State<Portal>) -> Json<KeyHistory> {
    Json(portal.engine().key_history())
}

/// What is wrong with something that should be a receipt.
const NOT_A_RECEIPT: Text = Text::fixed(
    "这不是回执：应为包含 event、salt、index、path、head 的 JSON。",
    "This is not a receipt: it should be JSON with event, salt, index, path and head.",
);
const UNKNOWN_KEY: Text =
    Text::fixed("签名密钥不是本系统的密钥。", "The key that signed it is none of this administration's.");

/// Checks a receipt against every key that ever signed here.
///
/// # Errors
/// Why it proves nothing.
pub(crate) fn check(keys: &KeyHistory, bytes: &[u8]) -> Result<Checked, Text> {
    let value: Value = serde_json::from_slice(bytes).map_err(|_| NOT_A_RECEIPT)?;
    // an answer of the API holds its receipt
    let value = value.get("receipt").cloned().unwrap_or(value);
    let receipt: Receipt = serde_json::from_value(value).map_err(|_| NOT_A_RECEIPT)?;
    let key = keys.find(&receipt.head.key_id).ok_or(UNKNOWN_KEY)?;
    receipt.check(&key).map_err(|fault| fault.text())
}

/// `POST /receipts/check`: for everyone.
pub(crate) async fn check_one(State(portal): State<Portal>, body: Bytes) -> Json<Value> {
    Json(match check(&portal.engine().key_history(), &body) {
        Ok(checked) => json!({
            "valid": true,
            "proves": {
                "seq": checked.seq,
                "kind": checked.kind,
                "accepted": checked.accepted,
                "moment": checked.moment,
                "subject": checked.subject,
                "head": checked.head,
            },
        }),
        Err(fault) => json!({ "valid": false, "fault": fault }),
    })
}

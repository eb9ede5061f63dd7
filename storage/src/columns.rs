//! What the databases keep as text and give back as ours. What cannot be read is `Damaged`, with its place.

use crate::StoreError;
use crate::error::damaged;
use customhouse_kernel::beats::RecordKey;
use customhouse_kernel::journal::Head;
use customhouse_kernel::ledger::AccountId;
use jiff::civil::Date;
use serde::Deserialize;

/// A head out of its number and its JSON.
pub fn head(number: u64, body: &str) -> Result<Head, StoreError> {
    let place = format!("head {number}");
    let head: Head = serde_json::from_str(body).map_err(|e| damaged(&place, e))?;
    if head.number != number {
        return Err(damaged(&place, format!("says that it is head {}", head.number)));
    }
    Ok(head)
}

/// An account out of its text.
pub fn account(text: &str) -> Result<AccountId, StoreError> {
    AccountId::parse(text).ok_or_else(|| damaged(format!("balance of {text:?}"), "not class/key/unit"))
}

/// A due day out of its text.
pub fn due(text: Option<&str>, place: &str) -> Result<Option<Date>, StoreError> {
    text.map(|due| due.parse().map_err(|e| damaged(place, format!("due {due:?}: {e}")))).transpose()
}

/// Who acts for a record's owner, where its body names one. Only declarations and authorisations have agents;
/// the SQLite store says the same in a generated column.
pub fn agent(key: &RecordKey, body: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Acting {
        agent: Option<String>,
    }
    #[derive(Deserialize)]
    struct Granting {
        granted: Acting,
    }
    match key.kind.as_str() {
        "declaration" => serde_json::from_str::<Acting>(body).ok()?.agent,
        "authorisation" => serde_json::from_str::<Granting>(body).ok()?.granted.agent,
        _ => None,
    }
}

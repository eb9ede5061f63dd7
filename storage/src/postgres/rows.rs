//! From PostgreSQL's rows to our types. What cannot be read is `Damaged`, with its place.

use super::text::given;
use crate::error::damaged;
use crate::{StoreError, StoredEvent, columns};
use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::journal::Head;
use customhouse_kernel::ledger::AccountId;
use postgres::Row;
use std::fmt::Display;

pub const RECORD: &str = "kind, id, version, state, owner, office, due, schema, body";
pub const EVENT: &str = "seq, batch, kind, subject, party, key, salt, payload";

/// The text in a column.
pub fn text(row: &Row, column: usize) -> Result<String, StoreError> {
    Ok(given(row.try_get(column)?))
}

/// The number in a column, which must be in the range of ours.
pub fn number<T: TryFrom<i64>>(row: &Row, column: usize, place: impl Display) -> Result<T, StoreError> {
    let number: i64 = row.try_get(column)?;
    T::try_from(number).map_err(|_| damaged(place, format!("{number} is past the range")))
}

/// Reads [`RECORD`].
pub fn record(row: &Row) -> Result<Record, StoreError> {
    let key = RecordKey { kind: text(row, 0)?, id: text(row, 1)? };
    let place = format!("record {key}");
    let due: Option<String> = row.try_get(6)?;
    Ok(Record {
        version: number(row, 2, &place)?,
        state: text(row, 3)?,
        owner: text(row, 4)?,
        office: text(row, 5)?,
        due: columns::due(due.as_deref(), &place)?,
        schema: number(row, 7, &place)?,
        body: text(row, 8)?,
        key,
    })
}

/// Reads [`EVENT`].
pub fn event(row: &Row) -> Result<StoredEvent, StoreError> {
    let seq = number(row, 0, "an event")?;
    let place = format!("event {seq}");
    let salt: &[u8] = row.try_get(6)?;
    Ok(StoredEvent {
        seq,
        batch: number(row, 1, &place)?,
        kind: text(row, 2)?,
        subject: text(row, 3)?,
        party: text(row, 4)?,
        key: text(row, 5)?,
        salt: salt.try_into().map_err(|_| damaged(&place, "the salt is not 16 bytes"))?,
        payload: text(row, 7)?,
    })
}

/// Reads `number, body`.
pub fn head(row: &Row) -> Result<Head, StoreError> {
    columns::head(number(row, 0, "a head")?, &text(row, 1)?)
}

/// Reads `account, amount`.
pub fn balance(row: &Row) -> Result<(AccountId, i64), StoreError> {
    Ok((columns::account(&text(row, 0)?)?, row.try_get(1)?))
}

/// Reads any name with a number.
pub fn counter(row: &Row) -> Result<(String, u64), StoreError> {
    let name = text(row, 0)?;
    let value = number(row, 1, format!("number of {name:?}"))?;
    Ok((name, value))
}

/// Reads `id, receiver, body`.
pub fn outgoing(row: &Row) -> Result<Outgoing, StoreError> {
    Ok(Outgoing { id: text(row, 0)?, to: text(row, 1)?, body: text(row, 2)? })
}

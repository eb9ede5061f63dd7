//! From SQLite's rows to our types. What cannot be read is `Damaged`, with its place.

use crate::error::damaged;
use crate::{StoreError, StoredEvent, columns};
use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::journal::Head;
use customhouse_kernel::ledger::AccountId;
use rusqlite::{Connection, Error, ErrorCode, Params, Row};
use std::fmt::Display;

pub const RECORD: &str = "kind, id, version, state, owner, office, due, schema, body";
pub const EVENT: &str = "seq, batch, kind, subject, party, key, salt, payload";
pub const HEAD: &str = "number, body";
pub const BALANCE: &str = "account, amount";
pub const COUNTER: &str = "name, value";
pub const OUTGOING: &str = "id, receiver, body";

type Read<T> = fn(&Row<'_>) -> Result<T, StoreError>;

/// All rows that a query finds.
pub fn all<T, C: FromIterator<T>>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: Read<T>,
) -> Result<C, StoreError> {
    connection.prepare_cached(sql)?.query_and_then(params, read)?.collect()
}

/// The first row that a query finds.
pub fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: Read<T>,
) -> Result<Option<T>, StoreError> {
    connection.prepare_cached(sql)?.query_and_then(params, read)?.next().transpose()
}

/// Reads [`RECORD`].
pub fn record(row: &Row<'_>) -> Result<Record, StoreError> {
    let key = RecordKey { kind: row.get(0)?, id: row.get(1)? };
    let place = format!("record {key}");
    let rest = || -> Result<Record, Error> {
        Ok(Record {
            key,
            version: row.get(2)?,
            state: row.get(3)?,
            owner: row.get(4)?,
            office: row.get(5)?,
            due: None,
            schema: row.get(7)?,
            body: row.get(8)?,
        })
    };
    let mut record = rest().map_err(|e| at(&place, e))?;
    let due: Option<String> = row.get(6).map_err(|e| at(&place, e))?;
    record.due = columns::due(due.as_deref(), &place)?;
    Ok(record)
}

/// Reads [`EVENT`].
pub fn event(row: &Row<'_>) -> Result<StoredEvent, StoreError> {
    let seq = row.get(0)?;
    let rest = || -> Result<StoredEvent, Error> {
        Ok(StoredEvent {
            seq,
            batch: row.get(1)?,
            kind: row.get(2)?,
            subject: row.get(3)?,
            party: row.get(4)?,
            key: row.get(5)?,
            salt: row.get(6)?,
            payload: row.get(7)?,
        })
    };
    rest().map_err(|e| at(format!("event {seq}"), e))
}

/// Reads [`HEAD`].
pub fn head(row: &Row<'_>) -> Result<Head, StoreError> {
    let number: u64 = row.get(0)?;
    let body: String = row.get(1).map_err(|e| at(format!("head {number}"), e))?;
    columns::head(number, &body)
}

/// Reads [`BALANCE`].
pub fn balance(row: &Row<'_>) -> Result<(AccountId, i64), StoreError> {
    let text: String = row.get(0)?;
    Ok((columns::account(&text)?, row.get(1).map_err(|e| at(format!("balance of {text:?}"), e))?))
}

/// Reads [`COUNTER`], or any name with a number.
pub fn counter(row: &Row<'_>) -> Result<(String, u64), StoreError> {
    let name: String = row.get(0)?;
    let value = row.get(1).map_err(|e| at(format!("number of {name:?}"), e))?;
    Ok((name, value))
}

/// Reads [`OUTGOING`].
pub fn outgoing(row: &Row<'_>) -> Result<Outgoing, StoreError> {
    Ok(Outgoing { id: row.get(0)?, to: row.get(1)?, body: row.get(2)? })
}

/// An error of SQLite at a place.
fn at(place: impl Display, error: Error) -> StoreError {
    match error.into() {
        StoreError::Damaged(what) => damaged(place, what),
        other => other,
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> StoreError {
        match &error {
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => StoreError::Damaged(error.to_string()),
            Error::SqliteFailure(cause, _)
                if matches!(cause.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) =>
            {
                StoreError::Damaged(error.to_string())
            }
            _ => StoreError::Failed(error.to_string()),
        }
    }
}

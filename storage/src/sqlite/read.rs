//! Reading: each call is one statement, so it sees one snapshot; a pinned reader keeps one over many.

use super::rows::{self, BALANCE, COUNTER, EVENT, HEAD, OUTGOING, RECORD};
use super::{attachments, migrate, settle};
use crate::{Loaded, Query, Reader, StoreError, StoredEvent, Want};
use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::journal::{Hash, Head};
use customhouse_kernel::ledger::AccountId;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A read connection. It takes no lock, so it can stand beside any writer.
pub struct SqliteReader {
    connection: Connection,
}

impl SqliteReader {
    /// Opens a database only to read it, for `verify` and `export`.
    ///
    /// Errors: `Failed` if there is none, or if it is older or newer than this program.
    pub fn open(path: &Path) -> Result<SqliteReader, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        settle(&connection)?;
        migrate::check(&connection)?;
        Ok(SqliteReader { connection })
    }
}

/// What a batch must see, one statement a table, whatever the number of keys: a JSON array each.
pub const LOADS: [&str; 4] = [
    "SELECT kind, id, version, state, owner, office, due, schema, body FROM records \
     WHERE (kind, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1))",
    "SELECT account, amount FROM balances WHERE account IN (SELECT atom FROM json_each(?1))",
    "SELECT name, value FROM counters WHERE name IN (SELECT atom FROM json_each(?1))",
    "SELECT seq, batch, kind, subject, party, key, salt, secret, payload FROM events \
     WHERE (party, key) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1)) AND key <> ''",
];

/// Finds what a batch must see.
pub fn load(connection: &Connection, want: &Want) -> Result<Loaded, StoreError> {
    let [records, balances, counters, submissions] = LOADS;
    let keys = &want.keys;
    let pairs = json(keys.records.iter().map(|k| (&k.kind, &k.id)))?;
    let records: Vec<Record> = rows::all(connection, records, [pairs], rows::record)?;
    let submissions: Vec<StoredEvent> =
        rows::all(connection, submissions, [json(&want.submissions)?], rows::event)?;
    Ok(Loaded {
        records: records.into_iter().map(|r| (r.key.clone(), r)).collect(),
        balances: rows::all(connection, balances, [json(&keys.accounts)?], rows::balance)?,
        counters: rows::all(connection, counters, [json(&keys.counters)?], rows::counter)?,
        submissions: submissions.into_iter().map(|e| ((e.party.clone(), e.key.clone()), e)).collect(),
    })
}

fn json<T: Serialize>(keys: impl IntoIterator<Item = T>) -> Result<String, StoreError> {
    let keys: Vec<T> = keys.into_iter().collect();
    serde_json::to_string(&keys).map_err(|e| StoreError::Failed(e.to_string()))
}

/// A list's statement, with only the conditions that it has, so that each finds its index.
pub fn list(query: &Query) -> (String, Vec<ToSqlOutput<'_>>) {
    let (sign, order) = if query.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let conditions = [
        ("kind =".to_owned(), (!query.kind.is_empty()).then_some(query.kind.as_str())),
        ("owner =".to_owned(), query.owner.as_deref()),
        ("agent =".to_owned(), query.agent.as_deref()),
        ("office =".to_owned(), query.office.as_deref()),
        ("state =".to_owned(), query.state.as_deref()),
        (format!("id {sign}"), query.after.as_deref()),
    ];
    let mut sql = format!("SELECT {RECORD} FROM records WHERE true");
    let mut values: Vec<ToSqlOutput<'_>> = Vec::new();
    if let Some(day) = query.due_before {
        values.push(day.to_string().into());
        sql += &format!(" AND due < ?{}", values.len());
    }
    for (condition, value) in conditions {
        if let Some(value) = value {
            values.push(value.into());
            sql += &format!(" AND {condition} ?{}", values.len());
        }
    }
    if query.with_due {
        sql += " AND due IS NOT NULL";
    }
    values.push(up_to(query.limit).into());
    sql += &format!(" ORDER BY id {order}, kind {order} LIMIT ?{}", values.len());
    (sql, values)
}

/// A number as SQLite has it; nothing stored is past its range.
fn up_to(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

impl Reader for SqliteReader {
    fn pin(&mut self) -> Result<(), StoreError> {
        // a deferred transaction takes its snapshot with its first read
        self.connection.execute_batch("BEGIN DEFERRED; SELECT 1 FROM heads LIMIT 1;")?;
        Ok(())
    }

    fn unpin(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }

    fn record(&mut self, key: &RecordKey) -> Result<Option<Record>, StoreError> {
        let sql = format!("SELECT {RECORD} FROM records WHERE kind = ?1 AND id = ?2");
        rows::one(&self.connection, &sql, (&key.kind, &key.id), rows::record)
    }

    fn records(&mut self, query: &Query) -> Result<Vec<Record>, StoreError> {
        let (sql, values) = list(query);
        rows::all(&self.connection, &sql, params_from_iter(values), rows::record)
    }

    fn count_by_state(&mut self, kind: &str) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = "SELECT state, count(*) FROM records WHERE kind = ?1 GROUP BY state";
        rows::all(&self.connection, sql, [kind], rows::counter)
    }

    fn kinds(&mut self) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = "SELECT kind, count(*) FROM records GROUP BY kind";
        rows::all(&self.connection, sql, (), rows::counter)
    }

    fn event(&mut self, seq: u64) -> Result<Option<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE seq = ?1");
        rows::one(&self.connection, &sql, [up_to(seq)], rows::event)
    }

    fn events(&mut self, from: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE seq >= ?1 ORDER BY seq LIMIT ?2");
        rows::all(&self.connection, &sql, (up_to(from), up_to(limit)), rows::event)
    }

    fn events_about(&mut self, subject: &str) -> Result<Vec<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE subject = ?1 AND subject <> '' ORDER BY seq");
        rows::all(&self.connection, &sql, [subject], rows::event)
    }

    fn submission(&mut self, party: &str, key: &str) -> Result<Option<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE party = ?1 AND key = ?2 AND key <> ''");
        rows::one(&self.connection, &sql, (party, key), rows::event)
    }

    fn head(&mut self, number: u64) -> Result<Option<Head>, StoreError> {
        let sql = format!("SELECT {HEAD} FROM heads WHERE number = ?1");
        rows::one(&self.connection, &sql, [up_to(number)], rows::head)
    }

    fn last_head(&mut self) -> Result<Option<Head>, StoreError> {
        last_head(&self.connection)
    }

    fn balance(&mut self, account: &AccountId) -> Result<i64, StoreError> {
        let sql = format!("SELECT {BALANCE} FROM balances WHERE account = ?1");
        let found = rows::one(&self.connection, &sql, [account.to_string()], rows::balance)?;
        Ok(found.map_or(0, |(_, amount)| amount))
    }

    fn balances(
        &mut self,
        after: Option<&AccountId>,
        limit: usize,
    ) -> Result<Vec<(AccountId, i64)>, StoreError> {
        let after = after.map(AccountId::to_string).unwrap_or_default();
        let sql = format!("SELECT {BALANCE} FROM balances WHERE account > ?1 ORDER BY account LIMIT ?2");
        rows::all(&self.connection, &sql, (after, up_to(limit)), rows::balance)
    }

    fn counters(&mut self) -> Result<BTreeMap<String, u64>, StoreError> {
        rows::all(&self.connection, &format!("SELECT {COUNTER} FROM counters"), (), rows::counter)
    }

    fn undelivered(&mut self, skip: usize, limit: usize) -> Result<Vec<Outgoing>, StoreError> {
        let sql =
            format!("SELECT {OUTGOING} FROM outgoing WHERE delivered = 0 ORDER BY number LIMIT ?1 OFFSET ?2");
        rows::all(&self.connection, &sql, [up_to(limit), up_to(skip)], rows::outgoing)
    }

    fn attachment(&mut self, digest: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        attachments::read(&self.connection, digest)
    }

    fn plain(&mut self, table: &str, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM plain WHERE table_name = ?1 AND key = ?2";
        rows::one(&self.connection, sql, (table, key), |row| Ok(row.get(0)?))
    }

    fn plain_all(&mut self, table: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT key, value FROM plain WHERE table_name = ?1 ORDER BY key";
        rows::all(&self.connection, sql, [table], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}

/// The last head, if there is any.
pub fn last_head(connection: &Connection) -> Result<Option<Head>, StoreError> {
    let sql = format!("SELECT {HEAD} FROM heads ORDER BY number DESC LIMIT 1");
    rows::one(connection, &sql, (), rows::head)
}

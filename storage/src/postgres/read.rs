//! Reading: each call is one statement, so it sees one snapshot; a pinned reader keeps one over many.

use super::rows::{self, EVENT, RECORD};
use super::session::Session;
use super::text::kept;
use super::{config, migrate};
use crate::error::damaged;
use crate::pack::unpack;
use crate::{Loaded, Query, Reader, StoreError, StoredEvent, Want};
use customhouse_kernel::beats::{Outgoing, Record, RecordKey};
use customhouse_kernel::journal::{Hash, Head};
use customhouse_kernel::ledger::AccountId;
use postgres::types::ToSql;
use postgres::{Config, Row};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A read connection, which is made anew if the server was away. It takes no lock, so it can stand beside any
/// writer.
pub struct PostgresReader {
    session: Session,
}

impl PostgresReader {
    /// Opens a database only to read it, for `verify` and `export`.
    ///
    /// # Errors
    /// `Failed` if there is none, or if it is older or newer than this program.
    pub fn open(url: &str) -> Result<PostgresReader, StoreError> {
        let mut reader = PostgresReader::connect(&config(url)?)?;
        migrate::check(&mut reader.session)?;
        Ok(reader)
    }

    /// A reader of a database that is known.
    pub(super) fn connect(config: &Config) -> Result<PostgresReader, StoreError> {
        Ok(PostgresReader { session: Session::connect(config)? })
    }

    fn all<T, C: FromIterator<T>>(
        &mut self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        read: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<C, StoreError> {
        self.session.read(sql, params)?.iter().map(read).collect()
    }

    fn one<T>(
        &mut self,
        sql: &str,
        params: &[&(dyn ToSql + Sync)],
        read: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.session.read(sql, params)?.first().map(read).transpose()
    }
}

/// What a batch must see, one statement a table, whatever the number of keys.
pub(super) const LOADS: [&str; 4] = [
    "SELECT r.kind, r.id, r.version, r.state, r.owner, r.office, r.due, r.schema, r.body \
     FROM unnest($1::text[], $2::text[]) AS wanted (k, i) \
     JOIN records r ON r.kind = wanted.k COLLATE \"C\" AND r.id = wanted.i COLLATE \"C\"",
    "SELECT account, amount FROM balances WHERE account = ANY($1::text[])",
    "SELECT name, value FROM counters WHERE name = ANY($1::text[])",
    "SELECT e.seq, e.batch, e.kind, e.subject, e.party, e.key, e.salt, e.payload \
     FROM unnest($1::text[], $2::text[]) AS wanted (p, k) \
     JOIN events e ON e.party = wanted.p COLLATE \"C\" AND e.key = wanted.k COLLATE \"C\" AND e.key <> ''",
];

/// Finds what a batch must see; asks for nothing where nothing is wanted.
pub(super) fn load(session: &mut Session, want: &Want) -> Result<Loaded, StoreError> {
    let [records, balances, counters, submissions] = LOADS;
    let keys = &want.keys;
    let mut loaded = Loaded::default();
    if !keys.records.is_empty() {
        let kinds: Vec<Cow<'_, str>> = keys.records.iter().map(|k| kept(&k.kind)).collect();
        let ids: Vec<Cow<'_, str>> = keys.records.iter().map(|k| kept(&k.id)).collect();
        for row in session.query(records, &[&kinds, &ids])? {
            let record = rows::record(&row)?;
            loaded.records.insert(record.key.clone(), record);
        }
    }
    if !keys.accounts.is_empty() {
        let names: Vec<String> = keys.accounts.iter().map(|a| kept(&a.to_string()).into_owned()).collect();
        let found = session.query(balances, &[&names])?;
        loaded.balances = found.iter().map(rows::balance).collect::<Result<_, _>>()?;
    }
    if !keys.counters.is_empty() {
        let names: Vec<Cow<'_, str>> = keys.counters.iter().map(|name| kept(name)).collect();
        let found = session.query(counters, &[&names])?;
        loaded.counters = found.iter().map(rows::counter).collect::<Result<_, _>>()?;
    }
    if !want.submissions.is_empty() {
        let parties: Vec<Cow<'_, str>> = want.submissions.iter().map(|(party, _)| kept(party)).collect();
        let keys: Vec<Cow<'_, str>> = want.submissions.iter().map(|(_, key)| kept(key)).collect();
        for row in session.query(submissions, &[&parties, &keys])? {
            let event = rows::event(&row)?;
            loaded.submissions.insert((event.party.clone(), event.key.clone()), event);
        }
    }
    Ok(loaded)
}

/// A list's statement with its values, with only the conditions that it has, so that each finds its index.
pub(super) fn list(query: &Query) -> (String, Vec<String>) {
    let (sign, order) = if query.newest_first { ("<", "DESC") } else { (">", "ASC") };
    let conditions = [
        ("kind", "=", (!query.kind.is_empty()).then_some(query.kind.as_str())),
        ("owner", "=", query.owner.as_deref()),
        ("agent", "=", query.agent.as_deref()),
        ("office", "=", query.office.as_deref()),
        ("state", "=", query.state.as_deref()),
        ("id", sign, query.after.as_deref()),
    ];
    let mut sql = format!("SELECT {RECORD} FROM records WHERE true");
    let mut values = Vec::new();
    if let Some(day) = query.due_before {
        values.push(day.to_string());
        sql += &format!(" AND due < ${}", values.len());
    }
    for (column, is, value) in conditions {
        if let Some(value) = value {
            values.push(kept(value).into_owned());
            sql += &format!(" AND {column} {is} ${}", values.len());
        }
    }
    if query.with_due {
        sql += " AND due IS NOT NULL";
    }
    let by = if query.kind.is_empty() { format!("id {order}, kind {order}") } else { format!("id {order}") };
    sql += &format!(" ORDER BY {by} LIMIT {}", up_to(query.limit));
    (sql, values)
}

/// A number as PostgreSQL has it; nothing stored is past its range.
fn up_to(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

impl Reader for PostgresReader {
    fn pin(&mut self) -> Result<(), StoreError> {
        // the snapshot is taken with the first statement that reads
        let sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1 FROM heads LIMIT 1";
        self.session.begin(sql, true)
    }

    fn unpin(&mut self) -> Result<(), StoreError> {
        self.session.end("COMMIT")
    }

    fn record(&mut self, key: &RecordKey) -> Result<Option<Record>, StoreError> {
        let sql = format!("SELECT {RECORD} FROM records WHERE kind = $1 AND id = $2");
        self.one(&sql, &[&kept(&key.kind), &kept(&key.id)], rows::record)
    }

    fn records(&mut self, query: &Query) -> Result<Vec<Record>, StoreError> {
        let (sql, values) = list(query);
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        self.all(&sql, &values, rows::record)
    }

    fn count_by_state(&mut self, kind: &str) -> Result<BTreeMap<String, u64>, StoreError> {
        let sql = "SELECT state, count(*) FROM records WHERE kind = $1 GROUP BY state";
        self.all(sql, &[&kept(kind)], rows::counter)
    }

    fn kinds(&mut self) -> Result<BTreeMap<String, u64>, StoreError> {
        self.all("SELECT kind, count(*) FROM records GROUP BY kind", &[], rows::counter)
    }

    fn event(&mut self, seq: u64) -> Result<Option<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE seq = $1");
        self.one(&sql, &[&up_to(seq)], rows::event)
    }

    fn events(&mut self, from: u64, limit: usize) -> Result<Vec<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE seq >= $1 ORDER BY seq LIMIT $2");
        self.all(&sql, &[&up_to(from), &up_to(limit)], rows::event)
    }

    fn events_about(&mut self, subject: &str) -> Result<Vec<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE subject = $1 AND subject <> '' ORDER BY seq");
        self.all(&sql, &[&kept(subject)], rows::event)
    }

    fn submission(&mut self, party: &str, key: &str) -> Result<Option<StoredEvent>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM events WHERE party = $1 AND key = $2 AND key <> ''");
        self.one(&sql, &[&kept(party), &kept(key)], rows::event)
    }

    fn head(&mut self, number: u64) -> Result<Option<Head>, StoreError> {
        self.one("SELECT number, body FROM heads WHERE number = $1", &[&up_to(number)], rows::head)
    }

    fn last_head(&mut self) -> Result<Option<Head>, StoreError> {
        self.one(LAST_HEAD, &[], rows::head)
    }

    fn balance(&mut self, account: &AccountId) -> Result<i64, StoreError> {
        let sql = "SELECT account, amount FROM balances WHERE account = $1";
        let account = account.to_string();
        let found = self.one(sql, &[&kept(&account)], rows::balance)?;
        Ok(found.map_or(0, |(_, amount)| amount))
    }

    fn balances(
        &mut self,
        after: Option<&AccountId>,
        limit: usize,
    ) -> Result<Vec<(AccountId, i64)>, StoreError> {
        let after = after.map(AccountId::to_string).unwrap_or_default();
        let sql = "SELECT account, amount FROM balances WHERE account > $1 ORDER BY account LIMIT $2";
        self.all(sql, &[&kept(&after), &up_to(limit)], rows::balance)
    }

    fn counters(&mut self) -> Result<BTreeMap<String, u64>, StoreError> {
        self.all("SELECT name, value FROM counters", &[], rows::counter)
    }

    fn undelivered(&mut self, skip: usize, limit: usize) -> Result<Vec<Outgoing>, StoreError> {
        let sql = "SELECT id, receiver, body FROM outgoing WHERE NOT delivered \
                   ORDER BY number LIMIT $1 OFFSET $2";
        self.all(sql, &[&up_to(limit), &up_to(skip)], rows::outgoing)
    }

    fn attachment(&mut self, digest: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT i.batch, i.start, i.length, a.body FROM attachment_index i \
                   LEFT JOIN attachments a USING (batch) WHERE i.digest = $1";
        let found = self.session.read(sql, &[&&digest.0[..]])?;
        let Some(row) = found.first() else {
            return Ok(None);
        };
        let batch: i64 = row.try_get(0)?;
        let place = format!("attachment {digest} in row {batch}");
        let body: Option<&[u8]> = row.try_get(3)?;
        let body = body.ok_or_else(|| damaged(&place, "the row is missing"))?;
        let (start, length) = (rows::number(row, 1, &place)?, rows::number(row, 2, &place)?);
        let bytes = unpack(body, start, length).map_err(|e| damaged(&place, e))?;
        if Hash::of(&bytes) != *digest {
            return Err(damaged(&place, "the content has another digest"));
        }
        Ok(Some(bytes))
    }

    fn plain(&mut self, table: &str, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM plain WHERE table_name = $1 AND key = $2";
        self.one(sql, &[&kept(table), &kept(key)], |row| rows::text(row, 0))
    }

    fn plain_all(&mut self, table: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT key, value FROM plain WHERE table_name = $1 ORDER BY key";
        self.all(sql, &[&kept(table)], |row| Ok((rows::text(row, 0)?, rows::text(row, 1)?)))
    }
}

pub(super) const LAST_HEAD: &str = "SELECT number, body FROM heads ORDER BY number DESC LIMIT 1";

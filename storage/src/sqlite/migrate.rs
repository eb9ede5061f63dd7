//! Migrations: numbered files that never change once applied.

use super::rows;
use crate::StoreError;
use customhouse_kernel::journal::Hash;
use rusqlite::{Connection, TransactionBehavior};

const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_first", include_str!("../../migrations/sqlite/0001_first.sql")),
    ("0002_agents", include_str!("../../migrations/sqlite/0002_agents.sql")),
];

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT";

/// Brings the database up to this program, in one transaction.
pub fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(HISTORY)?;
    for (name, sql) in &MIGRATIONS[applied(&tx)?..] {
        tx.execute_batch(sql)?;
        tx.execute("INSERT INTO migrations (name, sha256) VALUES (?1, ?2)", (name, sha256(sql)))?;
    }
    Ok(tx.commit()?)
}

/// Checks that the database is exactly as this program would have made it.
pub fn check(connection: &Connection) -> Result<(), StoreError> {
    match applied(connection)? {
        n if n == MIGRATIONS.len() => Ok(()),
        n => Err(StoreError::Failed(format!("the database lacks migration {}", MIGRATIONS[n].0))),
    }
}

/// How many of our migrations the database has had.
fn applied(connection: &Connection) -> Result<usize, StoreError> {
    let sql = "SELECT name, sha256 FROM migrations ORDER BY number";
    let history: Vec<(String, String)> =
        rows::all(connection, sql, (), |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (i, (name, hash)) in history.iter().enumerate() {
        match MIGRATIONS.get(i) {
            None => {
                return Err(StoreError::Failed(format!("migration {name} is newer than this program")));
            }
            Some((ours, sql)) if ours == name && sha256(sql) == *hash => {}
            Some((ours, _)) => {
                return Err(StoreError::Failed(format!(
                    "migration {name} is not {ours} as this program has it"
                )));
            }
        }
    }
    Ok(history.len())
}

fn sha256(sql: &str) -> String {
    Hash::of(sql.as_bytes()).to_string()
}

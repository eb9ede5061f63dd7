//! The migrations of a SQLite database.

use super::rows;
use crate::StoreError;
use crate::migrations::{Migration, complete, pending, sha256};
use rusqlite::{Connection, TransactionBehavior};

const MIGRATIONS: &[Migration] = &[
    ("0001_first", include_str!("../../migrations/sqlite/0001_first.sql")),
    ("0002_agents", include_str!("../../migrations/sqlite/0002_agents.sql")),
    ("0003_refund_agents", include_str!("../../migrations/sqlite/0003_refund_agents.sql")),
    ("0004_writer", include_str!("../../migrations/sqlite/0004_writer.sql")),
];

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT";

/// Brings the database up to this program, in one transaction.
pub fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(HISTORY)?;
    for (name, sql) in pending(MIGRATIONS, &history(&tx)?)? {
        tx.execute_batch(sql)?;
        tx.execute("INSERT INTO migrations (name, sha256) VALUES (?1, ?2)", (name, sha256(sql)))?;
    }
    Ok(tx.commit()?)
}

/// Checks that the database is exactly as this program would have made it.
pub fn check(connection: &Connection) -> Result<(), StoreError> {
    complete(MIGRATIONS, &history(connection)?)
}

fn history(connection: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT name, sha256 FROM migrations ORDER BY number";
    rows::all(connection, sql, (), |row| Ok((row.get(0)?, row.get(1)?)))
}

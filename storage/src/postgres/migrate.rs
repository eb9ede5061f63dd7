//! The migrations of a PostgreSQL database.

use super::session::Session;
use crate::StoreError;
use crate::migrations::{Migration, complete, pending, sha256};

const MIGRATIONS: &[Migration] = &[("0001_first", include_str!("../../migrations/postgres/0001_first.sql"))];

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS migrations (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL)";

/// Brings the database up to this program, in one transaction. The caller holds the writer's lock.
pub fn migrate(session: &mut Session) -> Result<(), StoreError> {
    session.begin("BEGIN", false)?;
    let done = steps(session);
    session.end(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

fn steps(session: &mut Session) -> Result<(), StoreError> {
    session.run(HISTORY)?;
    for (name, sql) in pending(MIGRATIONS, &history(session)?)? {
        session.run(sql)?;
        session.write("INSERT INTO migrations (name, sha256) VALUES ($1, $2)", &[name, &sha256(sql)])?;
    }
    Ok(())
}

/// Checks that the database is exactly as this program would have made it.
pub fn check(session: &mut Session) -> Result<(), StoreError> {
    let found = session.query("SELECT to_regclass('migrations') IS NOT NULL", &[])?;
    if !found.first().is_some_and(|row| row.try_get(0).unwrap_or(false)) {
        return Err(StoreError::Failed("the database holds nothing of this program".into()));
    }
    complete(MIGRATIONS, &history(session)?)
}

fn history(session: &mut Session) -> Result<Vec<(String, String)>, StoreError> {
    let rows = session.query("SELECT name, sha256 FROM migrations ORDER BY number", &[])?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

//! The default store: one SQLite file in WAL mode, one writer, any number of readers.

mod attachments;
mod migrate;
mod read;
mod rows;
#[cfg(test)]
mod tests;
mod write;

use crate::check::End;
use crate::{Batch, Loaded, Reader, Store, StoreError, Want};
use customhouse_kernel::journal::Head;
pub use read::SqliteReader;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The writer of a SQLite database. It holds the file's lock as long as it lives.
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    end: End,
    /// The outcome of a commit is unknown: only opening again can tell.
    in_doubt: bool,
    _lock: File,
}

impl Sqlite {
    /// Opens a database for writing, or makes it.
    ///
    /// Errors: `Locked` if a writer has it; `Damaged` if its journal does not end with its last
    /// head; `Failed` if its migrations are not ours.
    pub fn open(path: &Path) -> Result<Sqlite, StoreError> {
        let lock = lock(path)?;
        let (connection, end) = connect(path)?;
        Ok(Sqlite { connection, path: path.to_owned(), end, in_doubt: false, _lock: lock })
    }

    fn certain(&self) -> Result<(), StoreError> {
        if self.in_doubt {
            return Err(StoreError::Failed("an earlier commit is in doubt: open the database again".into()));
        }
        Ok(())
    }
}

impl Store for Sqlite {
    fn load(&mut self, want: &Want) -> Result<Loaded, StoreError> {
        self.certain()?;
        read::load(&self.connection, want)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.certain()?;
        let end = self.end.after(batch)?;
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Err(error) = write::write(&tx, batch) {
            let undone = tx.finish(); // rolls back, unless SQLite has already done so
            self.in_doubt = undone.is_err();
            return Err(error);
        }
        if let Err(error) = tx.commit() {
            self.in_doubt = true;
            return Err(StoreError::Failed(format!("this commit is in doubt: {error}")));
        }
        self.end = end;
        Ok(())
    }

    fn recover(&mut self) -> Result<Option<Head>, StoreError> {
        if self.in_doubt {
            // the lock was held all the time: nobody else has written
            (self.connection, self.end) = connect(&self.path)?;
            self.in_doubt = false;
        }
        read::last_head(&self.connection)
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.certain()?;
        Ok(Box::new(SqliteReader::open(&self.path)?))
    }
}

/// A connection for the writer, and where the journal ends.
fn connect(path: &Path) -> Result<(Connection, End), StoreError> {
    let mut connection = Connection::open(path)?;
    settle(&connection)?;
    migrate::migrate(&mut connection)?;
    // What an interrupted commit left in the log is made durable now, before anyone is told of it.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
    let end = end(&connection)?;
    Ok((connection, end))
}

/// Takes the lock file beside the database; the system frees it with the process.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".lock");
    let failed = |e| StoreError::Failed(format!("{}: {e}", name.display()));
    let file = OpenOptions::new().create(true).append(true).open(&name).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// The settings of every connection. FULL: a commit is on the disk before it is answered.
/// The log grows to 32 MB, so that a page that many commits touch is copied back once.
fn settle(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    if !connection.is_readonly("main")? {
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; \
             PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; \
             PRAGMA wal_autocheckpoint = 8000",
        )?;
    }
    let mode: String = connection.query_row("PRAGMA journal_mode", (), |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Failed(format!("SQLite keeps its journal in mode {mode}, not wal")));
    }
    Ok(())
}

/// Where the stored journal ends.
fn end(connection: &Connection) -> Result<End, StoreError> {
    let seq = connection.query_row("SELECT coalesce(max(seq), 0) FROM events", (), |row| row.get(0))?;
    let (head, covered) = match read::last_head(connection)? {
        Some(head) => (head.number, head.first_event.saturating_add(head.count).saturating_sub(1)),
        None => (0, 0),
    };
    if covered != seq {
        return Err(StoreError::Damaged(format!(
            "head {head} ends with event {covered}, the journal with {seq}"
        )));
    }
    Ok(End { head, seq })
}

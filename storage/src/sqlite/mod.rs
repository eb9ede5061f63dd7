//! The default store: one SQLite file in WAL mode, one writer, any number of readers.

mod attachments;
mod migrate;
mod read;
mod rows;
#[cfg(test)]
mod tests;
mod write;

use crate::check::{End, Over};
use crate::{Batch, Loaded, Reader, Store, StoreError, Want};
use customhouse_kernel::journal::Head;
pub use read::SqliteReader;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind::NotFound;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The writer of a SQLite database. It holds the file's lock as long as it lives.
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    end: End,
    /// This writer's number: every writer after it has a higher one.
    epoch: i64,
    /// Why nothing can be read or written any more: only opening again can tell what is there.
    over: Option<Over>,
    _lock: File,
}

impl Sqlite {
    /// Opens a database for writing, or makes it.
    ///
    /// Errors: `Locked` if a writer has it; `Damaged` if its journal does not end with its last
    /// head; `Failed` if its migrations are not ours.
    pub fn open(path: &Path) -> Result<Sqlite, StoreError> {
        Sqlite::with(path, lock(path, false)?)
    }

    /// Opens a database whose writer may live and hang: from here on it can write nothing, also if it wakes. Its
    /// lock file is replaced by ours.
    ///
    /// Errors: as of `open`, but for a writer that has it.
    pub fn take_over(path: &Path) -> Result<Sqlite, StoreError> {
        Sqlite::with(path, lock(path, true)?)
    }

    fn with(path: &Path, lock: File) -> Result<Sqlite, StoreError> {
        let mut connection = connect(path)?;
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let counted =
            tx.query_row("UPDATE writer SET epoch = epoch + 1 RETURNING epoch", (), |row| row.get(0));
        let missing = || StoreError::Damaged("the row of the writer is missing".to_owned());
        let epoch = counted.optional()?.ok_or_else(missing)?;
        let end = end(&tx)?;
        tx.commit()?;
        Ok(Sqlite { connection, path: path.to_owned(), end, epoch, over: None, _lock: lock })
    }

    fn certain(&self) -> Result<(), StoreError> {
        self.over.map_or(Ok(()), |over| Err(over.error()))
    }
}

/// Whether this epoch is still the writer's, within the transaction that writes.
fn holds(connection: &Connection, epoch: i64) -> Result<bool, StoreError> {
    let mut found = connection.prepare_cached("SELECT epoch FROM writer")?;
    Ok(found.query_row((), |row| row.get::<_, i64>(0)).optional()? == Some(epoch))
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
        let is_ours = holds(&tx, self.epoch);
        let superseded = matches!(is_ours, Ok(false)).then_some(Over::Superseded);
        let written = match superseded {
            Some(over) => Err(over.error()),
            None => is_ours.and_then(|_| write::write(&tx, batch)),
        };
        if let Err(error) = written {
            let undone = tx.finish(); // rolls back, unless SQLite has already done so
            self.over = superseded.or(undone.is_err().then_some(Over::InDoubt));
            return Err(error);
        }
        if let Err(error) = tx.commit() {
            self.over = Some(Over::InDoubt);
            return Err(StoreError::Failed(format!("this commit is in doubt: {error}")));
        }
        self.end = end;
        Ok(())
    }

    fn recover(&mut self) -> Result<Option<Head>, StoreError> {
        if let Some(Over::InDoubt) = self.over {
            // with the same number all the time, nobody else has written
            self.connection = connect(&self.path)?;
            if !holds(&self.connection, self.epoch)? {
                self.over = Some(Over::Superseded);
            } else {
                self.end = end(&self.connection)?;
                self.over = None;
            }
        }
        self.certain()?;
        read::last_head(&self.connection)
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.certain()?;
        Ok(Box::new(SqliteReader::open(&self.path)?))
    }
}

/// A connection for the writer.
fn connect(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    settle(&connection)?;
    migrate::migrate(&mut connection)?;
    // What an interrupted commit left in the log is made durable now, before anyone is told of it.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
    Ok(connection)
}

/// Takes the lock file beside the database, or puts one of ours in its place; the system frees it with the
/// process.
fn lock(path: &Path, replace: bool) -> Result<File, StoreError> {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".lock");
    let failed = |e| StoreError::Failed(format!("{}: {e}", name.display()));
    if replace {
        fs::remove_file(&name).or_else(|e| if e.kind() == NotFound { Ok(()) } else { Err(failed(e)) })?;
    }
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

//! The store for a server of its own: a PostgreSQL database, one writer, any number of readers.

mod migrate;
mod read;
mod rows;
mod session;
mod text;
mod write;

use crate::check::End;
use crate::{Batch, Loaded, Reader, Store, StoreError, Want};
use ::postgres::Config;
use ::postgres::config::Host;
use customhouse_kernel::journal::Head;
pub use read::PostgresReader;
use session::Session;

/// The advisory lock of the writer: `CUSTOMHO` in ASCII. It is the database's own, and ends with the connection.
const LOCK: i64 = 0x4355_5354_4f4d_484f;

/// The writer of a PostgreSQL database. It holds the database's lock as long as it lives.
pub struct Postgres {
    session: Session,
    config: Config,
    /// This writer's number: every writer after it has a higher one.
    epoch: i64,
    end: End,
    /// Why nothing can be read or written any more: only opening again can tell what is there.
    over: Option<Over>,
}

#[derive(Clone, Copy)]
enum Over {
    /// The outcome of a commit is unknown.
    InDoubt,
    /// Another writer has taken over.
    Superseded,
}

impl Postgres {
    /// Opens a database for writing, and makes its tables if it is empty. The address is
    /// `postgres://user@host:port/database`, or `host=… dbname=…`.
    ///
    /// # Errors
    /// `Locked` if a writer has it; `Damaged` if its journal does not end with its last head; `Failed` if the
    /// server cannot be reached, may lose what it acknowledged, or holds migrations that are not ours.
    pub fn open(url: &str) -> Result<Postgres, StoreError> {
        Postgres::take(config(url)?)
    }

    fn take(config: Config) -> Result<Postgres, StoreError> {
        let mut session = Session::connect(&config)?;
        settle(&mut session)?;
        let locked = session.query("SELECT pg_try_advisory_lock($1)", &[&LOCK])?;
        if !locked.first().is_some_and(|row| row.try_get(0).unwrap_or(false)) {
            return Err(StoreError::Locked);
        }
        migrate::migrate(&mut session)?;
        let counted = session.query("UPDATE writer SET epoch = epoch + 1 RETURNING epoch", &[])?;
        let row =
            counted.first().ok_or_else(|| StoreError::Damaged("the row of the writer is missing".into()))?;
        let epoch = row.try_get(0)?;
        let end = end(&mut session)?;
        Ok(Postgres { session, config, epoch, end, over: None })
    }

    fn certain(&self) -> Result<(), StoreError> {
        match self.over {
            None => Ok(()),
            Some(Over::InDoubt) => {
                Err(StoreError::Failed("an earlier commit is in doubt: open the database again".into()))
            }
            Some(Over::Superseded) => Err(StoreError::Locked),
        }
    }

    /// Holds the writer's row until the transaction ends, if this is still the writer.
    fn hold(&mut self) -> Result<(), StoreError> {
        let rows = self.session.query("SELECT epoch FROM writer FOR UPDATE", &[])?;
        let epoch: Option<i64> = rows.first().map(|row| row.try_get(0)).transpose()?;
        if epoch != Some(self.epoch) {
            self.over = Some(Over::Superseded);
            return Err(StoreError::Locked);
        }
        Ok(())
    }
}

impl Store for Postgres {
    fn load(&mut self, want: &Want) -> Result<Loaded, StoreError> {
        self.certain()?;
        read::load(&mut self.session, want)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.certain()?;
        let end = self.end.after(batch)?;
        self.session.begin("BEGIN", false)?;
        if let Err(error) = self.hold().and_then(|()| write::write(&mut self.session, batch)) {
            let undone = self.session.end("ROLLBACK");
            if undone.is_err() && self.over.is_none() {
                self.over = Some(Over::InDoubt);
            }
            return Err(error);
        }
        if let Err(error) = self.session.end("COMMIT") {
            self.over = Some(Over::InDoubt);
            return Err(StoreError::Failed(format!("this commit is in doubt: {error}")));
        }
        self.end = end;
        Ok(())
    }

    fn recover(&mut self) -> Result<Option<Head>, StoreError> {
        if matches!(self.over, Some(Over::Superseded)) {
            return Err(StoreError::Locked);
        }
        if self.over.is_none()
            && let Ok(last) = last_head(&mut self.session)
        {
            return Ok(last);
        }
        // the lock goes with the old connection; whoever had the database meanwhile has left a head that the
        // caller does not know
        self.over = Some(Over::InDoubt);
        self.session.close();
        *self = Postgres::take(self.config.clone())?;
        last_head(&mut self.session)
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.certain()?;
        Ok(Box::new(PostgresReader::connect(&self.config)?))
    }
}

fn config(url: &str) -> Result<Config, StoreError> {
    // the words of the error could hold the password
    url.parse().map_err(|_| {
        StoreError::Failed(
            "this is no address of a PostgreSQL database: postgres://user@host:port/database".into(),
        )
    })
}

/// A commit must be on the disk before it is answered, and text must be UTF-8.
fn settle(session: &mut Session) -> Result<(), StoreError> {
    for (name, wanted) in [("server_encoding", "UTF8"), ("fsync", "on"), ("full_page_writes", "on")] {
        let found = session.setting(name)?;
        if found != wanted {
            return Err(StoreError::Failed(format!("PostgreSQL has {name} = {found}: it must be {wanted}")));
        }
    }
    if matches!(session.setting("synchronous_commit")?.as_str(), "off" | "local") {
        session.run("SET synchronous_commit = on")?;
    }
    Ok(())
}

fn last_head(session: &mut Session) -> Result<Option<Head>, StoreError> {
    session.query(read::LAST_HEAD, &[])?.first().map(rows::head).transpose()
}

/// Where the stored journal ends.
fn end(session: &mut Session) -> Result<End, StoreError> {
    let rows = session.query("SELECT coalesce(max(seq), 0) FROM events", &[])?;
    let seq = rows.first().map(|row| rows::number(row, 0, "the journal")).transpose()?.unwrap_or(0);
    let (head, covered) = match last_head(session)? {
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

/// An address as it may be shown: without the user and the password.
#[must_use]
pub fn postgres_place(url: &str) -> String {
    let Ok(config) = config(url) else { return "postgres".to_owned() };
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => String::new(),
    };
    let port = config.get_ports().first().map(|port| format!(":{port}")).unwrap_or_default();
    format!("postgres://{host}{port}/{}", config.get_dbname().unwrap_or_default())
}

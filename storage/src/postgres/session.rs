//! One connection to the server, with its statements prepared once.

use crate::StoreError;
use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, Config, Error, NoTls, Row, Statement};
use std::collections::BTreeMap;
use std::time::Duration;

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// How long a server may take to answer a connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Session {
    /// Present until the connection is ended.
    client: Option<Client>,
    config: Config,
    statements: BTreeMap<String, Statement>,
    /// A transaction is open: what it saw cannot be had from another connection.
    in_transaction: bool,
    /// The server has said that it ends the connection.
    ended: bool,
}

impl Session {
    /// Errors: `Failed` if the server cannot be reached or refuses.
    pub fn connect(config: &Config) -> Result<Session, StoreError> {
        let client = Some(client(config)?);
        Ok(Session {
            client,
            config: config.clone(),
            statements: BTreeMap::new(),
            in_transaction: false,
            ended: false,
        })
    }

    /// Finds rows.
    pub fn query(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, StoreError> {
        let statement = self.statement(sql)?;
        let found = self.client()?.query(&statement, params);
        found.map_err(|error| self.failed(error))
    }

    /// Finds rows, on a new connection if this one was lost: only for what may be asked twice.
    pub fn read(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, StoreError> {
        match self.query(sql, params) {
            Err(_) if self.is_lost() && !self.in_transaction => {
                *self = Session::connect(&self.config)?;
                self.query(sql, params)
            }
            found => found,
        }
    }

    /// Writes; answers how many rows.
    pub fn write(&mut self, sql: &str, params: Params<'_>) -> Result<u64, StoreError> {
        let statement = self.statement(sql)?;
        let written = self.client()?.execute(&statement, params);
        written.map_err(|error| self.failed(error))
    }

    /// Runs statements without parameters.
    pub fn run(&mut self, sql: &str) -> Result<(), StoreError> {
        let run = self.client()?.batch_execute(sql);
        run.map_err(|error| self.failed(error))
    }

    /// One setting of the server.
    pub fn setting(&mut self, name: &str) -> Result<String, StoreError> {
        let rows = self.query("SELECT current_setting($1)", &[&name])?;
        let row = rows.first().ok_or_else(|| StoreError::Failed(format!("the server has no {name}")))?;
        Ok(row.try_get(0)?)
    }

    /// Begins a transaction; where the connection was lost meanwhile and `again` allows it, on a new one.
    pub fn begin(&mut self, sql: &str, again: bool) -> Result<(), StoreError> {
        if let Err(error) = self.run(sql) {
            if !again || !self.is_lost() {
                return Err(error);
            }
            *self = Session::connect(&self.config)?;
            self.run(sql)?;
        }
        self.in_transaction = true;
        Ok(())
    }

    /// Ends the transaction.
    pub fn end(&mut self, sql: &str) -> Result<(), StoreError> {
        self.in_transaction = false;
        self.run(sql)
    }

    /// Whether the connection is gone.
    fn is_lost(&self) -> bool {
        self.ended || self.client.as_ref().is_none_or(Client::is_closed)
    }

    /// An error of ours; a server that is stopped says so before the connection ends.
    fn failed(&mut self, error: Error) -> StoreError {
        let stopped = [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW];
        self.ended |= error.code().is_some_and(|code| stopped.contains(code));
        error.into()
    }

    /// Ends the connection. The client does so on a runtime of its own, which a thread of another runtime may not
    /// enter.
    pub fn close(&mut self) {
        if let Some(client) = self.client.take() {
            let _ = std::thread::spawn(move || drop(client)).join();
        }
    }

    fn client(&mut self) -> Result<&mut Client, StoreError> {
        self.client.as_mut().ok_or_else(|| StoreError::Failed("the connection is closed".into()))
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let prepared = self.client()?.prepare(sql);
        let statement = prepared.map_err(|error| self.failed(error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.close();
    }
}

fn client(config: &Config) -> Result<Client, StoreError> {
    let mut config = config.clone();
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    if config.get_application_name().is_none() {
        config.application_name("customhouse");
    }
    // what the server remarks about tables that exist already is nobody's news
    config.notice_callback(|_| {});
    Ok(config.connect(NoTls)?)
}

impl From<Error> for StoreError {
    fn from(error: Error) -> StoreError {
        let words = match error.as_db_error() {
            Some(told) => told.message().to_owned(),
            None => std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), |e| format!("{error}: {e}")),
        };
        match error.code() {
            Some(&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED) => StoreError::Damaged(words),
            _ => StoreError::Failed(format!("PostgreSQL: {words}")),
        }
    }
}

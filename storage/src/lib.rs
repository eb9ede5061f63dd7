//! Storage: the only room that does I/O on data. One small trait, three stores: SQLite, PostgreSQL and `sim`.
//!
//! Not here: any knowledge of customs. A store keeps records, balances, counters, events and heads,
//! and commits a batch of them durably or not at all.

#![allow(clippy::disallowed_methods)] // this room is the shell: it opens files

mod batch; // what goes in and comes out, and the two traits
mod check; // what must hold of a batch before a byte of it is written
mod columns; // what the databases keep as text
mod each; // every record of a query
mod error;
mod migrations; // the files that make a database what this program knows
mod pack; // the attachments of a batch in one row
mod postgres; // a server of its own, one statement a table a batch
mod sim; // in memory, on a simulated disk with seeded faults
mod sqlite;

pub use batch::*;
pub use each::each_record;
pub use error::StoreError;
pub use postgres::{Postgres, PostgresReader, postgres_place};
pub use sim::{Fault, Sim, SimDisk, SimReader};
pub use sqlite::{Sqlite, SqliteReader};

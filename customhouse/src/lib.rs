//! The program: command line, configuration, start-up, clients of the API. Nothing else: what a
//! command means is the departments', what is kept is the store's.

#![allow(clippy::disallowed_methods)] // the program is the shell: files, sockets, clock and dice are its work

pub mod bench; // what the hot paths cost
mod client; // the API's client
mod command_line; // arguments, and how a command ends
mod commands; // one file a command
mod data_folder;
mod database; // a SQLite file, or a database on a PostgreSQL server
mod declaration_file; // a declaration in a file
pub mod import_cn; // a whole tariff from a file
pub mod pack_source; // the pack: embedded, or from a folder
mod progress; // what is being done, and how long it took
mod sample; // a small trade of fictional firms, lodged through the queue
mod sign_ins; // who signs in to a sample
mod span; // a period of days
mod words; // findings and messages, in the reader's language

pub use command_line::{CommandLine, run};

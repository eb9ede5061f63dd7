//! The real program: what it prints, what it writes, and how it ends.

#![allow(clippy::disallowed_methods)] // tests are shell: they start processes and read files

mod assess;
mod bench;
mod clients;
mod import_tariff;
mod officers;
mod pack;
mod quote;
mod receipt;
mod reckon;
mod serve;
mod support;
mod usage;
mod verify;

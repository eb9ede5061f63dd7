//! One suite over all stores, through the traits; then what only one of them can be asked.

#![allow(clippy::disallowed_methods)] // this room is the shell: its tests write files

mod contract; // every method of both traits
mod faults; // the simulated disk, at every n-th operation
mod file; // the SQLite file: migrations, damage
mod lists; // paging, order, filters
mod places; // where the stores of a test live
mod same; // batches at random: all stores answer the same
mod samples; // batches to commit
mod server; // the PostgreSQL server: damage, cut connections, a second writer

//! The portal: HTTP. Requests become commands, records become JSON and pages; sign-in.
//!
//! Not here: what a command means (departments), how it is decided and kept (engine), how a message is
//! spelt (exchange). A handler holds no rule of customs.

#![recursion_limit = "256"] // the schemas of the OpenAPI document are one value
#![allow(clippy::disallowed_methods)] // this room is the shell: it reads clocks and rolls secrets

mod access; // who may see what
pub mod accounts; // who may sign in
mod api; // /api/v1
mod assets; // style sheet and script, under names that change with their content
mod coordinates; // one point in three map datums
mod declared; // a version's content as it was sent
mod disposal_form; // what comes with a step of a case of goods that nobody clears
mod goods_search; // from words, codes and pinyin to goods
mod lists; // records that an actor may see, a page at a time
mod names; // what parties are called
mod pages; // what a browser gets
pub mod problem; // how the API says no
mod quote; // a quote out of a form
mod rate; // how often one may ask
mod reading; // reads are journalled before anything is shown
mod reads; // who read what
mod refusals; // POR-…
pub mod secrets; // random secrets and their digests
mod server; // the router with everything around it
mod sign_in; // passwords, sessions, throttle
mod small_forms; // bills, settlements, goods out, guarantees: member by member
mod state; // what every handler holds
mod statement; // what a firm owes and has paid
mod step_form; // what comes with a step
mod texts; // what pages say
mod work_list; // what waits for an officer

pub use refusals::ALL as REFUSALS;
pub use server::{router, serve};
pub use state::{Portal, PortalSettings};

#[cfg(test)]
mod tests;

//! What every room shares. Pure: no I/O, no clock, no randomness, no panic that input can reach.
//!
//! Read in this order: a [`text`] is said in two languages, a [`refusal`] says what to do,
//! [`values`] are parsed once, [`law`] holds over time, an [`expression`] is law that reckons,
//! the [`ledger`] holds what is under control, [`casework`] moves cases, a [`beats`] decision
//! puts them together, and the [`journal`] proves what happened.

pub mod beats;
pub mod casework;
pub mod expression;
pub mod journal;
pub mod law;
pub mod ledger;
pub mod moment;
pub mod refusal;
pub mod text;
pub mod values;

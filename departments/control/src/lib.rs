//! Control 监管: bills of lading, declarations, release.
//!
//! It conducts a clearance: it calls `duties` for what is owed and `finance` for what is paid.
//! Not here: how a duty is reckoned, how a message is spelt, who is signed in.

pub mod form;

//! What can go wrong in a store.

use std::fmt::Display;

/// A store's failure. A failed commit has left nothing behind.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store failed: {0}")]
    Failed(String),
    #[error("the store is damaged: {0}")]
    Damaged(String),
    #[error("another process holds this database")]
    Locked,
}

/// Damage at a place.
pub(crate) fn damaged(place: impl Display, what: impl Display) -> StoreError {
    StoreError::Damaged(format!("{place}: {what}"))
}

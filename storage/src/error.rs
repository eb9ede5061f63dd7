//! What can go wrong in a store.

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

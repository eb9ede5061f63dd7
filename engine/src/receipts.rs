//! Proofs out of the store.

use customhouse_kernel::journal::{Head, Receipt, Tree, leaf};
use customhouse_storage::{Reader, StoreError, StoredEvent};

/// The receipt of an event; `None` if there is no such event.
///
/// # Errors
/// The store fails, or its batch is not whole.
pub fn receipt_of(reader: &mut dyn Reader, seq: u64) -> Result<Option<Receipt>, StoreError> {
    let Some(event) = reader.event(seq)? else { return Ok(None) };
    let damaged = |what: &str| StoreError::Damaged(format!("batch {}: {what}", event.batch));
    let head = reader.head(event.batch)?.ok_or_else(|| damaged("no head"))?;
    let events = reader.events(head.first_event, head.count as usize)?;
    if events.len() as u64 != head.count {
        return Err(damaged("events are missing"));
    }
    let tree = Tree::new(events.iter().map(|e| leaf(&e.salt, e.payload.as_bytes())).collect());
    let index = seq.checked_sub(head.first_event).ok_or_else(|| damaged("the event is not in it"))?;
    Ok(Some(receipt(&event, index, &tree, &head)))
}

/// The receipt of an event in a tree that has been made.
pub(crate) fn receipt(event: &StoredEvent, index: u64, tree: &Tree, head: &Head) -> Receipt {
    Receipt::new(event.payload.clone(), &event.salt, index, tree.path(index as usize), head.clone())
}

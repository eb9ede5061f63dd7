//! How a batch lies on the simulated disk: its length, its SHA-256, its JSON.

use crate::{Batch, StoreError};
use customhouse_kernel::journal::Hash;

/// Length and checksum. A disk writes the first sector whole or not at all, so a header never tears.
pub const HEADER: usize = 8 + 32;

/// A batch as bytes.
pub fn encode(batch: &Batch) -> Result<Vec<u8>, StoreError> {
    let body = serde_json::to_vec(batch).map_err(|e| StoreError::Failed(e.to_string()))?;
    let length = (body.len() as u64).to_le_bytes();
    Ok([&length[..], &Hash::of(&body).0, &body].concat())
}

/// The batches of a log, and its length without the torn frame that may end it.
///
/// Errors: `Damaged` if a frame that others follow is not what was written.
pub fn decode(log: &[u8]) -> Result<(Vec<Batch>, usize), StoreError> {
    let mut batches = Vec::new();
    let mut at = 0;
    while let Some((body, checksum)) = frame(&log[at..]) {
        let next = at + HEADER + body.len();
        if Hash::of(body).0 != checksum {
            if next == log.len() {
                break;
            }
            return Err(StoreError::Damaged(format!("frame at byte {at}: its checksum is another")));
        }
        let batch = serde_json::from_slice(body);
        batches.push(batch.map_err(|e| StoreError::Damaged(format!("frame at byte {at}: {e}")))?);
        at = next;
    }
    Ok((batches, at))
}

/// The first frame's body and checksum, if all of it is there.
fn frame(log: &[u8]) -> Option<(&[u8], [u8; 32])> {
    let (length, rest) = log.split_first_chunk::<8>()?;
    let (checksum, rest) = rest.split_first_chunk::<32>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    Some((rest.get(..length)?, *checksum))
}

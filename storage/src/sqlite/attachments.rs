//! Attachments: one compressed row a batch, and an index by digest.

use super::rows;
use crate::error::damaged;
use crate::pack::{pack, unpack};
use crate::{Attachment, StoreError};
use customhouse_kernel::journal::Hash;
use rusqlite::{Connection, Transaction};
use std::collections::BTreeSet;

/// Keeps those attachments that are not there yet.
pub fn write(tx: &Transaction<'_>, attachments: &[Attachment]) -> Result<(), StoreError> {
    let mut find = tx.prepare_cached("SELECT 1 FROM attachment_index WHERE digest = ?1")?;
    let mut known = BTreeSet::new();
    for digest in attachments.iter().map(|a| a.digest) {
        if find.exists([&digest.0])? {
            known.insert(digest);
        }
    }
    let packed = pack(attachments, &|digest| known.contains(digest));
    let Some(packed) = packed.map_err(|e| StoreError::Failed(e.to_string()))? else {
        return Ok(());
    };
    tx.prepare_cached("INSERT INTO attachments (body) VALUES (?1)")?.execute([packed.body])?;
    let batch = tx.last_insert_rowid();
    let sql = "INSERT INTO attachment_index (digest, batch, offset, length) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = tx.prepare_cached(sql)?;
    for (digest, offset, length) in packed.places {
        insert.execute((&digest.0, batch, offset, length))?;
    }
    Ok(())
}

/// An attachment by its digest, checked against it.
pub fn read(connection: &Connection, digest: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT i.batch, i.offset, i.length, a.body FROM attachment_index i \
               LEFT JOIN attachments a USING (batch) WHERE i.digest = ?1";
    let found: Option<(u64, u64, u64, Option<Vec<u8>>)> = rows::one(connection, sql, [&digest.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    let Some((batch, offset, length, body)) = found else {
        return Ok(None);
    };
    let place = format!("attachment {digest} in row {batch}");
    let body = body.ok_or_else(|| damaged(&place, "the row is missing"))?;
    let bytes = unpack(&body, offset, length).map_err(|e| damaged(&place, e))?;
    if Hash::of(&bytes) != *digest {
        return Err(damaged(&place, "the content has another digest"));
    }
    Ok(Some(bytes))
}

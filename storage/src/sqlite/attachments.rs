//! Attachments: one compressed row a batch, and an index by digest.

use super::rows::{self, damaged};
use crate::{Attachment, StoreError};
use customhouse_kernel::journal::Hash;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use rusqlite::{Connection, Transaction};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// Keeps those attachments that are not there yet.
pub fn write(tx: &Transaction<'_>, attachments: &[Attachment]) -> Result<(), StoreError> {
    let mut new: BTreeMap<&Hash, &[u8]> = attachments.iter().map(|a| (&a.digest, &a.bytes[..])).collect();
    let mut known = tx.prepare_cached("SELECT 1 FROM attachment_index WHERE digest = ?1")?;
    for digest in attachments.iter().map(|a| &a.digest) {
        if known.exists([&digest.0])? {
            new.remove(digest);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let body = pack(new.values().copied()).map_err(|e| StoreError::Failed(e.to_string()))?;
    tx.prepare_cached("INSERT INTO attachments (body) VALUES (?1)")?.execute([body])?;
    let batch = tx.last_insert_rowid();
    let sql = "INSERT INTO attachment_index (digest, batch, offset, length) VALUES (?1, ?2, ?3, ?4)";
    let mut insert = tx.prepare_cached(sql)?;
    let mut offset = 0;
    for (digest, bytes) in new {
        insert.execute((&digest.0, batch, offset, bytes.len()))?;
        offset += bytes.len();
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

fn pack<'a>(contents: impl Iterator<Item = &'a [u8]>) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    for bytes in contents {
        encoder.write_all(bytes)?;
    }
    encoder.finish()
}

fn unpack(body: &[u8], offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut decoder = ZlibDecoder::new(body);
    io::copy(&mut decoder.by_ref().take(offset), &mut io::sink())?;
    let mut bytes = Vec::new();
    decoder.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

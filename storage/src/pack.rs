//! The attachments of a batch in one compressed row: their contents one after another.

use crate::Attachment;
use customhouse_kernel::journal::Hash;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};

/// The row, and where each content begins in it and how long it is, before compression.
pub struct Packed {
    pub body: Vec<u8>,
    pub places: Vec<(Hash, u64, u64)>,
}

/// Packs those attachments that are not known yet, each once; `None` if there are none.
///
/// Errors: none of its own; those of the compressor.
pub fn pack(attachments: &[Attachment], known: &dyn Fn(&Hash) -> bool) -> io::Result<Option<Packed>> {
    let new: BTreeMap<&Hash, &[u8]> =
        attachments.iter().filter(|a| !known(&a.digest)).map(|a| (&a.digest, &a.bytes[..])).collect();
    if new.is_empty() {
        return Ok(None);
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let (mut places, mut offset) = (Vec::with_capacity(new.len()), 0);
    for (digest, bytes) in new {
        encoder.write_all(bytes)?;
        places.push((*digest, offset, bytes.len() as u64));
        offset += bytes.len() as u64;
    }
    Ok(Some(Packed { body: encoder.finish()?, places }))
}

/// One content of a row.
pub fn unpack(body: &[u8], offset: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut decoder = ZlibDecoder::new(body);
    io::copy(&mut decoder.by_ref().take(offset), &mut io::sink())?;
    let mut bytes = Vec::new();
    decoder.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

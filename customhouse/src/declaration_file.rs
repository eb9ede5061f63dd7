//! Reading a declaration from a file, in any format that the program knows.

use crate::command_line::Failure;
use customhouse_exchange::{Format, Limits, Message, detect, read};
use customhouse_kernel::refusal::Refusal;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A file's bytes, up to one more than a message may have: the reader then refuses it by name.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let limit = Limits::default().bytes as u64 + 1;
    let mut bytes = Vec::new();
    let opened = File::open(file).and_then(|f| f.take(limit).read_to_end(&mut bytes));
    opened.map_err(|e| Failure::at(file.display(), e))?;
    Ok(bytes)
}

/// What a file holds.
pub(crate) struct FromFile {
    pub format: Format,
    pub message: Result<Message, Vec<Refusal>>,
}

/// Reads a declaration.
pub(crate) fn declaration(bytes: &[u8]) -> FromFile {
    let format = detect(bytes, None);
    FromFile { format, message: read(format, bytes, &Limits::default()) }
}

/// The media type of a format.
pub(crate) fn media_type(format: Format) -> &'static str {
    match format {
        Format::Json => "application/json",
        Format::DecMessage => "application/xml",
    }
}

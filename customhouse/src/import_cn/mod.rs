//! A whole pack out of a file of Chinese tariff rates: the pack's own rows stay as they are, every
//! other line of the file is added. Pure: texts in, files out.
//!
//! The file names ad valorem rates only. Where it has flattened another kind of rate, or the rate
//! holds within a quota only, the rate is written as unknown with the reason; it is never guessed.

mod doubts; // what must not be taken from the file, and why
mod nomenclature; // English names and standard units of HS 2022
mod quotas; // which code of a pair is the one within quota
mod rates; // reading the file
mod tables; // writing the tables

pub use nomenclature::Nomenclature;
pub use quotas::QUOTAS;
pub use rates::Rates;

use customhouse_engine::PackFiles;
use customhouse_kernel::law::Rulebook;
use flate2::read::GzDecoder;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// The first day of the tariff that the file holds.
pub(crate) const FIRST_DAY: Date = date(2026, 1, 1);
/// Most bytes of a file, unpacked.
const MOST: u64 = 64 << 20;

/// A pack with a whole tariff in it.
#[derive(Debug)]
pub struct Imported {
    pub files: PackFiles,
    pub summary: Summary,
}

/// What became of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Lines of the file.
    pub lines: usize,
    /// Lines that the pack had already.
    pub kept: usize,
    /// Rates written, the unknown ones among them.
    pub rates: usize,
    /// Rates written as unknown, by reason.
    pub unknown: BTreeMap<String, usize>,
    /// Lines written without a first statutory unit.
    pub without_unit: usize,
}

/// A file's text: plain, or unpacked if it is gzip.
///
/// # Errors
/// A sentence: it is not UTF-8, not whole, or too large.
pub fn text(bytes: &[u8]) -> Result<String, String> {
    let mut unpacked = Vec::new();
    let read = match bytes {
        [0x1f, 0x8b, ..] => GzDecoder::new(bytes).take(MOST + 1).read_to_end(&mut unpacked),
        _ => bytes.take(MOST + 1).read_to_end(&mut unpacked),
    };
    read.map_err(|e| format!("cannot be unpacked: {e}"))?;
    if unpacked.len() as u64 > MOST {
        return Err(format!("holds more than {} MB", MOST >> 20));
    }
    let text = String::from_utf8(unpacked).map_err(|_| "is not UTF-8".to_owned())?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Adds every line of a tariff to a pack.
///
/// # Errors
/// Every line of the file that is not in form, as `line: words`.
pub fn import(
    pack: &PackFiles,
    rulebook: &Rulebook,
    tariff: &str,
    nomenclature: &Nomenclature,
) -> Result<Imported, Vec<String>> {
    let lines = rates::read(tariff)?;
    let known: BTreeSet<&str> = rulebook
        .kind("commodity")
        .iter()
        .filter(|rule| rule.valid.covers(FIRST_DAY) && !tables::is_ours(&rule.file))
        .map(|rule| &*rule.key)
        .collect();
    let new: Vec<&Rates> = lines.iter().filter(|line| !known.contains(line.code.as_str())).collect();
    let within_quota = quotas::within_quota(&lines);
    let mut summary = Summary { lines: lines.len(), kept: lines.len() - new.len(), ..Summary::default() };
    let mut files: PackFiles = pack.iter().filter(|(path, _)| !tables::is_ours(path)).cloned().collect();
    files.extend(tables::write(&new, &within_quota, nomenclature, &mut summary));
    files.sort();
    Ok(Imported { files, summary })
}

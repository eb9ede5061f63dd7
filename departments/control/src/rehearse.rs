//! Reckoning a declaration again under another law 政策预演: what it would owe, where it would go, what it
//! would need. Nothing is decided and nothing is kept.

use crate::condition::{Hold, holds};
use crate::declaration::Declaration;
use crate::law::ControlLaw;
use crate::select::{SelectionFacts, select};
use customhouse_duties::{Assessment, assess};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::EntryNumber;
use jiff::civil::Date;

/// A declaration under a law.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    pub assessment: Assessment,
    pub channel: String,
    /// What its goods need beside duty, before any licence is looked at.
    pub conditions: Vec<Hold>,
}

/// A declaration under the law of a day. The dice of the selection are made from its number: under two
/// laws they fall alike, so that a channel differs only where the law does.
///
/// # Errors
/// Every goods item that cannot be assessed under this law.
pub fn rehearse(
    declaration: &Declaration,
    entry: EntryNumber,
    law: &ControlLaw,
    day: Date,
) -> Result<Rehearsed, Vec<Refusal>> {
    let assessment = assess(&declaration.consignment(), &law.tariff, day)?;
    let (channel, _) = select(&SelectionFacts::of(declaration, assessment.value()), law, day, dice(entry));
    let conditions = holds(&declaration.goods(), &law.conditions, day);
    Ok(Rehearsed { assessment, channel, conditions })
}

/// A number out of an entry number (FNV-1a).
fn dice(entry: EntryNumber) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    entry.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

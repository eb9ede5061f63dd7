//! Reckoning past declarations again under another law 政策预演: what each would owe, where it would go, what
//! it would need. Nothing is decided and nothing is kept.

use crate::condition::certificates;
use crate::declaration::Declaration;
use crate::law::ControlLaw;
use crate::select::{SelectionFacts, selected};
use customhouse_duties::{Assessor, Consignment, Reckoned};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CommodityCode, Direction, EntryNumber};
use jiff::civil::Date;

/// One law over past declarations, one after the other: as ids and numbers, with the same buffers and, as long
/// as the day stays, the same law of the day.
#[derive(Debug)]
pub struct Rehearser<'a> {
    law: &'a ControlLaw,
    assessor: Assessor<'a>,
}

/// A declaration under a law.
#[derive(Clone, Copy, Debug)]
pub struct Rehearsed<'a> {
    pub reckoned: &'a Reckoned,
    pub channel: &'a str,
}

impl<'a> Rehearser<'a> {
    pub fn new(law: &'a ControlLaw) -> Rehearser<'a> {
        Rehearser { law, assessor: Assessor::new(&law.tariff) }
    }

    /// A declaration under the law of a day; `goods` are its [`Declaration::consignment`]. The dice of the
    /// selection are made from its number: under two laws they fall alike, so that a channel differs only
    /// where the law does.
    ///
    /// # Errors
    /// Every goods item that cannot be assessed under this law.
    pub fn reckon(
        &mut self,
        declaration: &Declaration,
        goods: &Consignment,
        entry: EntryNumber,
        day: Date,
    ) -> Result<Rehearsed<'_>, Vec<Refusal>> {
        let reckoned = self.assessor.reckon(goods, day)?;
        let facts = SelectionFacts::of(declaration, reckoned.value().unwrap_or_default());
        let (channel, _) = selected(&facts, self.law, day, dice(entry));
        Ok(Rehearsed { reckoned, channel })
    }

    /// The certificates that goods need beside duty on a day, before any licence is looked at.
    pub fn certificates(
        &self,
        code: CommodityCode,
        direction: Direction,
        day: Date,
    ) -> impl Iterator<Item = &'a str> {
        certificates(&self.law.conditions, code, direction, day)
    }
}

/// A number out of an entry number (FNV-1a).
fn dice(entry: EntryNumber) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    entry.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

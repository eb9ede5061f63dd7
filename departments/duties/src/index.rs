//! The index of goods: for a full code, what it stands for and which measures could apply to it, charge by
//! charge and closest prefix first. Made once per edition, so that assessing looks nothing up by text.
//! Which of the measures do apply is asked of the day, the origin and the claim.

use crate::commodity::Commodity;
use crate::group::Group;
use crate::measure::Measure;
use customhouse_kernel::law::Validity;
use customhouse_kernel::values::{CommodityCode, CountryCode};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;

/// All goods over all time.
#[derive(Clone, Debug, Default)]
pub(crate) struct GoodsIndex {
    /// Open addressing by the code's number: a place among the goods, from 1; 0 is free.
    table: Vec<u32>,
    goods: Vec<Goods>,
    of_charges: Vec<OfCharge>,
    rivals: Vec<Rival>,
    origins: Vec<Origin>,
    programmes: Vec<Box<str>>,
}

/// What there is of a code.
#[derive(Clone, Debug)]
struct Goods {
    code: CommodityCode,
    /// Places among the commodities: one for each time.
    commodities: Range<u32>,
    of_charges: Range<u32>,
}

/// Measures of one charge on some goods.
#[derive(Clone, Debug)]
struct OfCharge {
    /// The charge's field in bases.
    field: u32,
    rivals: Range<u32>,
}

/// A measure that could apply, by ids.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rival {
    /// Place among the tariff's measures.
    pub measure: u32,
    pub tier: u16,
    /// Place among the origins; `None` for any origin.
    origin: Option<u16>,
    programme: Option<u16>,
    valid: Validity,
}

/// A country or a group of countries.
#[derive(Clone, Debug)]
struct Origin {
    country: Option<CountryCode>,
    groups: Range<u32>,
}

/// Short numbers for texts that recur.
#[derive(Debug, Default)]
pub(crate) struct Numbers<'a>(BTreeMap<&'a str, u16>);

impl<'a> Numbers<'a> {
    /// The number of a text, and whether it is new.
    fn of(&mut self, text: &'a str) -> (u16, bool) {
        let next = u16::try_from(self.0.len()).unwrap_or(u16::MAX);
        let mut new = false;
        let number = self.0.entry(text).or_insert_with(|| {
            new = true;
            next
        });
        (*number, new)
    }

    pub fn number(&mut self, text: &'a str) -> u16 {
        self.of(text).0
    }

    /// The number of a text that was seen; of any other, one that none has.
    pub fn known(&self, text: &str) -> u16 {
        self.0.get(text).copied().unwrap_or(u16::MAX)
    }

    /// Whether there were more texts than numbers.
    pub fn overflown(&self) -> bool {
        self.0.len() >= usize::from(u16::MAX)
    }
}

/// The place of a code in a table whose size is a power of two.
fn start(code: u64, size: usize) -> usize {
    // Fibonacci hashing: neighbours among codes fall far apart
    (code.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (size - 1)
}

impl GoodsIndex {
    /// Commodities are in order of code, measures in order of goods, groups in order of key. `field` gives a
    /// charge's field in bases.
    pub fn new<'a>(
        commodities: &[Commodity],
        measures: &'a [Measure],
        groups: &[Group],
        field: impl Fn(&str) -> u32,
        tiers: &mut Numbers<'a>,
    ) -> GoodsIndex {
        let mut index = GoodsIndex::default();
        let rivals = index.rivals_of(measures, groups, tiers);
        let fields: Vec<u32> = measures.iter().map(|m| field(&m.charge)).collect();
        let size = (commodities.len() * 2).next_power_of_two().max(2);
        index.table = vec![0; size];
        let mut first = 0;
        for of_code in commodities.chunk_by(|a, b| a.code == b.code) {
            let end = first + of_code.len() as u32;
            index.add(of_code[0].code, first..end, measures, &rivals, &fields);
            first = end;
        }
        index
    }

    fn rivals_of<'a>(
        &mut self,
        measures: &'a [Measure],
        groups: &[Group],
        tiers: &mut Numbers<'a>,
    ) -> Vec<Rival> {
        let (mut origins, mut programmes) = (Numbers::default(), Numbers::default());
        let mut rivals = Vec::with_capacity(measures.len());
        for (place, measure) in measures.iter().enumerate() {
            let origin = measure.origin.as_deref().map(|key| {
                let (number, new) = origins.of(key);
                if new {
                    self.origins.push(Origin {
                        country: CountryCode::parse(key),
                        groups: Group::places(groups, key),
                    });
                }
                number
            });
            let programme = measure.programme.as_deref().map(|key| {
                let (number, new) = programmes.of(key);
                if new {
                    self.programmes.push(key.into());
                }
                number
            });
            let (measure, tier, valid) = (place as u32, tiers.number(&measure.tier), measure.valid);
            rivals.push(Rival { measure, tier, origin, programme, valid });
        }
        rivals
    }

    fn add(
        &mut self,
        code: CommodityCode,
        commodities: Range<u32>,
        measures: &[Measure],
        rivals: &[Rival],
        fields: &[u32],
    ) {
        let mut closest_first = Vec::new();
        for prefix in code.prefixes() {
            let from = measures.partition_point(|m| m.goods < prefix);
            let on = measures[from..].iter().take_while(|m| m.goods == prefix).count();
            closest_first.extend(from..from + on);
        }
        closest_first.sort_by_key(|place| fields[*place]); // stable: the closest prefix stays first
        let first = self.of_charges.len() as u32;
        for on_charge in closest_first.chunk_by(|a, b| fields[*a] == fields[*b]) {
            let from = self.rivals.len() as u32;
            self.rivals.extend(on_charge.iter().map(|place| rivals[*place]));
            let rivals = from..self.rivals.len() as u32;
            self.of_charges.push(OfCharge { field: fields[on_charge[0]], rivals });
        }
        self.goods.push(Goods { code, commodities, of_charges: first..self.of_charges.len() as u32 });
        let mut place = start(code.number(), self.table.len());
        while self.table[place] != 0 {
            place = (place + 1) & (self.table.len() - 1);
        }
        self.table[place] = self.goods.len() as u32;
    }

    /// The place of a full code among the goods, if it stands for something on a day.
    pub fn find(&self, code: CommodityCode, commodities: &[Commodity], day: Date) -> Option<u32> {
        if self.table.is_empty() {
            return None;
        }
        let mut place = start(code.number(), self.table.len());
        loop {
            let found = self.table[place].checked_sub(1)?;
            let goods = &self.goods[found as usize];
            if goods.code == code {
                let times = &commodities[goods.commodities.start as usize..goods.commodities.end as usize];
                return times.iter().any(|c| c.valid.covers(day)).then_some(found);
            }
            place = (place + 1) & (self.table.len() - 1);
        }
    }

    /// Measures of a charge that could apply to goods, the closest prefix first.
    pub fn rivals(&self, goods: u32, field: u32) -> &[Rival] {
        let of = &self.goods[goods as usize].of_charges;
        let of_charges = &self.of_charges[of.start as usize..of.end as usize];
        let found = of_charges.iter().find(|of| of.field == field);
        found.map_or(&[], |of| &self.rivals[of.rivals.start as usize..of.rivals.end as usize])
    }

    /// Whether a measure applies on a day to goods of an origin under a claim.
    pub fn applies(
        &self,
        rival: &Rival,
        groups: &[Group],
        day: Date,
        origin: CountryCode,
        claim: Option<&str>,
    ) -> bool {
        rival.valid.covers(day)
            && rival.programme.is_none_or(|p| claim == Some(&*self.programmes[usize::from(p)]))
            && rival.origin.is_none_or(|o| {
                let of = &self.origins[usize::from(o)];
                let groups = &groups[of.groups.start as usize..of.groups.end as usize];
                of.country == Some(origin) || Group::holds(groups, day, origin) == Some(true)
            })
    }
}

//! The index of goods: for a full code, what it stands for, which measures could apply to it, charge by
//! charge and closest prefix first, and what it needs to be admitted. Made once per edition, so that assessing
//! looks nothing up by text. Which of the measures do apply is asked of the day, the origin and the claim.

use crate::commodity::Commodity;
use crate::measure::{Control, Measure, Rate, RateText};
use customhouse_kernel::expression::{ByLaw, RateValue};
use customhouse_kernel::law::Validity;
use customhouse_kernel::values::CommodityCode;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// All goods over all time.
#[derive(Clone, Debug, Default)]
pub(crate) struct GoodsIndex {
    /// Open addressing by the code's number: a place among the goods, from 1; 0 is free.
    table: Vec<u32>,
    goods: Vec<Goods>,
    times: Vec<Days>,
    of_charges: Vec<OfCharge>,
    rivals: Vec<Rival>,
    controls: Vec<u32>,
    /// Countries and groups of countries that measures name.
    origins: Vec<Box<str>>,
    /// Agreements that measures ask for.
    programmes: Vec<Box<str>>,
    constants: Vec<ConstantRate>,
}

/// What there is of a code.
#[derive(Clone, Debug)]
struct Goods {
    /// The full code, packed.
    code: u64,
    /// When it stands for something.
    times: Range<u32>,
    /// A bit for each charge, by its field in bases, that has measures on it.
    touched: Touched,
    of_charges: Range<u32>,
    controls: Range<u32>,
}

/// Which charges touch goods: a bit for each, by its field in bases. Fields beyond the last share a bit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Touched(u64);

/// Measures of one charge on some goods.
#[derive(Clone, Debug)]
struct OfCharge {
    /// The charge's field in bases.
    field: u32,
    rivals: Range<u32>,
}

/// A measure that could apply, by numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rival {
    /// Place among the tariff's measures.
    pub measure: u32,
    days: Days,
    pub tier: u16,
    /// The origin's number; 0 for any.
    pub origin: u16,
    /// The agreement's number; 0 for none.
    pub programme: u16,
    /// The constant rate's number; 0 for a rate to be evaluated.
    pub rate: u16,
    /// Whether it has no condition, additional code or quota.
    pub is_plain: bool,
}

/// A rate that is the same for all goods.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConstantRate {
    pub rate: RateValue,
    pub by_law: Option<ByLaw>,
}

/// A day as a number in the order of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DayNumber(i32);

/// A validity in such numbers: from the first, to before the second.
#[derive(Clone, Copy, Debug)]
struct Days {
    from: DayNumber,
    to: DayNumber,
}

impl DayNumber {
    pub fn of(day: Date) -> DayNumber {
        DayNumber(i32::from(day.year()) << 9 | i32::from(day.month()) << 5 | i32::from(day.day()))
    }
}

impl Days {
    fn of(valid: Validity) -> Days {
        let to = valid.to.map_or(DayNumber(i32::MAX), DayNumber::of);
        Days { from: DayNumber::of(valid.from), to }
    }

    fn cover(self, day: DayNumber) -> bool {
        self.from <= day && day < self.to
    }
}

/// Short numbers, from 1, for texts that recur.
#[derive(Debug, Default)]
pub(crate) struct Numbers<'a> {
    by_text: BTreeMap<&'a str, u16>,
    texts: Vec<Box<str>>,
}

impl<'a> Numbers<'a> {
    fn of(&mut self, text: &'a str) -> u16 {
        let next = u16::try_from(self.by_text.len() + 1).unwrap_or(u16::MAX);
        *self.by_text.entry(text).or_insert_with(|| {
            self.texts.push(text.into());
            next
        })
    }

    /// The number of a text that was seen; of any other, one that none has.
    pub fn known(&self, text: &str) -> u16 {
        self.by_text.get(text).copied().unwrap_or(u16::MAX)
    }

    /// Whether there were more texts than numbers.
    pub fn overflown(&self) -> bool {
        is_overflown(self.texts.len())
    }
}

fn is_overflown(count: usize) -> bool {
    count >= usize::from(u16::MAX)
}

/// The place of a code in a table whose size is a power of two.
fn start(code: u64, size: usize) -> usize {
    // Fibonacci hashing: neighbours among codes fall far apart
    (code.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (size - 1)
}

/// What an index is made of: commodities in order of code, measures in order of goods, controls.
type OfTariff<'a> = (&'a [Commodity], &'a [Measure], &'a [Control]);

impl GoodsIndex {
    /// `field` gives a charge's field in bases.
    pub fn new<'a>(
        of_tariff: OfTariff<'a>,
        field: impl Fn(&str) -> u32,
        tiers: &mut Numbers<'a>,
    ) -> GoodsIndex {
        let (commodities, measures, controls) = of_tariff;
        let mut index = GoodsIndex::default();
        let rivals = index.rivals_of(measures, tiers);
        let fields: Vec<u32> = measures.iter().map(|m| field(&m.charge)).collect();
        let size = (commodities.len() * 2).next_power_of_two().max(2);
        index.table = vec![0; size];
        for of_code in commodities.chunk_by(|a, b| a.code == b.code) {
            let first = index.times.len() as u32;
            index.times.extend(of_code.iter().map(|commodity| Days::of(commodity.valid)));
            let times = first..index.times.len() as u32;
            let code = of_code[0].code;
            let of_charges = index.charges_on(code, measures, &rivals, &fields);
            let controls = index.controls_on(code, controls);
            let touching = &index.of_charges[of_charges.start as usize..of_charges.end as usize];
            let touched = touching.iter().fold(Touched::default(), |all, of| all.and(Touched::by(of.field)));
            index.add(Goods { code: code.packed(), times, touched, of_charges, controls });
        }
        index
    }

    fn rivals_of<'a>(&mut self, measures: &'a [Measure], tiers: &mut Numbers<'a>) -> Vec<Rival> {
        let (mut origins, mut programmes) = (Numbers::default(), Numbers::default());
        let mut rates = BTreeMap::new();
        let mut rivals = Vec::with_capacity(measures.len());
        for (place, measure) in measures.iter().enumerate() {
            rivals.push(Rival {
                measure: place as u32,
                days: Days::of(measure.valid),
                tier: tiers.of(&measure.tier),
                origin: measure.origin.as_deref().map_or(0, |origin| origins.of(origin)),
                programme: measure.programme.as_deref().map_or(0, |agreement| programmes.of(agreement)),
                rate: self.constant(&measure.rate, &mut rates),
                is_plain: measure.when.is_none()
                    && measure.additional_code.is_none()
                    && measure.order_number.is_none(),
            });
        }
        (self.origins, self.programmes) = (origins.texts, programmes.texts);
        rivals
    }

    /// The number of a constant rate. Measures share the expression of one text.
    fn constant(&mut self, rate: &RateText, known: &mut BTreeMap<*const Rate, u16>) -> u16 {
        let RateText::Known(rate) = rate else { return 0 };
        *known.entry(Arc::as_ptr(rate)).or_insert_with(|| {
            let Some((rate, by_law)) = rate.constant_rate() else { return 0 };
            // with more rates than numbers, the rest are evaluated
            let Ok(number) = u16::try_from(self.constants.len() + 1) else { return 0 };
            self.constants.push(ConstantRate { rate, by_law });
            number
        })
    }

    /// Measures on all prefixes of a code, by charge.
    fn charges_on(
        &mut self,
        code: CommodityCode,
        measures: &[Measure],
        rivals: &[Rival],
        fields: &[u32],
    ) -> Range<u32> {
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
        first..self.of_charges.len() as u32
    }

    /// Controls stay in the order of their rules.
    fn controls_on(&mut self, code: CommodityCode, controls: &[Control]) -> Range<u32> {
        let first = self.controls.len() as u32;
        let on = controls.iter().enumerate().filter(|(_, control)| control.goods.covers(&code));
        self.controls.extend(on.map(|(place, _)| place as u32));
        first..self.controls.len() as u32
    }

    fn add(&mut self, goods: Goods) {
        let mut place = start(goods.code, self.table.len());
        while self.table[place] != 0 {
            place = (place + 1) & (self.table.len() - 1);
        }
        self.goods.push(goods);
        self.table[place] = self.goods.len() as u32;
    }

    /// Whether there were more origins or agreements than numbers.
    pub fn overflown(&self) -> bool {
        is_overflown(self.origins.len()) || is_overflown(self.programmes.len())
    }

    /// The place of a full code among the goods, if it stands for something on a day.
    pub fn find(&self, code: CommodityCode, day: DayNumber) -> Option<u32> {
        if self.table.is_empty() || !code.is_full() {
            return None;
        }
        let code = code.packed();
        let mut place = start(code, self.table.len());
        loop {
            let found = self.table[place].checked_sub(1)?;
            let goods = &self.goods[found as usize];
            if goods.code == code {
                let times = &self.times[goods.times.start as usize..goods.times.end as usize];
                return times.iter().any(|days| days.cover(day)).then_some(found);
            }
            place = (place + 1) & (self.table.len() - 1);
        }
    }

    /// Which charges have measures on goods.
    pub fn touched(&self, goods: u32) -> Touched {
        self.goods[goods as usize].touched
    }

    /// Measures of a charge that could apply to goods, the closest prefix first.
    pub fn rivals(&self, goods: u32, field: u32) -> &[Rival] {
        let of = &self.goods[goods as usize].of_charges;
        let of_charges = &self.of_charges[of.start as usize..of.end as usize];
        let found = of_charges.iter().find(|of| of.field == field);
        found.map_or(&[], |of| &self.rivals[of.rivals.start as usize..of.rivals.end as usize])
    }

    /// Places of the controls on goods.
    pub fn controls(&self, goods: u32) -> &[u32] {
        let of = &self.goods[goods as usize].controls;
        &self.controls[of.start as usize..of.end as usize]
    }

    /// Countries and groups that measures name; their numbers count from 1.
    pub fn origins(&self) -> &[Box<str>] {
        &self.origins
    }

    /// The number of an agreement that is claimed; of one that no measure asks for, one that none has.
    pub fn programme(&self, agreement: &str) -> u16 {
        let place = self.programmes.iter().position(|programme| &**programme == agreement);
        place.map_or(u16::MAX, |place| place as u16 + 1)
    }

    /// The rate with a number, if it is the same for all goods.
    pub fn constant_rate(&self, number: u16) -> Option<&ConstantRate> {
        self.constants.get(usize::from(number).checked_sub(1)?)
    }
}

impl Rival {
    pub fn covers(&self, day: DayNumber) -> bool {
        self.days.cover(day)
    }
}

impl Touched {
    pub fn by(field: u32) -> Touched {
        Touched(1 << field.min(63))
    }

    #[must_use]
    pub fn and(self, other: Touched) -> Touched {
        Touched(self.0 | other.0)
    }

    pub fn has(self, other: Touched) -> bool {
        self.0 & other.0 != 0
    }
}

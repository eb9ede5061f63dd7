//! What of the wares the pack knows: their names and units, the partners from which they can be assessed, and
//! who deals in them.

use super::countries::{Country, find};
use super::parcel::{Parcel, Sold};
use super::seasons::in_season;
use super::traders::{Trader, traders};
use super::wares::{EXPORTS, IMPORTS, Ware};
use crate::sample::dice::Dice;
use customhouse_control::{ControlLaw, assess_form};
use customhouse_duties::SecondUnit;
use customhouse_kernel::values::{CommodityCode, Direction};
use jiff::civil::Date;

/// The market of the year.
pub(super) struct Market {
    pub traders: Vec<Trader>,
    imports: Vec<Offer>,
    exports: Vec<Offer>,
}

/// A ware as the tariff has it.
pub(super) struct Offer {
    pub ware: &'static Ware,
    pub name: String,
    pub units: (String, Option<String>),
    /// Partners with weights.
    pub partners: Vec<(&'static Country, u32)>,
    /// Places among the firms of those who deal in it, with the sum of weights up to each.
    dealers: Vec<(usize, u32)>,
}

impl Market {
    /// The wares that the pack can assess on all of these days.
    pub fn new(law: &ControlLaw, days: &[Date]) -> Market {
        let traders = traders();
        let offers = |wares: &'static [Ware], direction| {
            let offer = |(place, ware)| Offer::new(ware, place, direction, law, days, &traders);
            wares.iter().enumerate().filter_map(offer).collect::<Vec<_>>()
        };
        let (imports, exports) = (offers(IMPORTS, Direction::Import), offers(EXPORTS, Direction::Export));
        Market { imports, exports, traders }
    }

    pub fn is_empty(&self) -> bool {
        self.imports.is_empty()
    }

    /// The wares of a direction.
    pub fn offers(&self, direction: Direction) -> &[Offer] {
        match direction {
            Direction::Import => &self.imports,
            Direction::Export => &self.exports,
        }
    }

    /// A ware that is traded on a day, and who trades it.
    pub fn pick(&self, direction: Direction, day: Date, dice: &mut Dice) -> (&Offer, &Trader) {
        let offers = self.offers(direction);
        let place = dice.weighed(offers.iter().map(|o| o.ware.share * in_season(&o.ware.season, day)));
        let offer = &offers[place];
        (offer, &self.traders[offer.dealer(dice)])
    }
}

impl Offer {
    fn new(
        ware: &'static Ware,
        place: usize,
        direction: Direction,
        law: &ControlLaw,
        days: &[Date],
        traders: &[Trader],
    ) -> Option<Offer> {
        let code = CommodityCode::parse(ware.code)?;
        let commodity = law.tariff.commodity(code, *days.last()?)?;
        let unit_2 = match commodity.unit_2 {
            SecondUnit::Unit(unit) => Some(unit.to_string()),
            SecondUnit::None | SecondUnit::Unknown => None,
        };
        let mut sum = 0;
        // some deal in it and some do not, so that each ware has dealers of its own
        let deals = |number: usize| Dice::new((place * 10_007 + number) as u64).percent(40);
        let dealers = traders.iter().enumerate().filter(|(n, t)| t.trade == ware.trade && deals(*n));
        let dealers = dealers.map(|(number, trader)| {
            sum += trader.weight;
            (number, sum)
        });
        let mut offer = Offer {
            ware,
            name: commodity.name.zh.to_string(),
            units: (commodity.unit_1?.to_string(), unit_2),
            partners: Vec::new(),
            dealers: dealers.collect(),
        };
        let is_known = |country: &'static Country| {
            let trader = &traders[offer.dealers.first()?.0];
            let known = |day: &Date| {
                let mut dice = Dice::new(1);
                let sold = Sold { direction, country, on: *day, elapsed: 0 };
                let parcel = Parcel::of(0, &[&offer], trader, &sold, None, &mut dice);
                assess_form(&parcel.form, law, *day).is_ok()
            };
            days.iter().all(known).then_some(country)
        };
        let known = ware.partners.iter().filter_map(|(code, weight)| Some((is_known(find(code))?, *weight)));
        offer.partners = known.collect();
        (!offer.partners.is_empty() && !offer.dealers.is_empty()).then_some(offer)
    }

    /// The place among the firms of one that deals in it: the larger, the likelier.
    fn dealer(&self, dice: &mut Dice) -> usize {
        let all = self.dealers.last().map_or(0, |(_, sum)| *sum);
        let at = dice.between(0, all.saturating_sub(1));
        self.dealers[self.dealers.partition_point(|(_, sum)| *sum <= at)].0
    }

    pub fn partner(&self, dice: &mut Dice) -> &'static Country {
        self.partners[dice.weighed(self.partners.iter().map(|(_, weight)| *weight))].0
    }

    pub fn has_partner(&self, country: &Country) -> bool {
        self.partners.iter().any(|(own, _)| own.code == country.code)
    }

    /// Whether a firm deals in it.
    pub fn is_dealt_by(&self, number: usize) -> bool {
        self.dealers.binary_search_by_key(&number, |(dealer, _)| *dealer).is_ok()
    }
}

//! What the pack says of periodic declaration 集中申报: for which goods, and by when the lists of a month are
//! gathered. Source: Order 169/2008, handbook 3.7.
//!
//! Not here: how long a guarantee must be good for and when a list is in time (terms of procedures).

use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::Direction;
use jiff::civil::Date;
use serde::Deserialize;

/// The kinds of goods over all time, with the calendar that last days roll by.
#[derive(Clone, Debug, Default)]
pub struct PeriodicRules {
    kinds: Vec<PeriodicGoods>,
    calendar: Calendar,
}

/// A kind of goods that is declared periodically, for a time.
#[derive(Clone, Debug)]
pub struct PeriodicGoods {
    pub code: Box<str>,
    pub name: Text,
    pub direction: Direction,
    /// The modes of transport by which such goods come; none: any.
    pub transport_modes: Vec<String>,
    /// First digits of the commodity codes of such goods; none: the kind is not a matter of codes, and each
    /// permit names its own.
    pub commodities: Vec<String>,
    /// The day of the next month by which they are gathered; none: its last.
    gather_day: Option<i8>,
    valid: Validity,
}

impl PeriodicRules {
    /// # Errors
    /// Each rule of kind `periodic_goods` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<PeriodicRules, Vec<PackFault>> {
        let (mut kinds, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("periodic_goods") {
            match PeriodicGoods::read(rule) {
                Ok(kind) => kinds.push(kind),
                Err(fault) => faults.push(fault),
            }
        }
        let calendar = Calendar::compile(rulebook);
        if faults.is_empty() { Ok(PeriodicRules { kinds, calendar }) } else { Err(faults) }
    }

    /// The kinds of a day, in the pack's order.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &PeriodicGoods> {
        self.kinds.iter().filter(move |kind| kind.valid.covers(day))
    }

    /// A kind by its code, if it is open on the day.
    pub fn goods(&self, code: &str, day: Date) -> Option<&PeriodicGoods> {
        self.on(day).find(|kind| *kind.code == *code)
    }

    /// The last day to gather a list that was accepted on a day: in the next month, or if that day is off
    /// the first working day after it. Provisional while the holidays of its year are not published.
    pub fn gather_by(&self, goods: &PeriodicGoods, accepted: Date) -> LegalDay {
        let last_of_month = accepted.last_of_month();
        let next = last_of_month.tomorrow().map_or(31, Date::days_in_month);
        let days = goods.gather_day.map_or(next, |day| day.min(next));
        self.calendar.term_end(last_of_month, i32::from(days))
    }
}

impl PeriodicGoods {
    fn read(rule: &Rule) -> Result<PeriodicGoods, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            name: Text,
            direction: Direction,
            #[serde(default)]
            transport_modes: Vec<String>,
            #[serde(default)]
            commodities: Vec<String>,
            gather_day: Option<i8>,
            #[allow(dead_code)] // one way to reckon a month is known; its name is checked
            charges: Charges,
        }
        /// What the declaration of a month owes.
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Charges {
            /// What its lists were assessed at, each under the law of its own day, to the cent.
            SumOfLists,
        }
        let Entry { name, direction, transport_modes, commodities, gather_day, .. } = rule.read()?;
        if gather_day.is_some_and(|day| !(1..=31).contains(&day)) {
            return Err(rule.fault(
                format!("规则 {} 的 gather_day 为 1 至 31", rule.id),
                format!("rule {}: gather_day is from 1 to 31", rule.id),
            ));
        }
        let code = rule.key.clone();
        let valid = rule.valid;
        Ok(PeriodicGoods { code, name, direction, transport_modes, commodities, gather_day, valid })
    }

    /// Whether goods whose code begins with these digits are of the kind, as far as codes tell.
    pub fn holds(&self, digits: &str) -> bool {
        is_under(&self.commodities, digits)
    }
}

/// Whether a commodity code begins with one of these; with none of them, any does.
pub(crate) fn is_under(prefixes: &[String], code: &str) -> bool {
    prefixes.is_empty() || prefixes.iter().any(|prefix| code.starts_with(prefix.as_str()))
}

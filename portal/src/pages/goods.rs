//! Where the goods of a bill are: announced, arrived, declared, released, loaded, shut out, gone.

use super::bars::Bars;
use super::words::grouped;
use crate::texts::say_of;
use customhouse_control::BillRecord;
use customhouse_kernel::beats::Record;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{Direction, Exact};
use customhouse_storage::{Reader, StoreError};

/// Places of a kilogram on the ledger.
const KG_PLACES: u32 = 5;

/// Where the goods of a bill can be, in the order of their accounts; a name that pages have words for.
const PLACES: [(&str, &str); 8] = [
    ("announced", "plain"),
    ("open", "plain"),
    ("declared", "wait"),
    ("released", "good"),
    ("loaded", "good"),
    ("shut_out", "stop"),
    ("set_aside", "stop"),
    ("ordered_out", "wait"),
];

/// What of a bill's goods is where: packages, and steps of kilograms.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Whereabouts {
    at: [(i64, i64); 8],
    filed: (i64, i64),
}

/// Reads the balances of a bill's goods, all of one moment.
pub(crate) fn whereabouts(
    reader: &mut dyn Reader,
    record: &Record,
    bill: &BillRecord,
) -> Result<Whereabouts, StoreError> {
    let [packages, kilograms] = bill.goods_accounts(&record.key.id);
    let mut found = Whereabouts { filed: (packages.filed, kilograms.filed), ..Whereabouts::default() };
    reader.pin()?;
    let mut read = || {
        for (place, at) in found.at.iter_mut().enumerate() {
            *at = (reader.balance(&packages.accounts[place])?, reader.balance(&kilograms.accounts[place])?);
        }
        Ok(())
    };
    let read: Result<(), StoreError> = read();
    reader.unpin()?;
    read.map(|()| found)
}

impl Whereabouts {
    /// Packages and kilograms at the first of these places where any are, as a form has them.
    pub fn left(&self, places: &[&str]) -> Option<(String, String)> {
        let at = |place: &&str| PLACES.iter().zip(self.at).find(|((name, _), _)| name == place);
        let mut there = places.iter().filter_map(|place| Some(at(place)?.1));
        let (packages, kilograms) = there.find(|(packages, _)| *packages > 0)?;
        Some((packages.to_string(), kilograms_of(kilograms).to_string()))
    }

    /// Where the goods are, in words.
    pub fn reading(&self, direction: Direction, lang: Lang) -> String {
        self.bars(direction, lang).reading
    }

    /// As bars by mass, with the places that the goods of a direction come to.
    pub fn bars(&self, direction: Direction, lang: Lang) -> Bars {
        let say = |name: &str| say_of("goods", name, lang);
        let gone = self.at.iter().fold(self.filed, |(p, k), (packages, kg)| (p - packages, k - kg));
        let (last, outside) = match direction {
            Direction::Import => ("out", &["announced", "loaded", "shut_out"][..]),
            Direction::Export => ("departed", &["set_aside", "ordered_out"][..]),
        };
        let places = PLACES.iter().zip(self.at).map(|((name, tone), at)| (*name, *tone, at));
        let all = places.chain([(last, "good", gone)]).filter(|(name, ..)| !outside.contains(name));
        let all: Vec<_> = all.collect();
        let there = all.iter().filter(|(_, _, (packages, _))| *packages > 0);
        let there: Vec<String> =
            there.map(|(name, _, (packages, _))| format!("{} {packages}", say(name))).collect();
        let reading = say("reading").replace("{where}", &there.join(" · "));
        let parts = all.iter().map(|(name, tone, (packages, kg))| {
            (say(name), *tone, *kg, vec![grouped(packages), grouped(kilograms_of(*kg))])
        });
        Bars::of(say("title"), reading, vec![say("packages"), say("gross")], parts)
    }
}

fn kilograms_of(steps: i64) -> Exact {
    Exact::from_steps(steps, KG_PLACES)
}

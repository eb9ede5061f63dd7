//! Periodic declaration, as `verify` checks it: permits name the lists that wait, and a month's declaration
//! owes what its lists were assessed at.

use crate::verify::Finding;
use customhouse_control::{
    DeclarationRecord, DeclarationVersion, PeriodicDeclaration, PeriodicPermit, version_key,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{EntryNumber, Money};
use customhouse_storage::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// What declarations say of lists.
#[derive(Debug, Default)]
pub(crate) struct PeriodicSeen {
    /// The lists that wait to be gathered, by permit.
    waiting: BTreeMap<String, BTreeSet<EntryNumber>>,
    /// The lists that were gathered, by the month's declaration.
    gathered: BTreeMap<EntryNumber, BTreeSet<EntryNumber>>,
}

impl PeriodicSeen {
    pub fn declaration(&mut self, body: &DeclarationRecord) {
        let Some(list) = &body.periodic else { return };
        if body.waits_to_be_gathered() {
            self.waiting.entry(list.permit.clone()).or_default().insert(body.entry_number);
        }
        if let Some(month) = list.month {
            self.gathered.entry(month).or_default().insert(body.entry_number);
        }
    }

    /// A permit names its lists that wait, and no others.
    pub fn permit(&mut self, record: &Record) -> Option<Finding> {
        let seen = self.waiting.remove(&record.key.id).unwrap_or_default();
        let named = record.read::<PeriodicPermit>();
        let named = named.map(|permit| permit.lists.iter().map(|list| list.entry).collect::<BTreeSet<_>>());
        (named != Some(seen)).then(|| {
            let words = ("与待归并的清单不符", "it does not name the lists that wait to be gathered");
            finding("records", record, words)
        })
    }

    /// A month's declaration is the sum of its lists, in the versions that were gathered.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn month(&mut self, record: &Record, reader: &mut dyn Reader) -> Result<Option<Finding>, StoreError> {
        let words = ("与所归并的清单不符", "it is not the sum of the lists that it names");
        let differs = || Some(finding("money", record, words));
        let Some(month) = record.read::<PeriodicDeclaration>() else { return Ok(differs()) };
        let mut charges: BTreeMap<String, Money> = BTreeMap::new();
        for list in &month.lists {
            let version = reader.record(&version_key(list.entry, list.version))?;
            let Some(version) = version.as_ref().and_then(Record::read::<DeclarationVersion>) else {
                return Ok(differs());
            };
            for charge in &version.assessment.charges {
                let sum = charges.entry(charge.charge.clone()).or_default();
                *sum = sum.checked_add(charge.amount).unwrap_or(*sum);
            }
        }
        let lists: BTreeSet<EntryNumber> = month.lists.iter().map(|list| list.entry).collect();
        let same = self.gathered.remove(&month.entry_number) == Some(lists)
            && Money::sum(charges.values().copied()) == Some(month.total)
            && charges == month.charges;
        Ok(if same { None } else { differs() })
    }

    /// Lists whose permit or whose month's declaration there is not.
    pub fn rest(&self) -> Vec<Finding> {
        let waiting = self.waiting.keys().map(|permit| format!("periodic_permit/{permit}"));
        let gathered = self.gathered.keys().map(|month| format!("periodic_declaration/{month}"));
        let text = || Text::of("清单所指的记录缺失", "a list names it, and it is missing");
        waiting.chain(gathered).map(|place| Finding { invariant: "records", place, text: text() }).collect()
    }
}

fn finding(invariant: &'static str, record: &Record, (zh, en): (&'static str, &'static str)) -> Finding {
    Finding { invariant, place: record.key.to_string(), text: Text::of(zh, en) }
}

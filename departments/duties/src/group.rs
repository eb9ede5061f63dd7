//! Groups of countries 国家组: members of an agreement, countries with most-favoured-nation treatment.

use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::values::CountryCode;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;

/// A group's members, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub key: Box<str>,
    pub valid: Validity,
    pub members: BTreeSet<CountryCode>,
    /// The same, a bit for each country that there can be.
    bits: [u64; CountryCode::ALL.div_ceil(64)],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    #[allow(dead_code)] // read by pages through the rule
    name: Option<customhouse_kernel::text::Text>,
    members: BTreeSet<CountryCode>,
}

impl Group {
    pub fn read(rule: &Rule) -> Result<Group, PackFault> {
        let entry: Entry = rule.read()?;
        let mut bits = [0; CountryCode::ALL.div_ceil(64)];
        for country in &entry.members {
            bits[country.place() / 64] |= 1 << (country.place() % 64);
        }
        Ok(Group { key: rule.key.clone(), valid: rule.valid, members: entry.members, bits })
    }

    /// Where the groups under a key stand, among groups in order of key.
    pub fn places(groups: &[Group], key: &str) -> Range<u32> {
        let start = groups.partition_point(|g| &*g.key < key);
        let count = groups[start..].iter().take_while(|g| &*g.key == key).count();
        start as u32..(start + count) as u32
    }

    /// Whether a country is in the group of a day out of those under one key; `None` if there is none then.
    pub fn holds(under_key: &[Group], day: Date, country: CountryCode) -> Option<bool> {
        let group = under_key.iter().find(|g| g.valid.covers(day))?;
        Some(group.bits[country.place() / 64] >> (country.place() % 64) & 1 == 1)
    }
}

//! Groups of countries 国家组: members of an agreement, countries with most-favoured-nation treatment.

use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::values::CountryCode;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A group's members, for a time.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub key: Box<str>,
    pub valid: Validity,
    pub members: BTreeSet<CountryCode>,
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
        Ok(Group { key: rule.key.clone(), valid: rule.valid, members: entry.members })
    }
}

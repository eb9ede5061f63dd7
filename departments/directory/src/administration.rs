//! The head office, fact by fact: what holds, what an older source printed, where each comes from.

use crate::read_all;
use customhouse_kernel::law::{Basis, PackFault, Rulebook};
use customhouse_kernel::text::Text;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is known of the head office.
#[derive(Clone, Debug, Default)]
pub struct Administration {
    /// In the order in which they are told.
    pub facts: Vec<Fact>,
}

/// One fact of an entry of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Such as `address`, `telephone`, `postal_code`.
    pub name: Box<str>,
    /// What holds; nothing if it is not recorded.
    pub value: Option<Text>,
    /// What the older source prints, word for word, where it is wrong or left out; empty: the source
    /// has the field and leaves it blank.
    pub printed: Option<String>,
    /// Why what is printed does not hold.
    pub note: Option<Text>,
    /// Where the value comes from.
    #[serde(skip)]
    pub basis: Arc<Basis>,
    /// The day of that source, ISO 8601.
    pub source_day: String,
    /// Whether somebody has held it against its source.
    pub confirmed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    order: u32,
    value: Option<Text>,
    printed: Option<String>,
    note: Option<Text>,
}

impl Administration {
    pub(crate) fn compile(rulebook: &Rulebook, faults: &mut Vec<PackFault>) -> Administration {
        let mut rows = read_all::<Row>(rulebook, "directory_fact", faults);
        rows.sort_by_key(|(_, row)| row.order);
        let fact = |(rule, row): (customhouse_kernel::law::Rule, Row)| Fact {
            name: rule.key.clone(),
            value: row.value,
            printed: row.printed,
            note: row.note,
            basis: Arc::clone(&rule.basis),
            source_day: rule.published.to_string(),
            confirmed: rule.confirmed,
        };
        Administration { facts: rows.into_iter().map(fact).collect() }
    }

    /// A fact by its name.
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| &*fact.name == name)
    }

    /// What holds of a fact.
    pub fn value(&self, name: &str) -> Option<&Text> {
        self.fact(name)?.value.as_ref()
    }
}

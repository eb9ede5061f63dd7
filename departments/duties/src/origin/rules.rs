//! Criteria of origin and what an agreement asks beside them, over all time.

use crate::group::Group;
use customhouse_kernel::expression::{Expression, Schema, Type};
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CommodityCode, CountryCode, Exact};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeSet;

use super::facts::LotValue;

/// The key of criteria without preference.
pub(super) const NON_PREFERENTIAL: &str = "non_preferential";

/// The names that a criterion may use, in the order of the facts.
pub(super) const NAMES: [(&str, Type); 9] = [
    ("wholly_obtained", Type::Bool),
    ("originating_only", Type::Bool),
    ("change.chapter", Type::Bool),
    ("change.heading", Type::Bool),
    ("change.subheading", Type::Bool),
    ("content.build_down", Type::Number),
    ("content.build_up", Type::Number),
    ("content.foreign", Type::Number),
    ("processes", Type::Texts),
];

/// Everything that origin is decided by.
#[derive(Clone, Debug, Default)]
pub struct OriginRules {
    agreements: Vec<Agreement>,
    criteria: Vec<Criterion>,
    groups: Vec<Group>,
}

/// What an agreement, or the rules without preference, ask beside a criterion.
#[derive(Clone, Debug)]
pub(super) struct Agreement {
    pub rule: Box<str>,
    pub key: Box<str>,
    pub valid: Validity,
    pub entry: AgreementEntry,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgreementEntry {
    pub name: Text,
    /// Countries, or groups of the pack.
    #[serde(default)]
    pub parties: Vec<Box<str>>,
    /// Up to which share of the price materials need not change their code 微小含量.
    pub tolerance: Option<Exact>,
    /// Whether materials that originate in another party count as of the country 累积.
    #[serde(default)]
    pub cumulation: bool,
    /// Countries beside the parties whose materials cumulate: the importing territory itself.
    #[serde(default)]
    pub cumulates_with: BTreeSet<CountryCode>,
    #[serde(default)]
    pub direct_transport: bool,
    /// Kinds of proof that are taken; none where no proof is asked for.
    #[serde(default)]
    pub proofs: Vec<Box<str>>,
    /// For how many months from its issue a proof is good.
    pub proof_months: Option<i32>,
    /// Up to which customs value a lot needs no proof.
    pub proof_waived_up_to: Option<LotValue>,
}

/// One way in which goods originate.
#[derive(Clone, Debug)]
pub(super) struct Criterion {
    pub rule: Box<str>,
    pub key: Box<str>,
    pub name: Text,
    /// The goods; `None` for all that no closer criterion is for.
    pub goods: Option<CommodityCode>,
    pub order: i64,
    pub when: Expression,
    pub valid: Validity,
    pub confirmed: bool,
}

impl Criterion {
    fn read(rule: &Rule, schema: &Schema) -> Result<Criterion, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            name: Text,
            goods: Option<CommodityCode>,
            order: i64,
            when: String,
        }
        let entry: Entry = rule.read()?;
        Ok(Criterion {
            rule: rule.id.clone(),
            key: rule.key.clone(),
            name: entry.name,
            goods: entry.goods,
            order: entry.order,
            when: rule.expression(&entry.when, schema, Type::Bool, ("标准", "criterion"))?,
            valid: rule.valid,
            confirmed: rule.confirmed,
        })
    }
}

impl OriginRules {
    /// # Errors
    /// Each rule of kind `origin_agreement`, `origin_criterion` or `country_group` that does not fit, and each
    /// criterion of an agreement that is not there.
    pub fn compile(rulebook: &Rulebook) -> Result<OriginRules, Vec<PackFault>> {
        let schema = Schema::new(&NAMES);
        let mut faults = Vec::new();
        let mut rules = OriginRules::default();
        for rule in rulebook.kind("origin_agreement") {
            match rule.read() {
                Ok(entry) => {
                    let (id, key) = (rule.id.clone(), rule.key.clone());
                    rules.agreements.push(Agreement { rule: id, key, valid: rule.valid, entry });
                }
                Err(fault) => faults.push(fault),
            }
        }
        for rule in rulebook.kind("origin_criterion") {
            if !rules.agreements.iter().any(|a| a.key == rule.key && a.valid.overlaps(&rule.valid)) {
                let key = &rule.key;
                let zh = format!("{key} 没有同期的原产地规则 origin_agreement");
                faults.push(rule.fault(zh, format!("{key} has no origin_agreement at its time")));
            }
            match Criterion::read(rule, &schema) {
                Ok(criterion) => rules.criteria.push(criterion),
                Err(fault) => faults.push(fault),
            }
        }
        for rule in rulebook.kind("country_group") {
            // a group that does not fit is named by the tariff
            rules.groups.extend(Group::read(rule).ok());
        }
        rules.criteria.sort_by_key(|criterion| criterion.order);
        if faults.is_empty() { Ok(rules) } else { Err(faults) }
    }

    pub(super) fn agreement(&self, key: &str, day: Date) -> Option<&Agreement> {
        self.agreements.iter().find(|a| &*a.key == key && a.valid.covers(day))
    }

    /// Whether the pack knows an agreement on any day.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.agreements.iter().any(|a| &*a.key == key)
    }

    /// The criteria for some goods: those of the closest prefix, in their order.
    pub(super) fn criteria(&self, key: &str, goods: CommodityCode, day: Date) -> Vec<&Criterion> {
        let covers = |c: &&Criterion| {
            &*c.key == key && c.valid.covers(day) && c.goods.is_none_or(|prefix| prefix.covers(&goods))
        };
        let length = |c: &&Criterion| c.goods.map_or(0, |prefix| prefix.as_str().len());
        let closest = self.criteria.iter().filter(covers).map(|c| length(&c)).max();
        self.criteria.iter().filter(covers).filter(|c| Some(length(c)) == closest).collect()
    }

    /// The countries of an agreement on a day.
    pub(super) fn parties(&self, agreement: &Agreement, day: Date) -> BTreeSet<CountryCode> {
        let mut parties = BTreeSet::new();
        for name in &agreement.entry.parties {
            match CountryCode::parse(name) {
                Some(country) => drop(parties.insert(country)),
                None => {
                    let groups = self.groups.iter().filter(|g| g.key == *name && g.valid.covers(day));
                    parties.extend(groups.flat_map(|group| &group.members));
                }
            }
        }
        parties
    }
}

//! The tariff 税则: every rule that duties need, compiled once per edition.

use crate::charge::Charge;
use crate::choice::{Case, item_schema};
use crate::commodity::Commodity;
use crate::group::Group;
use crate::index::{GoodsIndex, Numbers};
use crate::measure::{Control, Measure, MeasureParts, RateCache};
use crate::term::Term;
use crate::unit::{Derived, QUALIFIERS, Units};
use crate::valuation::{DeliveryTerms, ExchangeRate, ValuationRule};
use customhouse_kernel::expression::{Schema, Type};
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::values::{CommodityCode, CountryCode, CurrencyCode, UnitCode};
use jiff::civil::Date;
use std::cmp::Reverse;

/// All rules of duties over all time; every look-up takes a date.
#[derive(Clone, Debug, Default)]
pub struct Tariff {
    pub edition: u32,
    /// In order of goods.
    pub(crate) measures: Vec<Measure>,
    /// Places of the measures in order of their rules' ids.
    measures_by_rule: Vec<u32>,
    /// What goods need to be admitted.
    pub(crate) controls: Vec<Control>,
    /// In order of code.
    pub(crate) commodities: Vec<Commodity>,
    /// In order of `order`.
    pub(crate) charges: Vec<Charge>,
    /// In order of `order`.
    pub(crate) cases: Vec<Case>,
    /// In order of key.
    groups: Vec<Group>,
    /// In order of currency and first day.
    pub(crate) exchange_rates: Vec<ExchangeRate>,
    pub(crate) valuation: Vec<ValuationRule>,
    pub(crate) terms: Vec<DeliveryTerms>,
    /// Names that rates use beside quantities.
    terms_of_rates: Vec<Term>,
    /// Units by the symbols that rates use.
    units: Units,
    /// Quantities that follow from others.
    derived: Vec<Derived>,
    currency: Option<CurrencyCode>,
    /// The names that the base of a charge may use.
    bases: Schema,
    /// What conditions and rates may use, in the order of their schema.
    pub(crate) item_fields: Vec<ItemField>,
    /// The names of those fields.
    item_names: Schema,
    pub(crate) index: GoodsIndex,
}

/// Reads every rule of a kind; faults are gathered.
fn all<T>(
    rulebook: &Rulebook,
    kind: &str,
    faults: &mut Vec<PackFault>,
    mut read: impl FnMut(&Rule) -> Result<T, PackFault>,
) -> Vec<T> {
    let results = rulebook.kind(kind).iter().map(&mut read);
    let mut good = Vec::new();
    for result in results {
        match result {
            Ok(value) => good.push(value),
            Err(fault) => faults.push(fault),
        }
    }
    good
}

impl Tariff {
    /// Compiles a rulebook. `currency` is the territory's.
    ///
    /// # Errors
    /// Every rule of duties that does not fit, with its place in the pack.
    pub fn compile(rulebook: &Rulebook, currency: CurrencyCode) -> Result<Tariff, Vec<PackFault>> {
        let mut faults = Vec::new();
        let units = Units::read(rulebook, &mut faults);
        let currencies = rulebook.kind("exchange_rate").iter().map(|r| &*r.key);
        let qualifiers = rulebook.kind("code").iter().filter_map(|r| r.key.strip_prefix(QUALIFIERS));
        let terms = all(rulebook, "term", &mut faults, Term::read);
        let item = item_schema(units.symbols(), qualifiers, currencies, &terms);
        check_terms(rulebook, &terms, &item, &mut faults);
        let derived = all(rulebook, "code", &mut faults, |r| Derived::read(r, &terms));
        let bases = base_schema(rulebook, &terms);
        let mut cache = RateCache::new();
        let parts = all(rulebook, "measure", &mut faults, |r| MeasureParts::read(r, &item, &mut cache));
        let (measures, controls): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|p| (p.measure, p.control)).unzip();
        let mut tariff = Tariff {
            edition: rulebook.edition,
            measures: measures.into_iter().flatten().collect(),
            measures_by_rule: Vec::new(),
            controls: controls.into_iter().flatten().collect(),
            commodities: all(rulebook, "commodity", &mut faults, Commodity::read),
            charges: all(rulebook, "charge", &mut faults, |r| Charge::read(r, &bases)),
            cases: all(rulebook, "rate_choice", &mut faults, |r| Case::read(r, &item)),
            groups: all(rulebook, "country_group", &mut faults, Group::read),
            exchange_rates: all(rulebook, "exchange_rate", &mut faults, ExchangeRate::read),
            valuation: all(rulebook, "valuation", &mut faults, ValuationRule::read),
            terms: all(rulebook, "delivery_terms", &mut faults, DeliveryTerms::read),
            terms_of_rates: terms,
            units,
            derived: derived.into_iter().flatten().collect(),
            currency: Some(currency),
            bases,
            item_fields: Vec::new(),
            item_names: item,
            index: GoodsIndex::default(),
        };
        let closest_first = |m: &Measure| Reverse(m.closeness());
        tariff
            .measures
            .sort_by(|a, b| (a.goods, closest_first(a), &a.rule).cmp(&(b.goods, closest_first(b), &b.rule)));
        tariff.charges.sort_by_key(|c| c.order);
        tariff.cases.sort_by_key(|c| c.order);
        tariff.groups.sort_by(|a, b| a.key.cmp(&b.key));
        tariff.exchange_rates.sort_by_key(|r| (r.currency, r.valid.from));
        tariff.index_all(&mut faults, rulebook);
        if faults.is_empty() {
            // a charge that does not compile would only be missed once more
            check_names(rulebook, &tariff, &mut faults);
            check_bases(rulebook, &tariff, &mut faults);
        }
        check_rivals(rulebook, &tariff, &mut faults);
        if faults.is_empty() { Ok(tariff) } else { Err(faults) }
    }

    /// Numbers everything that assessing would else look up by text.
    fn index_all(&mut self, faults: &mut Vec<PackFault>, rulebook: &Rulebook) {
        let names = &self.item_names;
        self.item_fields = (0..names.len()).map(|n| ItemField::named(names.name(n), self)).collect();
        self.measures_by_rule = (0..self.measures.len() as u32).collect();
        let measures = &self.measures;
        self.measures_by_rule
            .sort_unstable_by(|a, b| measures[*a as usize].rule.cmp(&measures[*b as usize].rule));
        let bases = &self.bases;
        let field = |charge: &str| bases.index(charge).map_or(u32::MAX, |(index, _)| index as u32);
        for charge in &mut self.charges {
            charge.field = field(&charge.key);
        }
        let mut tiers = Numbers::default();
        let goods = (&*self.commodities, &**measures, &*self.controls);
        self.index = GoodsIndex::new(goods, field, &mut tiers);
        for case in &mut self.cases {
            case.tiers = case.prefer.iter().map(|set| set.iter().map(|t| tiers.known(t)).collect()).collect();
        }
        if tiers.overflown() || self.index.overflown() {
            let (zh, en) = ("税率种类、国家组或协定过多", "there are too many tiers, origins or agreements");
            faults.extend(rulebook.kind("measure").first().map(|rule| rule.fault(zh, en)));
        }
    }

    /// The commodity that a full code stands for on a day.
    pub fn commodity(&self, code: CommodityCode, day: Date) -> Option<&Commodity> {
        let start = self.commodities.partition_point(|c| c.code < code);
        self.commodities[start..].iter().take_while(|c| c.code == code).find(|c| c.valid.covers(day))
    }

    /// Commodities under a prefix on a day, in order of code.
    pub fn commodities<'a, 'p>(
        &'a self,
        prefix: &'p str,
        day: Date,
    ) -> impl Iterator<Item = &'a Commodity> + use<'a, 'p> {
        let start = self.commodities.partition_point(|c| c.code.as_str() < prefix);
        self.commodities[start..]
            .iter()
            .take_while(move |c| c.code.as_str().starts_with(prefix))
            .filter(move |c| c.valid.covers(day))
    }

    /// The charges of a day, in their order.
    pub fn charges(&self, day: Date) -> impl Iterator<Item = &Charge> {
        self.charges.iter().filter(move |c| c.valid.covers(day))
    }

    /// The charges of all days; a [`Reckoned`](crate::Reckoned) names them by their places here.
    pub fn all_charges(&self) -> &[Charge] {
        &self.charges
    }

    /// Measures on some goods on a day, the closest prefix first.
    pub fn measures(&self, code: CommodityCode, day: Date) -> impl Iterator<Item = &Measure> {
        (2..=code.as_str().len()).rev().flat_map(move |length| {
            let prefix = CommodityCode::parse(&code.as_str()[..length]);
            let start =
                prefix.map_or(self.measures.len(), |p| self.measures.partition_point(|m| m.goods < p));
            self.measures[start..]
                .iter()
                .take_while(move |m| Some(m.goods) == prefix)
                .filter(move |m| m.valid.covers(day))
        })
    }

    /// The first tier that a case prefers.
    pub(crate) fn case_tier(&self, rule: &str) -> Option<&str> {
        let case = self.cases.iter().find(|c| &*c.rule == rule)?;
        case.prefer.first()?.first().map(|tier| &**tier)
    }

    /// Whether a country is in a group on a day; `None` if there is no such group then.
    pub fn in_group(&self, group: &str, country: CountryCode, day: Date) -> Option<bool> {
        let start = self.groups.partition_point(|g| &*g.key < group);
        let under = self.groups[start..].iter().take_while(|g| &*g.key == group);
        under.into_iter().find(|g| g.valid.covers(day)).map(|g| g.members.contains(&country))
    }

    /// Whether a country is what a measure names: itself, a group that it is in, or any.
    pub(crate) fn is_of(&self, origin: Option<&str>, country: CountryCode, day: Date) -> bool {
        origin.is_none_or(|origin| {
            origin == country.as_str() || self.in_group(origin, country, day) == Some(true)
        })
    }

    /// The place of the exchange rate of a day, or of the last one before it, and whether it was carried
    /// forward.
    pub(crate) fn exchange_rate(&self, currency: CurrencyCode, day: Date) -> Option<(u32, bool)> {
        let after = self.exchange_rates.partition_point(|r| (r.currency, r.valid.from) <= (currency, day));
        let place = after.checked_sub(1)?;
        let last = &self.exchange_rates[place];
        (last.currency == currency).then(|| (place as u32, !last.valid.covers(day)))
    }

    /// The unit that a rate calls by this symbol.
    pub fn unit(&self, symbol: &str) -> Option<UnitCode> {
        self.units.code(symbol)
    }

    pub(crate) fn units(&self) -> &Units {
        &self.units
    }

    /// How a quantity follows from others on a day.
    pub(crate) fn derived(&self, qualifier: &str, day: Date) -> Option<&Derived> {
        self.derived.iter().find(|d| &*d.qualifier == qualifier && d.valid.covers(day))
    }

    /// What a name of rates stands for on a day.
    pub fn term(&self, key: &str, day: Date) -> Option<&Term> {
        self.terms_of_rates.iter().find(|t| &*t.key == key && t.valid.covers(day))
    }

    /// The names that the base of a charge may use: the value, every charge, then terms.
    pub(crate) fn bases(&self) -> &Schema {
        &self.bases
    }

    /// The names that conditions and rates may use.
    pub(crate) fn item_names(&self) -> &Schema {
        &self.item_names
    }

    /// The measure with this rule id.
    pub fn measure(&self, rule: &str) -> Option<&Measure> {
        let measure = |place: &u32| &self.measures[*place as usize];
        let place = self.measures_by_rule.binary_search_by(|p| (*measure(p).rule).cmp(rule)).ok()?;
        self.measures_by_rule.get(place).map(measure)
    }

    /// The charge that a name stands for on a day.
    pub fn charge(&self, key: &str, day: Date) -> Option<&Charge> {
        self.charges(day).find(|c| &*c.key == key)
    }

    /// The territory's currency.
    pub fn currency(&self) -> Option<CurrencyCode> {
        self.currency
    }

    /// Number of measures and of commodity codes over all time.
    pub fn size(&self) -> (usize, usize) {
        (self.measures.len(), self.commodities.len())
    }
}

/// What a field of a condition or a rate stands for.
#[derive(Clone, Debug)]
pub(crate) enum ItemField {
    Origin,
    Agreement,
    ProofKind,
    ProofNumber,
    Value,
    LawDate,
    Documents,
    AdditionalCodes,
    Quota,
    /// A name of the pack, by key.
    Term(Box<str>),
    /// By the symbol of a unit.
    Quantity(Box<str>),
    Exchange(CurrencyCode),
    Absent,
    Unknown,
}

impl ItemField {
    fn named(name: &str, tariff: &Tariff) -> ItemField {
        match name {
            "origin" => ItemField::Origin,
            "preference.agreement" => ItemField::Agreement,
            "preference.proof_kind" => ItemField::ProofKind,
            "preference.proof_number" => ItemField::ProofNumber,
            "value" => ItemField::Value,
            "law_date" => ItemField::LawDate,
            "documents" => ItemField::Documents,
            "additional_codes" => ItemField::AdditionalCodes,
            "quota" => ItemField::Quota,
            name if tariff.terms_of_rates.iter().any(|t| &*t.key == name) => ItemField::Term(name.into()),
            name => match name.split_once('.') {
                Some(("quantity", symbol)) => ItemField::Quantity(symbol.into()),
                Some(("exchange", currency)) => {
                    CurrencyCode::parse(currency).map_or(ItemField::Absent, ItemField::Exchange)
                }
                _ => ItemField::Unknown,
            },
        }
    }
}

/// A charge's base may use the value, every charge by name, and the terms that are numbers.
fn base_schema(rulebook: &Rulebook, terms: &[Term]) -> Schema {
    let mut names: Vec<&str> = rulebook.kind("charge").iter().map(|r| &*r.key).collect();
    names.dedup();
    names.extend(terms.iter().filter(|t| t.expression_type() == Type::Number).map(|t| &*t.key));
    let fields: Vec<(&str, Type)> =
        std::iter::once("value").chain(names).map(|n| (n, Type::Number)).collect();
    Schema::new(&fields)
}

/// A base may use only what is reckoned before it: a charge that comes later, or the charge itself, has
/// collected nothing yet, and would count as nothing.
fn check_bases(rulebook: &Rulebook, tariff: &Tariff, faults: &mut Vec<PackFault>) {
    for charge in &tariff.charges {
        let used: Vec<&str> = charge.base.fields().map(|field| tariff.bases.name(field)).collect();
        let at_once = |c: &&Charge| c.direction == charge.direction && c.valid.overlaps(&charge.valid);
        let later = |c: &&Charge| used.contains(&&*c.key) && (c.order, &c.key) >= (charge.order, &charge.key);
        let Some(later) = tariff.charges.iter().filter(at_once).find(later) else { continue };
        let Some(rule) = rulebook.by_id(&charge.rule) else { continue };
        faults.push(rule.fault(
            format!("计税基数用到 {}，而该税种不在 {} 之前计算（循环或次序有误）", later.key, charge.key),
            format!(
                "the base uses {}, which is not reckoned before {}: a circle, or an order to correct",
                later.key, charge.key
            ),
        ));
    }
}

/// A term has one type over all time, and no name that rates know already.
fn check_terms(rulebook: &Rulebook, terms: &[Term], item: &Schema, faults: &mut Vec<PackFault>) {
    for term in terms {
        let fields = item.index(&term.key).map(|(index, is)| (item.times(&term.key), index, is));
        let later = terms.iter().filter(|t| t.key == term.key).count();
        let fits = fields.is_some_and(|(times, _, is)| times == later && is == term.expression_type());
        let Some(rule) = rulebook.by_id(&term.rule).filter(|_| !fits) else { continue };
        faults.push(rule.fault(
            format!("要素名 {} 已有他用，或前后类型不一", term.key),
            format!("the name {} is in use already, or of two types", term.key),
        ));
    }
}

/// Names in measures must be known: a charge, and a country or a group.
fn check_names(rulebook: &Rulebook, tariff: &Tariff, faults: &mut Vec<PackFault>) {
    let overlaps = |v: &Validity, w: &Validity| v.overlaps(w);
    for measure in &tariff.measures {
        let Some(rule) =
            rulebook.under("measure", measure.goods.as_str()).iter().find(|r| r.id == measure.rule)
        else {
            continue;
        };
        if !tariff.charges.iter().any(|c| c.key == measure.charge && overlaps(&c.valid, &measure.valid)) {
            faults.push(rule.fault(
                format!("没有税种 {}", measure.charge),
                format!("there is no charge {}", measure.charge),
            ));
        }
        let Some(origin) = &measure.origin else { continue };
        let known = CountryCode::parse(origin).is_some()
            || tariff.groups.iter().any(|g| g.key == *origin && overlaps(&g.valid, &measure.valid));
        if !known {
            faults.push(rule.fault(
                format!("没有国家或国家组 {origin}"),
                format!("there is no country or group {origin}"),
            ));
        }
    }
}

/// Two measures that say a rate of one tier for the same goods, origin and programme on one day: no
/// rule of choice could tell them apart.
fn check_rivals(rulebook: &Rulebook, tariff: &Tariff, faults: &mut Vec<PackFault>) {
    let condition = |m: &Measure| m.when.as_ref().map(ToString::to_string);
    let same = |m: &Measure, n: &Measure| m.is_rival(n) && condition(m) == condition(n);
    for on_goods in tariff.measures.chunk_by(|m, n| m.goods == n.goods) {
        for (place, measure) in on_goods.iter().enumerate() {
            let Some(first) = on_goods[..place].iter().find(|first| same(first, measure)) else { continue };
            let under = rulebook.under("measure", measure.goods.as_str());
            let Some(rule) = under.iter().find(|r| r.id == measure.rule) else { continue };
            faults.push(rule.fault(
                format!("与 {} 对同一商品、同一原产地同时给出税率", first.rule),
                format!("{} gives a rate for the same goods and origin at the same time", first.rule),
            ));
        }
    }
}

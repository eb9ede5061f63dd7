//! Gathering 归并申报: the lists of a month become declarations of that month 集中申报报关单, one for each
//! supervision mode and currency; a permit is of one office and one direction already. What such a
//! declaration owes is the sum of what its lists were assessed at, to the cent (the pack's `charges`): nothing
//! is reckoned twice, and reckoning a list again still gives what was owed. Its books are made on the lists,
//! whose guarantee answers for them until they are paid, so that paying, claiming, a bounced payment and an
//! amendment are what they are for any declaration. Source: Order 169/2008, handbook 3.7.
//!
//! Decided here: lines of the same code, origin, preference, unit and currency are added up, all others kept;
//! the term to pay begins on the day of gathering, which completes the month's declaration; a list that is
//! still being checked is gathered with the rest; what is gathered late owes no more than what is in time,
//! as no text was seen that says so.

use crate::case::Case;
use crate::command::Actor;
use crate::declaration::Line;
use crate::law::ControlLaw;
use crate::lodge::entry_counter;
use crate::periodic::{self, OpenList, PeriodicPermit, not_now, periodic_permit_key};
use crate::record::{DeclarationRecord, DeclarationVersion, declaration_key, version_key};
use crate::refusals;
use customhouse_duties::Preference;
use customhouse_finance::{PaymentBook, books_for};
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{
    CommodityCode, CountryCode, CurrencyCode, Direction, EntryNumber, Exact, Money, OfficeCode, UnitCode,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which lists are gathered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatherForm {
    /// Year and month in which they were accepted, such as `2026-03`.
    pub month: String,
}

/// What is kept of a month's declaration, for ever as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodicDeclaration {
    pub entry_number: EntryNumber,
    pub permit: String,
    pub party: String,
    pub office: OfficeCode,
    pub direction: Direction,
    pub month: String,
    pub supervision_mode: String,
    pub currency: CurrencyCode,
    /// The day on which it was made.
    pub completed: Date,
    /// The last day to pay its books.
    pub due: LegalDay,
    /// That it was made behind its last day.
    pub late: bool,
    /// That customs made it ex officio.
    pub ex_officio: bool,
    pub lists: Vec<GatheredList>,
    pub lines: Vec<GatheredLine>,
    /// What its lists were assessed at, by charge.
    pub charges: BTreeMap<String, Money>,
    pub total: Money,
    pub customs_value: Money,
}

/// A list in a month's declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatheredList {
    pub entry: EntryNumber,
    /// The version of its document that was gathered.
    pub version: u32,
    pub accepted: Date,
    /// The day under whose law it was assessed.
    pub law_date: Date,
    pub total: Money,
}

/// A line of a month's declaration: lines of its lists, added up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatheredLine {
    pub commodity_code: CommodityCode,
    pub name: String,
    pub origin: CountryCode,
    pub preference: Option<Preference>,
    pub quantity: Exact,
    pub unit: UnitCode,
    pub first_quantity: Exact,
    pub first_unit: UnitCode,
    pub total: Exact,
    pub currency: CurrencyCode,
    /// How many lines of lists stand in it.
    pub lines: u32,
}

/// The key of a month's declaration.
pub fn periodic_declaration_key(entry: EntryNumber) -> RecordKey {
    RecordKey::new("periodic_declaration", entry.to_string())
}

/// The first day of a month that is written as `2026-03`.
fn first_of(month: &str) -> Option<Date> {
    let in_form = month.len() == 7 && month.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    format!("{month}-01").parse().ok().filter(|_| in_form)
}

/// Which way goods of a permit go: its kind is of one direction, so all its lists are.
fn direction_of(permit: &PeriodicPermit) -> Direction {
    permit.lists.first().map_or(Direction::Import, |list| list.entry.direction())
}

/// The lists of a permit that were accepted in the month of a day.
fn lists_of(permit: &PeriodicPermit, first: Date) -> impl Iterator<Item = &OpenList> {
    permit.lists.iter().filter(move |list| list.accepted.first_of_month() == first)
}

pub(crate) fn needs(number: &str, form: &GatherForm, view: &dyn View, at: &Moment, keys: &mut Keys) {
    periodic::needs(number, keys);
    let permit = view.record(&periodic_permit_key(number)).and_then(Record::read::<PeriodicPermit>);
    let (Some(permit), Some(first)) = (permit, first_of(&form.month)) else { return };
    keys.counter(entry_counter(permit.office, at.day().year(), direction_of(&permit)));
    for list in lists_of(&permit, first) {
        let key = declaration_key(list.entry);
        let body = view.record(&key).and_then(Record::read::<DeclarationRecord>);
        keys.record(version_key(list.entry, body.map_or(1, |body| body.document_version)));
        keys.record(key);
    }
}

/// Gathers the lists of a month that is over.
///
/// # Errors
/// No such permit for the actor; its state does not let it (customs gathers only what is overdue); the month
/// is not over, or no list of it waits.
pub(crate) fn gather(
    (number, form): (&str, &GatherForm),
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    periodic::may_act(actor, "gather periodic lists 集中申报归并")?;
    let mut permit = periodic::seen(number, actor, view, law)?;
    let bad_month = || refusals::NOT_A_DATE.at("/month").with("field", "month").with("value", shown(form));
    let first = first_of(&form.month).ok_or_else(|| vec![bad_month()])?;
    let lists: Vec<OpenList> = lists_of(&permit.body, first).cloned().collect();
    if lists.is_empty() || at.day() <= first.last_of_month() {
        return Err(vec![refusals::LISTS_OPEN.at("/month").with("of", &form.month)]);
    }
    if !permit.act("gather_lists", actor, at) {
        return Err(vec![not_now(&permit)]);
    }
    permit.note(&form.month);
    let mut decision = Decision::default();
    let mut made = Vec::new();
    let direction = direction_of(&permit.body);
    let counter = entry_counter(permit.body.office, at.day().year(), direction);
    let mut serial = view.counter(&counter);
    for ((supervision_mode, currency), lists) in groups(&lists) {
        serial += 1;
        let entry = EntryNumber::new(permit.body.office, at.day().year(), direction, serial);
        let too_many = || refusals::TOO_MANY_DIGITS.at("").with("field", "serial").with("max", 9);
        let month = PeriodicDeclaration {
            entry_number: entry.ok_or_else(|| vec![too_many()])?,
            permit: number.to_owned(),
            party: permit.body.party.clone(),
            office: permit.body.office,
            direction,
            month: form.month.clone(),
            supervision_mode,
            currency,
            completed: at.day(),
            due: law.terms.due(at.day(), at.day()).map_err(|r| vec![r])?,
            late: lists.iter().any(|list| list.gather_by.day < at.day()),
            ex_officio: actor.party.is_empty(),
            lists: Vec::new(),
            lines: Vec::new(),
            charges: BTreeMap::new(),
            total: Money::ZERO,
            customs_value: Money::ZERO,
        };
        let month = Gathering { month, decision: &mut decision }.of(&lists, view, law, at)?;
        permit.body.months.push(month.entry_number);
        made.push(month);
    }
    permit.body.lists.retain(|list| list.accepted.first_of_month() != first);
    periodic::go_on(&mut permit, at);
    decision.counters.insert(counter, serial);
    let facts = serde_json::json!({
        "permit": number,
        "month": form.month,
        "state": permit.state,
        "declarations": made,
    });
    decision.tell("periodic_lists.gathered", &facts);
    decision.answer(&facts);
    decision.record(permit.record());
    Ok(decision)
}

fn shown(form: &GatherForm) -> String {
    form.month.chars().filter(|c| !c.is_control()).take(20).collect()
}

/// Lists that stand in one declaration: of one supervision mode and one currency.
fn groups(lists: &[OpenList]) -> BTreeMap<(String, CurrencyCode), Vec<OpenList>> {
    let mut groups: BTreeMap<_, Vec<OpenList>> = BTreeMap::new();
    for list in lists {
        let group = (list.supervision_mode.clone(), list.currency);
        groups.entry(group).or_default().push(list.clone());
    }
    groups
}

/// A month's declaration that is being made.
struct Gathering<'a> {
    month: PeriodicDeclaration,
    decision: &'a mut Decision,
}

impl Gathering<'_> {
    /// Takes lists in, one after another, and keeps the declaration.
    ///
    /// # Errors
    /// A list cannot be read, is not in a state for it, or a sum does not fit.
    fn of(
        mut self,
        lists: &[OpenList],
        view: &dyn View,
        law: &ControlLaw,
        at: &Moment,
    ) -> Result<PeriodicDeclaration, Vec<Refusal>> {
        for list in lists {
            self.take(list, view, law, at)?;
        }
        let month = self.month;
        self.decision.record(Record {
            key: periodic_declaration_key(month.entry_number),
            version: 1,
            state: String::new(),
            owner: month.party.clone(),
            office: month.office.to_string(),
            due: None,
            schema: 1,
            body: serde_json::to_string(&month).expect("our types serialise"),
        });
        Ok(month)
    }

    fn take(
        &mut self,
        list: &OpenList,
        view: &dyn View,
        law: &ControlLaw,
        at: &Moment,
    ) -> Result<(), Vec<Refusal>> {
        let key = declaration_key(list.entry);
        let bad = || vec![refusals::BAD_RECORD.at("").with("record", &key)];
        let record = view.record(&key).ok_or_else(bad)?;
        let mut case: Case<'_, DeclarationRecord> =
            Case::resume(law.procedure_of(self.month.direction), record).ok_or_else(bad)?;
        let version = version_key(list.entry, case.body.document_version);
        let document: DeclarationVersion = view.record(&version).and_then(Record::read).ok_or_else(bad)?;
        case.step("gather_list", &Actor::system(), at).map_err(|r| vec![r])?;
        case.note(&self.month.entry_number.to_string());
        let postings = books(&mut case.body, &document, &self.month, law)?;
        self.decision.postings.extend(postings);
        // one that owes nothing may be over; no goods move by that
        while case.next_automatic(&Actor::system(), at).is_some() {}
        self.add(&document, &case.body, list).ok_or_else(bad)?;
        self.decision.record(case.record());
        Ok(())
    }

    /// Adds up what a list says; `None` if a sum does not fit.
    fn add(
        &mut self,
        document: &DeclarationVersion,
        body: &DeclarationRecord,
        list: &OpenList,
    ) -> Option<()> {
        let (month, assessment) = (&mut self.month, &document.assessment);
        for charge in &assessment.charges {
            let sum = month.charges.entry(charge.charge.clone()).or_default();
            *sum = sum.checked_add(charge.amount)?;
        }
        month.total = month.total.checked_add(assessment.total)?;
        month.customs_value = month.customs_value.checked_add(assessment.value())?;
        month.lists.push(GatheredList {
            entry: list.entry,
            version: body.document_version,
            accepted: list.accepted,
            law_date: assessment.law_date,
            total: assessment.total,
        });
        document.declaration.lines.iter().try_for_each(|line| add_line(&mut month.lines, line))
    }
}

/// Makes the books of a list, each of which its guarantee answers for: what was reserved is what they are.
fn books(
    body: &mut DeclarationRecord,
    document: &DeclarationVersion,
    month: &PeriodicDeclaration,
    law: &ControlLaw,
) -> Result<Vec<Posting>, Vec<Refusal>> {
    let entry = body.entry_number;
    let bad = || vec![refusals::BAD_RECORD.at("").with("record", entry)];
    let list = body.periodic.as_mut().ok_or_else(bad)?;
    let charges = document.assessment.charges.iter();
    let charges: Vec<_> = charges.map(|c| (c.charge.clone(), c.book.clone(), c.amount)).collect();
    let day = month.completed;
    let (books, postings) =
        books_for(entry, &body.consignee, &charges, day, day, &law.terms).map_err(|r| vec![r])?;
    if Money::sum(books.iter().map(|book| book.amount)) != Some(list.reserved) {
        return Err(bad());
    }
    list.month = Some(month.entry_number);
    let guaranteed = Some(list.guarantee.clone());
    body.books = books.into_iter().map(|b| PaymentBook { guaranteed: guaranteed.clone(), ..b }).collect();
    Ok(postings)
}

/// Adds a line of a list to those of its kind, or keeps it as the first of its kind.
fn add_line(lines: &mut Vec<GatheredLine>, line: &Line) -> Option<()> {
    let same = |l: &&mut GatheredLine| {
        l.commodity_code == line.commodity_code
            && l.origin == line.origin
            && l.preference == line.preference
            && (l.unit, l.first_unit, l.currency) == (line.unit, line.first_unit, line.currency)
    };
    match lines.iter_mut().find(same) {
        Some(kept) => {
            kept.quantity = kept.quantity.add(line.quantity)?;
            kept.first_quantity = kept.first_quantity.add(line.first_quantity)?;
            kept.total = kept.total.add(line.total)?;
            kept.lines += 1;
        }
        None => lines.push(GatheredLine {
            commodity_code: line.commodity_code,
            name: line.name.clone(),
            origin: line.origin,
            preference: line.preference.clone(),
            quantity: line.quantity,
            unit: line.unit,
            first_quantity: line.first_quantity,
            first_unit: line.first_unit,
            total: line.total,
            currency: line.currency,
            lines: 1,
        }),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_year_and_month() {
        for (text, first) in [
            ("2026-03", Some("2026-03-01")),
            ("2024-02", Some("2024-02-01")),
            ("2026-3", None),
            ("2026-13", None),
            ("2026-00", None),
            ("202603", None),
            ("2026-03-01", None),
            ("2026-０3", None),
            ("", None),
        ] {
            assert_eq!(first_of(text), first.map(|f| f.parse().unwrap()), "{text}");
        }
    }

    /// Only one supervision mode is open yet, so that no list of another can be filed.
    #[test]
    fn lists_of_another_supervision_mode_stand_apart() {
        let list = |serial: u64, mode: &str, currency: &str| OpenList {
            entry: EntryNumber::parse(&format!("22252026100000000{serial}")).unwrap(),
            accepted: "2026-03-02".parse().unwrap(),
            supervision_mode: mode.to_owned(),
            currency: CurrencyCode::parse(currency).unwrap(),
            gather_by: LegalDay { day: "2026-04-10".parse().unwrap(), provisional: false },
        };
        let lists =
            [list(1, "0110", "EUR"), list(2, "3010", "EUR"), list(3, "0110", "EUR"), list(4, "0110", "USD")];
        let groups = groups(&lists);
        let serials = |lists: &[OpenList]| lists.iter().map(|l| l.entry.serial()).collect::<Vec<_>>();
        assert_eq!(groups.values().map(|l| serials(l)).collect::<Vec<_>>(), [vec![1, 3], vec![4], vec![2]]);
    }
}

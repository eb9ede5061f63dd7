//! Rehearsal 政策预演: the declarations of a period reckoned again, once under the law as it stands and
//! once under it with a draft; each keeps its own day. It re-reckons past trade and does not forecast what
//! traders would do.

#![allow(clippy::disallowed_types)] // sheets are gathered by hash and told in order of key: no order shows

use crate::edition::{Edition, PackFiles};
use crate::replay::Span;
use crate::verify::Progress;
use customhouse_control::{Declaration, Rehearser, version_key};
use customhouse_duties::Reckoned;
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::law::{DraftChanges, PackFault, read_pack};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CountryCode, CreditCode, EntryNumber, Money, OfficeCode};
use customhouse_statistics::{DisclosureRule, Figures, Firm, Shown, Tally, Weight};
use customhouse_storage::{Query, Reader, StoreError};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};

/// What is rehearsed: the law as it stands, and with the draft.
#[derive(Debug)]
pub struct Draft {
    pub before: Edition,
    pub after: Edition,
    pub changes: DraftChanges,
}

impl Draft {
    /// Lays a draft over the files of the law: rules by id, read as if they had held from `from` on (see
    /// [`customhouse_kernel::law::Rulebook::under_draft`]). The draft may be a whole pack or a few files of
    /// one; its procedures are not looked at.
    ///
    /// # Errors
    /// Every fault of the draft, each with file and line.
    pub fn lay(
        law: &PackFiles,
        edition: u32,
        draft: &PackFiles,
        from: Date,
    ) -> Result<Draft, Vec<PackFault>> {
        let mut pack = read_pack(law)?;
        let before = Edition::of(edition, pack.clone())?;
        let manifest = draft.iter().chain(law).find(|(path, _)| path == "pack.toml").cloned();
        let rules = draft.iter().filter(|(path, _)| path != "pack.toml" && !path.starts_with("procedures/"));
        let files: PackFiles = manifest.into_iter().chain(rules.cloned()).collect();
        let rules = read_pack(&files)?.rulebook;
        let (tried, changes) = before.control.rulebook.under_draft(&rules, from);
        pack.rulebook = tried.into();
        let after = Edition::of(edition, pack)?;
        Ok(Draft { before, after, changes })
    }
}

/// Sums of what a rehearsal counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    pub lines: u64,
    /// Customs value under the law as it stands, in the territory's currency.
    pub value: Total,
    /// Duty and taxes under the law as it stands.
    pub before: Total,
    /// Duty and taxes with the draft.
    pub after: Total,
}

impl Figures for Sums {
    fn add(&mut self, other: &Sums) {
        self.lines += other.lines;
        self.value.0 += other.value.0;
        self.before.0 += other.before.0;
        self.after.0 += other.after.0;
    }
}

impl Sums {
    /// What disclosure looks at: customs value, and beside it both sums of duty and what the draft changes.
    fn weight(&self) -> Weight {
        let signed =
            |amount: i128| i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX });
        let (before, after) = (self.before.0, self.after.0);
        let part = u64::try_from(self.value.0.unsigned_abs()).unwrap_or(u64::MAX);
        Weight { part, told: [signed(before), signed(after), signed(after - before)] }
    }
}

/// Declarations that go another way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Diverted {
    pub declarations: u64,
}

impl Figures for Diverted {
    fn add(&mut self, other: &Diverted) {
        self.declarations += other.declarations;
    }
}

impl Diverted {
    fn weight(&self) -> Weight {
        Weight { part: self.declarations, ..Weight::default() }
    }
}

/// Lines that need a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Needed {
    pub before: u64,
    pub after: u64,
}

impl Figures for Needed {
    fn add(&mut self, other: &Needed) {
        self.before += other.before;
        self.after += other.after;
    }
}

impl Needed {
    fn weight(&self) -> Weight {
        let [before, after] = [self.before, self.after].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        Weight { part: self.before.max(self.after), told: [before, after, after - before] }
    }
}

/// A sum of money of any size, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Total(pub i128);

impl From<Money> for Total {
    fn from(money: Money) -> Total {
        Total(money.minor().into())
    }
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, whole) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        f.pad(&format!("{sign}{}.{:02}", whole / 100, whole % 100))
    }
}

impl Serialize for Total {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// What came of a rehearsal. Figures that would tell of a single firm are withheld.
#[derive(Clone, Debug, Serialize)]
pub struct Rehearsal {
    pub span: Span,
    pub edition: u32,
    pub draft: DraftChanges,
    /// Declarations that were reckoned under both laws.
    pub declarations: u64,
    pub lines: u64,
    /// Declarations that one of the two laws cannot assess, by the code of its first refusal: they are in no
    /// sum.
    pub not_assessed: BTreeMap<String, u64>,
    /// Declarations that came out under the law as it stands other than they were decided, for example
    /// because the law was corrected since.
    pub otherwise_than_decided: u64,
    /// `None` if it would tell of a single firm.
    pub total: Option<Sums>,
    pub charges: Vec<Shown<Sums>>,
    pub by_chapter: Vec<Shown<Sums>>,
    pub by_origin: Vec<Shown<Sums>>,
    pub by_district: Vec<Shown<Sums>>,
    /// Firms by the customs value that they declared in the period: `1e6` is below a million of the
    /// currency, `1e9` a hundred million and more.
    pub by_firm_size: Vec<Shown<Sums>>,
    /// Firms by what the draft does to them: `less`, `same`, `more`.
    pub by_outcome: Vec<Shown<Sums>>,
    /// Declarations whose channel would differ, by the channel before and the channel after (`a > b`).
    pub channels: Vec<Shown<Diverted>>,
    /// Supervision conditions, by certificate.
    pub conditions: Vec<Shown<Needed>>,
    /// The rule under which figures are withheld.
    pub disclosure: String,
    pub note: Text,
}

/// Reckons every declaration that was completed in the span: one reader finds them, and each of the others
/// has a thread that reckons.
///
/// # Errors
/// The store cannot be read, or a record in it; there are fewer than two readers.
pub fn rehearse(
    mut readers: Vec<Box<dyn Reader>>,
    draft: &Draft,
    span: Span,
    rule: &DisclosureRule,
    tell: &mut dyn FnMut(Progress),
) -> Result<Rehearsal, StoreError> {
    let first = readers.pop().filter(|_| !readers.is_empty());
    let first = first.ok_or_else(|| StoreError::Damaged("a rehearsal needs two readers".to_owned()))?;
    let pages = Pages::new(first)?;
    let shared = Shared { draft, span, firms: Mutex::default(), charges: Charges::of(draft) };
    let done = AtomicU64::new(0);
    let (say, said) = mpsc::channel();
    let counted: Result<Vec<Count>, StoreError> = std::thread::scope(|scope| {
        let work = |mut reader: Box<dyn Reader>| {
            let (pages, shared, done, say) = (&pages, &shared, &done, say.clone());
            scope.spawn(move || {
                let mut work = Work::new(shared);
                while let Some(page) = pages.next()? {
                    for record in &page {
                        work.declaration(record, reader.as_mut())?;
                    }
                    let so_far = done.fetch_add(page.len() as u64, Ordering::Relaxed) + page.len() as u64;
                    let _ = say.send(so_far);
                }
                Ok(work.count)
            })
        };
        let threads: Vec<_> = readers.into_iter().map(work).collect();
        drop(say);
        for so_far in said {
            tell(Progress { what: "rehearse", done: so_far, of: pages.of });
        }
        let stopped = || Err(StoreError::Damaged("a thread of the rehearsal stopped".to_owned()));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| stopped())).collect()
    });
    let mut all = Count::default();
    counted?.into_iter().for_each(|count| all.add(count));
    Ok(all.told(&shared, rule))
}

/// What all threads of a rehearsal look at.
struct Shared<'a> {
    draft: &'a Draft,
    span: Span,
    firms: Mutex<Firms>,
    charges: Charges,
}

/// The charges of both laws, each once.
struct Charges {
    keys: Vec<String>,
    /// By place in the tariff as it stands, and with the draft.
    before: Vec<u16>,
    after: Vec<u16>,
}

impl Charges {
    fn of(draft: &Draft) -> Charges {
        let keys = |edition: &Edition| -> Vec<String> {
            edition.control.tariff.all_charges().iter().map(|charge| charge.key.to_string()).collect()
        };
        let (before, after) = (keys(&draft.before), keys(&draft.after));
        let all: BTreeSet<String> = before.iter().chain(&after).cloned().collect();
        let all: Vec<String> = all.into_iter().collect();
        let place =
            |key: &String| all.binary_search(key).ok().and_then(|n| u16::try_from(n).ok()).unwrap_or(0);
        let [before, after] = [before, after].map(|keys| keys.iter().map(place).collect());
        Charges { keys: all, before, after }
    }
}

/// What is read of a declaration's record.
#[derive(Debug, Deserialize)]
struct Kept {
    entry_number: EntryNumber,
    completed: Date,
    document_version: u32,
    amounts: KeptAmounts,
}

impl Kept {
    /// Whether it is more than a summary: nothing is owed on one, and it is in no sum.
    fn is_declared(&self) -> bool {
        self.document_version > 0
    }
}

#[derive(Debug, Deserialize)]
struct KeptAmounts {
    computed_total: Money,
}

/// What is read of a version: of its assessment the day only, for it is reckoned again.
#[derive(Debug, Deserialize)]
struct KeptVersion {
    declaration: Declaration,
    assessment: KeptDay,
}

#[derive(Debug, Deserialize)]
struct KeptDay {
    law_date: Date,
}

/// Declarations of a page.
const PAGE: usize = 200;

/// Pages of declarations, handed out one after another.
struct Pages {
    reader: Mutex<(Box<dyn Reader>, Option<String>, bool)>,
    of: u64,
}

impl Pages {
    fn new(mut reader: Box<dyn Reader>) -> Result<Pages, StoreError> {
        let of = reader.kinds()?.get("declaration").copied().unwrap_or(0);
        Ok(Pages { reader: Mutex::new((reader, None, false)), of })
    }

    fn next(&self) -> Result<Option<Vec<Record>>, StoreError> {
        let mut held = locked(&self.reader);
        let (reader, after, ended) = &mut *held;
        if *ended {
            return Ok(None);
        }
        let query =
            Query { kind: "declaration".to_owned(), after: after.take(), limit: PAGE, ..Query::default() };
        let records = reader.records(&query)?;
        match records.last() {
            Some(last) => *after = Some(last.key.id.clone()),
            None => *ended = true,
        }
        Ok(Some(records).filter(|records| !records.is_empty()))
    }
}

/// A thread that panicked while it held the lock left what it guards as it was.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Numbers for firms.
#[derive(Default)]
struct Firms(HashMap<CreditCode, Firm>);

impl Firms {
    fn number(&mut self, code: CreditCode) -> Firm {
        let next = Firm::try_from(self.0.len()).unwrap_or(Firm::MAX);
        *self.0.entry(code).or_insert(next)
    }
}

/// Figures by key and firm.
type Sheet<K, F = Sums> = HashMap<(K, Firm), F>;

fn count_in<K: Eq + Hash, F: Figures>(sheet: &mut Sheet<K, F>, key: K, firm: Firm, figures: &F) {
    sheet.entry((key, firm)).or_default().add(figures);
}

/// The list of a sheet.
fn tally<K, F: Figures>(
    sheet: &Sheet<K, F>,
    name: impl Fn(&K) -> String,
    weight: impl Fn(&F) -> Weight,
) -> Tally<F> {
    let mut tally = Tally::default();
    for ((key, firm), figures) in sheet {
        tally.add(&name(key), *firm, weight(figures), figures);
    }
    tally
}

/// What one thread has counted.
#[derive(Default)]
struct Count {
    declarations: u64,
    lines: u64,
    not_assessed: BTreeMap<String, u64>,
    otherwise_than_decided: u64,
    /// By place among the charges.
    charges: Sheet<u16>,
    chapters: Sheet<u8>,
    origins: Sheet<CountryCode>,
    districts: Sheet<OfficeCode>,
    firms: Sheet<()>,
    channels: Sheet<(String, String), Diverted>,
    conditions: Sheet<String, Needed>,
}

/// One thread of a rehearsal.
struct Work<'a> {
    shared: &'a Shared<'a>,
    before: Rehearser<'a>,
    after: Rehearser<'a>,
    count: Count,
    /// Of the declaration at hand: what each line owes, before and after; then the same by charge, lines one
    /// after the other, with whether the charge touches the line.
    lines: Vec<(Money, Money)>,
    charges: Vec<(Money, Money, bool)>,
}

impl<'a> Work<'a> {
    fn new(shared: &'a Shared<'a>) -> Work<'a> {
        let [before, after] =
            [&shared.draft.before, &shared.draft.after].map(|edition| Rehearser::new(&edition.control));
        Work { shared, before, after, count: Count::default(), lines: Vec::new(), charges: Vec::new() }
    }

    fn declaration(&mut self, record: &Record, reader: &mut dyn Reader) -> Result<(), StoreError> {
        let unread = |key: &RecordKey| StoreError::Damaged(format!("{key} cannot be read"));
        let kept: Kept = record.read().ok_or_else(|| unread(&record.key))?;
        if !kept.is_declared() || !self.shared.span.covers(kept.completed) {
            return Ok(());
        }
        let key = version_key(kept.entry_number, kept.document_version);
        let version = reader.record(&key)?.and_then(|record| record.read::<KeptVersion>());
        let KeptVersion { declaration, assessment } = version.ok_or_else(|| unread(&key))?;
        let (day, goods) = (assessment.law_date, declaration.consignment());
        let before = self.before.reckon(&declaration, &goods, kept.entry_number, day);
        let after = self.after.reckon(&declaration, &goods, kept.entry_number, day);
        match (before, after) {
            (Ok(before), Ok(after)) => {
                let otherwise = before.reckoned.total() != kept.amounts.computed_total;
                self.count.otherwise_than_decided += u64::from(otherwise);
                let firm = locked(&self.shared.firms).number(declaration.consignee.credit_code);
                if before.channel != after.channel {
                    let change = (before.channel.to_owned(), after.channel.to_owned());
                    count_in(&mut self.count.channels, change, firm, &Diverted { declarations: 1 });
                }
                let (lines, charges) = (&mut self.lines, &mut self.charges);
                spread(&self.shared.charges, before.reckoned, after.reckoned, lines, charges);
                let values = before.reckoned.lines();
                self.count.both(&declaration, firm, values, lines, charges);
                self.conditions(&declaration, firm, day);
            }
            (Err(refused), _) | (_, Err(refused)) => {
                let code = refused.first().map_or_else(String::new, |r| r.code.to_string());
                *self.count.not_assessed.entry(code).or_default() += 1;
            }
        }
        Ok(())
    }

    fn conditions(&mut self, declaration: &Declaration, firm: Firm, day: Date) {
        let mut need = |certificate: &str, needed: Needed| {
            count_in(&mut self.count.conditions, certificate.to_owned(), firm, &needed);
        };
        for line in &declaration.lines {
            let (code, direction) = (line.commodity_code, declaration.direction);
            for certificate in self.before.certificates(code, direction, day) {
                need(certificate, Needed { before: 1, after: 0 });
            }
            for certificate in self.after.certificates(code, direction, day) {
                need(certificate, Needed { before: 0, after: 1 });
            }
        }
    }
}

/// What each line owes under both laws, in all and by charge.
fn spread(
    of: &Charges,
    before: &Reckoned,
    after: &Reckoned,
    lines: &mut Vec<(Money, Money)>,
    charges: &mut Vec<(Money, Money, bool)>,
) {
    lines.clear();
    lines.resize(before.lines().len(), Default::default());
    charges.clear();
    charges.resize(lines.len() * of.keys.len(), Default::default());
    let place = |line: usize, charge: u16| line * of.keys.len() + usize::from(charge);
    for (line, charge, collected) in before.collected() {
        let (all, own) = (&mut lines[line], &mut charges[place(line, of.before[charge])]);
        all.0 = all.0.checked_add(collected).unwrap_or(all.0);
        *own = (collected, own.1, true);
    }
    for (line, charge, collected) in after.collected() {
        let (all, own) = (&mut lines[line], &mut charges[place(line, of.after[charge])]);
        all.1 = all.1.checked_add(collected).unwrap_or(all.1);
        *own = (own.0, collected, true);
    }
}

impl Count {
    /// Counts the lines of a declaration: their values, what each owes, and what it owes of each charge.
    fn both(
        &mut self,
        declaration: &Declaration,
        firm: Firm,
        values: &[(u32, Money)],
        lines: &[(Money, Money)],
        charges: &[(Money, Money, bool)],
    ) {
        self.declarations += 1;
        self.lines += lines.len() as u64;
        let mut all = Sums::default();
        let by_charge = charges.chunks(charges.len() / lines.len().max(1)).chain(std::iter::repeat(&[][..]));
        let own = lines.iter().zip(values).zip(&declaration.lines).zip(by_charge);
        for (((line, (_, value)), goods), by_charge) in own {
            let sums = |before: Money, after: Money| Sums {
                lines: 1,
                value: (*value).into(),
                before: before.into(),
                after: after.into(),
            };
            let of_line = sums(line.0, line.1);
            let chapter = goods.commodity_code.chapter().parse().unwrap_or_default();
            count_in(&mut self.chapters, chapter, firm, &of_line);
            count_in(&mut self.origins, goods.origin, firm, &of_line);
            for (charge, (before, after, touches)) in (0..).zip(by_charge) {
                if *touches {
                    count_in(&mut self.charges, charge, firm, &sums(*before, *after));
                }
            }
            all.add(&of_line);
        }
        count_in(&mut self.districts, declaration.declaration_office.district(), firm, &all);
        count_in(&mut self.firms, (), firm, &all);
    }

    fn add(&mut self, other: Count) {
        fn all<K: Eq + Hash, F: Figures>(ours: &mut Sheet<K, F>, theirs: Sheet<K, F>) {
            theirs.into_iter().for_each(|((key, firm), figures)| count_in(ours, key, firm, &figures));
        }
        self.declarations += other.declarations;
        self.lines += other.lines;
        self.otherwise_than_decided += other.otherwise_than_decided;
        for (code, number) in other.not_assessed {
            *self.not_assessed.entry(code).or_default() += number;
        }
        all(&mut self.charges, other.charges);
        all(&mut self.chapters, other.chapters);
        all(&mut self.origins, other.origins);
        all(&mut self.districts, other.districts);
        all(&mut self.firms, other.firms);
        all(&mut self.channels, other.channels);
        all(&mut self.conditions, other.conditions);
    }

    /// Firms by a class of theirs.
    fn firms_by(&self, class: impl Fn(&Sums) -> &'static str) -> Tally<Sums> {
        let mut tally = Tally::default();
        for ((_, firm), sums) in &self.firms {
            tally.add(class(sums), *firm, sums.weight(), sums);
        }
        tally
    }

    fn told(self, shared: &Shared<'_>, rule: &DisclosureRule) -> Rehearsal {
        let charge =
            |charge: &u16| shared.charges.keys.get(usize::from(*charge)).cloned().unwrap_or_default();
        let lists = [
            tally(&self.charges, charge, Sums::weight),
            tally(&self.chapters, |chapter| format!("{chapter:02}"), Sums::weight),
            tally(&self.origins, ToString::to_string, Sums::weight),
            tally(&self.districts, ToString::to_string, Sums::weight),
            self.firms_by(size),
            self.firms_by(outcome),
        ];
        let shown = lists.each_ref().map(|list| list.shown(rule));
        // one total stands over all lists: where one of them must not tell it, none may
        let open = shown.iter().all(|(_, total)| *total);
        let [charges, by_chapter, by_origin, by_district, by_firm_size, by_outcome] =
            if open { shown.map(|(rows, _)| rows) } else { lists.each_ref().map(Tally::hidden) };
        let mut total = Sums::default();
        self.firms.values().for_each(|sums| total.add(sums));
        let way = |(before, after): &(String, String)| format!("{before} > {after}");
        let channels = tally(&self.channels, way, Diverted::weight);
        let conditions = tally(&self.conditions, String::clone, Needed::weight);
        Rehearsal {
            span: shared.span,
            edition: shared.draft.before.number,
            draft: shared.draft.changes.clone(),
            declarations: self.declarations,
            lines: self.lines,
            not_assessed: self.not_assessed,
            otherwise_than_decided: self.otherwise_than_decided,
            total: open.then_some(total),
            charges,
            by_chapter,
            by_origin,
            by_district,
            by_firm_size,
            by_outcome,
            channels: channels.shown(rule).0,
            conditions: conditions.shown(rule).0,
            disclosure: rule.rule.to_string(),
            note: NOTE,
        }
    }
}

const NOTE: Text = Text::fixed(
    "以上是按草案重新计算已经发生的贸易，不是预测：企业会因新规则改变进出口行为。",
    "This reckons past trade again under the draft; it is no forecast: traders change what they do when the law changes.",
);

/// The class of a firm by its customs value in the period, in powers of ten of the currency.
fn size(sums: &Sums) -> &'static str {
    match sums.value.0 / 100 {
        ..1_000_000 => "1e6",
        1_000_000..10_000_000 => "1e7",
        10_000_000..100_000_000 => "1e8",
        _ => "1e9",
    }
}

fn outcome(sums: &Sums) -> &'static str {
    match sums.after.cmp(&sums.before) {
        std::cmp::Ordering::Less => "less",
        std::cmp::Ordering::Equal => "same",
        std::cmp::Ordering::Greater => "more",
    }
}

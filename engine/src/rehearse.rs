//! Rehearsal 政策预演: the declarations of a period reckoned again, once under the law as it stands and
//! once under it with a draft; each keeps its own day. It re-reckons past trade and does not forecast what
//! traders would do.

use crate::edition::{Edition, PackFiles};
use crate::replay::Span;
use crate::verify::Progress;
use customhouse_control::{Declaration, Rehearsed, rehearse as reckon, version_key};
use customhouse_duties::LineAssessment;
use customhouse_kernel::law::{DraftChanges, PackFault, read_pack};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{EntryNumber, Money};
use customhouse_statistics::{DisclosureRule, Figures, Firm, Shown, Tally, Weight};
use customhouse_storage::{Query, Reader, StoreError};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
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
    /// What dominance is measured in: customs value, and what the draft changes.
    fn weight(&self) -> Weight {
        let number = |amount: i128| u64::try_from(amount.unsigned_abs()).unwrap_or(u64::MAX);
        Weight { part: number(self.value.0), change: number(self.after.0 - self.before.0) }
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
    /// Declarations whose channel would differ: before, after, how many.
    pub channels: Vec<(String, String, u64)>,
    /// Supervision conditions: certificate, lines before, lines after.
    pub conditions: Vec<(String, u64, u64)>,
    /// The rule under which figures are withheld.
    pub disclosure: String,
    pub note: Text,
}

/// Reckons every declaration that was completed in the span, on as many threads as there are readers.
///
/// # Errors
/// The store cannot be read, or a record in it.
pub fn rehearse(
    mut readers: Vec<Box<dyn Reader>>,
    draft: &Draft,
    span: Span,
    rule: &DisclosureRule,
    tell: &mut dyn FnMut(Progress),
) -> Result<Rehearsal, StoreError> {
    let Some(first) = readers.pop() else {
        return Err(StoreError::Damaged("a rehearsal needs a reader".to_owned()));
    };
    let pages = Pages::new(first)?;
    let firms = Mutex::new(Firms::default());
    let done = AtomicU64::new(0);
    let (say, said) = mpsc::channel();
    let counted: Result<Vec<Count>, StoreError> = std::thread::scope(|scope| {
        let work = |mut reader: Box<dyn Reader>| {
            let (pages, firms, done, say) = (&pages, &firms, &done, say.clone());
            scope.spawn(move || {
                let mut count = Count::default();
                while let Some(page) = pages.next()? {
                    for kept in page.iter().filter(|kept| kept.is_declared() && span.covers(kept.completed)) {
                        count.declaration(kept, reader.as_mut(), draft, firms)?;
                    }
                    let so_far = done.fetch_add(page.len() as u64, Ordering::Relaxed) + page.len() as u64;
                    let _ = say.send(so_far);
                }
                Ok(count)
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
    counted?.iter().for_each(|count| all.add(count));
    Ok(all.told(draft, span, rule))
}

/// What is read of a declaration's record.
#[derive(Debug, Deserialize)]
struct Kept {
    entry_number: EntryNumber,
    consignee: String,
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

    fn next(&self) -> Result<Option<Vec<Kept>>, StoreError> {
        let records = {
            let mut held = locked(&self.reader);
            let (reader, after, ended) = &mut *held;
            if *ended {
                return Ok(None);
            }
            let query =
                Query { kind: "declaration".to_owned(), after: after.take(), limit: 200, ..Query::default() };
            let records = reader.records(&query)?;
            match records.last() {
                Some(last) => *after = Some(last.key.id.clone()),
                None => *ended = true,
            }
            records
        };
        if records.is_empty() {
            return Ok(None);
        }
        let unread = |place| StoreError::Damaged(format!("{place} cannot be read"));
        records
            .iter()
            .map(|r| r.read::<Kept>().ok_or_else(|| unread(r.key.to_string())))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// A thread that panicked while it held the lock left what it guards as it was.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Numbers for firms.
#[derive(Default)]
struct Firms(BTreeMap<String, Firm>);

impl Firms {
    fn number(&mut self, code: &str) -> Firm {
        let next = Firm::try_from(self.0.len()).unwrap_or(Firm::MAX);
        match self.0.get(code) {
            Some(known) => *known,
            None => *self.0.entry(code.to_owned()).or_insert(next),
        }
    }
}

/// What one thread has counted.
#[derive(Default)]
struct Count {
    declarations: u64,
    lines: u64,
    not_assessed: BTreeMap<String, u64>,
    otherwise_than_decided: u64,
    charges: Tally<Sums>,
    chapters: Tally<Sums>,
    origins: Tally<Sums>,
    districts: Tally<Sums>,
    firms: BTreeMap<Firm, Sums>,
    channels: BTreeMap<(String, String), u64>,
    conditions: BTreeMap<String, (u64, u64)>,
}

impl Count {
    fn declaration(
        &mut self,
        kept: &Kept,
        reader: &mut dyn Reader,
        draft: &Draft,
        firms: &Mutex<Firms>,
    ) -> Result<(), StoreError> {
        let key = version_key(kept.entry_number, kept.document_version);
        let version = reader.record(&key)?.and_then(|record| record.read::<KeptVersion>());
        let version = version.ok_or_else(|| StoreError::Damaged(format!("{key} cannot be read")))?;
        let day = version.assessment.law_date;
        let under = |law: &Edition| reckon(&version.declaration, kept.entry_number, &law.control, day);
        match (under(&draft.before), under(&draft.after)) {
            (Ok(before), Ok(after)) => {
                let firm = locked(firms).number(&kept.consignee);
                self.otherwise_than_decided +=
                    u64::from(before.assessment.total != kept.amounts.computed_total);
                self.both(&version.declaration, firm, &before, &after);
            }
            (Err(refused), _) | (_, Err(refused)) => {
                let code = refused.first().map_or_else(String::new, |r| r.code.to_string());
                *self.not_assessed.entry(code).or_default() += 1;
            }
        }
        Ok(())
    }

    fn both(&mut self, declaration: &Declaration, firm: Firm, before: &Rehearsed, after: &Rehearsed) {
        self.declarations += 1;
        let district = declaration.declaration_office.district();
        let lines = before.assessment.lines.iter().zip(&after.assessment.lines);
        for ((old, new), line) in lines.zip(&declaration.lines) {
            let collected = |line: &LineAssessment| {
                Total(line.charges.iter().map(|c| i128::from(c.collected.minor())).sum())
            };
            let sums =
                Sums { lines: 1, value: old.value.into(), before: collected(old), after: collected(new) };
            let weight = sums.weight();
            self.lines += 1;
            self.chapters.add(line.commodity_code.chapter(), firm, weight, &sums);
            self.origins.add(line.origin.as_str(), firm, weight, &sums);
            self.districts.add(district.as_str(), firm, weight, &sums);
            self.firms.entry(firm).or_default().add(&sums);
            self.of_charges(firm, old, new);
        }
        if before.channel != after.channel {
            let change = (before.channel.clone(), after.channel.clone());
            *self.channels.entry(change).or_default() += 1;
        }
        for hold in &before.conditions {
            self.conditions.entry(hold.certificate.clone()).or_default().0 += 1;
        }
        for hold in &after.conditions {
            self.conditions.entry(hold.certificate.clone()).or_default().1 += 1;
        }
    }

    fn of_charges(&mut self, firm: Firm, old: &LineAssessment, new: &LineAssessment) {
        let keys: BTreeSet<&str> =
            old.charges.iter().chain(&new.charges).map(|c| c.charge.as_str()).collect();
        for key in keys {
            let on = |line: &LineAssessment| {
                let found = line.charges.iter().find(|c| c.charge == key);
                found.map_or(Money::ZERO, |c| c.collected)
            };
            let (was, is) = (on(old), on(new));
            let sums = Sums { lines: 1, value: old.value.into(), before: was.into(), after: is.into() };
            let part = u64::try_from(was.minor().max(is.minor())).unwrap_or(0);
            self.charges.add(key, firm, Weight { part, ..sums.weight() }, &sums);
        }
    }

    fn add(&mut self, other: &Count) {
        self.declarations += other.declarations;
        self.lines += other.lines;
        self.otherwise_than_decided += other.otherwise_than_decided;
        self.charges.add_all(&other.charges);
        self.chapters.add_all(&other.chapters);
        self.origins.add_all(&other.origins);
        self.districts.add_all(&other.districts);
        for (firm, sums) in &other.firms {
            self.firms.entry(*firm).or_default().add(sums);
        }
        for (code, number) in &other.not_assessed {
            *self.not_assessed.entry(code.clone()).or_default() += number;
        }
        for (change, number) in &other.channels {
            *self.channels.entry(change.clone()).or_default() += number;
        }
        for (certificate, (before, after)) in &other.conditions {
            let count = self.conditions.entry(certificate.clone()).or_default();
            *count = (count.0 + before, count.1 + after);
        }
    }

    /// A list of firms by something that is known of each.
    fn firms_by(&self, key: impl Fn(&Sums) -> &'static str) -> Tally<Sums> {
        let mut tally = Tally::default();
        for (firm, sums) in &self.firms {
            tally.add(key(sums), *firm, sums.weight(), sums);
        }
        tally
    }

    fn told(self, draft: &Draft, span: Span, rule: &DisclosureRule) -> Rehearsal {
        let (sizes, outcomes) = (self.firms_by(size), self.firms_by(outcome));
        let lists = [&self.charges, &self.chapters, &self.origins, &self.districts, &sizes, &outcomes];
        let shown = lists.map(|list| list.shown(rule));
        // one total stands over all lists: where one of them must not tell it, none may
        let open = shown.iter().all(|(_, total)| *total);
        let [charges, by_chapter, by_origin, by_district, by_firm_size, by_outcome] =
            if open { shown.map(|(rows, _)| rows) } else { lists.map(Tally::hidden) };
        let mut total = Sums::default();
        self.firms.values().for_each(|sums| total.add(sums));
        Rehearsal {
            span,
            edition: draft.before.number,
            draft: draft.changes.clone(),
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
            channels: self.channels.into_iter().map(|((from, to), number)| (from, to, number)).collect(),
            conditions: self.conditions.into_iter().map(|(c, (before, after))| (c, before, after)).collect(),
            disclosure: rule.rule.to_string(),
            note: Text::of(
                "以上是按草案重新计算已经发生的贸易，不是预测：企业会因新规则改变进出口行为。",
                "This reckons past trade again under the draft; it is no forecast: traders change what they do when the law changes.",
            ),
        }
    }
}

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

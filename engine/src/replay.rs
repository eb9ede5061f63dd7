//! `replay`: every declaration reckoned again under the law and the edition that it was reckoned under.

use crate::edition::Edition;
use crate::handle::load_edition;
use crate::verify::Progress;
use customhouse_control::DeclarationVersion;
use customhouse_duties::{Assessment, Consignment, assess};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_storage::{Query, Reader, StoreError};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// Days of law, both counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    pub from: Date,
    pub to: Date,
}

impl Span {
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}

/// What was reckoned again.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    pub span: Span,
    /// Versions of declarations whose law date is in the span.
    pub versions: u64,
    pub lines: u64,
    /// Versions that came out the same, to the last step of the trace.
    pub same: u64,
    pub differences: Vec<Differs>,
}

/// A version that comes out otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// Entry number and version.
    pub place: String,
    pub law_date: Date,
    pub edition: u32,
    pub text: Text,
}

/// Reckons again every version whose law date is in the span. It only reads.
///
/// # Errors
/// The store cannot be read.
pub fn replay(
    reader: &mut dyn Reader,
    span: Span,
    tell: &mut dyn FnMut(Progress),
) -> Result<Replayed, StoreError> {
    reader.pin()?;
    let replayed = replayed(reader, span, tell);
    reader.unpin()?;
    replayed
}

fn replayed(
    reader: &mut dyn Reader,
    span: Span,
    tell: &mut dyn FnMut(Progress),
) -> Result<Replayed, StoreError> {
    let mut editions = Editions::default();
    let mut out = Replayed { span, versions: 0, lines: 0, same: 0, differences: Vec::new() };
    let of = reader.kinds()?.get(VERSION).copied().unwrap_or(0);
    let (mut done, mut after) = (0, None);
    loop {
        let query = Query { kind: VERSION.to_owned(), after, limit: PAGE, ..Query::default() };
        let page = reader.records(&query)?;
        let Some(last) = page.last() else { return Ok(out) };
        after = Some(last.key.id.clone());
        for record in &page {
            match record.read::<DeclarationVersion>() {
                Some(version) if span.covers(version.assessment.law_date) => {
                    let edition = editions.get(reader, version.assessment.edition)?;
                    out.count(&record.key.id, &version, edition.as_deref());
                }
                Some(_) => {}
                None => out.differences.push(unread(&record.key.id, span)),
            }
        }
        done += page.len() as u64;
        tell(Progress { what: "replay", done, of });
    }
}

/// A version that cannot be read: neither its day nor its edition is known.
fn unread(place: &str, span: Span) -> Differs {
    let text = Text::of("报关单版本无法读取", "the version of the declaration cannot be read");
    Differs { place: place.to_owned(), law_date: span.from, edition: 0, text }
}

/// The kind of record that holds a version of a declaration.
const VERSION: &str = "declaration_version";
const PAGE: usize = 500;

impl Replayed {
    fn count(&mut self, place: &str, version: &DeclarationVersion, edition: Option<&Edition>) {
        let kept = &version.assessment;
        self.versions += 1;
        self.lines += kept.lines.len() as u64;
        let text = match edition {
            None => {
                Some(Text::of("缺少计税时的法规版本", "the edition that it was assessed under is missing"))
            }
            Some(edition) => reckoned_again(&version.declaration.consignment(), kept, edition),
        };
        match text {
            None => self.same += 1,
            Some(text) => {
                let (law_date, edition) = (kept.law_date, kept.edition);
                self.differences.push(Differs { place: place.to_owned(), law_date, edition, text });
            }
        }
    }
}

/// What differs when an assessment is reckoned again under its own edition and day; `None` if nothing does.
pub(crate) fn reckoned_again(
    consignment: &Consignment,
    kept: &Assessment,
    edition: &Edition,
) -> Option<Text> {
    match assess(consignment, &edition.control.tariff, kept.law_date) {
        Ok(again) if again == *kept => None,
        Ok(again) => Some(difference(kept, &again)),
        Err(refused) => Some(refusal(&refused)),
    }
}

fn refusal(refused: &[Refusal]) -> Text {
    let first = refused.first();
    let (code, zh, en) =
        first.map_or(("", "", ""), |r| (r.code.as_ref(), r.text.zh.as_ref(), r.text.en.as_ref()));
    Text::of(format!("重新计税被拒绝：{code} {zh}"), format!("assessing it again is refused: {code} {en}"))
}

/// The first thing in which two assessments differ, from the largest to the smallest.
fn difference(kept: &Assessment, again: &Assessment) -> Text {
    let told = |what_zh: &str, what_en: &str, kept: &dyn std::fmt::Display, again: &dyn std::fmt::Display| {
        Text::of(
            format!("{what_zh}原为 {kept}，现为 {again}"),
            format!("{what_en} was {kept} and is now {again}"),
        )
    };
    for (old, new) in kept.lines.iter().zip(&again.lines) {
        let line = old.number;
        if old.value != new.value {
            let (zh, en) = (format!("第 {line} 项完税价格"), format!("the customs value of line {line}"));
            return told(&zh, &en, &old.value, &new.value);
        }
        for charge in &old.charges {
            let [was, is] = [kept, again].map(|a| a.collected(line, &charge.charge));
            if was != is {
                let (zh, en) =
                    (format!("第 {line} 项 {}", charge.charge), format!("{} on line {line}", charge.charge));
                return told(&zh, &en, &was, &is);
            }
        }
    }
    if kept.total != again.total {
        return told("税款合计", "the total", &kept.total, &again.total);
    }
    let step = kept.trace.iter().zip(&again.trace).position(|(old, new)| old != new);
    let step = step.unwrap_or(kept.trace.len().min(again.trace.len())) + 1;
    let zh = format!("金额相同，计税过程第 {step} 步不同");
    Text::of(zh, format!("the amounts are the same, step {step} of the trace is not"))
}

/// Editions that were read, each once.
#[derive(Default)]
pub(crate) struct Editions(BTreeMap<u32, Option<Arc<Edition>>>);

impl Editions {
    /// An edition; `None` if the database does not hold it.
    pub fn get(&mut self, reader: &mut dyn Reader, number: u32) -> Result<Option<Arc<Edition>>, StoreError> {
        match self.0.entry(number) {
            Entry::Occupied(known) => Ok(known.get().clone()),
            Entry::Vacant(place) => Ok(place.insert(load_edition(reader, number)?).clone()),
        }
    }
}

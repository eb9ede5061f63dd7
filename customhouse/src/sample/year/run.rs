//! The year, a few hours at a time: what happens in them goes through the queue together, the bank settles,
//! and the clock moves on. Consignments are made when their bill is filed and forgotten when they are done, so
//! that the whole needs the memory of a few days.

use super::market::Market;
use super::parcel::Parcel;
use super::seasons::Days;
use crate::command_line::Failure;
use crate::sample::dice::Dice;
use crate::sample::firms::operator_code;
use crate::sample::officers;
use crate::sample::run::{
    actor, carrier, entry_number, json, refused_with, set_clock, submission, wait_for_the_bank,
};
use crate::sample::{Span, offices, parties, places};
use customhouse_control::form::Form;
use customhouse_control::{
    Actor, Command, DeclarationRecord, Departure, GoodsMoved, GoodsOut, Role, SheetLine, StepForm,
    declaration_key,
};
use customhouse_engine::{Clock, Engine, Outcome, Sent, Submission, SubmitError};
use customhouse_exchange::{Format, Message, write};
use customhouse_kernel::law::Calendar;
use customhouse_kernel::values::{Direction, EntryNumber};
use jiff::ToSpan;
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::mpsc::Receiver;

/// Declarations of the year, if nobody says otherwise.
pub(crate) const DECLARATIONS: u32 = 200_000;

const HOUR: i64 = 3_600_000_000;
/// Hours of the day at which something happens; what lies between is one slot.
const HOURS: [i64; 4] = [8, 11, 14, 17];
const SLOTS: u32 = HOURS.len() as u32;
/// Submissions that wait in the queue at once.
const AT_ONCE: usize = 2_000;

/// What came of the year.
#[derive(Clone, Debug, Default)]
pub(crate) struct YearTold {
    pub first: Option<Date>,
    pub last: Option<Date>,
    /// The pack has no law for the first days of the year.
    pub is_short: bool,
    /// Declarations by state.
    pub states: BTreeMap<String, u64>,
    pub lines: u64,
    /// Submissions that were refused, by their first code.
    pub refused: BTreeMap<String, u64>,
    /// Declarations for which an exchange rate of an earlier month was carried forward.
    pub carried_forward: u64,
}

impl YearTold {
    pub fn declarations(&self) -> u64 {
        self.states.values().sum()
    }
}

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Arrive,
    /// With a slip, and again without.
    Slip,
    Lodge,
    Check,
    Pay,
    TakeOut,
    Load,
    Depart,
}

/// A consignment under way.
struct Live {
    parcel: Parcel,
    entry: Option<EntryNumber>,
}

/// Runs the trade of the year before `until` (microseconds, UTC). It begins on the first day of a month, or of
/// the year, from which on the pack can assess what is traded; the engine's clock stands at `until` afterwards.
///
/// # Errors
/// The engine or its bank does not answer.
pub(crate) fn trade(
    engine: &Engine,
    until: i64,
    count: u32,
    tell: &mut dyn FnMut(u64, u64),
) -> Result<YearTold, Failure> {
    let law = engine.law();
    let zone = &law.manifest.territory.time_zone;
    let clock = Clock::new(zone, None)
        .ok_or_else(|| Failure::Failed(format!("the time zone {zone} does not exist")))?;
    let last = clock.moment(until).day();
    let begin = last.checked_sub(1.year()).map_err(|e| Failure::Failed(e.to_string()))?;
    let mut told = YearTold::default();
    let market = first_days(begin, last)
        .map(|first| (first, Market::new(&law.control, &[first, last])))
        .find(|(_, market)| !market.is_empty());
    if let Some((first, market)) = market {
        let midnight = midnight_of(&clock, first, until, last);
        set_clock(engine, midnight)?;
        officers::appoint(engine, &offices(Span::Year(count)))?;
        officers::on_duty(engine, &offices(Span::Year(count)))?;
        let begun = engine.now().day();
        parties::before(engine)?;
        let days = Days::new(first, last, &Calendar::compile(&law.control.rulebook));
        (told.first, told.last, told.is_short) = (Some(first), Some(last), first > begin);
        let mut year = Year {
            engine,
            market,
            days,
            count,
            midnight,
            until,
            filed: 0,
            diary: BinaryHeap::new(),
            live: BTreeMap::new(),
            pays: false,
            told,
        };
        year.run(tell)?;
        parties::after(engine, begun)?;
        told = year.told;
    }
    set_clock(engine, until)?;
    told.states =
        engine.read(|r| r.count_by_state("declaration")).map_err(|e| Failure::Failed(e.to_string()))?;
    Ok(told)
}

/// Days on which a year of trade may begin: its own first day, then the first of each month.
fn first_days(begin: Date, last: Date) -> impl Iterator<Item = Date> {
    let month = begin.first_of_month();
    let months = (1..12).filter_map(move |n| month.checked_add(n.months()).ok());
    std::iter::once(begin).chain(months).filter(move |day| *day < last)
}

/// Midnight of a day, reckoned back from a moment of the last day in days of 24 hours.
fn midnight_of(clock: &Clock, first: Date, until: i64, last: Date) -> i64 {
    let local = clock.moment(until).local.time();
    let since = i64::from(local.hour()) * HOUR
        + i64::from(local.minute()) * HOUR / 60
        + i64::from(local.second()) * HOUR / 3600;
    let days = i64::from(first.until(last).map_or(0, |span| span.get_days()));
    until - since - days * 24 * HOUR
}

struct Year<'a> {
    engine: &'a Engine,
    market: Market,
    days: Days,
    count: u32,
    /// Of the first day.
    midnight: i64,
    until: i64,
    /// Consignments whose bills are filed.
    filed: u32,
    /// What will happen: slot, consignment, act.
    diary: BinaryHeap<Reverse<(u32, u32, Act)>>,
    live: BTreeMap<u32, Live>,
    /// Something was ordered from the bank in this slot.
    pays: bool,
    told: YearTold,
}

type Answer = Receiver<Result<Outcome, SubmitError>>;

impl Year<'_> {
    fn run(&mut self, tell: &mut dyn FnMut(u64, u64)) -> Result<(), Failure> {
        for slot in 0..u32::try_from(self.days.count()).unwrap_or(u32::MAX) * SLOTS {
            let at = self.at(slot);
            if at >= self.until {
                break;
            }
            set_clock(self.engine, at)?;
            self.slot(slot)?;
            tell(u64::from(self.filed), u64::from(self.count));
        }
        Ok(())
    }

    /// The beginning of a slot.
    fn at(&self, slot: u32) -> i64 {
        let hour = HOURS[(slot % SLOTS) as usize];
        self.midnight + (i64::from(slot / SLOTS) * 24 + hour) * HOUR
    }

    /// What happens in one slot: officers first, then everybody else, then the bank.
    fn slot(&mut self, slot: u32) -> Result<(), Failure> {
        let mut now = Vec::new();
        while let Some(Reverse((at, serial, act))) = self.diary.peek().copied().filter(|r| r.0.0 <= slot) {
            debug_assert!(at == slot, "nothing is left behind");
            self.diary.pop();
            now.push((serial, act));
        }
        let checks: Vec<u32> = now.iter().filter(|(_, act)| *act == Act::Check).map(|(s, _)| *s).collect();
        self.check(&checks)?;
        let mut waiting = Vec::new();
        for (serial, act) in now.into_iter().filter(|(_, act)| *act != Act::Check) {
            if let Some(submission) = self.submission(serial, act) {
                waiting.push((serial, Some(act), self.engine.submit_later(submission)));
            }
            self.answers(slot, &mut waiting, AT_ONCE)?;
        }
        while self.filed < self.count && self.slot_of(self.filed) <= slot {
            let serial = self.filed;
            self.filed += 1;
            let submission = self.file(serial, slot);
            waiting.push((serial, None, self.engine.submit_later(submission)));
            self.answers(slot, &mut waiting, AT_ONCE)?;
        }
        self.answers(slot, &mut waiting, 0)?;
        let pays = std::mem::take(&mut self.pays);
        if pays { wait_for_the_bank(self.engine) } else { Ok(()) }
    }

    /// The slot in which a consignment's bill is filed.
    fn slot_of(&self, serial: u32) -> u32 {
        let day = u32::try_from(self.days.of(serial, self.count)).unwrap_or(u32::MAX);
        day * SLOTS + Dice::new(u64::from(serial)).between(0, SLOTS - 1)
    }

    /// Takes answers until no more than `most` are left to wait for.
    fn answers(
        &mut self,
        slot: u32,
        waiting: &mut Vec<(u32, Option<Act>, Answer)>,
        most: usize,
    ) -> Result<(), Failure> {
        if waiting.len() <= most {
            return Ok(());
        }
        for (serial, act, answer) in waiting.drain(..) {
            let outcome = answer.recv().unwrap_or(Err(SubmitError::Stopped));
            let outcome = outcome.map_err(|e| Failure::Failed(format!("the sample year stopped: {e}")))?;
            self.answered(slot, serial, act, &outcome);
        }
        Ok(())
    }

    /// What follows from an answer.
    fn answered(&mut self, slot: u32, serial: u32, act: Option<Act>, outcome: &Outcome) {
        if !outcome.accepted {
            *self.told.refused.entry(refused_with(outcome)).or_default() += 1;
        }
        let mut dice = Dice::new(u64::from(serial) << 8 | act.map_or(0, |act| act as u64 + 1));
        let import =
            self.live.get(&serial).is_some_and(|live| live.parcel.bill.direction == Direction::Import);
        let mut then = |slots: u32, act: Act| self.diary.push(Reverse((slot + slots, serial, act)));
        match act {
            None => match (import, dice.percent(2)) {
                (false, _) => then(dice.between(1, 2), Act::Arrive),
                (true, true) => then(dice.between(1, 3), Act::Slip),
                (true, false) => then(dice.between(1, 6), Act::Lodge),
            },
            Some(Act::Arrive | Act::Slip) => then(1, Act::Lodge),
            Some(Act::Lodge) if outcome.accepted => self.lodged(slot, serial, outcome, &mut dice),
            Some(Act::Pay) => {
                self.pays = true;
                if import { then(dice.between(1, 14), Act::TakeOut) } else { then(9, Act::Load) }
            }
            Some(Act::Load) if outcome.accepted => then(dice.between(1, 2), Act::Depart),
            // it is done, or nothing more comes of it
            Some(_) => drop(self.live.remove(&serial)),
        }
    }

    /// What follows from the acceptance of a declaration.
    fn lodged(&mut self, slot: u32, serial: u32, outcome: &Outcome, dice: &mut Dice) {
        let lodged = Accepted::of(outcome);
        let Some(live) = self.live.get_mut(&serial) else { return };
        live.entry = entry_number(outcome);
        self.told.lines += live.parcel.form.lines.len() as u64;
        self.told.carried_forward += u64::from(lodged.carried_forward);
        live.parcel.form = Form::default();
        let import = live.parcel.bill.direction == Direction::Import;
        let mut at = slot;
        let mut then = |slots: u32, act: Act| {
            at += slots;
            self.diary.push(Reverse((at, serial, act)));
        };
        if lodged.state == "held" || dice.percent(1) {
            // a licence is missing, or nobody cares for it any more
            self.live.remove(&serial);
            return;
        }
        if lodged.state == "document_check" {
            then(dice.between(1, 4), Act::Check);
        }
        match (import, lodged.owes) {
            (true, true) => {
                let patient = dice.percent(15);
                then(if patient { dice.between(8, 40) } else { dice.between(1, 3) }, Act::Pay);
            }
            (true, false) => then(dice.between(1, 14), Act::TakeOut),
            (false, true) => then(1, Act::Pay),
            (false, false) => then(10, Act::Load),
        }
    }

    /// Files the bill of the next consignment.
    fn file(&mut self, serial: u32, slot: u32) -> Submission {
        let day = self.days.day((slot / SLOTS) as usize);
        // imports and exports are half of the trade each
        let direction = if serial.is_multiple_of(2) { Direction::Import } else { Direction::Export };
        let elapsed = u32::try_from(u64::from(serial) * 100 / u64::from(self.count.max(1))).unwrap_or(0);
        let loading = (direction == Direction::Export).then(|| {
            // three days and a half on: the goods arrive, and are declared a day ahead
            let ahead = day.checked_add(4.days()).unwrap_or(day);
            ahead.at(8, 0, 0, 0)
        });
        let parcel = Parcel::new(serial, direction, day, elapsed, loading, &self.market);
        let bill = parcel.bill.clone();
        let sent = json(&bill);
        let submission =
            submission(carrier(parcel.carrier), format!("bill-{}", bill.bill), Command::FileBill(bill), sent);
        self.live.insert(serial, Live { parcel, entry: None });
        submission
    }

    /// The submission for an act; `None` if there is nothing to do.
    fn submission(&self, serial: u32, act: Act) -> Option<Submission> {
        let live = self.live.get(&serial)?;
        let Parcel { party, bill, .. } = &live.parcel;
        let number = &bill.bill;
        let one = |actor: Actor, command: Command, sent: Sent| {
            Some(submission(actor, format!("{act:?}-{number}"), command, sent))
        };
        match act {
            Act::Arrive => {
                let moved = moved(&live.parcel);
                let sent = json(&moved);
                one(operator(), Command::ReportArrival(moved), sent)
            }
            Act::Slip | Act::Lodge => {
                let form = if act == Act::Slip { live.parcel.slipped() } else { live.parcel.form.clone() };
                let message = Message { form: form.clone(), ..Message::default() };
                let bytes = write(Format::Json, &message).into_bytes();
                let sent = Sent { media_type: "application/json".to_owned(), bytes, keep: true };
                one(trader(party), Command::Lodge(Box::new(form)), sent)
            }
            Act::Pay => {
                let entry = live.entry?;
                one(trader(party), Command::OrderPayment(entry), json(&entry))
            }
            Act::TakeOut => {
                let GoodsMoved { office, bill, packages, gross_kg } = moved(&live.parcel);
                let out = GoodsOut { office, bill, packages, gross_kg };
                let sent = json(&out);
                one(operator(), Command::ReportGoodsOut(out), sent)
            }
            Act::Load => {
                let moved = moved(&live.parcel);
                let sent = json(&moved);
                one(carrier(live.parcel.carrier), Command::ReportLoading(moved), sent)
            }
            Act::Depart => {
                let departed = self.engine.now().day();
                let left = Departure { office: bill.office, bill: number.clone(), departed };
                let sent = json(&left);
                one(carrier(live.parcel.carrier), Command::ReportDeparture(left), sent)
            }
            Act::Check => None,
        }
    }

    /// Document check, and the examination where one was selected, of declarations that wait for it: one step
    /// of all of them after another.
    fn check(&self, serials: &[u32]) -> Result<(), Failure> {
        let mut steps: [Vec<Submission>; 3] = Default::default();
        for serial in serials {
            let Some(live) = self.live.get(serial) else { continue };
            let Some(entry) = live.entry else { continue };
            let record = self.engine.read(|r| r.record(&declaration_key(entry)));
            let record = record.map_err(|e| Failure::Failed(e.to_string()))?;
            let Some(record) = record.filter(|record| record.state == "document_check") else { continue };
            let Some(body) = record.read::<DeclarationRecord>() else { continue };
            let office = &live.parcel.bill.office;
            let officer = |name: &str| Actor { offices: vec![*office], ..officers::officer(name) };
            let step = |actor: Actor, step: &str, form: StepForm| {
                let command = Command::TakeStep { entry, step: step.to_owned(), form: Box::new(form) };
                let key = format!("{step}-{entry}");
                let sent = Sent {
                    media_type: "text/plain".to_owned(),
                    bytes: key.clone().into_bytes(),
                    keep: false,
                };
                submission(actor, key, command, sent)
            };
            let said = |text: &str| StepForm { note: text.to_owned(), ..StepForm::default() };
            if body.channel == "examination" {
                steps[0].push(step(officer("officer"), "order_examination", StepForm::default()));
                let sheet = (1..=body.lines).map(|number| SheetLine { number, ..SheetLine::default() });
                let found = StepForm { sheet: sheet.collect(), ..said("单货相符。Goods as declared.") };
                steps[1].push(step(officer("examiner"), "pass_examination", found));
            } else if entry.serial().is_multiple_of(2) {
                let asked = "请补充合同和发票。Please send the contract and the invoice.";
                steps[0].push(step(officer("officer"), "request_documents", said(asked)));
                steps[1].push(step(trader(&live.parcel.party), "answer", said("已补充。Sent.")));
            }
            steps[2].push(step(officer("officer"), "pass_documents", StepForm::default()));
        }
        for round in steps {
            let waiting: Vec<Answer> = round.into_iter().map(|s| self.engine.submit_later(s)).collect();
            for answer in waiting {
                let outcome = answer.recv().unwrap_or(Err(SubmitError::Stopped));
                let outcome =
                    outcome.map_err(|e| Failure::Failed(format!("the sample year stopped: {e}")))?;
                if !outcome.accepted {
                    let code = refused_with(&outcome);
                    return Err(Failure::Failed(format!("the sample year was refused a check: {code}")));
                }
            }
        }
        Ok(())
    }
}

/// What the year looks at of the answer to a declaration.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Lodged {
    state: String,
    books: Vec<serde::de::IgnoredAny>,
    exchange_rates_carried_forward: Vec<serde::de::IgnoredAny>,
}

/// The answer in the members that [`Year::lodged`] looks at.
struct Accepted {
    state: String,
    owes: bool,
    carried_forward: bool,
}

impl Accepted {
    fn of(outcome: &Outcome) -> Accepted {
        let answer = outcome.answer.as_ref().and_then(|a| serde_json::from_str::<Lodged>(a.get()).ok());
        let Lodged { state, books, exchange_rates_carried_forward } = answer.unwrap_or_default();
        Accepted {
            state,
            owes: !books.is_empty(),
            carried_forward: !exchange_rates_carried_forward.is_empty(),
        }
    }
}

/// All of the goods of a bill.
fn moved(parcel: &Parcel) -> GoodsMoved {
    let bill = &parcel.bill;
    GoodsMoved {
        office: bill.office,
        bill: bill.bill.clone(),
        packages: bill.packages,
        gross_kg: bill.gross_kg,
    }
}

fn trader(party: &str) -> Actor {
    actor(format!("trader-{party}"), Role::Declarant, party, Vec::new())
}

fn operator() -> Actor {
    let span = Span::Year(0);
    let operator = actor("operator".to_owned(), Role::Operator, operator_code().as_str(), offices(span));
    Actor { places: places(span), ..operator }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack_source::embedded;
    use customhouse_engine::{Deliver, Dice as EngineDice, KeyFile, Settings, SimulatedBank, verify};
    use customhouse_kernel::values::Money;
    use customhouse_storage::{Query, Sim, SimDisk};
    use std::collections::BTreeSet;

    /// 2026-11-20 10:00 in China.
    const UNTIL: i64 = 1_795_140_000_000_000;
    const COUNT: u32 = 300;

    /// What the accounts of a year have in common.
    #[derive(Debug, PartialEq, Eq)]
    struct Books {
        told: BTreeMap<String, u64>,
        lines: u64,
        /// Declarations by month, and by office.
        months: BTreeMap<i8, u32>,
        offices: BTreeMap<String, u32>,
        exports: u32,
        firms: BTreeSet<String>,
        owed: i64,
    }

    fn made(name: &str) -> Books {
        let folder = std::env::temp_dir().join(format!("customhouse-year-{name}-{}", std::process::id()));
        let disk = SimDisk::new(1);
        let bank: Box<dyn Deliver> = Box::new(SimulatedBank);
        let engine = Engine::start(Settings {
            store: Box::new(Sim::open(&disk).unwrap()),
            keys: KeyFile::open_or_make(&folder, "2025-11-18T02:00:00Z").unwrap(),
            pack: Some((embedded(), "embedded".to_owned())),
            sample: true,
            clock: Some(UNTIL - Span::Year(COUNT).days() * 24 * HOUR),
            dice: EngineDice::Seeded(3),
            outlets: BTreeMap::from([("bank".to_owned(), bank)]),
        })
        .unwrap();
        let began = std::time::Instant::now();
        let told = trade(&engine, UNTIL, COUNT, &mut |_, _| {}).unwrap();
        println!("{told:?} in {:?}", began.elapsed());
        assert_eq!(told.first.map(|day| day.to_string()).as_deref(), Some("2026-01-01"), "the pack's tariff");
        assert!(told.is_short);
        let slips: u64 = told.refused.values().sum();
        assert!(slips <= 20, "only slips are refused: {:?}", told.refused);
        let all = Query { kind: "declaration".to_owned(), limit: 1_000, ..Query::default() };
        let records = engine.read(|r| r.records(&all)).unwrap();
        let mut books = Books {
            told: told.states,
            lines: told.lines,
            months: BTreeMap::new(),
            offices: BTreeMap::new(),
            exports: 0,
            firms: BTreeSet::new(),
            owed: 0,
        };
        for record in records {
            let body: DeclarationRecord = record.read().unwrap();
            *books.months.entry(body.completed.month()).or_default() += 1;
            *books.offices.entry(record.office).or_default() += 1;
            books.exports += u32::from(body.entry_number.direction() == Direction::Export);
            books.firms.insert(body.consignee);
            books.owed += body.amounts.computed_total.minor();
        }
        assert!(engine.now().utc_micros >= UNTIL);
        if name == "one" {
            let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
            assert_eq!(verified.findings, Vec::new());
        }
        engine.stop();
        std::fs::remove_dir_all(folder).unwrap();
        books
    }

    #[test]
    fn a_year_has_its_seasons_is_sound_and_comes_out_the_same_again() {
        let books = made("one");
        let all: u64 = books.told.values().sum();
        assert!((280..=300).contains(&all), "{books:?}");
        for state in ["closed", "released", "held"] {
            assert!(books.told.contains_key(state), "{state} is missing: {:?}", books.told);
        }
        assert!((4 * all..=6 * all).contains(&books.lines), "{} lines", books.lines);
        assert!((120..=160).contains(&books.exports), "{} exports", books.exports);
        assert!(books.months.len() == 11 && books.months[&2] < books.months[&10], "{:?}", books.months);
        assert!(books.offices.len() >= 12, "{:?}", books.offices);
        assert!((60..=250).contains(&books.firms.len()), "{} firms", books.firms.len());
        assert!(Money::from_minor(books.owed) > Money::ZERO);
        assert_eq!(books, made("other"));
    }
}

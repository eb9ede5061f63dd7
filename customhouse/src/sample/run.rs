//! The days of the sample, one half hour after another: what happens in one goes through the queue
//! together, the bank settles, and the clock moves on.

use super::consignment::{Consignment, Market, Slip, one_of_each};
use super::dice::Dice;
use super::exports::{EXPORTS, Export, ExportAct};
use super::firms::{broker_code, carrier_code, firm_code, operator_code};
use super::goods::Goods;
use super::{Span, officers, offices, parties, places};
use crate::command_line::Failure;
use customhouse_control::{Actor, Command, Role, assess_form, declaration_key};
use customhouse_engine::{
    Clock, Command as EngineCommand, Edition, Engine, Outcome, Sent, Submission, SubmitError,
};
use customhouse_exchange::{Format, Message, write};
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// How many days of trade there are.
pub(crate) const DAYS: i64 = 14;
/// Consignments that arrive in these days; the last of them are still at sea, as it were.
const CONSIGNMENTS: u32 = 315;
/// The firm that pays the taxes of a month together: some of its declarations are under aggregate payment.
const AGGREGATE_FIRM: usize = 0;
const SEED: u64 = 20_260_101;
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// What came of the trade.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Declarations by state.
    pub states: BTreeMap<String, u64>,
    /// Submissions that were refused.
    pub refused: usize,
}

impl Told {
    pub fn declarations(&self) -> u64 {
        self.states.values().sum()
    }
}

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    File,
    Lodge(Option<Slip>),
    /// Officers work off what was selected.
    Check,
    Pay,
    TakeOut,
    /// Of an export, by its place among them.
    Export(ExportAct),
}

/// When, which consignment, what.
type Entry = (i64, usize, Act);

/// Runs the trade of the days before `until` (microseconds, UTC); the engine's clock stands at their
/// beginning, and at `until` afterwards.
///
/// # Errors
/// The engine or its bank does not answer.
pub(crate) fn trade(engine: &Engine, until: i64, tell: &mut dyn FnMut(u64, u64)) -> Result<Told, Failure> {
    let law = engine.law();
    let zone = &law.manifest.territory.time_zone;
    let clock = Clock::new(zone, None)
        .ok_or_else(|| Failure::Failed(format!("the time zone {zone} does not exist")))?;
    let start = until - DAYS * 24 * HOUR;
    let market = Market { goods: known_goods(&law, &clock, start, until), tariff: &law.control.tariff };
    let mut told = Told::default();
    if !market.goods.is_empty() {
        let (consignments, mut diary) = plan(&market, &clock, start, until);
        if known_exports(&law, &clock, start, until) {
            diary.extend(plan_exports(until));
            diary.sort_by_key(|(at, place, _)| (*at, *place));
        }
        let mut run = Run {
            engine,
            clock: &clock,
            until,
            entries: vec![None; consignments.len()],
            exported: vec![None; EXPORTS.len()],
            consignments,
            refused: 0,
        };
        let offices = offices(Span::Fortnight);
        officers::appoint(engine, &offices)?;
        officers::on_duty(engine, &offices)?;
        let begun = engine.now().day();
        parties::before(engine)?;
        let mut rest = diary.as_slice();
        while let Some((first, ..)) = rest.first() {
            let slot = rest.iter().take_while(|(at, ..)| *at < first + 30 * MINUTE).count();
            let (now, later) = rest.split_at(slot);
            run.slot(now)?;
            rest = later;
            tell((diary.len() - rest.len()) as u64, diary.len() as u64);
        }
        parties::after(engine, begun)?;
        told.refused = run.refused;
    }
    set_clock(engine, until)?;
    told.states =
        engine.read(|r| r.count_by_state("declaration")).map_err(|e| Failure::Failed(e.to_string()))?;
    Ok(told)
}

/// The goods that the pack can assess on the first and the last day.
fn known_goods(law: &Edition, clock: &Clock, start: i64, until: i64) -> Vec<&'static Goods> {
    let days = [start, until].map(|at| clock.moment(at).day());
    let is_known = |day: Date| {
        let assessed = one_of_each(&law.control.tariff, day)
            .filter(move |(_, form)| assess_form(form, &law.control, day).is_ok());
        assessed.map(|(goods, _)| goods.name).collect::<Vec<_>>()
    };
    let [first, last] = days.map(is_known);
    one_of_each(&law.control.tariff, days[0])
        .map(|(goods, _)| goods)
        .filter(|goods| first.contains(&goods.name) && last.contains(&goods.name))
        .collect()
}

/// Whether the pack can assess the exports on the first and the last day.
fn known_exports(law: &Edition, clock: &Clock, start: i64, until: i64) -> bool {
    let known = |at: i64, (place, export): (usize, &Export)| {
        assess_form(&export.form(place, None), &law.control, clock.moment(at).day()).is_ok()
    };
    [start, until].iter().all(|at| EXPORTS.iter().enumerate().all(|one| known(*at, one)))
}

/// What happens of the exports.
fn plan_exports(until: i64) -> impl Iterator<Item = Entry> {
    EXPORTS.iter().enumerate().flat_map(move |(place, export)| {
        export.acts().map(move |(before, act)| (until - before * HOUR, place, Act::Export(act)))
    })
}

/// All that will happen, in order of time.
fn plan(market: &Market<'_>, clock: &Clock, start: i64, until: i64) -> (Vec<Consignment>, Vec<Entry>) {
    let mut dice = Dice::new(SEED);
    let mut consignments = Vec::new();
    let mut diary: Vec<Entry> = Vec::new();
    for serial in 0..CONSIGNMENTS {
        let offset = i64::from(dice.between(0, u32::try_from((DAYS * 24 - 8) * 60).unwrap_or(0))) * MINUTE;
        let filed = office_hours(clock, start + offset, &mut dice);
        let place = consignments.len();
        let mut one = Consignment::new(serial + 1, clock.moment(filed).day(), market, &mut dice);
        let aggregate = one.firm == AGGREGATE_FIRM && serial % 2 == 0;
        if aggregate {
            one.pay_together();
        }
        consignments.push(one);
        let mut at = filed;
        let mut then = |hours: (u32, u32), dice: &mut Dice| {
            let wait = i64::from(dice.between(hours.0 * 60 + 35, hours.1 * 60 + 35)) * MINUTE;
            at = office_hours(clock, at + wait, dice);
            at
        };
        diary.push((filed, place, Act::File));
        if dice.percent(4) {
            let slip = *dice.pick(&[Slip::NetAboveGross, Slip::Packages, Slip::CommodityCode]);
            diary.push((then((0, 6), &mut dice), place, Act::Lodge(Some(slip))));
        }
        diary.push((then((0, 20), &mut dice), place, Act::Lodge(None)));
        if dice.percent(80) {
            diary.push((then((1, 9), &mut dice), place, Act::Check));
        }
        if dice.percent(94) {
            let patient = dice.percent(20);
            let pays = then(if patient { (24, 100) } else { (0, 5) }, &mut dice);
            // what is aggregated is paid in the next month
            diary.extend((!aggregate).then_some((pays, place, Act::Pay)));
            if dice.percent(95) {
                diary.push((then((2, 60), &mut dice), place, Act::TakeOut));
            }
        }
    }
    diary.retain(|(at, ..)| *at < until - MINUTE);
    diary.sort_by_key(|(at, place, _)| (*at, *place));
    (consignments, diary)
}

/// The time itself in the hours in which people work, else some time in the next morning; most of
/// what falls on a weekend waits for Monday.
fn office_hours(clock: &Clock, at: i64, dice: &mut Dice) -> i64 {
    let mut at = at;
    let hour = i64::from(clock.moment(at).local.hour());
    if hour >= 20 {
        at += (32 - hour) * HOUR;
    } else if hour < 7 {
        at += (8 - hour) * HOUR;
    }
    let weekday = clock.moment(at).local.weekday().to_monday_zero_offset();
    if weekday >= 5 && dice.percent(70) {
        at += i64::from(7 - weekday) * 24 * HOUR;
    }
    at + i64::from(dice.between(0, 59)) * MINUTE / 2
}

struct Run<'a> {
    engine: &'a Engine,
    clock: &'a Clock,
    until: i64,
    consignments: Vec<Consignment>,
    /// Entry numbers of what has been accepted.
    entries: Vec<Option<EntryNumber>>,
    /// Those of exports.
    exported: Vec<Option<EntryNumber>>,
    refused: usize,
}

type Answer = Receiver<Result<Outcome, SubmitError>>;

impl Run<'_> {
    /// What happens in one half hour.
    fn slot(&mut self, entries: &[Entry]) -> Result<(), Failure> {
        let Some((at, ..)) = entries.first() else { return Ok(()) };
        set_clock(self.engine, *at)?;
        let mut waiting: Vec<(usize, Act, Answer)> = Vec::new();
        for (_, place, act) in entries {
            if let (Act::Check, Some(entry)) = (*act, self.entries[*place]) {
                officers::check(self.engine, entry, &trader(self.consignments[*place].firm))?;
            }
            if let (Act::Export(ExportAct::Check), Some(entry)) =
                (*act, self.exported.get(*place).copied().flatten())
            {
                let export = &EXPORTS[*place];
                officers::check(self.engine, entry, &parties::lodger(export.firm, export.by_broker))?;
            }
            if let Some(submission) = self.submission(*place, *act)? {
                waiting.push((*place, *act, self.engine.submit_later(submission)));
            }
        }
        let mut ordered = false;
        for (place, act, answer) in waiting {
            let outcome = answer.recv().unwrap_or(Err(SubmitError::Stopped));
            let outcome = outcome.map_err(|e| Failure::Failed(format!("the sample trade stopped: {e}")))?;
            self.refused += usize::from(!outcome.accepted);
            ordered |= outcome.accepted && act == Act::Pay;
            if matches!(act, Act::Lodge(_)) && outcome.accepted {
                self.entries[place] = entry_number(&outcome);
            }
            if act == Act::Export(ExportAct::Lodge) && outcome.accepted {
                self.exported[place] = entry_number(&outcome);
            }
        }
        if ordered { wait_for_the_bank(self.engine) } else { Ok(()) }
    }

    /// The submission for an act; `None` if it cannot be done as things stand.
    fn submission(&self, place: usize, act: Act) -> Result<Option<Submission>, Failure> {
        if let Act::Export(act) = act {
            return self.of_export(place, act);
        }
        let one = &self.consignments[place];
        let bill = &one.bill.bill;
        Ok(match act {
            Act::File => {
                let sent = json(&one.bill);
                Some(submission(
                    carrier(one.carrier),
                    format!("bill-{bill}"),
                    Command::FileBill(one.bill.clone()),
                    sent,
                ))
            }
            Act::Lodge(slip) => {
                let form = one.form(slip);
                let message = Message { form: form.clone(), ..Message::default() };
                let bytes = write(Format::Json, &message).into_bytes();
                let sent = Sent { media_type: "application/json".to_owned(), bytes, keep: true };
                let key = format!("lodge-{bill}{}", if slip.is_some() { "-first" } else { "" });
                Some(submission(trader(one.firm), key, Command::Lodge(Box::new(form)), sent))
            }
            Act::Pay => self.entries[place].map(|entry| {
                let sent = json(&entry);
                submission(trader(one.firm), format!("pay-{entry}"), Command::OrderPayment(entry), sent)
            }),
            Act::TakeOut if self.is_in(self.entries[place], &["released"])? => {
                let out = one.out();
                let sent = json(&out);
                Some(submission(operator(), format!("out-{bill}"), Command::ReportGoodsOut(out), sent))
            }
            Act::TakeOut | Act::Check | Act::Export(_) => None,
        })
    }

    /// The submission for an act on an export; `None` if it cannot be done as things stand.
    fn of_export(&self, place: usize, act: ExportAct) -> Result<Option<Submission>, Failure> {
        let export = &EXPORTS[place];
        let entry = self.exported[place];
        let key = format!("export-{place}-{act:?}");
        let one =
            |actor: Actor, command: Command, sent: Sent| Some(submission(actor, key.clone(), command, sent));
        Ok(match act {
            ExportAct::File => {
                let loading = self.clock.moment(self.until - export.loading() * HOUR).local;
                let bill = export.bill(place, loading.date().at(loading.hour(), 0, 0, 0));
                let sent = json(&bill);
                one(carrier(0), Command::FileBill(bill), sent)
            }
            ExportAct::Arrive => {
                let moved = export.arrived(place);
                let sent = json(&moved);
                one(operator(), Command::ReportArrival(moved), sent)
            }
            ExportAct::Lodge => {
                let (code, name) = parties::agent();
                let agent = export.by_broker.then_some((code.as_str(), name.as_str()));
                let form = export.form(place, agent);
                let message = Message { form: form.clone(), ..Message::default() };
                let bytes = write(Format::Json, &message).into_bytes();
                let sent = Sent { media_type: "application/json".to_owned(), bytes, keep: true };
                let actor = parties::lodger(export.firm, export.by_broker);
                one(actor, Command::Lodge(Box::new(form)), sent)
            }
            ExportAct::Load if self.is_in(entry, &["released"])? => {
                let moved = export.loaded(place);
                let sent = json(&moved);
                one(carrier(0), Command::ReportLoading(moved), sent)
            }
            ExportAct::ShutOut if self.is_in(entry, &["released"])? => {
                let shut = export.left_behind(place);
                let sent = json(&shut);
                one(carrier(0), Command::ReportShutOut(shut), sent)
            }
            ExportAct::Depart if self.is_in(entry, &["loaded"])? => {
                let left = export.departed(place, self.engine.now().day());
                let sent = json(&left);
                one(carrier(0), Command::ReportDeparture(left), sent)
            }
            ExportAct::Load | ExportAct::ShutOut | ExportAct::Depart | ExportAct::Check => None,
        })
    }

    fn is_in(&self, entry: Option<EntryNumber>, states: &[&str]) -> Result<bool, Failure> {
        let Some(entry) = entry else { return Ok(false) };
        let found = self.engine.read(|r| r.record(&declaration_key(entry)));
        let found = found.map_err(|e| Failure::Failed(e.to_string()))?;
        Ok(found.is_some_and(|record| states.contains(&record.state.as_str())))
    }
}

pub(super) fn submission(actor: Actor, key: String, command: Command, sent: Sent) -> Submission {
    Submission { actor, key, command: EngineCommand::Control(command), sent }
}

pub(super) fn json(value: &impl Serialize) -> Sent {
    let bytes = serde_json::to_vec(value).expect("our types serialise");
    Sent { media_type: "application/json".to_owned(), bytes, keep: false }
}

pub(super) fn entry_number(outcome: &Outcome) -> Option<EntryNumber> {
    let answer: serde_json::Value = serde_json::from_str(outcome.answer.as_ref()?.get()).ok()?;
    EntryNumber::parse(answer.get("entry_number")?.as_str()?)
}

/// The code of the first finding of a refusal.
pub(super) fn refused_with(outcome: &Outcome) -> String {
    let first = outcome.findings.iter().find(|finding| finding.is_error());
    first.map_or_else(String::new, |finding| finding.code.to_string())
}

/// An account of the sample; the first firm and the first carrier are those who can sign in.
pub(super) fn actor(name: String, role: Role, party: &str, offices: Vec<OfficeCode>) -> Actor {
    Actor { name, role, party: party.to_owned(), offices, places: Vec::new(), posts: Vec::new() }
}

pub(super) fn carrier(place: usize) -> Actor {
    let name = if place == 0 { "carrier".to_owned() } else { format!("carrier-{}", place + 1) };
    actor(name, Role::Carrier, carrier_code(place).as_str(), Vec::new())
}

/// The broker, who can sign in.
pub(crate) fn broker() -> Actor {
    actor("broker".to_owned(), Role::Declarant, broker_code().as_str(), Vec::new())
}

pub(crate) fn trader(place: usize) -> Actor {
    let name = if place == 0 { "trader".to_owned() } else { format!("trader-{}", place + 1) };
    actor(name, Role::Declarant, firm_code(place).as_str(), Vec::new())
}

fn operator() -> Actor {
    let operator =
        actor("operator".to_owned(), Role::Operator, operator_code().as_str(), offices(Span::Fortnight));
    Actor { places: places(Span::Fortnight), ..operator }
}

pub(super) fn set_clock(engine: &Engine, at: i64) -> Result<(), Failure> {
    // the clock ticks while things happen: what is a little past stays
    if engine.now().utc_micros >= at {
        return Ok(());
    }
    engine
        .move_clock(at)
        .map(|_| ())
        .map_err(|e| Failure::Failed(format!("the sample's clock cannot be set: {e}")))
}

/// Waits until the bank has answered every order.
pub(super) fn wait_for_the_bank(engine: &Engine) -> Result<(), Failure> {
    const PATIENCE: Duration = Duration::from_secs(60);
    let began = Instant::now();
    loop {
        let left = engine.read(|r| r.undelivered(0, 1)).map_err(|e| Failure::Failed(e.to_string()))?;
        if left.is_empty() {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            return Err(Failure::Failed("the sample's bank has not settled within a minute".to_owned()));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack_source::embedded;
    use customhouse_control::DeclarationRecord;
    use customhouse_engine::{Deliver, Dice, KeyFile, Settings, SimulatedBank, verify};
    use customhouse_storage::{Query, Sqlite};

    /// 2026-11-20 10:00 in China: a Friday.
    const FRIDAY: i64 = 1_795_140_000_000_000;

    #[test]
    fn the_trade_runs_through_the_queue_and_the_database_is_sound() {
        let folder = std::env::temp_dir().join(format!("customhouse-sample-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let bank: Box<dyn Deliver> = Box::new(SimulatedBank);
        let engine = Engine::start(Settings {
            store: Box::new(Sqlite::open(&folder.join("customhouse.db")).unwrap()),
            keys: KeyFile::open_or_make(&folder.join("keys"), "2026-11-06T02:00:00Z").unwrap(),
            pack: Some((embedded(), "embedded".to_owned())),
            sample: true,
            clock: Some(FRIDAY - DAYS * 24 * HOUR),
            dice: Dice::Machine,
            outlets: BTreeMap::from([("bank".to_owned(), bank)]),
        })
        .unwrap();
        let began = Instant::now();
        let told = trade(&engine, FRIDAY, &mut |_, _| {}).unwrap();
        println!("{told:?} in {:?}", began.elapsed());
        assert!((280..=320).contains(&told.declarations()), "{told:?}");
        for state in ["green", "held", "released", "closed", "departed"] {
            assert!(told.states.contains_key(state), "{state} is missing: {told:?}");
        }
        let declarations = Query { kind: "declaration".to_owned(), limit: 1000, ..Query::default() };
        let declarations = engine.read(|r| r.records(&declarations)).unwrap();
        let bodies =
            declarations.iter().filter_map(|r| Some((r.state.as_str(), r.read::<DeclarationRecord>()?)));
        let released = ["released", "goods_out"];
        let aggregated = bodies.filter(|(state, body)| released.contains(state) && body.aggregate.is_some());
        assert!(aggregated.count() > 0, "none under aggregate payment was released");
        // only the slips are refused
        assert!((5..=25).contains(&told.refused), "{told:?}");
        assert!(engine.now().utc_micros >= FRIDAY);
        // a visitor finds each of these
        let states = |kind: &str| engine.read(|r| r.count_by_state(kind)).unwrap();
        let bills = states("bill");
        assert!(bills["departed"] >= 4 && bills["arrived"] == 1, "{bills:?}");
        let guarantees = states("guarantee");
        assert_eq!((guarantees["accepted"], guarantees["filed"]), (1, 1), "{guarantees:?}");
        assert_eq!(states("authorisation")["granted"], 2);
        let of_broker = customhouse_storage::Query {
            kind: "declaration".to_owned(),
            agent: Some(broker_code().to_string()),
            limit: 10,
            ..customhouse_storage::Query::default()
        };
        assert_eq!(engine.read(|r| r.records(&of_broker)).unwrap().len(), 2);
        let verified = engine.read(|r| verify(r, &engine.key_history(), &mut |_| {})).unwrap();
        assert_eq!(verified.findings, Vec::new());
        engine.stop();
        std::fs::remove_dir_all(folder).unwrap();
    }
}

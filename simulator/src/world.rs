//! The loop: what is asked reaches the engine, one batch is decided, answers come or are lost, and what must hold
//! is checked.

use crate::bank::Bank;
use crate::chance::Chance;
use crate::clients::{Asked, Clients, For};
use crate::journal::{Journal, told};
use crate::log::Log;
use crate::plan::{Plan, Report};
use crate::trade::{Ask, Scene, Trade, beginning};
use customhouse_control::{Actor, DeclarationRecord};
use customhouse_engine::{
    ByHand, Command, Dice, Engine, Hand, KeyFile, KeyHistory, Outcome, Sent, Settings, Submission,
    SubmitError, verify,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::journal::PublicKey;
use customhouse_storage::{Fault, Query, Sim, SimDisk};
use ed25519_dalek::SigningKey;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::mpsc::TryRecvError;

/// 2026-03-02 10:00 in China: a Monday. Microseconds since 1970 UTC.
const MONDAY: i64 = 1_772_416_800_000_000;
const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// Rounds in which everything that is under way must come to rest.
const ROUNDS: usize = 200;

/// A process, while it lives.
struct Process {
    engine: Engine,
    hand: Hand,
}

pub struct World<'a> {
    plan: &'a Plan,
    chance: Chance,
    disk: SimDisk,
    /// None only while it is started again.
    process: Option<Process>,
    /// The machine's clock, and how far it is off.
    now: i64,
    skew: i64,
    /// The disk reports what it does not do.
    lies: bool,
    history: KeyHistory,
    public: PublicKey,
    trade: Trade,
    bank: Bank,
    clients: Clients,
    /// Under way.
    asked: Vec<Asked>,
    journal: Journal,
    keys: u64,
    steps: u64,
    log: Log,
    report: Report,
}

fn signing() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

impl<'a> World<'a> {
    pub fn begin(plan: &'a Plan) -> Result<World<'a>, String> {
        let keys = KeyFile::of(signing(), "2026-03-02T02:00:00Z");
        let mut world = World {
            plan,
            chance: Chance::new(plan.seed),
            disk: SimDisk::new(plan.seed),
            process: None,
            now: MONDAY,
            skew: 0,
            lies: false,
            journal: Journal::new(keys.history.clone())?,
            history: keys.history,
            public: PublicKey::from(&signing()),
            trade: Trade::default(),
            bank: Bank::default(),
            clients: Clients::default(),
            asked: Vec::new(),
            keys: 0,
            steps: 0,
            log: Log::new(),
            report: Report::default(),
        };
        world.start()?;
        let today = world.process()?.engine.now().day();
        for ask in beginning(today) {
            world.ask(ask)?;
            world.decide()?;
        }
        Ok(world)
    }

    /// How far it came, what it met, and the last lines of its log.
    pub fn over(self) -> (u64, Report, Vec<String>) {
        let report = Report {
            steps: self.steps,
            log: Some(self.log.hash),
            events: self.journal.events(),
            heads: self.journal.heads(),
            declarations: self.journal.cases.len() as u64,
            ..self.report
        };
        (self.steps, report, self.log.last())
    }

    fn process(&mut self) -> Result<&mut Process, String> {
        self.process.as_mut().ok_or_else(|| "there is no process".to_owned())
    }

    fn met(&mut self, what: String) {
        *self.report.met.entry(what).or_default() += 1;
    }

    fn start(&mut self) -> Result<(), String> {
        // the old process lets go of the disk before the new one opens it
        self.process = None;
        let sim = Sim::open(&self.disk).map_err(|e| format!("the disk cannot be opened: {e}"))?;
        let settings = Settings {
            store: (self.plan.store)(sim, &self.disk),
            keys: KeyFile::of(signing(), "2026-03-02T02:00:00Z"),
            pack: Some((self.plan.pack.clone(), "embedded".to_owned())),
            sample: true,
            clock: Some(self.now + self.skew),
            dice: Dice::Seeded(self.plan.seed),
            outlets: BTreeMap::new(),
        };
        self.report.starts += 1;
        let mut by = ByHand::new(self.plan.seed.wrapping_mul(1_000_003).wrapping_add(self.report.starts));
        by.decide = self.plan.decide.unwrap_or(by.decide);
        if let Some(chart) = self.plan.chart {
            by.chart = chart();
        }
        let (engine, hand) = Engine::by_hand(settings, by).map_err(|e| format!("it does not start: {e}"))?;
        self.process = Some(Process { engine, hand });
        Ok(())
    }

    /// One step: something happens, a batch is decided, and what must hold is checked.
    pub fn step(&mut self) -> Result<(), String> {
        self.time_goes_on()?;
        match self.chance.below(100) {
            0..58 => self.somebody_asks()?,
            58..70 => self.somebody_asks_again()?,
            70..82 => self.bank_answers()?,
            82..90 => self.deadlines_fall()?,
            90..95 => self.disk_will_fail(),
            95..97 => self.disk_has_room(),
            97..98 => self.is_killed()?,
            _ => self.somebody_is_mistaken()?,
        }
        self.decide()?;
        self.steps += 1;
        if self.steps.is_multiple_of(self.plan.whole) { self.rest() } else { Ok(()) }
    }

    /// Seconds pass, now and then days; the machine's clock is off for a while.
    fn time_goes_on(&mut self) -> Result<(), String> {
        self.now += (1 + self.chance.below(600) as i64) * SECOND;
        match self.chance.below(200) {
            0..4 => self.now += (1 + self.chance.below(3) as i64) * DAY,
            4..5 => self.now += 20 * DAY,
            5..7 => self.skew = -(self.chance.below(3 * 86_400) as i64) * SECOND,
            7..8 => self.skew = self.chance.below(7200) as i64 * SECOND,
            8..20 => self.skew = 0,
            _ => {}
        }
        let reading = self.now + self.skew;
        self.process()?.hand.clock_reads(reading);
        Ok(())
    }

    /// A few ask at once, now and then about the same declaration.
    fn somebody_asks(&mut self) -> Result<(), String> {
        let many = if self.chance.percent(50) { 1 } else { 2 + self.chance.below(4) };
        let racing = self.chance.percent(40);
        let Some(process) = &self.process else { return Ok(()) };
        let law = process.engine.law();
        let scene = Scene { engine: &process.engine, law: &law, journal: &self.journal };
        let first = scene.some_declaration(&mut self.chance);
        let mut asks = Vec::new();
        for _ in 0..many {
            let of = if racing { first } else { scene.some_declaration(&mut self.chance) };
            asks.push(self.trade.any(&scene, of, &mut self.chance)?);
        }
        // two officers take the same step
        if self.chance.percent(10)
            && let Some((by, command)) = asks.last().cloned()
        {
            asks.push((Actor { name: by.name.replace('1', "2"), ..by }, command));
        }
        asks.into_iter().try_for_each(|ask| self.ask(ask))
    }

    /// Who has no answer asks again, and who has one asks as if he had none.
    fn somebody_asks_again(&mut self) -> Result<(), String> {
        if !self.clients.unanswered.is_empty() && self.chance.percent(70) {
            let n = self.chance.below(self.clients.unanswered.len());
            let (submission, why) = self.clients.unanswered.swap_remove(n);
            return self.submit(submission, why);
        }
        // the last few are the likeliest
        let many = self.clients.len();
        let back = if self.chance.percent(70) { many.min(12) } else { many };
        let n = many - 1 - self.chance.below(back.max(1)).min(many.saturating_sub(1));
        let Some(told) = self.clients.nth(n) else { return Ok(()) };
        let submission = told.submission.clone();
        self.met("repeated".to_owned());
        self.submit(submission, For::Client)
    }

    /// A key that was used comes with another content.
    fn somebody_is_mistaken(&mut self) -> Result<(), String> {
        if self.clients.len() == 0 {
            return Ok(());
        }
        let n = self.chance.below(self.clients.len());
        let Some(told) = self.clients.nth(n) else { return Ok(()) };
        let mut submission = told.submission.clone();
        submission.sent.bytes.push(b'!');
        self.met("key reused".to_owned());
        self.submit(submission, For::Mistake)
    }

    fn bank_answers(&mut self) -> Result<(), String> {
        let Some(process) = &self.process else { return Ok(()) };
        let mut says = Vec::new();
        for message in process.hand.undelivered(50).map_err(told)? {
            for answer in self.bank.takes(&message, self.steps, &mut self.chance)? {
                says.push((answer, For::Message(message.id.clone())));
            }
        }
        says.into_iter().try_for_each(|(answer, why)| self.submit(answer, why))
    }

    fn deadlines_fall(&mut self) -> Result<(), String> {
        let fallen = self.process()?.hand.deadlines().map_err(told)?;
        fallen.into_iter().try_for_each(|submission| self.submit(submission, For::Deadline))
    }

    fn disk_will_fail(&mut self) {
        let faults = [
            Fault::Error,
            Fault::Error,
            Fault::LostAnswer,
            Fault::LostAnswer,
            Fault::CrashBefore,
            Fault::CrashAfter,
            Fault::TornWrite,
            Fault::DiskFull,
            Fault::LostSync,
        ];
        let fault = self.chance.of(&faults);
        // a disk that lies is rare: it is the one fault that may lose what was acknowledged
        if fault == Fault::LostSync {
            if self.chance.percent(70) {
                return;
            }
            self.lies = true;
        }
        let at = self.disk.operations() + 1 + self.chance.below(6) as u64;
        self.disk = self.disk.clone().fail_at(at, fault);
        self.log.say(format!("the disk will fail at {at}: {fault:?}"));
        self.met(format!("{fault:?}"));
    }

    fn disk_has_room(&mut self) {
        self.disk.make_room();
        self.log.say("the disk has room".to_owned());
    }

    /// The process ends as by `kill -9`: what was queued is lost, what was written is there.
    fn is_killed(&mut self) -> Result<(), String> {
        for _ in 0..self.chance.below(3) {
            self.somebody_asks()?;
        }
        self.log.say("the process is killed".to_owned());
        self.met("killed".to_owned());
        self.start()?;
        self.all_unanswered();
        self.after_start(false)
    }

    /// A new command, under a key of its own.
    fn ask(&mut self, (actor, command): Ask) -> Result<(), String> {
        self.keys += 1;
        let bytes = format!("{command:?}").into_bytes();
        let submission = Submission {
            actor,
            key: format!("k{}", self.keys),
            command: Command::Control(command),
            sent: Sent { media_type: "text/plain".to_owned(), bytes, keep: self.chance.percent(20) },
        };
        self.submit(submission, For::Client)
    }

    fn submit(&mut self, submission: Submission, why: For) -> Result<(), String> {
        let kind = submission.command.kind();
        self.log.say(format!("{} asks {} {kind}", submission.actor.name, submission.key));
        let is_lost = self.chance.percent(4);
        let answer = self.process()?.engine.submit_later(submission.clone());
        self.asked.push(Asked { submission, why, answer, is_lost });
        Ok(())
    }

    /// Batches until nothing is moved on any more, then answers, then what must hold.
    fn decide(&mut self) -> Result<(), String> {
        let failures = self.disk.failures();
        // more than a batch takes may be queued
        for _ in 0..=self.asked.len() / 100 {
            let mut rounds = 0;
            while self.process()?.hand.batch() {
                rounds += 1;
                if rounds > ROUNDS {
                    return Err("a command is moved on for ever".to_owned());
                }
            }
        }
        let failed = self.answers()?;
        if self.disk.is_crashed() {
            return self.power_goes();
        }
        match failed {
            Some(why) if self.disk.failures() == failures => Err(format!("the disk works, and {why}")),
            _ => self.follow(),
        }
    }

    /// Takes the answers; gives the first that the store could not give.
    fn answers(&mut self) -> Result<Option<String>, String> {
        let mut failed = None;
        for asked in std::mem::take(&mut self.asked) {
            let answer = match asked.answer.try_recv() {
                Ok(_) if asked.is_lost => Err(SubmitError::Stopped),
                Ok(answer) => answer,
                Err(TryRecvError::Disconnected) if self.disk.is_crashed() => Err(SubmitError::Stopped),
                Err(why) => return Err(format!("{} has no answer: {why}", asked.submission.key)),
            };
            if let Err(SubmitError::Store(why)) = &answer {
                failed.get_or_insert_with(|| format!("{} was answered: {why}", asked.submission.key));
            }
            self.answer(asked.submission, asked.why, answer)?;
        }
        Ok(failed)
    }

    fn answer(
        &mut self,
        submission: Submission,
        why: For,
        answer: Result<Outcome, SubmitError>,
    ) -> Result<(), String> {
        let process = self.process.as_mut().ok_or("there is no process")?;
        match &why {
            For::Deadline => process.hand.worked_off(&submission.key, &answer),
            For::Message(id) => drop(process.hand.answered(id, answer.clone())),
            For::Client | For::Mistake => {}
        }
        let (key, kind) = (submission.key.clone(), submission.command.kind());
        match answer {
            Ok(_) if why == For::Mistake => Err(format!("{key} was taken with another content")),
            Ok(outcome) => {
                let word = if outcome.accepted { "accepted" } else { "refused" };
                self.log.say(format!("{key} is {word} in event {}", outcome.seq));
                let codes = outcome.findings.iter().filter(|f| f.is_error()).map(|f| &*f.code);
                let codes: Vec<&str> = codes.take(1).collect();
                let met = format!("{kind} {word} {}", codes.concat());
                self.met(met.trim_end().to_owned());
                self.clients.told(submission, &outcome, &self.public)
            }
            Err(SubmitError::KeyReused) if why == For::Mistake => Ok(()),
            Err(SubmitError::Store(_) | SubmitError::Stopped) => {
                self.log.say(format!("{key} has no answer"));
                self.met("no answer".to_owned());
                if why == For::Client {
                    self.clients.unanswered.push((submission, why));
                }
                Ok(())
            }
            Err(error) => Err(format!("{key}: {error}")),
        }
    }

    /// Nothing that is under way is ever answered.
    fn all_unanswered(&mut self) {
        for asked in std::mem::take(&mut self.asked) {
            if asked.why == For::Client {
                self.clients.unanswered.push((asked.submission, For::Client));
            }
        }
    }

    fn power_goes(&mut self) -> Result<(), String> {
        self.log.say("power goes".to_owned());
        self.all_unanswered();
        self.process = None;
        self.disk = self.disk.after_power_loss();
        self.start()?;
        let lied = std::mem::take(&mut self.lies);
        self.after_start(lied)
    }

    /// What was acknowledged is there; only a disk that lied may have lost an end of it.
    fn after_start(&mut self, lied: bool) -> Result<(), String> {
        let mut journal = Journal::new(self.history.clone())?;
        let engine = &self.process()?.engine;
        engine.read(|reader| Ok(journal.follow(reader))).map_err(told)??;
        self.journal = journal;
        if lied {
            self.clients.forget_lost(&self.journal);
        }
        self.clients.all_kept(&self.journal)
    }

    fn follow(&mut self) -> Result<(), String> {
        let Some(process) = &self.process else { return Ok(()) };
        let before = self.journal.heads();
        process.engine.read(|reader| Ok(self.journal.follow(reader))).map_err(told)??;
        if self.journal.heads() > before {
            let head = process.engine.read(|reader| reader.last_head()).map_err(told)?;
            let hash = head.map(|head| head.hash().to_string()).unwrap_or_default();
            self.log.say(format!("head {} {hash}", self.journal.heads()));
        }
        Ok(())
    }

    /// Everything under way comes to its end, on a disk without faults and with a bank that answers; then the
    /// whole database is checked.
    pub fn rest(&mut self) -> Result<(), String> {
        self.disk.heal();
        self.bank.is_prompt = true;
        self.skew = 0;
        let mut rounds = 0;
        loop {
            for (submission, why) in std::mem::take(&mut self.clients.unanswered) {
                self.submit(submission, why)?;
            }
            self.bank_answers()?;
            self.deadlines_fall()?;
            let quiet = self.asked.is_empty();
            self.decide()?;
            if quiet && self.clients.unanswered.is_empty() {
                break;
            }
            rounds += 1;
            if rounds > ROUNDS {
                return Err("it does not come to rest".to_owned());
            }
        }
        self.bank.is_prompt = false;
        self.whole()
    }

    fn whole(&mut self) -> Result<(), String> {
        self.clients.all_kept(&self.journal)?;
        let Some(process) = &self.process else { return Ok(()) };
        let waiting = process.hand.undelivered(10).map_err(told)?;
        if let Some(message) = waiting.first() {
            return Err(format!("{} is never delivered: {}", message.id, message.body));
        }
        let today = process.engine.now().day();
        let all = Query { kind: "declaration".to_owned(), limit: usize::MAX >> 1, ..Query::default() };
        for record in process.engine.read(|r| r.records(&all)).map_err(told)? {
            at_rest(&record, today)?;
        }
        let ordered = Query { kind: "refund".to_owned(), state: Some("ordered".to_owned()), ..all };
        if let Some(left) = process.engine.read(|r| r.records(&ordered)).map_err(told)?.first() {
            return Err(format!("the order of {} was never answered", left.key));
        }
        let verified = process.engine.read(|r| verify(r, &self.history, &mut |_| {})).map_err(told)?;
        if let Some(finding) = verified.findings.first() {
            let (invariant, place) = (finding.invariant, &finding.place);
            return Err(format!("verify: {invariant} at {place}: {}", finding.text.en));
        }
        if verified.events != self.journal.events() {
            return Err(format!("verify saw {} events of {}", verified.events, self.journal.events()));
        }
        self.log.say(format!("whole at event {}", verified.events));
        Ok(())
    }
}

/// What holds of a declaration when nothing is under way. Errors: what does not.
fn at_rest(record: &Record, today: Date) -> Result<(), String> {
    let body: DeclarationRecord = record.read().ok_or(format!("{} cannot be read", record.key))?;
    let fallen = record.due.filter(|due| *due < today);
    if fallen.is_some_and(|due| body.worked_off.is_none_or(|day| day < due)) {
        return Err(format!("a deadline of {} fell, and nothing came of it", record.key));
    }
    match body.open_orders.first() {
        Some(order) => Err(format!("order {order} of {} was never answered", record.key)),
        None => Ok(()),
    }
}

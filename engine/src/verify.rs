//! `verify`: what must always hold, checked on a database (design, "What must always hold").

use crate::edition::Edition;
use crate::handle::{chart, newest_law};
use crate::key::KeyHistory;
use crate::replay::{Editions, reckoned_again};
use crate::verify_guarantees::GuaranteesSeen;
use crate::verify_periodic::PeriodicSeen;
use crate::verify_refunds::RefundsSeen;
use crate::verify_sales::SalesSeen;
use customhouse_control::{
    AggregateAccount, BillRecord, DeclarationRecord, DeclarationVersion, DisposalKind, KeptSummary,
    aggregate_account_key, entry_counter, summary_key, version_key,
};
use customhouse_finance::duty_owed;
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::journal::{ChainCheck, Event, Hash, Stored, Written};
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{EntryNumber, Money};
use customhouse_storage::{Query, Reader, StoreError};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Something that should hold and does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which invariant, by its name in SECURITY and the design: `chain`, `ledger`, `money`,
    /// `records`, `replay`, `numbers`.
    pub invariant: &'static str,
    /// Where: a head, an event, an account or a record.
    pub place: String,
    pub text: Text,
}

/// How far the check is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub what: &'static str,
    pub done: u64,
    pub of: u64,
}

/// What was checked, and what was found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verified {
    pub heads: u64,
    pub events: u64,
    pub accounts: u64,
    pub declarations: u64,
    pub findings: Vec<Finding>,
}

/// Checks a whole database as it stands at one moment, whatever is written meanwhile. It only reads.
///
/// # Errors
/// The store cannot be read.
pub fn verify(
    reader: &mut dyn Reader,
    keys: &KeyHistory,
    tell: &mut dyn FnMut(Progress),
) -> Result<Verified, StoreError> {
    reader.pin()?;
    let verified = checked(reader, keys, tell);
    reader.unpin()?;
    verified
}

fn checked(
    reader: &mut dyn Reader,
    keys: &KeyHistory,
    tell: &mut dyn FnMut(Progress),
) -> Result<Verified, StoreError> {
    let newest = newest_law(reader)?;
    let mut check = Check {
        reader,
        verified: Verified::default(),
        newest,
        written: BTreeMap::new(),
        attached: BTreeSet::new(),
        balances: BTreeMap::new(),
        owed: BTreeSet::new(),
        guarantees: GuaranteesSeen::default(),
        aggregated: BTreeMap::new(),
        refunds: RefundsSeen::default(),
        periodic: PeriodicSeen::default(),
    };
    let sums = check.journal(keys, tell)?;
    check.ledger(&sums)?;
    check.attachments(tell)?;
    check.records(tell)?;
    check.declarations(tell)?;
    check.bills(tell)?;
    check.nothing_else_owed();
    check.guarantees()?;
    check.aggregate_accounts()?;
    check.disposals()?;
    check.refunds()?;
    check.periodic()?;
    Ok(check.verified)
}

/// What an account should hold, by the events.
type Sums = BTreeMap<AccountId, i64>;

struct Check<'a> {
    reader: &'a mut dyn Reader,
    verified: Verified,
    /// The law of now; `None` if the database holds none.
    newest: Option<Arc<Edition>>,
    /// Newest version and digest of each record, by the events.
    written: BTreeMap<RecordKey, (u32, Hash)>,
    /// Every attachment that an event names.
    attached: BTreeSet<Hash>,
    /// The balances that are kept.
    balances: Sums,
    /// The accounts of books that a declaration has.
    owed: BTreeSet<AccountId>,
    /// What records say of guarantees.
    guarantees: GuaranteesSeen,
    /// How many books of each firm are open under aggregate payment, by their last day.
    aggregated: BTreeMap<String, BTreeMap<Date, u32>>,
    /// What records say of refunds, and of what the bank took in and paid out.
    refunds: RefundsSeen,
    /// What declarations say of periodic lists.
    periodic: PeriodicSeen,
}

impl Check<'_> {
    fn find(
        &mut self,
        invariant: &'static str,
        place: impl Into<String>,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.verified.findings.push(Finding { invariant, place: place.into(), text: Text::of(zh, en) });
    }

    /// The chain of heads, and every posting on the way.
    fn journal(&mut self, keys: &KeyHistory, tell: &mut dyn FnMut(Progress)) -> Result<Sums, StoreError> {
        let last = self.reader.last_head()?.map_or(0, |h| h.number);
        let mut chain = ChainCheck::new(|id: &str| keys.find(id));
        let mut sums = Sums::new();
        for number in 1..=last {
            let Some(head) = self.reader.head(number)? else {
                self.find("chain", format!("head {number}"), "缺少该批次头", "the head is missing");
                continue;
            };
            let events = self.reader.events(head.first_event, usize::try_from(head.count).unwrap_or(0))?;
            let events: Vec<_> = events.into_iter().filter(|e| e.batch == number).collect();
            let held: Vec<Stored<'_>> =
                events.iter().map(|e| Stored::Whole { salt: e.salt, payload: &e.payload }).collect();
            for fault in chain.feed(&head, &held) {
                let text = fault.text();
                self.find("chain", format!("head {number}"), text.zh, text.en);
            }
            for event in &events {
                self.event(event.seq, &event.payload, &mut sums);
            }
            self.verified.heads += 1;
            self.verified.events += events.len() as u64;
            if number % 64 == 0 || number == last {
                tell(Progress { what: "journal", done: number, of: last });
            }
        }
        Ok(sums)
    }

    fn event(&mut self, seq: u64, payload: &str, sums: &mut Sums) {
        let place = format!("event {seq}");
        let Ok(event) = serde_json::from_str::<Event>(payload) else {
            return self.find("chain", place, "事件内容无法读取", "the event cannot be read");
        };
        for posting in &event.postings {
            let mut units: BTreeMap<&str, i128> = BTreeMap::new();
            for entry in &posting.entries {
                *units.entry(entry.account.unit()).or_default() += i128::from(entry.amount);
                let sum = sums.entry(entry.account.clone()).or_default();
                *sum = sum.saturating_add(entry.amount);
            }
            for (unit, sum) in units.into_iter().filter(|(_, sum)| *sum != 0) {
                let words = (
                    format!("{} 的分录以 {unit} 计不平：{sum}", posting.memo),
                    format!("{} does not balance in {unit}: {sum}", posting.memo),
                );
                self.find("ledger", &*place, words.0, words.1);
            }
        }
        self.attached.extend(event.attachments.iter().map(|a| a.digest));
        for written in event.written {
            self.written.insert(written.key, (written.version, written.digest));
        }
    }

    /// Balances equal the sum of postings; no floor is undercut; money held is money owed back.
    fn ledger(&mut self, sums: &Sums) -> Result<(), StoreError> {
        let chart = chart();
        let mut stored = Sums::new();
        let mut after: Option<AccountId> = None;
        loop {
            let page = self.reader.balances(after.as_ref(), 1000)?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            stored.extend(page);
        }
        self.verified.accounts = stored.len() as u64;
        let accounts: BTreeSet<&AccountId> = sums.keys().chain(stored.keys()).collect();
        for account in accounts {
            let (kept, sum) =
                (stored.get(account).copied().unwrap_or(0), sums.get(account).copied().unwrap_or(0));
            if kept != sum {
                self.find(
                    "ledger",
                    account.to_string(),
                    format!("余额 {kept} 不等于分录之和 {sum}"),
                    format!("balance {kept} is not the sum of postings {sum}"),
                );
            }
            let class = chart.class(account.class());
            if class.is_none() {
                self.find("ledger", account.to_string(), "未知的账户类别", "unknown class of accounts");
            }
            let below = class.and_then(|c| c.floor.filter(|floor| c.on_own_side(kept) < i128::from(*floor)));
            if let Some(floor) = below {
                self.find(
                    "ledger",
                    account.to_string(),
                    format!("余额低于下限 {floor}"),
                    format!("balance is below its floor {floor}"),
                );
            }
        }
        self.balances.clone_from(&stored);
        let total = |class: &str| {
            stored.iter().filter(|(a, _)| a.class() == class).map(|(_, n)| i128::from(*n)).sum::<i128>()
        };
        let (held, refundable, ordered) = (total("held"), -total("refundable"), -total("refund_ordered"));
        if held != refundable + ordered {
            self.find(
                "money",
                "held",
                format!("暂存款 {held} 不等于可退还款 {refundable} 加已指令退付 {ordered}"),
                format!("money held {held} is not what is refundable {refundable} and ordered to go back {ordered}"),
            );
        }
        let (owed, collected, assessed) = (total("duty_owed"), total("treasury"), -total("duty_assessed"));
        if owed + collected != assessed {
            self.find(
                "money",
                "duty",
                format!("应缴 {owed} 加入库 {collected} 不等于计税 {assessed}"),
                format!("owed {owed} and collected {collected} are not what was assessed {assessed}"),
            );
        }
        Ok(())
    }

    /// What was sent is there, byte for byte.
    fn attachments(&mut self, tell: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
        let attached = std::mem::take(&mut self.attached);
        let of = attached.len() as u64;
        for (done, digest) in (1..).zip(attached) {
            match self.reader.attachment(&digest) {
                Ok(Some(bytes)) if Hash::of(&bytes) == digest => {}
                Ok(None) => self.find("records", digest.to_string(), "附件缺失", "the attachment is missing"),
                Ok(Some(_)) | Err(StoreError::Damaged(_)) => {
                    let words = ("附件与摘要不符", "the attachment is not what its digest says");
                    self.find("records", digest.to_string(), words.0, words.1);
                }
                Err(error) => return Err(error),
            }
            if done % 256 == 0 || done == of {
                tell(Progress { what: "attachments", done, of });
            }
        }
        Ok(())
    }

    /// Each record is what the newest event about it wrote, and nothing is there that no event wrote.
    fn records(&mut self, tell: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
        let kinds = self.reader.kinds()?;
        let (mut done, of) = (0, kinds.values().sum());
        for kind in kinds.into_keys() {
            self.each(&kind, &mut |check, record| {
                check.written_as_kept(record);
                done += 1;
                if done % 512 == 0 || done == of {
                    tell(Progress { what: "records", done, of });
                }
                Ok(())
            })?;
        }
        for key in std::mem::take(&mut self.written).into_keys() {
            self.find("records", key.to_string(), "记录缺失", "the record is missing");
        }
        Ok(())
    }

    fn written_as_kept(&mut self, record: &Record) {
        let place = record.key.to_string();
        match self.written.remove(&record.key) {
            None => self.find("records", place, "没有写入它的事件", "no event wrote it"),
            Some((version, _)) if version != record.version => {
                let zh = format!("版本与事件不符：{}", record.version);
                let en = format!("its version is not the journal's: {}", record.version);
                self.find("records", place, zh, en);
            }
            Some((_, digest)) if digest != Written::digest(record) => {
                let words = ("与事件中的摘要不符", "it is not what the journal's digest says");
                self.find("records", place, words.0, words.1);
            }
            Some(_) => {}
        }
    }

    /// Every record of a kind, a page at a time.
    fn each(
        &mut self,
        kind: &str,
        look: &mut dyn FnMut(&mut Self, &Record) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let query = Query { kind: kind.to_owned(), after: after.take(), limit: 500, ..Query::default() };
            let page = self.reader.records(&query)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.key.id.clone());
            for record in &page {
                look(self, record)?;
            }
        }
    }

    /// Line charges equal the books; assessing again gives the same; numbers are unique and in order.
    fn declarations(&mut self, tell: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
        let of = self.reader.count_by_state("declaration")?.values().sum();
        let counters = self.reader.counters()?;
        let mut editions = Editions::default();
        self.each("declaration", &mut |check, record| {
            check.declaration(record, &counters, &mut editions)?;
            check.verified.declarations += 1;
            let done = check.verified.declarations;
            if done % 256 == 0 || done == of {
                tell(Progress { what: "declarations", done, of });
            }
            Ok(())
        })
    }

    /// The goods of a bill are where its record says.
    fn bills(&mut self, tell: &mut dyn FnMut(Progress)) -> Result<(), StoreError> {
        let of = self.reader.count_by_state("bill")?.values().sum();
        let mut done = 0;
        self.each("bill", &mut |check, record| {
            check.bill(record);
            done += 1;
            if done % 256 == 0 || done == of {
                tell(Progress { what: "bills", done, of });
            }
            Ok(())
        })
    }

    fn bill(&mut self, record: &Record) {
        let place = record.key.to_string();
        let Some(body) = record.read::<BillRecord>() else {
            return self.find("records", place, "提运单内容无法读取", "the bill cannot be read");
        };
        let procedure = self.newest.as_ref().map(|law| law.control.bill_procedure_of(body.direction));
        let state = procedure.map(|procedure| procedure.state(&record.state).cloned());
        let is_final = match state {
            Some(Some(state)) => state.is_final,
            Some(None) => {
                return self.find(
                    "records",
                    place,
                    "状态不在程序中",
                    "its state is not one of the procedure's",
                );
            }
            None => false,
        };
        for goods in body.goods_accounts(&record.key.id) {
            let kept = goods.accounts.each_ref().map(|a| self.balances.get(a).copied().unwrap_or(0));
            if !goods.are_sound(kept, is_final) {
                let [announced, open, declared, released, loaded, shut_out, set_aside, ordered_out] = kept;
                let zh = format!(
                    "货物账户与提运单不符：预配 {announced}，未报 {open}，已报 {declared}，放行 {released}，\
                     装载 {loaded}，退关 {shut_out}，待变卖 {set_aside}，待提离 {ordered_out}，舱单 {}",
                    goods.filed
                );
                let en = format!(
                    "its goods are not where the bill says: announced {announced}, open {open}, declared \
                     {declared}, released {released}, loaded {loaded}, shut out {shut_out}, set aside \
                     {set_aside}, ordered out {ordered_out}, filed {}",
                    goods.filed
                );
                self.find("ledger", &*place, zh, en);
            }
        }
    }

    /// Nothing is owed but on the books of declarations.
    fn nothing_else_owed(&mut self) {
        let strays: Vec<String> = self
            .balances
            .iter()
            .filter(|(account, amount)| account.class() == "duty_owed" && **amount != 0)
            .filter(|(account, _)| !self.owed.contains(account))
            .map(|(account, _)| account.to_string())
            .collect();
        for place in strays {
            self.find("money", place, "没有这本缴款书", "no declaration has this book");
        }
    }

    /// What is kept of each firm for aggregate payment are the open books of its declarations.
    fn aggregate_accounts(&mut self) -> Result<(), StoreError> {
        self.each("aggregate_account", &mut |check, record| {
            let seen = check.aggregated.remove(&record.key.id).unwrap_or_default();
            if record.read::<AggregateAccount>().is_none_or(|account| account.open != seen) {
                let words =
                    ("与汇总征税的未缴缴款书不符", "it is not what the firm's open aggregate books are");
                check.find("records", record.key.to_string(), words.0, words.1);
            }
            Ok(())
        })?;
        for party in std::mem::take(&mut self.aggregated).into_keys() {
            let place = aggregate_account_key(&party).to_string();
            self.find(
                "records",
                place,
                "缺少汇总征税台账",
                "what is kept of the firm's aggregate books is missing",
            );
        }
        Ok(())
    }

    /// What of each guarantee is free, reserved, claimed and given back is what was given, and what is
    /// reserved are open books that it answers for.
    fn guarantees(&mut self) -> Result<(), StoreError> {
        let counters = self.reader.counters()?;
        self.each("guarantee", &mut |check, record| {
            let state = |law: &Arc<Edition>| law.control.guarantee_procedure().state(&record.state).is_none();
            if check.newest.as_ref().is_some_and(state) {
                let words = ("状态不在程序中", "its state is not one of the procedure's");
                check.find("records", record.key.to_string(), words.0, words.1);
            }
            let found = check.guarantees.guarantee(record, &counters, &check.balances);
            check.verified.findings.extend(found);
            Ok(())
        })?;
        let strays = self.guarantees.rest(&self.balances);
        self.verified.findings.extend(strays);
        Ok(())
    }

    /// The money of each sale is where the case's record says, and the case that a bill names has its goods.
    fn disposals(&mut self) -> Result<(), StoreError> {
        let mut seen = SalesSeen::default();
        for kind in DisposalKind::ALL {
            self.each(kind.name(), &mut |check, record| {
                let procedure =
                    check.newest.as_ref().and_then(|law| law.control.disposal_procedure(kind).cloned());
                if procedure.is_none_or(|procedure| procedure.state(&record.state).is_none()) {
                    let words = ("状态不在程序中", "its state is not one of the procedure's");
                    check.find("records", record.key.to_string(), words.0, words.1);
                }
                let found = seen.case(record, &check.balances);
                check.verified.findings.extend(found);
                Ok(())
            })?;
        }
        let strays = seen.rest(&self.balances);
        self.verified.findings.extend(strays);
        Ok(())
    }

    /// What is ordered of each refund stands in the ledger; what it takes up stands in the books and payments
    /// that it rests on; and all money that came in is in the treasury, refundable, ordered, or paid out.
    fn refunds(&mut self) -> Result<(), StoreError> {
        let counters = self.reader.counters()?;
        let mut cases = Vec::new();
        self.each("refund", &mut |check, record| {
            let lost = |law: &Arc<Edition>| {
                law.control
                    .refund_procedure()
                    .is_none_or(|procedure| procedure.state(&record.state).is_none())
            };
            if check.newest.as_ref().is_some_and(lost) {
                let words = ("状态不在程序中", "its state is not one of the procedure's");
                check.find("records", record.key.to_string(), words.0, words.1);
            }
            let found = check.refunds.refund(record, &counters, &check.balances);
            cases.extend(found);
            Ok(())
        })?;
        self.each("settlement", &mut |check, record| {
            check.refunds.settlement(record);
            Ok(())
        })?;
        cases.extend(self.refunds.rest(&self.balances));
        self.verified.findings.extend(cases);
        Ok(())
    }

    /// Permits name the lists that wait, and each month's declaration is the sum of its lists.
    fn periodic(&mut self) -> Result<(), StoreError> {
        let counters = self.reader.counters()?;
        self.each("periodic_permit", &mut |check, record| {
            let known = |law: &Arc<Edition>| {
                law.control.periodic_procedure().is_some_and(|p| p.state(&record.state).is_some())
            };
            if !check.newest.as_ref().is_some_and(known) {
                let words = ("状态不在程序中", "its state is not one of the procedure's");
                check.find("records", record.key.to_string(), words.0, words.1);
            }
            let found = check.periodic.permit(record);
            check.verified.findings.extend(found);
            Ok(())
        })?;
        self.each("periodic_declaration", &mut |check, record| {
            if let Some(entry) = EntryNumber::parse(&record.key.id) {
                check.number(&record.key.to_string(), entry, &counters);
            }
            let found = check.periodic.month(record, check.reader)?;
            check.verified.findings.extend(found);
            Ok(())
        })?;
        let strays = self.periodic.rest();
        self.verified.findings.extend(strays);
        Ok(())
    }

    fn declaration(
        &mut self,
        record: &Record,
        counters: &BTreeMap<String, u64>,
        editions: &mut Editions,
    ) -> Result<(), StoreError> {
        let place = record.key.to_string();
        let Some(body) = record.read::<DeclarationRecord>() else {
            self.find("records", place, "报关单内容无法读取", "the declaration cannot be read");
            return Ok(());
        };
        if body.two_step.is_some() {
            self.summary(&place, &body, editions)?;
        }
        if body.document_version == 0 {
            self.number(&place, body.entry_number, counters);
            self.state(&place, &body, record);
            return Ok(());
        }
        let version = self.reader.record(&version_key(body.entry_number, body.document_version))?;
        let Some(version) = version.as_ref().and_then(Record::read::<DeclarationVersion>) else {
            self.find(
                "records",
                place,
                "报关单版本缺失或无法读取",
                "its document is missing or cannot be read",
            );
            return Ok(());
        };
        for (due, count) in body.aggregate_books() {
            *self.aggregated.entry(body.consignee.clone()).or_default().entry(due).or_default() += count;
        }
        self.periodic.declaration(&body);
        self.guarantees.list(&body);
        self.number(&place, body.entry_number, counters);
        self.books(&place, &body, &version);
        if body.edition != version.assessment.edition {
            let words = ("法规版本与其计税不符", "its edition is not the one that it was assessed under");
            self.find("replay", &*place, words.0, words.1);
        }
        self.state(&place, &body, record);
        self.replay(&place, &version, editions)?;
        // what was declared before, and what was proposed, each under its own law date and edition
        for number in (1..=body.last_version()).filter(|number| *number != body.document_version) {
            let key = version_key(body.entry_number, number);
            match self.reader.record(&key)?.as_ref().and_then(Record::read::<DeclarationVersion>) {
                Some(version) => self.replay(&key.to_string(), &version, editions)?,
                None => self.find(
                    "records",
                    key.to_string(),
                    "报关单版本缺失或无法读取",
                    "its document is missing or cannot be read",
                ),
            }
        }
        Ok(())
    }

    fn state(&mut self, place: &str, body: &DeclarationRecord, record: &Record) {
        let way = body.entry_number.direction();
        let state = |law: &Edition| law.control.procedure_of(way).state(&record.state).is_some();
        if !self.newest.as_deref().is_some_and(state) {
            self.find("records", place, "状态不在程序中", "its state is not one of the procedure's");
        }
    }

    /// The summary of a declaration in two steps is there; while it is open nothing is owed on it, and its
    /// guarantee is occupied. What its values yield is assessed again like a version.
    fn summary(
        &mut self,
        place: &str,
        body: &DeclarationRecord,
        editions: &mut Editions,
    ) -> Result<(), StoreError> {
        let open = body.open_summary().is_some();
        if open != (body.document_version == 0) || (open && !body.books.is_empty()) {
            let words = ("概要申报与完整申报不符", "its summary and its full declaration do not agree");
            self.find("records", place, words.0, words.1);
        }
        if let Some(two) = &body.two_step {
            self.guarantees.summary(body.entry_number, two);
        }
        let key = summary_key(body.entry_number);
        match self.reader.record(&key)?.as_ref().and_then(Record::read::<KeptSummary>) {
            Some(kept) => match &kept.assessed {
                Some(version) => self.replay(&key.to_string(), version, editions),
                None => Ok(()),
            },
            None => {
                let words = ("概要申报缺失或无法读取", "its summary is missing or cannot be read");
                self.find("records", place, words.0, words.1);
                Ok(())
            }
        }
    }

    /// A version is assessed again under the edition and the law date that it was assessed under.
    fn replay(
        &mut self,
        place: &str,
        version: &DeclarationVersion,
        editions: &mut Editions,
    ) -> Result<(), StoreError> {
        let edition = editions.get(self.reader, version.assessment.edition)?;
        let Some(edition) = edition else {
            self.find(
                "replay",
                place,
                "缺少计税时的法规版本",
                "the edition that it was assessed under is missing",
            );
            return Ok(());
        };
        if reckoned_again(version, &edition).is_some() {
            self.find("replay", place, "重新计税的结果不同", "assessing it again gives something else");
        }
        Ok(())
    }

    fn number(&mut self, place: &str, entry: EntryNumber, counters: &BTreeMap<String, u64>) {
        let name = entry_counter(entry.office(), entry.year(), entry.direction());
        if counters.get(&name).is_none_or(|last| entry.serial() > *last) {
            self.find("numbers", place, "海关编号超出已发放的流水号", "its serial was never given out");
        }
    }

    fn books(&mut self, place: &str, body: &DeclarationRecord, version: &DeclarationVersion) {
        for book in &body.books {
            self.guarantees.book(body.entry_number, book);
            self.refunds.book(book);
            let account = duty_owed(&book.number);
            let kept = self.balances.get(&account).copied().unwrap_or(0);
            let due = if book.is_open() { book.amount.minor() } else { 0 };
            if kept != due {
                let zh = format!("缴款书 {} 账上欠 {kept}，应为 {due}", book.number);
                let en = format!("book {} owes {kept} on its account, {due} by the record", book.number);
                self.find("money", place, zh, en);
            }
            self.owed.insert(account);
        }
        for total in &version.assessment.charges {
            let lines = version
                .assessment
                .lines
                .iter()
                .map(|l| version.assessment.collected(l.number, &total.charge));
            let lines = Money::sum(lines).unwrap_or_default();
            let books = body.books.iter().filter(|b| b.charge == total.charge).map(|b| b.stands_for());
            let books = Money::sum(books).unwrap_or_default();
            // nothing is owed on a declaration that was withdrawn, or on a list that is not gathered
            let owed = if body.is_withdrawn() || body.waits_to_be_gathered() {
                Money::default()
            } else {
                total.amount
            };
            if lines != total.amount || books != owed {
                let words = (
                    format!(
                        "{}：各项之和 {lines}、合计 {}、缴款书 {books} 不一致",
                        total.charge, total.amount
                    ),
                    format!(
                        "{}: lines {lines}, total {} and books {books} differ",
                        total.charge, total.amount
                    ),
                );
                self.find("money", place, words.0, words.1);
            }
        }
    }
}

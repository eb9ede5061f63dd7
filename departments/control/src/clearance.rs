//! A clearance under way within one decision: the declaration, its bill, and what is decided of both.
//! After each thing that happened it takes the automatic steps of the procedure as far as they go.

use crate::accounts::movement;
use crate::aggregate::Account;
use crate::bill::BillRecord;
use crate::case::Case;
use crate::command::Actor;
use crate::law::ControlLaw;
use crate::post::Post;
use crate::record::{DeclarationRecord, declaration_key};
use crate::refusals;
use customhouse_kernel::beats::{Decision, RecordKey, View};
use customhouse_kernel::casework::Step;
use customhouse_kernel::ledger::Posting;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::EntryNumber;

#[derive(Clone)]
pub(crate) struct Clearance<'a> {
    pub law: &'a ControlLaw,
    pub case: Case<'a, DeclarationRecord>,
    pub bill: Case<'a, BillRecord>,
    /// The bill is written only if something happened to it.
    pub bill_moved: bool,
    /// What is kept of the consignee, if the declaration is under aggregate payment.
    pub account: Option<Account>,
    pub decision: Decision,
}

impl<'a> Clearance<'a> {
    /// The clearance of a declaration as it stands.
    ///
    /// # Errors
    /// A record is missing or cannot be read.
    pub fn load(
        entry: EntryNumber,
        view: &dyn View,
        law: &'a ControlLaw,
    ) -> Result<Clearance<'a>, Vec<Refusal>> {
        let bad = |key: &RecordKey| vec![refusals::BAD_RECORD.at("").with("record", key)];
        let key = declaration_key(entry);
        let record = view.record(&key).ok_or_else(|| bad(&key))?;
        let case: Case<'_, DeclarationRecord> =
            Case::resume(law.procedure_of(entry.direction()), record).ok_or_else(|| bad(&key))?;
        let key = RecordKey::new("bill", &*case.body.bill);
        let procedure = law.bill_procedure_of(entry.direction());
        let bill = view.record(&key).and_then(|record| Case::resume(procedure, record));
        let bill = bill.ok_or_else(|| bad(&key))?;
        let account = Account::of(&case.body, view).map_err(|r| vec![r])?;
        Ok(Clearance { law, case, bill, bill_moved: false, account, decision: Decision::default() })
    }

    /// Takes every automatic step whose guards hold, one after another, with what each does.
    ///
    /// # Errors
    /// The bill cannot follow.
    pub fn go_on(&mut self, at: &Moment) -> Result<(), Vec<Refusal>> {
        let system = Actor::system();
        // a procedure may lead in a circle; a case moves through its states once at most
        for _ in 0..20 {
            let Some(step) = self.case.next_automatic(&system, at) else { break };
            self.follow(step, &system, at)?;
        }
        self.set_check_term(at);
        Ok(())
    }

    /// The term of document check 审单时限 begins when the case comes to wait for that post, and is gone when
    /// it waits for another.
    fn set_check_term(&mut self, at: &Moment) {
        let waits = self.case.waits_for(Post::DocumentCheck);
        let terms = &self.law.terms_of_procedure;
        let by = &mut self.case.body.check_by;
        *by = if waits { by.or_else(|| Some(terms.end("document_check", at.day()))) } else { None };
    }

    /// What a step does to the bill and its goods.
    ///
    /// # Errors
    /// The bill's procedure does not let it.
    pub fn follow(&mut self, step: &Step, actor: &Actor, at: &Moment) -> Result<(), Vec<Refusal>> {
        let one = |r: Refusal| vec![r];
        let system = Actor::system();
        if step.does("release_bill") {
            debug_assert!(self.case.body.holds.is_empty(), "nothing is released with an open condition");
            self.bill.step("release", &system, at).map_err(one)?;
            self.move_goods("bill.released", "bill_declared", "bill_released")?;
        }
        if step.does("reopen_bill") {
            self.bill
                .step("reopen", actor, at)
                .or_else(|_| self.bill.step("reopen", &system, at))
                .map_err(one)?;
            self.bill.body.declaration = None;
            self.bill.body.wait_again(at.day());
            self.reopen_goods()?;
        }
        if step.does("reopen_released_bill") {
            self.reopen_released(at)?;
        }
        Ok(())
    }

    /// What the withdrawal of a released list or summary does to the bill: all its goods are open again. That
    /// some have left is refused by the ledger's floor.
    fn reopen_released(&mut self, at: &Moment) -> Result<(), Vec<Refusal>> {
        self.bill.step("reopen_released", &Actor::system(), at).map_err(|r| vec![r])?;
        self.bill.body.declaration = None;
        self.bill.body.wait_again(at.day());
        self.move_goods("bill.reopened", "bill_released", "bill_open")
    }

    /// The goods of a bill that is no longer declared are open again: what was declared, or what was shut
    /// out after release.
    fn reopen_goods(&mut self) -> Result<(), Vec<Refusal>> {
        match self.bill.body.shut_out.take() {
            None => self.move_goods("bill.reopened", "bill_declared", "bill_open"),
            Some(_) => self.move_goods("bill.reopened", "bill_shut_out", "bill_open"),
        }
    }

    /// Moves all goods of the bill from one class of accounts to another.
    ///
    /// # Errors
    /// The mass cannot be posted.
    pub fn move_goods(&mut self, memo: &str, from: &str, to: &str) -> Result<(), Vec<Refusal>> {
        let key = self.case.body.bill.clone();
        let posting = movement(memo, (from, &key), (to, &key), self.bill.body.covered());
        self.post(posting.ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", key)])?);
        self.bill_moved = true;
        Ok(())
    }

    pub fn post(&mut self, posting: Posting) {
        self.decision.postings.push(posting);
    }

    /// What was decided, with the records to write.
    pub fn close(mut self) -> Decision {
        if self.bill_moved {
            self.decision.record(self.bill.record());
        }
        let account = self.account.and_then(|account| account.close(&self.case.body));
        account.into_iter().for_each(|record| self.decision.record(record));
        self.decision.record(self.case.record());
        self.decision
    }
}

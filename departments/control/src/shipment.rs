//! A shipment under way within one decision: an outbound bill, its declaration once there is one, and
//! what is decided of both. Arrival, loading, shut-out and departure are each a report on it.

use crate::accounts::{Goods, ON_BILL, movement, pair};
use crate::bill::{BillRecord, bill_key};
use crate::case::Case;
use crate::command::Actor;
use crate::law::ControlLaw;
use crate::record::{DeclarationRecord, declaration_key};
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, OfficeCode};

pub(crate) struct Shipment<'a> {
    pub key: RecordKey,
    pub bill: Case<'a, BillRecord>,
    pub declared: Option<Case<'a, DeclarationRecord>>,
    pub decision: Decision,
}

/// The records and balances of a shipment.
pub(crate) fn needs(office: OfficeCode, bill: &str, view: &dyn View, keys: &mut Keys) {
    let key = bill_key(office, bill);
    for account in ON_BILL.iter().flat_map(|class| pair(class, &key.id)) {
        keys.account(account);
    }
    if let Some(entry) = view.record(&key).and_then(Record::read::<BillRecord>).and_then(|b| b.declaration) {
        keys.record(declaration_key(entry));
    }
    keys.record(key);
}

impl<'a> Shipment<'a> {
    /// The shipment of a bill as it stands, if `is_seen` says that the actor may know of it.
    ///
    /// # Errors
    /// There is no such bill for this actor, it is inbound, or a record cannot be read.
    pub fn load(
        (office, bill): (OfficeCode, &str),
        is_seen: impl Fn(&Record) -> bool,
        view: &dyn View,
        law: &'a ControlLaw,
    ) -> Result<Shipment<'a>, Vec<Refusal>> {
        let key = bill_key(office, bill);
        let none = || vec![refusals::NO_SUCH_BILL.at("/bill").with("bill", bill)];
        let bad = |key: &RecordKey| vec![refusals::BAD_RECORD.at("").with("record", key)];
        let record = view.record(&key).filter(|record| is_seen(record)).ok_or_else(none)?;
        let case: Case<'_, BillRecord> =
            Case::resume(law.bill_procedure_of(Direction::Export), record).ok_or_else(|| bad(&key))?;
        if case.body.direction != Direction::Export {
            return Err(vec![refusals::INBOUND_BILL.at("/bill").with("bill", bill)]);
        }
        let declared = match case.body.declaration.map(declaration_key) {
            None => None,
            Some(key) => {
                let procedure = law.procedure_of(Direction::Export);
                let declared = view.record(&key).and_then(|record| Case::resume(procedure, record));
                Some(declared.ok_or_else(|| bad(&key))?)
            }
        };
        Ok(Shipment { key, bill: case, declared, decision: Decision::default() })
    }

    /// The shipment of a bill that the actor, its carrier, filed; another carrier's looks like none.
    ///
    /// # Errors
    /// As [`Shipment::load`].
    pub fn own(
        bill: (OfficeCode, &str),
        actor: &Actor,
        view: &dyn View,
        law: &'a ControlLaw,
    ) -> Result<Shipment<'a>, Vec<Refusal>> {
        Shipment::load(bill, |record| record.owner == actor.party, view, law)
    }

    /// Takes a step of both procedures, the bill's and the declaration's.
    ///
    /// # Errors
    /// One of them does not have it now, or not for this actor; or a guard does not hold.
    pub fn step(&mut self, step: &str, actor: &Actor, at: &Moment) -> Result<(), Vec<Refusal>> {
        self.bill.step(step, actor, at).map_err(|r| vec![r])?;
        if let Some(declared) = &mut self.declared {
            declared.step(step, actor, at).map_err(|r| vec![r])?;
            while declared.next_automatic(&Actor::system(), at).is_some() {}
        }
        Ok(())
    }

    /// Moves goods of the bill from one class of accounts to another, which may have a key of its own.
    /// More than is there is refused by the ledger.
    ///
    /// # Errors
    /// The mass cannot be posted.
    pub fn post(
        &mut self,
        memo: &str,
        from: &str,
        to: (&str, &str),
        goods: Goods,
    ) -> Result<(), Vec<Refusal>> {
        let posting = movement(memo, (from, &self.key.id), to, goods);
        self.decision.postings.push(posting.ok_or_else(nothing)?);
        Ok(())
    }

    /// What was decided, told under a kind, with the records to write.
    pub fn close(mut self, kind: &str, mut facts: serde_json::Value) -> Decision {
        facts["bill"] = serde_json::json!(self.key.id);
        facts["state"] = serde_json::json!(self.bill.state);
        self.decision.tell(kind, &facts);
        self.decision.answer(&facts);
        self.decision.record(self.bill.record());
        if let Some(declared) = self.declared {
            self.decision.record(declared.record());
        }
        self.decision
    }
}

/// Nothing was reported, or not in a form that the ledger has.
pub(crate) fn nothing() -> Vec<Refusal> {
    vec![refusals::NOTHING_REPORTED.at("/gross_kg")]
}

//! Declared abandonment 声明放弃, and what it shares with direct return: who may ask, and of which goods.
//! Source: CL 30, handbook 3.1.

use crate::bill::{BillRecord, bill_key};
use crate::case::Case;
use crate::command::{Actor, Role};
use crate::disposal::{Disposal, DisposalKind, bill_needs, load_bill, not_withdrawable};
use crate::law::ControlLaw;
use crate::pay;
use crate::record::DeclarationRecord;
use crate::refusals;
use crate::step::NOTE;
use customhouse_kernel::beats::{Decision, Keys, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, OfficeCode};
use serde::{Deserialize, Serialize};

/// What is declared abandoned: all goods of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbandonmentForm {
    pub office: OfficeCode,
    pub bill: String,
    #[serde(default)]
    pub note: String,
}

pub(crate) fn needs(office: OfficeCode, bill: &str, view: &dyn View, at: &Moment, keys: &mut Keys) {
    bill_needs(bill_key(office, bill), view, at, keys);
}

/// The consignee declares the goods of a bill abandoned.
pub(crate) fn ask(
    form: &AbandonmentForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "declare goods abandoned 声明放弃货物")?;
    let asked = Asked::of((form.office, &form.bill), &form.note, actor, view, law, at)?;
    asked.open(DisposalKind::Abandonment, "", actor, law, at)
}

/// Goods that their party may dispose of, with what it says.
pub(crate) struct Asked<'a> {
    bill: Case<'a, BillRecord>,
    consignee: String,
    note: String,
}

impl<'a> Asked<'a> {
    /// The goods of an inbound bill that names the actor as consignee, or that it declared.
    ///
    /// # Errors
    /// There is no such bill of the actor's; another case has its goods; or its declaration is past it.
    pub fn of(
        (office, bill): (OfficeCode, &str),
        note: &str,
        actor: &Actor,
        view: &dyn View,
        law: &'a ControlLaw,
        at: &Moment,
    ) -> Result<Asked<'a>, Vec<Refusal>> {
        let none = || vec![refusals::NO_SUCH_BILL.at("/bill").with("bill", bill)];
        let record = view.record(&bill_key(office, bill)).ok_or_else(none)?;
        let case = load_bill(record, law).ok_or_else(none)?;
        let declared = match case.body.declaration {
            None => None,
            Some(entry) => {
                pay::own(view, entry, actor, at.day()).ok().map(|(record, body)| (record.state, body))
            }
        };
        let named = case.body.consignee.as_ref().map(ToString::to_string);
        let consignee = match &declared {
            Some((_, DeclarationRecord { consignee, .. })) => consignee.clone(),
            None => named
                .filter(|named| *named == actor.party && case.body.declaration.is_none())
                .ok_or_else(none)?,
        };
        if let Some(open) = &case.body.case {
            return Err(vec![refusals::GOODS_HAVE_CASE.at("/bill").with("bill", bill).with("case", open)]);
        }
        if let Some((state, body)) = declared {
            let system = [Role::System.name()];
            let procedure = law.procedure_of(Direction::Import);
            if procedure.step_doing(&state, "withdraw_declaration", &system).is_none() {
                return Err(vec![not_withdrawable(body.entry_number, &state)]);
            }
        }
        let length = note.chars().count();
        if length > NOTE {
            let long = refusals::TOO_LONG.at("/note").with("field", "note").with("max", NOTE);
            return Err(vec![long.with("length", length)]);
        }
        Ok(Asked { bill: case, consignee, note: note.trim().to_owned() })
    }

    /// Opens the case.
    ///
    /// # Errors
    /// The pack has no procedure for it.
    pub fn open(
        self,
        kind: DisposalKind,
        reason: &str,
        actor: &Actor,
        law: &ControlLaw,
        at: &Moment,
    ) -> Result<Decision, Vec<Refusal>> {
        let Asked { bill, consignee, note } = self;
        let said = note.clone();
        let ask = |body: &mut crate::disposal::DisposalRecord| {
            body.declaration = None;
            body.consignee = Some(consignee);
            body.asked_by.clone_from(&actor.party);
            reason.clone_into(&mut body.reason);
            body.note = note;
        };
        let disposal = Disposal::open(kind, bill, ask, law, at)?;
        Ok(disposal.close("disposal.opened", "ask", &said, &[]))
    }
}

//! Direct return 直接退运: goods go back before they are released, for a reason that the pack lists. With
//! approval their declaration is withdrawn, and so is its late-declaration fee.
//! Source: handbook 3.2 (not levied), 3.6 case 5.

use crate::abandonment::Asked;
use crate::command::{Actor, Role};
use crate::disposal::{DisposalKind, listed};
use crate::law::ControlLaw;
use customhouse_kernel::beats::{Decision, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::OfficeCode;
use serde::{Deserialize, Serialize};

/// What is to go back, and why: all goods of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectReturnForm {
    pub office: OfficeCode,
    pub bill: String,
    /// A code of `return_reason`.
    pub reason: String,
    #[serde(default)]
    pub note: String,
}

/// The consignee asks to send the goods of a bill back.
pub(crate) fn ask(
    form: &DirectReturnForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "ask to send goods back 申请直接退运")?;
    let asked = Asked::of((form.office, &form.bill), &form.note, actor, view, law, at)?;
    listed("return_reason", &form.reason, "/reason", law, at.day())?;
    asked.open(DisposalKind::DirectReturn, &form.reason, actor, law, at)
}

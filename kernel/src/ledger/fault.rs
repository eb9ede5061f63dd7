//! What can be wrong with a posting set. Only a balance below its floor is the sender's doing;
//! the others say that a department or the pack is wrong, and are refused all the same.

use super::AccountId;
use crate::refusal::{Reason, Refusal};

/// Why a posting set was refused. Nothing of it was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerFault {
    /// The entries of a posting do not add up to zero in a unit.
    Unbalanced { memo: String, unit: String, sum: i128 },
    /// No department exports this class of accounts.
    UnknownClass { account: AccountId },
    /// The set as a whole would leave less than the floor. All three are counted on the class's
    /// own side, in the unit's smallest step.
    BelowFloor { account: AccountId, balance_before: i128, change: i128, floor: i64 },
    /// An amount or a balance does not fit.
    Overflow { account: AccountId },
    /// A posting without entries, or with an entry of nothing.
    EmptyPosting { memo: String },
}

impl From<LedgerFault> for Refusal {
    fn from(fault: LedgerFault) -> Refusal {
        match fault {
            LedgerFault::Unbalanced { memo, unit, sum } => {
                UNBALANCED.at("").with("memo", memo).with("unit", unit).with("sum", sum)
            }
            LedgerFault::UnknownClass { account } => UNKNOWN_CLASS.at("").with("account", account),
            LedgerFault::BelowFloor { account, balance_before, change, floor } => BELOW_FLOOR
                .at("")
                .with("account", account)
                .with("available", (balance_before - i128::from(floor)).max(0))
                .with("asked", -change),
            LedgerFault::Overflow { account } => OVERFLOW.at("").with("account", account),
            LedgerFault::EmptyPosting { memo } => EMPTY_POSTING.at("").with("memo", memo),
        }
    }
}

impl std::fmt::Display for LedgerFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&Refusal::from(self.clone()).text.en)
    }
}

impl std::error::Error for LedgerFault {}

const REPORT_ZH: &str = "这是程序差错，您的数据未受影响：请把编号告知海关。";
const REPORT_EN: &str =
    "This is a fault of the program, nothing of yours was changed: tell customs the code.";

const UNBALANCED: Reason = Reason {
    code: "LED-001",
    zh: "记账“{memo}”借贷不平：单位 {unit} 相差 {sum}。",
    en: "The posting `{memo}` does not balance: in {unit} it is off by {sum}.",
    remedy_zh: REPORT_ZH,
    remedy_en: REPORT_EN,
    basis: "double-entry bookkeeping",
};

const UNKNOWN_CLASS: Reason = Reason {
    code: "LED-002",
    zh: "账户 {account} 的类别不存在。",
    en: "There is no class of accounts for {account}.",
    remedy_zh: REPORT_ZH,
    remedy_en: REPORT_EN,
    basis: "chart of accounts",
};

const BELOW_FLOOR: Reason = Reason {
    code: "LED-003",
    zh: "没有那么多：账户 {account} 可用 {available}，申请 {asked}（最小计量单位）。",
    en: "That much is not there: {account} has {available} left, {asked} were asked for (in the unit's smallest step).",
    remedy_zh: "请核对数量，或先补足余额、撤销占用该余额的单证，然后重新提交。",
    remedy_en: "Check the quantity, or first add to the balance or withdraw what occupies it, then submit again.",
    basis: "customs control: nothing is written off twice",
};

const OVERFLOW: Reason = Reason {
    code: "LED-004",
    zh: "账户 {account} 的数额超出可记载的范围。",
    en: "The amount on {account} is larger than the ledger can hold.",
    remedy_zh: "请核对数量和计量单位。",
    remedy_en: "Check the quantity and its unit.",
    basis: "64-bit amounts",
};

const EMPTY_POSTING: Reason = Reason {
    code: "LED-005",
    zh: "记账“{memo}”没有分录，或有数额为零的分录。",
    en: "The posting `{memo}` has no entries, or an entry of zero.",
    remedy_zh: REPORT_ZH,
    remedy_en: REPORT_EN,
    basis: "double-entry bookkeeping",
};

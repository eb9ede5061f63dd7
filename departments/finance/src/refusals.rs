//! What this room refuses, in order of code.

use customhouse_kernel::refusal::Reason;

pub const NO_TERM: Reason = Reason {
    code: "FIN-001",
    zh: "规则包在 {date} 没有缴款期限。",
    en: "The pack has no payment term on {date}.",
    remedy_zh: "请在规则包中补充 payment_term。",
    remedy_en: "Add a payment_term to the pack.",
    basis: "关税法 第四十三条",
};
pub const NO_SUCH_BOOK: Reason = Reason {
    code: "FIN-002",
    zh: "没有编号为 {book} 的缴款书。",
    en: "There is no payment book {book}.",
    remedy_zh: "请核对缴款书编号。",
    remedy_en: "Check the number of the payment book.",
    basis: "关税法 第四十三条",
};
pub const NOTHING_TO_PAY: Reason = Reason {
    code: "FIN-003",
    zh: "报关单 {entry} 没有待缴的缴款书。",
    en: "Declaration {entry} has no payment book left to pay.",
    remedy_zh: "无需再缴；如已多缴，款项记为可退还款。",
    remedy_en: "Nothing more is due; money paid twice is held as refundable.",
    basis: "关税法 第四十三条",
};
pub const ALREADY_ORDERED: Reason = Reason {
    code: "FIN-004",
    zh: "报关单 {entry} 的缴款指令已发往银行。",
    en: "Payment of declaration {entry} has been ordered already.",
    remedy_zh: "请等待银行回执。",
    remedy_en: "Wait for the bank's answer.",
    basis: "关税法 第四十三条",
};
pub const NOT_COLLECTABLE: Reason = Reason {
    code: "FIN-005",
    zh: "金额 {amount} 不是可以收取的金额。",
    en: "{amount} is not an amount that can be collected.",
    remedy_zh: "请填报大于零、最多两位小数的金额。",
    remedy_en: "Give an amount above zero with at most two places.",
    basis: "关税法 第六十条",
};

/// All reasons of the room.
pub const ALL: &[&Reason] = &[&NO_TERM, &NO_SUCH_BOOK, &NOTHING_TO_PAY, &ALREADY_ORDERED, &NOT_COLLECTABLE];

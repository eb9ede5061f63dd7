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
pub const NO_LATE_DECLARATION_FEE: Reason = Reason {
    code: "FIN-006",
    zh: "规则包在 {date} 没有滞报金规则。",
    en: "The pack has no rule for the late-declaration fee on {date}.",
    remedy_zh: "请在规则包中补充 late_declaration_fee。",
    remedy_en: "Add a late_declaration_fee to the pack.",
    basis: "海关法 第二十四条",
};
pub const NO_LATE_PAYMENT_SURCHARGE: Reason = Reason {
    code: "FIN-007",
    zh: "规则包在 {date} 没有滞纳金规则。",
    en: "The pack has no rule for the late-payment surcharge on {date}.",
    remedy_zh: "请在规则包中补充 late_payment_surcharge。",
    remedy_en: "Add a late_payment_surcharge to the pack.",
    basis: "关税法 第四十三条",
};
pub const OUT_OF_RANGE: Reason = Reason {
    code: "FIN-008",
    zh: "按 {amount} 计算的结果超出可记载的范围。",
    en: "What follows from {amount} is larger than can be kept.",
    remedy_zh: "请核对金额和日期。",
    remedy_en: "Check the amount and the dates.",
    basis: "关税法 第六十条",
};

/// All reasons of the room.
pub const ALL: &[&Reason] = &[
    &NO_TERM,
    &NO_SUCH_BOOK,
    &NOTHING_TO_PAY,
    &ALREADY_ORDERED,
    &NOT_COLLECTABLE,
    &NO_LATE_DECLARATION_FEE,
    &NO_LATE_PAYMENT_SURCHARGE,
    &OUT_OF_RANGE,
];

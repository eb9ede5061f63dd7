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

pub const NO_GUARANTEE_CEILING: Reason = Reason {
    code: "FIN-009",
    zh: "规则包在 {date} 没有担保情形 {case} 的金额上限。",
    en: "The pack has no ceiling for guarantees of case {case} on {date}.",
    remedy_zh: "请在规则包中补充 guarantee_ceiling。",
    remedy_en: "Add a guarantee_ceiling to the pack.",
    basis: "海关事务担保条例",
};

pub const CEILING_FACT_MISSING: Reason = Reason {
    code: "FIN-010",
    zh: "担保情形 {case} 的上限取决于 {fact}，尚未给出。",
    en: "The ceiling of case {case} rests on {fact}, which is not given.",
    remedy_zh: "请补充该金额。",
    remedy_en: "Give that amount.",
    basis: "海关事务担保条例",
};

pub const OVER_CEILING: Reason = Reason {
    code: "FIN-011",
    zh: "担保金额 {amount} 超过担保情形 {case} 的上限 {ceiling}。",
    en: "A guarantee of {amount} is above the ceiling of {ceiling} for case {case}.",
    remedy_zh: "请在上限以内确定担保金额。",
    remedy_en: "Set the amount of the guarantee within the ceiling.",
    basis: "海关事务担保条例",
};

pub const NO_GUARANTEE_TAKEN: Reason = Reason {
    code: "FIN-012",
    zh: "担保情形 {case} 不接受担保：{bar}。",
    en: "No guarantee is taken for case {case}: {bar}.",
    remedy_zh: "请先提交许可证件，或按扣留、没收程序办理。",
    remedy_en: "Submit the licence, or follow the procedure of seizure or forfeiture.",
    basis: "海关事务担保条例 第四条、第七条",
};

pub const GUARANTEE_NOT_VALID: Reason = Reason {
    code: "FIN-013",
    zh: "担保 {number} 在 {date} 不在有效期内（{from} 至 {to}）。",
    en: "Guarantee {number} is not valid on {date} (valid {from} to {to}).",
    remedy_zh: "请延长担保有效期，或另行提供担保。",
    remedy_en: "Extend the guarantee, or give another one.",
    basis: "海关法 第六十六条",
};

pub const CASE_NOT_GUARANTEED: Reason = Reason {
    code: "FIN-014",
    zh: "担保 {number} 不适用于担保情形 {case}。",
    en: "Guarantee {number} is not given for case {case}.",
    remedy_zh: "请使用适用该情形的担保。",
    remedy_en: "Use a guarantee that is given for this case.",
    basis: "海关法 第六十六条",
};

pub const GUARANTEES_ANOTHER: Reason = Reason {
    code: "FIN-015",
    zh: "单票担保 {number} 属于报关单 {own}，不能用于 {entry}。",
    en: "Guarantee {number} is for declaration {own} alone, not for {entry}.",
    remedy_zh: "请为该报关单另行提供担保，或使用总担保。",
    remedy_en: "Give a guarantee for this declaration, or use a general one.",
    basis: "海关法 第六十六条",
};

pub const NOT_CLAIMABLE: Reason = Reason {
    code: "FIN-016",
    zh: "缴款书 {book} 已缴清，或不属于报关单 {entry}，不能以担保抵缴。",
    en: "Payment book {book} is paid already, or is not one of declaration {entry}: no guarantee pays it.",
    remedy_zh: "请核对缴款书编号和状态。",
    remedy_en: "Check the payment book's number and state.",
    basis: "海关法 第六十条",
};

pub const NOT_A_GUARANTEE_AMOUNT: Reason = Reason {
    code: "FIN-017",
    zh: "金额 {amount} 不是可以担保的金额。",
    en: "{amount} is not an amount of a guarantee.",
    remedy_zh: "请填报大于零的金额。",
    remedy_en: "Give an amount above zero.",
    basis: "海关法 第六十六条",
};

pub const TOO_LITTLE_FREE: Reason = Reason {
    code: "FIN-018",
    zh: "担保 {number} 可用额度为 {free}，不足以担保 {amount}。",
    en: "Guarantee {number} has {free} free: too little for {amount}.",
    remedy_zh: "请先缴清其他报关单的税款以恢复额度，或使用另一份担保。",
    remedy_en: "Pay what it answers for elsewhere, or use another guarantee.",
    basis: "海关法 第六十六条",
};

pub const NOTHING_FREE: Reason = Reason {
    code: "FIN-019",
    zh: "担保 {number} 没有可退还的金额。",
    en: "Nothing of guarantee {number} is free to be given back.",
    remedy_zh: "被占用的额度在税款缴清后才可退还。",
    remedy_en: "What is reserved becomes free once the tax is paid.",
    basis: "海关事务担保条例 第二十条",
};

pub const NOTHING_TO_BOUNCE: Reason = Reason {
    code: "FIN-020",
    zh: "没有流水号为 {reference} 的入库，或已退票。",
    en: "No settlement has the reference {reference}, or it bounced before.",
    remedy_zh: "请核对银行流水号。",
    remedy_en: "Check the bank's reference.",
    basis: "关税法 第四十三条",
};

pub const NO_AGGREGATE_TERM: Reason = Reason {
    code: "FIN-021",
    zh: "规则包没有 {date} 完成申报的汇总征税缴款期限。",
    en: "The pack has no term of aggregate payment for a declaration completed on {date}.",
    remedy_zh: "请按普通报关单申报，或在规则包中补充 aggregate_term。",
    remedy_en: "Lodge an ordinary declaration, or add an aggregate_term to the pack.",
    basis: "关税法 第四十三条",
};

pub const NOT_GENERAL: Reason = Reason {
    code: "FIN-022",
    zh: "担保 {number} 是单票担保，汇总征税须使用总担保。",
    en: "Guarantee {number} is for one declaration: aggregate payment takes a general guarantee.",
    remedy_zh: "请填报收货人的总担保编号。",
    remedy_en: "Name a general guarantee of the consignee.",
    basis: "海关总署公告2017年第45号",
};

pub const SURPLUS_CLAIMED_LATE: Reason = Reason {
    code: "FIN-023",
    zh: "变卖余款的申领期限为自变卖之日起一年，已于 {last} 届满。",
    en: "The surplus of a sale is claimed within a year of it; the last day was {last}.",
    remedy_zh: "逾期无人申领的余款上缴国库。",
    remedy_en: "What nobody claims in time goes to the treasury.",
    basis: "海关法 第三十条",
};

pub const NO_SALE_RULE: Reason = Reason {
    code: "FIN-024",
    zh: "规则包在 {date} 没有“{case}”变卖价款的分配规则或申领期限。",
    en: "The pack does not say on {date} what becomes of the proceeds of a sale ({case}).",
    remedy_zh: "请在规则包中补充 sale_proceeds 和 procedure_term。",
    remedy_en: "Add a sale_proceeds and a procedure_term to the pack.",
    basis: "海关法 第三十条",
};

pub const NO_REFUND_GROUND: Reason = Reason {
    code: "FIN-025",
    zh: "规则包在 {date} 没有退还事由 {ground}，或该事由不能以所列款项为据。",
    en: "The pack has no ground {ground} for a refund on {date}, or it does not rest on what is named.",
    remedy_zh: "请选择与款项相符的退还事由。",
    remedy_en: "Choose the ground that fits the money.",
    basis: "关税法 第五十一条、第五十二条",
};

pub const REFUND_TOO_LATE: Reason = Reason {
    code: "FIN-026",
    zh: "{source} 于 {paid} 缴款，申请退还的期限已于 {last} 届满。",
    en: "{source} was paid on {paid}: the term to ask for it back ended on {last}.",
    remedy_zh: "逾期不予退还。",
    remedy_en: "What is asked for later is not refunded.",
    basis: "关税法 第五十一条、第五十二条",
};

pub const NOT_REFUNDABLE: Reason = Reason {
    code: "FIN-027",
    zh: "{source} 可退还 {left}，申请退还 {amount}。",
    en: "Of {source} {left} is refundable; {amount} is asked for.",
    remedy_zh: "请在对账单上核对可退还的款项。",
    remedy_en: "See the statement for what is refundable.",
    basis: "关税法 第五十一条",
};

pub const NO_DEPOSIT_RATE: Reason = Reason {
    code: "FIN-028",
    zh: "规则包在 {date} 没有活期存款利率。",
    en: "The pack has no demand-deposit rate on {date}.",
    remedy_zh: "请在规则包中补充 demand_deposit_rate。",
    remedy_en: "Add a demand_deposit_rate to the pack.",
    basis: "关税法 第五十三条",
};

pub const OTHER_AMOUNT_PAID_OUT: Reason = Reason {
    code: "FIN-029",
    zh: "退款指令 {order} 的金额为 {ordered}，银行回报 {amount}。",
    en: "Order {order} is for {ordered}; the bank reports {amount}.",
    remedy_zh: "未记账，指令仍待回报。请与银行核对。",
    remedy_en: "Nothing is booked and the order stays open. Clear it up with the bank.",
    basis: "关税法 第五十一条",
};

pub const NO_OPEN_REFUND_ORDER: Reason = Reason {
    code: "FIN-030",
    zh: "没有待回报的退款指令 {order}。",
    en: "No order {order} to pay out a refund is open.",
    remedy_zh: "请核对指令编号；已回报的指令不再受理。",
    remedy_en: "Check the order's number; one that was answered is not answered again.",
    basis: "关税法 第五十一条",
};

pub const RETURN_TOO_LATE: Reason = Reason {
    code: "FIN-031",
    zh: "货物于 {released} 放行，应在 {last} 前原状复运出境，实际于 {departed} 离境。",
    en: "The goods were released on {released} and had until {last} to go back out; they left on {departed}.",
    remedy_zh: "超过期限复运出境的，不予退税。",
    remedy_en: "Duty on goods that went back later is not refunded.",
    basis: "关税法 第五十二条",
};

pub const RETURNED_TOO_MUCH: Reason = Reason {
    code: "FIN-032",
    zh: "报关单 {entry} 第 {line} 项尚可按复运出境退税的数量为 {left}，申报 {quantity}。",
    en: "Of line {line} of declaration {entry} {left} is left to be refunded as returned; {quantity} is named.",
    remedy_zh: "同一货物不得重复退税；已按复运出境退税的报关单不再修改、撤销。",
    remedy_en: "The same goods are refunded once; a declaration whose goods were refunded is not changed any more.",
    basis: "关税法 第五十二条",
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
    &NO_GUARANTEE_CEILING,
    &CEILING_FACT_MISSING,
    &OVER_CEILING,
    &NO_GUARANTEE_TAKEN,
    &GUARANTEE_NOT_VALID,
    &CASE_NOT_GUARANTEED,
    &GUARANTEES_ANOTHER,
    &NOT_CLAIMABLE,
    &NOT_A_GUARANTEE_AMOUNT,
    &TOO_LITTLE_FREE,
    &NOTHING_FREE,
    &NOTHING_TO_BOUNCE,
    &NO_AGGREGATE_TERM,
    &NOT_GENERAL,
    &SURPLUS_CLAIMED_LATE,
    &NO_SALE_RULE,
    &NO_REFUND_GROUND,
    &REFUND_TOO_LATE,
    &NOT_REFUNDABLE,
    &NO_DEPOSIT_RATE,
    &OTHER_AMOUNT_PAID_OUT,
    &NO_OPEN_REFUND_ORDER,
    &RETURN_TOO_LATE,
    &RETURNED_TOO_MUCH,
];

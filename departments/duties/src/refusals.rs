//! What the engine refuses, in order of code.

use customhouse_kernel::refusal::Reason;

pub const NO_ITEMS: Reason = Reason::new(
    "DUT-001",
    "没有可计税的商品项。",
    "There is no goods item to assess.",
    "请至少填报一项商品。",
    "Give at least one goods item.",
    "关税法 第二十三条",
);

pub const UNKNOWN_CODE: Reason = Reason::new(
    "DUT-002",
    "{date} 的税则中没有商品编码 {code}。",
    "The tariff of {date} has no commodity code {code}.",
    "请核对十位商品编码与申报日期。",
    "Check the ten-digit code and the date of the declaration.",
    "关税法 第九条",
);

pub const MIXED_CURRENCIES: Reason = Reason::new(
    "DUT-003",
    "同一份申报的商品项使用了不同币制：{first} 与 {other}。",
    "The goods items of one declaration are priced in different currencies: {first} and {other}.",
    "请将各项改为同一币制，或分开申报。",
    "Price all items in one currency, or declare them apart.",
    "进出口货物报关单填制规范",
);

pub const NO_EXCHANGE_RATE: Reason = Reason::new(
    "DUT-004",
    "{date} 没有 {currency} 的计征汇率。",
    "There is no duty exchange rate for {currency} on {date}.",
    "请改用有计征汇率的币制，或联系海关发布该汇率。",
    "Use a currency with a duty exchange rate, or ask customs to publish one.",
    "关税法 第六十条",
);

pub const NO_VALUE: Reason = Reason::new(
    "DUT-005",
    "商品总价之和不大于零，无法确定计税价格。",
    "The prices add up to nothing: there is no customs value.",
    "请填报成交价格；没有成交价格的，请与海关磋商估价。",
    "Give the price paid or payable; without one, ask customs for a valuation.",
    "关税法 第二十四条",
);

pub const UNKNOWN_TERMS: Reason = Reason::new(
    "DUT-006",
    "规则包没有成交方式 {terms} 的计价规则。",
    "The pack has no valuation rule for the terms of delivery {terms}.",
    "请填报 CIF、C&F、FOB、C&I 或 EXW 的代码。",
    "Use the code of CIF, C&F, FOB, C&I or EXW.",
    "关税法 第二十四条",
);

pub const COST_NEEDS_WEIGHT: Reason = Reason::new(
    "DUT-007",
    "按重量申报的费用需要毛重。",
    "A cost given by weight needs the gross mass.",
    "请填报毛重（千克）。",
    "Give the gross mass in kilograms.",
    "关税法 第二十四条",
);

pub const COST_NEEDS_CURRENCY: Reason = Reason::new(
    "DUT-008",
    "按金额申报的费用需要币制。",
    "A cost given as an amount needs a currency.",
    "请填报该费用的币制。",
    "Give the currency of the cost.",
    "进出口货物报关单填制规范",
);

pub const TOO_MANY_DIGITS: Reason = Reason::new(
    "DUT-009",
    "计算需要的位数超出精确小数的范围。",
    "The exact result needs more digits than can be held.",
    "请核对价格、数量与费用是否多写了位数。",
    "Check prices, quantities and costs for digits too many.",
    "design: no operation loses digits silently",
);

pub const FREIGHT_MISSING: Reason = Reason::new(
    "DUT-010",
    "成交方式 {terms} 不含运费，但未申报运费。",
    "The terms of delivery {terms} leave out freight, and no freight is declared.",
    "请填报运费标记、币制与金额；确无运费的，填报总价 0。",
    "Give the mark, currency and amount of freight; where there is none, a total of 0.",
    "关税法 第二十四条",
);

pub const RATE_UNKNOWN: Reason = Reason::new(
    "DUT-013",
    "商品编码 {code} 的 {charge} 税率不明：{note}。",
    "The rate of {charge} for code {code} is not known: {note}.",
    "该税率未在规则包中载明，请待税率补录后再申报。",
    "The pack does not give this rate: declare once it is entered.",
    "关税法 第九条",
);

pub const NO_RATE: Reason = Reason::new(
    "DUT-014",
    "商品编码 {code}、原产地 {origin} 在 {date} 没有 {charge} 税率。",
    "On {date} there is no rate of {charge} for code {code} of origin {origin}.",
    "请核对商品编码、原产地与申报日期。",
    "Check the code, the origin and the date.",
    "关税法 第十二条",
);

pub const RATE_NOT_RECKONED: Reason = Reason::new(
    "DUT-015",
    "措施 {measure} 的税率 {rate} 无法计算：{why}。",
    "The rate {rate} of measure {measure} cannot be reckoned: {why}.",
    "请补充该税率所需的数量或单位。",
    "Add the quantity or unit that the rate needs.",
    "关税法 第二十三条",
);

pub const NO_CHARGES: Reason = Reason::new(
    "DUT-016",
    "规则包在 {date} 没有任何税种。",
    "The pack has no charges on {date}.",
    "请核对申报日期；规则包没有该日期的法律。",
    "Check the date: the pack holds no law for it.",
    "关税法 第七十二条",
);

pub const NO_CHOICE: Reason = Reason::new(
    "DUT-017",
    "规则包没有说明税种 {charge} 如何选择税率。",
    "The pack does not say how a rate of {charge} is chosen.",
    "请补充 rate_choice 规则。",
    "Add a rate_choice rule to the pack.",
    "design: the choice of rates is the pack's",
);

pub const PROHIBITED: Reason = Reason::new(
    "DUT-018",
    "商品编码 {code} 禁止进出境，{charge} 没有税率。",
    "Goods of code {code} are prohibited: there is no rate of {charge}.",
    "请核对商品编码与原产地；确属禁止的货物不得申报。",
    "Check the code and the origin; prohibited goods cannot be declared.",
    "关税法 第九条",
);

pub const RATE_TEXT: Reason = Reason::new(
    "DUT-019",
    "税率文本 {text} 在第 {position} 个字符处不能理解：{why}。",
    "The duty text {text} is not understood at character {position}: {why}.",
    "请由税则人员以本系统的税率语言录入该税率。",
    "Enter the rate in the language of this system.",
    "design: what cannot be understood is refused by name",
);

pub const NO_SPECIAL_RULE: Reason = Reason::new(
    "DUT-040",
    "规则包在 {date} 没有 {kind} 类、名为 {key} 的规则。",
    "On {date} the pack has no rule of kind {kind} under {key}.",
    "请核对名称与日期；规则包没有该日期的法律的，请待补录。",
    "Check the name and the date; where the pack holds no law for the day, wait until it is entered.",
    "design: every figure of law is a dated rule",
);

pub const FACT_MISSING: Reason = Reason::new(
    "DUT-041",
    "缺少计算所需的事实：{fact}。",
    "A fact that the calculation needs is missing: {fact}.",
    "请填报{fact}。",
    "Give the {fact}.",
    "design: unknown is not zero",
);

pub const FACT_NEGATIVE: Reason = Reason::new(
    "DUT-042",
    "数值 {number} 小于零。",
    "The number {number} is below zero.",
    "请核对该数值。",
    "Check the number.",
    "关税法 第二十三条",
);

pub const NAME_UNKNOWN: Reason = Reason::new(
    "DUT-043",
    "规则中没有名称 {name}。",
    "The rules of the day do not know the name {name}.",
    "请使用规则包中的名称。",
    "Use a name of the pack.",
    "design: names are the pack's",
);

pub const DAYS_REVERSED: Reason = Reason::new(
    "DUT-044",
    "截止日 {to} 早于起始日 {from}。",
    "The last day {to} comes before the first day {from}.",
    "请核对两个日期。",
    "Check the two days.",
    "关税法 第二十一条",
);

pub const GROUND_NOT_FOR: Reason = Reason::new(
    "DUT-045",
    "免税事由 {name} 不适用于 {vessel}。",
    "The ground of exemption {name} is not for a vessel of kind {vessel}.",
    "请核对船舶种类与免税事由。",
    "Check the kind of vessel and the ground.",
    "船舶吨税法 第九条",
);

pub const TOO_MANY_EXTENSIONS: Reason = Reason::new(
    "DUT-046",
    "暂时进境期限最多延长 {most} 次。",
    "A stay is extended no more than {most} times.",
    "请办结复运出境或进口手续；经批准例外的，请注明。",
    "Send the goods back or import them; state an exception that was decided.",
    "关税法 第三十七条",
);

pub const NOT_ON_LIST: Reason = Reason::new(
    "DUT-047",
    "商品不在跨境电子商务零售进口商品清单内。",
    "The goods are not on the positive list of retail imports.",
    "请按一般贸易申报。",
    "Declare them as general trade.",
    "跨境电子商务零售进口商品清单",
);

pub const NOT_DECLARED_ON_LEAVING: Reason = Reason::new(
    "DUT-048",
    "货物出境时未按出境修理或加工申报。",
    "The goods were not declared for repair or processing when they left.",
    "请按一般进口审定计税价格。",
    "Have them valued as any import.",
    "进出口关税条例 第二十四条、第二十五条",
);

pub const BACK_TOO_LATE: Reason = Reason::new(
    "DUT-049",
    "货物于 {returned} 复运进境，超过规定期限 {back_by}。",
    "The goods came back on {returned}, after the end of their term on {back_by}.",
    "请按一般进口审定计税价格。",
    "Have them valued as any import.",
    "进出口关税条例 第二十四条、第二十五条",
);

pub const REFUND_ABOVE_PAID: Reason = Reason::new(
    "DUT-050",
    "应退金额 {refund} 大于已缴金额 {paid}。",
    "The refund {refund} is more than what was paid, {paid}.",
    "请核对应退金额与已缴金额。",
    "Check the refund and what was paid.",
    "关税法 第五十一条",
);

pub const RATE_TAKES_ALL: Reason = Reason::new(
    "DUT-051",
    "价内税率 {rate} 不小于一，无法组成计税价格。",
    "A price cannot contain a tax at the rate {rate}, which is not below one.",
    "请核对税率；百分数须写成小数。",
    "Check the rate; write a percentage as a fraction.",
    "消费税暂行条例 第九条",
);

pub const METHOD_OUT_OF_TURN: Reason = Reason::new(
    "DUT-052",
    "采用 {method} 前，须依次记明不能采用的方法：{before}。",
    "Before {method} is applied, these methods are set aside in turn: {before}.",
    "请按次序记明各方法及其不予采用的理由；申请先用计算价格的，另行注明。",
    "Record each of them in order with its reason; say so where the payer asked for the computed value first.",
    "关税法 第二十七条",
);

pub const ADJUSTMENT_UNKNOWN: Reason = Reason::new(
    "DUT-053",
    "{kind} 不是可以计入或者扣除的项目；可列：{known}。",
    "{kind} is nothing that is added to a price or left out of it; known are {known}.",
    "请按规定的项目填报；购货佣金不计入价格。",
    "Give it as one of these; a buying commission is not added.",
    "关税法 第二十五条、第二十六条",
);

pub const NOT_SAME_TIME: Reason = Reason::new(
    "DUT-054",
    "{entry} 的货物相隔 {days} 天，超过 {most} 天，不是同时或者大约同时进口。",
    "The goods of {entry} are {days} days away, more than {most}: not at about the same time.",
    "请采用大约同时进口的货物，或者改用下一方法。",
    "Take goods of about the same time, or the next method.",
    "关税法 第二十七条",
);

pub const FORMULA_NOT_ACCEPTED: Reason = Reason::new(
    "DUT-055",
    "不能按公式定价接受：缺少条件“{condition}”。",
    "The price is not accepted as one by formula: {condition} is missing.",
    "请补正；不能补正的，由海关按估价方法确定计税价格。",
    "Mend it; where that cannot be, customs determines the value by the methods.",
    "海关总署公告2015年第15号",
);

pub const NO_SUCH_AGREEMENT: Reason = Reason::new(
    "DUT-070",
    "规则包没有 {agreement} 的原产地规则。",
    "The pack has no rules of origin for {agreement}.",
    "请核对协定代码；不享惠的，请不要填写协定。",
    "Check the code of the agreement; leave it out where no preference is asked for.",
    "进出口货物原产地条例 第三条",
);

pub const NO_ORIGIN_RULES: Reason = Reason::new(
    "DUT-071",
    "{agreement} 在 {date} 没有适用于 {code} 的原产地标准。",
    "{agreement} has no criterion of origin for {code} on {date}.",
    "请核对日期与商品编码；产品特定规则未收录的，请以协定文本为准。",
    "Check the day and the code; where the pack lacks the product's own rule, read the agreement.",
    "进出口货物原产地条例 第六条",
);

pub const NO_ORIGIN_PRICE: Reason = Reason::new(
    "DUT-072",
    "货物价格须大于零，材料价值不得为负。",
    "The price of the goods is above zero, and no material has a negative value.",
    "请填报离岸价（不享惠的填出厂价）与各项材料的价值。",
    "Give the price on board (at the factory where no preference is asked for) and the value of each material.",
    "进出口货物原产地条例 第六条",
);

pub const SHORT_CODE: Reason = Reason::new(
    "DUT-073",
    "商品编码 {code} 不足 {digits} 位。",
    "The code {code} has fewer than {digits} digits.",
    "请填报更多位的商品编码。",
    "Give more digits of the code.",
    "进出口货物原产地条例 第六条",
);

pub const SCENARIO_NOT_READ: Reason = Reason::new(
    "DUT-080",
    "本行不是算例：{why}。",
    "The line is not a scenario: {why}.",
    "请按 docs/scenario.md 的格式书写。",
    "Write it as docs/scenario.md says.",
    "docs/scenario.md",
);

pub const SCENARIO_RULE: Reason = Reason::new(
    "DUT-081",
    "算例的规则不能使用：{why}。",
    "A rule of the scenario cannot be used: {why}.",
    "请改正该规则。",
    "Correct the rule.",
    "docs/scenario.md",
);

pub const BASE_NOT_RECKONED: Reason = Reason::new(
    "DUT-082",
    "{charge} 的计税基数 {base} 无法计算：{why}。",
    "The base {base} of {charge} cannot be reckoned: {why}.",
    "请补充计税基数所需的要素，或改正税种规则。",
    "Give what the base needs, or correct the rule of the charge.",
    "关税法 第二十三条",
);

pub const CONDITION_UNKNOWN: Reason = Reason::new(
    "DUT-083",
    "无法判断措施 {measure} 的条件 {condition}：{why}。",
    "Whether the condition {condition} of measure {measure} holds cannot be known: {why}.",
    "请补充条件所需的数量或其他事实。",
    "Declare the quantity or the fact that the condition asks for.",
    "design: unknown is neither met nor unmet",
);

pub const NOT_ADMITTED: Reason = Reason::new(
    "DUT-084",
    "商品编码 {code} 不符合措施 {measure} 的条件 {condition}，不得进出境。",
    "Goods of code {code} do not meet the condition {condition} of measure {measure}: they are not admitted.",
    "请提交所需单证，或符合其他条件后再申报。",
    "Present the document, or meet another part of the condition.",
    "关税法 第九条",
);

pub const AMBIGUOUS: Reason = Reason::new(
    "DUT-085",
    "措施 {first} 与 {other} 同时适用于 {charge}，无法取舍。",
    "The measures {first} and {other} both apply for {charge}: nothing tells which.",
    "请改正其条件，使其中只有一项适用。",
    "Correct their conditions so that only one of them holds.",
    "design: no rate is chosen silently",
);

pub const ADDITIONAL_CODE_MISSING: Reason = Reason::new(
    "DUT-086",
    "商品编码 {code} 的 {charge} 取决于附加代码：{codes}。",
    "The {charge} on code {code} depends on an additional code: {codes}.",
    "请填报其中之一。",
    "Declare one of them.",
    "关税法 第九条",
);

pub const QUOTA_NOT_GIVEN: Reason = Reason::new(
    "DUT-087",
    "未给出配额 {order} 的余量。",
    "What is left of quota {order} is not given.",
    "请给出余量，或不申请该配额。",
    "Give what is left, or do not ask for the quota.",
    "关税法 第十五条",
);

pub const QUOTA_TOO_SMALL: Reason = Reason::new(
    "DUT-088",
    "配额 {order} 余 {left}，少于本项的 {needed}；本项另报有要素，不能按比例拆分。",
    "Quota {order} has {left} left, less than the {needed} of the line, whose other facts cannot be shared out.",
    "请把本项拆为配额内、外两项申报。",
    "Declare the part within and the part beyond the quota as two lines.",
    "关税法 第十五条",
);

pub const QUOTA_NOT_MEASURED: Reason = Reason::new(
    "DUT-089",
    "配额 {order} 以 {unit} 计，而未申报该单位的数量。",
    "Quota {order} is counted in {unit}, and no such quantity is declared.",
    "请填报该单位的数量。",
    "Declare the quantity in that unit.",
    "关税法 第十五条",
);

pub const LAW_NOT_GIVEN: Reason = Reason::new(
    "DUT-090",
    "此行之前没有名为 {law} 的可用法律。",
    "No law of the name {law} that can be used stands before this line.",
    "请先以一行给出该法律。",
    "Give the law in a line before this one.",
    "docs/scenario.md",
);

pub const RATE_CARRIED_FORWARD: Reason = Reason::new(
    "DUT-091",
    "{date} 没有 {currency} 的汇率，沿用此前最近一期。",
    "There is no rate of exchange for {currency} on {date}: the last one before was carried forward.",
    "请给出该期汇率。",
    "Give the rate of that time.",
    "关税法 第六十条",
);

pub const QUOTA_EXHAUSTED: Reason = Reason::new(
    "DUT-092",
    "配额 {order} 已用完，适用其次的税率。",
    "Nothing is left of quota {order}: the next rate applies.",
    "请核对配额余量。",
    "Check what is left of the quota.",
    "关税法 第十五条",
);

/// All reasons of the room.
pub const ALL: &[&Reason] = &[
    &NO_ITEMS,
    &UNKNOWN_CODE,
    &MIXED_CURRENCIES,
    &NO_EXCHANGE_RATE,
    &NO_VALUE,
    &UNKNOWN_TERMS,
    &COST_NEEDS_WEIGHT,
    &COST_NEEDS_CURRENCY,
    &TOO_MANY_DIGITS,
    &FREIGHT_MISSING,
    &RATE_UNKNOWN,
    &NO_RATE,
    &RATE_NOT_RECKONED,
    &NO_CHARGES,
    &NO_CHOICE,
    &PROHIBITED,
    &RATE_TEXT,
    &NO_SPECIAL_RULE,
    &FACT_MISSING,
    &FACT_NEGATIVE,
    &NAME_UNKNOWN,
    &DAYS_REVERSED,
    &GROUND_NOT_FOR,
    &TOO_MANY_EXTENSIONS,
    &NOT_ON_LIST,
    &NOT_DECLARED_ON_LEAVING,
    &BACK_TOO_LATE,
    &REFUND_ABOVE_PAID,
    &RATE_TAKES_ALL,
    &METHOD_OUT_OF_TURN,
    &ADJUSTMENT_UNKNOWN,
    &NOT_SAME_TIME,
    &FORMULA_NOT_ACCEPTED,
    &NO_SUCH_AGREEMENT,
    &NO_ORIGIN_RULES,
    &NO_ORIGIN_PRICE,
    &SHORT_CODE,
    &SCENARIO_NOT_READ,
    &SCENARIO_RULE,
    &BASE_NOT_RECKONED,
    &CONDITION_UNKNOWN,
    &NOT_ADMITTED,
    &AMBIGUOUS,
    &ADDITIONAL_CODE_MISSING,
    &QUOTA_NOT_GIVEN,
    &QUOTA_TOO_SMALL,
    &QUOTA_NOT_MEASURED,
    &LAW_NOT_GIVEN,
    &RATE_CARRIED_FORWARD,
    &QUOTA_EXHAUSTED,
];

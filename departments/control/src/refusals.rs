//! What this room refuses, in order of code. Norms are the pack's and carry their own codes.

use customhouse_kernel::refusal::Reason;

const NORMS: &str = "进出口货物报关单填制规范";
const TWO_STEP: &str = "海关总署公告2019年第127号";

pub const MISSING: Reason = Reason::new(
    "CTL-001",
    "未填报{field}。",
    "{field} is missing.",
    "请填报该项。",
    "Fill in this field.",
    NORMS,
);

pub const TOO_LONG: Reason = Reason::new(
    "CTL-002",
    "{field}超长：最多 {max} 个字符，现有 {length} 个。",
    "{field} is too long: {length} characters, at most {max}.",
    "请缩短。",
    "Shorten it.",
    NORMS,
);

pub const NOT_A_NUMBER: Reason = Reason::new(
    "CTL-003",
    "{field}“{value}”不是十进制数。",
    "{field} {value} is not a decimal number.",
    "请只用半角数字和一个小数点，例如 1234.5。",
    "Use ASCII digits and one point, such as 1234.5.",
    NORMS,
);

pub const TOO_MANY_PLACES: Reason = Reason::new(
    "CTL-004",
    "{field}的小数超过 {max} 位。",
    "{field} has more than {max} places.",
    "请减少小数位数。",
    "Give fewer places.",
    NORMS,
);

pub const TOO_MANY_DIGITS: Reason = Reason::new(
    "CTL-005",
    "{field}的位数过多，最多 {max} 位。",
    "{field} has more than {max} digits.",
    "请核对是否多写了数字。",
    "Check for digits too many.",
    NORMS,
);

pub const NOT_WHOLE: Reason = Reason::new(
    "CTL-006",
    "{field}“{value}”不是不超过九位的整数。",
    "{field} {value} is not a whole number of at most nine digits.",
    "请填报整数。",
    "Give a whole number.",
    NORMS,
);

pub const NOT_A_DATE: Reason = Reason::new(
    "CTL-007",
    "{field}“{value}”不是有效日期。",
    "{field} {value} is not a date.",
    "请按年-月-日填报，例如 2026-03-02（报文中为 20260302）。",
    "Give year-month-day, such as 2026-03-02 (20260302 in a message).",
    NORMS,
);

pub const NOT_IN_FORM: Reason = Reason::new(
    "CTL-008",
    "{field}“{value}”的格式不符。",
    "{field} {value} is not in form.",
    "请核对代码的位数与字符（半角）。",
    "Check the length and the characters of the code (ASCII).",
    NORMS,
);

pub const NOT_LISTED: Reason = Reason::new(
    "CTL-009",
    "{field}“{value}”不在 {date} 有效的代码表中。",
    "{field} {value} is not on the code list of {date}.",
    "请从代码表中选用代码。",
    "Use a code of the list.",
    NORMS,
);

pub const CODE_NOT_FULL: Reason = Reason::new(
    "CTL-010",
    "商品编号“{value}”不足十位。",
    "Commodity code {value} has fewer than ten digits.",
    "请填报十位商品编号。",
    "Give all ten digits.",
    NORMS,
);

pub const UNKNOWN_PARTS: Reason = Reason::new(
    "CTL-011",
    "以下内容未被处理，已随原文保存：{places}。",
    "These parts were not read; they are kept with what you sent: {places}.",
    "如需处理这些内容，请通过其他途径提交。",
    "If they matter, submit them by another way.",
    NORMS,
);

pub const NORM_UNKNOWN: Reason = Reason::new(
    "CTL-012",
    "规范 {norm} 无法判断：规则包缺少所需资料。",
    "Norm {norm} cannot be decided: the pack lacks what it needs.",
    "申报继续办理；请自行核对该项。",
    "The declaration goes on; check this field yourself.",
    NORMS,
);

pub const NOT_YOURS: Reason = Reason::new(
    "CTL-013",
    "您所属的企业既不是收货人也不是申报单位，不能代为申报。",
    "Your firm is neither the consignee nor the declarant of this declaration.",
    "请由收货人或受其委托的申报单位申报。",
    "The consignee, or the declarant acting for it, must lodge it.",
    "海关法 第九条、第十条",
);

pub const WRONG_ROLE: Reason = Reason::new(
    "CTL-014",
    "您的身份不能办理此项业务：{what}。",
    "Your role may not do this: {what}.",
    "请使用有相应权限的账号。",
    "Use an account with that power.",
    "海关法 第七十九条",
);

pub const WRONG_OFFICE: Reason = Reason::new(
    "CTL-015",
    "海关 {office} 不在您的业务范围内。",
    "Customs office {office} is not among yours.",
    "请使用该海关辖区内的账号。",
    "Use an account of that office.",
    "海关法 第三条",
);

pub const BILL_EXISTS: Reason = Reason::new(
    "CTL-016",
    "海关 {office} 已有提运单 {bill} 的舱单。",
    "Office {office} already has a manifest for bill {bill}.",
    "请核对提运单号；更正舱单的程序尚未开通。",
    "Check the number of the bill; correcting a manifest is not open yet.",
    "舱单管理办法",
);

pub const NO_SUCH_BILL: Reason = Reason::new(
    "CTL-017",
    "没有提运单 {bill}。",
    "There is no bill {bill}.",
    "请核对海关与提运单号。",
    "Check the office and the number of the bill.",
    "舱单管理办法",
);

pub const NO_SUCH_DECLARATION: Reason = Reason::new(
    "CTL-018",
    "没有报关单 {entry}，或您无权办理。",
    "There is no declaration {entry}, or it is not yours.",
    "请核对 18 位海关编号。",
    "Check the 18 digits of the entry number.",
    "海关法 第二十四条",
);

pub const NOTHING_REPORTED: Reason = Reason::new(
    "CTL-019",
    "件数须不小于 1，重量须大于零。",
    "Packages must be at least 1 and the mass above zero.",
    "请填报实际的件数与毛重。",
    "Give the packages and the gross mass as they are.",
    "舱单管理办法",
);

pub const BAD_BILL_NUMBER: Reason = Reason::new(
    "CTL-020",
    "提运单号“{bill}”含有不能使用的字符，或长度不在 1 至 32 之间。",
    "Bill number {bill} has characters that cannot be used, or is not 1 to 32 long.",
    "请使用大写字母、数字与 * _ - 。",
    "Use capital letters, digits and * _ -.",
    "舱单管理办法",
);

pub const BAD_RECORD: Reason = Reason::new(
    "CTL-021",
    "记录 {record} 的内容无法读取。",
    "Record {record} cannot be read.",
    "请联系系统管理员：数据可能已损坏。",
    "Tell the operator: the data may be damaged.",
    "design: bodies have a schema version",
);

pub const TOTAL_DIFFERS: Reason = Reason::new(
    "CTL-022",
    "自报税款合计 {declared} 与计算结果 {computed} 不一致。",
    "Your self-assessed total {declared} is not what was computed, {computed}.",
    "以海关计算结果为准；请核对差异。",
    "The computed amount holds; check the difference.",
    "关税法 第四十二条",
);

pub const PARTY_CHECK: Reason = Reason::new(
    "CTL-023",
    "统一社会信用代码“{code}”的校验码不符。",
    "The check character of credit code {code} is wrong.",
    "请核对后重新登记。",
    "Check the code and register again.",
    "GB 32100-2015",
);

pub const REST_STRANDED: Reason = Reason::new(
    "CTL-024",
    "最后的件数与最后的重量须一并报告：尚余 {packages} 件、{kg} 千克。",
    "The last packages and the last of the mass go together: {packages} packages and {kg} kg are left.",
    "报告全部时请填报全部剩余件数与重量；分批时两项都须有剩余。",
    "Report all that is left of both, or leave some of both.",
    "舱单管理办法",
);

pub const TOO_HEAVY: Reason = Reason::new(
    "CTL-025",
    "毛重 {value} 千克超出一票提运单的上限 {max} 千克。",
    "A gross mass of {value} kg is beyond what one bill may hold, {max} kg.",
    "请核对毛重的单位与位数。",
    "Check the unit and the digits of the gross mass.",
    "舱单管理办法",
);

pub const WRONG_PLACE: Reason = Reason::new(
    "CTL-026",
    "监管场所“{place}”不在您的业务范围内。",
    "Supervised place {place} is not among yours.",
    "请由货物所在监管场所的经营人办理。",
    "Leave it to the operator of the place where the goods lie.",
    "海关法 第三十八条",
);

pub const DISTRICT_OFFICE: Reason = Reason::new(
    "CTL-027",
    "{office} 是直属海关，货物由其隶属海关监管。",
    "{office} is a customs district; its customs houses control goods.",
    "请填报进境地隶属海关的代码。",
    "Give the code of the customs house where the goods enter.",
    "海关法 第三条、第二十四条",
);

pub const REFERENCE_REUSED: Reason = Reason::new(
    "CTL-028",
    "银行流水号 {reference} 已用于另一笔入库。",
    "The bank's reference {reference} stands for another settlement.",
    "请核对流水号：一笔款项一个流水号。",
    "Check the reference: one payment has one reference.",
    "关税法 第四十三条",
);

pub const BAD_REFERENCE: Reason = Reason::new(
    "CTL-029",
    "银行流水号须为 1 至 64 个字符，不含控制字符。",
    "A bank's reference has 1 to 64 characters, none of them a control character.",
    "请填报银行的流水号。",
    "Give the bank's own number for the payment.",
    "关税法 第四十三条",
);

pub const NOT_ON_EXPORT: Reason = Reason::new(
    "CTL-030",
    "出口申报不填{field}，现填报为“{value}”。",
    "An export declaration has no {field}; {value} was given.",
    "请删去该项，或核对进出口标志。",
    "Leave this field empty, or check the direction.",
    NORMS,
);

pub const NOT_ON_IMPORT: Reason = Reason::new(
    "CTL-031",
    "进口申报不填{field}，现填报为“{value}”。",
    "An import declaration has no {field}; {value} was given.",
    "请删去该项，或核对进出口标志。",
    "Leave this field empty, or check the direction.",
    NORMS,
);

pub const CONDITIONS_OPEN: Reason = Reason::new(
    "CTL-032",
    "尚有未验核的监管条件，不能放行。",
    "Conditions on the goods are still open: they are not released.",
    "请提交所缺的许可证件，或申请撤销。",
    "Hand in what is missing, or ask to withdraw.",
    "海关法 第二十四条",
);

pub const DUTY_OPEN: Reason = Reason::new(
    "CTL-033",
    "尚有未缴且未担保的税费。",
    "Something is neither paid nor guaranteed yet.",
    "请缴清全部缴款书或提供担保。",
    "Pay every book, or give a guarantee.",
    "海关法 第二十九条",
);

pub const TWO_POSTS: Reason = Reason::new(
    "CTL-034",
    "您已在另一岗位办理过这份报关单。",
    "You have acted on this declaration in another post.",
    "请由另一名关员办理：审单、查验、放行岗位相互分离。",
    "Leave it to another officer: document check, examination and release are separate.",
    "海关法 第七十九条",
);

pub const NOT_DRAWN: Reason = Reason::new(
    "CTL-035",
    "您不是这次查验抽中的关员。",
    "You are not one of the officers drawn for this examination.",
    "请由抽中的两名关员之一办理。",
    "Leave it to one of the two who were drawn.",
    "海关法 第二十八条",
);

pub const CHANGE_OPEN: Reason = Reason::new(
    "CTL-036",
    "已有一项修改或撤销申请待海关决定。",
    "A change was asked for, and customs has yet to decide on it.",
    "请等待海关决定。",
    "Wait for the decision.",
    "进出口货物报关单修改和撤销管理办法",
);

pub const NO_CHANGE: Reason = Reason::new(
    "CTL-037",
    "没有待决定的此类申请。",
    "No change of this kind waits for a decision.",
    "请刷新后查看。",
    "Look again.",
    "进出口货物报关单修改和撤销管理办法",
);

pub const NOT_AMENDABLE: Reason = Reason::new(
    "CTL-038",
    "{field} 不能修改。",
    "{field} cannot be amended.",
    "如须改变该项，请申请撤销后重新申报。",
    "To change it, ask to withdraw and declare again.",
    "进出口货物报关单修改和撤销管理办法",
);

pub const NOTHING_CHANGED: Reason = Reason::new(
    "CTL-039",
    "修改后的内容与原内容相同。",
    "Nothing differs from what was declared.",
    "请核对要修改的项目。",
    "Check what is to be changed.",
    "进出口货物报关单修改和撤销管理办法",
);

pub const NOTHING_ASKED: Reason = Reason::new(
    "CTL-040",
    "没有待答复的要求。",
    "Nothing waits for an answer.",
    "请刷新后查看。",
    "Look again.",
    "海关法 第二十四条",
);

pub const NO_EXAMINERS: Reason = Reason::new(
    "CTL-041",
    "海关 {office} 当班的查验关员不足两名。",
    "Office {office} has fewer than two examiners on duty for this case.",
    "请先排班，或由未办理过本单的关员当班。",
    "Set the roster first: two who have not acted on this case.",
    "海关法 第二十八条",
);

pub const ROSTER_NAMES: Reason = Reason::new(
    "CTL-042",
    "值班表中的姓名为空或重复。",
    "A name on the roster is empty or stands twice.",
    "每名关员只列一次。",
    "List each officer once.",
    "海关法 第七十九条",
);

pub const SHEET_LINE: Reason = Reason::new(
    "CTL-043",
    "查验记录单中的项号 {line} 不在报关单中，或重复。",
    "Line {line} of the sheet is not the declaration's, or stands twice.",
    "请逐项填写一次。",
    "Fill in each line of the declaration once.",
    "海关法 第二十八条",
);

pub const SHEET_MISSING: Reason = Reason::new(
    "CTL-044",
    "查验记录单缺少第 {line} 项。",
    "The sheet lacks line {line}.",
    "请填写每一项的查验结果。",
    "Fill in what was found of every line.",
    "海关法 第二十八条",
);

pub const SHEET_DIFFERS: Reason = Reason::new(
    "CTL-045",
    "查验记录单与申报不符，不能按相符办结。",
    "The sheet differs from what was declared: it does not pass.",
    "请改为报告不符。",
    "Report the difference instead.",
    "海关法 第二十八条",
);

pub const SHEET_CONFORMS: Reason = Reason::new(
    "CTL-046",
    "查验记录单与申报相符，不能按不符报告。",
    "The sheet is as declared: there is no difference to report.",
    "请改为查验相符。",
    "Pass the examination instead.",
    "海关法 第二十八条",
);

pub const NOT_PAYABLE: Reason = Reason::new(
    "CTL-047",
    "报关单 {entry} 当前状态不接受缴款。",
    "Declaration {entry} takes no payment as it stands.",
    "款项已暂存，可退还。",
    "The money is held and refundable.",
    "关税法 第四十三条",
);

pub const NOT_EXAMINED: Reason = Reason::new(
    "CTL-048",
    "这票货物须先查验。",
    "These goods are to be examined first.",
    "请先下达查验并取得查验结果。",
    "Order the examination, and have its findings.",
    "海关法 第二十八条",
);

pub const ANSWER_LATE: Reason = Reason::new(
    "CTL-049",
    "答复期限 {due} 已过。",
    "The last day to answer, {due}, has passed.",
    "请等待海关重新要求，或申请撤销。",
    "Wait until customs asks again, or ask to withdraw.",
    "海关法 第二十四条",
);

pub const NOTHING_DUE: Reason = Reason::new(
    "CTL-050",
    "报关单 {entry} 在 {date} 没有到期事项。",
    "Nothing of declaration {entry} fell due on {date}.",
    "无需处理。",
    "There is nothing to do.",
    "design: due jobs",
);

pub const LICENCE_EMPTY: Reason = Reason::new(
    "CTL-051",
    "许可证件须有大于零的数量、至少一次使用和有效的起止日期。",
    "A licence has a quantity above zero, at least one use, and a last day not before its first.",
    "请核对数量（最多五位小数）、使用次数与有效期。",
    "Check the quantity (at most five places), the uses and the dates.",
    "海关法 第二十四条",
);

pub const LICENCE_EXISTS: Reason = Reason::new(
    "CTL-052",
    "许可证件 {number} 已登记。",
    "Licence {number} is on record already.",
    "请核对证件编号。",
    "Check the number.",
    "海关法 第二十四条",
);

pub const NOT_AUTHORISED: Reason = Reason::new(
    "CTL-053",
    "{agent} 没有 {principal} 在此范围和日期内有效的报关委托。",
    "{agent} has no authorisation of {principal} that covers this, today.",
    "请委托人先授予报关委托，或由其自行办理。",
    "Have the principal authorise the broker first, or act itself.",
    "海关法 第十条",
);

pub const AUTHORISATION_EMPTY: Reason = Reason::new(
    "CTL-054",
    "委托须授予另一企业，且截止日不早于起始日。",
    "An authorisation is for another firm, and its last day is not before its first.",
    "请核对被委托企业与日期。",
    "Check the agent and the dates.",
    "海关法 第十条",
);

pub const MODE_NOT_OPEN: Reason = Reason::new(
    "CTL-055",
    "单据类型 {kind}（{name}）对{way}货物尚未开通。",
    "Kind of declaration {kind} ({name}) is not open for {way}.",
    "请按普通报关单申报，单据类型留空。",
    "Lodge an ordinary declaration and leave the kind empty.",
    NORMS,
);

pub const GUARANTEE_UNNAMED: Reason = Reason::new(
    "CTL-056",
    "未填报总担保编号，而 {party} 有 {found} 份足以担保 {amount} 的总担保。",
    "No guarantee is named, and {party} has {found} general guarantees that could answer for {amount}.",
    "请填报总担保编号；报文没有该元素，无法确定唯一担保的请用网页或 JSON 申报。",
    "Name the guarantee. The message has no element for it: where several serve, lodge on the page or in JSON.",
    "海关总署公告2017年第45号",
);

pub const AGGREGATE_SUSPENDED: Reason = Reason::new(
    "CTL-057",
    "{party} 有汇总征税税款逾期未缴（应于 {due} 前缴清），暂停适用汇总征税。",
    "{party} has not paid what was due under aggregate payment on {due}: the mode is suspended for it.",
    "请先缴清逾期的缴款书，或按普通报关单申报。",
    "Pay the books that are overdue, or lodge an ordinary declaration.",
    "海关总署公告2017年第45号",
);

pub const ENTRY_DAY: Reason = Reason::new(
    "CTL-058",
    "进境日期 {entered} 须在舱单申报之日 {filed} 与今日 {today} 之间。",
    "The day of entry, {entered}, is not between {filed}, when the bill was filed, and today, {today}.",
    "请填报运输工具实际申报进境的日期。",
    "Give the day on which the means of transport did declare entry.",
    "海关法 第二十四条",
);

pub const ENTRY_REPORTED: Reason = Reason::new(
    "CTL-059",
    "提运单 {bill} 的进境日期现为 {known}，不能再报为 {entered}。",
    "For bill {bill} the day of entry is {known}; {entered} is not taken.",
    "更正已报日期时，请在 corrects 中填报现有日期；事先申报舱单以外的提运单及已有货物提离的提运单不再更正。",
    "To correct a day that you reported, name it as corrects; a bill filed on or after entry is not reported again, nor one of which goods are out.",
    "海关法 第二十四条",
);

pub const NO_SUCH_GUARANTEE: Reason = Reason::new(
    "CTL-060",
    "没有编号为 {number} 的担保，或该担保不属于您。",
    "There is no guarantee {number} of yours.",
    "请核对担保编号。",
    "Check the number of the guarantee.",
    "海关法 第六十六条",
);

pub const GUARANTEE_KIND: Reason = Reason::new(
    "CTL-061",
    "担保种类“{value}”应为 general（总担保，不填报关单号）或 single（单票担保，须填报关单号）。",
    "The kind {value} is neither general, without an entry number, nor single, with one.",
    "请填报 single 并附报关单号，或填报 general。",
    "Give single with the entry number, or general without one.",
    "海关事务担保条例 第十六条",
);

pub const GUARANTEE_MEANS: Reason = Reason::new(
    "CTL-062",
    "担保方式“{value}”不在可接受之列。",
    "{value} is no means of a guarantee.",
    "请填报 cash、securities、bank_letter、non_bank_letter、group_letter 或 insurance。",
    "Give cash, securities, bank_letter, non_bank_letter, group_letter or insurance.",
    "海关法 第六十八条",
);

pub const GUARANTEE_CASES: Reason = Reason::new(
    "CTL-063",
    "担保情形“{value}”未列明。",
    "{value} is no case that a guarantee is given for.",
    "请至少填报一项：early_release、special_operation、security_order、instead_of_seizure 或 before_departure。",
    "Give at least one of early_release, special_operation, security_order, instead_of_seizure, before_departure.",
    "海关事务担保条例 第四条至第八条",
);

pub const GUARANTEE_DAYS: Reason = Reason::new(
    "CTL-064",
    "担保有效期 {from} 至 {to} 已届满或首尾颠倒。",
    "The days {from} to {to} are over, or the last is before the first.",
    "请填报尚未届满的有效期。",
    "Give days of which the last is still to come.",
    "海关法 第六十六条",
);

pub const GUARANTEE_NOT_IN_FORCE: Reason = Reason::new(
    "CTL-065",
    "担保 {number} 当前状态为 {state}，不能使用。",
    "Guarantee {number} is {state}: it is not in force.",
    "请使用海关已接受且尚有余额的担保。",
    "Use a guarantee that customs accepted and of which something is left.",
    "海关事务担保条例 第十四条",
);

pub const NOTHING_TO_GUARANTEE: Reason = Reason::new(
    "CTL-066",
    "报关单 {entry} 没有可以担保的未缴税款。",
    "Declaration {entry} has no open tax that a guarantee could answer for.",
    "滞报金和滞纳金应直接缴纳；税款可能已缴清或已担保。",
    "Fees and surcharges are paid; the taxes are paid or guaranteed already.",
    "海关事务担保条例 第四条",
);

pub const NOTHING_TO_CLAIM: Reason = Reason::new(
    "CTL-067",
    "报关单 {entry} 没有逾期未缴的担保税款。",
    "Declaration {entry} has no guaranteed tax past its last day.",
    "缴款期限届满的次日起方可以担保抵缴。",
    "A guarantee is claimed from the day after the last day to pay.",
    "海关事务担保条例 第十九条",
);

pub const NOT_ALL_PAID: Reason = Reason::new(
    "CTL-068",
    "尚有未缴清的缴款书，不能结关。",
    "A payment book is still open: the declaration is not closed.",
    "请缴清全部缴款书；担保的税款也须缴纳或抵缴。",
    "Pay every book; what is guaranteed is paid or claimed, too.",
    "关税法 第四十三条",
);

pub const GUARANTEE_NOT_EMPTY: Reason = Reason::new(
    "CTL-069",
    "担保 {number} 尚有余额或曾被抵缴。",
    "Something of guarantee {number} is left, or was claimed.",
    "请等待额度释放后申请退还。",
    "Wait until it is free, and ask for it back.",
    "海关事务担保条例 第二十条",
);

pub const NOT_ENTERED: Reason = Reason::new(
    "CTL-070",
    "提前申报的货物：运输工具尚未申报进境，或尚未按进境之日的法规计税。",
    "It was declared in advance: the means of transport has not declared entry, or that day's law has not been applied.",
    "请等待承运人申报进境；要求修改的，请先修改申报。",
    "Wait until the carrier reports entry; where a change is required, make it.",
    "关税法 第二十条",
);

pub const SUMMARY_OPEN: Reason = Reason::new(
    "CTL-071",
    "两步申报的概要申报尚未完整申报：不作修改，也不能按普通报关单办理此步。",
    "It is a summary declaration that is not completed: it is not amended, and this step is not for it.",
    "请直接提交完整申报（单据类型第三位为 6），不同之处在完整申报中填报。",
    "Complete it: lodge the full declaration (third character 6 of the kind), with what differs.",
    TWO_STEP,
);

pub const CONTRADICTS_SUMMARY: Reason = Reason::new(
    "CTL-072",
    "{field} 与概要申报不一致：概要申报为 {summary}，完整申报为 {full}。",
    "{field} contradicts the summary declaration: it says {summary}, the full declaration {full}.",
    "请按概要申报更正；概要申报有误的，提离前请申请撤销后重新申报。",
    "Declare what the summary says; where that is wrong, ask to withdraw it before the goods are picked up.",
    TWO_STEP,
);

pub const NO_SUMMARY: Reason = Reason::new(
    "CTL-073",
    "{what} 没有您的、尚待完整申报的概要申报。",
    "For {what} there is no summary declaration of yours that waits to be completed.",
    "请先概要申报，货物放行后再完整申报；完整申报只能提交一次，之后请申请修改。",
    "Lodge the summary first, and complete it once the goods are released; what is completed is amended.",
    TWO_STEP,
);

pub const NO_SUCH_DISPOSAL: Reason = Reason::new(
    "CTL-074",
    "没有编号为 {number} 的货物处置案件，或该案件不属于您。",
    "There is no case {number} of goods to be disposed of that is yours.",
    "请核对案件种类和编号。",
    "Check the kind and the number of the case.",
    "海关法 第三十条",
);

pub const GOODS_SET_ASIDE: Reason = Reason::new(
    "CTL-075",
    "提运单 {bill} 的货物已决定变卖或准予退运（案件 {case}），不再受理申报。",
    "The goods of bill {bill} are to be sold or sent back (case {case}): they cannot be declared any more.",
    "已变卖的，收货人可在一年内申领余款。",
    "Of goods that are sold the consignee may claim the surplus within a year.",
    "海关法 第三十条",
);

pub const GOODS_HAVE_CASE: Reason = Reason::new(
    "CTL-076",
    "提运单 {bill} 的货物已在案件 {case} 中处置。",
    "The goods of bill {bill} are in case {case} already.",
    "超期未报关的货物在决定变卖之前可以补报；其他案件请等待海关决定。",
    "Goods not declared in time can be declared until customs decides to sell; else wait for the decision.",
    "海关法 第三十条",
);

pub const NOT_WITHDRAWABLE: Reason = Reason::new(
    "CTL-077",
    "报关单 {entry} 的状态为 {state}：正在查验、暂停办理或者已放行的货物不能放弃或者直接退运。",
    "Declaration {entry} is {state}: goods under examination, on hold or released are neither abandoned nor sent back.",
    "请等待查验结束；已放行的货物按其他程序办理。",
    "Wait for the end of the examination; released goods follow other procedures.",
    "进出口货物报关单修改和撤销管理办法",
);

pub const SALE_DEDUCTION: Reason = Reason::new(
    "CTL-078",
    "“{name}”不是可以从此次变卖价款中扣除的项目（{names}），或填报了两次。",
    "{name} is not paid from the proceeds of this sale, as {names} are, or is named twice.",
    "每项填报一次；滞报金由系统计算。",
    "Name each once; the late-declaration fee is reckoned.",
    "海关法 第三十条",
);

pub const SALE_DAY: Reason = Reason::new(
    "CTL-079",
    "变卖日期 {sold_on} 须不早于决定之日 {decided}，也不晚于今天。",
    "The day of the sale {sold_on} is not before the decision of {decided}, nor after today.",
    "请核对变卖日期。",
    "Check the day of the sale.",
    "海关法 第三十条",
);

pub const BILL_FIELD: Reason = Reason::new(
    "CTL-080",
    "该进出口方向的舱单不填 {field}。",
    "A bill of this direction has no {field}.",
    "进境舱单填运输工具申报进境之日，出境舱单填计划装载时间。",
    "An inbound bill gives the day of entry, an outbound one the planned moment of loading.",
    "舱单管理办法",
);

pub const MANIFEST_LATE: Reason = Reason::new(
    "CTL-081",
    "预配舱单须在装载（{loading}）前 {hours} 小时传输，最迟为 {latest}。",
    "The pre-loading manifest is due {hours} hours before loading ({loading}), at {latest} at the latest.",
    "请与监管场所商定更晚的装载时间后重新申报舱单。",
    "Agree on a later loading, then file the bill again.",
    "舱单管理办法",
);

pub const DECLARED_LATE: Reason = Reason::new(
    "CTL-082",
    "出口货物须在装载（{loading}）前 {hours} 小时申报，最迟为 {latest}。",
    "Exports are declared {hours} hours before loading ({loading}), at {latest} at the latest.",
    "请由承运人改配其后的航次；海关特准的除外。",
    "Have the carrier plan a later loading, unless customs exempts the goods.",
    "海关法 第二十四条",
);

pub const OTHER_DIRECTION: Reason = Reason::new(
    "CTL-083",
    "提运单 {bill} 的进出境方向与报关单不符。",
    "The goods of bill {bill} go the other way than the declaration says.",
    "进境提运单按进口申报，出境提运单按出口申报。",
    "Declare an inbound bill as an import and an outbound one as an export.",
    "海关法 第二十四条",
);

pub const INBOUND_BILL: Reason = Reason::new(
    "CTL-084",
    "提运单 {bill} 是进境提运单，没有运抵、装载、退关或离境。",
    "Bill {bill} is inbound: its goods do not arrive for loading, nor are they loaded, shut out or shipped.",
    "进境货物请报告货物提离。",
    "Report goods out for inbound goods.",
    "舱单管理办法",
);

pub const LEAVES_BY_LOADING: Reason = Reason::new(
    "CTL-085",
    "提运单 {bill} 是出境提运单，货物经装载离境，不报告提离。",
    "Bill {bill} is outbound: its goods leave by being loaded, not by goods out.",
    "请由承运人报告装载与离境。",
    "Have the carrier report loading and departure.",
    "舱单管理办法",
);

pub const DEPARTURE_DAY: Reason = Reason::new(
    "CTL-086",
    "离境日期 {departed} 须不早于装载之日 {loaded}，也不晚于今天。",
    "The day of departure {departed} is not before the day of loading {loaded}, nor after today.",
    "请核对运输工具的离境日期。",
    "Check the day on which the means of transport left.",
    "海关法 第十四条",
);

pub const SHUT_OUT_UNDECLARED: Reason = Reason::new(
    "CTL-087",
    "部分货物已退关，报关单尚未按实际装载的数量修改。",
    "A part of the goods was shut out, and the declaration does not yet say what was loaded.",
    "请由报关人申请修改报关单。",
    "Have the declarant ask to amend the declaration.",
    "进出口货物报关单修改和撤销管理办法",
);

pub const LOADING_PAST: Reason = Reason::new(
    "CTL-088",
    "计划装载时间 {loading} 已过。",
    "The planned moment of loading {loading} has passed.",
    "请填报将来的装载时间。",
    "Give a moment of loading that is to come.",
    "舱单管理办法",
);

pub const NO_SUCH_REFUND: Reason = Reason::new(
    "CTL-089",
    "没有编号为 {number} 的退税申请。",
    "There is no refund {number}.",
    "请核对退税编号。",
    "Check the number of the refund.",
    "关税法 第五十一条",
);

pub const RETURN_NOT_SHOWN: Reason = Reason::new(
    "CTL-090",
    "两份报关单不能表明货物原状复运出境：{what}。",
    "The two declarations do not show that the goods went back out: {what}.",
    "进出口报关单的收发货人、商品编号、单位须一致，出口报关单备注须载明进口报关单号，货物须已放行、离境。",
    "Both name the same firm, code and unit; the export's remarks name the import's entry number; the goods were released and left.",
    "关税法 第五十二条",
);

pub const NOT_APPOINTED: Reason = Reason::new(
    "CTL-091",
    "关员 {officer} 在 {date} 不担任办理此项的岗位。",
    "Officer {officer} holds no post to act in on {date}.",
    "请由关长任命；任命到期或已免除的，不能再办理。",
    "Have the head of the office appoint the officer; an appointment that ended gives no power.",
    "海关法 第七十九条",
);

pub const OWN_POST: Reason = Reason::new(
    "CTL-092",
    "任何人不得决定自己的任免或授权。",
    "Nobody decides on his own posts or powers.",
    "请由另一位有权的关长决定。",
    "Have another head decide.",
    "海关法 第七十九条",
);

pub const OFFICE_TERM: Reason = Reason::new(
    "CTL-093",
    "任期或授权期限自 {from} 至 {to}：须自今天（{date}）或以后开始，且不早于开始之日结束。",
    "The term from {from} to {to} begins today ({date}) or later, and does not end before it begins.",
    "请核对起止日期；不得追溯任命或授权。",
    "Check both days; nobody is appointed or authorised in arrears.",
    "海关法 第七十九条",
);

pub const ALREADY_HELD: Reason = Reason::new(
    "CTL-094",
    "{officer} 在 {office} 已有任期重叠的同一任命或授权。",
    "{officer} has the same appointment or delegation at {office} for a part of that time.",
    "请先结束原任命或授权，或从其后开始。",
    "End that one first, or begin after it.",
    "海关法 第七十九条",
);

pub const NOT_HELD: Reason = Reason::new(
    "CTL-095",
    "{officer} 在 {date} 于 {office} 没有“{what}”的任命或授权。",
    "{officer} has no appointment or delegation \"{what}\" at {office} on {date}.",
    "请核对关员、关区与岗位；排班只列当日任职的关员。",
    "Check officer, office and post; a roster lists only who holds the post on that day.",
    "海关法 第七十九条",
);

pub const NO_POWER: Reason = Reason::new(
    "CTL-096",
    "在 {date} 于 {office} 无权“{power}”：此项职权属于{holder}。",
    "There is no power to \"{power}\" at {office} on {date}: it belongs to {holder}.",
    "请由有权的关长办理，或先取得其授权。",
    "Have one who has it act, or get his authorisation first.",
    "海关法 第六条",
);

const PERIODIC: &str = "进出口货物集中申报管理办法（海关总署令第169号）";

pub const NO_SUCH_PERMIT: Reason = Reason::new(
    "CTL-097",
    "没有本企业的集中申报备案 {permit}。",
    "The firm has no periodic declaration permit {permit}.",
    "请核对备案编号；未备案的，按普通报关单申报。",
    "Check the number; without a permit, lodge an ordinary declaration.",
    PERIODIC,
);

pub const PERIODIC_GOODS: Reason = Reason::new(
    "CTL-098",
    "货物种类 {goods} 在 {date} 不适用集中申报。",
    "Goods of the kind {goods} cannot be declared periodically on {date}.",
    "请选择规则包所列的种类，或按普通报关单申报。",
    "Choose a kind that the pack lists, or lodge an ordinary declaration.",
    PERIODIC,
);

pub const UNDER_INVESTIGATION: Reason = Reason::new(
    "CTL-099",
    "{party} 涉嫌走私或者违规、正在被立案调查，不予集中申报备案。",
    "{party} is under investigation: it is not admitted to periodic declaration.",
    "请作不予备案的决定，结案后可重新申请。",
    "Refuse the permit; the firm may ask again once the case is closed.",
    PERIODIC,
);

pub const PERMIT_NOT_IN_FORCE: Reason = Reason::new(
    "CTL-100",
    "集中申报备案 {permit} 现不能办理此项（状态 {state}，有效期至 {to}）。",
    "Periodic declaration permit {permit} does not serve for this now (state {state}, valid to {to}).",
    "请按普通报关单申报，或重新备案。",
    "Lodge an ordinary declaration, or ask for another permit.",
    PERIODIC,
);

pub const PERIODIC_SUSPENDED: Reason = Reason::new(
    "CTL-101",
    "备案 {permit} 的清单应于 {due} 前归并申报而未办理，暂停接受新清单。",
    "Lists under permit {permit} were to be gathered by {due} and were not: no new list is taken.",
    "请先归并逾期的清单，或按普通报关单申报。",
    "Gather the lists that are overdue first, or lodge an ordinary declaration.",
    PERIODIC,
);

pub const LIST_NOT_FIT: Reason = Reason::new(
    "CTL-102",
    "集中申报清单的 {field}（{value}）与备案不符，应为：{expected}。",
    "{field} of the list is {value}, its permit asks for: {expected}.",
    "请核对，或按普通报关单申报。",
    "Check it, or lodge an ordinary declaration.",
    PERIODIC,
);

pub const LIST_LATE: Reason = Reason::new(
    "CTL-103",
    "清单应自运输工具申报进境之日（{entered}）起至 {last} 申报，今日为 {today}。",
    "A list is filed from entry of the means of transport ({entered}) to {last}; today is {today}.",
    "请按普通报关单申报。",
    "Lodge an ordinary declaration.",
    PERIODIC,
);

pub const LISTS_OPEN: Reason = Reason::new(
    "CTL-104",
    "{of} 的清单不在可办理此项的环节：清单归并前不能修改、结关，备案不能终止；归并须在该月结束以后，归并后不能撤销放行的清单。",
    "The lists of {of} do not stand for this: before they are gathered a list is neither amended nor closed and \
     its permit does not end; a month is gathered once it is over, and no released list is withdrawn after that.",
    "请先归并；清单有误的，申请撤销后重新申报。",
    "Gather them first; where a list is wrong, ask to withdraw it and file another.",
    PERIODIC,
);

pub const EXAMINERS_ABLE: Reason = Reason::new(
    "CTL-110",
    "报关单 {entry} 抽定的查验关员均当班，不予改派。",
    "The examiners drawn for declaration {entry} are on duty: nobody is drawn in their place.",
    "关员不当班或者已免职的，方可改派。",
    "Others are drawn once an examiner is off duty or no longer appointed.",
    "海关法 第二十八条",
);

pub const NO_SUCH_LICENCE: Reason = Reason::new(
    "CTL-111",
    "没有许可证件 {number}。",
    "There is no licence {number}.",
    "请核对证件代码与编号。",
    "Check the code and the number of the licence.",
    "海关法 第二十四条",
);

pub const SUMMARY_TOO_LITTLE: Reason = Reason::new(
    "CTL-115",
    "自报税款 {stated} 元不足：按概要申报已填内容和推定的费用，应缴税款至少 {needed} 元。",
    "The self-assessed total of {stated} does not suffice: by what the summary says, and costs that are presumed \
     where it says nothing, at least {needed} is owed.",
    "请填报不少于该数的自报税款，或留空由系统核算，或填报运费等价格要素。",
    "State no less, or leave it out and the reckoned amount is reserved; or declare freight and the like.",
    TWO_STEP,
);

/// All reasons of the room.
pub const ALL: &[&Reason] = &[
    &MISSING,
    &TOO_LONG,
    &NOT_A_NUMBER,
    &TOO_MANY_PLACES,
    &TOO_MANY_DIGITS,
    &NOT_WHOLE,
    &NOT_A_DATE,
    &NOT_IN_FORM,
    &NOT_LISTED,
    &CODE_NOT_FULL,
    &UNKNOWN_PARTS,
    &NORM_UNKNOWN,
    &NOT_YOURS,
    &WRONG_ROLE,
    &WRONG_OFFICE,
    &BILL_EXISTS,
    &NO_SUCH_BILL,
    &NO_SUCH_DECLARATION,
    &NOTHING_REPORTED,
    &BAD_BILL_NUMBER,
    &BAD_RECORD,
    &TOTAL_DIFFERS,
    &PARTY_CHECK,
    &REST_STRANDED,
    &TOO_HEAVY,
    &WRONG_PLACE,
    &DISTRICT_OFFICE,
    &REFERENCE_REUSED,
    &BAD_REFERENCE,
    &NOT_ON_EXPORT,
    &NOT_ON_IMPORT,
    &CONDITIONS_OPEN,
    &DUTY_OPEN,
    &TWO_POSTS,
    &NOT_DRAWN,
    &CHANGE_OPEN,
    &NO_CHANGE,
    &NOT_AMENDABLE,
    &NOTHING_CHANGED,
    &NOTHING_ASKED,
    &NO_EXAMINERS,
    &ROSTER_NAMES,
    &SHEET_LINE,
    &SHEET_MISSING,
    &SHEET_DIFFERS,
    &SHEET_CONFORMS,
    &NOT_PAYABLE,
    &NOT_EXAMINED,
    &ANSWER_LATE,
    &NOTHING_DUE,
    &LICENCE_EMPTY,
    &LICENCE_EXISTS,
    &NOT_AUTHORISED,
    &AUTHORISATION_EMPTY,
    &MODE_NOT_OPEN,
    &GUARANTEE_UNNAMED,
    &AGGREGATE_SUSPENDED,
    &ENTRY_DAY,
    &ENTRY_REPORTED,
    &NO_SUCH_GUARANTEE,
    &GUARANTEE_KIND,
    &GUARANTEE_MEANS,
    &GUARANTEE_CASES,
    &GUARANTEE_DAYS,
    &GUARANTEE_NOT_IN_FORCE,
    &NOTHING_TO_GUARANTEE,
    &NOTHING_TO_CLAIM,
    &NOT_ALL_PAID,
    &GUARANTEE_NOT_EMPTY,
    &NOT_ENTERED,
    &SUMMARY_OPEN,
    &CONTRADICTS_SUMMARY,
    &NO_SUMMARY,
    &NO_SUCH_DISPOSAL,
    &GOODS_SET_ASIDE,
    &GOODS_HAVE_CASE,
    &NOT_WITHDRAWABLE,
    &SALE_DEDUCTION,
    &SALE_DAY,
    &BILL_FIELD,
    &MANIFEST_LATE,
    &DECLARED_LATE,
    &OTHER_DIRECTION,
    &INBOUND_BILL,
    &LEAVES_BY_LOADING,
    &DEPARTURE_DAY,
    &SHUT_OUT_UNDECLARED,
    &LOADING_PAST,
    &NO_SUCH_REFUND,
    &RETURN_NOT_SHOWN,
    &NOT_APPOINTED,
    &OWN_POST,
    &OFFICE_TERM,
    &ALREADY_HELD,
    &NOT_HELD,
    &NO_POWER,
    &NO_SUCH_PERMIT,
    &PERIODIC_GOODS,
    &UNDER_INVESTIGATION,
    &PERMIT_NOT_IN_FORCE,
    &PERIODIC_SUSPENDED,
    &LIST_NOT_FIT,
    &LIST_LATE,
    &LISTS_OPEN,
    &EXAMINERS_ABLE,
    &NO_SUCH_LICENCE,
    &SUMMARY_TOO_LITTLE,
];

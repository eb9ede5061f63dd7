//! Refusals of this room 不予受理: one row for each thing that can be wrong with a message.
//!
//! `path` is a JSON pointer for the JSON form and an XPath for XML, in the sender's own document.

use customhouse_kernel::refusal::Reason;

const XML: &str = "W3C XML 1.0";
const JSON: &str = "RFC 8259";
const DEC: &str = "单一窗口报关单报文规范 DecMessage";
const HOUSE: &str = "Customhouse: limits of a message";

pub const TOO_LARGE: Reason = Reason {
    code: "EXC-001",
    zh: "报文共{found}字节，超过上限{limit}字节。",
    en: "The message has {found} bytes; the limit is {limit}.",
    remedy_zh: "请拆分报文，随附文件另行上传。",
    remedy_en: "Split the message, and send attached files separately.",
    basis: HOUSE,
};
pub const NOT_UTF8: Reason = Reason {
    code: "EXC-002",
    zh: "报文不是有效的UTF-8编码：第{byte}字节起有误。",
    en: "The message is not valid UTF-8: it goes wrong at byte {byte} (counted from 0).",
    remedy_zh: "请以UTF-8编码保存并发送报文。",
    remedy_en: "Save and send the message as UTF-8.",
    basis: "RFC 3629",
};
pub const ENCODING: Reason = Reason {
    code: "EXC-003",
    zh: "不能读取编码为{encoding}的报文。",
    en: "Messages in {encoding} cannot be read here.",
    remedy_zh: "请改用UTF-8；XML也可用GB18030、GBK或GB2312，并在XML声明中写明。",
    remedy_en: "Send UTF-8, or, in XML, GB18030, GBK or GB2312, and say so in the XML declaration.",
    basis: "RFC 3629; RFC 8259, 8.1; GB 18030",
};
pub const CONTROL_CHARACTER: Reason = Reason {
    code: "EXC-004",
    zh: "该值含有不允许的控制字符{character}。",
    en: "The value holds the control character {character}, which is not allowed.",
    remedy_zh: "请删除该字符；只允许制表符和换行符。",
    remedy_en: "Remove it; only tabs and line ends are allowed.",
    basis: XML,
};
pub const TOO_DEEP: Reason = Reason {
    code: "EXC-005",
    zh: "报文嵌套超过{limit}层。",
    en: "The message is nested more than {limit} levels deep.",
    remedy_zh: "请按报文规范的结构发送。",
    remedy_en: "Send the structure that the specification gives.",
    basis: HOUSE,
};
pub const TOO_MANY_ELEMENTS: Reason = Reason {
    code: "EXC-006",
    zh: "报文的元素多于{limit}个。",
    en: "The message has more than {limit} elements.",
    remedy_zh: "请拆分报文。",
    remedy_en: "Split the message.",
    basis: HOUSE,
};
pub const NAME_TOO_LONG: Reason = Reason {
    code: "EXC-007",
    zh: "名称长于{limit}字节。",
    en: "A name is longer than {limit} bytes.",
    remedy_zh: "请使用报文规范中的名称。",
    remedy_en: "Use the names of the specification.",
    basis: HOUSE,
};
pub const TOO_MANY_ATTRIBUTES: Reason = Reason {
    code: "EXC-008",
    zh: "该元素的属性多于{limit}个。",
    en: "The element has more than {limit} attributes.",
    remedy_zh: "请删除规范以外的属性。",
    remedy_en: "Remove attributes that the specification does not have.",
    basis: HOUSE,
};
pub const TEXT_TOO_LONG: Reason = Reason {
    code: "EXC-009",
    zh: "该值共{found}字节，超过上限{limit}字节。",
    en: "The value has {found} bytes; the limit is {limit}.",
    remedy_zh: "请缩短该值；文件请另行上传。",
    remedy_en: "Shorten it; send files separately.",
    basis: HOUSE,
};
pub const TOO_MANY_REPETITIONS: Reason = Reason {
    code: "EXC-010",
    zh: "此处共{found}项，超过上限{limit}项。",
    en: "There are {found} entries here; the limit is {limit}.",
    remedy_zh: "请拆分为多票报关单。",
    remedy_en: "Split it into several declarations.",
    basis: HOUSE,
};
pub const TOO_MANY_STRANGE: Reason = Reason {
    code: "EXC-011",
    zh: "报文中有超过{limit}处不认识的内容。",
    en: "The message holds more than {limit} places that are not known here.",
    remedy_zh: "请对照报文规范检查元素名称。",
    remedy_en: "Check the names against the specification.",
    basis: HOUSE,
};
pub const TOO_MANY_FINDINGS: Reason = Reason {
    code: "EXC-012",
    zh: "问题超过{limit}个，其余未列出。",
    en: "More than {limit} things are wrong; the rest is not listed.",
    remedy_zh: "请先改正已列出的问题，再重新发送。",
    remedy_en: "Mend what is listed and send it again.",
    basis: HOUSE,
};
pub const DUPLICATE: Reason = Reason {
    code: "EXC-013",
    zh: "此项重复出现，只能出现一次。",
    en: "This appears again; it may appear only once.",
    remedy_zh: "请只保留一个。",
    remedy_en: "Keep one of them.",
    basis: HOUSE,
};

pub const MIXED_ENCODINGS: Reason = Reason {
    code: "EXC-014",
    zh: "报文的编码说法不一：先为{first}，后为{second}。",
    en: "The message names two encodings: first {first}, then {second}.",
    remedy_zh: "字节顺序标记、Content-Type的charset和XML声明须写同一种编码。",
    remedy_en: "Let byte order mark, the content type's charset and the XML declaration say the same.",
    basis: XML,
};
pub const NOT_GB18030: Reason = Reason {
    code: "EXC-015",
    zh: "报文不是有效的{encoding}编码：第{byte}字节起有误（从0计）。",
    en: "The message is not valid {encoding}: it goes wrong at byte {byte} (counted from 0).",
    remedy_zh: "请以所声明的编码重新保存并发送完整的报文，或改用UTF-8。",
    remedy_en: "Save it in the encoding that it declares and send the whole of it, or send UTF-8.",
    basis: "GB 18030",
};
pub const GB18030_AS_UTF8: Reason = Reason {
    code: "EXC-016",
    zh: "报文声明为UTF-8（未声明即为UTF-8），但从第{byte}字节起（从0计）是GB18030或GBK编码的内容。",
    en: "Declared as UTF-8 or not at all, the message is GB18030 or GBK from byte {byte} on (counted from 0).",
    remedy_zh: "请在XML声明中写明encoding=\"GB18030\"，或以UTF-8编码发送。",
    remedy_en: "Write encoding=\"GB18030\" in the XML declaration, or send UTF-8.",
    basis: XML,
};

pub const MALFORMED_XML: Reason = Reason {
    code: "EXC-020",
    zh: "第{byte}字节（第{line}行）处的XML格式有误。",
    en: "The XML is not well-formed at byte {byte} (line {line}).",
    remedy_zh: "请检查标签是否成对、引号和特殊字符是否正确转义。",
    remedy_en: "Check that tags match and that quotes and special characters are escaped.",
    basis: XML,
};
pub const TRUNCATED_XML: Reason = Reason {
    code: "EXC-021",
    zh: "报文在第{byte}字节处中断，元素尚未结束。",
    en: "The message ends at byte {byte}, inside this element.",
    remedy_zh: "请重新发送完整的报文。",
    remedy_en: "Send the whole message again.",
    basis: XML,
};
pub const DOCTYPE: Reason = Reason {
    code: "EXC-022",
    zh: "报文不得含有文档类型声明（DOCTYPE）。",
    en: "A message must not hold a document type declaration (DOCTYPE).",
    remedy_zh: "请删除DOCTYPE及其实体。",
    remedy_en: "Remove the DOCTYPE and its entities.",
    basis: HOUSE,
};
pub const ENTITY: Reason = Reason {
    code: "EXC-023",
    zh: "第{byte}字节处的实体引用不能解析。",
    en: "The reference at byte {byte} cannot be resolved.",
    remedy_zh: "只能使用 &lt; &gt; &amp; &apos; &quot; 和字符引用。",
    remedy_en: "Use only &lt; &gt; &amp; &apos; &quot; and character references.",
    basis: XML,
};
pub const NOT_DEC_MESSAGE: Reason = Reason {
    code: "EXC-024",
    zh: "根元素不是DecMessage。",
    en: "The root element is not DecMessage.",
    remedy_zh: "请发送单一窗口报关单报文，或使用JSON格式。",
    remedy_en: "Send a single-window declaration message, or the JSON form.",
    basis: DEC,
};
pub const STRAY_TEXT: Reason = Reason {
    code: "EXC-025",
    zh: "此处应为下级元素，却出现文字。",
    en: "Elements belong here, but there is text.",
    remedy_zh: "请按报文规范的结构填写。",
    remedy_en: "Follow the structure of the specification.",
    basis: DEC,
};
pub const STRAY_ELEMENTS: Reason = Reason {
    code: "EXC-026",
    zh: "此处应为一个值，却出现下级元素。",
    en: "A value belongs here, but there are elements.",
    remedy_zh: "请按报文规范的结构填写。",
    remedy_en: "Follow the structure of the specification.",
    basis: DEC,
};
pub const PREFERENCE_WITHOUT_PROOF: Reason = Reason {
    code: "EXC-030",
    zh: "该商品项申明享受优惠贸易协定，但报文未给出协定代码和原产地证明。",
    en: "The line claims a trade agreement, but the message names neither agreement nor proof of origin.",
    remedy_zh: "请为该项填写EcoRelation（CertType为Y加协定代码），或填写代码为Y的随附单证。",
    remedy_en: "Add an EcoRelation for the line (CertType = Y and the agreement's code), or a document with code Y.",
    basis: DEC,
};
pub const PREFERENCE_UNCLEAR: Reason = Reason {
    code: "EXC-031",
    zh: "有多份原产地证明，不能确定该商品项使用哪一份。",
    en: "There are several proofs of origin, and it is not clear which one is this line's.",
    remedy_zh: "请用EcoRelation为每项指明一份证明。",
    remedy_en: "Name one proof for each line by EcoRelation.",
    basis: DEC,
};
pub const RELATION_WITHOUT_LINE: Reason = Reason {
    code: "EXC-032",
    zh: "原产地证明所对应的商品项号“{line}”不存在。",
    en: "The proof of origin is for line \"{line}\", which does not exist.",
    remedy_zh: "请检查DecGNo与商品序号GNo是否一致。",
    remedy_en: "Check that DecGNo is the GNo of a line.",
    basis: DEC,
};

pub const NOT_A_DIRECTION: Reason = Reason {
    code: "EXC-033",
    zh: "进出口标志“{value}”既不是I也不是E，无法判断原产国与目的国所在的元素。",
    en: "The flag \"{value}\" is neither I nor E, so it is not clear what the country elements mean.",
    remedy_zh: "进口请填I，出口请填E。",
    remedy_en: "Write I for imports and E for exports.",
    basis: DEC,
};

pub const MALFORMED_JSON: Reason = Reason {
    code: "EXC-040",
    zh: "第{line}行第{column}列处不是有效的JSON。",
    en: "This is not valid JSON at line {line}, column {column}.",
    remedy_zh: "请检查括号、引号和逗号，并发送完整的报文。",
    remedy_en: "Check brackets, quotes and commas, and send the whole message.",
    basis: JSON,
};
pub const JSON_NOT_EXACT: Reason = Reason {
    code: "EXC-041",
    zh: "JSON数字带小数、指数或过大，可能失去精度。",
    en: "A JSON number with a fraction or an exponent, or a very large one, may lose digits.",
    remedy_zh: "请写成字符串，如\"12.50\"，以保持精确。",
    remedy_en: "Write it as a string, such as \"12.50\": exact.",
    basis: "Customhouse: no floating point",
};
pub const JSON_NOT_TEXT: Reason = Reason {
    code: "EXC-042",
    zh: "此处应为字符串或整数。",
    en: "A string or a whole number belongs here.",
    remedy_zh: "请写成字符串。",
    remedy_en: "Write it as a string.",
    basis: JSON,
};
pub const JSON_NOT_OBJECT: Reason = Reason {
    code: "EXC-043",
    zh: "此处应为JSON对象。",
    en: "A JSON object belongs here.",
    remedy_zh: "请写成{…}。",
    remedy_en: "Write {…}.",
    basis: JSON,
};
pub const JSON_NOT_ARRAY: Reason = Reason {
    code: "EXC-044",
    zh: "此处应为JSON数组。",
    en: "A JSON array belongs here.",
    remedy_zh: "请写成[…]，每项一个对象。",
    remedy_en: "Write […], one object an entry.",
    basis: JSON,
};

/// The room's table, in order of code.
pub const ALL: &[&Reason] = &[
    &TOO_LARGE,
    &NOT_UTF8,
    &ENCODING,
    &CONTROL_CHARACTER,
    &TOO_DEEP,
    &TOO_MANY_ELEMENTS,
    &NAME_TOO_LONG,
    &TOO_MANY_ATTRIBUTES,
    &TEXT_TOO_LONG,
    &TOO_MANY_REPETITIONS,
    &TOO_MANY_STRANGE,
    &TOO_MANY_FINDINGS,
    &DUPLICATE,
    &MIXED_ENCODINGS,
    &NOT_GB18030,
    &GB18030_AS_UTF8,
    &MALFORMED_XML,
    &TRUNCATED_XML,
    &DOCTYPE,
    &ENTITY,
    &NOT_DEC_MESSAGE,
    &STRAY_TEXT,
    &STRAY_ELEMENTS,
    &PREFERENCE_WITHOUT_PROOF,
    &PREFERENCE_UNCLEAR,
    &RELATION_WITHOUT_LINE,
    &NOT_A_DIRECTION,
    &MALFORMED_JSON,
    &JSON_NOT_EXACT,
    &JSON_NOT_TEXT,
    &JSON_NOT_OBJECT,
    &JSON_NOT_ARRAY,
];

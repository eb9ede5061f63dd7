//! What this room refuses, in order of code: small forms that are not in form.

use customhouse_kernel::refusal::Reason;

const FORM: &str = "Customhouse: forms of the API, /api/docs";

pub const NOT_JSON: Reason = Reason {
    code: "POR-001",
    zh: "内容不是有效的 JSON：第 {line} 行第 {column} 列有误。",
    en: "This is not valid JSON: it goes wrong at line {line}, column {column}.",
    remedy_zh: "请更正后用新的幂等键重发。",
    remedy_en: "Mend it and send it with a new key.",
    basis: "RFC 8259",
};
pub const NOT_OBJECT: Reason = Reason {
    code: "POR-002",
    zh: "内容不是 JSON 对象。",
    en: "This is not a JSON object.",
    remedy_zh: "请按 /api/docs 所列字段发送一个对象。",
    remedy_en: "Send one object with the members that /api/docs lists.",
    basis: FORM,
};
pub const MISSING: Reason = Reason {
    code: "POR-003",
    zh: "缺少 {field}。",
    en: "{field} is missing.",
    remedy_zh: "请填报：{what_zh}。",
    remedy_en: "Give {what_en}.",
    basis: FORM,
};
pub const NOT_IN_FORM: Reason = Reason {
    code: "POR-004",
    zh: "{field}“{value}”不符合格式。",
    en: "{field} {value} is not in form.",
    remedy_zh: "请填报：{what_zh}。",
    remedy_en: "Give {what_en}.",
    basis: FORM,
};
pub const UNKNOWN: Reason = Reason {
    code: "POR-005",
    zh: "没有 {field} 这一字段。",
    en: "There is no field {field}.",
    remedy_zh: "请删除该字段，或核对拼写。",
    remedy_en: "Remove it, or check how it is spelt.",
    basis: FORM,
};
pub const NOT_ARRAY: Reason = Reason {
    code: "POR-006",
    zh: "此处应为 JSON 数组。",
    en: "This should be a JSON array.",
    remedy_zh: "请按 /api/docs 所列格式发送。",
    remedy_en: "Send what /api/docs describes.",
    basis: FORM,
};
pub const TOO_MANY: Reason = Reason {
    code: "POR-007",
    zh: "超过 {max} 项。",
    en: "There are more than {max}.",
    remedy_zh: "请减少后重发。",
    remedy_en: "Send fewer.",
    basis: FORM,
};

/// The whole table.
pub const ALL: &[Reason] = &[NOT_JSON, NOT_OBJECT, MISSING, NOT_IN_FORM, UNKNOWN, NOT_ARRAY, TOO_MANY];

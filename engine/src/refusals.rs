//! What the engine itself refuses.

use customhouse_kernel::refusal::Reason;

pub const INTERNAL: Reason = Reason {
    code: "ENG-001",
    zh: "程序内部错误，本次提交未受理，没有任何改动。",
    en: "The program failed on this submission: it is refused, and nothing was changed.",
    remedy_zh: "请将回执交给系统管理员；提交内容已保存。",
    remedy_en: "Give the receipt to the operator; what you sent is kept.",
    basis: "design: one request's bug must not stop a port",
};

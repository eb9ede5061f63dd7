//! Every route of the API, once: the router and the OpenAPI document are both made from this table.

use super::{
    assess, bills, clock, declarations, files, health, me, openapi, receipts, reference, roster, steps, tariff,
};
use crate::problem;
use crate::state::Portal;
use axum::Router;
use axum::routing::{MethodRouter, get, post, put};

/// Where the API begins.
pub(crate) const BASE: &str = "/api/v1";

/// What a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    /// JSON of the named schema.
    Json(&'static str),
    /// A declaration: the JSON form, or `DecMessage` XML.
    Declaration,
}

/// One operation.
pub(crate) struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub id: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Needs a bearer token.
    pub token: bool,
    /// Needs an idempotency key.
    pub key: bool,
    pub query: &'static [(&'static str, &'static str, &'static str)],
    pub body: Body,
    /// Status and schema of the good answer.
    pub answer: (u16, &'static str),
    /// Statuses of problems that are this operation's own.
    pub problems: &'static [u16],
    handler: fn() -> MethodRouter<Portal>,
}

const ON: (&str, &str, &str) = (
    "on",
    "适用哪一天的法律，YYYY-MM-DD；默认今天",
    "the day whose law applies, YYYY-MM-DD; today if absent",
);

/// Every operation, in the order in which one meets them.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "get",
        path: "/me",
        id: "me",
        token: true,
        key: false,
        query: &[],
        body: Body::None,
        zh: "本账号：名称、角色、企业、关区、当前时刻",
        en: "This account: name, role, firm, offices, and the moment of now",
        answer: (200, "Me"),
        problems: &[],
        handler: || get(me::show),
    },
    Operation {
        method: "post",
        path: "/bills",
        id: "fileBill",
        token: true,
        key: true,
        query: &[],
        body: Body::Json("BillForm"),
        zh: "申报提运单（承运人）",
        en: "File a bill of lading (carrier)",
        answer: (201, "Accepted"),
        problems: &[400, 409, 413, 415, 422],
        handler: || post(bills::file),
    },
    Operation {
        method: "get",
        path: "/bills/{office}/{bill}",
        id: "showBill",
        token: true,
        key: false,
        query: &[],
        body: Body::None,
        zh: "一份提运单：承运人、该关区的经营人与关员、其报关人可查看",
        en: "One bill: for its carrier, its office's operator and officers, and its declarant",
        answer: (200, "Bill"),
        problems: &[404],
        handler: || get(bills::show),
    },
    Operation {
        method: "post",
        path: "/declarations",
        id: "lodge",
        token: true,
        key: true,
        query: &[],
        body: Body::Declaration,
        zh: "申报报关单（报关人）：JSON，或单一窗口 DecMessage；XML 可用 ClientSeqNo 代替幂等键",
        en: "Lodge a declaration (declarant): JSON, or the single window's DecMessage, whose ClientSeqNo may stand for the key",
        answer: (201, "Accepted"),
        problems: &[400, 409, 413, 415, 422],
        handler: || post(declarations::lodge),
    },
    Operation {
        method: "get",
        path: "/declarations",
        id: "listDeclarations",
        token: true,
        key: false,
        body: Body::None,
        query: &[
            ("state", "只列此状态", "only this state"),
            (
                "after",
                "从此海关编号之后继续（上一页的 next）",
                "continue behind this entry number (next of the page before)",
            ),
            ("limit", "最多几份，1 至 100；默认 50", "how many at most, 1 to 100; 50 if absent"),
        ],
        zh: "报关单列表，海关编号从大到小：报关人看本企业的，关员看本关区的",
        en: "Declarations, highest entry number first: a declarant's own, an officer's offices'",
        answer: (200, "DeclarationList"),
        problems: &[403],
        handler: || get(declarations::list),
    },
    Operation {
        method: "get",
        path: "/declarations/{entry}",
        id: "showDeclaration",
        token: true,
        key: false,
        query: &[],
        body: Body::None,
        zh: "一份报关单：状态、金额、缴款书、申报内容、计税、事件",
        en: "One declaration: state, amounts, payment books, document, assessment, events",
        answer: (200, "Declaration"),
        problems: &[404],
        handler: || get(declarations::show),
    },
    Operation {
        method: "get",
        path: "/declarations/{entry}/trace",
        id: "trace",
        token: true,
        key: false,
        body: Body::None,
        query: &[("lang", "zh 或 en", "zh or en")],
        zh: "计税说明：每一步的算式、备注与依据",
        en: "The assessment in words: each step's sum, remarks and basis",
        answer: (200, "Trace"),
        problems: &[404],
        handler: || get(declarations::trace),
    },
    Operation {
        method: "post",
        path: "/declarations/{entry}/payment",
        id: "orderPayment",
        token: true,
        key: true,
        query: &[],
        body: Body::None,
        zh: "缴纳全部未缴税款（报关人）",
        en: "Order payment of every open book (declarant)",
        answer: (201, "Accepted"),
        problems: &[400, 404, 409, 422],
        handler: || post(declarations::pay),
    },
    Operation {
        method: "post",
        path: "/declarations/{entry}/steps/{step}",
        id: "takeStep",
        token: true,
        key: true,
        query: &[],
        body: Body::Json("StepForm"),
        zh: "办理流程中的一个步骤（关员按岗位，报关人）：可办步骤及所需内容见报关单的 steps",
        en: "Take a step of the procedure (officers by their posts, declarants): which ones, and what each needs, \
             stands in the declaration's steps",
        answer: (201, "Accepted"),
        problems: &[400, 404, 409, 413, 415, 422],
        handler: || post(steps::take),
    },
    Operation {
        method: "get",
        path: "/declarations/{entry}/versions/{version}",
        id: "showVersion",
        token: true,
        key: false,
        query: &[],
        body: Body::None,
        zh: "一份报关单的某一版本：申报内容与计税",
        en: "One version of a declaration: its content and its assessment",
        answer: (200, "DeclarationVersion"),
        problems: &[404],
        handler: || get(declarations::version),
    },
    Operation {
        method: "get",
        path: "/declarations/{entry}/files/{digest}",
        id: "showFile",
        token: true,
        key: false,
        query: &[],
        body: Body::None,
        zh: "随答复或查验记录提交的文件，按其 SHA-256",
        en: "A file that came with an answer or a findings sheet, by its SHA-256",
        answer: (200, "File"),
        problems: &[404],
        handler: || get(files::show),
    },
    Operation {
        method: "put",
        path: "/offices/{office}/roster",
        id: "setRoster",
        token: true,
        key: true,
        query: &[],
        body: Body::Json("RosterForm"),
        zh: "排班：关区关员的岗位和在岗情况（关长）",
        en: "Set an office's roster: its officers, their posts, who is on duty (head of the office)",
        answer: (201, "Accepted"),
        problems: &[400, 404, 409, 413, 415, 422],
        handler: || put(roster::set),
    },
    Operation {
        method: "post",
        path: "/settlements",
        id: "settle",
        token: true,
        key: true,
        query: &[],
        body: Body::Json("Settlement"),
        zh: "银行回报入库",
        en: "What the bank settled (bank)",
        answer: (201, "Accepted"),
        problems: &[400, 409, 415, 422],
        handler: || post(bills::settle),
    },
    Operation {
        method: "post",
        path: "/goods-out",
        id: "goodsOut",
        token: true,
        key: true,
        query: &[],
        body: Body::Json("GoodsOut"),
        zh: "报告货物提离（监管场所经营人）",
        en: "Report goods out (operator of the supervised place)",
        answer: (201, "Accepted"),
        problems: &[400, 409, 415, 422],
        handler: || post(bills::goods_out),
    },
    Operation {
        method: "post",
        path: "/assess",
        id: "assess",
        token: true,
        key: false,
        query: &[ON],
        body: Body::Declaration,
        zh: "试算税款；不保存任何内容",
        en: "What a declaration would owe; nothing is stored",
        answer: (200, "Assessed"),
        problems: &[400, 413, 415, 422],
        handler: || post(assess::assess),
    },
    Operation {
        method: "get",
        path: "/tariff/{code}",
        id: "tariff",
        token: false,
        key: false,
        query: &[ON],
        body: Body::None,
        zh: "商品编码的名称、单位与税率；位数不足十位时列出其下编码",
        en: "A commodity code: name, units, rates; with fewer than ten digits, the codes under it",
        answer: (200, "Tariff"),
        problems: &[400, 404],
        handler: || get(tariff::show),
    },
    Operation {
        method: "get",
        path: "/receipts/{seq}",
        id: "receipt",
        token: true,
        key: false,
        query: &[],
        body: Body::None,
        zh: "事件的回执",
        en: "The receipt of an event",
        answer: (200, "Receipt"),
        problems: &[404],
        handler: || get(receipts::show),
    },
    Operation {
        method: "post",
        path: "/receipts/check",
        id: "checkReceipt",
        token: false,
        key: false,
        query: &[],
        body: Body::Json("Receipt"),
        zh: "检验回执",
        en: "Check a receipt",
        answer: (200, "ReceiptCheck"),
        problems: &[413],
        handler: || post(receipts::check_one),
    },
    Operation {
        method: "get",
        path: "/keys",
        id: "keys",
        token: false,
        key: false,
        query: &[],
        body: Body::None,
        zh: "历次签名公钥",
        en: "Every public key that ever signed",
        answer: (200, "Keys"),
        problems: &[],
        handler: || get(receipts::keys),
    },
    Operation {
        method: "post",
        path: "/clock",
        id: "setClock",
        token: true,
        key: false,
        query: &[],
        body: Body::Json("Clock"),
        zh: "拨快时钟（仅示例数据库，关员）",
        en: "Set the clock forward (sample databases only, officer)",
        answer: (200, "Now"),
        problems: &[400, 403, 422],
        handler: || post(clock::set),
    },
];

/// The API's router, with health and the document.
pub(crate) fn router() -> Router<Portal> {
    let mut v1 = Router::new();
    for operation in OPERATIONS {
        v1 = v1.route(operation.path, (operation.handler)());
    }
    let missing = || async { problem::Problem::from(problem::NOT_FOUND) };
    Router::new()
        .nest(BASE, v1.fallback(missing))
        .route("/api/openapi.json", get(openapi::show))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .layer(axum::middleware::from_fn(problem::speak))
        .route("/api/docs", get(reference::show))
}

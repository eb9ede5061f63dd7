//! Problem details (RFC 9457): how the API says no. Every problem exists in both languages; which one
//! title and detail speak is the reader's, and is settled on the way out.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use customhouse_engine::SubmitError;
use customhouse_kernel::journal::Receipt;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::{Lang, Text};
use serde_json::json;

/// A kind of problem: its place in `/api/docs`, its status, and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub slug: &'static str,
    pub status: u16,
    pub title: (&'static str, &'static str),
    pub detail: (&'static str, &'static str),
}

impl Kind {
    /// After how many seconds it may go better, where it is only for now.
    pub(crate) fn retry_after(&self) -> Option<&'static str> {
        match self.status {
            429 => Some("60"),
            503 => Some("1"),
            _ => None,
        }
    }
}

macro_rules! kinds {
    ($($name:ident = $slug:literal, $status:literal, [$tz:literal, $te:literal], [$dz:literal, $de:literal];)*) => {
        $(pub const $name: Kind = Kind { slug: $slug, status: $status, title: ($tz, $te), detail: ($dz, $de) };)*
        /// Every kind, in order of status.
        pub const KINDS: &[Kind] = &[$($name),*];
    };
}

kinds! {
    BAD_REQUEST = "bad-request", 400, ["请求有误", "Bad request"],
        ["请求的某个部分无法读取。", "A part of the request cannot be read."];
    NO_KEY = "no-idempotency-key", 400, ["缺少幂等键", "No idempotency key"],
        ["提交须带请求头 Idempotency-Key（1 至 200 个可见 ASCII 字符）；XML 报文也可用 ClientSeqNo。",
         "A submission needs the header Idempotency-Key (1 to 200 visible ASCII characters); an XML message may carry ClientSeqNo instead."];
    UNAUTHENTICATED = "unauthenticated", 401, ["未认证", "Not signed in"],
        ["请在请求头 Authorization 中提供有效的令牌：Bearer ch_…", "Give a valid token in the header Authorization: Bearer ch_…"];
    FORBIDDEN = "forbidden", 403, ["无权办理", "Not allowed"],
        ["该账号无权办理此项。", "This account may not do that."];
    LOOPBACK_ONLY = "loopback-only", 403, ["示例账号只能在本机使用", "Sample accounts work on this machine only"],
        ["示例数据库的账号只能从本机登录。", "Accounts of a sample database sign in from the machine itself only."];
    NOT_A_SAMPLE = "not-a-sample", 403, ["不是示例数据库", "Not a sample database"],
        ["只有示例数据库的时钟可以拨动。", "Only the clock of a sample database can be set."];
    NOT_FOUND = "not-found", 404, ["未找到", "Not found"],
        ["没有该项，或该账号无权查看。", "There is no such thing, or this account may not see it."];
    METHOD = "method-not-allowed", 405, ["方法不适用", "Method not allowed"],
        ["该地址不接受此方法，见 /api/docs。", "This address does not take that method; see /api/docs."];
    TIMEOUT = "timeout", 408, ["超时", "Took too long"],
        ["请求未在时限内完成；用同一幂等键重发是安全的。", "The request did not finish in time; sending it again with the same key is safe."];
    KEY_REUSED = "key-reused", 409, ["幂等键已用于其他内容", "Key used for other content"],
        ["该幂等键此前用于另一份内容；新的提交请用新的键。", "This key was used for other content; give a new submission a new key."];
    TOO_LARGE = "too-large", 413, ["报文过大", "Too large"],
        ["请求体超过上限。", "The body is larger than the limit."];
    MEDIA_TYPE = "media-type", 415, ["内容类型不支持", "Media type not supported"],
        ["请用 application/json；报关单也可用 application/xml。", "Send application/json; a declaration may also be application/xml."];
    REFUSED = "refused", 422, ["不予受理", "Refused"],
        ["提交未被受理，原因逐项列出；回执证明已收到。", "The submission was refused, for each reason listed; the receipt proves that it came."];
    BACKWARDS = "clock-backwards", 422, ["时钟不能倒拨", "A clock never runs backwards"],
        ["时钟只能向前拨动，且须在可表示的范围内。", "The clock can only be set forward, and to a time that exists."];
    READING_REASON = "reading-reason", 428, ["须说明查阅理由", "Say why you read it"],
        ["这份报关单不由该关员办理：请在参数 reason 或请求头 Read-Reason 中说明理由。",
         "This declaration is not the officer's work: give a reason in the parameter reason or in the header Read-Reason."];
    TOO_OFTEN = "too-often", 429, ["过于频繁", "Too often"],
        ["同一网络一分钟内的询问过多，请稍后再试。", "Too many were asked from this network within a minute; ask again later."];
    FAILED = "failed", 500, ["内部错误", "Internal error"],
        ["程序出错；没有任何改动。请将请求编号告知管理员。", "The program failed; nothing was changed. Tell the operator the request's number."];
    BUSY = "busy", 503, ["系统繁忙", "Busy"],
        ["暂时无法受理，请稍后用同一幂等键重发。", "It cannot be taken just now; send it again later with the same key."];
    STORE_AWAY = "store-away", 503, ["数据库无应答", "The database does not answer"],
        ["提交可能已记录，也可能没有；请稍后用同一幂等键重发，不会重复办理。",
         "What was sent may be in or not; send it again later with the same key: it has one effect."];
}

/// One problem, on its way to a client.
#[derive(Clone, Debug)]
pub struct Problem {
    pub kind: Kind,
    /// Instead of the kind's own detail.
    pub detail: Option<Text>,
    pub errors: Vec<Refusal>,
    pub receipt: Option<Box<Receipt>>,
    pub repeated: bool,
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Problem {
        Problem { kind, detail: None, errors: Vec::new(), receipt: None, repeated: false }
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Problem {
        match error {
            SubmitError::KeyReused => KEY_REUSED.into(),
            SubmitError::Busy | SubmitError::Stopped => BUSY.into(),
            SubmitError::Store(why) => {
                tracing::error!(%why, "the store failed");
                STORE_AWAY.into()
            }
        }
    }
}

impl Problem {
    pub fn with_detail(mut self, zh: impl Into<String>, en: impl Into<String>) -> Problem {
        self.detail = Some(Text::of(zh, en));
        self
    }

    pub fn with_errors(mut self, errors: Vec<Refusal>) -> Problem {
        self.errors = errors;
        self
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The document in a language.
    pub fn document(&self, lang: Lang) -> serde_json::Value {
        let (title, own) = (self.kind.title, self.kind.detail);
        let title = Text::fixed(title.0, title.1);
        let detail = self.detail.clone().unwrap_or(Text::fixed(own.0, own.1));
        let mut document = json!({
            "type": format!("/api/docs#problem-{}", self.kind.slug),
            "title": title.get(lang),
            "status": self.kind.status,
            "detail": detail.get(lang),
            "errors": self.errors,
        });
        if let Some(receipt) = &self.receipt {
            document["receipt"] = json!(receipt);
            document["repeated"] = json!(self.repeated);
        }
        document
    }

    fn response(&self, lang: Lang) -> Response {
        let mut response = (self.status(), Json(self.document(lang))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
        if let Some(seconds) = self.kind.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        if self.kind.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Problem {
    /// Without a known reader; [`speak`] says it again in the reader's language.
    fn into_response(self) -> Response {
        let mut response = self.response(Lang::default());
        response.extensions_mut().insert(self);
        response
    }
}

/// The language of a reader by its `Accept-Language`: the better liked of Chinese and English.
pub fn language(headers: &HeaderMap) -> Option<Lang> {
    let wishes = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(u16, Lang)> = None;
    for wish in wishes.split(',').take(20) {
        let mut parts = wish.trim().split(';');
        let Some(lang) = parts.next().and_then(Lang::from_code) else { continue };
        let weight = parts.find_map(|p| p.trim().strip_prefix("q=")).map_or(1000, thousandths);
        if weight > best.map_or(0, |(w, _)| w) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// A quality value of at most three places, in thousandths.
fn thousandths(text: &str) -> u16 {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let places = format!("{places:0<3}");
    let number = |t: &str| t.parse::<u16>().unwrap_or(0);
    (number(whole).min(1) * 1000 + number(places.get(..3).unwrap_or("0"))).min(1000)
}

/// Middleware of the API: says every problem in the reader's language, those of the framework too.
pub async fn speak(request: Request, next: Next) -> Response {
    let lang = language(request.headers()).unwrap_or_default();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return carry_headers(&response, problem.response(lang));
    }
    match kind_of(response.status()) {
        Some(kind) => carry_headers(&response, Problem::from(kind).response(lang)),
        None => response,
    }
}

fn carry_headers(from: &Response, mut to: Response) -> Response {
    for name in [header::ALLOW] {
        if let Some(value) = from.headers().get(&name) {
            to.headers_mut().insert(name, value.clone());
        }
    }
    to
}

/// The problem behind a bare status of the framework.
fn kind_of(status: StatusCode) -> Option<Kind> {
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let found = KINDS.iter().find(|k| k.status == status.as_u16() && k.status != 403 && k.status != 422);
    Some(found.copied().unwrap_or(if status.is_server_error() { FAILED } else { BAD_REQUEST }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_liked_language_wins() {
        for (wishes, lang) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Lang::Zh)),
            ("fr, en-GB;q=0.7, zh;q=0.3", Some(Lang::En)),
            ("zh;q=0", None),
            ("fr", None),
            ("en;q=0.5,zh;q=0.51", Some(Lang::Zh)),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wishes.parse().unwrap());
            assert_eq!(language(&headers), lang, "{wishes}");
        }
    }

    #[test]
    fn every_kind_speaks_both_languages() {
        for kind in KINDS {
            let (zh, en) = (Problem::from(*kind).document(Lang::Zh), Problem::from(*kind).document(Lang::En));
            assert_ne!(zh["detail"], en["detail"], "{}", kind.slug);
            assert_eq!(zh["status"], kind.status);
        }
        let mut slugs: Vec<_> = KINDS.iter().map(|k| k.slug).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), KINDS.len());
    }
}

//! The client of the API: a server, a token, and answers as they come.

use crate::command_line::{Ending, Failure, Manner, print, print_json};
use crate::words;
use clap::Args;
use customhouse_kernel::refusal::Refusal;
use serde_json::Value;
use std::time::Duration;

/// Which server, and as whom.
#[derive(Clone, Debug, Args)]
pub(crate) struct Server {
    /// Address of the server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080", env = "CUSTOMHOUSE_SERVER")]
    server: String,
    /// Token of the API; on a sample database it stands in sample-sign-ins.txt
    #[arg(long, value_name = "TOKEN", env = "CUSTOMHOUSE_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

/// What the server answered.
pub(crate) enum Answer {
    Good(Value),
    Refused(Problem),
}

/// A refusal of the server (problem details, RFC 9457).
pub(crate) struct Problem {
    status: u16,
    body: Value,
}

/// Content of a submission.
pub(crate) struct Content<'a> {
    pub media_type: &'a str,
    pub bytes: &'a [u8],
    /// The idempotency key; `None` where the content carries its own.
    pub key: Option<String>,
}

const PATIENCE: Duration = Duration::from_secs(60);

impl Server {
    pub fn get(&self, path: &str, manner: Manner) -> Result<Answer, Failure> {
        let request = ureq::get(self.address(path)?);
        let request = self
            .signed(request, manner)
            .config()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        self.answer(request.call())
    }

    pub fn post(&self, path: &str, content: &Content<'_>, manner: Manner) -> Result<Answer, Failure> {
        let mut request =
            self.signed(ureq::post(self.address(path)?), manner).header("Content-Type", content.media_type);
        if let Some(key) = &content.key {
            request = request.header("Idempotency-Key", key);
        }
        let request = request.config().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        self.answer(request.send(content.bytes))
    }

    fn address(&self, path: &str) -> Result<String, Failure> {
        let server = self.server.trim_end_matches('/');
        if !server.starts_with("http://") {
            let words =
                "give an address that begins with http://; for https, let a proxy on this machine speak it";
            return Err(Failure::Usage(format!("--server {server}: {words}")));
        }
        Ok(format!("{server}{path}"))
    }

    fn signed<B>(&self, request: ureq::RequestBuilder<B>, manner: Manner) -> ureq::RequestBuilder<B> {
        let request =
            request.header("Accept", "application/json").header("Accept-Language", manner.lang.code());
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    fn answer(
        &self,
        result: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let server = &self.server;
        let unreached = |e: ureq::Error| {
            Failure::Failed(format!("{server}: {e}; check the address, and that the server runs"))
        };
        let mut response = result.map_err(unreached)?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().map_err(unreached)?;
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        match status {
            200..300 if !body.is_null() => Ok(Answer::Good(body)),
            400..500 => Ok(Answer::Refused(Problem { status, body })),
            _ => Err(Failure::Failed(format!("{server} answered {status}: {}", shortened(&text)))),
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}

impl Problem {
    /// Prints what was refused and why; the command ends with 1.
    pub fn tell(&self, manner: Manner) -> Ending {
        if manner.json {
            print_json(&self.body);
        } else {
            print(&self.text(manner));
        }
        Ending::Refused
    }

    fn text(&self, manner: Manner) -> String {
        let errors = self.body.get("errors").cloned().unwrap_or(Value::Null);
        let findings: Vec<Refusal> = serde_json::from_value(errors).unwrap_or_default();
        if !findings.is_empty() {
            return words::findings(&findings, manner.lang);
        }
        let member = |name: &str| self.body.get(name).and_then(Value::as_str);
        let words = member("detail").or_else(|| member("title")).unwrap_or("");
        let hint = match self.status {
            401 => manner.say("请用 --token 提供有效的令牌。", "Give a valid token with --token."),
            _ => "",
        };
        format!("{} {words}\n{hint}{}", self.status, if hint.is_empty() { "" } else { "\n" })
    }
}

/// A member of an answer as text, at a JSON pointer; empty if it is not there.
pub(crate) fn told(answer: &Value, pointer: &str) -> String {
    match answer.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        None | Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
    }
}

/// Prints the warnings of an answer.
pub(crate) fn warnings(answer: &Value, manner: Manner) -> String {
    let member = ["warnings", "findings"].iter().find_map(|name| answer.get(name)).cloned();
    let findings: Vec<Refusal> = member.and_then(|m| serde_json::from_value(m).ok()).unwrap_or_default();
    words::findings(&findings, manner.lang)
}

/// What every submission ends with: the number of the event that the receipt proves.
pub(crate) fn receipt_line(answer: &Value, manner: Manner) -> String {
    let event = answer.pointer("/receipt/event").and_then(Value::as_str).unwrap_or("");
    let event: Value = serde_json::from_str(event).unwrap_or(Value::Null);
    let seq = told(&event, "/seq");
    let repeated = answer.get("repeated").and_then(Value::as_bool).unwrap_or(false);
    let again = if repeated {
        manner.say("（此前已提交，这是当时的回答）", " (sent before; this is the first answer)")
    } else {
        ""
    };
    if seq.is_empty() {
        return String::new();
    }
    let zh = format!("回执：第 {seq} 号事件{again}\n");
    let en = format!("receipt: event {seq}{again}\n");
    manner.say(&zh, &en).to_owned()
}

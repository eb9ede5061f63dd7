//! `show`: a declaration as the server has it.

use crate::client::{Answer, Server, told};
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use customhouse_kernel::values::EntryNumber;
use serde_json::Value;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse show 222520261000000001 --server http://127.0.0.1:8080 --token ch_…"
)]
pub(crate) struct Show {
    /// The 18 digits of the entry number
    entry: String,
    /// Why an officer reads a declaration that is not his work; it is journalled
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    server: Server,
}

impl Show {
    pub fn run(self, manner: Manner) -> Ended {
        let entry = entry_number(&self.entry)?;
        let reason =
            self.reason.as_deref().map_or_else(String::new, |why| format!("?reason={}", encoded(why)));
        match self.server.get(&format!("/api/v1/declarations/{entry}{reason}"), manner)? {
            Answer::Refused(problem) => Ok(problem.tell(manner)),
            Answer::Good(found) => {
                if manner.json {
                    print_json(&found);
                } else {
                    print(&text(&found, manner));
                }
                Ok(Ending::Good)
            }
        }
    }
}

/// A text as a value in a query.
fn encoded(text: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-._~".contains(b);
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Reads an entry number given on the command line.
pub(crate) fn entry_number(text: &str) -> Result<EntryNumber, Failure> {
    EntryNumber::parse(text)
        .ok_or_else(|| Failure::Usage(format!("{text} is not an entry number; give its 18 digits")))
}

/// The declaration in a few lines: state, firm, amounts, books, time line.
pub(crate) fn text(found: &Value, manner: Manner) -> String {
    let record = |pointer: &str| told(found, &format!("/record{pointer}"));
    let mut out = format!("{}  {}\n", record("/entry_number"), told(found, "/state"));
    let lines = record("/lines");
    for (zh, en, value) in [
        ("收货人", "consignee", record("/consignee_name")),
        ("提运单", "bill", record("/bill")),
        ("货物", "goods", format!("{} ({lines})", record("/first_goods"))),
        ("完税价格", "value", record("/amounts/customs_value")),
        ("应缴", "to pay", record("/amounts/computed_total")),
    ] {
        out.push_str(&format!("  {}: {value}\n", manner.say(zh, en)));
    }
    let list = |name: &str| {
        found.pointer(&format!("/record/{name}")).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    for book in list("books") {
        let paid = told(&book, "/paid");
        let due = format!("{} {}", manner.say("限期", "due"), told(&book, "/due/day"));
        let how = if paid.is_empty() { due } else { format!("{} {paid}", manner.say("已缴", "paid")) };
        out.push_str(&format!("  {:>16}  {}  {how}\n", told(&book, "/amount"), told(&book, "/number")));
    }
    for hold in list("holds") {
        let (line, certificate) = (told(&hold, "/line"), told(&hold, "/certificate"));
        let zh = format!("第 {line} 项待验核监管证件 {certificate}");
        let en = format!("line {line} is held for certificate {certificate}");
        out.push_str(&format!("  {}\n", manner.say(&zh, &en)));
    }
    for step in list("timeline") {
        let when = told(&step, "/moment/local");
        out.push_str(&format!("  {}  {}\n", when.get(..19).unwrap_or(&when), told(&step, "/state")));
    }
    out
}

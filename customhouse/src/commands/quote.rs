//! `quote`: ask a server what goods would cost, or check a quote offline with nothing but the public key.

use crate::client::{Answer, Content, Server};
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::commands::receipt::{read_key, refused};
use clap::Subcommand;
use customhouse_control::Quote as Quoted;
use customhouse_kernel::journal::Signed;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Quote {
    /// Ask a server what goods would cost at the border; nothing is stored there
    Ask(Ask),
    /// Check a quote offline: it needs the file and the public key, nothing else
    Check(Check),
}

impl Quote {
    pub fn run(self, manner: Manner) -> Ended {
        match self {
            Quote::Ask(command) => command.run(manner),
            Quote::Check(command) => command.run(manner),
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse quote ask docs/examples/quote.json --server http://127.0.0.1:8080 > quote.json"
)]
pub(crate) struct Ask {
    /// The facts, JSON
    file: PathBuf,
    #[command(flatten)]
    server: Server,
}

impl Ask {
    fn run(self, manner: Manner) -> Ended {
        let bytes = fs::read(&self.file).map_err(|e| Failure::at(self.file.display(), e))?;
        let content = Content { media_type: "application/json", bytes: &bytes, key: None };
        match self.server.post("/api/v1/quotes", &content, manner)? {
            Answer::Good(quote) => {
                print_json(&quote);
                Ok(Ending::Good)
            }
            Answer::Refused(problem) => Ok(problem.tell(manner)),
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse quote check quote.json --key ./data/keys/history.json")]
pub(crate) struct Check {
    /// The quote, as the API or the page gave it
    file: PathBuf,
    /// The administration's public key: 64 hexadecimal digits, a file that holds them, or a history.json
    #[arg(long, value_name = "PUBLIC", env = "CUSTOMHOUSE_PUBLIC_KEY")]
    key: String,
}

impl Check {
    fn run(self, manner: Manner) -> Ended {
        let signed = read_signed(&self.file)?;
        let quote = signed.as_ref().filter(|signed| signed.kind == "quote");
        let quote = quote.and_then(|signed| serde_json::from_str::<Quoted>(&signed.text).ok());
        let (Some(signed), Some(quote)) = (signed, quote) else {
            let zh = "文件里没有预估：应为 JSON，成员 signed 含 kind、text、key_id、algorithm、signature。";
            let en = "The file holds no quote: it should be JSON whose member signed has kind, text, key_id, \
                      algorithm and signature.";
            return Ok(refused(manner, "no_quote", manner.say(zh, en)));
        };
        let Some(key) = read_key(&self.key, &signed.key_id)? else {
            let zh = format!("密钥历史中没有签名所用的密钥 {}。", signed.key_id);
            let en = format!("The history does not hold key {}, which signed it.", signed.key_id);
            return Ok(refused(manner, "unknown_key", manner.say(&zh, &en)));
        };
        if let Err(fault) = signed.check(&key) {
            let text = fault.text();
            let zh = format!("预估不成立：{}。", text.zh);
            let en = format!("This quote proves nothing: {}.", text.en);
            return Ok(refused(manner, &format!("{fault:?}"), manner.say(&zh, &en)));
        }
        told(&quote, &signed.key_id, manner);
        Ok(Ending::Good)
    }
}

/// What the quote says, out of the text that was signed.
fn told(quote: &Quoted, key: &str, manner: Manner) {
    if manner.json {
        return print_json(&serde_json::json!({ "proven": true, "key_id": key, "quote": quote }));
    }
    let currency = &quote.currency;
    let mut text = manner.say("预估真实。\n", "The quote is genuine.\n").to_owned();
    let value = (manner.say("完税价格", "customs value"), quote.customs_value);
    let charges = quote.charges.iter().map(|c| (c.name.get(manner.lang), c.amount));
    let landed = (manner.say("到岸成本", "landed cost"), quote.landed_cost);
    for (name, amount) in std::iter::once(value).chain(charges).chain([landed]) {
        text.push_str(&format!("  {amount:>16} {currency}  {name}\n"));
    }
    let (day, edition, law, given) = (quote.law_date, quote.edition, quote.law, quote.moment.local);
    let zh =
        format!("  适用 {day} 的法律，第 {edition} 版，文件摘要 {law}\n  {given} 出具，密钥 {key} 签名\n");
    let en = format!(
        "  under the law of {day}, edition {edition}, its files {law}\n  given at {given} local time, signed by key {key}\n"
    );
    text.push_str(manner.say(&zh, &en));
    text.push_str(&format!("  {}\n", quote.holds.get(manner.lang)));
    print(&text);
}

/// What was signed: by itself, or as the member `signed` of an answer.
fn read_signed(file: &Path) -> Result<Option<Signed>, Failure> {
    let bytes = fs::read(file).map_err(|e| Failure::at(file.display(), e))?;
    if let Ok(signed) = serde_json::from_slice(&bytes) {
        return Ok(Some(signed));
    }
    let answer: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    let member = answer.and_then(|mut a| a.get_mut("signed").map(serde_json::Value::take));
    Ok(member.and_then(|m| serde_json::from_value(m).ok()))
}

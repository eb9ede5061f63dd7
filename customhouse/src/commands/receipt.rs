//! `receipt`: get one from a server, or check one offline with nothing but the public key.

use crate::client::{self, Server};
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use clap::Subcommand;
use customhouse_engine::KeyHistory;
use customhouse_kernel::journal::{Checked, PublicKey, Receipt as Proof};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum Receipt {
    /// Check a receipt offline: it needs the file and the public key, nothing else
    Check(Check),
    /// Get the receipt of an event from a server
    Get(Get),
}

impl Receipt {
    pub fn run(self, manner: Manner) -> Ended {
        match self {
            Receipt::Check(command) => command.run(manner),
            Receipt::Get(command) => command.run(manner),
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse receipt check receipt.json --key ./data/keys/history.json")]
pub(crate) struct Check {
    /// The receipt, or an answer that holds one
    file: PathBuf,
    /// The administration's public key: 64 hexadecimal digits, a file that holds them, or a history.json
    #[arg(long, value_name = "PUBLIC", env = "CUSTOMHOUSE_PUBLIC_KEY")]
    key: String,
}

impl Check {
    fn run(self, manner: Manner) -> Ended {
        let receipt = match read_receipt(&self.file)? {
            Some(receipt) => receipt,
            None => {
                let zh = "文件里没有回执：应为 JSON，含 event、salt、index、path、head。";
                let en =
                    "The file holds no receipt: it should be JSON with event, salt, index, path and head.";
                return Ok(refused(manner, "no_receipt", manner.say(zh, en)));
            }
        };
        let key = match read_key(&self.key, &receipt.head.key_id)? {
            Some(key) => key,
            None => {
                let zh = format!("密钥历史中没有签名所用的密钥 {}。", receipt.head.key_id);
                let en = format!("The history does not hold key {}, which signed it.", receipt.head.key_id);
                return Ok(refused(manner, "unknown_key", manner.say(&zh, &en)));
            }
        };
        match receipt.check(&key) {
            Ok(checked) => {
                proven(&checked, &receipt, manner);
                Ok(Ending::Good)
            }
            Err(fault) => {
                let text = fault.text();
                let zh = format!("回执不成立：{}。", text.zh);
                let en = format!("This receipt proves nothing: {}.", text.en);
                Ok(refused(manner, &format!("{fault:?}"), manner.say(&zh, &en)))
            }
        }
    }
}

pub(super) fn refused(manner: Manner, fault: &str, text: &str) -> Ending {
    if manner.json {
        print_json(&serde_json::json!({ "proven": false, "fault": fault, "text": text }));
    } else {
        print(&format!("{text}\n"));
    }
    Ending::Refused
}

/// What the receipt proves.
fn proven(checked: &Checked, receipt: &Proof, manner: Manner) {
    let local = checked.moment.local;
    if manner.json {
        return print_json(&serde_json::json!({
            "proven": true, "seq": checked.seq, "kind": checked.kind, "accepted": checked.accepted,
            "subject": checked.subject, "local": local, "head": checked.head,
            "chain": receipt.head.chain, "key_id": receipt.head.key_id,
        }));
    }
    let subject = if checked.subject.is_empty() { String::new() } else { format!("  {}", checked.subject) };
    let outcome = match checked.accepted {
        true => manner.say("已受理", "accepted"),
        false => manner.say("未受理", "refused"),
    };
    let (seq, kind, head) = (checked.seq, &checked.kind, checked.head);
    let (chain, key) = (&receipt.head.chain, &receipt.head.key_id);
    let zh = format!(
        "回执成立。\n  第 {seq} 号事件 {kind}{subject}\n  {outcome}，当地时间 {local}\n  第 {head} 批的首部已由密钥 {key} 签名，链 {chain}\n"
    );
    let en = format!(
        "The receipt is genuine.\n  event {seq} {kind}{subject}\n  {outcome} at {local} local time\n  under head {head}, signed by key {key}, of chain {chain}\n"
    );
    print(manner.say(&zh, &en));
}

/// The receipt in a file: by itself, or as the member `receipt` of an answer.
fn read_receipt(file: &Path) -> Result<Option<Proof>, Failure> {
    let bytes = fs::read(file).map_err(|e| Failure::at(file.display(), e))?;
    if let Ok(receipt) = serde_json::from_slice(&bytes) {
        return Ok(Some(receipt));
    }
    let answer: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    let member = answer.and_then(|mut a| a.get_mut("receipt").map(serde_json::Value::take));
    Ok(member.and_then(|m| serde_json::from_value(m).ok()))
}

/// The public key by its digits, a file, or a history; `None` if the history lacks this key.
pub(super) fn read_key(given: &str, key_id: &str) -> Result<Option<PublicKey>, Failure> {
    if let Some(key) = PublicKey::parse(given.trim()) {
        return Ok(Some(key));
    }
    let wrong = || {
        Failure::Usage(format!(
            "--key {given}: give 64 lower-case hexadecimal digits, a file that holds them, or a history.json"
        ))
    };
    let text = fs::read_to_string(given).map_err(|_| wrong())?;
    if let Some(key) = PublicKey::parse(text.trim()) {
        return Ok(Some(key));
    }
    let history: KeyHistory = serde_json::from_str(&text).map_err(|_| wrong())?;
    Ok(history.find(key_id))
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse receipt get 42 --server http://127.0.0.1:8080 --token ch_… > receipt.json"
)]
pub(crate) struct Get {
    /// Number of the event
    seq: u64,
    #[command(flatten)]
    server: Server,
}

impl Get {
    fn run(self, manner: Manner) -> Ended {
        match self.server.get(&format!("/api/v1/receipts/{}", self.seq), manner)? {
            client::Answer::Good(receipt) => {
                print_json(&receipt);
                Ok(Ending::Good)
            }
            client::Answer::Refused(problem) => Ok(problem.tell(manner)),
        }
    }
}

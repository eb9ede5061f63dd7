//! `pay`: orders payment of all that a declaration owes, and can wait for the bank.

use crate::client::{Answer, Content, Server, receipt_line, told};
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::commands::show;
use serde_json::Value;
use std::time::{Duration, Instant};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse pay 222520261000000001 --wait --server http://127.0.0.1:8080 --token ch_…"
)]
pub(crate) struct Pay {
    /// The 18 digits of the entry number
    entry: String,
    /// Wait until the bank has settled, one minute at most
    #[arg(long)]
    wait: bool,
    /// Idempotency key [default: pay- and the entry number]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    #[command(flatten)]
    server: Server,
}

impl Pay {
    pub fn run(self, manner: Manner) -> Ended {
        let entry = show::entry_number(&self.entry)?;
        let key = self.key.clone().unwrap_or_else(|| format!("pay-{entry}"));
        let content = Content { media_type: "application/json", bytes: b"{}", key: Some(key) };
        let path = format!("/api/v1/declarations/{entry}");
        let answer = match self.server.post(&format!("{path}/payment"), &content, manner)? {
            Answer::Good(answer) => answer,
            Answer::Refused(problem) => return Ok(problem.tell(manner)),
        };
        if !self.wait {
            if manner.json {
                print_json(&answer);
            } else {
                let ordered = manner.say("已向银行发出缴款指令", "payment is ordered from the bank");
                print(&format!("{ordered}: {entry}\n{}", receipt_line(&answer, manner)));
            }
            return Ok(Ending::Good);
        }
        let found = self.settled(&path, manner)?;
        if manner.json {
            print_json(&found);
        } else {
            print(&show::text(&found, manner));
        }
        Ok(Ending::Good)
    }

    /// The declaration once every book is paid.
    fn settled(&self, path: &str, manner: Manner) -> Result<Value, Failure> {
        const PATIENCE: Duration = Duration::from_secs(60);
        let began = Instant::now();
        loop {
            if let Answer::Good(found) = self.server.get(path, manner)? {
                let books = found.pointer("/record/books").and_then(Value::as_array);
                if books.is_some_and(|books| books.iter().all(|b| !told(b, "/paid").is_empty())) {
                    return Ok(found);
                }
            }
            if began.elapsed() > PATIENCE {
                let words = "the bank has not settled within a minute; the order stands, look again with `customhouse show`";
                return Err(Failure::Failed(words.to_owned()));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

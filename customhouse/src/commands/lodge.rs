//! `lodge`: a declaration from a file to a server.

use crate::client::{Answer, Content, Server, receipt_line, told, warnings};
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::declaration_file::{self, media_type};
use customhouse_exchange::Format;
use customhouse_kernel::journal::Hash;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse lodge declaration.json --server http://127.0.0.1:8080 --token ch_…"
)]
pub(crate) struct Lodge {
    /// The declaration: JSON form or single-window DecMessage
    file: PathBuf,
    /// Idempotency key [default: the file's SHA-256, or the ClientSeqNo of a DecMessage]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Keep the receipt in this file
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    #[command(flatten)]
    server: Server,
}

impl Lodge {
    pub fn run(self, manner: Manner) -> Ended {
        let bytes = declaration_file::bytes(&self.file)?;
        let found = declaration_file::declaration(&bytes);
        let carries_its_own = found.format == Format::DecMessage
            && found.message.is_ok_and(|m| m.client_sequence_number.is_some());
        let key = match self.key {
            Some(key) => Some(key),
            None if carries_its_own => None,
            None => Some(Hash::of(&bytes).to_string()),
        };
        let content = Content { media_type: media_type(found.format), bytes: &bytes, key };
        let answer = match self.server.post("/api/v1/declarations", &content, manner)? {
            Answer::Good(answer) => answer,
            Answer::Refused(problem) => return Ok(problem.tell(manner)),
        };
        if let (Some(file), Some(receipt)) = (&self.receipt, answer.get("receipt")) {
            fs::write(file, receipt.to_string()).map_err(|e| Failure::at(file.display(), e))?;
        }
        if manner.json {
            print_json(&answer);
        } else {
            print(&text(&answer, manner));
        }
        Ok(Ending::Good)
    }
}

fn text(answer: &Value, manner: Manner) -> String {
    let entry = told(answer, "/answer/entry_number");
    let (state, total) = (told(answer, "/answer/state"), told(answer, "/answer/total"));
    let mut out = format!("{}: {entry} ({state})\n", manner.say("已受理", "accepted"));
    let books = answer.pointer("/answer/books").and_then(Value::as_array).cloned().unwrap_or_default();
    for book in &books {
        let (amount, number) = (told(book, "/amount"), told(book, "/number"));
        out.push_str(&format!("{amount:>20}  {number}  {}\n", told(book, "/charge")));
    }
    out.push_str(&format!("{total:>20}  {}\n", manner.say("应缴合计", "to pay in all")));
    out.push_str(&warnings(answer, manner));
    out.push_str(&receipt_line(answer, manner));
    out
}

//! `goods-out`: what left a supervised place, from a file to a server.

use crate::client::{Answer, Content, Server, receipt_line, told};
use crate::command_line::{Ended, Ending, Manner, print, print_json};
use crate::declaration_file;
use customhouse_kernel::journal::Hash;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: echo '{\"office\":\"2225\",\"bill\":\"COSU6900000001\",\"packages\":10,\
                        \"gross_kg\":\"1250.5\"}' > out.json; customhouse goods-out out.json --token ch_…")]
pub(crate) struct GoodsOut {
    /// What left, JSON: office, bill, packages, gross_kg
    file: PathBuf,
    /// Idempotency key [default: the file's SHA-256]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    #[command(flatten)]
    server: Server,
}

impl GoodsOut {
    pub fn run(self, manner: Manner) -> Ended {
        submit_file(&self.server, "/api/v1/goods-out", &self.file, self.key, manner)
    }
}

/// Submits a JSON file about a bill and prints what became of it.
pub(crate) fn submit_file(
    server: &Server,
    path: &str,
    file: &Path,
    key: Option<String>,
    manner: Manner,
) -> Ended {
    let bytes = declaration_file::bytes(file)?;
    let key = key.unwrap_or_else(|| Hash::of(&bytes).to_string());
    let content = Content { media_type: "application/json", bytes: &bytes, key: Some(key) };
    match server.post(path, &content, manner)? {
        Answer::Refused(problem) => Ok(problem.tell(manner)),
        Answer::Good(answer) if manner.json => {
            print_json(&answer);
            Ok(Ending::Good)
        }
        Answer::Good(answer) => {
            let (bill, state) = (told(&answer, "/answer/bill"), told(&answer, "/answer/state"));
            let accepted = manner.say("已受理", "accepted");
            print(&format!("{accepted}: {bill} ({state})\n{}", receipt_line(&answer, manner)));
            Ok(Ending::Good)
        }
    }
}

//! `bill`: a bill of lading from a file to a server.

use crate::client::Server;
use crate::command_line::{Ended, Manner};
use crate::commands::goods_out::submit_file;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: customhouse bill docs/examples/bill.json --server http://127.0.0.1:8080 --token ch_…"
)]
pub(crate) struct Bill {
    /// The bill, JSON
    file: PathBuf,
    /// Idempotency key [default: the file's SHA-256]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    #[command(flatten)]
    server: Server,
}

impl Bill {
    pub fn run(self, manner: Manner) -> Ended {
        submit_file(&self.server, "/api/v1/bills", &self.file, self.key, manner)
    }
}

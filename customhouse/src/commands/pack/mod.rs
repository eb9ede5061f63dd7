//! `pack`: the law as files.

mod check;
mod export;
mod import_tariff;
mod list;

use crate::command_line::{Ended, Manner};
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Pack {
    /// Check a pack: every fault with file and line
    Check(check::Check),
    /// List the rules of a pack
    List(list::List),
    /// Write the pack that a database runs by into a folder
    Export(export::Export),
    /// Make a pack out of a whole tariff
    ImportTariff(import_tariff::ImportTariff),
}

impl Pack {
    pub fn run(self, manner: Manner) -> Ended {
        match self {
            Pack::Check(command) => command.run(manner),
            Pack::List(command) => command.run(manner),
            Pack::Export(command) => command.run(manner),
            Pack::ImportTariff(command) => command.run(manner),
        }
    }
}

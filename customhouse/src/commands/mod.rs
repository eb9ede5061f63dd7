//! The commands, one file each.

mod account;
mod appoint;
mod assess;
mod bench;
mod bill;
mod goods_out;
mod lodge;
mod origin;
mod pack;
mod pay;
mod quote;
mod receipt;
mod reckon;
mod replay;
mod scenario;
mod serve;
mod show;
mod verify;
mod whatif;

use crate::command_line::{Ended, Manner};
use clap::Subcommand;

/// What can be asked of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the pages and the API
    Serve(serve::Serve),
    /// Reckon the duty on a declaration; needs no server and no database
    Assess(assess::Assess),
    /// Say whether goods originate, and may claim preference; needs no server and no database
    Origin(origin::Origin),
    /// Reckon what is no plain assessment: tonnage dues, a parcel, interest, …; needs no server and no database
    Reckon(reckon::Reckon),
    /// Lodge a declaration
    Lodge(lodge::Lodge),
    /// Show a declaration
    Show(show::Show),
    /// Order payment of what a declaration owes
    Pay(pay::Pay),
    /// File a bill of lading
    Bill(bill::Bill),
    /// Report goods out of a supervised place
    GoodsOut(goods_out::GoodsOut),
    /// Ask what goods would cost, or check a quote
    #[command(subcommand)]
    Quote(quote::Quote),
    /// Get or check a receipt
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// Make an account on a database, offline
    Account(account::Account),
    /// Appoint the first head of an office, offline
    Appoint(appoint::Appoint),
    /// Check that everything that must hold does hold in a database
    Verify(verify::Verify),
    /// Reckon past declarations again under their own law, and name any difference
    Replay(replay::Replay),
    /// Try a draft of the law over past trade
    #[command(name = "whatif")]
    WhatIf(whatif::WhatIf),
    /// Measure what the hot paths cost on this machine
    #[command(subcommand)]
    Bench(bench::Bench),
    /// Check, list, export or import law
    #[command(subcommand)]
    Pack(pack::Pack),
}

impl Command {
    pub fn run(self, manner: Manner) -> Ended {
        match self {
            Command::Serve(command) => command.run(manner),
            Command::Assess(command) => command.run(manner),
            Command::Origin(command) => command.run(manner),
            Command::Reckon(command) => command.run(manner),
            Command::Lodge(command) => command.run(manner),
            Command::Show(command) => command.run(manner),
            Command::Pay(command) => command.run(manner),
            Command::Bill(command) => command.run(manner),
            Command::GoodsOut(command) => command.run(manner),
            Command::Quote(command) => command.run(manner),
            Command::Receipt(command) => command.run(manner),
            Command::Account(command) => command.run(manner),
            Command::Appoint(command) => command.run(manner),
            Command::Verify(command) => command.run(manner),
            Command::Replay(command) => command.run(manner),
            Command::WhatIf(command) => command.run(manner),
            Command::Bench(command) => command.run(manner),
            Command::Pack(command) => command.run(manner),
        }
    }
}

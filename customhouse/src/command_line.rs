//! Arguments, and how a command ends.

use crate::commands::Command;
use crate::words;
use clap::Parser;
use customhouse_kernel::text::Lang;
use std::fmt::Display;
use std::io::{self, Write};

/// Customhouse: a customs administration in one program.
#[derive(Debug, Parser)]
#[command(
    name = "customhouse",
    version,
    after_help = "Ends with 0 when all is good, 1 when something is refused or found, 2 for wrong usage, 3 for a \
                  failure.\n\nExample: customhouse serve --sample --data ./data"
)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
    /// Language of what is printed: zh or en [default: by LC_ALL, LC_MESSAGES or LANG, else en]
    #[arg(long, global = true, value_parser = words::parse_lang, value_name = "zh|en")]
    lang: Option<Lang>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    json: bool,
}

/// How to print.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub lang: Lang,
    pub json: bool,
}

impl Manner {
    /// One text out of two.
    pub fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// How a command ended without failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Good,
    /// Something was refused, or a check found something. It has been printed.
    Refused,
}

/// Why a command could not do its work.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The arguments do not fit: what to give instead.
    Usage(String),
    /// The work failed: what to do.
    Failed(String),
}

impl Failure {
    /// A failure at a place: `place: cause`.
    pub fn at(place: impl Display, cause: impl Display) -> Failure {
        Failure::Failed(format!("{place}: {cause}"))
    }
}

/// The result of every command.
pub(crate) type Ended = Result<Ending, Failure>;

/// Runs a command line and gives the exit code.
pub fn run(line: CommandLine) -> u8 {
    let manner = Manner { lang: line.lang.unwrap_or_else(words::lang_of_environment), json: line.json };
    match line.command.run(manner) {
        Ok(Ending::Good) => 0,
        Ok(Ending::Refused) => 1,
        Err(Failure::Usage(why)) => complain(&why, 2),
        Err(Failure::Failed(why)) => complain(&why, 3),
    }
}

/// Standard error may be closed; the code still tells.
fn complain(why: &str, code: u8) -> u8 {
    let _ = writeln!(io::stderr(), "customhouse: {why}");
    code
}

/// Prints to standard output; a reader that went away (`| head`) ends the printing silently.
pub(crate) fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints JSON, indented.
pub(crate) fn print_json(value: &impl serde::Serialize) {
    // our types serialise; a value that does not prints what is wrong
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}"));
    print(&format!("{text}\n"));
}

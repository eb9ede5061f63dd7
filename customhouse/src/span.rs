//! A period of days on the command line: `--from` and `--to`, both counted.

use crate::command_line::Failure;
use customhouse_engine::Span;
use jiff::civil::Date;

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct SpanChoice {
    /// First day
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Date,
    /// Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Date,
}

impl SpanChoice {
    pub fn span(self) -> Result<Span, Failure> {
        let SpanChoice { from, to } = self;
        if from > to {
            return Err(Failure::Usage(format!(
                "--from {from} is after --to {to}; give the earlier day first"
            )));
        }
        Ok(Span { from, to })
    }
}

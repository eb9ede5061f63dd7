//! `replay`: past declarations reckoned again under their own law. It only reads, and may run beside a server.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::data_folder::DataFolder;
use crate::progress::Progress;
use crate::span::SpanChoice;
use crate::words::count;
use customhouse_engine::{Replayed, replay};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse replay --data ./data --from 2026-01-01 --to 2026-12-31")]
pub(crate) struct Replay {
    #[command(flatten)]
    span: SpanChoice,
    #[command(flatten)]
    data: DataFolder,
}

impl Replay {
    pub fn run(self, manner: Manner) -> Ended {
        let span = self.span.span()?;
        let database = self.data.existing_database()?;
        let failed = |e| Failure::at(&database, e);
        let mut reader = database.reader()?;
        let mut progress = Progress::new(manner.json);
        let replayed =
            replay(&mut *reader, span, &mut |p| progress.far(p.what, p.done, p.of)).map_err(failed)?;
        progress.done(manner.say("重放", "replay"), &database);
        if manner.json {
            print_json(&replayed);
        } else {
            print(&text(&replayed, manner));
        }
        Ok(if replayed.differences.is_empty() { Ending::Good } else { Ending::Refused })
    }
}

fn text(replayed: &Replayed, manner: Manner) -> String {
    let mut out = String::new();
    for one in &replayed.differences {
        let (place, day, edition) = (&one.place, one.law_date, one.edition);
        let at = manner.say("版本", "edition");
        out.push_str(&format!("{place}  {day}  {at} {edition}\n  {}\n", one.text.get(manner.lang)));
    }
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let (versions, lines, same) = (number(replayed.versions), number(replayed.lines), number(replayed.same));
    let (from, to) = (replayed.span.from, replayed.span.to);
    let zh = format!("{from} 至 {to}：报关单版本 {versions}（{lines} 项），重新计税后相同 {same}。\n");
    let en =
        format!("{from} to {to}: {versions} versions of declarations ({lines} lines), {same} the same.\n");
    out.push_str(manner.say(&zh, &en));
    out
}

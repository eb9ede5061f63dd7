//! `verify`: what must always hold, checked on a database. It only reads, and may run beside a server.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::data_folder::DataFolder;
use crate::progress::Progress;
use crate::words::count;
use customhouse_engine::{KeyHistory, Verified, verify};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse verify --data ./data")]
pub(crate) struct Verify {
    #[command(flatten)]
    data: DataFolder,
}

impl Verify {
    pub fn run(self, manner: Manner) -> Ended {
        let database = self.data.existing_database()?;
        let failed = |e| Failure::at(&database, e);
        let keys = KeyHistory::read(&self.data.keys()).map_err(|e| {
            let place = self.data.keys().join("history.json");
            Failure::at(place.display(), format!("{e}; without the public keys no signature can be checked"))
        })?;
        let mut reader = database.reader()?;
        let mut progress = Progress::new(manner.json);
        let verified =
            verify(&mut *reader, &keys, &mut |p| progress.far(p.what, p.done, p.of)).map_err(failed)?;
        progress.done(manner.say("核验", "verify"), &database);
        if manner.json {
            print_json(&verified);
        } else {
            print(&text(&verified, manner));
        }
        Ok(if verified.findings.is_empty() { Ending::Good } else { Ending::Refused })
    }
}

fn text(verified: &Verified, manner: Manner) -> String {
    let mut out = String::new();
    for finding in &verified.findings {
        out.push_str(&format!(
            "{}  {}\n  {}\n",
            finding.invariant,
            finding.place,
            finding.text.get(manner.lang)
        ));
    }
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let (heads, events) = (number(verified.heads), number(verified.events));
    let (accounts, declarations) = (number(verified.accounts), number(verified.declarations));
    let found = verified.findings.len();
    let zh = format!(
        "批次首部 {heads}，事件 {events}，账户 {accounts}，报关单 {declarations}；发现 {found} 处问题。\n"
    );
    let en = format!(
        "{heads} heads, {events} events, {accounts} accounts, {declarations} declarations; {found} findings.\n"
    );
    out.push_str(manner.say(&zh, &en));
    out
}

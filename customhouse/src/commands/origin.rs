//! `origin`: where goods originate and whether preference may be claimed, with no server and no database.

use super::assess::today;
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::pack_source::PackChoice;
use crate::words;
use customhouse_duties::origin::{Claim, Determination, OriginQuestion, determine};
use jiff::civil::Date;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse origin docs/examples/origin.json --on 2026-11-20")]
pub(crate) struct Origin {
    /// The goods and what they were made of, as JSON
    file: PathBuf,
    /// The day whose rules apply [default: today in the pack's time zone]
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<Date>,
    #[command(flatten)]
    pack: PackChoice,
}

impl Origin {
    pub fn run(self, manner: Manner) -> Ended {
        let at = |cause: &dyn std::fmt::Display| Failure::at(self.file.display(), cause);
        let text = std::fs::read_to_string(&self.file).map_err(|e| at(&e))?;
        let question: OriginQuestion = serde_json::from_str(&text).map_err(|e| at(&e))?;
        let edition = self.pack.edition(manner.lang)?;
        let day = match self.on {
            Some(day) => day,
            None => today(&edition)?,
        };
        match determine(&question, &edition.origin, day) {
            Ok(found) => {
                if manner.json {
                    print_json(&found);
                } else {
                    print(&told(&found, manner));
                }
                let good = found.originating && found.claim != Claim::None;
                Ok(if good { Ending::Good } else { Ending::Refused })
            }
            Err(findings) => {
                if manner.json {
                    print_json(&serde_json::json!({ "findings": findings }));
                } else {
                    print(&words::findings(&findings, manner.lang));
                }
                Ok(Ending::Refused)
            }
        }
    }
}

fn told(found: &Determination, manner: Manner) -> String {
    let country = found.country;
    let mut out = match (found.originating, found.claim) {
        (true, Claim::Preference) => {
            manner.say("具备原产资格，可以享受优惠", "originating; the preference may be claimed")
        }
        (true, Claim::NotAsked) => manner.say("具备原产资格", "originating"),
        (true, Claim::None) => {
            manner.say("具备原产资格，但不能享受优惠", "originating, but the preference may not be claimed")
        }
        (false, _) => manner.say("不具备原产资格", "not originating"),
    }
    .to_owned();
    out = format!("{country}: {out}\n");
    for tried in &found.tried {
        let mark = if tried.met { "+" } else { "-" };
        let doubt = if tried.confirmed { "" } else { manner.say("（未经核实）", " (not confirmed)") };
        out.push_str(&format!("\n {mark} {}{doubt}  [{}]\n", tried.name.get(manner.lang), tried.rule));
        for (clause, value) in &tried.clauses {
            out.push_str(&format!("       {clause}: {}\n", value.get(manner.lang)));
        }
    }
    out.push('\n');
    for condition in &found.conditions {
        let mark = if condition.met { "+" } else { "-" };
        out.push_str(&format!(" {mark} {}\n", condition.text.get(manner.lang)));
    }
    let (foreign, own) = (found.foreign_value, found.originating_value);
    let zh = format!("非原产材料 {foreign}，原产材料 {own}\n");
    let en = format!("materials that do not originate {foreign}, that do {own}\n");
    out.push_str(manner.say(&zh, &en));
    out
}

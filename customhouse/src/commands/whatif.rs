//! `whatif`: a draft of the law tried over past trade. It only reads, and may run beside a server.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::data_folder::DataFolder;
use crate::pack_source::{read_draft, unusable};
use crate::progress::Progress;
use crate::span::SpanChoice;
use crate::words::count;
use customhouse_engine::{Draft, Needed, Rehearsal, Sums, Total, newest_pack, rehearse};
use customhouse_kernel::text::Lang;
use customhouse_statistics::{Reason, Shown};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The draft is a file of rules (TOML or CSV, as in a pack) or a folder of a pack. A rule with the id \
                  of an existing one says how that one would read; any other is new. Days on which the draft would \
                  come into force are moved to --from.\n\n\
                  Example: customhouse whatif draft.toml --from 2026-01-01 --to 2026-12-31 --csv whatif.csv"
)]
pub(crate) struct WhatIf {
    /// The draft: a file of rules, or a folder
    draft: PathBuf,
    #[command(flatten)]
    span: SpanChoice,
    /// Also write every list into this CSV file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    data: DataFolder,
}

impl WhatIf {
    pub fn run(self, manner: Manner) -> Ended {
        let span = self.span.span()?;
        let database = self.data.existing_database()?;
        let failed = |e| Failure::at(&database, e);
        let mut progress = Progress::new(manner.json);
        let mut first = database.reader()?;
        let law = newest_pack(&mut *first).map_err(failed)?;
        let (edition, law) =
            law.ok_or_else(|| Failure::at(&database, "the database holds no law; start the server once"))?;
        let files = read_draft(&self.draft)?;
        let origin = self.draft.display().to_string();
        let draft = Draft::lay(&law, edition, &files, span.from)
            .map_err(|faults| unusable(&origin, &faults, manner.lang))?;
        if draft.changes.is_empty() {
            return Err(Failure::Failed(format!("{origin} changes nothing of the law as it stands")));
        }
        let rule = draft.before.disclosure.on(span.to).ok_or_else(|| {
            Failure::Failed(format!(
                "the law has no rule of disclosure on {}: no figure may be shown",
                span.to
            ))
        })?;
        progress.done(manner.say("草案", "draft"), &origin);
        let mut readers = vec![first];
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            readers.push(database.reader()?);
        }
        let rehearsal = rehearse(readers, &draft, span, rule, &mut |p| progress.far(p.what, p.done, p.of));
        let rehearsal = rehearsal.map_err(failed)?;
        progress.done(
            manner.say("预演", "rehearse"),
            count(usize::try_from(rehearsal.lines).unwrap_or(usize::MAX)),
        );
        if let Some(path) = &self.csv {
            std::fs::write(path, csv(&rehearsal)).map_err(|e| Failure::at(path.display(), e))?;
        }
        if manner.json {
            print_json(&rehearsal);
        } else {
            print(&text(&rehearsal, manner));
        }
        Ok(Ending::Good)
    }
}

/// The lists of a rehearsal: key, title, rows.
fn lists(rehearsal: &Rehearsal) -> [(&'static str, &'static str, &'static str, &[Shown<Sums>]); 6] {
    [
        ("charge", "按税种", "By charge", &rehearsal.charges),
        ("chapter", "按章", "By chapter", &rehearsal.by_chapter),
        ("origin", "按原产地", "By origin", &rehearsal.by_origin),
        ("district", "按直属海关", "By customs district", &rehearsal.by_district),
        ("firm_size", "按企业规模", "By size of firm", &rehearsal.by_firm_size),
        ("outcome", "按企业税负变化", "By outcome for the firm", &rehearsal.by_outcome),
    ]
}

fn text(rehearsal: &Rehearsal, manner: Manner) -> String {
    let (from, to) = (rehearsal.span.from, rehearsal.span.to);
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let (declarations, lines) = (number(rehearsal.declarations), number(rehearsal.lines));
    let zh = format!("{from} 至 {to}：报关单 {declarations}，{lines} 项\n");
    let en = format!("{from} to {to}: {declarations} declarations, {lines} lines\n");
    let mut out = manner.say(&zh, &en).to_owned();
    for (zh, en, ids) in [
        ("新增规则", "new rules", &rehearsal.draft.added),
        ("修改规则", "changed rules", &rehearsal.draft.changed),
    ] {
        if !ids.is_empty() {
            out.push_str(&format!("{}: {}\n", manner.say(zh, en), ids.join(", ")));
        }
    }
    if let Some(total) = &rehearsal.total {
        out.push_str(&format!(
            "\n{}\n{}",
            manner.say("合计", "Total"),
            row(manner.say("税款", "duty and taxes"), None, total)
        ));
    }
    for (_, zh, en, rows) in lists(rehearsal) {
        out.push_str(&format!("\n{}\n", manner.say(zh, en)));
        for shown in rows {
            out.push_str(&match &shown.figures {
                Some(figures) => row(&shown.key, Some(figures.firms), &figures.sums),
                None => format!("  {:<14} {}\n", shown.key, withheld(shown.withheld, manner.lang)),
            });
        }
    }
    for way in &rehearsal.channels {
        let (what, key) = (manner.say("通道变化", "channel"), &way.key);
        let told = match &way.figures {
            Some(figures) => number(figures.sums.declarations),
            None => withheld(way.withheld, manner.lang).to_owned(),
        };
        out.push_str(&format!("\n{what} {key}: {told}"));
    }
    for needed in &rehearsal.conditions {
        let (what, key) = (manner.say("监管证件", "condition"), &needed.key);
        let told = match needed.figures.as_ref().map(|figures| &figures.sums) {
            Some(Needed { before, after }) if before == after => continue,
            Some(Needed { before, after }) => format!("{} → {}", number(*before), number(*after)),
            None => withheld(needed.withheld, manner.lang).to_owned(),
        };
        out.push_str(&format!("\n{what} {key}: {told}"));
    }
    for (code, declarations) in &rehearsal.not_assessed {
        let what = manner.say("无法计税", "not assessed");
        out.push_str(&format!("\n{what} {code}: {}", number(*declarations)));
    }
    if rehearsal.otherwise_than_decided > 0 {
        let otherwise = number(rehearsal.otherwise_than_decided);
        let zh = format!("\n{otherwise} 份按现行规则计算与当时决定的不同。");
        let en = format!("\n{otherwise} come out under the law as it stands other than they were decided.");
        out.push_str(manner.say(&zh, &en));
    }
    out.push_str(&format!("\n{}\n", rehearsal.note.get(manner.lang)));
    out
}

/// Key, firms, before, after, change.
fn row(key: &str, firms: Option<usize>, sums: &Sums) -> String {
    let change = Total(sums.after.0 - sums.before.0);
    let firms = firms.map(count).unwrap_or_default();
    format!("  {key:<14} {firms:>7} {:>20} {:>20} {change:>20}\n", sums.before, sums.after)
}

fn withheld(reason: Option<Reason>, lang: Lang) -> &'static str {
    match (reason, lang) {
        (Some(Reason::Protects), Lang::Zh) => "不予公布（保护其他数据）",
        (Some(Reason::Protects), Lang::En) => "withheld, to protect another figure",
        (_, Lang::Zh) => "不予公布（企业过少或一家独大）",
        (_, Lang::En) => "withheld: too few firms, or one dominates",
    }
}

/// Every list, one row a key. Texts are codes of the pack and hold neither comma nor quote.
fn csv(rehearsal: &Rehearsal) -> String {
    let mut out = "list,key,withheld,firms,lines,value,before,after,change\n".to_owned();
    for (list, _, _, rows) in lists(rehearsal) {
        for shown in rows {
            let key = &shown.key;
            let line = match &shown.figures {
                Some(figures) => {
                    let Sums { lines, value, before, after } = &figures.sums;
                    let change = Total(after.0 - before.0);
                    format!("{list},{key},,{},{lines},{value},{before},{after},{change}\n", figures.firms)
                }
                None => format!("{list},{key},yes,,,,,,\n"),
            };
            out.push_str(&line);
        }
    }
    out
}

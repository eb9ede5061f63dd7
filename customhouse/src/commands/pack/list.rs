//! `pack list`: the rules of a pack, or those whose figures were not seen in their source
//! (handbook, invariant 42: parameters to be confirmed stand on a list that anyone can see).

use crate::command_line::{Ended, Ending, Manner, print, print_json};
use crate::pack_source::PackChoice;
use crate::words::count;
use customhouse_kernel::law::Rule;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse pack list --unconfirmed --kind charge")]
pub(crate) struct List {
    /// Only rules that are not confirmed
    #[arg(long)]
    unconfirmed: bool,
    /// Only rules of this kind, such as measure or charge
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    #[command(flatten)]
    pack: PackChoice,
}

/// A rule as it is listed.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    kind: &'a str,
    valid: String,
    confirmed: bool,
    authority: &'a str,
    document: &'a str,
    article: &'a str,
    file: &'a str,
    line: u32,
}

impl List {
    pub fn run(self, manner: Manner) -> Ended {
        let edition = self.pack.edition(manner.lang)?;
        let mut rules: Vec<&Rule> =
            edition.control.rulebook.rules().iter().filter(|rule| self.shows(rule)).collect();
        rules.sort_by_key(|r| (&r.file, r.line));
        if manner.json {
            print_json(&rules.iter().map(|r| listed(r)).collect::<Vec<_>>());
        } else {
            print(&text(&rules, manner));
        }
        Ok(Ending::Good)
    }

    fn shows(&self, rule: &Rule) -> bool {
        !(self.unconfirmed && rule.confirmed) && self.kind.as_deref().is_none_or(|kind| kind == &*rule.kind)
    }
}

fn listed(rule: &Rule) -> Listed<'_> {
    Listed {
        id: &rule.id,
        kind: &rule.kind,
        valid: rule.valid.to_string(),
        confirmed: rule.confirmed,
        authority: &rule.basis.authority,
        document: &rule.basis.document,
        article: &rule.basis.article,
        file: &rule.file,
        line: rule.line,
    }
}

/// A line a rule, then how many of each kind.
fn text(rules: &[&Rule], manner: Manner) -> String {
    let mut out = String::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rules {
        *kinds.entry(&rule.kind).or_default() += 1;
        let basis = [&*rule.basis.authority, &rule.basis.document, &rule.basis.article].join(" ");
        let mark = if rule.confirmed { "" } else { manner.say("（待核实）", " (not confirmed)") };
        let (file, line, id, valid) = (&rule.file, rule.line, &rule.id, rule.valid);
        out.push_str(&format!("{file}:{line}: {id} {valid}{mark} {}\n", basis.trim_end()));
    }
    out.push('\n');
    for (kind, n) in kinds {
        out.push_str(&format!("{kind:<16} {:>8}\n", count(n)));
    }
    out.push_str(&format!("{:<16} {:>8}\n", manner.say("合计", "total"), count(rules.len())));
    out
}

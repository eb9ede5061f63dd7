//! `pack check`: a pack with an error is refused whole, every error with its place.

use crate::command_line::{Ended, Ending, Manner, print, print_json};
use crate::pack_source::read_folder;
use crate::words::count;
use customhouse_engine::Edition;
use customhouse_kernel::law::{PackFault, faults_text};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse pack check packs/cn")]
pub(crate) struct Check {
    /// Folder that holds pack.toml
    folder: PathBuf,
}

impl Check {
    pub fn run(self, manner: Manner) -> Ended {
        let files = read_folder(&self.folder)?;
        match Edition::compile(1, &files) {
            Ok(edition) => {
                good(&edition, files.len(), manner);
                Ok(Ending::Good)
            }
            Err(faults) => {
                bad(&faults, manner);
                Ok(Ending::Refused)
            }
        }
    }
}

fn good(edition: &Edition, files: usize, manner: Manner) {
    let rules = edition.control.rulebook.rules();
    let unconfirmed = rules.iter().filter(|r| !r.confirmed).count();
    if manner.json {
        return print_json(&serde_json::json!({
            "pack": edition.manifest.id, "files": files, "rules": rules.len(), "unconfirmed": unconfirmed, "faults": [],
        }));
    }
    let name = edition.manifest.name.get(manner.lang);
    let (rules, unconfirmed) = (count(rules.len()), count(unconfirmed));
    print(&match manner.lang {
        customhouse_kernel::text::Lang::Zh => {
            format!("{name}：{files} 个文件，{rules} 条规则，没有错误；其中 {unconfirmed} 条尚待核实。\n")
        }
        customhouse_kernel::text::Lang::En => {
            format!(
                "{name}: {files} files, {rules} rules, no fault; {unconfirmed} rules are not confirmed.\n"
            )
        }
    });
}

fn bad(faults: &[PackFault], manner: Manner) {
    if manner.json {
        return print_json(&serde_json::json!({ "faults": faults }));
    }
    let n = count(faults.len());
    let sum = match faults.len() {
        1 => manner.say("1 处错误。", "1 fault.").to_owned(),
        _ => manner.say("{n} 处错误。", "{n} faults.").replace("{n}", &n),
    };
    print(&format!("{}{sum}\n", faults_text(faults, manner.lang)));
}

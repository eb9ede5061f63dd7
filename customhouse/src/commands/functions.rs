//! `functions`: what the administration is there for, and how much of it the program does.

use crate::command_line::{Ended, Ending, Manner, print, print_json};
use crate::pack_source::PackChoice;
use customhouse_directory::{Coverage, Work};
use customhouse_kernel::text::Text;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: customhouse functions --json")]
pub(crate) struct Functions {
    #[command(flatten)]
    pack: PackChoice,
}

impl Functions {
    pub fn run(self, manner: Manner) -> Ended {
        let edition = self.pack.edition(manner.lang)?;
        let directory = &edition.directory;
        let (duties, functions) = (directory.duties_coverage(), directory.functions_coverage());
        if manner.json {
            print_json(&serde_json::json!({
                "duties": duties.total, "working": duties.working, "not_yet": duties.not_yet,
                "functions": { "total": functions.total, "working": functions.working, "not_yet": functions.not_yet,
                    "list": directory.functions },
                "departments": directory.departments,
            }));
            return Ok(Ending::Good);
        }
        let mut out = manner.say("主要职能\n", "Main functions\n").to_owned();
        for function in &directory.functions {
            line(&mut out, function.number, &function.says, function.works.as_ref(), manner);
        }
        for department in &directory.departments {
            let counted = department.coverage();
            let name = department.name.get(manner.lang);
            out.push_str(&format!(
                "\n{}. {name} ({}/{})\n",
                department.number, counted.working, counted.total
            ));
            for duty in &department.duties {
                line(&mut out, duty.number, &duty.says, duty.works.as_ref(), manner);
            }
        }
        let of = |counted: Coverage| format!("{}/{}", counted.working, counted.total);
        let (zh, en) = ("已能办理：主要职能 ", "Works: main functions ");
        out.push_str(&format!("\n{}{}", manner.say(zh, en), of(functions)));
        out.push_str(&format!("{}{}\n", manner.say("，部门职责 ", ", duties of departments "), of(duties)));
        print(&out);
        Ok(Ending::Good)
    }
}

/// One function or duty: what it is, and what works of it.
fn line(out: &mut String, number: u32, says: &Text, works: Option<&Work>, manner: Manner) {
    out.push_str(&format!("  {number}. {}\n", says.get(manner.lang)));
    match works {
        Some(work) => {
            let mark = manner.say("能办", "works");
            out.push_str(&format!(
                "     {mark}: {} [{}; {}]\n",
                work.says.get(manner.lang),
                work.place,
                work.shown_by
            ));
        }
        None => out.push_str(&format!("     {}\n", manner.say("尚未开办", "not yet"))),
    }
}

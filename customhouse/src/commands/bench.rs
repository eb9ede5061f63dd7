//! `bench`: what the hot paths cost on this machine.

use crate::bench::{Figures, measure};
use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::import_cn;
use crate::pack_source::PackChoice;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the rates of the whole tariff lie beside a checkout.
const BESIDE: &str = "../shared/data/cn-tariff/cn_hs10_rates.csv.gz";

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Bench {
    /// Assess duty, look rules up, load a whole tariff
    Assess(AssessBench),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Each figure is the best of several rounds. Build with --release.\n\n\
                  Example: customhouse bench assess --json --seconds 5")]
pub(crate) struct AssessBench {
    /// About how long to measure assessing
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(..=600))]
    seconds: u64,
    /// Rates of a whole tariff [default: the file of shared data if it is there, else made up]
    #[arg(long, value_name = "FILE")]
    tariff: Option<PathBuf>,
    #[command(flatten)]
    pack: PackChoice,
}

impl Bench {
    pub fn run(self, manner: Manner) -> Ended {
        match self {
            Bench::Assess(command) => command.run(manner),
        }
    }
}

impl AssessBench {
    fn run(self, manner: Manner) -> Ended {
        let (files, _) = self.pack.files()?;
        let beside = || Some(PathBuf::from(BESIDE)).filter(|file| file.exists());
        let tariff = self.tariff.or_else(beside).map(|file| read(&file)).transpose()?;
        let time = Duration::from_secs(self.seconds);
        let figures = measure(&files, tariff.as_deref(), time, None).map_err(Failure::Failed)?;
        if manner.json {
            print_json(&figures);
        } else {
            print(&text(&figures, manner));
        }
        Ok(Ending::Good)
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|e| Failure::at(file.display(), e))?;
    import_cn::text(&bytes).map_err(|e| Failure::at(file.display(), e))
}

fn text(figures: &Figures, manner: Manner) -> String {
    let unknown = || "-".to_owned();
    let load = figures.load_average.map(|load| load.map_or_else(unknown, |load| load.to_string()));
    let bytes = figures.rulebook_bytes.map_or_else(unknown, |b| format!("{:.1} MiB", b as f64 / 1048576.0));
    let allocations = figures.allocations_per_line.map_or_else(unknown, |a| a.to_string());
    let say = |zh, en| manner.say(zh, en).to_owned();
    let rows = [
        (
            say("每秒每核计税次数", "assessments a second a core"),
            figures.assessments_per_second_per_core.to_string(),
        ),
        (say("手写公式", "formula by hand"), figures.straight_line_per_second_per_core.to_string()),
        (say("耗时之比", "ratio of their times"), figures.ratio.to_string()),
        (
            say("成为可存档的计税结果", "as assessments to be kept"),
            figures.owned_per_second_per_core.to_string(),
        ),
        (say("附文字说明", "with words"), figures.with_words_per_second_per_core.to_string()),
        (say("查一条规则（纳秒）", "rule look-up, ns"), figures.rule_look_up_ns.to_string()),
        (say("规则数", "rules"), figures.rulebook_rules.to_string()),
        (say("载入（毫秒）", "load, ms"), figures.rulebook_load_ms.to_string()),
        (say("其中读取（毫秒）", "of it reading, ms"), figures.rulebook_read_ms.to_string()),
        (
            say("载入内置规则包（毫秒）", "load of the embedded pack, ms"),
            figures.embedded_load_ms.to_string(),
        ),
        (say("占用内存", "memory"), bytes),
        (say("每项内存分配次数", "allocations a line"), allocations),
        (say("轮数", "rounds"), figures.rounds.to_string()),
        (say("系统负载（始、末）", "load average, first and last"), load.join(", ")),
    ];
    let mut out = format!("{}\n{}\n", figures.case, figures.tariff_from);
    for (name, figure) in rows {
        out.push_str(&format!("{figure:>16}  {name}\n"));
    }
    out
}

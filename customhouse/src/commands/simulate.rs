//! `simulate`: the engine under a seeded clock, order, clients, bank and disk. A failure is a seed and a step.

use crate::command_line::{Ended, Ending, Failure, Manner, print, print_json};
use crate::pack_source::PackChoice;
use crate::words::count;
use customhouse_engine::PackFiles;
use customhouse_simulator::{Plan, Report, simulate, thin};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prints the first seed; a failure prints its own, and running that seed again shows the same.\n\n\
                  Example: customhouse simulate --seed 7 --steps 2000"
)]
pub(crate) struct Simulate {
    #[command(flatten)]
    pack: PackChoice,
    /// First seed [default: a fresh one]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Steps of a run
    #[arg(long, value_name = "N", default_value_t = 2000)]
    steps: u64,
    /// Goes on with the next seeds for so many seconds, on all cores; else it runs the one seed
    #[arg(long, value_name = "T")]
    seconds: Option<u64>,
}

/// What all runs met together.
#[derive(Default, serde::Serialize)]
struct Together {
    first_seed: u64,
    runs: u64,
    steps: u64,
    events: u64,
    declarations: u64,
    starts: u64,
    seconds: f64,
    /// Of the only run.
    log: Option<String>,
    met: BTreeMap<String, u64>,
}

impl Together {
    fn add(&mut self, report: Report) {
        self.runs += 1;
        self.steps += report.steps;
        self.events += report.events;
        self.declarations += report.declarations;
        self.starts += report.starts;
        self.log = report.log.filter(|_| self.runs == 1).map(|hash| hash.to_string());
        for (what, n) in report.met {
            *self.met.entry(what).or_default() += n;
        }
    }
}

impl Simulate {
    pub fn run(self, manner: Manner) -> Ended {
        let (pack, _) = self.pack.files()?;
        let first_seed = match self.seed {
            Some(seed) => seed,
            None => fresh()?,
        };
        if !manner.json {
            print(&format!("{} {first_seed}\n", manner.say("种子", "seed")));
        }
        let began = Instant::now();
        let until = self.seconds.map(|seconds| began + Duration::from_secs(seconds));
        let next = AtomicU64::new(first_seed);
        let threads = match until {
            Some(_) => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            None => 1,
        };
        let work = || runs(&pack, &next, self.steps, until);
        let done: Vec<Result<Vec<Report>, String>> = std::thread::scope(|scope| {
            let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            started.into_iter().map(|one| one.join().unwrap_or(Err("a run stopped".to_owned()))).collect()
        });
        let mut together = Together { first_seed, ..Together::default() };
        let mut failed = false;
        for one in done {
            match one {
                Ok(reports) => reports.into_iter().for_each(|report| together.add(report)),
                Err(failure) => {
                    print(&format!("{failure}\n"));
                    failed = true;
                }
            }
        }
        together.seconds = began.elapsed().as_secs_f64();
        if manner.json {
            print_json(&together);
        } else {
            print(&text(&together, manner));
        }
        Ok(if failed { Ending::Refused } else { Ending::Good })
    }
}

/// One run after the other, each under the next seed; every other law asks for a licence.
fn runs(
    pack: &PackFiles,
    next: &AtomicU64,
    steps: u64,
    until: Option<Instant>,
) -> Result<Vec<Report>, String> {
    let mut reports = Vec::new();
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        let plan = Plan::new(seed, steps, thin(pack.clone(), seed % 2 == 1));
        reports.push(simulate(&plan).map_err(|failure| failure.to_string())?);
        if until.is_none_or(|until| Instant::now() >= until) {
            return Ok(reports);
        }
    }
}

fn fresh() -> Result<u64, Failure> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|e| Failure::Failed(format!("no random bytes: {e}")))?;
    Ok(u32::from_le_bytes(bytes).into())
}

fn text(together: &Together, manner: Manner) -> String {
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let Together { runs, steps, events, declarations, starts, seconds, .. } = together;
    let (runs, steps, events) = (number(*runs), number(*steps), number(*events));
    let (declarations, starts) = (number(*declarations), number(*starts));
    let zh = format!(
        "{runs} 次运行，{steps} 步，{events} 个事件，{declarations} 份报关单，启动 {starts} 次；{seconds:.1} 秒。"
    );
    let en = format!(
        "{runs} runs, {steps} steps, {events} events, {declarations} declarations, {starts} starts; {seconds:.1} s."
    );
    let log = together.log.as_ref().map(|log| format!("{} {log}\n", manner.say("日志", "log")));
    format!("{}\n{}", manner.say(&zh, &en), log.unwrap_or_default())
}

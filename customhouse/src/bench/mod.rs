//! What the hot paths cost: figures measured in one run, beside a formula written by hand.
//!
//! Each figure is the best of several rounds, since a machine that other work shares only ever adds time; what is
//! compared is measured in turns within each round. Allocations and bytes are counted where the binary counts
//! them (member `bench`); the program itself does not, and tells its resident size instead.

mod by_hand; // the formula
mod case; // the goods
mod whole_tariff; // twelve thousand codes

pub use by_hand::ByHand;
pub use case::Case;
pub use whole_tariff::whole_tariff;

use customhouse_duties::{Assessor, Narrator};
use customhouse_engine::{Edition, PackFiles};
use customhouse_kernel::law::read_pack;
use customhouse_kernel::text::Lang;
use jiff::civil::{Date, date};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The day whose law is applied.
pub const DAY: Date = date(2026, 11, 20);

/// What a binary with an allocator of its own counts.
#[derive(Clone, Copy, Debug)]
pub struct Counters {
    pub allocations: fn() -> u64,
    pub bytes_held: fn() -> u64,
}

/// What was measured.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Figures {
    pub case: &'static str,
    pub codes: usize,
    pub assessments_per_second_per_core: u64,
    pub straight_line_per_second_per_core: u64,
    /// Time of an assessment over time of the formula.
    pub ratio: f64,
    /// The owned assessment, that which is kept, without words.
    pub owned_per_second_per_core: u64,
    pub with_words_per_second_per_core: u64,
    pub rule_look_up_ns: f64,
    pub rulebook_rules: usize,
    pub tariff_from: String,
    /// Files to an edition in use: rules read, checked and compiled.
    pub rulebook_load_ms: f64,
    /// The part of it that reads the rules.
    pub rulebook_read_ms: f64,
    /// The same of the embedded pack.
    pub embedded_load_ms: f64,
    /// Held by the edition; what the process grew by where nothing counts it.
    pub rulebook_bytes: Option<u64>,
    /// `None` where nothing counts them.
    pub allocations_per_line: Option<f64>,
    pub rounds: u32,
    /// Of the machine, over one minute, as the run began and ended.
    pub load_average: [Option<f64>; 2],
}

/// Measures for about as long as is given.
///
/// # Errors
/// A sentence: the pack or the tariff cannot be read.
pub fn measure(
    files: &PackFiles,
    tariff: Option<&str>,
    time: Duration,
    counters: Option<Counters>,
) -> Result<Figures, String> {
    let began = load_average();
    let (whole, tariff_from) = whole_tariff(files, tariff)?;
    let (embedded_load_ms, _) = best_load(files)?;
    let before = bytes_held(counters);
    let edition = Edition::compile(1, &whole).map_err(|_| UNUSABLE.to_owned())?;
    let after = bytes_held(counters);
    let rulebook_bytes = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    let case = Case::new(&edition, 256)?;
    let tariff = &edition.control.tariff;
    let mut assessor = Assessor::new(tariff);
    let mut fast = || case.consignments.iter().map(|goods| total(&mut assessor, goods)).sum::<i64>();
    let allocations_per_line = counters.map(|counters| {
        black_box(fast());
        let before = (counters.allocations)();
        black_box(fast());
        ((counters.allocations)() - before) as f64 / case.consignments.len() as f64
    });
    let mut by_hand = || case.by_hand.iter().filter_map(ByHand::reckon).map(|r| r.total.minor()).sum::<i64>();
    let mut other = Assessor::new(tariff);
    let mut owned = || {
        let one = |goods| other.reckon(goods, DAY).map_or(0, |found| found.assessment(tariff).trace.len());
        case.consignments.iter().map(one).sum::<usize>() as i64
    };
    let mut third = Assessor::new(tariff);
    let book = &edition.control.rulebook;
    let mut narrator = Narrator::new(book, tariff, DAY, Lang::En);
    let mut words = || {
        let mut one =
            |goods| third.reckon(goods, DAY).map_or(0, |found| narrator.working(found).text().len());
        case.consignments.iter().map(&mut one).sum::<usize>() as i64
    };
    let mut look_up = || {
        let codes = case.keys.iter().filter(|code| book.on("commodity", code, DAY).is_some());
        codes.count() as i64
    };
    let mut best = [f64::INFINITY; 5];
    let mut rounds = 0;
    let start = Instant::now();
    while rounds < 3 || start.elapsed() < time {
        let works: [&mut dyn FnMut() -> i64; 5] =
            [&mut fast, &mut by_hand, &mut owned, &mut words, &mut look_up];
        let sizes = [256, 256, 256, 256, case.keys.len()];
        for ((best, work), size) in best.iter_mut().zip(works).zip(sizes) {
            *best = best.min(nanoseconds(work) / size as f64);
        }
        rounds += 1;
    }
    let [fast, by_hand, owned, words, look_up] = best;
    let (rulebook_load_ms, rulebook_read_ms) = best_load(&whole)?;
    let per_second = |ns: f64| (1e9 / ns) as u64;
    Ok(Figures {
        case: case.name,
        codes: case.consignments.len(),
        assessments_per_second_per_core: per_second(fast),
        straight_line_per_second_per_core: per_second(by_hand),
        ratio: round(fast / by_hand),
        owned_per_second_per_core: per_second(owned),
        with_words_per_second_per_core: per_second(words),
        rule_look_up_ns: round(look_up),
        rulebook_rules: book.rules().len(),
        tariff_from,
        rulebook_load_ms: round(rulebook_load_ms),
        rulebook_read_ms: round(rulebook_read_ms),
        embedded_load_ms: round(embedded_load_ms),
        rulebook_bytes,
        allocations_per_line,
        rounds,
        load_average: [began, load_average()],
    })
}

const UNUSABLE: &str = "the pack cannot be used; customhouse pack check names its faults";

fn total(assessor: &mut Assessor<'_>, goods: &customhouse_duties::Consignment) -> i64 {
    assessor.reckon(black_box(goods), DAY).map_or(0, |found| found.total().minor())
}

/// How long a piece of work takes.
fn nanoseconds(work: &mut dyn FnMut() -> i64) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_nanos() as f64
}

/// Milliseconds to an edition, and to its rules: the best of five.
fn best_load(files: &PackFiles) -> Result<(f64, f64), String> {
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..5 {
        let start = Instant::now();
        let pack = read_pack(files).map_err(|_| UNUSABLE.to_owned())?;
        best.1 = best.1.min(start.elapsed().as_secs_f64() * 1e3);
        drop(black_box(pack));
        let start = Instant::now();
        let edition = Edition::compile(1, files).map_err(|_| UNUSABLE.to_owned())?;
        best.0 = best.0.min(start.elapsed().as_secs_f64() * 1e3);
        drop(black_box(edition));
    }
    Ok(best)
}

fn round(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

/// Bytes that the process holds: counted, or its resident size (Linux).
fn bytes_held(counters: Option<Counters>) -> Option<u64> {
    if let Some(counters) = counters {
        return Some((counters.bytes_held)());
    }
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

/// The load average of one minute (Linux).
fn load_average() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

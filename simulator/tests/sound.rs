//! The program as it is: whatever happens, everything holds; and a run is its seed.

#![allow(clippy::disallowed_methods)] // tests are shell

mod support;

use customhouse_simulator::{Plan, Report, simulate};
use support::law;

fn run(seed: u64, steps: u64) -> Report {
    simulate(&Plan::new(seed, steps, law(seed))).unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn everything_holds() {
    let first = std::env::var("CUSTOMHOUSE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let steps = std::env::var("CUSTOMHOUSE_STEPS").ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    for seed in first..first + 2 {
        let report = run(seed, steps);
        println!("{report:#?}");
    }
}

#[test]
fn a_seed_gives_the_same_log() {
    let (first, again) = (run(3, 300), run(3, 300));
    assert_eq!(first, again);
    assert_ne!(first.log, run(4, 300).log);
}

//! `customhouse bench assess`, with every allocation counted: `cargo run --release -p customhouse-bench [SECONDS]`.
//! The program itself does not count, so that counting costs it nothing.

#![allow(clippy::disallowed_methods)] // a benchmark is shell: it reads a file

use customhouse_program::bench::{Counters, measure};
use customhouse_program::import_cn;
use customhouse_program::pack_source::embedded;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static HELD: AtomicU64 = AtomicU64::new(0);

// each call goes to the system's allocator as it came
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        HELD.fetch_add(layout.size() as u64, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as u64, Relaxed);
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        HELD.fetch_add(size as u64, Relaxed);
        HELD.fetch_sub(layout.size() as u64, Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> Result<(), String> {
    let seconds = std::env::args().nth(1).map_or(Ok(3), |text| text.parse());
    let seconds = seconds.map_err(|_| "give a number of seconds".to_owned())?;
    let beside = std::fs::read("../shared/data/cn-tariff/cn_hs10_rates.csv.gz").ok();
    let tariff = beside.map(|bytes| import_cn::text(&bytes)).transpose()?;
    let counters = Counters { allocations: || ALLOCATIONS.load(Relaxed), bytes_held: || HELD.load(Relaxed) };
    let figures = measure(&embedded(), tariff.as_deref(), Duration::from_secs(seconds), Some(counters))?;
    println!("{}", serde_json::to_string_pretty(&figures).map_err(|e| e.to_string())?);
    Ok(())
}

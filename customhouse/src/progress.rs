//! What is being done, and how long it took: plain lines, and one line that is written over only on
//! a terminal.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Steps of a piece of work, told one a line on standard error.
pub(crate) struct Progress {
    quiet: bool,
    terminal: bool,
    step: Instant,
    told: Option<Instant>,
    open: bool,
}

impl Progress {
    /// `quiet`: tells nothing (for JSON).
    pub fn new(quiet: bool) -> Progress {
        let terminal = io::stderr().is_terminal();
        Progress { quiet, terminal, step: Instant::now(), told: None, open: false }
    }

    /// A step is done: what it was, what came of it, how long it took.
    pub fn done(&mut self, step: &str, what: impl Display) {
        let took = self.step.elapsed();
        self.line(step, what, &format!("  [{}]", seconds(took)));
        self.step = Instant::now();
    }

    /// Something to know that is no step.
    pub fn note(&mut self, step: &str, what: impl Display) {
        self.line(step, what, "");
    }

    fn line(&mut self, step: &str, what: impl Display, took: &str) {
        self.clear();
        if !self.quiet {
            let _ = writeln!(io::stderr(), "  {step}{} {what}{took}", gap(step));
        }
    }

    /// How far a step is: on a terminal the line is written over, elsewhere nothing is told.
    pub fn far(&mut self, step: &str, done: u64, of: u64) {
        const OFTEN: Duration = Duration::from_millis(100);
        if self.quiet || !self.terminal || self.told.is_some_and(|t| t.elapsed() < OFTEN) {
            return;
        }
        self.told = Some(Instant::now());
        self.open = true;
        let rate = self.rate(done, of);
        let _ = write!(io::stderr(), "\r\x1b[K  {step}{} {done} / {of}{rate}", gap(step));
        let _ = io::stderr().flush();
    }

    /// How many a second, and how long the rest will take at that; nothing in the first two seconds.
    fn rate(&self, done: u64, of: u64) -> String {
        let took = self.step.elapsed();
        if done == 0 || took < Duration::from_secs(2) {
            return String::new();
        }
        let a_second = done as f64 / took.as_secs_f64();
        let left = of.saturating_sub(done) as f64 / a_second;
        let (minutes, seconds) = (left as u64 / 60, left as u64 % 60);
        format!("  {a_second:.0}/s  -{minutes}:{seconds:02}")
    }

    fn clear(&mut self) {
        if self.open {
            let _ = write!(io::stderr(), "\r\x1b[K");
            self.open = false;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Blanks up to ten columns; a Chinese character takes two.
fn gap(step: &str) -> String {
    let columns: usize = step.chars().map(|c| if c < '\u{2E80}' { 1 } else { 2 }).sum();
    " ".repeat(10_usize.saturating_sub(columns))
}

/// A time in seconds, with the places that matter.
fn seconds(took: Duration) -> String {
    if took < Duration::from_secs(10) {
        format!("{:.2} s", took.as_secs_f64())
    } else {
        format!("{} s", took.as_secs())
    }
}

//! The program `customhouse`: it reads its arguments, runs one command, and ends with its code.
//! 0 good, 1 refused or with findings, 2 wrong usage, 3 failure.

#![allow(clippy::disallowed_methods)] // the program is the shell: files, sockets, clock and dice are its work

use clap::Parser;
use customhouse_program::{CommandLine, run};
use std::process::ExitCode;

/// Batches are made on one thread and dropped on another, which costs the system's allocator much.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(run(CommandLine::parse()))
}

//! What is simulated, and how it ended.

use customhouse_engine::{Decide, PackFiles};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::ledger::Chart;
use customhouse_storage::{Sim, SimDisk, Store};
use std::collections::BTreeMap;
use std::fmt;

/// What is simulated.
pub struct Plan {
    pub seed: u64,
    pub steps: u64,
    /// The law; [`crate::thin`] makes a small one.
    pub pack: PackFiles,
    /// Steps between two looks at the whole database.
    pub whole: u64,
    /// What the engine writes to, made anew for each process. [`Plan::new`] gives the simulated disk as it is.
    pub store: fn(Sim, &SimDisk) -> Box<dyn Store>,
    /// The second beat, and the accounts that the ledger checks by; the departments' if `None`.
    pub decide: Option<Decide>,
    pub chart: Option<fn() -> Chart>,
}

impl Plan {
    /// The program as it is.
    pub fn new(seed: u64, steps: u64, pack: PackFiles) -> Plan {
        Plan { seed, steps, pack, whole: 1000, store: |sim, _| Box::new(sim), decide: None, chart: None }
    }
}

/// What a run met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub steps: u64,
    /// Of everything that happened, in order: two runs of a seed have the same.
    pub log: Option<Hash>,
    pub events: u64,
    pub heads: u64,
    pub declarations: u64,
    /// How often the process or its power went, and it was started again.
    pub starts: u64,
    /// What happened how often: kinds of commands accepted and refused, faults, repeats.
    pub met: BTreeMap<String, u64>,
}

/// What did not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    pub seed: u64,
    /// Steps done when it was found.
    pub step: u64,
    pub what: String,
    /// The last lines of the log.
    pub last: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { seed, step, what, .. } = self;
        writeln!(f, "seed {seed}, step {step}: {what}")?;
        for line in &self.last {
            writeln!(f, "  {line}")?;
        }
        write!(f, "again: customhouse simulate --seed {seed} --steps {step}")
    }
}

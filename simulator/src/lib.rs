//! The simulator: engine, departments and `storage::sim` under a seeded clock, order, clients, bank and disk.
//!
//! A run is its seed. What happens follows from it to the byte, so that a failure is a seed and a step. Clients
//! lose answers and ask again, officers race, the bank answers late, twice or wrongly, the clock jumps, the disk
//! tears, lies and fills up, the process dies. After each step what must hold of the new events is checked, and
//! every thousand steps, brought to rest, the whole database.
//!
//! Not here: threads, files, sockets, the machine's clock or dice; and no rule of a department: what must hold is
//! said a second time, in the words of the design.

mod bank; // the bank outside
mod case; // what holds of a declaration
mod chance; // even numbers from a seed
mod clients; // who asks, and what they were told
mod journal; // what the journal adds up to, followed event by event
mod law; // a small law that starts fast
mod log; // what happened, as one hash
mod plan; // what is simulated, and how it ended
mod trade; // what is asked, by whom
mod world; // the loop

pub use chance::Chance;
pub use law::thin;
pub use plan::{Failure, Plan, Report};

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a plan to its end, or to the first step after which something does not hold.
///
/// # Errors
/// What does not hold, at which step of which seed.
pub fn simulate(plan: &Plan) -> Result<Report, Box<Failure>> {
    let mut world = None;
    let run = || -> Result<(), String> {
        let world = world.insert(world::World::begin(plan)?);
        (0..plan.steps).try_for_each(|_| world.step())?;
        world.rest()
    };
    let ended = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without words");
        Err(format!("something panicked: {words}"))
    });
    let (step, report, last) = world.map_or_else(Default::default, |world| world.over());
    match ended {
        Ok(()) => Ok(report),
        Err(what) => Err(Box::new(Failure { seed: plan.seed, step, what, last })),
    }
}

//! Bugs, planted one at a time between the simulator and the program: each is caught within the steps that are
//! said. None of this is in any program.

#![allow(clippy::disallowed_methods)] // tests are shell

mod support;

use customhouse_control::{self as control, CHART, DeclarationRecord};
use customhouse_engine::PackFiles;
use customhouse_finance as finance;
use customhouse_kernel::beats::{Decision, View};
use customhouse_kernel::journal::Head;
use customhouse_kernel::ledger::Chart;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_simulator::{Plan, simulate};
use customhouse_storage::{Batch, Fault, Loaded, Reader, Sim, Store, StoreError, Want};
use support::law;

/// A store with a bug, over one without.
struct Between {
    sim: Sim,
    loaded: fn(&mut Loaded),
    written: fn(&mut Batch),
    recovered: fn(Option<Head>) -> Option<Head>,
}

impl Between {
    fn over(sim: Sim) -> Between {
        Between { sim, loaded: |_| {}, written: |_| {}, recovered: |head| head }
    }
}

impl Store for Between {
    fn load(&mut self, want: &Want) -> Result<Loaded, StoreError> {
        let mut loaded = self.sim.load(want)?;
        (self.loaded)(&mut loaded);
        Ok(loaded)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut batch = batch.clone();
        (self.written)(&mut batch);
        self.sim.commit(&batch)
    }

    fn recover(&mut self) -> Result<Option<Head>, StoreError> {
        self.sim.recover().map(self.recovered)
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StoreError> {
        self.sim.reader()
    }
}

/// The bug is caught within so many steps of the seed, in these words.
fn caught(seed: u64, steps: u64, words: &[&str], plant: impl FnOnce(&mut Plan)) {
    let mut plan = Plan { whole: 200, ..Plan::new(seed, steps, law(seed)) };
    plant(&mut plan);
    let failure = simulate(&plan).expect_err("the bug was not caught");
    println!("caught at step {}: {}", failure.step, failure.what);
    assert!(words.iter().any(|words| failure.what.contains(words)), "{failure}");
}

#[test]
fn what_is_acknowledged_before_it_is_durable() {
    caught(1, 400, &["is not there"], |plan| {
        plan.store = |sim, disk| {
            // each process reports from its second operation on what the disk does not hold yet
            let _ = disk.clone().fail_at(disk.operations() + 2, Fault::LostSync);
            Box::new(sim)
        };
    });
}

#[test]
fn an_idempotency_key_that_is_forgotten() {
    caught(1, 200, &["has two effects", "now otherwise"], |plan| {
        plan.store = |sim, _| {
            Box::new(Between {
                loaded: |loaded| loaded.submissions.clear(),
                written: |batch| batch.events.iter_mut().for_each(|event| event.key.clear()),
                ..Between::over(sim)
            })
        };
    });
}

#[test]
fn a_floor_that_is_skipped() {
    caught(1, 600, &["below its floor"], |plan| {
        plan.chart = Some(|| {
            let mut classes = [CHART, finance::CHART].concat();
            classes.iter_mut().for_each(|class| class.floor = None);
            Chart::new(&classes).unwrap()
        });
    });
}

#[test]
fn a_chain_whose_order_is_swapped() {
    caught(1, 200, &["head"], |plan| {
        plan.store = |sim, _| {
            Box::new(Between {
                written: |batch| {
                    if let [first, second, ..] = &mut batch.events[..] {
                        std::mem::swap(&mut first.payload, &mut second.payload);
                        std::mem::swap(&mut first.salt, &mut second.salt);
                    }
                },
                ..Between::over(sim)
            })
        };
    });
}

/// What the departments decide, on a command of this kind changed by a bug.
fn changed(
    (command, actor, view): (&control::Command, &control::Actor, &dyn View),
    (law, at, dice): (&control::ControlLaw, &Moment, u64),
    kinds: &[&str],
    bug: impl FnOnce(&mut Decision),
) -> Result<Decision, Vec<Refusal>> {
    let mut decision = control::decide(command, actor, view, law, at, dice)?;
    if kinds.contains(&command.kind()) {
        bug(&mut decision);
    }
    Ok(decision)
}

#[test]
fn a_grant_that_is_lost() {
    caught(1, 800, &["licence_drawn"], |plan| {
        plan.decide = Some(|command, actor, view, law, at, dice| {
            changed((command, actor, view), (law, at, dice), &["declaration.lodged"], |decision| {
                for record in decision.records.values_mut().filter(|r| r.key.kind == "declaration") {
                    let mut body: DeclarationRecord = record.read().unwrap();
                    body.draws.clear();
                    record.body = serde_json::to_string(&body).unwrap();
                }
            })
        });
    });
}

#[test]
fn a_serial_number_that_is_given_twice() {
    caught(1, 200, &["a second time", "writes version", "panicked"], |plan| {
        plan.store =
            |sim, _| Box::new(Between { written: |batch| batch.counters.clear(), ..Between::over(sim) });
    });
}

#[test]
fn a_posting_that_is_made_twice() {
    caught(1, 200, &["verify: money"], |plan| {
        plan.decide = Some(|command, actor, view, law, at, dice| {
            changed((command, actor, view), (law, at, dice), &["declaration.lodged"], |decision| {
                let assessed = decision.postings.iter().filter(|posting| posting.memo == "duty.assessed");
                let again: Vec<_> = assessed.cloned().collect();
                decision.postings.extend(again);
            })
        });
    });
}

#[test]
fn a_due_job_that_is_dropped() {
    caught(1, 600, &["nothing came of it"], |plan| {
        plan.decide = Some(|command, actor, view, law, at, dice| {
            changed((command, actor, view), (law, at, dice), &["deadline.fallen"], |decision| {
                *decision = Decision::default();
            })
        });
    });
}

/// The law without a guard.
fn unguarded(seed: u64, guard: &str) -> PackFiles {
    let mut pack = law(seed);
    let path = "procedures/import-declaration.toml";
    let (_, text) = pack.iter_mut().find(|(file, _)| file == path).unwrap();
    let without = text.replace(&format!("\"{guard}\", "), "").replace(&format!("\"{guard}\""), "");
    assert_ne!(*text, without);
    *text = without;
    pack
}

#[test]
fn a_release_without_payment() {
    caught(1, 800, &["released with an open book"], |plan| plan.pack = unguarded(1, "duty_settled"));
}

#[test]
fn an_officer_who_acts_in_two_posts() {
    caught(1, 1200, &["acted in two posts"], |plan| plan.pack = unguarded(1, "separate_posts"));
}

#[test]
fn a_repeat_that_is_answered_otherwise() {
    caught(1, 300, &["is not what its receipt says"], |plan| {
        plan.store = |sim, _| {
            Box::new(Between {
                loaded: |loaded| {
                    for event in loaded.submissions.values_mut() {
                        event.payload = event.payload.replace("\"accepted\":true", "\"accepted\":false");
                    }
                },
                ..Between::over(sim)
            })
        };
    });
}

#[test]
fn a_message_that_is_never_sent() {
    caught(1, 600, &["was never answered"], |plan| {
        plan.store =
            |sim, _| Box::new(Between { written: |batch| batch.outgoing.clear(), ..Between::over(sim) });
    });
}

#[test]
fn a_batch_that_is_half_written() {
    caught(1, 100, &["is not there", "is not what its event wrote"], |plan| {
        plan.store = |sim, _| {
            let written = |batch: &mut Batch| {
                if batch.records.len() > 2 {
                    batch.records.pop();
                }
            };
            Box::new(Between { written, ..Between::over(sim) })
        };
    });
}

#[test]
fn a_commit_in_doubt_that_is_taken_for_lost() {
    caught(1, 600, &["the disk works, and"], |plan| {
        plan.store = |sim, _| Box::new(Between { recovered: |_| None, ..Between::over(sim) });
    });
}

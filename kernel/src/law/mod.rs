//! Law in time 有时效的法: each rule holds from a day on, was published on a day, and rests on a
//! document. Nothing is overwritten; a new edition stands beside the old one.
//!
//! The kernel knows rules, not tariffs: a department compiles its own index from the bodies.

mod calendar;
mod draft;
mod fault;
mod given;
mod pack;
mod rule;
mod rulebook;

pub use calendar::{Calendar, LegalDay};
pub use draft::DraftChanges;
pub use fault::{PackFault, faults_text};
pub use given::{GivenKind, read_given};
pub use pack::{FOLDERS, KindOfRule, Manifest, Pack, Territory, read_pack};
pub use rule::{Basis, Body, Rule, Validity};
pub use rulebook::{Difference, Rulebook};

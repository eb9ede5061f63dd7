//! Casework 办案: a case follows a procedure that stands in the pack as data. The file gives its
//! states, its steps, who may take them, and names guards and actions from the closed lists that
//! departments export; a department gives those names their meaning.
//!
//! ```
//! use customhouse_kernel::casework::Procedure;
//! let procedure = Procedure::read("procedures/p.toml", r#"
//!     id = "ruling"
//!     title = { zh = "预裁定", en = "Advance ruling" }
//!     record = "ruling"
//!     basis = { authority = "GACC", document = "Order 236" }
//!     valid = "2018-02-01.."
//!     published = "2017-12-26"
//!     initial = "filed"
//!     [[state]]
//!     id = "filed"
//!     title = { zh = "已申请", en = "Filed" }
//!     [[state]]
//!     id = "ruled"
//!     title = { zh = "已裁定", en = "Ruled" }
//!     tone = "good"
//!     final = true
//!     [[step]]
//!     id = "rule"
//!     title = { zh = "作出裁定", en = "Rule" }
//!     from = ["filed"]
//!     to = "ruled"
//!     takers = ["officer"]
//! "#).unwrap();
//! assert_eq!(procedure.step("filed", "rule", &["officer"]).unwrap().to.as_deref(), Some("ruled"));
//! assert!(procedure.step("filed", "rule", &["declarant"]).is_err());
//! ```

mod check; // what a procedure must be before it may drive a case
mod fault; // why a step is refused
mod read; // a file into a procedure

pub use check::Vocabulary;
pub use fault::StepFault;

use crate::law::{Basis, Validity};
use crate::text::Text;
use crate::values::Direction;
use jiff::civil::Date;
use serde::Deserialize;

/// One procedure 办理流程 of the pack.
#[derive(Clone, Debug, PartialEq)]
pub struct Procedure {
    pub id: String,
    pub title: Text,
    /// Kind of the record that it drives.
    pub record: String,
    /// Which way the goods of its records go; `None` if it drives those of both ways.
    pub direction: Option<Direction>,
    pub basis: Basis,
    pub valid: Validity,
    pub published: Date,
    /// The state that a case begins in.
    pub initial: String,
    /// In the file's order.
    pub states: Vec<State>,
    pub steps: Vec<Step>,
    /// Where it stands in the pack.
    pub file: String,
    initial_line: usize,
}

/// How a page shows a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    Good,
    Wait,
    Stop,
    #[default]
    Plain,
}

/// A state 状态 that a case can be in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    pub id: String,
    pub title: Text,
    #[serde(default)]
    pub tone: Tone,
    /// Nothing follows: the case is closed.
    #[serde(default, rename = "final")]
    pub is_final: bool,
    /// Where it stands in its file, from 1.
    #[serde(skip)]
    pub line: usize,
}

/// A step 步骤 from one of several states to one, or one that leaves the case where it is.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: String,
    pub title: Text,
    pub from: Vec<String>,
    /// Absent: the case stays in its state.
    pub to: Option<String>,
    /// The roles and posts that may take it.
    pub takers: Vec<String>,
    /// The program takes it by itself as soon as it can and its guards hold.
    #[serde(default)]
    pub automatic: bool,
    /// What must hold, all of it, in this order.
    #[serde(default)]
    pub guards: Vec<String>,
    /// What it does, in this order.
    #[serde(default)]
    pub actions: Vec<String>,
    pub deadline: Option<Deadline>,
    /// The letter that it sends.
    pub letter: Option<String>,
    /// Where it stands in its file, from 1.
    #[serde(skip)]
    pub line: usize,
}

/// The time in which a step is due.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    pub days: u16,
    /// The state whose beginning it is counted from.
    pub from: String,
    /// The dated rule that it rests on, where one says more than the number of days.
    pub rule: Option<String>,
}

impl Procedure {
    /// The state of that id.
    pub fn state(&self, id: &str) -> Option<&State> {
        self.states.iter().find(|state| state.id == id)
    }

    /// The step, if it may be taken in this state by somebody of these roles and posts. Its guards are
    /// the caller's to ask.
    ///
    /// Errors: a [`StepFault`] for a step that is unknown, out of its state, or not this taker's.
    pub fn step(&self, state: &str, step: &str, who: &[&str]) -> Result<&Step, StepFault> {
        let unknown = || StepFault::UnknownStep { step: step.to_owned() };
        let step = self.steps.iter().find(|s| s.id == step).ok_or_else(unknown)?;
        let title = || step.title.clone();
        if !step.leaves(state) {
            let state = self.state(state).map_or_else(|| Text::same(state), |s| s.title.clone());
            return Err(StepFault::WrongState { step: title(), state });
        }
        if !step.is_taken_by(who) {
            return Err(StepFault::WrongTaker { step: title(), role: who.join(", ") });
        }
        Ok(step)
    }

    /// The step that does this action, if there is one that this taker may take in this state: what a
    /// department drives by its action needs no name of a state or a step.
    pub fn step_doing(&self, state: &str, action: &str, who: &[&str]) -> Option<&Step> {
        self.steps_from(state, who).find(|step| step.does(action))
    }

    /// The steps that somebody of these roles and posts may take in this state, in the file's order.
    pub fn steps_from(&self, state: &str, who: &[&str]) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.leaves(state) && step.is_taken_by(who))
    }
}

impl Step {
    /// Whether it can be taken in this state.
    pub fn leaves(&self, state: &str) -> bool {
        self.from.iter().any(|from| from == state)
    }

    /// Whether somebody of these roles and posts may take it.
    pub fn is_taken_by(&self, who: &[&str]) -> bool {
        self.takers.iter().any(|taker| who.contains(&taker.as_str()))
    }

    /// Whether it does this action.
    pub fn does(&self, action: &str) -> bool {
        self.actions.iter().any(|a| a == action)
    }
}

#[cfg(test)]
mod tests;

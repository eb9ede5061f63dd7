//! What a procedure must be before it may drive a case: every name known, every state reached,
//! and no case stuck.

use super::{Procedure, State, Step};
use crate::law::PackFault;
use std::collections::BTreeSet;

/// The closed lists that a procedure takes its names from.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Roles and posts.
    pub roles: BTreeSet<&'static str>,
    pub guards: BTreeSet<&'static str>,
    pub actions: BTreeSet<&'static str>,
}

impl Procedure {
    /// Every fault of this procedure against the closed lists, in the file's order.
    pub fn check(&self, known: &Vocabulary) -> Vec<PackFault> {
        let mut faults = Faults { file: &self.file, found: Vec::new() };
        if self.state(&self.initial).is_none() {
            faults.unknown(self.initial_line, "initial", "初始状态", "initial state", &self.initial);
        }
        check_ids("状态", "state", self.states.iter().map(|s| (&*s.id, s.line)), &mut faults);
        check_ids("步骤", "step", self.steps.iter().map(|s| (&*s.id, s.line)), &mut faults);
        let reached = self.reached();
        for state in &self.states {
            self.check_state(state, &reached, &mut faults);
        }
        for step in &self.steps {
            self.check_step(step, known, &mut faults);
        }
        faults.found.sort_by_key(|fault| fault.line);
        faults.found
    }

    fn check_state(&self, state: &State, reached: &BTreeSet<&str>, faults: &mut Faults<'_>) {
        let id = &*state.id;
        if !reached.contains(id) {
            faults.add(state.line, format!("状态 {id} 无法到达"), format!("state {id} cannot be reached"));
        }
        // a step that stays is no way out, but nothing may be done in a final state
        let leaving = |step: &&Step| step.leaves(id) && (state.is_final || step.to.is_some());
        match (state.is_final, self.steps.iter().find(leaving)) {
            (false, None) => faults.add(
                state.line,
                format!("状态 {id} 没有后续步骤，又不是终态"),
                format!("state {id} has no way out and is not final"),
            ),
            (true, Some(step)) => faults.add(
                state.line,
                format!("终态 {id} 有后续步骤 {}", step.id),
                format!("state {id} is final, yet step {} leaves it", step.id),
            ),
            (false, Some(_)) | (true, None) => {}
        }
    }

    fn check_step(&self, step: &Step, known: &Vocabulary, faults: &mut Faults<'_>) {
        let (line, id) = (step.line, &*step.id);
        for (names, key) in [(&step.from, "from"), (&step.takers, "takers")] {
            if names.is_empty() {
                let (zh, en) = (format!("步骤 {id} 的 {key} 为空"), format!("step {id} has an empty {key}"));
                faults.add(line, zh, en);
            }
        }
        let deadline = step.deadline.iter().map(|deadline| &deadline.from);
        for state in step.from.iter().chain(&step.to).chain(deadline) {
            if self.state(state).is_none() {
                faults.unknown(line, id, "状态", "state", state);
            }
        }
        for (names, list, zh, en) in [
            (&step.takers, &known.roles, "角色", "role"),
            (&step.guards, &known.guards, "条件", "guard"),
            (&step.actions, &known.actions, "动作", "action"),
        ] {
            for name in names.iter().filter(|name| !list.contains(name.as_str())) {
                faults.unknown(line, id, zh, en, name);
            }
        }
    }

    /// The states that a case can come to.
    fn reached(&self) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![&*self.initial];
        while let Some(state) = open.pop() {
            if reached.insert(state) {
                open.extend(self.steps.iter().filter(|s| s.leaves(state)).filter_map(|s| s.to.as_deref()));
            }
        }
        reached
    }
}

fn check_ids<'a>(zh: &str, en: &str, ids: impl Iterator<Item = (&'a str, usize)>, faults: &mut Faults<'_>) {
    let mut seen = BTreeSet::new();
    for (id, line) in ids {
        if !seen.insert(id) {
            faults.add(line, format!("{zh} {id} 重复"), format!("{en} {id} occurs twice"));
        }
    }
}

struct Faults<'a> {
    file: &'a str,
    found: Vec<PackFault>,
}

impl Faults<'_> {
    fn add(&mut self, line: usize, zh: String, en: String) {
        self.found.push(PackFault::new(self.file, line, zh, en));
    }

    fn unknown(&mut self, line: usize, place: &str, zh: &str, en: &str, name: &str) {
        self.add(line, format!("{place}：未知{zh} {name}"), format!("{place}: unknown {en} {name}"));
    }
}

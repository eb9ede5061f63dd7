//! Modes of declaration 申报模式: what the first two characters of the kind of declaration (单据类型, element
//! `Type`) mean. Which ones are open, for which direction and from when, is the pack's; what a mode does
//! is one of a closed list, and stands in a file named for it (`aggregate`).
//!
//! The third character says in how many steps a declaration is lodged, and which of them this is (`two_step`).

use crate::declaration::Declaration;
use crate::form::Form;
use crate::law::ControlLaw;
use crate::refusals;
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::Direction;
use jiff::civil::Date;
use serde::Deserialize;

/// What a mode does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModeEffect {
    /// The taxes of a month are paid together in the next one, under a general guarantee 汇总征税
    AggregatePayment,
}

/// A mode that is open, for a time.
#[derive(Clone, Debug)]
pub struct DeclarationMode {
    /// The first two characters of the kind of declaration.
    pub prefix: Box<str>,
    pub name: Text,
    pub direction: Direction,
    pub does: ModeEffect,
    valid: Validity,
}

/// The modes over all time.
#[derive(Clone, Debug, Default)]
pub struct DeclarationModes(Vec<DeclarationMode>);

impl DeclarationModes {
    /// # Errors
    /// Each rule of kind `declaration_mode` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<DeclarationModes, Vec<PackFault>> {
        let (mut modes, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("declaration_mode") {
            match DeclarationMode::read(rule) {
                Ok(mode) => modes.push(mode),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(DeclarationModes(modes)) } else { Err(faults) }
    }

    /// The mode of a kind of declaration on a day; `None` if it is ordinary, or not open.
    pub fn of(&self, kind: &str, direction: Direction, day: Date) -> Option<&DeclarationMode> {
        let prefix = prefix(kind);
        self.0.iter().find(|m| *m.prefix == prefix && m.direction == direction && m.valid.covers(day))
    }

    /// What a mode of a prefix is called on a day.
    pub fn name(&self, prefix: &str, day: Date) -> Option<&Text> {
        self.0.iter().find(|m| *m.prefix == *prefix && m.valid.covers(day)).map(|m| &m.name)
    }
}

impl DeclarationMode {
    fn read(rule: &Rule) -> Result<DeclarationMode, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            name: Text,
            direction: Direction,
            does: ModeEffect,
        }
        let Entry { name, direction, does } = rule.read()?;
        if rule.key.is_empty() || prefix(&rule.key) != *rule.key {
            return Err(rule.fault(
                format!("规则 {} 的 key 须为单据类型的前两位", rule.id),
                format!("rule {}: its key is the first two characters of a kind of declaration", rule.id),
            ));
        }
        Ok(DeclarationMode { prefix: rule.key.clone(), name, direction, does, valid: rule.valid })
    }
}

/// The mode of a declaration by the law of a day; `None` for an ordinary one.
pub(crate) fn of<'a>(
    declaration: &Declaration,
    law: &'a ControlLaw,
    day: Date,
) -> Option<&'a DeclarationMode> {
    law.modes.of(&declaration.declaration_kind, declaration.direction, day)
}

/// Why a kind of declaration cannot be lodged: its mode is not open on the day, or not for goods that go
/// this way. One that is on no list is left to the norm that says so.
pub(crate) fn finding(kind: &str, direction: Direction, law: &ControlLaw, day: Date) -> Option<Refusal> {
    const LIST: &str = "declaration_prefix";
    let prefix = prefix(kind);
    let unlisted = law.codes.contains(LIST, &prefix, day) == Some(false);
    if prefix.is_empty() || unlisted || law.modes.of(kind, direction, day).is_some() {
        return None;
    }
    let mut refusal = refusals::MODE_NOT_OPEN.at("/declaration_kind").with("kind", &prefix);
    let code = Text::of(&*prefix, &*prefix);
    let name = law.codes.name(LIST, &prefix, day).unwrap_or(&code);
    let way = match direction {
        Direction::Import => ("进口", "imports"),
        Direction::Export => ("出口", "exports"),
    };
    for (text, name, way) in
        [(&mut refusal.text.zh, &name.zh, way.0), (&mut refusal.text.en, &name.en, way.1)]
    {
        *text = text.replace("{name}", name).replace("{way}", way).into();
    }
    Some(refusal)
}

/// The refusal of a declaration in two steps where the pack has no rule for it.
pub(crate) fn not_open(form: &Form) -> Refusal {
    let kind = form.head.get("declaration_kind").unwrap_or_default();
    let mut refusal = refusals::MODE_NOT_OPEN.at("/declaration_kind").with("kind", kind.trim());
    refusal.text.zh = refusal.text.zh.replace("{name}", "两步申报").replace("{way}", "进口").into();
    refusal.text.en =
        refusal.text.en.replace("{name}", "two-step declaration").replace("{way}", "imports").into();
    refusal
}

/// Which step of a declaration a kind names, by its third character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Lodged in one step; what else the character may be, a norm refuses.
    Only,
    /// 概要申报
    Summary,
    /// 完整申报
    Full,
}

/// The step that a kind of declaration names.
pub(crate) fn step_of(kind: &str) -> Step {
    match kind.chars().nth(2) {
        Some('5') => Step::Summary,
        Some('6') => Step::Full,
        _ => Step::Only,
    }
}

/// The first two characters without blanks.
fn prefix(kind: &str) -> String {
    kind.chars().take(2).filter(|c| *c != ' ').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_two_characters_without_blanks() {
        for (kind, expected) in
            [("", ""), ("CL", "CL"), ("CL0", "CL"), ("  5", ""), ("C", "C"), ("汇总征税", "汇总")]
        {
            assert_eq!(prefix(kind), expected, "{kind:?}");
        }
    }
}

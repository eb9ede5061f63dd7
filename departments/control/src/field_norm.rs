//! Field norms 填制要求: what a field is called and how long it is, and whether an import or an
//! export must, may or must not have it.

use crate::form::{Fields, Part};
use customhouse_kernel::law::{PackFault, Rule, Validity};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::Direction;
use serde::Deserialize;

/// The norm of one field, for a time.
#[derive(Clone, Debug)]
pub(crate) struct FieldNorm {
    pub part: Part,
    pub place: usize,
    pub valid: Validity,
    name: Text,
    /// Where exports call it something else.
    export_name: Option<Text>,
    on_import: Demand,
    on_export: Demand,
    pub max_length: Option<usize>,
    pub max_places: Option<u32>,
}

/// What a direction asks of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    Required,
    Free,
    Absent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    field: String,
    name_zh: String,
    name_en: String,
    export_zh: Option<String>,
    export_en: Option<String>,
    required: Option<Way>,
    absent: Option<Way>,
    max_length: Option<String>,
    max_places: Option<String>,
}

/// Which way the goods go, where a demand holds.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    /// Both ways.
    Yes,
    Import,
    Export,
}

impl Way {
    fn holds(self, direction: Direction) -> bool {
        match self {
            Way::Yes => true,
            Way::Import => direction == Direction::Import,
            Way::Export => direction == Direction::Export,
        }
    }
}

impl FieldNorm {
    pub fn read(rule: &Rule) -> Result<FieldNorm, PackFault> {
        let row: Row = rule.read()?;
        let (part, place) = place_of(&row.field).ok_or_else(|| {
            rule.fault(
                format!("报关单没有字段 {}", row.field),
                format!("a declaration has no field {}", row.field),
            )
        })?;
        let number = |text: Option<String>| -> Result<Option<usize>, PackFault> {
            let bad = || rule.fault("长度与小数位数须为整数", "lengths and places are whole numbers");
            text.map(|t| t.parse().map_err(|_| bad())).transpose()
        };
        let on = |direction| demand(rule, row.required, row.absent, direction);
        Ok(FieldNorm {
            part,
            place,
            valid: rule.valid,
            on_import: on(Direction::Import)?,
            on_export: on(Direction::Export)?,
            export_name: row.export_zh.zip(row.export_en).map(|(zh, en)| Text::of(zh, en)),
            name: Text::of(row.name_zh, row.name_en),
            max_length: number(row.max_length)?,
            max_places: number(row.max_places)?.and_then(|n| u32::try_from(n).ok()),
        })
    }

    /// What the field is called in a direction; as in imports while that is not known.
    pub fn name(&self, direction: Option<Direction>) -> &Text {
        let export = self.export_name.as_ref().filter(|_| direction == Some(Direction::Export));
        export.unwrap_or(&self.name)
    }

    /// What a direction asks of the field; while that is not known, what both ask.
    pub fn demand(&self, direction: Option<Direction>) -> Demand {
        match direction {
            Some(Direction::Import) => self.on_import,
            Some(Direction::Export) => self.on_export,
            None if self.on_import == self.on_export => self.on_import,
            None => Demand::Free,
        }
    }
}

/// A field of the pack, `line.total`, as the form has it.
pub(crate) fn place_of(field: &str) -> Option<(Part, usize)> {
    let (part, name) = [Part::Line, Part::Container, Part::Document]
        .into_iter()
        .find_map(|part| Some((part, field.strip_prefix(part.prefix())?)))
        .unwrap_or((Part::Head, field));
    Some((part, Fields::place(part, name)?))
}

fn demand(
    rule: &Rule,
    required: Option<Way>,
    absent: Option<Way>,
    direction: Direction,
) -> Result<Demand, PackFault> {
    let asked = |way: Option<Way>| way.is_some_and(|way| way.holds(direction));
    match (asked(required), asked(absent)) {
        (true, true) => Err(rule.fault(
            "同一进出口方向不能既必填又不得填报",
            "in one direction a field cannot be both required and absent",
        )),
        (true, false) => Ok(Demand::Required),
        (false, true) => Ok(Demand::Absent),
        (false, false) => Ok(Demand::Free),
    }
}

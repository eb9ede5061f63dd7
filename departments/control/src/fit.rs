//! What a declaration's mode, levy nature and record number say of each other, as facts for norms:
//! `fit.levy`, `fit.letters` and the like.

use crate::compatibility::{Combination, ModeRows, NO_RECORD};
use crate::law::ControlLaw;
use crate::read::{Cell, Cells};
use customhouse_kernel::expression::Value;
use customhouse_kernel::values::Direction;
use jiff::civil::Date;

/// A fact by its name after `fit.`; unknown where the table or the form does not say enough.
pub(crate) fn fact(name: &str, head: &Cells, line: &Cells, law: &ControlLaw, day: Date) -> Value<'static> {
    let Some(mode) = mode_rows(head, law, day) else { return Value::Unknown };
    let found = match name {
        "levy_free" => Some(Value::Bool(mode.is_free())),
        "levies" => Some(listing(mode.levies())),
        "levy" => levy(head).map(|levy| Value::Bool(mode.of(levy).is_some())),
        _ => levy(head).and_then(|levy| mode.of(levy)).and_then(|row| of_row(name, row, head, line)),
    };
    found.unwrap_or(Value::Unknown)
}

fn mode_rows<'a>(head: &Cells, law: &'a ControlLaw, day: Date) -> Option<ModeRows<'a>> {
    let direction = match head.text("direction") {
        "import" => Direction::Import,
        "export" => Direction::Export,
        _ => return None,
    };
    law.compatibility.mode(direction, head.text("supervision_mode"), day)
}

/// The levy nature, empty if there is none; `None` if it is not in form.
fn levy(head: &Cells) -> Option<&str> {
    (head.get("levy_nature") != &Cell::Bad).then(|| head.text("levy_nature"))
}

fn of_row(name: &str, row: &Combination, head: &Cells, line: &Cells) -> Option<Value<'static>> {
    let has = |codes: &[Box<str>], code: &str| codes.iter().any(|c| &**c == code);
    match name {
        "letters" | "letter" if row.letters.is_empty() => None,
        "duty_modes" | "duty_mode" if row.duty_modes.is_empty() => None,
        "letters" => Some(listing(row.letters.iter().map(|l| &**l))),
        "duty_modes" => Some(listing(row.duty_modes.iter().map(|m| &**m))),
        "letter" => match head.get("record_number") {
            Cell::Bad => None,
            Cell::Absent => Some(Value::Bool(has(&row.letters, NO_RECORD))),
            _ => {
                let letter: String = head.text("record_number").chars().take(1).collect();
                Some(Value::Bool(has(&row.letters, &letter)))
            }
        },
        "duty_mode" => match line.get("duty_mode") {
            Cell::Text(mode) => Some(Value::Bool(has(&row.duty_modes, mode))),
            _ => None,
        },
        _ => None,
    }
}

/// The first few codes of a list, to be read.
fn listing<'a>(codes: impl Iterator<Item = &'a str>) -> Value<'static> {
    const SHOWN: usize = 10;
    let mut codes: Vec<&str> = codes.collect();
    if codes.len() > SHOWN {
        codes.truncate(SHOWN);
        codes.push("…");
    }
    Value::Text(codes.join(" ").into())
}

//! A line that needs more of its quota than is left 超配额: it is reckoned as the two lines that it would have
//! been declared as, one within the quota and one beyond it.

use crate::facts::{Consignment, GoodsItem, QualifiedQuantity};
use crate::trace::Step;
use customhouse_kernel::values::{Exact, Rounding};

/// What is kept of a share that does not come out, half up. The two parts are always the whole.
const PLACES: u32 = 12;

/// A line to be parted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excess {
    /// Place of the line in the consignment.
    pub place: usize,
    pub order_number: String,
    pub needed: Exact,
    pub left: Exact,
}

/// Whether a line can be parted: what a term is of (a litre, a set, the line) is not known, so a line with
/// terms is not.
pub(crate) fn can_part(item: &GoodsItem) -> bool {
    item.terms.is_empty()
}

/// The consignment with the rest of each such line as a line of its own, behind the others and numbered on
/// from the highest number; and what the trace says of it. `None` where more digits are needed than can be held.
pub(crate) fn part(consignment: &Consignment, excesses: &[Excess]) -> Option<(Consignment, Vec<Step>)> {
    let mut parted = consignment.clone();
    let mut steps = Vec::with_capacity(excesses.len());
    for Excess { place, order_number, needed, left } in excesses {
        let highest = parted.items.iter().map(|item| item.number).max()?;
        let within = parted.items.get_mut(*place)?;
        let rest = beyond(within, *needed, *left, highest.checked_add(1)?)?;
        steps.push(Step::Split {
            line: within.number,
            rest: rest.number,
            order_number: order_number.clone(),
            needed: *needed,
            left: *left,
        });
        parted.items.push(rest);
    }
    Some((parted, steps))
}

/// The consignment as it was reckoned, by the steps of its trace.
pub(crate) fn parted(consignment: &Consignment, trace: &[Step]) -> Option<Consignment> {
    let excess = |step: &Step| match step {
        Step::Split { line, order_number, needed, left, .. } => {
            let place = consignment.items.iter().position(|item| item.number == *line)?;
            Some(Excess { place, order_number: order_number.clone(), needed: *needed, left: *left })
        }
        _ => None,
    };
    let excesses: Vec<Excess> = trace.iter().filter_map(excess).collect();
    if excesses.is_empty() { None } else { Some(part(consignment, &excesses)?.0) }
}

/// Takes what exceeds the quota out of a line.
fn beyond(within: &mut GoodsItem, needed: Exact, left: Exact, number: u32) -> Option<GoodsItem> {
    let mut rest = GoodsItem { number, quota: None, ..within.clone() };
    let share = |whole: Exact| {
        let part = Exact::product_over(&[whole, left], &[needed], PLACES, Rounding::HalfUp)?;
        Some((part, whole.sub(part)?))
    };
    (within.total, rest.total) = share(within.total)?;
    for (within, rest) in within.quantities.iter_mut().zip(&mut rest.quantities) {
        (within.1, rest.1) = share(within.1)?;
    }
    for (within, rest) in within.qualified.iter_mut().zip(&mut rest.qualified) {
        let QualifiedQuantity { quantity, .. } = within;
        (*quantity, rest.quantity) = share(*quantity)?;
    }
    Some(rest)
}

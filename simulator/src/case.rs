//! What holds of a declaration after every event, whatever was asked in which order.

use customhouse_control::{DeclarationRecord, Post};
use customhouse_finance::{LATE_PAYMENT, PaymentBook};
use customhouse_kernel::beats::Record;
use std::collections::{BTreeMap, BTreeSet};

/// States that a declaration passes through within one decision.
const PASSED_THROUGH: [&str; 4] = ["lodged", "accepted", "computed", "paid"];
/// States behind release.
const AFTER_RELEASE: [&str; 5] = ["released", "goods_out", "closed", "summary_released", "picked_up"];

/// Errors: what does not hold.
pub fn holds(record: &Record, body: &DeclarationRecord) -> Result<(), String> {
    let state = record.state.as_str();
    let must = |holds: bool, what: &str| {
        if holds { Ok(()) } else { Err(format!("{} in state {state}: {what}", record.key)) }
    };
    must(!PASSED_THROUGH.contains(&state), "it is stuck")?;
    let mut posts = BTreeMap::<&str, BTreeSet<Post>>::new();
    for milestone in body.timeline.iter().filter(|m| !m.by.is_empty()) {
        posts.entry(&milestone.by).or_default().extend(milestone.post);
    }
    must(posts.values().all(|posts| posts.len() < 2), "somebody acted in two posts")?;
    let numbers: BTreeSet<&str> = body.books.iter().map(|b| b.number.as_str()).collect();
    must(numbers.len() == body.books.len(), "two books have one number")?;
    let open = body.open_books().any(|book| book.guaranteed.is_none());
    let released = body.timeline.iter().position(|m| ["release", "release_on_summary"].contains(&&*m.step));
    // only what was released on a summary is withdrawn after release
    let withdrawn = state == "withdrawn" && body.two_step.is_some();
    must(withdrawn || released.is_some() == AFTER_RELEASE.contains(&state), "release and state differ")?;
    if let Some(released) = released {
        must(body.holds.is_empty(), "it was released with an open condition")?;
        must(body.advance.as_ref().is_none_or(|a| a.entered.is_some()), "it was released before entry")?;
        let moved = ["approve_amendment", "report_entry_meanwhile"];
        let amended = body.timeline[released..].iter().any(|m| moved.contains(&&*m.step));
        // what lateness adds to a tax that is paid after release comes after it
        let unsettled = |book: &PaymentBook| book.guaranteed.is_none() && book.charge != LATE_PAYMENT;
        let free = amended || body.two_step.is_some() || !body.open_books().any(unsettled);
        must(free, "it was released with an open book")?;
    }
    if state == "withdrawn" {
        must(!open && body.draws.is_empty(), "something is left of what was withdrawn")?;
    }
    if let Some(two) = body.open_summary() {
        must(body.books.is_empty() && body.document_version == 0, "a summary owes something")?;
        must(state != "withdrawn" || two.reserved.is_zero(), "something is still reserved")?;
    }
    if state == "closed" {
        must(body.open_summary().is_none(), "it was closed without a full declaration")?;
        must(!open && body.change.is_none(), "it was closed with something open")?;
    }
    Ok(())
}

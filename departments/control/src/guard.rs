//! Guards 办理条件: what must hold before a step of a declaration may be taken. The list is closed; a
//! procedure in the pack names from it.

use crate::case::Taker;
use crate::record::{DeclarationRecord, Milestone};
use crate::refusals;
use crate::two_step::no_summary;
use customhouse_kernel::refusal::Refusal;

/// The names that procedures may use.
pub(crate) const GUARDS: [&str; 26] = [
    "norms_met",
    "no_open_conditions",
    "duty_settled",
    "bill_written_off",
    "separate_posts",
    "drawn_examiner",
    "open_conditions",
    "examined_or_not_selected",
    "no_open_change",
    "all_paid",
    "nothing_left",
    "nothing_claimed",
    "shut_out_declared",
    "entered",
    "awaiting_entry",
    "entry_day_not_assessed",
    "surplus_held",
    "nothing_granted",
    "gathered",
    "not_gathered",
    "no_open_lists",
    "lists_overdue",
    "no_lists_overdue",
    "permit_over",
    "open_summary",
    "no_open_summary",
];

/// Whether the guard holds for a declaration and who would take the step.
pub(crate) fn holds(body: &DeclarationRecord, guard: &str, taker: Taker<'_>) -> Result<(), Refusal> {
    let ok = |holds: bool, refusal: Refusal| if holds { Ok(()) } else { Err(refusal) };
    match guard {
        "no_open_conditions" => ok(body.holds.is_empty(), refusals::CONDITIONS_OPEN.at("")),
        "open_conditions" => ok(!body.holds.is_empty(), refusals::CONDITIONS_OPEN.at("")),
        "examined_or_not_selected" => {
            let looked = body.examinations.last().is_some_and(|e| e.sheet.is_some());
            ok(body.channel != "examination" || looked, refusals::NOT_EXAMINED.at(""))
        }
        "duty_settled" => ok(body.open_books().all(|b| b.guaranteed.is_some()), refusals::DUTY_OPEN.at("")),
        "all_paid" => ok(body.open_books().next().is_none(), refusals::NOT_ALL_PAID.at("")),
        "separate_posts" => ok(acted_in_one_post(&body.timeline, taker), refusals::TWO_POSTS.at("")),
        "drawn_examiner" => {
            let drawn = body.examinations.last().is_some_and(|e| e.officers.contains(&taker.actor.name));
            ok(drawn, refusals::NOT_DRAWN.at(""))
        }
        "no_open_change" => ok(body.change.is_none(), refusals::CHANGE_OPEN.at("")),
        "shut_out_declared" => {
            let amended = body.shut_out.is_none_or(|version| body.document_version > version);
            ok(amended, refusals::SHUT_OUT_UNDECLARED.at(""))
        }
        "entered" => ok(
            body.advance.as_ref().is_none_or(|a| a.is_settled(body.completed)),
            refusals::NOT_ENTERED.at(""),
        ),
        "awaiting_entry" => {
            ok(body.advance.as_ref().is_some_and(|a| a.entered.is_none()), refusals::NOT_ENTERED.at(""))
        }
        "entry_day_not_assessed" => {
            let open =
                body.advance.as_ref().is_some_and(|a| a.entered.is_some() && !a.is_settled(body.completed));
            ok(open, refusals::NOT_ENTERED.at(""))
        }
        "gathered" => {
            ok(!body.waits_to_be_gathered(), refusals::LISTS_OPEN.at("").with("of", body.entry_number))
        }
        "not_gathered" => {
            ok(body.waits_to_be_gathered(), refusals::LISTS_OPEN.at("").with("of", body.entry_number))
        }
        "open_summary" => ok(body.open_summary().is_some(), no_summary(body.entry_number)),
        "no_open_summary" => ok(body.open_summary().is_none(), refusals::SUMMARY_OPEN.at("")),
        // the command that takes the step has seen to these: lodging, goods out
        "norms_met" | "bill_written_off" => Ok(()),
        unknown => Err(refusals::BAD_RECORD.at("").with("record", unknown)),
    }
}

/// Whether the officer has acted on a case in no other post than this one.
pub(crate) fn acted_in_one_post(timeline: &[Milestone], taker: Taker<'_>) -> bool {
    let own = timeline.iter().filter(|m| m.by == taker.actor.name);
    own.filter_map(|m| m.post).all(|post| Some(post) == taker.post)
}

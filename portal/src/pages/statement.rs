//! A firm's statement: what was assessed, paid and held, line by line, and where it stands.

use super::words::{charge_name, day_words, grouped, mode_name};
use super::{Frame, SignedIn, html};
use crate::problem::Problem;
use crate::state::Portal;
use crate::statement::{self, What};
use crate::texts::say_of;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use customhouse_control::Role;

#[derive(Template)]
#[template(path = "statement.html")]
struct Page {
    frame: Frame,
    /// Whose it is: credit code and name.
    party: String,
    firm: String,
    today: String,
    rows: Vec<Row>,
    owed: String,
    refundable: String,
    currency: String,
}

struct Row {
    day: String,
    what: String,
    charge: String,
    entry: String,
    book: String,
    reference: String,
    due: String,
    due_label: &'static str,
    provisional: bool,
    mode: String,
    guarantee: String,
    refund: String,
    amount: String,
    note: String,
    /// Kind and number of a case of goods that were sold.
    case: String,
    change: String,
    held: String,
    owed: String,
}

/// `GET /statement`
pub(crate) async fn show(State(portal): State<Portal>, signed_in: SignedIn) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let party = signed_in.session.account.party.clone();
    let statement = portal.read(move |reader| statement::of(reader, &party)).await?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let amount = |money: customhouse_kernel::values::Money| {
        if money.is_zero() { String::new() } else { grouped(money) }
    };
    let rows = statement.lines.iter().map(|line| Row {
        day: line.day.to_string(),
        what: say_of("statement", what(line.what), lang),
        charge: if line.charge.is_empty() {
            String::new()
        } else {
            charge_name(&law.control, &line.charge, line.day, lang)
        },
        entry: line.entry_number.map_or_else(String::new, |entry| entry.to_string()),
        book: line.book.clone(),
        reference: line.reference.clone(),
        due: line.due.map_or_else(String::new, |due| due.day.to_string()),
        provisional: line.due.is_some_and(|due| due.provisional),
        due_label: if line.what == What::SummaryReserved { "two_step.complete_by" } else { "statement.due" },
        mode: match line.mode.as_str() {
            statement::TWO_STEP => say_of("two_step", "mode", lang),
            mode => mode_name(&law.control, mode, line.day, lang),
        },
        guarantee: line.guarantee.clone().unwrap_or_default(),
        refund: line.refund.clone(),
        case: line.case.clone(),
        amount: amount(line.amount),
        note: line.note.clone(),
        change: amount(line.change),
        held: amount(line.held),
        owed: grouped(line.owed),
    });
    Ok(html(&Page {
        party: signed_in.session.account.party.clone(),
        firm: signed_in.session.account.party_name.clone(),
        today: day_words(portal.engine().now().day(), lang),
        rows: rows.collect(),
        owed: grouped(statement.owed),
        refundable: grouped(statement.refundable),
        currency: law.manifest.territory.currency.clone(),
        frame: signed_in.visitor.frame("statement"),
    }))
}

/// The key of the texts for what a line tells.
fn what(what: What) -> &'static str {
    match what {
        What::SummaryReserved => "summary_reserved",
        What::SummaryFreed => "summary_freed",
        What::Assessed => "assessed",
        What::Cancelled => "cancelled",
        What::Paid => "paid",
        What::Reduced => "reduced",
        What::Held => "held",
        What::Returned => "returned",
        What::Surplus => "surplus",
        What::RefundAsked => "refund_asked",
        What::RefundInterest => "refund_interest",
        What::RefundOrdered => "refund_ordered",
        What::RefundBounced => "refund_bounced",
        What::RefundPaid => "refund_paid",
        What::RefundRefused => "refund_refused",
    }
}

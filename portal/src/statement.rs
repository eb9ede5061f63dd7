//! The statement 对账单 of a firm: every book, payment and refundable amount of its declarations in order of
//! time, each explained, with what is owed after it. Derived from the records; nothing of it is stored.

use customhouse_control::{
    DeclarationRecord, DisposalKind, DisposalRecord, KeptRefund, SettlementRecord, SourceKind, SurplusEnd,
};
use customhouse_finance::Collection;
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::values::{EntryNumber, Money};
use customhouse_storage::{Query, Reader, StoreError, each_record};
use jiff::civil::Date;
use serde::Serialize;

/// A line of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    pub day: Date,
    pub what: What,
    pub entry_number: Option<EntryNumber>,
    pub book: String,
    /// The charge of the book; empty for money that fits none.
    pub charge: String,
    /// What is owed more (above zero) or less (below zero) after this line; zero for money that is held.
    pub change: Money,
    /// Money of the firm that customs holds, more or less after this line.
    pub held: Money,
    /// What is owed after this line.
    pub owed: Money,
    /// The bank's reference, for a payment.
    pub reference: String,
    /// The last day to pay, for a book that was made.
    pub due: Option<LegalDay>,
    /// The mode of its declaration, for such a book; empty for an ordinary one, [`TWO_STEP`] for one in two steps.
    pub mode: String,
    /// The guarantee that answers for such a book, or answered.
    pub guarantee: Option<String>,
    /// Number of the refund that the line is about.
    pub refund: String,
    /// What the refund is for, where nothing moves: asked for, paid out.
    pub amount: Money,
    /// Why it came back, or was refused; what was said to a claim that was granted.
    pub note: String,
    /// Kind and number of the case of goods that were sold.
    pub case: String,
}

/// The mode of what was declared in two steps: it has no prefix.
pub(crate) const TWO_STEP: &str = "two_step";

/// What a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// A guarantee is occupied by a summary in two steps: nothing is owed on it yet.
    SummaryReserved,
    /// A summary was completed or withdrawn: what its guarantee answers for then stands with the books.
    SummaryFreed,
    /// A book was made.
    Assessed,
    /// A change cancelled a book.
    Cancelled,
    /// A book was paid.
    Paid,
    /// What a change took off a paid book is refundable.
    Reduced,
    /// Money came that fits no book: held and refundable.
    Held,
    /// Goods went back out: what they brought is refundable.
    Returned,
    /// What was left of the sale of goods that nobody cleared, and was claimed, is refundable.
    Surplus,
    /// A refund was asked for.
    RefundAsked,
    /// Interest on it.
    RefundInterest,
    /// It was approved, and the bank ordered to pay it out.
    RefundOrdered,
    /// The bank sent it back: refundable again.
    RefundBounced,
    /// The bank paid it out.
    RefundPaid,
    /// It was refused.
    RefundRefused,
}

/// A firm's statement.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Statement {
    pub lines: Vec<Line>,
    pub owed: Money,
    /// What the firm may have back.
    pub refundable: Money,
}

/// The statement of a party, from its records.
pub(crate) fn of(reader: &mut dyn Reader, party: &str) -> Result<Statement, StoreError> {
    let mut lines = Vec::new();
    let of_party =
        |kind: &str| Query { kind: kind.to_owned(), owner: Some(party.to_owned()), ..Query::default() };
    each_record(reader, of_party("declaration"), |record| {
        let declaration = record.read::<DeclarationRecord>();
        lines.extend(
            declaration.iter().flat_map(|declaration| [summary(declaration), books(declaration)].concat()),
        );
    })?;
    each_record(reader, of_party("settlement"), |record| {
        let settled = record.read::<SettlementRecord>().filter(|_| record.state != "bounced");
        lines.extend(settled.and_then(settlement));
    })?;
    each_record(reader, of_party("refund"), |record| {
        lines.extend(record.read::<KeptRefund>().iter().flat_map(refund));
    })?;
    for kind in DisposalKind::ALL {
        each_record(reader, of_party(kind.name()), |record| {
            lines.extend(record.read::<DisposalRecord>().and_then(|case| surplus(&case, party)));
        })?;
    }
    lines.sort_by(|a, b| (a.day, a.what, &a.book, &a.reference).cmp(&(b.day, b.what, &b.book, &b.reference)));
    let mut statement = Statement::default();
    for mut line in lines {
        let range = || StoreError::Damaged(format!("the statement of {party} does not fit"));
        statement.owed = statement.owed.checked_add(line.change).ok_or_else(range)?;
        statement.refundable = statement.refundable.checked_add(line.held).ok_or_else(range)?;
        line.owed = statement.owed;
        statement.lines.push(line);
    }
    Ok(statement)
}

/// The lines of a summary in two steps: what of a guarantee it occupied, from when until when. No money moves.
fn summary(declaration: &DeclarationRecord) -> Vec<Line> {
    let Some(two) = declaration.two_step.as_ref().filter(|two| !two.occupied.is_zero()) else {
        return Vec::new();
    };
    let line = |day: Date, what: What| Line {
        day,
        what,
        entry_number: Some(declaration.entry_number),
        book: String::new(),
        charge: String::new(),
        change: Money::ZERO,
        held: Money::ZERO,
        owed: Money::ZERO,
        reference: String::new(),
        due: None,
        mode: String::new(),
        guarantee: two.guarantee.clone(),
        refund: String::new(),
        case: String::new(),
        amount: two.occupied,
        note: String::new(),
    };
    let open = two.completed.is_none() && !declaration.is_withdrawn();
    let reserved = Line { due: open.then_some(two.due), ..line(two.summarised, What::SummaryReserved) };
    let withdrawn = declaration.timeline.last().filter(|_| declaration.is_withdrawn());
    let freed = two.completed.or(withdrawn.map(|m| m.moment.day()));
    [Some(reserved), freed.map(|day| line(day, What::SummaryFreed))].into_iter().flatten().collect()
}

/// The lines of a declaration's books.
fn books(declaration: &DeclarationRecord) -> Vec<Line> {
    let mut lines = Vec::new();
    let changed = declaration.changes.iter().filter_map(|change| change.decided.as_ref());
    let changed = changed.filter(|decided| decided.approved).map(|decided| decided.at.day()).max();
    for book in &declaration.books {
        let line = |day: Date, what: What, change: Money, held: Money| Line {
            day,
            what,
            entry_number: Some(declaration.entry_number),
            book: book.number.clone(),
            charge: book.charge.clone(),
            change,
            held,
            owed: Money::ZERO,
            reference: String::new(),
            due: None,
            mode: String::new(),
            guarantee: None,
            refund: String::new(),
            amount: Money::ZERO,
            note: String::new(),
            case: String::new(),
        };
        let less = Money::from_minor(-book.amount.minor());
        let aggregate = declaration.aggregate.as_ref();
        lines.push(Line {
            due: Some(book.due),
            mode: match (aggregate, &declaration.two_step) {
                (Some(aggregate), _) => aggregate.mode.clone(),
                (None, Some(_)) => TWO_STEP.to_owned(),
                (None, None) => String::new(),
            },
            guarantee: book.guaranteed.clone(),
            ..line(book.issued, What::Assessed, book.amount, Money::ZERO)
        });
        lines.extend(book.cancelled.map(|day| line(day, What::Cancelled, less, Money::ZERO)));
        lines.extend(book.paid.map(|day| line(day, What::Paid, less, Money::ZERO)));
        if !book.reduced.is_zero() {
            let day = changed.or(book.paid).unwrap_or(book.issued);
            lines.push(line(day, What::Reduced, Money::ZERO, book.reduced));
        }
    }
    lines
}

/// The line of a settlement whose money is held; what paid a book stands with the book.
fn settlement(settled: SettlementRecord) -> Option<Line> {
    (settled.outcome != Collection::Collected).then(|| Line {
        day: settled.on,
        what: What::Held,
        entry_number: settled.entry_number,
        book: settled.settlement.book,
        charge: String::new(),
        change: Money::ZERO,
        held: settled.amount,
        owed: Money::ZERO,
        reference: settled.settlement.reference,
        due: None,
        mode: String::new(),
        guarantee: None,
        refund: String::new(),
        amount: Money::ZERO,
        note: String::new(),
        case: String::new(),
    })
}

/// The line of a surplus that became refundable to the party.
fn surplus(case: &DisposalRecord, party: &str) -> Option<Line> {
    let sale = case.sale.as_ref()?;
    let Some(SurplusEnd::Refunded { party: whose, on }) = &sale.surplus else { return None };
    let decided = case.claims.iter().rev().find_map(|claim| claim.decided.as_ref());
    (whose == party).then(|| Line {
        day: *on,
        what: What::Surplus,
        entry_number: None,
        book: String::new(),
        charge: String::new(),
        change: Money::ZERO,
        held: sale.distribution.held(),
        owed: Money::ZERO,
        reference: String::new(),
        due: None,
        mode: String::new(),
        guarantee: None,
        refund: String::new(),
        amount: Money::ZERO,
        note: decided.map_or_else(String::new, |decided| decided.note.clone()),
        case: format!("{}/{}", case.kind.name(), case.number),
    })
}

/// The lines of a refund.
fn refund(refund: &KeptRefund) -> Vec<Line> {
    let line = |day: Date, what: What, held: Money| Line {
        day,
        what,
        entry_number: None,
        book: String::new(),
        charge: String::new(),
        change: Money::ZERO,
        held,
        owed: Money::ZERO,
        reference: String::new(),
        due: None,
        mode: String::new(),
        guarantee: None,
        refund: refund.number.clone(),
        amount: Money::ZERO,
        note: String::new(),
        case: String::new(),
    };
    let mut lines = Vec::new();
    if let Some(first) = refund.timeline.first() {
        let asked = line(first.moment.day(), What::RefundAsked, Money::ZERO);
        lines.push(Line { amount: refund.principal, ..asked });
    }
    let refused = refund.timeline.iter().filter(|m| m.step == "refuse");
    lines.extend(refused.map(|m| {
        let line = line(m.moment.day(), What::RefundRefused, Money::ZERO);
        Line { amount: refund.principal, note: m.note.clone(), ..line }
    }));
    let Some(granted) = &refund.granted else { return lines };
    for source in refund.sources.iter().filter(|source| source.kind == SourceKind::Returned) {
        lines.push(Line {
            entry_number: source.entry_number,
            book: source.of.clone(),
            charge: source.charge.clone(),
            ..line(granted.on, What::Returned, source.amount)
        });
    }
    if !granted.total_interest.is_zero() {
        lines.push(line(granted.on, What::RefundInterest, granted.total_interest));
    }
    let less = Money::from_minor(-granted.total.minor());
    let orders = refund.timeline.iter().filter(|m| m.step == "approve");
    lines.extend(orders.map(|m| line(m.moment.day(), What::RefundOrdered, less)));
    lines.extend(
        refund
            .bounces
            .iter()
            .map(|b| Line { note: b.reason.clone(), ..line(b.on, What::RefundBounced, granted.total) }),
    );
    lines.extend(refund.paid_out.iter().map(|paid| Line {
        reference: paid.reference.clone(),
        amount: granted.total,
        ..line(paid.on, What::RefundPaid, Money::ZERO)
    }));
    lines
}

/// Something of a party's that is refundable, and that no refund has taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub kind: SourceKind,
    /// Number of the payment book, or the bank's reference.
    pub of: String,
    pub paid: Date,
    pub left: Money,
}

/// All that a party may ask for without naming goods.
pub(crate) fn open_of(reader: &mut dyn Reader, party: &str) -> Result<Vec<Open>, StoreError> {
    let mut open = Vec::new();
    let of_party =
        |kind: &str| Query { kind: kind.to_owned(), owner: Some(party.to_owned()), ..Query::default() };
    each_record(reader, of_party("declaration"), |record| {
        let books = record.read::<DeclarationRecord>().map(|body| body.books).unwrap_or_default();
        open.extend(books.into_iter().filter_map(|book| {
            let left = book.left_to_refund();
            Some(Open { kind: SourceKind::Book, left, paid: book.paid?, of: book.number })
        }));
    })?;
    each_record(reader, of_party("settlement"), |record| {
        let settled = record.read::<SettlementRecord>().filter(|_| record.state != "bounced");
        open.extend(settled.map(|settled| Open {
            kind: SourceKind::Payment,
            left: settled.left_to_refund(),
            paid: settled.on,
            of: settled.settlement.reference,
        }));
    })?;
    open.retain(|one| !one.left.is_zero());
    Ok(open)
}

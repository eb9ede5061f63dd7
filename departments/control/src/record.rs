//! What is kept of a declaration: the record of now, and one immutable document a version.

use crate::advance::Advance;
use crate::aggregate::Aggregate;
use crate::authorisation::InName;
use crate::bill::BillRecord;
use crate::change::{Change, ChangeKind};
use crate::condition::Hold;
use crate::declaration::{Declaration, Party};
use crate::document_check::DocumentRequest;
use crate::examination::Examination;
use crate::licence::Draw;
use crate::periodic_list::PeriodicList;
use crate::post::Post;
use crate::refund_goods::ReturnedGoods;
use crate::refusals;
use crate::two_step::TwoStep;
use customhouse_duties::Assessment;
use customhouse_finance::{BookNumber, LateDeclarationFee, LatePaymentSurcharge, PaymentBook};
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CurrencyCode, Direction, EntryNumber, Exact, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The record of now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclarationRecord {
    pub entry_number: EntryNumber,
    /// Parties that may follow it, by credit code.
    pub consignee: String,
    pub agent: Option<String>,
    /// In whose name the agent declared, and so what it answers for jointly (TL 55); `None` if the
    /// consignee declared by itself.
    #[serde(default)]
    pub agent_in_name: Option<InName>,
    pub consignee_name: String,
    /// Key of the bill's record.
    pub bill: String,
    /// The newest version of the document; none, 0, while a summary is not completed.
    pub document_version: u32,
    pub first_goods: String,
    pub lines: u32,
    /// The day on which the declaration was completed; liability starts then (TL 20).
    pub completed: Date,
    /// That it was lodged before the means of transport declared entry 提前申报, and what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advance: Option<Advance>,
    /// Edition of the law that it was decided under.
    pub edition: u32,
    pub channel: String,
    /// The rule that chose the channel. For customs' eyes only.
    pub selected_by: String,
    pub holds: Vec<Hold>,
    /// What its lines took off licences.
    #[serde(default)]
    pub draws: Vec<Draw>,
    pub amounts: Amounts,
    pub books: Vec<PaymentBook>,
    /// How often payment was ordered from the bank.
    pub payment_orders: u32,
    /// Orders that the bank has not answered yet, by id.
    pub open_orders: Vec<String>,
    /// What document check asked of the declarant, oldest first.
    #[serde(default)]
    pub requests: Vec<DocumentRequest>,
    /// Examinations, the last of which is under way or done.
    #[serde(default)]
    pub examinations: Vec<Examination>,
    /// By when customs checks the documents, while it waits for that.
    #[serde(default)]
    pub check_by: Option<LegalDay>,
    /// By when the declarant makes the change that customs requires.
    #[serde(default)]
    pub change_required_by: Option<LegalDay>,
    /// The change that customs has yet to decide on.
    #[serde(default)]
    pub change: Option<Change>,
    /// Changes that were decided on, oldest first.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// The fee for declaring late, if one is owed.
    #[serde(default)]
    pub late_declaration: Option<LateDeclarationFee>,
    /// The last day whose deadlines were worked off.
    #[serde(default)]
    pub worked_off: Option<Date>,
    /// Surcharges for paying late, one a book that was paid late.
    #[serde(default)]
    pub late_payment: Vec<LatePaymentSurcharge>,
    /// Goods that went back out, or whose going out was that, and that were refunded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<ReturnedGoods>,
    /// The version of the document that stood when released goods were last shut out: what was loaded is
    /// less than it says.
    #[serde(default)]
    pub shut_out: Option<u32>,
    /// The day on which exported goods left: the day of the statistics 出口日期.
    #[serde(default)]
    pub departed: Option<Date>,
    /// Its taxes are paid together with those of the month 汇总征税; `None` for an ordinary declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregate>,
    /// It is a list of periodic declaration 集中申报清单, and what becomes of it; `None` for a declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periodic: Option<PeriodicList>,
    /// Lodged in two steps 两步申报, and how far it is; without a version of the document before the second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_step: Option<TwoStep>,
    pub timeline: Vec<Milestone>,
}

impl DeclarationRecord {
    /// A declaration of which nothing is decided yet: its parties, its bill, the day on which it was completed,
    /// the edition of the law, and its amounts.
    pub(crate) fn new(
        entry: EntryNumber,
        (consignee, agent): (&Party, Option<&Party>),
        (bill, completed, edition): (&str, Date, u32),
        amounts: Amounts,
    ) -> DeclarationRecord {
        DeclarationRecord {
            entry_number: entry,
            consignee: consignee.credit_code.to_string(),
            agent: agent.map(|agent| agent.credit_code.to_string()),
            agent_in_name: None,
            consignee_name: consignee.name.clone(),
            bill: bill.to_owned(),
            document_version: 0,
            first_goods: String::new(),
            lines: 0,
            completed,
            advance: None,
            edition,
            channel: String::new(),
            selected_by: String::new(),
            holds: Vec::new(),
            draws: Vec::new(),
            amounts,
            books: Vec::new(),
            payment_orders: 0,
            open_orders: Vec::new(),
            requests: Vec::new(),
            examinations: Vec::new(),
            check_by: None,
            change_required_by: None,
            change: None,
            changes: Vec::new(),
            late_declaration: None,
            worked_off: None,
            late_payment: Vec::new(),
            returned: Vec::new(),
            shut_out: None,
            departed: None,
            aggregate: None,
            periodic: None,
            two_step: None,
            timeline: Vec::new(),
        }
    }

    /// Books that are still owed.
    pub fn open_books(&self) -> impl Iterator<Item = &PaymentBook> {
        self.books.iter().filter(|book| book.is_open())
    }

    /// The number of its next book of a letter: a tax and its surcharge share the letter, and no number
    /// stands twice.
    ///
    /// # Errors
    /// Its 99 numbers are used up.
    pub(crate) fn next_book(&self, letter: &str) -> Result<BookNumber, Refusal> {
        let numbers = self.books.iter().filter_map(|book| BookNumber::parse(&book.number));
        let last = numbers.filter(|n| n.letter() == letter).map(|n| n.serial()).max().unwrap_or(0);
        if last >= 99 {
            return Err(refusals::TOO_MANY_DIGITS.at("/book").with("field", "serial").with("max", 2));
        }
        Ok(BookNumber::new(self.entry_number, letter, last + 1))
    }

    /// Whether customs let it be withdrawn.
    pub fn is_withdrawn(&self) -> bool {
        self.changes.last().is_some_and(|change| {
            change.kind == ChangeKind::Withdrawal && change.decided.as_ref().is_some_and(|d| d.approved)
        })
    }

    /// The highest version of the document that was ever proposed.
    pub fn last_version(&self) -> u32 {
        let proposed = self.changes.iter().chain(&self.change).filter_map(|change| change.version);
        proposed.chain([self.document_version]).max().unwrap_or_default()
    }

    /// What document check asked and the declarant has not answered.
    pub fn open_request(&self) -> Option<&DocumentRequest> {
        self.requests.last().filter(|request| request.is_open())
    }

    /// Books that are neither paid nor under an order that the bank has yet to answer.
    pub fn books_to_order(&self) -> impl Iterator<Item = &PaymentBook> {
        self.open_books().filter(|book| !self.is_ordered(&book.number))
    }

    fn is_ordered(&self, book: &str) -> bool {
        self.open_orders.iter().any(|order| is_order_of(order, book))
    }
}

/// Whether an order's id (`book/n`) belongs to a book.
pub(crate) fn is_order_of(order: &str, book: &str) -> bool {
    order.rsplit_once('/').is_some_and(|(of, _)| of == book)
}

/// The three amounts, kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// What the declarant said.
    pub declared: Declared,
    /// What the program computed: each charge, and all together.
    pub computed: Vec<(String, Money)>,
    pub computed_total: Money,
    pub customs_value: Money,
    /// What customs confirmed, within three years of release (TL 45); nothing yet.
    pub confirmed: Option<Money>,
}

/// The declarant's own figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub price: Exact,
    pub currency: CurrencyCode,
    /// Self-assessed duty and taxes, if the declarant gave them.
    pub total: Option<Exact>,
}

/// One thing that happened to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub step: String,
    /// The state that it led to.
    pub state: String,
    pub moment: Moment,
    /// Who took the step; empty for the program itself. Officers' names are for customs' eyes only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// The post in which an officer took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
    /// What was said with it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Milestone {
    pub(crate) fn of(step: &str, state: &str, at: &Moment) -> Milestone {
        Milestone {
            step: step.to_owned(),
            state: state.to_owned(),
            moment: *at,
            by: String::new(),
            post: None,
            note: String::new(),
        }
    }
}

/// A version's document: what was declared, and what was computed from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclarationVersion {
    pub declaration: Declaration,
    pub assessment: Assessment,
}

impl DeclarationVersion {
    /// The record that keeps it, for ever as it is.
    pub(crate) fn record(&self, entry: EntryNumber, version: u32) -> Record {
        Record {
            key: version_key(entry, version),
            version: 1,
            state: String::new(),
            owner: String::new(),
            office: String::new(),
            due: None,
            schema: 1,
            body: serde_json::to_string(self).expect("our types serialise"),
        }
    }
}

/// Which way the goods of a declaration's or a bill's record go; `None` for other records.
pub fn direction_of(record: &Record) -> Option<Direction> {
    match record.key.kind.as_str() {
        "declaration" => EntryNumber::parse(&record.key.id).map(|entry| entry.direction()),
        "bill" => record.read::<BillRecord>().map(|bill| bill.direction),
        _ => None,
    }
}

/// Key of a declaration's record.
pub fn declaration_key(entry: EntryNumber) -> RecordKey {
    RecordKey::new("declaration", entry.to_string())
}

/// Key of the document of a version.
pub fn version_key(entry: EntryNumber, version: u32) -> RecordKey {
    RecordKey::new("declaration_version", format!("{entry}/{version}"))
}

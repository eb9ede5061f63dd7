//! What stands between the parties of the sample before they trade: brokers are authorised, a guarantee is
//! given, a licence taken over; and at the end the guarantee answers for what is not paid yet.

use super::firms::{FIRMS, OFFICES, broker_code, firm_code};
use super::officers::{officer, submit};
use super::run::{broker, trader};
use crate::command_line::Failure;
use customhouse_control::{
    AuthorisationForm, Command, GuaranteeDecisionForm, GuaranteeForm, InName, LicenceForm, Scope, StepForm,
};
use customhouse_engine::Engine;
use customhouse_kernel::values::{CommodityCode, EntryNumber, Exact, OfficeCode, UnitCode};
use customhouse_storage::Query;
use jiff::ToSpan;
use jiff::civil::Date;

/// The firms that authorise the broker, by their places.
const CLIENTS: [usize; 2] = [0, 3];

/// The first guarantee of the sample's first office in a year.
fn first_guarantee(year: i16) -> String {
    format!("G{}{year:04}000001", OFFICES[0].code)
}

/// What is there before the first goods arrive.
///
/// # Errors
/// The engine does not take it.
pub(crate) fn before(engine: &Engine) -> Result<(), Failure> {
    let day = engine.now().day();
    let last = day.checked_add(1.year()).unwrap_or(day);
    for firm in CLIENTS {
        let form = AuthorisationForm {
            agent: broker_code(),
            scope: if firm == 0 { Scope::Both } else { Scope::Export },
            office: None,
            in_name: InName::Client,
            valid_from: day,
            valid_to: last,
            refunds: false,
        };
        submit(engine, trader(firm), format!("authorisation-{firm}"), Command::GrantAuthorisation(form))?;
    }
    // it also answers for the taxes of a month that the first firm pays together
    lodge(engine, "bank_letter", "示例银行 Sample Bank", 60_000_000, (day, last))?;
    let accept = GuaranteeDecisionForm { decision: "accept".to_owned(), note: String::new() };
    let number = first_guarantee(day.year());
    let command = Command::DecideGuarantee { number, form: accept };
    submit(engine, officer("supervisor"), "guarantee-accepted".to_owned(), command)?;
    let licence = LicenceForm {
        certificate: "7".to_owned(),
        number: "26-SA-000001".to_owned(),
        holder: firm_code(0),
        goods: CommodityCode::parse("8512").expect("four digits"),
        unit: UnitCode::parse("007").expect("three digits"),
        quantity: Exact::from(2_000),
        uses: 6,
        valid_from: day,
        valid_to: last,
    };
    submit(engine, officer("head"), "licence".to_owned(), Command::RecordLicence(licence))
}

/// What the end of the trade finds unpaid: the guarantee answers for one of the first firm's declarations;
/// another guarantee waits for its decision.
///
/// # Errors
/// The engine or its store fails.
pub(crate) fn after(engine: &Engine, begun: Date) -> Result<(), Failure> {
    let day = engine.now().day();
    let unpaid = Query {
        kind: "declaration".to_owned(),
        owner: Some(firm_code(0).to_string()),
        state: Some("green".to_owned()),
        newest_first: true,
        limit: 1,
        ..Query::default()
    };
    let unpaid = engine.read(|r| r.records(&unpaid)).map_err(|e| Failure::Failed(e.to_string()))?;
    if let Some(entry) = unpaid.first().and_then(|record| EntryNumber::parse(&record.key.id)) {
        let form = StepForm { guarantee: first_guarantee(begun.year()), ..StepForm::default() };
        let command = Command::TakeStep { entry, step: "use_guarantee".to_owned(), form: Box::new(form) };
        submit(engine, trader(0), format!("use-guarantee-{entry}"), command)?;
    }
    let last = day.checked_add(6.months()).unwrap_or(day);
    lodge(engine, "cash", FIRMS[0].zh, 80_000, (day, last))
}

/// A general guarantee of the first firm's.
fn lodge(
    engine: &Engine,
    means: &str,
    guarantor: &str,
    amount: i64,
    (valid_from, valid_to): (Date, Date),
) -> Result<(), Failure> {
    let form = GuaranteeForm {
        office: OfficeCode::parse(OFFICES[0].code).expect("four digits"),
        kind: "general".to_owned(),
        entry_number: String::new(),
        means: means.to_owned(),
        guarantor: guarantor.to_owned(),
        amount: Exact::from(amount),
        valid_from,
        valid_to,
        cases: vec!["early_release".to_owned()],
    };
    submit(engine, trader(0), format!("guarantee-{means}"), Command::LodgeGuarantee(form))
}

/// The broker's credit code and name, as a declaration names its agent.
pub(crate) fn agent() -> (String, String) {
    (broker_code().to_string(), super::firms::BROKER.zh.to_owned())
}

/// Who lodges: the firm itself, or its broker.
pub(crate) fn lodger(firm: usize, by_broker: bool) -> customhouse_control::Actor {
    if by_broker { broker() } else { trader(firm) }
}

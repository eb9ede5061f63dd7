//! Principals and brokers: acting for another needs an authorisation that covers it on the day.

mod support;

use customhouse_control::{
    Actor, AuthorisationForm, Command, DeclarationRecord, InName, Role, Scope, StepForm, declaration_key,
};
use customhouse_engine::{Engine, Outcome, verify};
use customhouse_kernel::values::{CreditCode, EntryNumber, OfficeCode};
use customhouse_storage::{Sim, SimDisk};
use support::*;

struct House(Engine, std::cell::Cell<u32>);

fn broker() -> CreditCode {
    CreditCode::complete("91990000MA0000077").unwrap()
}

fn as_broker() -> Actor {
    Actor { name: "broker".to_owned(), party: broker().to_string(), ..actor(Role::Declarant) }
}

fn grant() -> AuthorisationForm {
    AuthorisationForm {
        agent: broker(),
        scope: Scope::Import,
        office: None,
        in_name: InName::Own,
        valid_from: "2026-03-02".parse().unwrap(),
        valid_to: "2026-03-04".parse().unwrap(),
        refunds: false,
    }
}

impl House {
    fn open() -> House {
        let store = Box::new(Sim::open(&SimDisk::new(1)).unwrap());
        House(start_with(store, small_pack()).unwrap(), 0.into())
    }

    fn ask(&self, actor: Actor, command: Command) -> Outcome {
        appointed(&self.0, &actor, &command);
        self.1.set(self.1.get() + 1);
        let mut submission = submission(actor.role, &format!("k{}", self.1.get()), command);
        submission.actor = actor;
        self.0.submit_and_wait(submission).unwrap()
    }

    /// The broker lodges for the firm: the entry, or the codes of the refusal.
    fn lodges(&self, bill_number: &str) -> Result<EntryNumber, Vec<String>> {
        assert!(self.ask(actor(Role::Carrier), bill(bill_number)).accepted);
        let mut form = form(bill_number);
        form.head.set("agent.credit_code", broker().to_string());
        form.head.set("agent.customs_code", "9999980001");
        form.head.set("agent.name", "示例报关行");
        let outcome = self.ask(as_broker(), Command::Lodge(Box::new(form)));
        let errors = outcome.findings.iter().filter(|f| f.is_error());
        if outcome.accepted {
            Ok(entry(&outcome.answer))
        } else {
            Err(errors.map(|f| f.code.clone()).collect())
        }
    }

    fn grants(&self, change: impl FnOnce(&mut AuthorisationForm)) {
        let mut form = grant();
        change(&mut form);
        let outcome = self.ask(actor(Role::Declarant), Command::GrantAuthorisation(form));
        assert!(outcome.accepted, "{:?}", outcome.findings);
    }
}

#[test]
fn a_broker_declares_within_scope_and_days_only() {
    let house = House::open();
    let refused = Err(vec!["CTL-053".to_owned()]);
    assert_eq!(house.lodges("B1"), refused, "nothing is granted");
    for (n, change) in [
        (|f: &mut AuthorisationForm| f.scope = Scope::Export) as fn(&mut AuthorisationForm),
        |f| f.office = OfficeCode::parse("2248"),
        |f| f.valid_from = "2026-03-03".parse().unwrap(),
        |f| {
            f.valid_from = "2026-02-01".parse().unwrap();
            f.valid_to = "2026-03-01".parse().unwrap();
        },
    ]
    .into_iter()
    .enumerate()
    {
        house.grants(change);
        assert_eq!(house.lodges(&format!("N{n}")), refused, "change {n}");
    }
    house.grants(|f| f.office = OfficeCode::parse("2225"));
    let entry = house.lodges("B2").unwrap();
    let body: DeclarationRecord =
        house.0.read(|r| r.record(&declaration_key(entry))).unwrap().unwrap().read().unwrap();
    assert_eq!(body.agent_in_name, Some(InName::Own), "jointly liable for everything");
    assert!(house.ask(as_broker(), Command::OrderPayment(entry)).accepted);
    // from the day of its revocation on, the broker does nothing more for it; the firm itself does
    assert!(house.ask(actor(Role::Declarant), Command::RevokeAuthorisation(broker())).accepted);
    assert_eq!(house.lodges("B3"), refused);
    let withdrawal = || Command::TakeStep {
        entry,
        step: "request_withdrawal".to_owned(),
        form: Box::new(StepForm { note: "错误".to_owned(), ..StepForm::default() }),
    };
    assert_eq!(house.ask(as_broker(), withdrawal()).findings[0].code, "CTL-053");
    assert!(house.ask(actor(Role::Declarant), withdrawal()).accepted);
    assert_eq!(
        house.ask(actor(Role::Declarant), Command::RevokeAuthorisation(broker())).findings[0].code,
        "CTL-053"
    );
    let verified = house.0.read(|r| verify(r, &house.0.key_history(), &mut |_| {})).unwrap();
    assert_eq!(verified.findings, []);
}

#[test]
fn the_last_day_still_counts_and_the_next_does_not() {
    const DAY: i64 = 86_400_000_000;
    for (days, holds) in [(2, true), (3, false)] {
        let house = House::open();
        house.grants(|_| {});
        house.0.set_clock(MONDAY + days * DAY).unwrap();
        assert_eq!(house.lodges("B1").is_ok(), holds, "day {days}");
    }
}

#[test]
fn what_is_granted_is_checked() {
    let house = House::open();
    let code = |form: AuthorisationForm, by: Actor| {
        house.ask(by, Command::GrantAuthorisation(form)).findings[0].code.clone()
    };
    let firm = || actor(Role::Declarant);
    assert_eq!(
        code(AuthorisationForm { agent: CreditCode::parse(&support::firm()).unwrap(), ..grant() }, firm()),
        "CTL-054"
    );
    assert_eq!(
        code(AuthorisationForm { valid_to: "2026-03-01".parse().unwrap(), ..grant() }, firm()),
        "CTL-054"
    );
    assert_eq!(
        code(
            AuthorisationForm { agent: CreditCode::parse("91990000MA00000770").unwrap(), ..grant() },
            firm()
        ),
        "CTL-023"
    );
    assert_eq!(code(grant(), actor(Role::Carrier)), "CTL-014");
}

//! What can be asked of this room, by whom: the first two beats.

use crate::abandonment::{self, AbandonmentForm};
use crate::appointment::{
    self, AppointmentForm, DelegationForm, DelegationRevoked, EndAppointmentForm, officer_key,
};
use crate::authorisation::{self, AuthorisationForm};
use crate::bill::{self, BillForm};
use crate::direct_return::{self, DirectReturnForm};
use crate::disposal::{self, DisposalKind, DisposalStepForm};
use crate::entry::{self, EntryReport};
use crate::form::Form;
use crate::guarantee;
use crate::guarantee_form::GuaranteeForm;
use crate::law::ControlLaw;
use crate::licence::{self, LicenceForm};
use crate::pay::Bounce;
use crate::periodic::{self, PeriodicPermitForm, PermitDecisionForm};
use crate::periodic_month::{self, GatherForm};
use crate::post::Post;
use crate::reading::Reads;
use crate::refund_form::{Payout, PayoutBounce, RefundDecisionForm, RefundForm};
use crate::refusals;
use crate::roster::{self, Roster};
use crate::step::{self, StepForm};
use crate::{
    arrival, departure, due, goods_out, loading, lodge, pay, reading, refund, refund_bank, shipment, shut_out,
};
use customhouse_kernel::beats::{Decision, Keys, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CreditCode, EntryNumber, Exact, OfficeCode};
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Who submits a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Name of the account.
    pub name: String,
    pub role: Role,
    /// Credit code of the firm; empty for customs and the system.
    pub party: String,
    /// Customs offices that an operator or an officer works for.
    pub offices: Vec<OfficeCode>,
    /// Supervised places that an operator keeps.
    pub places: Vec<String>,
    /// Posts that an officer acts in. On the way in they only narrow what the officer holds (none: all of it);
    /// for a decision they are what the record of appointments gives on the day at the office concerned.
    pub posts: Vec<Post>,
}

/// What an account may do. Procedures name these roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Carrier 承运人
    Carrier,
    /// Declarant 申报人: a trader, or a broker for it
    Declarant,
    /// Operator of a supervised place 监管作业场所经营人
    Operator,
    /// Customs officer 关员
    Officer,
    /// The bank that settles payments
    Bank,
    /// The program itself
    System,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Role::Carrier => "carrier",
            Role::Declarant => "declarant",
            Role::Operator => "operator",
            Role::Officer => "officer",
            Role::Bank => "bank",
            Role::System => "system",
        }
    }
}

impl Actor {
    /// The program itself.
    pub fn system() -> Actor {
        Actor {
            name: "system".to_owned(),
            role: Role::System,
            party: String::new(),
            offices: Vec::new(),
            places: Vec::new(),
            posts: Vec::new(),
        }
    }

    pub(crate) fn is_system(&self) -> bool {
        self.role == Role::System
    }

    /// The role and the posts, as procedures name takers.
    pub fn who(&self) -> Vec<&'static str> {
        let posts = self.posts.iter().filter(|_| self.role == Role::Officer).map(|post| post.name());
        std::iter::once(self.role.name()).chain(posts).collect()
    }

    pub(crate) fn must_hold(&self, post: Post, what: &str) -> Result<(), Vec<Refusal>> {
        self.must_be(Role::Officer, what)?;
        if self.posts.contains(&post) {
            Ok(())
        } else {
            Err(vec![refusals::WRONG_ROLE.at("").with("what", what)])
        }
    }

    pub(crate) fn must_be(&self, role: Role, what: &str) -> Result<(), Vec<Refusal>> {
        if self.role == role { Ok(()) } else { Err(vec![refusals::WRONG_ROLE.at("").with("what", what)]) }
    }

    pub(crate) fn must_serve(&self, office: OfficeCode, path: &str) -> Result<(), Vec<Refusal>> {
        if self.offices.contains(&office) {
            Ok(())
        } else {
            Err(vec![refusals::WRONG_OFFICE.at(path).with("office", office)])
        }
    }

    pub(crate) fn must_keep(&self, place: &str, path: &str) -> Result<(), Vec<Refusal>> {
        if self.places.iter().any(|p| p == place) {
            Ok(())
        } else {
            Err(vec![refusals::WRONG_PLACE.at(path).with("place", place)])
        }
    }
}

/// A command.
#[derive(Clone, Debug)]
pub enum Command {
    FileBill(BillForm),
    Lodge(Box<Form>),
    /// Orders payment of all open books of a declaration.
    OrderPayment(EntryNumber),
    /// The bank says what it settled.
    Settle(Settlement),
    /// The bank says that a payment did not hold.
    Bounce(Bounce),
    ReportGoodsOut(GoodsOut),
    /// The means of transport declared entry 运输工具申报进境
    ReportEntry(EntryReport),
    /// Goods of an outbound bill arrived in the control zone 运抵报告
    ReportArrival(GoodsMoved),
    /// Released goods were loaded 装载舱单
    ReportLoading(GoodsMoved),
    /// Released goods were not loaded 退关
    ReportShutOut(ShutOut),
    /// The means of transport left with what was loaded 离境
    ReportDeparture(Departure),
    /// A step of a declaration's procedure, by its id.
    TakeStep {
        entry: EntryNumber,
        step: String,
        form: Box<StepForm>,
    },
    /// A principal lets a broker declare for it.
    GrantAuthorisation(AuthorisationForm),
    /// A principal ends what it granted to an agent.
    RevokeAuthorisation(CreditCode),
    /// Customs takes over a licence from the authority that issued it.
    RecordLicence(LicenceForm),
    /// A day on which something was due has passed; the program asks this of itself.
    FallDue {
        entry: EntryNumber,
        due: Date,
    },
    /// The head of an office sets who is on duty in which post.
    SetRoster(Roster),
    /// A head appoints an officer to a post 任命
    Appoint(AppointmentForm),
    /// A head ends an appointment 免职
    EndAppointment(EndAppointmentForm),
    /// The head of a district lets the head of a customs house use a power 授权
    GrantDelegation(DelegationForm),
    /// The head of a district revokes a delegation 撤销授权
    RevokeDelegation(DelegationRevoked),
    /// An officer opens a record, and why 查阅
    Read {
        of: Reads,
        reason: String,
    },
    /// The declarant provides a guarantee.
    LodgeGuarantee(GuaranteeForm),
    /// An officer decides on a guarantee, by the id of a step of its procedure.
    DecideGuarantee {
        number: String,
        form: GuaranteeDecisionForm,
    },
    /// The party asks for what of its guarantee is free.
    GiveBackGuarantee(String),
    /// A consignee asks for a permit for periodic declaration 集中申报备案.
    AskPeriodicPermit(PeriodicPermitForm),
    /// An officer decides on such a permit.
    DecidePeriodicPermit {
        number: String,
        form: PermitDecisionForm,
    },
    /// Such a permit is ended.
    EndPeriodicPermit(String),
    /// The lists of a month become declarations of that month.
    GatherLists {
        number: String,
        form: GatherForm,
    },
    /// A day on which something was due of such a permit has passed; the program asks this of itself.
    PermitFallsDue {
        number: String,
        due: Date,
    },
    /// The consignee declares goods abandoned.
    DeclareAbandonment(AbandonmentForm),
    /// The consignee asks to send goods back.
    AskDirectReturn(DirectReturnForm),
    /// A step of the case of goods that nobody clears, by its id.
    TakeDisposalStep {
        kind: DisposalKind,
        number: String,
        step: String,
        form: Box<DisposalStepForm>,
    },
    /// A day on which something was due of a bill or of such a case has passed; the program asks this of
    /// itself.
    DisposalFallsDue {
        record: RecordKey,
        due: Date,
    },
    /// The payer asks for money back, or an officer opens the case that customs found.
    ApplyForRefund(Box<RefundForm>),
    /// An officer decides on a refund, by the id of a step of its procedure.
    DecideRefund {
        number: String,
        form: RefundDecisionForm,
    },
    /// The payer names the account that its refund goes to.
    NameRefundAccount {
        number: String,
        account: String,
    },
    /// The bank has paid out a refund.
    PayOutRefund(Payout),
    /// A refund came back from the bank.
    BounceRefund(PayoutBounce),
    /// A day by which something of a refund was due has passed; the program asks this of itself.
    RefundFallsDue {
        number: String,
        due: Date,
    },
}

/// What an officer decides on a guarantee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuaranteeDecisionForm {
    /// A step of the procedure: `accept` or `refuse`.
    pub decision: String,
    /// Why; a refusal must say.
    #[serde(default)]
    pub note: String,
}

/// What the bank settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Number of the payment book.
    pub book: String,
    pub amount: Exact,
    /// The order that it answers; empty for a payment that nobody ordered.
    #[serde(default)]
    pub order: String,
    /// The bank's own number for the payment.
    pub reference: String,
}

/// What an operator reports out of its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodsOut {
    pub office: OfficeCode,
    pub bill: String,
    pub packages: u32,
    /// Kilograms, at most five places.
    pub gross_kg: Exact,
}

/// Goods of an outbound bill that arrived, or that were loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoodsMoved {
    pub office: OfficeCode,
    pub bill: String,
    pub packages: u32,
    /// Kilograms, at most five places.
    pub gross_kg: Exact,
}

/// Goods of an outbound bill that were released and not loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShutOut {
    pub office: OfficeCode,
    pub bill: String,
    pub packages: u32,
    /// Kilograms, at most five places.
    pub gross_kg: Exact,
    /// When loading is planned anew, if it is.
    #[serde(default)]
    pub loading: Option<DateTime>,
}

/// The departure of what was loaded of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    pub office: OfficeCode,
    pub bill: String,
    /// The day on which the means of transport left.
    pub departed: Date,
}

impl Command {
    /// The kind of its event, also when it is refused.
    pub fn kind(&self) -> &'static str {
        match self {
            Command::FileBill(_) => "bill.filed",
            Command::Lodge(_) => "declaration.lodged",
            Command::OrderPayment(_) => "payment.ordered",
            Command::Settle(_) => "payment.settled",
            Command::Bounce(_) => "payment.bounced",
            Command::ReportGoodsOut(_) => "goods.out",
            Command::ReportEntry(_) => "bill.entered",
            Command::ReportArrival(_) => "goods.arrived",
            Command::ReportLoading(_) => "goods.loaded",
            Command::ReportShutOut(_) => "goods.shut_out",
            Command::ReportDeparture(_) => "goods.departed",
            Command::TakeStep { .. } => "declaration.step",
            Command::GrantAuthorisation(_) => "authorisation.granted",
            Command::RevokeAuthorisation(_) => "authorisation.revoked",
            Command::RecordLicence(_) => "licence.recorded",
            Command::FallDue { .. } => "deadline.fallen",
            Command::SetRoster(_) => "roster.set",
            Command::Appoint(_) => "appointment.set",
            Command::EndAppointment(_) => "appointment.ended",
            Command::GrantDelegation(_) => "delegation.granted",
            Command::RevokeDelegation(_) => "delegation.revoked",
            Command::Read { of, .. } => of.what.event(),
            Command::LodgeGuarantee(_) => "guarantee.lodged",
            Command::DecideGuarantee { .. } => "guarantee.decided",
            Command::GiveBackGuarantee(_) => "guarantee.returned",
            Command::AskPeriodicPermit(_) => "periodic_permit.asked",
            Command::DecidePeriodicPermit { .. } => "periodic_permit.decided",
            Command::EndPeriodicPermit(_) => "periodic_permit.ended",
            Command::GatherLists { .. } => "periodic_lists.gathered",
            Command::PermitFallsDue { .. } => "deadline.fallen",
            Command::DeclareAbandonment(_) | Command::AskDirectReturn(_) => "disposal.opened",
            Command::TakeDisposalStep { .. } => "disposal.step",
            Command::DisposalFallsDue { .. } => "deadline.fallen",
            Command::ApplyForRefund(_) => "refund.applied",
            Command::DecideRefund { .. } => "refund.decided",
            Command::NameRefundAccount { .. } => "refund.account",
            Command::PayOutRefund(_) => "refund.paid_out",
            Command::BounceRefund(_) => "refund.bounced",
            Command::RefundFallsDue { .. } => "refund.overdue",
        }
    }
}

/// First beat: which records, balances and counters the command must see. Asked again with what was
/// found, until nothing new comes. What it asks for follows from the records and counters that it asks for
/// alone, never from others and never from balances: the engine asks again only where one of them changed.
pub fn needs(command: &Command, actor: &Actor, view: &dyn View, at: &Moment) -> Keys {
    let mut keys = Keys::default();
    if actor.role == Role::Officer {
        keys.record(officer_key(&actor.name));
    }
    match command {
        Command::FileBill(form) => bill::file_needs(form, &mut keys),
        Command::Lodge(form) => lodge::needs(form, view, at, &mut keys),
        Command::OrderPayment(entry) => pay::order_needs(*entry, view, &mut keys),
        Command::GrantAuthorisation(form) => {
            authorisation::needs(&actor.party, Some(form.agent.as_str()), &mut keys);
        }
        Command::RevokeAuthorisation(agent) => {
            authorisation::needs(&actor.party, Some(agent.as_str()), &mut keys);
        }
        Command::Settle(settlement) => pay::settle_needs(settlement, view, at, &mut keys),
        Command::Bounce(bounce) => pay::bounce_needs(bounce, view, at, &mut keys),
        Command::ReportGoodsOut(out) => goods_out::needs(out, actor, view, at, &mut keys),
        Command::ReportEntry(report) => entry::needs(report, view, at, &mut keys),
        Command::TakeStep { entry, form, .. } => step::needs(*entry, form, view, at, &mut keys),
        Command::RecordLicence(form) => licence::record_needs(form, &mut keys),
        Command::FallDue { entry, .. } => step::needs(*entry, &StepForm::default(), view, at, &mut keys),
        Command::ReportArrival(moved) | Command::ReportLoading(moved) => {
            shipment::needs(moved.office, &moved.bill, view, &mut keys)
        }
        Command::ReportShutOut(shut) => shipment::needs(shut.office, &shut.bill, view, &mut keys),
        Command::ReportDeparture(left) => departure::needs(left, actor, view, at, &mut keys),
        Command::SetRoster(roster) => roster::needs(roster, &mut keys),
        Command::Appoint(form) => appointment::needs(&form.officer, form.office, view, &mut keys),
        Command::EndAppointment(form) => appointment::needs(&form.officer, form.office, view, &mut keys),
        Command::GrantDelegation(form) => appointment::needs(&form.officer, form.office, view, &mut keys),
        Command::RevokeDelegation(form) => appointment::needs(&form.officer, form.office, view, &mut keys),
        Command::Read { of, .. } => reading::needs(of, actor, view, at, &mut keys),
        Command::LodgeGuarantee(form) => guarantee::lodge_needs(form, view, at, &mut keys),
        Command::DecideGuarantee { number, .. } => guarantee::decide_needs(number, view, &mut keys),
        Command::GiveBackGuarantee(number) => guarantee::needs(number, &mut keys),
        Command::AskPeriodicPermit(form) => periodic::ask_needs(form, at, &mut keys),
        Command::DecidePeriodicPermit { number, .. } => periodic::decide_needs(number, view, &mut keys),
        Command::EndPeriodicPermit(number) | Command::PermitFallsDue { number, .. } => {
            periodic::needs(number, &mut keys);
        }
        Command::GatherLists { number, form } => periodic_month::needs(number, form, view, at, &mut keys),
        Command::DeclareAbandonment(form) => abandonment::needs(form.office, &form.bill, view, at, &mut keys),
        Command::AskDirectReturn(form) => abandonment::needs(form.office, &form.bill, view, at, &mut keys),
        Command::TakeDisposalStep { kind, number, .. } => {
            disposal::needs(*kind, number, actor, view, at, &mut keys);
        }
        Command::DisposalFallsDue { record, .. } => disposal::fall_needs(record, view, at, &mut keys),
        Command::ApplyForRefund(form) => refund::apply_needs(form, actor, view, at, &mut keys),
        Command::DecideRefund { number, .. }
        | Command::NameRefundAccount { number, .. }
        | Command::RefundFallsDue { number, .. } => refund::needs(number, view, &mut keys),
        Command::PayOutRefund(payout) => refund_bank::pay_out_needs(payout, view, &mut keys),
        Command::BounceRefund(bounce) => refund_bank::bounce_needs(bounce, view, &mut keys),
    }
    keys
}

/// Second beat: what follows from the command. Pure: the randomness of selecting and drawing is `dice`.
///
/// # Errors
/// Every reason to refuse, at once; then nothing changes.
pub fn decide(
    command: &Command,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
    dice: u64,
) -> Result<Decision, Vec<Refusal>> {
    let actor = &appointment::as_of(command, actor, view, at)?;
    match command {
        Command::FileBill(form) => bill::file(form, actor, view, law, at),
        Command::Lodge(form) => lodge::lodge(form, actor, view, law, at, dice),
        Command::OrderPayment(entry) => pay::order(*entry, actor, view, at),
        Command::Settle(settlement) => pay::settle(settlement, actor, view, law, at),
        Command::Bounce(bounce) => pay::bounce(bounce, actor, view, law, at),
        Command::ReportGoodsOut(out) => goods_out::report(out, actor, view, law, at),
        Command::ReportEntry(report) => entry::report(report, actor, view, law, at),
        Command::ReportArrival(moved) => arrival::report(moved, actor, view, law, at),
        Command::ReportLoading(moved) => loading::report(moved, actor, view, law, at),
        Command::ReportShutOut(shut) => shut_out::report(shut, actor, view, law, at),
        Command::ReportDeparture(left) => departure::report(left, actor, view, law, at),
        Command::TakeStep { entry, step, form } => {
            step::take((*entry, step), form, actor, view, law, at, dice)
        }
        Command::GrantAuthorisation(form) => authorisation::grant(form, actor, view, at),
        Command::RevokeAuthorisation(agent) => authorisation::revoke(*agent, actor, view, at),
        Command::RecordLicence(form) => licence::record(form, actor, view, at),
        Command::FallDue { entry, due } => {
            actor.must_be(Role::System, "work off a deadline 到期处理")?;
            due::fall(*entry, *due, view, law, at)
        }
        Command::SetRoster(roster) => roster::set(roster, actor, view, law, at),
        Command::Appoint(form) => appointment::appoint(form, actor, view, law, at),
        Command::EndAppointment(form) => appointment::end(form, actor, view, law, at),
        Command::GrantDelegation(form) => appointment::delegate(form, actor, view, law, at),
        Command::RevokeDelegation(form) => appointment::revoke(form, actor, view, law, at),
        Command::Read { of, reason } => reading::read((of, reason), actor, view, law, at),
        Command::LodgeGuarantee(form) => guarantee::lodge(form, actor, view, law, at),
        Command::DecideGuarantee { number, form } => {
            guarantee::decide((number, &form.decision), &form.note, actor, view, law, at)
        }
        Command::GiveBackGuarantee(number) => guarantee::give_back(number, actor, view, law, at),
        Command::AskPeriodicPermit(form) => periodic::ask(form, actor, view, law, at),
        Command::DecidePeriodicPermit { number, form } => {
            periodic::decide((number, form), actor, view, law, at)
        }
        Command::EndPeriodicPermit(number) => periodic::end(number, actor, view, law, at),
        Command::GatherLists { number, form } => periodic_month::gather((number, form), actor, view, law, at),
        Command::PermitFallsDue { number, due } => {
            actor.must_be(Role::System, "work off a deadline 到期处理")?;
            periodic::fall((number, *due), view, law, at)
        }
        Command::DeclareAbandonment(form) => abandonment::ask(form, actor, view, law, at),
        Command::AskDirectReturn(form) => direct_return::ask(form, actor, view, law, at),
        Command::TakeDisposalStep { kind, number, step, form } => {
            disposal::take((*kind, number, step), form, actor, view, law, at)
        }
        Command::DisposalFallsDue { record, due } => {
            actor.must_be(Role::System, "work off a deadline 到期处理")?;
            disposal::fall(record, *due, view, law, at)
        }
        Command::ApplyForRefund(form) => refund::apply(form, actor, view, law, at),
        Command::DecideRefund { number, form } => refund::decide((number, form), actor, view, law, at),
        Command::NameRefundAccount { number, account } => {
            refund::name_account((number, account), actor, view, law, at)
        }
        Command::PayOutRefund(payout) => refund_bank::pay_out(payout, actor, view, law, at),
        Command::BounceRefund(bounce) => refund_bank::bounce(bounce, actor, view, law, at),
        Command::RefundFallsDue { number, due } => {
            actor.must_be(Role::System, "work off a deadline 到期处理")?;
            refund::fall(number, *due, view, law, at)
        }
    }
}

//! Control 监管: bills of lading, declarations, release. Pure: commands and views in, decisions out.
//!
//! It conducts a clearance: it calls `duties` for what is owed and `finance` for what is paid.
//! Not here: how a duty is reckoned, how a message is spelt, who is signed in, where things are kept.

mod abandonment; // goods that their party declares abandoned
mod accounts; // the chart of accounts of goods
mod advance; // declared before entry, assessed again on entry
mod aggregate; // the taxes of a month paid together, under a guarantee
mod appointment; // who holds which post, from when to when
mod arrival; // goods of an outbound bill arrive
mod authorisation; // brokers acting for principals
mod bill; // bills of lading
mod case; // records that a procedure drives, step by step
mod case_number; // numbers that this program gives to its cases
mod change; // amendment and withdrawal, and the money that follows
mod clearance; // a declaration and its bill within one decision
mod codes; // code lists
mod command; // what can be asked, by whom; needs and decide
mod compatibility; // what goes with a supervision mode
mod condition; // supervision conditions
mod declaration; // a declaration that has been read
mod declared_goods; // what conditions and licences ask of a declaration
mod departure; // the means of transport leaves
mod direct_return; // goods that go back before release
mod disposal; // the case of goods that nobody clears
mod document_check; // what is asked of the declarant, and answered
mod due; // deadlines that fall
mod entry; // the means of transport declares entry
mod examination; // examiners and their findings
mod field_norm; // what each field is called, and who must fill it in
mod fit; // how mode, levy nature and record number agree
pub mod form; // a declaration as it was sent
mod goods_out; // the operator reports goods out
mod guarantee; // guarantees, from lodging to their end
mod guarantee_form; // a guarantee as it is lodged
mod guaranteed; // what a guarantee does for a declaration
mod guard; // what must hold before a step
mod law; // all rules of this room, compiled
mod licence; // licences and certificates, with what is left on them
mod loading; // released goods are loaded
mod loading_term; // how long before loading
mod lodge; // from form to assessed declaration
mod mode; // what the kind of a declaration means
mod norm; // cross-field norms
mod open_step; // what may be done now, by whom
mod pay; // ordering payment; what the bank settled
mod periodic; // permits for periodic declaration
mod periodic_law; // which goods are declared periodically, by when
mod periodic_list; // a list instead of a declaration
mod periodic_month; // the lists of a month, gathered
mod post; // posts of officers
mod power; // which posts may do what
mod quote; // what goods would cost at the border
mod rate_facts; // what rates ask of a line beside its quantities
mod read; // form to declaration, with every finding
mod reading; // officers who open a declaration
mod record; // what is kept of a declaration
mod refund; // refunds, from what is asked to the order
mod refund_bank; // what the bank says to the order
mod refund_form; // a refund as it is asked for
mod refund_goods; // goods that went back out
mod refund_source; // what a refund rests on
mod refusals; // CTL-…
mod rehearse; // a declaration under another law
mod roster; // who is on duty
mod sale; // the sale of goods that nobody clears
mod select; // channels
mod shipment; // an outbound bill and its declaration within one decision
mod shut_out; // released goods are not loaded
mod step; // steps that officers and declarants take
mod summary; // the first step of a two-step declaration
mod summary_field; // which fields a summary declaration has
mod surplus; // what is left of a sale, and who claims it
mod term; // terms of procedures
mod two_step; // pick-up on a summary, then the full declaration
mod unclaimed; // goods that nobody declared in time

pub use abandonment::AbandonmentForm;
pub use accounts::{CHART, Goods};
pub use advance::Advance;
pub use aggregate::{Aggregate, AggregateAccount, aggregate_account_key};
pub use appointment::{
    Appointment, AppointmentForm, Delegation, DelegationForm, DelegationRevoked, EndAppointmentForm, Ended,
    OfficeTerm, Officer, officer_key,
};
pub use authorisation::{
    Authorisation, AuthorisationForm, AuthorisationRevoked, InName, Scope, authorisation_key,
};
pub use bill::{Aside, BillForm, BillRecord, GoodsAccounts, bill_key};
pub use case_number::CaseNumber;
pub use change::{Change, ChangeKind, DecidedChange};
pub use codes::CodeLists;
pub use command::{
    Actor, Command, Departure, GoodsMoved, GoodsOut, GuaranteeDecisionForm, Role, Settlement, ShutOut,
    decide, needs,
};
pub use condition::Hold;
pub use declaration::{Declaration, Document, HeadCost, Line, Party, RateFacts};
pub use direct_return::DirectReturnForm;
pub use disposal::{
    DisposalKind, DisposalRecord, DisposalStepForm, disposal_key, disposal_parts, open_disposal_steps,
    sale_accounts,
};
pub use document_check::{Answer, DocumentRequest};
pub use entry::EntryReport;
pub use examination::{Examination, Sheet, SheetLine};
pub use guarantee::{
    GuaranteeBalances, GuaranteeDecision, GuaranteeNumber, KeptGuarantee, given_account, guarantee_key,
};
pub use guarantee_form::GuaranteeForm;
pub use law::{ControlLaw, vocabulary};
pub use licence::{Draw, LicenceForm, licence_key};
pub use lodge::{assess_form, entry_counter};
pub use mode::{DeclarationMode, DeclarationModes, ModeEffect, Step as LodgingStep, step_of};
pub use norm::{BillKnowledge, NormContext};
pub use open_step::{Part as StepPart, decides_change, open_steps, parts_of, waits_for};
pub use pay::{Bounce, SettlementRecord};
pub use periodic::{
    OpenList, PeriodicPermit, PeriodicPermitForm, PermitDecision, PermitDecisionForm, PermitNumber,
    periodic_permit_key,
};
pub use periodic_law::{PeriodicGoods, PeriodicRules};
pub use periodic_list::PeriodicList;
pub use periodic_month::{
    GatherForm, GatheredLine, GatheredList, PeriodicDeclaration, periodic_declaration_key,
};
pub use post::Post;
pub use power::{Level, Power, Powers};
pub use quote::{QUOTE_LINES, Quote, QuotedCharge, Reckoning, quote, quote_fields, quote_requires};
pub use read::{Reading, read};
pub use reading::{Read, ReadReason, Readable, Reads, answers_for, is_work, read_key};
pub use record::{
    Amounts, DeclarationRecord, DeclarationVersion, Declared, Milestone, declaration_key, direction_of,
    version_key,
};
pub use refund::{Bounced, GrantedRefund, KeptRefund, PaidOut, RefundNumber, refund_key};
pub use refund_bank::{PayoutRecord, payout_key};
pub use refund_form::{
    Payout, PayoutBounce, RefundAccountForm, RefundDecisionForm, RefundForm, masked_account,
};
pub use refund_goods::ReturnedGoods;
pub use refund_source::{RefundSource, SourceKind};
pub use refusals::ALL as REFUSALS;
pub use rehearse::{Rehearsed, Rehearser};
pub use roster::{OnRoster, Roster, roster_key};
pub use sale::{Sale, SaleDeduction, SaleSheet, SurplusEnd};
pub use step::{StepFile, StepForm};
pub use summary::{KeptSummary, Presumed, Summary, SummaryLine, summary_key};
pub use summary_field::Asked;
pub use surplus::{ClaimDecision, SurplusClaim};
pub use two_step::{TwoStep, assess_full, assess_summary};

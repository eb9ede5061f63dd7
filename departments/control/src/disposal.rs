//! Goods that nobody clears 货物处置: unclaimed, abandoned or sent back. The case of each is a record of its
//! own, driven by its file in the pack; what its steps do to the bill, its goods and its declaration is
//! here. Source: CL 30, handbook 3.1, 3.2, 3.6.
//!
//! Not here: when a case opens (`unclaimed`), who asks for one (`abandonment`, `direct_return`), what becomes
//! of the money (`sale`, `surplus`). Not known: seizures and investigations, goods that cannot be sold, and
//! returns that customs orders by itself.

use crate::accounts::{movement, pair};
use crate::bill::{Aside, BillRecord};
use crate::case::{Case, CaseBody, Taker};
use crate::clearance::Clearance;
use crate::command::{Actor, Role};
use crate::guaranteed;
use crate::guard::acted_in_one_post;
use crate::law::ControlLaw;
use crate::licence;
use crate::periodic_list;
use crate::record::{DeclarationRecord, Milestone, declaration_key};
use crate::refusals;
use crate::sale::{self, Sale, SaleSheet};
use crate::step::{NOTE, StepFile};
use crate::surplus::{self, SurplusClaim};
use crate::{change, unclaimed};
use customhouse_finance::{
    duty_assessed, duty_owed, held, refundable, sale_costs, sale_proceeds, sale_refunded, sale_surplus,
    sale_treasury, treasury,
};
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::casework::{Procedure, Step};
use customhouse_kernel::journal::Hash;
use customhouse_kernel::ledger::AccountId;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{Direction, EntryNumber, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Why goods are disposed of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisposalKind {
    /// Not declared in time 超期未报关
    Unclaimed,
    /// Declared abandoned 声明放弃
    Abandonment,
    /// Sent back before release 直接退运
    DirectReturn,
}

impl DisposalKind {
    pub const ALL: [DisposalKind; 3] =
        [DisposalKind::Unclaimed, DisposalKind::Abandonment, DisposalKind::DirectReturn];

    /// The kind of its records, and of the procedure that drives them.
    pub const fn name(self) -> &'static str {
        match self {
            DisposalKind::Unclaimed => "unclaimed",
            DisposalKind::Abandonment => "abandonment",
            DisposalKind::DirectReturn => "direct_return",
        }
    }

    pub fn parse(name: &str) -> Option<DisposalKind> {
        DisposalKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The key of a case's record. Its number is the key of the bill and how many cases the bill has had
/// (`2225-COSU6000000001.1`); it is this program's own: no rule gives one.
pub fn disposal_key(kind: DisposalKind, number: &str) -> RecordKey {
    RecordKey::new(kind.name(), number)
}

/// The key of the bill that a case's number names.
fn bill_of(number: &str) -> Option<RecordKey> {
    let (bill, serial) = number.rsplit_once('.')?;
    serial.bytes().all(|b| b.is_ascii_digit()).then(|| RecordKey::new("bill", bill))
}

/// What is kept of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisposalRecord {
    pub kind: DisposalKind,
    pub number: String,
    pub office: OfficeCode,
    /// Key of the bill's record.
    pub bill: String,
    /// Whose goods they are, by credit code, where the bill or a declaration names it.
    pub consignee: Option<String>,
    /// The party that asked; empty where the program opened the case.
    pub asked_by: String,
    /// Why they go back: a code of `return_reason`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What was said with it.
    pub note: String,
    /// Why abandonment was refused: a code of `abandonment_bar`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ground: String,
    /// The day on which the means of transport declared entry, and the last day to declare.
    pub entry_date: Option<Date>,
    pub declare_by: Option<Date>,
    /// The declaration that was withdrawn with it, or that closed it.
    #[serde(default)]
    pub declaration: Option<EntryNumber>,
    /// The day on which customs decided to sell or send back.
    #[serde(default)]
    pub decided: Option<Date>,
    #[serde(default)]
    pub sale: Option<Sale>,
    /// Who claimed the surplus, oldest first.
    #[serde(default)]
    pub claims: Vec<SurplusClaim>,
    pub timeline: Vec<Milestone>,
}

impl DisposalRecord {
    /// The name of its accounts.
    pub fn account_key(&self) -> String {
        account_key(self.kind, &self.number)
    }

    /// Whether a party may follow it: it asked, the goods are its own, or it claimed the surplus.
    pub fn concerns(&self, party: &str) -> bool {
        let claimed = || self.claims.iter().any(|claim| claim.party == party);
        !party.is_empty() && (self.asked_by == party || self.consignee.as_deref() == Some(party) || claimed())
    }
}

fn account_key(kind: DisposalKind, number: &str) -> String {
    format!("{}/{number}", kind.name())
}

/// The accounts of a sale: proceeds, costs, treasury, surplus, refunded.
pub fn sale_accounts(kind: DisposalKind, number: &str) -> [AccountId; 5] {
    let key = account_key(kind, number);
    [sale_proceeds(&key), sale_costs(&key), sale_treasury(&key), sale_surplus(&key), sale_refunded(&key)]
}

impl CaseBody for DisposalRecord {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }

    /// The last day to claim a surplus that is held and that nobody has claimed.
    fn due(&self) -> Option<Date> {
        let sale = self.sale.as_ref().filter(|sale| sale.holds_surplus())?;
        let claimed = self.claims.last().is_some_and(|claim| claim.decided.is_none());
        sale.claim_by.filter(|_| !claimed)
    }

    fn guard(&self, guard: &str, taker: Taker<'_>) -> Result<(), Refusal> {
        let (holds, refusal) = match guard {
            "separate_posts" => (acted_in_one_post(&self.timeline, taker), refusals::TWO_POSTS.at("")),
            "surplus_held" => {
                let held = self.sale.as_ref().is_some_and(Sale::holds_surplus);
                (held, refusals::BAD_RECORD.at("").with("record", &self.number))
            }
            unknown => return Err(refusals::BAD_RECORD.at("").with("record", unknown)),
        };
        if holds { Ok(()) } else { Err(refusal) }
    }
}

/// What comes with a step of a case.
#[derive(Clone, Debug, Default)]
pub struct DisposalStepForm {
    /// Why, or what is proved.
    pub note: String,
    /// A code of `abandonment_bar`.
    pub ground: String,
    pub sale: Option<Box<SaleSheet>>,
    pub files: Vec<StepFile>,
}

/// What a step of a case needs, by name.
pub fn disposal_parts(step: &Step) -> Vec<&'static str> {
    let parts =
        [("say_why", "note"), ("claim_surplus", "note"), ("say_ground", "ground"), ("record_sale", "sale")];
    parts.iter().filter(|(action, _)| step.does(action)).map(|(_, part)| *part).collect()
}

/// The steps of a case that the actor may take now, in the procedure's order.
pub fn open_disposal_steps<'a>(
    procedure: &'a Procedure,
    state: &str,
    body: &DisposalRecord,
    actor: &Actor,
) -> Vec<&'a Step> {
    let who = actor.who();
    let steps = procedure.steps_from(state, &who).filter(|step| {
        let post = actor.posts.iter().copied().find(|post| step.takers.iter().any(|t| t == post.name()));
        let mine = actor.role != Role::Declarant || body.consignee.as_ref().is_none_or(|c| *c == actor.party);
        // goods out is reported of the bill
        let own = !step.does("write_off_bill") && mine;
        own && step.guards.iter().all(|g| body.guard(g, Taker { actor, post }).is_ok())
    });
    steps.collect()
}

/// The actions that steps of these cases and of their bills may name beside those of other rooms.
pub(crate) const ACTIONS: [&str; 13] = [
    "close_on_declaration",
    "set_aside_bill",
    "sell_bill",
    "return_bill",
    "free_bill",
    "withdraw_declaration",
    "say_ground",
    "record_sale",
    "approve_sale",
    "claim_surplus",
    "refuse_claim",
    "grant_claim",
    "lapse_surplus",
];

/// What must be seen of a case to take a step of it: its bill, and the declaration that would be withdrawn.
pub(crate) fn needs(
    kind: DisposalKind,
    number: &str,
    actor: &Actor,
    view: &dyn View,
    at: &Moment,
    keys: &mut Keys,
) {
    let Some(bill) = bill_of(number) else { return };
    keys.record(disposal_key(kind, number)).account(held());
    for account in sale_accounts(kind, number) {
        keys.account(account);
    }
    if !actor.party.is_empty() {
        keys.account(refundable(&actor.party));
    }
    bill_needs(bill, view, at, keys);
}

/// What must be seen of a bill to move its goods and withdraw its declaration.
pub(crate) fn bill_needs(bill: RecordKey, view: &dyn View, at: &Moment, keys: &mut Keys) {
    for class in ["bill_open", "bill_declared", "bill_set_aside", "bill_ordered_out"] {
        for account in pair(class, &bill.id) {
            keys.account(account);
        }
    }
    let declared = view.record(&bill).and_then(Record::read::<BillRecord>).and_then(|bill| bill.declaration);
    keys.record(bill);
    let Some(entry) = declared else { return };
    let key = declaration_key(entry);
    if let Some(body) = view.record(&key).and_then(Record::read::<DeclarationRecord>) {
        licence::needs(body.draws.iter().filter_map(|draw| draw.licence.split_once('-')), keys);
        keys.account(held()).account(refundable(&body.consignee));
        periodic_list::needs(&body, keys);
        crate::authorisation::needs(&body.consignee, body.agent.as_deref(), keys);
        for book in &body.books {
            if let Some(number) = book.guaranteed.as_deref().filter(|_| book.is_open()) {
                guaranteed::needs(number, entry, keys);
            }
            keys.account(duty_owed(&book.number));
            keys.account(duty_assessed(&book.charge, &body.consignee, book.issued.year()));
            keys.account(treasury(&book.charge, book.paid.unwrap_or(at.day()).year()));
        }
    }
    keys.record(key);
}

/// A case under way within one decision, with its bill.
pub(crate) struct Disposal<'a> {
    pub case: Case<'a, DisposalRecord>,
    pub bill: Case<'a, BillRecord>,
    pub decision: Decision,
}

impl<'a> Disposal<'a> {
    /// Opens a case of a bill.
    ///
    /// # Errors
    /// The pack has no procedure for it.
    pub fn open(
        kind: DisposalKind,
        mut bill: Case<'a, BillRecord>,
        ask: impl FnOnce(&mut DisposalRecord),
        law: &'a ControlLaw,
        at: &Moment,
    ) -> Result<Disposal<'a>, Vec<Refusal>> {
        let procedure = law.disposal_procedure(kind).ok_or_else(|| vec![no_procedure(kind)])?;
        bill.body.cases += 1;
        let number = format!("{}.{}", bill.key().id, bill.body.cases);
        let key = disposal_key(kind, &number);
        bill.body.case = Some(key.clone());
        let mut body = DisposalRecord {
            kind,
            number,
            office: bill.body.office,
            bill: bill.key().id.clone(),
            consignee: bill.body.consignee.as_ref().map(ToString::to_string),
            asked_by: String::new(),
            reason: String::new(),
            note: String::new(),
            ground: String::new(),
            entry_date: bill.body.entry_day(),
            declare_by: bill.body.declare_by.map(|last| last.day),
            declaration: None,
            decided: None,
            sale: None,
            claims: Vec::new(),
            timeline: Vec::new(),
        };
        ask(&mut body);
        let (owner, office) = (body.consignee.clone().unwrap_or_default(), body.office);
        let case = Case::open(procedure, key, body, at).of(&owner, office);
        Ok(Disposal { case, bill, decision: Decision::default() })
    }

    /// The case of this number as it stands, if the actor may know of it.
    ///
    /// # Errors
    /// There is none for this actor, or a record cannot be read.
    pub fn load(
        (kind, number): (DisposalKind, &str),
        actor: &Actor,
        view: &dyn View,
        law: &'a ControlLaw,
    ) -> Result<Disposal<'a>, Vec<Refusal>> {
        let none = || vec![no_such(number)];
        let bad = |key: &RecordKey| vec![refusals::BAD_RECORD.at("").with("record", key)];
        let (key, bill) = (disposal_key(kind, number), bill_of(number).ok_or_else(none)?);
        let record = view.record(&key).ok_or_else(none)?;
        let procedure = law.disposal_procedure(kind).ok_or_else(|| vec![no_procedure(kind)])?;
        let case: Case<'_, DisposalRecord> = Case::resume(procedure, record).ok_or_else(|| bad(&key))?;
        let seen = match actor.role {
            Role::System => true,
            Role::Officer => actor.offices.contains(&case.body.office),
            // who has the number of an unnamed bill has the bill
            Role::Declarant => case.body.consignee.is_none() || case.body.concerns(&actor.party),
            _ => false,
        };
        if !seen {
            return Err(none());
        }
        let bill = view.record(&bill).and_then(|bill| load_bill(bill, law)).ok_or_else(|| bad(&bill))?;
        Ok(Disposal { case, bill, decision: Decision::default() })
    }

    /// Moves all goods of the bill, with the step of the bill's procedure that does so.
    ///
    /// # Errors
    /// The bill is not in a state for it, or the goods cannot be posted.
    fn move_goods(&mut self, step: &str, from: &str, aside: Aside, at: &Moment) -> Result<(), Vec<Refusal>> {
        self.bill.step(step, &Actor::system(), at).map_err(|r| vec![r])?;
        let key = self.bill.key().id.clone();
        let posting =
            movement(&format!("bill.{step}"), (from, &key), (aside.class(), &key), self.bill.body.covered());
        self.decision
            .postings
            .push(posting.ok_or_else(|| vec![refusals::BAD_RECORD.at("").with("record", &key)])?);
        self.bill.body.aside = Some(aside);
        Ok(())
    }

    /// Withdraws the declaration of the bill, if there is one: nothing is owed on it any more, and its goods
    /// are open again.
    ///
    /// # Errors
    /// The declaration is past it: released, or under examination, or on hold.
    fn withdraw(
        &mut self,
        reason: &str,
        view: &dyn View,
        law: &'a ControlLaw,
        at: &Moment,
    ) -> Result<(), Vec<Refusal>> {
        let Some(entry) = self.bill.body.declaration else { return Ok(()) };
        let mut clearance = Clearance::load(entry, view, law)?;
        let system = Actor::system();
        let before = clearance.case.state.clone();
        let step = clearance.case.step("withdraw_with_goods", &system, at);
        let step = step.map_err(|_| vec![not_withdrawable(entry, &before)])?;
        change::withdraw(&mut clearance, reason, view, law, at)?;
        clearance.bill.body.case.clone_from(&self.bill.body.case);
        clearance.follow(step, &system, at)?;
        self.case.body.declaration = Some(entry);
        self.bill = clearance.bill;
        self.decision.postings.append(&mut clearance.decision.postings);
        self.decision.record(clearance.case.record());
        Ok(())
    }

    /// What was decided, told under a kind, with the records to write.
    pub fn close(mut self, kind: &str, step: &str, note: &str, files: &[Hash]) -> Decision {
        let body = &self.case.body;
        let facts = serde_json::json!({
            "case": { "kind": body.kind, "number": body.number },
            "bill": body.bill,
            "step": step,
            "state": self.case.state,
            "note": note,
            "files": files,
            "sale": body.sale,
            "due": body.due(),
        });
        self.decision.tell(kind, &facts);
        self.decision.answer(&facts);
        self.decision.record(self.bill.record());
        self.decision.record(self.case.record());
        self.decision
    }
}

/// An inbound bill's case; `None` for an outbound one.
pub(crate) fn load_bill<'a>(record: &Record, law: &'a ControlLaw) -> Option<Case<'a, BillRecord>> {
    let case: Case<'a, BillRecord> = Case::resume(law.bill_procedure_of(Direction::Import), record)?;
    (case.body.direction == Direction::Import).then_some(case)
}

/// Takes a step of a case.
///
/// # Errors
/// The case is not there for this actor, the step not now or not his, or what came with it does not fit.
pub(crate) fn take(
    (kind, number, step): (DisposalKind, &str, &str),
    form: &DisposalStepForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    if !matches!(actor.role, Role::Officer | Role::Declarant) {
        return Err(vec![no_such(number)]);
    }
    let mut disposal = Disposal::load((kind, number), actor, view, law)?;
    let length = form.note.chars().count();
    if length > NOTE {
        let long = refusals::TOO_LONG.at("/note").with("field", "note").with("max", NOTE);
        return Err(vec![long.with("length", length)]);
    }
    let taken = disposal.case.step(step, actor, at).map_err(|r| vec![r])?;
    disposal.case.note(form.note.trim());
    let files: Vec<Hash> = form.files.iter().map(|file| Hash::of(&file.bytes)).collect();
    for action in &taken.actions {
        disposal.perform(action, form, &files, actor, view, law, at)?;
    }
    while disposal.case.next_automatic(&Actor::system(), at).is_some() {}
    let mut decision = disposal.close("disposal.step", &taken.id, form.note.trim(), &files);
    decision.files = form.files.iter().map(|f| (f.media_type.clone(), f.bytes.clone())).collect();
    Ok(decision)
}

impl<'a> Disposal<'a> {
    #[allow(clippy::too_many_arguments)] // what a step is made of; each action uses a part
    fn perform(
        &mut self,
        action: &str,
        form: &DisposalStepForm,
        files: &[Hash],
        actor: &Actor,
        view: &dyn View,
        law: &'a ControlLaw,
        at: &Moment,
    ) -> Result<(), Vec<Refusal>> {
        match action {
            "say_why" => said(form).map(|_| ()),
            "say_ground" => {
                let ground = form.ground.trim();
                listed("abandonment_bar", ground, "/ground", law, at.day())?;
                ground.clone_into(&mut self.case.body.ground);
                Ok(())
            }
            "set_aside_bill" => {
                self.case.body.decided = Some(at.day());
                self.move_goods("set_aside", "bill_open", Aside::SetAside, at)
            }
            "sell_bill" => self.move_goods("sell", "bill_set_aside", Aside::OrderedOut, at),
            "return_bill" => {
                self.case.body.decided = Some(at.day());
                self.move_goods("order_back", "bill_open", Aside::OrderedOut, at)
            }
            "withdraw_declaration" => {
                let reason = format!("{}/{}", self.case.body.kind.name(), self.case.body.number);
                self.withdraw(&reason, view, law, at)
            }
            "free_bill" => {
                self.bill.body.free(at.day());
                Ok(())
            }
            "record_sale" => sale::record(&mut self.case.body, form.sale.as_deref(), law, at),
            "approve_sale" => {
                let postings = sale::approve(&mut self.case.body, law, at)?;
                self.decision.postings.extend(postings);
                Ok(())
            }
            "claim_surplus" => surplus::claim(&mut self.case.body, said(form)?, files, actor, at),
            "refuse_claim" => surplus::decide(&mut self.case.body, None, &form.note, at).map(|_| ()),
            "grant_claim" => {
                let party = surplus::claimant(&self.case.body)?;
                let posting = surplus::decide(&mut self.case.body, Some(&party), &form.note, at)?;
                self.decision.postings.extend(posting);
                self.case.give_to(&party);
                Ok(())
            }
            unknown => Err(vec![refusals::BAD_RECORD.at("").with("record", unknown)]),
        }
    }
}

/// The note, which this step must have.
fn said(form: &DisposalStepForm) -> Result<&str, Vec<Refusal>> {
    let note = form.note.trim();
    if note.is_empty() { Err(vec![refusals::MISSING.at("/note").with("field", "note")]) } else { Ok(note) }
}

/// Whether a code is one of a list on a day.
pub(crate) fn listed(
    list: &str,
    code: &str,
    path: &str,
    law: &ControlLaw,
    day: Date,
) -> Result<(), Vec<Refusal>> {
    if code.is_empty() {
        return Err(vec![refusals::MISSING.at(path).with("field", list)]);
    }
    if law.codes.contains(list, code, day) == Some(true) {
        return Ok(());
    }
    let short: String = code.chars().filter(|c| !c.is_control()).take(40).collect();
    let not = refusals::NOT_LISTED.at(path).with("field", list).with("value", short);
    Err(vec![not.with("date", day)])
}

/// What the program does with a case, or with a bill, when a day on which something was due has passed.
pub(crate) fn fall(
    key: &RecordKey,
    due: Date,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    match DisposalKind::parse(&key.kind) {
        Some(kind) => surplus::lapse((kind, &key.id), due, view, law, at),
        None => unclaimed::open(key, due, view, law, at),
    }
}

pub(crate) fn fall_needs(key: &RecordKey, view: &dyn View, at: &Moment, keys: &mut Keys) {
    match DisposalKind::parse(&key.kind) {
        Some(kind) => needs(kind, &key.id, &Actor::system(), view, at, keys),
        None => {
            keys.record(key.clone());
        }
    }
}

pub(crate) fn no_such(number: &str) -> Refusal {
    let shown: String = number.chars().filter(|c| !c.is_control()).take(50).collect();
    refusals::NO_SUCH_DISPOSAL.at("").with("number", shown)
}

/// Nothing was due of a record on a day.
pub(crate) fn nothing_due(key: &RecordKey, due: Date) -> Vec<Refusal> {
    vec![refusals::NOTHING_DUE.at("").with("entry", key).with("date", due)]
}

pub(crate) fn no_procedure(kind: DisposalKind) -> Refusal {
    refusals::BAD_RECORD.at("").with("record", format!("procedures/{}", kind.name()))
}

/// The declaration is in a state in which its goods can be neither abandoned nor sent back.
pub(crate) fn not_withdrawable(entry: EntryNumber, state: &str) -> Refusal {
    refusals::NOT_WITHDRAWABLE.at("").with("entry", entry).with("state", state)
}

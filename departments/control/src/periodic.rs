//! Permits for periodic declaration 集中申报备案: a consignee asks customs, for one kind of goods at one office,
//! with a general guarantee; customs accepts or refuses; it serves as long as the guarantee does. The permit
//! names its lists that wait to be gathered, so that what is overdue is one read.
//! Source: Order 169/2008, handbook 3.7.
//!
//! Decided here, because no text was seen: the permit's last day is its guarantee's; a firm asks by itself,
//! not through an agent; and that it is under investigation is the officer's word, as no record of cases is
//! known to this program.
//!
//! Not here: lists (`periodic_list`), gathering them (`periodic_month`).

use crate::case::{Case, CaseBody, Taker};
use crate::case_number::CaseNumber;
use crate::command::{Actor, Role};
use crate::guarantee::{self, is_in_force, no_such as no_such_guarantee, not_in_force};
use crate::law::ControlLaw;
use crate::periodic_law::PeriodicGoods;
use crate::post::Post;
use crate::record::Milestone;
use crate::refusals;
use crate::step::NOTE;
use customhouse_finance::refusals as finance;
use customhouse_finance::{GuaranteeCase as Purpose, GuaranteeKind};
use customhouse_kernel::beats::{Decision, Keys, RecordKey, View};
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CurrencyCode, EntryNumber, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The actions that steps of a permit may name, and that of a bill whose list is withdrawn after release.
pub(crate) const ACTIONS: [&str; 10] = [
    "accept_permit",
    "refuse_permit",
    "suspend_permit",
    "stop_permit",
    "readmit_permit",
    "withdraw_permit",
    "end_permit",
    "expire_permit",
    "gather_lists",
    "reopen_released_bill",
];

/// The actions of an officer's steps; for those of `REASONED` the officer says why.
const DECIDED: [&str; 5] =
    ["accept_permit", "refuse_permit", "stop_permit", "readmit_permit", "withdraw_permit"];
const REASONED: [&str; 3] = ["refuse_permit", "stop_permit", "withdraw_permit"];

/// What a consignee asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodicPermitForm {
    /// The office where its lists are filed, which decides.
    pub office: OfficeCode,
    /// The kind of goods: a code of the pack's `periodic_goods`.
    pub goods: String,
    /// Number of the general guarantee that answers for the taxes of its lists.
    pub guarantee: String,
    /// First digits of the commodity codes of its goods, two to ten; needed for a kind whose goods the pack
    /// does not name by code.
    #[serde(default)]
    pub commodities: Vec<String>,
    #[serde(default)]
    pub note: String,
}

/// What an officer decides on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermitDecisionForm {
    /// A step of the procedure: `accept`, `refuse`, `stop`, `readmit` or `withdraw`.
    pub decision: String,
    /// Whether the firm is under investigation 涉嫌走私或者违规被立案调查; to accept or readmit, it must be said.
    #[serde(default)]
    pub under_investigation: Option<bool>,
    /// Why; to refuse, stop or withdraw it must be said.
    #[serde(default)]
    pub note: String,
}

/// What is kept of a permit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodicPermit {
    pub number: String,
    pub office: OfficeCode,
    /// The consignee, by credit code.
    pub party: String,
    pub goods: String,
    pub guarantee: String,
    /// First digits of the commodity codes that its lists may hold; none in permits from before they were
    /// asked for, which hold what their kind does.
    #[serde(default)]
    pub commodities: Vec<String>,
    /// The last day on which a list may be filed under it: its guarantee's.
    pub valid_to: Date,
    pub note: String,
    pub decision: Option<PermitDecision>,
    /// Its lists that wait to be gathered, in the order in which they were accepted.
    pub lists: Vec<OpenList>,
    /// The declarations of months that were made of its lists.
    pub months: Vec<EntryNumber>,
    /// The last day whose deadlines were worked off.
    pub worked_off: Option<Date>,
    pub timeline: Vec<Milestone>,
}

/// What customs decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitDecision {
    pub accepted: bool,
    pub note: String,
    pub at: Moment,
}

/// A list that waits to be gathered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenList {
    pub entry: EntryNumber,
    pub accepted: Date,
    /// With what it may be gathered: lists of one supervision mode and one currency.
    pub supervision_mode: String,
    pub currency: CurrencyCode,
    /// The last day to gather it.
    pub gather_by: LegalDay,
}

impl PeriodicPermit {
    /// The day by which its oldest list was to be gathered, if that day is over.
    pub fn overdue(&self, day: Date) -> Option<LegalDay> {
        self.lists.iter().map(|list| list.gather_by).filter(|by| by.day < day).min_by_key(|by| by.day)
    }

    fn has_worked_off(&self, day: Date) -> bool {
        self.worked_off.is_some_and(|last| day <= last)
    }

    /// Whether a day to gather has passed, and that was worked off.
    fn is_marked_overdue(&self) -> bool {
        self.lists.iter().any(|list| self.has_worked_off(list.gather_by.day))
    }

    fn is_accepted(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| decision.accepted)
    }
}

impl CaseBody for PeriodicPermit {
    fn timeline(&mut self) -> &mut Vec<Milestone> {
        &mut self.timeline
    }

    /// The next day to gather, or its last day.
    fn due(&self) -> Option<Date> {
        let lists = self.lists.iter().map(|list| list.gather_by.day);
        let days = lists.chain(self.is_accepted().then_some(self.valid_to));
        days.filter(|day| !self.has_worked_off(*day)).min()
    }

    fn guard(&self, guard: &str, _: Taker<'_>) -> Result<(), Refusal> {
        let holds = match guard {
            "no_open_lists" => self.lists.is_empty(),
            "lists_overdue" => self.is_marked_overdue(),
            "no_lists_overdue" => !self.is_marked_overdue(),
            "permit_over" => self.has_worked_off(self.valid_to),
            unknown => return Err(refusals::BAD_RECORD.at("").with("record", unknown)),
        };
        if holds { Ok(()) } else { Err(refusals::LISTS_OPEN.at("").with("of", &self.number)) }
    }
}

/// A permit's number (`P22252026000001`).
pub(crate) type PermitNumber = CaseNumber<'P'>;

pub(crate) type PermitCase<'a> = Case<'a, PeriodicPermit>;

/// The key of a permit's record.
pub fn periodic_permit_key(number: &str) -> RecordKey {
    RecordKey::new("periodic_permit", number)
}

fn counter(office: OfficeCode, year: i16) -> String {
    format!("periodic_permit/{office}/{year}")
}

pub(crate) fn ask_needs(form: &PeriodicPermitForm, at: &Moment, keys: &mut Keys) {
    keys.counter(counter(form.office, at.day().year()));
    guarantee::needs(form.guarantee.trim(), keys);
}

/// What must be seen of a permit before anything is done with it.
pub(crate) fn needs(number: &str, keys: &mut Keys) {
    if PermitNumber::parse(number).is_some() {
        keys.record(periodic_permit_key(number));
    }
}

/// What must be seen to decide on a permit: its guarantee too.
pub(crate) fn decide_needs(number: &str, view: &dyn View, keys: &mut Keys) {
    needs(number, keys);
    let kept = view.record(&periodic_permit_key(number)).and_then(|record| record.read::<PeriodicPermit>());
    if let Some(permit) = kept {
        guarantee::needs(&permit.guarantee, keys);
    }
}

/// A consignee asks for a permit.
///
/// # Errors
/// Every finding at once: the kind of goods, the office, the guarantee.
pub(crate) fn ask(
    form: &PeriodicPermitForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "ask for periodic declaration 申请集中申报备案")?;
    let day = at.day();
    let mut refused: Vec<Refusal> = note_finding(&form.note).into_iter().collect();
    let kind = law.periodic.goods(&form.goods, day);
    if kind.is_none() {
        refused.push(not_periodic("/goods", &form.goods, day));
    }
    let commodities = commodities_for(&form.commodities, kind, day);
    let commodities = commodities.map_err(|found| refused.extend(found)).unwrap_or_default();
    if law.codes.contains("office", form.office.as_str(), day) == Some(false) {
        let listed = refusals::NOT_LISTED.at("/office").with("field", "office").with("value", form.office);
        refused.push(listed.with("date", day));
    }
    if law.codes.has_houses(form.office) {
        refused.push(refusals::DISTRICT_OFFICE.at("/office").with("office", form.office));
    }
    let valid_to = guarantee_for(form.guarantee.trim(), &actor.party, view, law, day);
    let valid_to = valid_to.map_err(|r| refused.push(Refusal { path: "/guarantee".to_owned(), ..r })).ok();
    let Some(valid_to) = valid_to.filter(|_| refused.is_empty()) else { return Err(refused) };
    let name = counter(form.office, day.year());
    let serial = view.counter(&name) + 1;
    let too_many = || vec![refusals::TOO_MANY_DIGITS.at("/office").with("field", "serial").with("max", 6)];
    let number = PermitNumber::new(form.office, day.year(), serial).ok_or_else(too_many)?.to_string();
    let body = PeriodicPermit {
        number: number.clone(),
        office: form.office,
        party: actor.party.clone(),
        goods: form.goods.clone(),
        guarantee: form.guarantee.trim().to_owned(),
        commodities,
        valid_to,
        note: form.note.trim().to_owned(),
        decision: None,
        lists: Vec::new(),
        months: Vec::new(),
        worked_off: None,
        timeline: Vec::new(),
    };
    let procedure = law.periodic_procedure().ok_or_else(|| vec![no_procedure()])?;
    let case = Case::open(procedure, periodic_permit_key(&number), body, at);
    let mut decision = Decision::default();
    decision.counters.insert(name, serial);
    told(&case, "periodic_permit.asked", &mut decision);
    decision.record(case.of(&actor.party, form.office).record());
    Ok(decision)
}

fn not_periodic(path: &str, goods: &str, day: Date) -> Refusal {
    let goods: String = goods.chars().filter(|c| !c.is_control()).take(40).collect();
    refusals::PERIODIC_GOODS.at(path).with("goods", goods).with("date", day)
}

/// The first digits of commodity codes that a permit's lists may hold: what was asked for, each within the
/// kind; if nothing was, what the kind says.
fn commodities_for(
    asked: &[String],
    kind: Option<&PeriodicGoods>,
    day: Date,
) -> Result<Vec<String>, Vec<Refusal>> {
    let path = "/commodities";
    let in_form = |code: &str| (2..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    let asked: Vec<&str> = asked.iter().map(|code| code.trim()).collect();
    let finding = |code: &&str| match kind {
        _ if !in_form(code) => {
            let shown: String = code.chars().filter(|c| !c.is_control()).take(20).collect();
            Some(refusals::NOT_IN_FORM.at(path).with("field", "commodities").with("value", shown))
        }
        Some(kind) if !kind.holds(code) => Some(not_periodic(path, code, day)),
        _ => None,
    };
    let mut found: Vec<Refusal> = asked.iter().filter_map(finding).collect();
    let of_kind = kind.map(|kind| kind.commodities.as_slice()).unwrap_or_default();
    if asked.is_empty() && kind.is_some() && of_kind.is_empty() {
        found.push(refusals::MISSING.at(path).with("field", "commodities"));
    }
    if !found.is_empty() {
        return Err(found);
    }
    Ok(if asked.is_empty() { of_kind.to_vec() } else { asked.into_iter().map(str::to_owned).collect() })
}

/// The last day of a guarantee that a permit may rest on: the party's own, general, in force, given for early
/// release, and good for as long from a day on as the law asks.
fn guarantee_for(
    number: &str,
    party: &str,
    view: &dyn View,
    law: &ControlLaw,
    day: Date,
) -> Result<Date, Refusal> {
    let case = guarantee::of_party(number, party, view, law).ok_or_else(|| no_such_guarantee(number))?;
    if !is_in_force(&case) {
        return Err(not_in_force(&case, ""));
    }
    let given = &case.body.given;
    if given.kind != GuaranteeKind::General {
        return Err(finance::NOT_GENERAL.at("").with("number", number));
    }
    given.serves_on(Purpose::EarlyRelease, day)?;
    given.serves_on(Purpose::EarlyRelease, law.terms_of_procedure.end("periodic_guarantee", day).day)?;
    Ok(given.valid_to)
}

/// An officer of the release post accepts or refuses it, stops it for new lists, readmits it, or withdraws it.
///
/// # Errors
/// No such permit at the officer's offices, or not this step now; to accept or readmit: the firm is under
/// investigation or nobody said, or the guarantee serves no more; to refuse, stop or withdraw: no reason.
pub(crate) fn decide(
    (number, form): (&str, &PermitDecisionForm),
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Officer, "decide on a periodic declaration permit 集中申报备案审核")?;
    let mut case = seen(number, actor, view, law)?;
    if let Some(long) = note_finding(&form.note) {
        return Err(vec![long]);
    }
    let taken = case.step(&form.decision, actor, at).map_err(|r| vec![r])?;
    let does = |actions: &[&str]| actions.iter().any(|action| taken.does(action));
    if !does(&DECIDED) {
        return Err(vec![not_now(&case)]);
    }
    if does(&["accept_permit", "readmit_permit"]) {
        may_be_admitted(&case.body, form, view, law, at.day())?;
    }
    if does(&REASONED) && form.note.trim().is_empty() {
        return Err(vec![refusals::MISSING.at("/note").with("field", "note")]);
    }
    if does(&["accept_permit", "refuse_permit"]) {
        let accepted = taken.does("accept_permit");
        case.body.decision = Some(PermitDecision { accepted, note: form.note.clone(), at: *at });
    }
    case.note(&form.note);
    go_on(&mut case, at);
    let mut decision = Decision::default();
    told(&case, "periodic_permit.decided", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

fn may_be_admitted(
    permit: &PeriodicPermit,
    form: &PermitDecisionForm,
    view: &dyn View,
    law: &ControlLaw,
    day: Date,
) -> Result<(), Vec<Refusal>> {
    let there = "/under_investigation";
    match form.under_investigation {
        None => return Err(vec![refusals::MISSING.at(there).with("field", "under_investigation")]),
        Some(true) => return Err(vec![refusals::UNDER_INVESTIGATION.at(there).with("party", &permit.party)]),
        Some(false) => {}
    }
    if permit.is_accepted() {
        // readmitted for what is left of its days, not for three months more
        let kept = guarantee::of_party(&permit.guarantee, &permit.party, view, law);
        let kept = kept.ok_or_else(|| vec![no_such_guarantee(&permit.guarantee)])?;
        return if is_in_force(&kept) { Ok(()) } else { Err(vec![not_in_force(&kept, "")]) };
    }
    guarantee_for(&permit.guarantee, &permit.party, view, law, day).map(|_| ()).map_err(|r| vec![r])
}

/// Its party ends it, or an officer does; lists that wait to be gathered stand against it.
///
/// # Errors
/// No such permit for the actor, not in a state for it, or lists wait.
pub(crate) fn end(
    number: &str,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    may_act(actor, "end a periodic declaration permit 终止集中申报备案")?;
    let mut case = seen(number, actor, view, law)?;
    let step = case.step_doing("end_permit", actor).ok_or_else(|| vec![not_now(&case)])?;
    case.step(step, actor, at).map_err(|r| vec![r])?;
    let mut decision = Decision::default();
    told(&case, "periodic_permit.ended", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

/// What follows when a day to gather, or the last day of the permit, has passed: it is suspended for new
/// lists while some are overdue, or has expired.
///
/// # Errors
/// Nothing was due on that day, or it has not passed yet.
pub(crate) fn fall(
    (number, due): (&str, Date),
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let mut case = load(number, view, law).ok_or_else(|| vec![no_such(number)])?;
    if case.body.due() != Some(due) || due >= at.day() {
        return Err(vec![refusals::NOTHING_DUE.at("").with("entry", number).with("date", due)]);
    }
    case.body.worked_off = case.body.worked_off.max(Some(due));
    go_on(&mut case, at);
    let mut decision = Decision::default();
    told(&case, "deadline.fallen", &mut decision);
    decision.record(case.record());
    Ok(decision)
}

/// Takes the automatic steps of a permit as far as they go: at most one after another through its states.
pub(crate) fn go_on(case: &mut PermitCase<'_>, at: &Moment) {
    for _ in 0..4 {
        if case.next_automatic(&Actor::system(), at).is_none() {
            break;
        }
    }
}

/// The party of a permit and the release post act on it, nobody else.
pub(crate) fn may_act(actor: &Actor, what: &str) -> Result<(), Vec<Refusal>> {
    match actor.role {
        Role::Declarant => Ok(()),
        _ => actor.must_hold(Post::Release, what),
    }
}

/// A permit that the actor may know of: its party, and the officers of its office. For others it is not there.
pub(crate) fn seen<'a>(
    number: &str,
    actor: &Actor,
    view: &dyn View,
    law: &'a ControlLaw,
) -> Result<PermitCase<'a>, Vec<Refusal>> {
    let found = load(number, view, law).filter(|case| match actor.role {
        Role::Officer => actor.offices.contains(&case.body.office),
        Role::Declarant => !actor.party.is_empty() && case.body.party == actor.party,
        _ => false,
    });
    found.ok_or_else(|| vec![no_such(number)])
}

/// A permit's case; `None` if there is none of this number.
pub(crate) fn load<'a>(number: &str, view: &dyn View, law: &'a ControlLaw) -> Option<PermitCase<'a>> {
    let record = view.record(&periodic_permit_key(number))?;
    Case::resume(law.periodic_procedure()?, record)
}

/// Whether lists may be filed under it, its days and overdue lists aside.
pub(crate) fn takes_lists(case: &PermitCase<'_>) -> bool {
    case.can("suspend_permit", &Actor::system())
}

pub(crate) fn no_such(number: &str) -> Refusal {
    let shown: String = number.chars().filter(|c| !c.is_control()).take(20).collect();
    refusals::NO_SUCH_PERMIT.at("").with("permit", shown)
}

pub(crate) fn not_now(case: &PermitCase<'_>) -> Refusal {
    let refusal = refusals::PERMIT_NOT_IN_FORCE.at("").with("permit", &case.body.number);
    refusal.with("state", &case.state).with("to", case.body.valid_to)
}

fn no_procedure() -> Refusal {
    refusals::BAD_RECORD.at("").with("record", "periodic_permit")
}

fn note_finding(note: &str) -> Option<Refusal> {
    let length = note.chars().count();
    let long = || refusals::TOO_LONG.at("/note").with("field", "note").with("max", NOTE);
    (length > NOTE).then(|| long().with("length", length))
}

fn told(case: &PermitCase<'_>, kind: &str, decision: &mut Decision) {
    let facts = serde_json::json!({
        "permit": case.body.number,
        "state": case.state,
        "valid_to": case.body.valid_to,
        "lists": case.body.lists.len(),
        "due": case.body.due(),
    });
    decision.tell(kind, &facts);
    decision.answer(&facts);
}

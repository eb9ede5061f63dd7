//! Appointments 任命 and delegations 授权: who holds which post at which office, and who may use which power of
//! his district, from when to when, by whose decision. Dated, one record an officer; nothing is overwritten.
//! An officer acts in the posts that the record gives on the day: the account only says who he is.
//!
//! Nobody decides on his own posts or powers (CL 79, 81). The first head of an office has nobody to appoint him:
//! the program does, on the word of whoever keeps the database, and only while the office has no head.

use crate::command::{Actor, Command, Role};
use crate::guarantee::GuaranteeNumber;
use crate::law::ControlLaw;
use crate::periodic::PermitNumber;
use crate::post::Post;
use crate::refund::{self, RefundNumber};
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::OfficeCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest name of an officer and of a document, in characters.
const NAME: usize = 64;

/// What an officer holds and held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Officer {
    /// Name of the account.
    pub name: String,
    pub appointments: Vec<Appointment>,
    #[serde(default)]
    pub delegations: Vec<Delegation>,
}

/// A post at an office, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub office: OfficeCode,
    pub post: Post,
    pub term: OfficeTerm,
}

/// A power of the district that its head let the head of a customs house use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    pub office: OfficeCode,
    /// Key of a rule of kind `power`.
    pub power: String,
    pub term: OfficeTerm,
}

/// From when to when, and by whose decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeTerm {
    pub from: Date,
    /// The last day; open if absent.
    pub to: Option<Date>,
    /// Number of the document that decides it.
    pub document: String,
    pub by: String,
    pub decided: Moment,
    /// It was ended before its last day.
    pub ended: Option<Ended>,
}

/// How a term ended early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The first day on which it no longer holds.
    pub on: Date,
    pub document: String,
    pub by: String,
    pub decided: Moment,
}

impl OfficeTerm {
    /// Whether it holds on a day.
    pub fn covers(&self, day: Date) -> bool {
        self.meets(day, Some(day))
    }

    /// Whether it holds on a day from `from` to `to`.
    fn meets(&self, from: Date, to: Option<Date>) -> bool {
        to.is_none_or(|to| self.from <= to)
            && self.to.is_none_or(|last| from <= last)
            && self.ended.as_ref().is_none_or(|ended| from < ended.on && self.from < ended.on)
    }
}

impl Officer {
    /// Whether the officer holds the post at the office on a day.
    pub fn holds(&self, post: Post, office: OfficeCode, day: Date) -> bool {
        self.on(day).any(|held| held.post == post && held.office == office)
    }

    /// Whether the officer is a head of the office who may use a power of its district on a day.
    pub fn is_delegate(&self, power: &str, office: OfficeCode, day: Date) -> bool {
        let given = |d: &Delegation| d.power == power && d.office == office && d.term.covers(day);
        self.holds(Post::Head, office, day) && self.delegations.iter().any(given)
    }

    /// The appointments that hold on a day.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &Appointment> {
        self.appointments.iter().filter(move |held| held.term.covers(day))
    }

    /// The offices at which the officer holds a post on a day.
    pub fn offices(&self, day: Date) -> Vec<OfficeCode> {
        let offices: BTreeSet<OfficeCode> = self.on(day).map(|held| held.office).collect();
        offices.into_iter().collect()
    }

    /// The posts on a day, at one office or at any.
    pub fn posts(&self, office: Option<OfficeCode>, day: Date) -> Vec<Post> {
        let held = self.on(day).filter(|held| office.is_none_or(|office| held.office == office));
        let posts: BTreeSet<Post> = held.map(|held| held.post).collect();
        posts.into_iter().collect()
    }

    /// The actor with the offices and posts of the day. Posts that the actor names narrow what the record
    /// gives, never widen it; who names none acts in all that he holds.
    pub fn acting(&self, actor: &Actor, office: Option<OfficeCode>, day: Date) -> Actor {
        let mut posts = self.posts(office, day);
        posts.retain(|post| actor.posts.is_empty() || actor.posts.contains(post));
        Actor { offices: self.offices(day), posts, ..actor.clone() }
    }
}

/// The key of what an officer holds.
pub fn officer_key(name: &str) -> RecordKey {
    RecordKey::new("officer", name)
}

/// The key of the names of all who were ever appointed head of an office.
fn heads_key(office: OfficeCode) -> RecordKey {
    RecordKey::new("office_heads", office.to_string())
}

fn officer(view: &dyn View, name: &str) -> Option<Officer> {
    view.record(&officer_key(name)).and_then(Record::read)
}

/// Who acts: an officer with the posts of the day at the office that the command is about.
///
/// # Errors
/// The officer holds no post on the day, or none of those that he acts in.
pub(crate) fn as_of(
    command: &Command,
    actor: &Actor,
    view: &dyn View,
    at: &Moment,
) -> Result<Actor, Vec<Refusal>> {
    if actor.role != Role::Officer {
        return Ok(actor.clone());
    }
    let none = || {
        let refusal = refusals::NOT_APPOINTED.at("").with("officer", &actor.name);
        vec![refusal.with("date", at.day())]
    };
    let officer = officer(view, &actor.name).ok_or_else(none)?;
    let anywhere = officer.acting(actor, None, at.day());
    if anywhere.posts.is_empty() {
        return Err(none());
    }
    let office = match command {
        // it is filed where the money was taken
        Command::ApplyForRefund(form) => refund::office_of(form, &anywhere, view),
        _ => office_of(command),
    };
    Ok(match office {
        Some(office) => officer.acting(actor, Some(office), at.day()),
        None => anywhere,
    })
}

/// The office that a command is about; `None` if it is about none.
fn office_of(command: &Command) -> Option<OfficeCode> {
    match command {
        Command::TakeStep { entry, .. } => Some(entry.office()),
        Command::Read { of, .. } => of.what.office(&of.number),
        Command::SetRoster(roster) => Some(roster.office),
        Command::DecideGuarantee { number, .. } => GuaranteeNumber::parse(number).map(|number| number.office),
        Command::TakeDisposalStep { number, .. } => number.get(..4).and_then(OfficeCode::parse),
        Command::DecideRefund { number, .. } | Command::NameRefundAccount { number, .. } => {
            RefundNumber::parse(number).map(|number| number.office)
        }
        Command::DecidePeriodicPermit { number, .. }
        | Command::GatherLists { number, .. }
        | Command::EndPeriodicPermit(number) => PermitNumber::parse(number).map(|number| number.office),
        Command::Appoint(form) => Some(form.office),
        Command::EndAppointment(form) => Some(form.office),
        Command::GrantDelegation(form) => Some(form.office),
        Command::RevokeDelegation(form) => Some(form.office),
        _ => None,
    }
}

/// Appoints an officer to a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppointmentForm {
    pub officer: String,
    pub office: OfficeCode,
    pub post: Post,
    pub from: Date,
    /// The last day; open if absent.
    #[serde(default)]
    pub to: Option<Date>,
    /// Number of the document that decides it.
    pub document: String,
}

/// Ends an appointment: at once, or after a last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndAppointmentForm {
    pub officer: String,
    pub office: OfficeCode,
    pub post: Post,
    /// The last day on which it holds; it ends at once if absent.
    #[serde(default)]
    pub last_day: Option<Date>,
    pub document: String,
}

/// Lets the head of a customs house use a power of its district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationForm {
    pub officer: String,
    pub office: OfficeCode,
    pub power: String,
    pub from: Date,
    /// The last day.
    pub to: Date,
    pub document: String,
}

/// Revokes a delegation, at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationRevoked {
    pub officer: String,
    pub office: OfficeCode,
    pub power: String,
    pub document: String,
}

/// What a decision on an officer's posts must see: the officer, and who was ever head of the office.
pub(crate) fn needs(name: &str, office: OfficeCode, view: &dyn View, keys: &mut Keys) {
    keys.record(officer_key(name)).record(heads_key(office));
    for head in heads(view, office) {
        keys.record(officer_key(&head));
    }
}

fn heads(view: &dyn View, office: OfficeCode) -> BTreeSet<String> {
    view.record(&heads_key(office)).and_then(Record::read).unwrap_or_default()
}

/// A decision on an officer's posts or powers under way.
struct Deciding<'a> {
    actor: &'a Actor,
    view: &'a dyn View,
    law: &'a ControlLaw,
    at: &'a Moment,
    refused: Vec<Refusal>,
}

impl<'a> Deciding<'a> {
    fn begin(actor: &'a Actor, view: &'a dyn View, law: &'a ControlLaw, at: &'a Moment) -> Deciding<'a> {
        Deciding { actor, view, law, at, refused: Vec::new() }
    }

    /// Whether the actor has the power at the office, over another than himself.
    fn may(&mut self, power: &str, name: &str, office: OfficeCode) {
        if self.actor.role != Role::Officer {
            self.refused.push(refusals::WRONG_ROLE.at("").with("what", "decide on posts 任免"));
            return;
        }
        let own = officer(self.view, &self.actor.name);
        let has = self.law.powers.check(power, own.as_ref(), office, self.at.day());
        self.refused.extend(has.err());
        if name == self.actor.name {
            self.refused.push(refusals::OWN_POST.at("/officer"));
        }
    }

    /// The program appoints a head where there is none, and nobody else.
    fn first_head(&mut self, form: &AppointmentForm) {
        if form.post != Post::Head {
            let what = "appoint to a post other than head 任命关长以外的岗位";
            self.refused.push(refusals::WRONG_ROLE.at("/post").with("what", what));
        }
        let day = self.at.day();
        let holds =
            |name: &String| officer(self.view, name).is_some_and(|o| o.holds(Post::Head, form.office, day));
        if let Some(head) = heads(self.view, form.office).iter().find(|name| holds(name)) {
            self.refused.push(held(head, form.office));
        }
    }

    fn form(&mut self, name: &str, office: OfficeCode, document: &str) {
        for (path, text) in [("/officer", name), ("/document", document)] {
            let field = &path[1..];
            if text.trim().is_empty() {
                self.refused.push(refusals::MISSING.at(path).with("field", field));
            } else if text.chars().count() > NAME {
                let long = refusals::TOO_LONG.at(path).with("field", field).with("max", NAME);
                self.refused.push(long.with("length", text.chars().count()));
            }
        }
        if name.contains(['/', ' ']) || name.contains(char::is_control) {
            self.refused
                .push(refusals::NOT_IN_FORM.at("/officer").with("field", "officer").with("value", name));
        }
        let day = self.at.day();
        if self.law.codes.contains("office", office.as_str(), day) != Some(true) {
            let unknown = refusals::NOT_LISTED.at("/office").with("field", "office").with("value", office);
            self.refused.push(unknown.with("date", day));
        }
    }

    fn term(&mut self, from: Date, to: Option<Date>, document: &str) -> OfficeTerm {
        let today = self.at.day();
        if from < today || to.is_some_and(|to| to < from) {
            let last = to.map_or_else(|| "…".to_owned(), |to| to.to_string());
            let refusal = refusals::OFFICE_TERM.at("/from").with("from", from).with("to", last);
            self.refused.push(refusal.with("date", today));
        }
        let by = self.actor.name.clone();
        OfficeTerm { from, to, document: document.trim().to_owned(), by, decided: *self.at, ended: None }
    }

    fn end(&mut self, last_day: Option<Date>, document: &str) -> Ended {
        let today = self.at.day();
        let mut on = today;
        if let Some(last) = last_day {
            if last < today {
                let refusal = refusals::OFFICE_TERM.at("/last_day").with("from", today).with("to", last);
                self.refused.push(refusal.with("date", today));
            }
            on = last.tomorrow().unwrap_or(last);
        }
        let by = self.actor.name.clone();
        Ended { on, document: document.trim().to_owned(), by, decided: *self.at }
    }

    /// The decision, if nothing refuses it.
    fn close(
        self,
        event: &str,
        officer: &Officer,
        facts: &serde_json::Value,
    ) -> Result<Decision, Vec<Refusal>> {
        if !self.refused.is_empty() {
            return Err(self.refused);
        }
        let mut decision = Decision::default();
        decision.tell(event, facts);
        decision.answer(facts);
        decision.record(kept(officer_key(&officer.name), "", officer, self.view));
        Ok(decision)
    }
}

fn kept(key: RecordKey, office: &str, body: &impl Serialize, view: &dyn View) -> Record {
    Record {
        version: view.record(&key).map_or(0, |r| r.version) + 1,
        key,
        state: String::new(),
        owner: String::new(),
        office: office.to_owned(),
        due: None,
        schema: 1,
        body: serde_json::to_string(body).expect("our types serialise"),
    }
}

fn held(name: &str, office: OfficeCode) -> Refusal {
    refusals::ALREADY_HELD.at("/officer").with("officer", name).with("office", office)
}

fn not_held(name: &str, office: OfficeCode, what: &str, day: Date) -> Refusal {
    let refusal = refusals::NOT_HELD.at("/officer").with("officer", name).with("office", office);
    refusal.with("what", what).with("date", day)
}

/// Appoints an officer.
///
/// # Errors
/// The actor may not, or not this one; or the appointment does not fit.
pub(crate) fn appoint(
    form: &AppointmentForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let mut deciding = Deciding::begin(actor, view, law, at);
    if actor.is_system() {
        deciding.first_head(form);
    } else {
        deciding.may("appoint", &form.officer, form.office);
    }
    deciding.form(&form.officer, form.office, &form.document);
    let term = deciding.term(form.from, form.to, &form.document);
    let mut officer = officer(view, &form.officer).unwrap_or_default();
    officer.name.clone_from(&form.officer);
    let same = |held: &Appointment| held.office == form.office && held.post == form.post;
    if officer.appointments.iter().any(|one| same(one) && one.term.meets(form.from, form.to)) {
        deciding.refused.push(held(&form.officer, form.office));
    }
    let facts = serde_json::json!({
        "officer": form.officer,
        "office": form.office,
        "post": form.post,
        "from": form.from,
        "to": form.to,
        "document": term.document,
    });
    officer.appointments.push(Appointment { office: form.office, post: form.post, term });
    let mut decision = deciding.close("appointment.set", &officer, &facts)?;
    if form.post == Post::Head {
        let mut heads = heads(view, form.office);
        if heads.insert(form.officer.clone()) {
            decision.record(kept(heads_key(form.office), form.office.as_str(), &heads, view));
        }
    }
    Ok(decision)
}

/// Ends an appointment that holds or is to come.
///
/// # Errors
/// The actor may not, or there is none.
pub(crate) fn end(
    form: &EndAppointmentForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let mut deciding = Deciding::begin(actor, view, law, at);
    deciding.may("appoint", &form.officer, form.office);
    deciding.form(&form.officer, form.office, &form.document);
    let ended = deciding.end(form.last_day, &form.document);
    let mut officer = officer(view, &form.officer).unwrap_or_default();
    let mine = |one: &&mut Appointment| {
        one.office == form.office && one.post == form.post && one.term.meets(ended.on, None)
    };
    match officer.appointments.iter_mut().find(mine) {
        Some(one) => one.term.ended = Some(ended.clone()),
        None => deciding.refused.push(not_held(&form.officer, form.office, form.post.name(), ended.on)),
    }
    let facts = serde_json::json!({
        "officer": form.officer,
        "office": form.office,
        "post": form.post,
        "ended": ended.on,
        "document": ended.document,
    });
    deciding.close("appointment.ended", &officer, &facts)
}

/// The head of a district lets the head of one of its houses use a power of the district.
///
/// # Errors
/// The actor is not head of the district, the power cannot be delegated, or the officer is not a head of the
/// house when it begins.
pub(crate) fn delegate(
    form: &DelegationForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let mut deciding = Deciding::begin(actor, view, law, at);
    deciding.may("delegate", &form.officer, form.office);
    deciding.form(&form.officer, form.office, &form.document);
    let term = deciding.term(form.from, Some(form.to), &form.document);
    if !law.powers.get(&form.power, form.from).is_some_and(|power| power.delegable) {
        let unknown = refusals::NOT_LISTED.at("/power").with("field", "power").with("value", &form.power);
        deciding.refused.push(unknown.with("date", form.from));
    }
    let mut officer = officer(view, &form.officer).unwrap_or_default();
    if !officer.holds(Post::Head, form.office, form.from) {
        deciding.refused.push(not_held(&form.officer, form.office, Post::Head.name(), form.from));
    }
    let same = |one: &Delegation| one.office == form.office && one.power == form.power;
    if officer.delegations.iter().any(|one| same(one) && one.term.meets(form.from, Some(form.to))) {
        deciding.refused.push(held(&form.officer, form.office));
    }
    let facts = serde_json::json!({
        "officer": form.officer,
        "office": form.office,
        "power": form.power,
        "from": form.from,
        "to": form.to,
        "document": term.document,
    });
    officer.delegations.push(Delegation { office: form.office, power: form.power.clone(), term });
    deciding.close("delegation.granted", &officer, &facts)
}

/// The head of the district revokes what was delegated.
///
/// # Errors
/// The actor is not head of the district, or nothing is delegated.
pub(crate) fn revoke(
    form: &DelegationRevoked,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    let mut deciding = Deciding::begin(actor, view, law, at);
    deciding.may("delegate", &form.officer, form.office);
    deciding.form(&form.officer, form.office, &form.document);
    let ended = deciding.end(None, &form.document);
    let mut officer = officer(view, &form.officer).unwrap_or_default();
    let mine = |one: &&mut Delegation| {
        one.office == form.office && one.power == form.power && one.term.meets(ended.on, None)
    };
    match officer.delegations.iter_mut().find(mine) {
        Some(one) => one.term.ended = Some(ended.clone()),
        None => deciding.refused.push(not_held(&form.officer, form.office, &form.power, at.day())),
    }
    let facts = serde_json::json!({
        "officer": form.officer,
        "office": form.office,
        "power": form.power,
        "revoked": ended.on,
        "document": ended.document,
    });
    deciding.close("delegation.revoked", &officer, &facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn term(from: &str, to: Option<&str>, ended: Option<&str>) -> OfficeTerm {
        let decided = Moment { utc_micros: 0, local: day(from).at(9, 0, 0, 0) };
        let end = |on| Ended { on: day(on), document: "关免1".to_owned(), by: "head".to_owned(), decided };
        OfficeTerm {
            from: day(from),
            to: to.map(day),
            document: "关任1".to_owned(),
            by: "head".to_owned(),
            decided,
            ended: ended.map(end),
        }
    }

    #[test]
    fn a_term_holds_from_its_first_day_to_its_last() {
        let (from, to) = ("2026-03-02", Some("2026-03-31"));
        for (held, on, expected) in [
            (term(from, to, None), "2026-03-01", false),
            (term(from, to, None), "2026-03-02", true),
            (term(from, to, None), "2026-03-31", true),
            (term(from, to, None), "2026-04-01", false),
            (term(from, None, None), "2046-04-01", true),
            (term(from, None, Some("2026-03-10")), "2026-03-09", true),
            (term(from, None, Some("2026-03-10")), "2026-03-10", false),
            (term(from, to, Some("2026-03-02")), "2026-03-02", false),
        ] {
            assert_eq!(held.covers(day(on)), expected, "{held:?} on {on}");
        }
        assert!(!term(from, None, Some(from)).meets(day("2026-01-01"), None), "it never held");
        assert!(term(from, to, None).meets(day("2026-01-01"), Some(day("2026-03-02"))));
        assert!(!term(from, to, None).meets(day("2026-01-01"), Some(day("2026-03-01"))));
    }

    #[test]
    fn named_posts_narrow_and_never_widen() {
        let at = |office: &str, post| Appointment {
            office: OfficeCode::parse(office).unwrap(),
            post,
            term: term("2026-03-02", None, None),
        };
        let officer = Officer {
            name: "o".to_owned(),
            appointments: vec![at("2225", Post::Release), at("2225", Post::Audit), at("2248", Post::Head)],
            delegations: Vec::new(),
        };
        let on = day("2026-03-02");
        let acting = |posts: &[Post], office: Option<&str>, on| {
            let actor = Actor { role: Role::Officer, posts: posts.to_vec(), ..Actor::system() };
            let acting = officer.acting(&actor, office.and_then(OfficeCode::parse), on);
            (acting.posts, acting.offices.len())
        };
        use Post::*;
        assert_eq!(acting(&[], Some("2225"), on), (vec![Release, Audit], 2));
        assert_eq!(acting(&[], Some("2248"), on), (vec![Head], 2));
        assert_eq!(acting(&[], None, on), (vec![Release, Audit, Head], 2));
        assert_eq!(acting(&[Release, Examination], Some("2225"), on), (vec![Release], 2));
        assert_eq!(acting(&[Head], Some("2225"), on), (vec![], 2), "head elsewhere is not head here");
        assert_eq!(acting(&[], None, day("2026-03-01")), (vec![], 0));
    }
}

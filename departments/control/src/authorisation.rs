//! Authorisation 报关委托: a principal lets a broker declare for it, within a scope and for a time. Acting
//! without it is refused. In its own name a broker answers for everything jointly; in its client's name it
//! answers jointly for what its own breach caused. Source: CL 10, TL 55.

use crate::command::{Actor, Role};
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CreditCode, Direction, OfficeCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a principal grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorisationForm {
    pub agent: CreditCode,
    pub scope: Scope,
    /// One office only; any if absent.
    #[serde(default)]
    pub office: Option<OfficeCode>,
    pub in_name: InName,
    pub valid_from: Date,
    /// The last day on which it holds.
    pub valid_to: Date,
    /// It may also ask for refunds, in the principal's name 代为申请退税: the money goes to the principal.
    #[serde(default)]
    pub refunds: bool,
}

/// Whose authorisation a principal ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorisationRevoked {
    pub agent: CreditCode,
}

/// Which declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Import,
    Export,
    Both,
}

/// In whose name a broker declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InName {
    /// 直接代理: in the client's name; jointly liable for what the broker's breach caused.
    Client,
    /// 间接代理: in its own name; jointly liable for everything.
    Own,
}

/// An authorisation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorisation {
    pub principal: String,
    pub granted: AuthorisationForm,
    pub on: Date,
    pub revoked: Option<Date>,
}

impl Authorisation {
    fn covers(&self, direction: Direction, office: OfficeCode, day: Date) -> bool {
        let form = &self.granted;
        let scope = matches!(
            (form.scope, direction),
            (Scope::Both, _) | (Scope::Import, Direction::Import) | (Scope::Export, Direction::Export)
        );
        scope
            && form.office.is_none_or(|own| own == office)
            && (form.valid_from..=form.valid_to).contains(&day)
            && self.revoked.is_none_or(|revoked| day < revoked)
    }
}

/// The key of what a principal granted an agent.
pub fn authorisation_key(principal: &str, agent: &str) -> RecordKey {
    RecordKey::new("authorisation", format!("{principal}-{agent}"))
}

pub(crate) fn needs(principal: &str, agent: Option<&str>, keys: &mut Keys) {
    if let Some(agent) = agent.filter(|agent| *agent != principal) {
        keys.record(authorisation_key(principal, agent));
    }
}

/// What an agent may do for a principal; for the principal itself there is nothing to ask.
///
/// # Errors
/// The party acts for another without an authorisation that covers this.
pub(crate) fn check(
    (principal, party): (&str, &str),
    (direction, office): (Direction, OfficeCode),
    view: &dyn View,
    day: Date,
) -> Result<Option<InName>, Refusal> {
    if principal == party {
        return Ok(None);
    }
    let granted = view.record(&authorisation_key(principal, party)).and_then(Record::read::<Authorisation>);
    let covering = granted.filter(|granted| granted.covers(direction, office, day));
    let refused = || {
        refusals::NOT_AUTHORISED.at("/agent/credit_code").with("agent", party).with("principal", principal)
    };
    covering.map(|granted| Some(granted.granted.in_name)).ok_or_else(refused)
}

/// Whether an agent may ask for a refund of what a declaration brought, in its principal's name.
pub(crate) fn may_ask_for_refunds(
    (principal, agent): (&str, &str),
    (direction, office): (Direction, OfficeCode),
    view: &dyn View,
    day: Date,
) -> bool {
    let granted = view.record(&authorisation_key(principal, agent)).and_then(Record::read::<Authorisation>);
    granted.is_some_and(|granted| granted.granted.refunds && granted.covers(direction, office, day))
}

/// A principal grants, or grants anew; what held before ends.
pub(crate) fn grant(
    form: &AuthorisationForm,
    actor: &Actor,
    view: &dyn View,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "authorise a broker 委托报关")?;
    let mut refused = Vec::new();
    if !form.agent.check_holds() {
        refused.push(refusals::PARTY_CHECK.at("/agent").with("code", form.agent));
    }
    if form.agent.as_str() == actor.party || form.valid_to < form.valid_from {
        refused.push(refusals::AUTHORISATION_EMPTY.at("/valid_to"));
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let body =
        Authorisation { principal: actor.party.clone(), granted: form.clone(), on: at.day(), revoked: None };
    Ok(keep(body, "authorisation.granted", view))
}

/// A principal revokes what it granted; from this day on it does not hold.
pub(crate) fn revoke(
    agent: CreditCode,
    actor: &Actor,
    view: &dyn View,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Declarant, "revoke an authorisation 撤销委托")?;
    let record = view.record(&authorisation_key(&actor.party, agent.as_str()));
    let granted = record.and_then(Record::read::<Authorisation>).filter(|a| a.revoked.is_none());
    let none = || {
        let refusal = refusals::NOT_AUTHORISED.at("/agent").with("agent", agent);
        vec![refusal.with("principal", &actor.party)]
    };
    let granted = granted.ok_or_else(none)?;
    Ok(keep(Authorisation { revoked: Some(at.day()), ..granted }, "authorisation.revoked", view))
}

fn keep(body: Authorisation, event: &str, view: &dyn View) -> Decision {
    let key = authorisation_key(&body.principal, body.granted.agent.as_str());
    let mut decision = Decision::default();
    decision.tell(event, &body);
    decision.answer(&body);
    decision.record(Record {
        version: view.record(&key).map_or(0, |r| r.version) + 1,
        key,
        state: if body.revoked.is_some() { "revoked" } else { "granted" }.to_owned(),
        owner: body.principal.clone(),
        office: body.granted.office.map_or_else(String::new, |o| o.to_string()),
        due: None,
        schema: 1,
        body: serde_json::to_string(&body).expect("our types serialise"),
    });
    decision
}

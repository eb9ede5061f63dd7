//! Posts 岗位: who holds which post at an office, from when to when and by whose decision; which powers are reserved
//! to the head of the district, and to whom he delegated them. Heads appoint, dismiss, delegate and revoke here.

use super::small::{Field, Fields, Refused, Typed, submit, value};
use super::words::{Finding, code_name, day_words};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use customhouse_control::{
    Actor, AppointmentForm, Command, ControlLaw, DelegationForm, DelegationRevoked, EndAppointmentForm,
    Level, OfficeTerm, Officer, Post, Role, officer_key,
};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::OfficeCode;
use customhouse_storage::{Query as Records, Reader, StoreError, each_record};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    office: String,
    done: String,
}

#[derive(Template)]
#[template(path = "officers.html")]
struct Page {
    frame: Frame,
    done: &'static str,
    findings: Vec<Finding>,
    office: String,
    office_name: String,
    /// Other offices of the reader's: code, name.
    offices: Vec<(String, String)>,
    held: Vec<Row>,
    /// What is over, newest first.
    former: Vec<Row>,
    powers: Vec<PowerRow>,
    delegated: Vec<Row>,
    former_delegated: Vec<Row>,
    /// The forms of whoever may appoint, and of whoever may delegate.
    appoint: Vec<Field>,
    delegate: Vec<Field>,
    key: String,
    open: &'static str,
}

/// A post that somebody holds, or a power that was delegated to him.
struct Row {
    officer: String,
    /// The post or the power: its name in forms, and in words.
    id: String,
    what: String,
    from: String,
    to: String,
    document: String,
    by: String,
    /// That it has not begun, as a key of the texts.
    to_come: bool,
    /// The day on which it ended early, by whom and by which document.
    ended: Option<(String, String, String)>,
    /// Of the form that ends it; nothing for who may not, and of one's own.
    key: Option<String>,
    begins: Date,
}

struct PowerRow {
    title: String,
    posts: String,
    district: bool,
    delegable: bool,
    basis: String,
}

/// Whose terms at an office a page shows.
struct Terms<'a> {
    today: Date,
    lang: Lang,
    reader: &'a str,
    /// Whether the reader may end them.
    may: bool,
}

impl Terms<'_> {
    fn row(&self, officer: &str, (id, what): (&str, String), term: &OfficeTerm) -> Row {
        let is_over = self.is_over(term);
        Row {
            officer: officer.to_owned(),
            id: id.to_owned(),
            what,
            from: day_words(term.from, self.lang),
            to: term.to.map_or_else(String::new, |to| day_words(to, self.lang)),
            document: term.document.clone(),
            by: term.by.clone(),
            to_come: !is_over && term.from > self.today,
            ended: term
                .ended
                .as_ref()
                .map(|ended| (ended.on.to_string(), ended.by.clone(), ended.document.clone())),
            key: (self.may && !is_over && officer != self.reader).then(secrets::random),
            begins: term.from,
        }
    }

    fn is_over(&self, term: &OfficeTerm) -> bool {
        term.to.is_some_and(|to| to < self.today)
            || term.ended.as_ref().is_some_and(|ended| ended.on <= self.today)
    }

    /// Those that hold or are to come, and those that are over, the newest of which first.
    fn split(&self, rows: Vec<(bool, Row)>) -> (Vec<Row>, Vec<Row>) {
        let (over, held): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(over, _)| *over);
        let mut over: Vec<Row> = over.into_iter().map(|(_, row)| row).collect();
        over.sort_by_key(|row| std::cmp::Reverse(row.begins));
        (held.into_iter().map(|(_, row)| row).collect(), over)
    }
}

/// `GET /officers`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let done = match filter.done.as_str() {
        "appointed" => "officers.appointed",
        "ended" => "officers.ended",
        "delegated" => "officers.delegated",
        "revoked" => "officers.revoked",
        _ => "",
    };
    page(&portal, &signed_in, &filter.office, done, Refused::default()).await
}

/// `POST /officers`
pub(crate) async fn appoint(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let said = ("appointment", "appointment.set", "appointed");
    take::<AppointmentForm>(&portal, &signed_in, typed, said, Command::Appoint).await
}

/// `POST /officers/endings`
pub(crate) async fn end(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let said = ("ending", "appointment.ended", "ended");
    take::<EndAppointmentForm>(&portal, &signed_in, typed, said, Command::EndAppointment).await
}

/// `POST /officers/delegations`
pub(crate) async fn delegate(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let said = ("delegation", "delegation.granted", "delegated");
    take::<DelegationForm>(&portal, &signed_in, typed, said, Command::GrantDelegation).await
}

/// `POST /officers/delegations/revocations`
pub(crate) async fn revoke(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let said = ("revocation", "delegation.revoked", "revoked");
    take::<DelegationRevoked>(&portal, &signed_in, typed, said, Command::RevokeDelegation).await
}

/// Submits a form: its name, the event that it becomes, and what the page says then.
async fn take<T: SmallForm>(
    portal: &Portal,
    signed_in: &SignedIn,
    typed: Typed,
    (form, event, done): (&str, &'static str, &str),
    command: impl FnOnce(T) -> Command,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let office = value(&typed, "office").to_owned();
    match submit(portal, signed_in, ("", &typed), event, command).await? {
        Ok(_) => Ok(to(&format!("/officers?office={}&done={done}", super::encoded(&office)))),
        Err(findings) => page(portal, signed_in, &office, "", Refused::of(form, typed, findings)).await,
    }
}

/// Who holds and held a post at an office. Every officer's record is looked at: a territory has some ten thousands,
/// and this page is opened now and then.
fn at_office(reader: &mut dyn Reader, office: OfficeCode) -> Result<Vec<Officer>, StoreError> {
    let (mut officers, mut damaged) = (Vec::new(), None);
    let query = Records { kind: "officer".to_owned(), ..Records::default() };
    each_record(reader, query, |record| match access::body::<Officer>(record) {
        Ok(officer) if officer.appointments.iter().any(|held| held.office == office) => {
            officers.push(officer);
        }
        Ok(_) => {}
        Err(e) => damaged = Some(e),
    })?;
    damaged.map_or(Ok(officers), Err)
}

/// The offices whose posts an officer may look at: his own, and what he may appoint to.
fn may_see(actor: &Actor, own: Option<&Officer>, law: &ControlLaw, office: OfficeCode, today: Date) -> bool {
    actor.offices.contains(&office) || law.powers.check("appoint", own, office, today).is_ok()
}

async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    office: &str,
    done: &'static str,
    refused: Refused,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let (actor, lang) = (signed_in.actor(), signed_in.visitor.lang);
    let (law, today) = (portal.law(), portal.engine().now().day());
    let wanted = OfficeCode::parse(office).or_else(|| actor.offices.first().copied());
    let office = wanted.ok_or(problem::FORBIDDEN)?;
    let (viewer, edition) = (actor.clone(), portal.law());
    let found = portal.read(move |reader| {
        let own = reader.record(&officer_key(&viewer.name))?.and_then(|record| record.read::<Officer>());
        if !may_see(&viewer, own.as_ref(), &edition.control, office, today) {
            return Ok(None);
        }
        Ok(Some((own, at_office(reader, office)?)))
    });
    let (own, officers) = found.await?.ok_or(problem::NOT_FOUND)?;
    let law = &law.control;
    let may = |power: &str| law.powers.check(power, own.as_ref(), office, today).is_ok();
    let (may_appoint, may_delegate) = (may("appoint"), may("delegate"));
    let posts = Terms { today, lang, reader: &actor.name, may: may_appoint };
    let held = officers.iter().flat_map(|officer| {
        let at = officer.appointments.iter().filter(|held| held.office == office);
        at.map(|held| {
            let what = (held.post.name(), say_of("role", held.post.name(), lang));
            (posts.is_over(&held.term), posts.row(&officer.name, what, &held.term))
        })
    });
    let (held, former) = posts.split(held.collect());
    let powers = Terms { may: may_delegate, ..posts };
    let delegated = officers.iter().flat_map(|officer| {
        let at = officer.delegations.iter().filter(|given| given.office == office);
        at.map(|given| {
            let title = law.powers.get(&given.power, given.term.from).map(|power| &power.title);
            let what = title.map_or_else(|| given.power.clone(), |title| title.get(lang).to_owned());
            let what = (given.power.as_str(), what);
            (powers.is_over(&given.term), powers.row(&officer.name, what, &given.term))
        })
    });
    let (delegated, former_delegated) = powers.split(delegated.collect());
    let mut findings = refused.findings_of(&refused.form, lang);
    let typed = |form: &str| {
        let mine = refused.form == form;
        let mut typed = if mine { refused.typed.clone() } else { Typed::new() };
        if value(&typed, "from").is_empty() {
            typed.push(("from".to_owned(), today.to_string()));
        }
        typed
    };
    let appoint =
        if may_appoint { appoint_fields(&typed("appointment"), &mut findings, lang) } else { vec![] };
    let delegate = if may_delegate {
        delegate_fields(law, (&officers, office), &typed("delegation"), &mut findings, (today, lang))
    } else {
        vec![]
    };
    let mut frame = signed_in.visitor.frame("officers");
    frame.here = format!("/officers?office={office}");
    let named = |office: OfficeCode| code_name(law, "office", office.as_str(), today, lang);
    let offices = actor.offices.iter().filter(|own| **own != office);
    Ok(html(&Page {
        frame,
        done,
        office: office.to_string(),
        office_name: named(office),
        offices: offices.map(|own| (own.to_string(), named(*own))).collect(),
        held,
        former,
        powers: power_rows(law, today, lang),
        delegated,
        former_delegated,
        appoint,
        delegate,
        key: secrets::random(),
        open: match refused.form.as_str() {
            "appointment" => "appointment",
            "delegation" => "delegation",
            _ => "",
        },
        findings,
    }))
}

fn power_rows(law: &ControlLaw, today: Date, lang: Lang) -> Vec<PowerRow> {
    let rows = law.powers.on(today).map(|power| {
        let basis = law.rulebook.by_id(&format!("power.{}", power.key)).map(|rule| &rule.basis);
        PowerRow {
            title: power.title.get(lang).to_owned(),
            posts: power
                .posts
                .iter()
                .map(|post| say_of("role", post.name(), lang))
                .collect::<Vec<_>>()
                .join(" · "),
            district: power.level == Level::District,
            delegable: power.delegable,
            basis: basis.map_or_else(String::new, |b| format!("{} {}", b.document, b.article)),
        }
    });
    rows.collect()
}

/// The office of a form is the page's.
fn shown<T: SmallForm>(fields: &mut Fields<'_>) -> Vec<Field> {
    T::MEMBERS.iter().filter(|member| member.name != "office").map(|member| fields.field(member)).collect()
}

fn appoint_fields(typed: &Typed, findings: &mut [Finding], lang: Lang) -> Vec<Field> {
    let mut fields = Fields { form: "appointment", prefix: "a", typed, findings, lang };
    let posts = || Post::ALL.map(|post| (post.name().to_owned(), say_of("role", post.name(), lang)));
    let with_posts = |field: Field| match field.name {
        "post" => field.of_options("select", posts().to_vec()),
        _ => field,
    };
    shown::<AppointmentForm>(&mut fields).into_iter().map(with_posts).collect()
}

/// To whom one delegates is a head of the office.
fn delegate_fields(
    law: &ControlLaw,
    (officers, office): (&[Officer], OfficeCode),
    typed: &Typed,
    findings: &mut [Finding],
    (today, lang): (Date, Lang),
) -> Vec<Field> {
    let mut fields = Fields { form: "delegation", prefix: "d", typed, findings, lang };
    let heads = officers.iter().filter(|officer| officer.holds(Post::Head, office, today));
    let heads: Vec<_> = heads.map(|officer| (officer.name.clone(), officer.name.clone())).collect();
    let powers = law.powers.delegable(today);
    let powers: Vec<_> =
        powers.map(|power| (power.key.to_string(), power.title.get(lang).to_owned())).collect();
    let with_options = |field: Field| match field.name {
        "officer" => field.of_options("select", heads.clone()),
        "power" => field.of_options("select", powers.clone()),
        _ => field,
    };
    shown::<DelegationForm>(&mut fields).into_iter().map(with_options).collect()
}

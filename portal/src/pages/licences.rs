//! Licences 许可证件: a trader's own and, for customs, all that were taken over from the authorities that
//! issue them, with what is left on each and which declarations drew on it.

use super::bars::Bars;
use super::small::{Field, Fields, Refused, Typed, submit, value};
use super::words::{Finding, Tag, code_name, grouped};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::lists::{self, Wanted};
use crate::names::{Names, PartyName};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use customhouse_control::{
    Actor, Command, ControlLaw, DeclarationRecord, LicenceForm, Post, Role, licence_key,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Exact;
use customhouse_storage::{Query as Records, Reader, StoreError, each_record};
use jiff::civil::Date;
use serde::Deserialize;

const ROWS: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    after: String,
    done: String,
}

#[derive(Template)]
#[template(path = "licences.html")]
struct Page {
    frame: Frame,
    for_customs: bool,
    done: bool,
    rows: Vec<Row>,
    next: Option<String>,
    /// The form to record one; nothing for whoever may not.
    form: Vec<Field>,
    open: bool,
    key: String,
    findings: Vec<Finding>,
}

struct Row {
    address: String,
    number: String,
    kind: String,
    holder: PartyName,
    goods: String,
    left: String,
    of: String,
    unit: String,
    uses: String,
    valid: String,
    over: bool,
}

/// A licence with its quantity and its uses that are left.
type Kept = (LicenceForm, Exact, i64);

impl Row {
    fn of((licence, left, uses): &Kept, names: &Names, law: &ControlLaw, (day, lang): (Date, Lang)) -> Row {
        Row {
            address: address(licence),
            number: licence.number.clone(),
            kind: kind(licence, law, day, lang),
            holder: names.party(licence.holder.as_str()),
            goods: licence.goods.to_string(),
            left: grouped(left),
            of: grouped(licence.quantity),
            unit: unit(licence, law, day, lang),
            uses: format!("{uses}/{}", licence.uses),
            valid: format!("{} – {}", licence.valid_from, licence.valid_to),
            over: day > licence.valid_to,
        }
    }
}

fn address(licence: &LicenceForm) -> String {
    let part = super::frame::encoded;
    format!("/licences/{}/{}", part(&licence.certificate), part(&licence.number))
}

fn kind(licence: &LicenceForm, law: &ControlLaw, day: Date, lang: Lang) -> String {
    let name = code_name(law, "document", &licence.certificate, day, lang);
    format!("{} {name}", licence.certificate).trim_end().to_owned()
}

fn unit(licence: &LicenceForm, law: &ControlLaw, day: Date, lang: Lang) -> String {
    let name = code_name(law, "unit", licence.unit.as_str(), day, lang);
    if name.is_empty() { licence.unit.to_string() } else { name }
}

/// `GET /licences`
pub(crate) async fn list(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, &filter, Refused::default()).await
}

/// `POST /licences`
pub(crate) async fn record(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    match submit(&portal, &signed_in, ("", &typed), "licence.recorded", Command::RecordLicence).await? {
        Ok(_) => Ok(to("/licences?done=recorded")),
        Err(findings) => {
            page(&portal, &signed_in, &Filter::default(), Refused::of("licence", typed, findings)).await
        }
    }
}

async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    filter: &Filter,
    refused: Refused,
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    if !lists::has(&actor, "licence") {
        return Err(problem::FORBIDDEN.into());
    }
    let records = actor.role == Role::Officer && actor.posts.contains(&Post::Head);
    let for_customs = actor.role == Role::Officer;
    let after = Some(filter.after.clone()).filter(|after| !after.is_empty());
    let wanted = Wanted { state: None, after, limit: ROWS };
    let found = portal.read(move |reader| {
        let page = lists::page(reader, &actor, "licence", &wanted)?;
        let mut rows = Vec::new();
        for record in &page.records {
            let licence: LicenceForm = access::body(record)?;
            rows.extend(access::licence(reader, &actor, &licence.certificate, &licence.number)?);
        }
        let names = Names::gather(reader, rows.iter().map(|(licence, ..): &Kept| licence.holder.as_str()))?;
        Ok((rows, page.next, names))
    });
    let (rows, next, names) = found.await?;
    let (law, lang, day) = (portal.law(), signed_in.visitor.lang, portal.engine().now().day());
    let mut findings = refused.findings_of("licence", lang);
    let form =
        if records { fields(&law.control, &refused.typed, &mut findings, (day, lang)) } else { Vec::new() };
    let mut frame = signed_in.visitor.frame("licences");
    if !findings.is_empty() {
        frame.here = "/licences".to_owned();
    }
    Ok(html(&Page {
        frame,
        for_customs,
        done: filter.done == "recorded",
        rows: rows.iter().map(|row| Row::of(row, &names, &law.control, (day, lang))).collect(),
        next: next.map(|after| format!("/licences?after={}", super::frame::encoded(&after))),
        open: !findings.is_empty(),
        form,
        key: secrets::random(),
        findings,
    }))
}

fn fields(
    law: &ControlLaw,
    typed: &Typed,
    findings: &mut [Finding],
    (day, lang): (Date, Lang),
) -> Vec<Field> {
    let mut fields = Fields { form: "licence", prefix: "", typed, findings, lang };
    let list = |list: &str| {
        let codes = law.codes.list(list, day);
        codes.map(|(code, name)| (code.to_owned(), name.get(lang).to_owned())).collect::<Vec<_>>()
    };
    let made = LicenceForm::MEMBERS.iter().map(|member| {
        let field = fields.field(member);
        match member.name {
            "certificate" => Field { coded: true, ..field.of_options("select", list("document")) },
            "unit" => {
                let unit = code_name(law, "unit", value(typed, "unit"), day, lang);
                if unit.is_empty() { field } else { Field { hint: unit, ..field } }
            }
            _ => field,
        }
    });
    made.collect()
}

#[derive(Template)]
#[template(path = "licence.html")]
struct OnePage {
    frame: Frame,
    number: String,
    kind: String,
    left: String,
    unit: String,
    over: bool,
    stand: Bars,
    facts: Vec<(&'static str, String, String)>,
    draws: Vec<DrawRow>,
    /// Declarations that the reader may not open have drawn, too.
    elsewhere: bool,
}

struct DrawRow {
    entry: String,
    tag: Tag,
    day: String,
    line: u32,
    goods: String,
    quantity: String,
}

/// `GET /licences/{certificate}/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((certificate, number)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    let found = portal.read(move |reader| {
        let Some(kept) = access::licence(reader, &actor, &certificate, &number)? else { return Ok(None) };
        let drawn = drawn(reader, &actor, &kept.0)?;
        let holder = Names::default().of(reader, kept.0.holder.as_str())?;
        Ok(Some((kept, drawn, holder)))
    });
    let ((licence, left, uses), (drawn, elsewhere), holder) = found.await?.ok_or(problem::NOT_FOUND)?;
    let (law, lang, day) = (portal.law(), signed_in.visitor.lang, portal.engine().now().day());
    let law = &law.control;
    let key = licence_key(&licence.certificate, &licence.number).id;
    let draws = drawn.iter().flat_map(|(record, body)| {
        let procedure = law.procedure_of(body.entry_number.direction());
        let own = body.draws.iter().filter(|draw| draw.licence == key);
        own.map(|draw| DrawRow {
            entry: body.entry_number.to_string(),
            tag: Tag::of(procedure, &record.state, lang),
            day: body.completed.to_string(),
            line: draw.line,
            goods: if draw.line == 1 { body.first_goods.clone() } else { String::new() },
            quantity: grouped(LicenceForm::quantity_of(draw.steps)),
        })
    });
    let unit = unit(&licence, law, day, lang);
    Ok(html(&OnePage {
        number: licence.number.clone(),
        kind: kind(&licence, law, day, lang),
        left: grouped(left),
        over: day > licence.valid_to,
        stand: stand(&licence, left, &unit, lang),
        facts: vec![
            ("licences.holder", licence.holder.to_string(), holder),
            ("licences.goods", licence.goods.to_string(), String::new()),
            ("licences.quantity", String::new(), format!("{} {unit}", grouped(licence.quantity))),
            ("licences.uses_left", String::new(), format!("{uses}/{}", licence.uses)),
            ("licences.valid", String::new(), format!("{} – {}", licence.valid_from, licence.valid_to)),
        ],
        draws: draws.collect(),
        elsewhere,
        unit,
        frame: signed_in.visitor.frame("licences"),
    }))
}

/// What is left and what was drawn.
fn stand(licence: &LicenceForm, left: Exact, unit: &str, lang: Lang) -> Bars {
    let say = |name: &str| say_of("licence_stand", name, lang);
    let drawn = licence.quantity.sub(left).unwrap_or_default();
    let reading = say("reading")
        .replace("{left}", &grouped(left))
        .replace("{of}", &grouped(licence.quantity))
        .replace("{unit}", unit);
    let parts = [("left", "good", left), ("drawn", "plain", drawn)];
    let parts = parts.map(|(name, tone, quantity)| {
        (say(name), tone, quantity.steps(5).unwrap_or(0), vec![grouped(quantity)])
    });
    Bars::of(say("title"), reading, vec![unit.to_owned()], parts)
}

/// The holder's declarations that drew on a licence and that the actor may open; whether there are others.
/// Only its holder's can: they are read by owner.
fn drawn(
    reader: &mut dyn Reader,
    actor: &Actor,
    licence: &LicenceForm,
) -> Result<(Vec<(Record, DeclarationRecord)>, bool), StoreError> {
    let key = licence_key(&licence.certificate, &licence.number).id;
    let of_holder = Records {
        kind: "declaration".to_owned(),
        owner: Some(licence.holder.to_string()),
        ..Records::default()
    };
    let mut drew = Vec::new();
    each_record(reader, of_holder, |record| {
        let body = record.read::<DeclarationRecord>();
        let body = body.filter(|body| body.draws.iter().any(|draw| draw.licence == key));
        drew.extend(body.map(|body| (record.clone(), body)));
    })?;
    let all = drew.len();
    let mut seen = Vec::new();
    for (record, body) in drew {
        if access::declaration(reader, actor, body.entry_number)?.is_some() {
            seen.push((record, body));
        }
    }
    let elsewhere = seen.len() < all;
    Ok((seen, elsewhere))
}

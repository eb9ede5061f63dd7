//! One permit for periodic declaration: its lists that wait, month by month, with gathering them; the decision
//! of customs; its end. And a month's declaration with what it owes.

use super::permits::{goods_words, procedure};
use super::small::{Field, Fields, Refused, Typed, submit, submit_bare};
use super::words::{Finding, Tag, charge_name, code_name, day_words, findings, grouped, moment_words};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::names::Names;
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use customhouse_control::{
    Actor, Command, ControlLaw, DeclarationRecord, OpenList, PeriodicDeclaration, PeriodicPermit,
    PermitDecisionForm, Role,
};
use customhouse_finance::PaymentBook;
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::Step;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{Direction, EntryNumber, Money};
use customhouse_storage::{Reader, StoreError};
use jiff::civil::Date;
use serde::Deserialize;

/// Months' declarations that are listed at most, the newest.
const MONTHS: usize = 24;

#[derive(Template)]
#[template(path = "permit.html")]
struct Page {
    frame: Frame,
    number: String,
    tag: Tag,
    done: &'static str,
    findings: Vec<Finding>,
    /// Lists that wait, by the month in which they were accepted.
    waiting: Vec<Month>,
    made: Vec<Made>,
    /// Where a list is filed, if one may be now.
    file: Option<String>,
    /// Steps of customs that may be taken now: id and words.
    decide: Vec<(String, String)>,
    /// Whether one of them asks whether the firm is under investigation.
    admits: bool,
    note: Option<Field>,
    investigation: Option<Field>,
    may_end: bool,
    decision: Option<(bool, String, String)>,
    facts: Vec<(&'static str, String, String)>,
    key: String,
    currency: String,
    timeline: Vec<(String, String, String, String)>,
}

/// The lists of a month that wait.
struct Month {
    month: String,
    gather_by: String,
    overdue: bool,
    total: String,
    lists: Vec<ListRow>,
    /// May be gathered now; else when the month is over.
    gathers: bool,
    over: String,
}

struct ListRow {
    entry: String,
    tag: Option<Tag>,
    accepted: String,
    goods: String,
    mode: String,
    reserved: String,
    currency: String,
}

/// A month's declaration that was made.
struct Made {
    entry: String,
    month: String,
    mode: String,
    lists: usize,
    total: String,
    open: String,
    due: String,
    late: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// `GET /periodic-permits/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, number, &done.done, &Refused::default()).await
}

/// `POST /periodic-permits/{number}/decision`
pub(crate) async fn decide(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let of = number.clone();
    let command = |form| Command::DecidePeriodicPermit { number: of, form };
    match submit(&portal, &signed_in, (&number, &typed), "periodic_permit.decided", command).await? {
        Ok(_) => Ok(to(&address(&number, "decided"))),
        Err(found) => page(&portal, &signed_in, number, "", &Refused::of("decision", typed, found)).await,
    }
}

/// `POST /periodic-permits/{number}/months`
pub(crate) async fn gather(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant, Role::Officer])?;
    let of = number.clone();
    let command = |form| Command::GatherLists { number: of, form };
    match submit(&portal, &signed_in, (&number, &typed), "periodic_lists.gathered", command).await? {
        Ok(_) => Ok(to(&address(&number, "gathered"))),
        Err(found) => page(&portal, &signed_in, number, "", &Refused::of("gather", typed, found)).await,
    }
}

/// `POST /periodic-permits/{number}/end`
pub(crate) async fn end(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let command = Command::EndPeriodicPermit(number.clone());
    match submit_bare(&portal, &signed_in, (&number, &typed), command).await? {
        Ok(_) => Ok(to(&address(&number, "ended"))),
        Err(found) => page(&portal, &signed_in, number, "", &Refused::of("end", typed, found)).await,
    }
}

fn address(number: &str, done: &str) -> String {
    format!("/periodic-permits/{}?done={done}", super::frame::encoded(number))
}

/// What is known of a permit.
struct Found {
    record: Record,
    body: PeriodicPermit,
    /// Its lists that wait, each with its declaration if the reader may see it.
    lists: Vec<(OpenList, access::Found<DeclarationRecord>)>,
    /// The months' declarations, newest first, with their books.
    months: Vec<(PeriodicDeclaration, Vec<PaymentBook>)>,
}

fn find(reader: &mut dyn Reader, actor: &Actor, number: &str) -> Result<Option<Found>, StoreError> {
    let Some((record, body)) = access::periodic_permit(reader, actor, number)? else { return Ok(None) };
    let (mut lists, mut months) = (Vec::new(), Vec::new());
    for list in &body.lists {
        lists.push((list.clone(), access::declaration(reader, actor, list.entry)?));
    }
    for entry in body.months.iter().rev().take(MONTHS) {
        months.extend(access::periodic_declaration(reader, actor, *entry)?);
    }
    Ok(Some(Found { record, body, lists, months }))
}

async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    number: String,
    done: &str,
    refused: &Refused,
) -> Result<Response, Problem> {
    let (actor, day) = (signed_in.actor(), portal.engine().now().day());
    let found = portal.read(move |reader| {
        let Some(found) = find(reader, &actor, &number)? else { return Ok(None) };
        // steps are those of the posts at its office
        let actor = access::acting_on(reader, &actor, &found.record, day)?;
        let party = Names::default().of(reader, &found.body.party)?;
        Ok(Some((found, actor, party)))
    });
    let (found, actor, party) = found.await?.ok_or(problem::NOT_FOUND)?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let procedure = procedure(&law.control)?;
    let (body, state) = (&found.body, found.record.state.as_str());
    let who = actor.who();
    let steps: Vec<&Step> = procedure.steps_from(state, &who).collect();
    let does = |action: &str| steps.iter().any(|step| step.does(action));
    let decides = ["accept_permit", "refuse_permit", "stop_permit", "readmit_permit", "withdraw_permit"];
    let decide: Vec<_> = steps
        .iter()
        .filter(|step| decides.iter().any(|action| step.does(action)))
        .map(|step| (step.id.clone(), step.title.get(lang).to_owned()))
        .collect();
    let mut told = findings(&refused.findings, lang);
    let mut field = |name: &str| {
        let member = PermitDecisionForm::MEMBERS.iter().find(|m| m.name == name)?;
        let mut fields =
            Fields { form: "decision", prefix: "", typed: &refused.typed, findings: &mut told, lang };
        Some(fields.field(member))
    };
    let admits = does("accept_permit") || does("readmit_permit");
    let note = if decide.is_empty() { None } else { field("note") };
    let investigation = if admits { field("under_investigation") } else { None };
    let investigation = investigation.map(|field| {
        let words = ["false", "true"].map(|n| (n.to_owned(), say_of("yes_no", n, lang)));
        field.of_options("select", words.to_vec())
    });
    let view = View { found: &found, party, law: &law.control, lang, day };
    let mut frame = signed_in.visitor.frame("periodic");
    frame.here = format!("/periodic-permits/{}", body.number);
    Ok(html(&Page {
        frame,
        tag: Tag::of(procedure, state, lang),
        done: match done {
            "asked" => "periodic.done_asked",
            "decided" => "periodic.done_decided",
            "gathered" => "periodic.done_gathered",
            "ended" => "periodic.done_ended",
            _ => "",
        },
        findings: told,
        waiting: view.waiting(does("gather_lists"), actor.role == Role::Officer),
        made: found.months.iter().map(|month| view.made(month)).collect(),
        file: view.file(actor.role == Role::Declarant && day <= body.valid_to),
        decide,
        admits,
        note,
        investigation,
        may_end: does("end_permit") && body.lists.is_empty(),
        decision: body.decision.as_ref().map(|d| (d.accepted, moment_words(&d.at), d.note.clone())),
        facts: view.facts(),
        key: secrets::random(),
        currency: law.manifest.territory.currency.clone(),
        timeline: body.timeline.iter().map(|m| view.happened(m)).collect(),
        number: body.number.clone(),
    }))
}

/// A permit on its way to a page.
struct View<'a> {
    found: &'a Found,
    /// What its party is called.
    party: String,
    law: &'a ControlLaw,
    lang: Lang,
    day: Date,
}

impl View<'_> {
    /// The lists that wait, by month. Customs gathers only what is overdue.
    fn waiting(&self, gathers: bool, ex_officio: bool) -> Vec<Month> {
        let mut months: Vec<Date> =
            self.found.lists.iter().map(|(list, _)| list.accepted.first_of_month()).collect();
        months.dedup();
        let month = |first: Date| {
            let of_month =
                || self.found.lists.iter().filter(move |(list, _)| list.accepted.first_of_month() == first);
            let by = of_month().map(|(list, _)| list.gather_by).min_by_key(|by| by.day);
            let overdue = by.is_some_and(|by| by.day < self.day);
            let over = first.last_of_month().tomorrow().unwrap_or(first);
            let reserved = of_month()
                .filter_map(|(_, found)| found.as_ref())
                .filter_map(|(_, body)| body.periodic.as_ref().map(|list| list.reserved));
            Month {
                month: first.strftime("%Y-%m").to_string(),
                gather_by: by.map_or_else(String::new, |by| day_words(by.day, self.lang)),
                overdue,
                total: grouped(Money::sum(reserved).unwrap_or_default()),
                lists: of_month().map(|list| self.list(list)).collect(),
                gathers: gathers && self.day >= over && (overdue || !ex_officio),
                over: over.to_string(),
            }
        };
        months.into_iter().map(month).collect()
    }

    fn list(&self, (list, found): &(OpenList, access::Found<DeclarationRecord>)) -> ListRow {
        let procedure = self.law.procedure_of(list.entry.direction());
        let body = found.as_ref().map(|(_, body)| body);
        ListRow {
            entry: list.entry.to_string(),
            tag: found.as_ref().map(|(record, _)| Tag::of(procedure, &record.state, self.lang)),
            accepted: day_words(list.accepted, self.lang),
            goods: body.map_or_else(String::new, |body| body.first_goods.clone()),
            mode: self.mode(&list.supervision_mode),
            reserved: body
                .and_then(|body| body.periodic.as_ref())
                .map_or_else(String::new, |list| grouped(list.reserved)),
            currency: list.currency.to_string(),
        }
    }

    fn mode(&self, code: &str) -> String {
        let name = code_name(self.law, "supervision_mode", code, self.day, self.lang);
        format!("{code} {name}").trim_end().to_owned()
    }

    fn made(&self, (month, books): &(PeriodicDeclaration, Vec<PaymentBook>)) -> Made {
        let open = books.iter().filter(|book| book.is_open()).map(|book| book.amount);
        Made {
            entry: month.entry_number.to_string(),
            month: month.month.clone(),
            mode: self.mode(&month.supervision_mode),
            lists: month.lists.len(),
            total: grouped(month.total),
            open: grouped(Money::sum(open).unwrap_or_default()),
            due: day_words(month.due.day, self.lang),
            late: month.late,
        }
    }

    /// Where a list of this permit is filed, if it takes lists now.
    fn file(&self, asked: bool) -> Option<String> {
        let body = &self.found.body;
        let takes = self.law.periodic_procedure()?.step_doing(
            &self.found.record.state,
            "suspend_permit",
            &["system"],
        );
        let direction = self.law.periodic.goods(&body.goods, self.day)?.direction;
        let way = if direction == Direction::Export { "export" } else { "import" };
        takes.filter(|_| asked && body.overdue(self.day).is_none())?;
        Some(format!("/declarations/new?direction={way}&permit={}", body.number))
    }

    fn facts(&self) -> Vec<(&'static str, String, String)> {
        let body = &self.found.body;
        let office = body.office.to_string();
        let name = code_name(self.law, "office", &office, self.day, self.lang);
        vec![
            ("periodic.party", body.party.clone(), self.party.clone()),
            ("periodic.office", office, name),
            ("periodic.goods", String::new(), goods_words(body, self.law, self.day, self.lang)),
            ("periodic.guarantee", body.guarantee.clone(), String::new()),
            ("periodic.valid_to", String::new(), day_words(body.valid_to, self.lang)),
            ("periodic.note", String::new(), body.note.clone()),
        ]
    }

    /// What happened, when, by whom, and what was said.
    fn happened(&self, milestone: &customhouse_control::Milestone) -> (String, String, String, String) {
        let procedure = self.law.periodic_procedure();
        let step = procedure.and_then(|p| p.steps.iter().find(|step| step.id == milestone.step));
        let state = procedure.and_then(|p| p.state(&milestone.state));
        let state = state.map_or("", |state| state.title.get(self.lang));
        let what = step.map_or(state, |step| step.title.get(self.lang));
        (what.to_owned(), moment_words(&milestone.moment), milestone.by.clone(), milestone.note.clone())
    }
}

#[derive(Template)]
#[template(path = "month.html")]
struct MonthPage {
    frame: Frame,
    entry: String,
    permit: String,
    facts: Vec<(&'static str, String)>,
    late: bool,
    ex_officio: bool,
    lists: Vec<(String, String, String, String)>,
    lines: Vec<LineRow>,
    charges: Vec<(String, String)>,
    total: String,
    books: Vec<BookRow>,
    currency: String,
}

struct LineRow {
    code: String,
    name: String,
    origin: String,
    quantity: String,
    total: String,
    lines: u32,
}

struct BookRow {
    number: String,
    entry: String,
    charge: String,
    amount: String,
    due: String,
    paid: String,
    claimed: bool,
}

/// `GET /periodic-declarations/{entry}`
pub(crate) async fn month(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(entry): Path<String>,
) -> Result<Response, Problem> {
    let entry = EntryNumber::parse(&entry).ok_or(problem::NOT_FOUND)?;
    let actor = signed_in.actor();
    let found = portal.read(move |reader| access::periodic_declaration(reader, &actor, entry)).await?;
    let (month, books) = found.ok_or(problem::NOT_FOUND)?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let (control, day) = (&law.control, month.completed);
    let name = |list: &str, code: &str| {
        format!("{code} {}", code_name(control, list, code, day, lang)).trim_end().to_owned()
    };
    let charge = |id: &str| charge_name(control, id, day, lang);
    let lines = month.lines.iter().map(|line| LineRow {
        code: line.commodity_code.to_string(),
        name: line.name.clone(),
        origin: name("country", line.origin.as_str()),
        quantity: format!(
            "{} {}",
            grouped(line.quantity),
            code_name(control, "unit", line.unit.as_str(), day, lang)
        ),
        total: format!("{} {}", grouped(line.total), line.currency),
        lines: line.lines,
    });
    let books = books.iter().map(|book| BookRow {
        number: book.number.clone(),
        entry: book.number.get(..18).unwrap_or_default().to_owned(),
        charge: charge(&book.charge),
        amount: grouped(book.amount),
        due: day_words(book.due.day, lang),
        paid: book.paid.map_or_else(String::new, |day| day.to_string()),
        claimed: book.claimed,
    });
    let lists = month.lists.iter().map(|list| {
        let (accepted, law_date) = (list.accepted.to_string(), list.law_date.to_string());
        (list.entry.to_string(), accepted, law_date, grouped(list.total))
    });
    Ok(html(&MonthPage {
        frame: signed_in.visitor.frame("periodic"),
        entry: month.entry_number.to_string(),
        permit: month.permit.clone(),
        facts: vec![
            ("periodic.month", month.month.clone()),
            ("periodic.party", month.party.clone()),
            ("periodic.office", name("office", month.office.as_str())),
            ("periodic.mode", name("supervision_mode", &month.supervision_mode)),
            ("periodic.completed", day_words(month.completed, lang)),
            ("periodic.due", day_words(month.due.day, lang)),
            ("periodic.value", grouped(month.customs_value)),
        ],
        late: month.late,
        ex_officio: month.ex_officio,
        lists: lists.collect(),
        lines: lines.collect(),
        charges: month
            .charges
            .iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(id, amount)| (charge(id), grouped(*amount)))
            .collect(),
        total: grouped(month.total),
        books: books.collect(),
        currency: law.manifest.territory.currency.clone(),
    }))
}

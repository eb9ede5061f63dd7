//! One bill of lading: where its goods are, what happened, and the reports that this account may make now.

use super::bars::Bars;
use super::goods::{Whereabouts, whereabouts};
use super::small::{Field, Fields, Refused, Typed, submit};
use super::words::{Finding, Tag, code_name, findings, grouped, minute_words, moment_words};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::names::Names;
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::{Member, SmallForm};
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use customhouse_control::{
    Actor, BillRecord, Command, ControlLaw, Departure, EntryReport, GoodsMoved, GoodsOut, Milestone, Role,
    ShutOut,
};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::Procedure;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{Direction, OfficeCode};
use serde::Deserialize;

/// A report on the goods of a bill.
struct Report {
    /// In its address, and in the texts.
    name: &'static str,
    /// The action of the bill's procedure that it is.
    action: &'static str,
    /// Who makes it.
    role: Role,
    members: &'static [Member],
    /// Where the goods can be that it is about; nowhere for the means of transport that brings them.
    of: &'static [&'static str],
}

/// Where goods are that leave by the gate: released, or sold or sent back by customs' order.
pub(crate) const MAY_LEAVE: &[&str] = &["released", "ordered_out"];

const REPORTS: [Report; 6] = [
    Report {
        name: "entry",
        action: "enter_bill",
        role: Role::Carrier,
        members: EntryReport::MEMBERS,
        of: &[],
    },
    Report {
        name: "arrival",
        action: "arrive_bill",
        role: Role::Operator,
        members: GoodsMoved::MEMBERS,
        of: &["announced"],
    },
    Report {
        name: "loading",
        action: "load_bill",
        role: Role::Carrier,
        members: GoodsMoved::MEMBERS,
        of: &["released"],
    },
    Report {
        name: "shut-out",
        action: "shut_out_bill",
        role: Role::Carrier,
        members: ShutOut::MEMBERS,
        of: &["released"],
    },
    Report {
        name: "departure",
        action: "depart_bill",
        role: Role::Carrier,
        members: Departure::MEMBERS,
        of: &["loaded"],
    },
    Report {
        name: "goods-out",
        action: "write_off_bill",
        role: Role::Operator,
        members: GoodsOut::MEMBERS,
        of: MAY_LEAVE,
    },
];

#[derive(Template)]
#[template(path = "bill.html")]
struct Page {
    frame: Frame,
    number: String,
    address: String,
    tag: Tag,
    export: bool,
    /// The report that was just made, in words.
    done: Option<String>,
    findings: Vec<Finding>,
    /// What comes next: a key of the texts.
    advice: &'static str,
    goods: Bars,
    /// Key of the texts, code, words.
    facts: Vec<(&'static str, String, String)>,
    /// The declaration that covers it, and whether this account may open it.
    declaration: Option<(String, bool)>,
    reports: Vec<ReportForm>,
    timeline: Vec<Happened>,
}

/// A report that may be made now, as a form.
struct ReportForm {
    name: &'static str,
    title: String,
    key: String,
    open: bool,
    fields: Vec<Field>,
}

struct Happened {
    what: String,
    moment: String,
    state: String,
    by: String,
}

/// Where the page of a bill is.
pub(crate) fn address(office: OfficeCode, bill: &str) -> String {
    format!("/bills/{office}/{}", super::frame::encoded(bill))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// `GET /bills/{office}/{bill}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((office, bill)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let office = OfficeCode::parse(&office).ok_or(problem::NOT_FOUND)?;
    page(&portal, &signed_in, (office, bill), &done.done, &Refused::default()).await
}

/// `POST /bills/{office}/{bill}/reports/{report}`
pub(crate) async fn report(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path((office, bill, name)): Path<(String, String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let office = OfficeCode::parse(&office).ok_or(problem::NOT_FOUND)?;
    let report = REPORTS.iter().find(|report| report.name == name).ok_or(problem::NOT_FOUND)?;
    signed_in.must_be(&[report.role])?;
    let mut typed: Typed = typed.into_iter().filter(|(n, _)| n != "office" && n != "bill").collect();
    typed.extend([("office".to_owned(), office.to_string()), ("bill".to_owned(), bill.clone())]);
    match send(&portal, &signed_in, report, &typed).await? {
        Ok(_) => Ok(to(&format!("{}?done={name}", address(office, &bill)))),
        Err(findings) => {
            page(&portal, &signed_in, (office, bill), "", &Refused::of(&name, typed, findings)).await
        }
    }
}

async fn send(
    portal: &Portal,
    signed_in: &SignedIn,
    report: &Report,
    typed: &Typed,
) -> Result<Result<customhouse_engine::Outcome, Vec<customhouse_kernel::refusal::Refusal>>, Problem> {
    // the first report of entry corrects nothing
    let given = typed.iter().filter(|(name, value)| name != "corrects" || !value.is_empty());
    let given: Typed = given.cloned().collect();
    let typed = ("", &given);
    match report.name {
        "entry" => submit(portal, signed_in, typed, "bill.entered", Command::ReportEntry).await,
        "arrival" => submit(portal, signed_in, typed, "goods.arrived", Command::ReportArrival).await,
        "loading" => submit(portal, signed_in, typed, "goods.loaded", Command::ReportLoading).await,
        "shut-out" => submit(portal, signed_in, typed, "goods.shut_out", Command::ReportShutOut).await,
        "departure" => submit(portal, signed_in, typed, "goods.departed", Command::ReportDeparture).await,
        _ => submit(portal, signed_in, typed, "goods.out", Command::ReportGoodsOut).await,
    }
}

async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    (office, bill): (OfficeCode, String),
    done: &str,
    refused: &Refused,
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    let found = {
        let actor = actor.clone();
        portal.read(move |reader| {
            let Some((record, body)) = access::bill(reader, &actor, office, &bill)? else { return Ok(None) };
            let goods = whereabouts(reader, &record, &body)?;
            let body = access::bill_seen_by(&actor, body);
            // whoever may see a bill as a party of its declaration, or as customs, may open that too
            let opens = match body.declaration {
                Some(entry) => access::declaration(reader, &actor, entry)?.is_some(),
                None => false,
            };
            let named = body.consignee.map(|party| party.to_string()).unwrap_or_default();
            let named = Names::default().of(reader, &named)?;
            Ok(Some((record, body, goods, opens, named)))
        })
    };
    let (record, body, goods, opens, named) = found.await?.ok_or(problem::NOT_FOUND)?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let view = View { record: &record, body: &body, goods, named, law: &law.control, lang };
    let day = portal.engine().now().day();
    let (reports, findings) = view.reports(&actor, day, refused);
    let mut frame = signed_in.visitor.frame("bills");
    frame.here = address(body.office, &body.bill);
    let done = REPORTS.iter().find(|report| report.name == done);
    Ok(html(&Page {
        number: body.bill.clone(),
        address: frame.here.clone(),
        frame,
        tag: Tag::of(view.procedure(), &record.state, lang),
        export: body.direction == Direction::Export,
        done: done.map(|report| say_of("report", report.name, lang)),
        findings,
        advice: view.advice(),
        goods: goods.bars(body.direction, lang),
        facts: view.facts(day),
        declaration: body.declaration.map(|entry| (entry.to_string(), opens)),
        reports,
        timeline: body.timeline.iter().map(|m| view.happened(m)).collect(),
    }))
}

/// A bill on its way to a page.
struct View<'a> {
    record: &'a Record,
    body: &'a BillRecord,
    goods: Whereabouts,
    /// What the consignee is called whom the carrier named.
    named: String,
    law: &'a ControlLaw,
    lang: Lang,
}

impl View<'_> {
    fn procedure(&self) -> &Procedure {
        self.law.bill_procedure_of(self.body.direction)
    }

    /// The reports that the actor may make now, and the findings of one that was refused.
    fn reports(
        &self,
        actor: &Actor,
        day: jiff::civil::Date,
        refused: &Refused,
    ) -> (Vec<ReportForm>, Vec<Finding>) {
        let who = actor.who();
        let may = |report: &&Report| {
            let step = self.procedure().step_doing(&self.record.state, report.action, &who);
            let there = match report.of {
                [] => self.body.is_filed_ahead(),
                places => self.goods.left(places).is_some(),
            };
            step.is_some() && there
        };
        let mut found = refused.findings_of(&refused.form, self.lang);
        let open: Vec<&Report> = REPORTS.iter().filter(may).collect();
        let forms = open.iter().enumerate().map(|(place, report)| {
            let sent = refused.form == report.name;
            let typed = if sent { refused.typed.clone() } else { self.suggested(report, day) };
            let mut none = Vec::new();
            let findings = if sent { &mut found } else { &mut none };
            let prefix = format!("{}-", report.name);
            let mut fields =
                Fields { form: report.name, prefix: &prefix, typed: &typed, findings, lang: self.lang };
            let members = report.members.iter().filter(|m| !matches!(m.name, "office" | "bill"));
            ReportForm {
                name: report.name,
                title: say_of("report", report.name, self.lang),
                key: secrets::random(),
                open: sent || place == 0,
                fields: members.map(|member| fields.field(member)).collect(),
            }
        });
        let forms = forms.collect();
        // a report that is no longer open has no form: what was found is told all the same
        if found.is_empty() && !refused.findings.is_empty() {
            found = findings(&refused.findings, self.lang);
        }
        (forms, found)
    }

    /// What a report is probably about: all that is left, today.
    fn suggested(&self, report: &Report, day: jiff::civil::Date) -> Typed {
        let (packages, gross) = self.goods.left(report.of).unwrap_or_default();
        let (today, known) = (day.to_string(), self.body.entered.map(|day| day.to_string()));
        let values = [
            ("packages", packages),
            ("gross_kg", gross),
            ("departed", today.clone()),
            ("entered", today),
            ("corrects", known.unwrap_or_default()),
        ];
        values.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    fn advice(&self) -> &'static str {
        match (self.body.direction, self.record.state.as_str()) {
            (Direction::Import, "filed") => "bills.advice_filed",
            (Direction::Import, "released") => "bills.advice_released",
            (Direction::Import, "written_off") => "bills.advice_written_off",
            (Direction::Import, "set_aside") => "bills.advice_set_aside",
            (Direction::Import, "sold" | "returning") => "bills.advice_ordered_out",
            (Direction::Import, "disposed" | "returned") => "bills.advice_disposed",
            (Direction::Export, "filed") => "bills.advice_announced",
            (Direction::Export, "arrived") => "bills.advice_arrived",
            (Direction::Export, "released") => "bills.advice_to_load",
            (Direction::Export, "loaded") => "bills.advice_loaded",
            (Direction::Export, "shut_out") => "bills.advice_shut_out",
            (Direction::Export, "departed") => "bills.advice_departed",
            _ => "bills.advice_declared",
        }
    }

    fn facts(&self, day: jiff::civil::Date) -> Vec<(&'static str, String, String)> {
        let body = self.body;
        let name = |list: &str, code: &str| code_name(self.law, list, code, day, self.lang);
        let office = body.office.to_string();
        let transport = format!("{} {}", body.transport_name, body.voyage).trim_end().to_owned();
        let mut facts = vec![
            ("bills.office", office.clone(), name("office", &office)),
            ("bills.transport", String::new(), transport),
            ("bills.mode", body.transport_mode.clone(), name("transport_mode", &body.transport_mode)),
            ("bills.place", String::new(), body.place.clone()),
        ];
        if let Some(entry) = body.entry_day() {
            let planned =
                if body.has_entered() { String::new() } else { say_of("bills", "planned", self.lang) };
            facts.push((
                "bills.entry_date",
                String::new(),
                format!("{entry} {planned}").trim_end().to_owned(),
            ));
        }
        if let Some(loading) = body.loading {
            facts.push(("bills.loading", String::new(), minute_words(loading)));
        }
        let filed = format!("{} · {} kg", body.packages, grouped(body.gross_kg));
        facts.push(("bills.filed_goods", String::new(), filed));
        if let Some(departed) = body.departed {
            facts.push(("declaration.departed", String::new(), departed.to_string()));
        }
        if let Some(party) = &body.consignee {
            facts.push(("bills.named", party.to_string(), self.named.clone()));
        }
        facts
    }

    fn happened(&self, milestone: &Milestone) -> Happened {
        let procedure = self.procedure();
        let state =
            procedure.state(&milestone.state).map_or("", |state| state.title.get(self.lang)).to_owned();
        let step = procedure.steps.iter().find(|step| step.id == milestone.step);
        Happened {
            what: step.map_or_else(|| state.clone(), |step| step.title.get(self.lang).to_owned()),
            moment: moment_words(&milestone.moment),
            state: if step.is_some() { state } else { String::new() },
            by: milestone.by.clone(),
        }
    }
}

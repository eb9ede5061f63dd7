//! Guarantees: a party's own with the form to lodge one; those that an officer's offices decide on.

use super::small::{Field, Fields, Refused, Typed, joined, number_given, submit, value};
use super::words::{Finding, Tag, code_name, day_words, grouped};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::api::guarantee_balances;
use crate::lists::{self, Wanted};
use crate::names::{Names, PartyName};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use customhouse_control::{Command, ControlLaw, GuaranteeBalances, GuaranteeForm, KeptGuarantee, Role};
use customhouse_finance::{GuaranteeCase, GuaranteeKind, GuaranteeMeans, is_tax};
use customhouse_kernel::beats::Record;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{EntryNumber, Money};
use customhouse_storage::{Query as Records, Reader, StoreError};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

const ROWS: usize = 25;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    state: String,
    after: String,
    /// The declaration that a single guarantee is to be lodged for.
    entry: String,
}

#[derive(Template)]
#[template(path = "guarantees.html")]
struct Page {
    frame: Frame,
    for_customs: bool,
    filters: Vec<(Tag, String, bool)>,
    all: bool,
    rows: Vec<Row>,
    next: Option<String>,
    form: Vec<Field>,
    open: bool,
    key: String,
    findings: Vec<Finding>,
    currency: String,
}

struct Row {
    number: String,
    tag: Tag,
    party: PartyName,
    what: String,
    amount: String,
    free: String,
    valid: String,
    due: Option<String>,
}

/// What kind of guarantee, and of what it consists.
pub(crate) fn what(guarantee: &KeptGuarantee, lang: Lang) -> String {
    let kind = match guarantee.given.kind {
        GuaranteeKind::Single(_) => "single",
        GuaranteeKind::General => "general",
    };
    format!(
        "{} · {}",
        say_of("guarantee_kind", kind, lang),
        say_of("guarantee_means", guarantee.given.means.name(), lang)
    )
}

impl Row {
    fn of(
        (record, body, stand): &(Record, KeptGuarantee, GuaranteeBalances),
        names: &Names,
        law: &ControlLaw,
        lang: Lang,
    ) -> Row {
        Row {
            number: body.given.number.clone(),
            tag: Tag::of(law.guarantee_procedure(), &record.state, lang),
            party: names.party(&body.given.party),
            what: what(body, lang),
            amount: grouped(body.given.amount),
            free: if body.is_taken() { grouped(stand.free) } else { String::new() },
            valid: format!("{} – {}", body.given.valid_from, body.given.valid_to),
            due: record.due.map(|due| day_words(due, lang)),
        }
    }
}

/// A guarantee that can be chosen for a declaration, with what of it is free.
pub(crate) struct Usable {
    pub number: String,
    pub words: String,
}

/// The party's guarantees that are in force on a day and serve a declaration.
pub(crate) fn usable(
    reader: &mut dyn Reader,
    party: &str,
    entry: EntryNumber,
    law: &ControlLaw,
    now: (Date, Lang),
) -> Result<Vec<Usable>, StoreError> {
    in_force(reader, party, Some(entry), law, now)
}

/// The party's general guarantees that are in force on a day.
pub(crate) fn general(
    reader: &mut dyn Reader,
    party: &str,
    law: &ControlLaw,
    now: (Date, Lang),
) -> Result<Vec<Usable>, StoreError> {
    in_force(reader, party, None, law, now)
}

fn in_force(
    reader: &mut dyn Reader,
    party: &str,
    entry: Option<EntryNumber>,
    law: &ControlLaw,
    (day, lang): (Date, Lang),
) -> Result<Vec<Usable>, StoreError> {
    let procedure = law.guarantee_procedure();
    let mut usable = Vec::new();
    if party.is_empty() {
        return Ok(usable);
    }
    let in_force = procedure
        .states
        .iter()
        .filter(|s| procedure.step_doing(&s.id, "claim_on_guarantee", &["system"]).is_some());
    for state in in_force {
        let query = Records {
            kind: "guarantee".to_owned(),
            owner: Some(party.to_owned()),
            state: Some(state.id.clone()),
            newest_first: true,
            limit: 100,
            ..Records::default()
        };
        for record in reader.records(&query)? {
            let body: KeptGuarantee = access::body(&record)?;
            let given = &body.given;
            let serves = match given.kind {
                GuaranteeKind::General => true,
                GuaranteeKind::Single(own) => Some(own) == entry,
            };
            let valid = (given.valid_from..=given.valid_to).contains(&day);
            let free = guarantee_balances(reader, &body)?.free;
            if serves && valid && free > Money::ZERO && given.cases.contains(&GuaranteeCase::EarlyRelease) {
                let words = say_of("guarantees", "choice", lang)
                    .replace("{free}", &grouped(free))
                    .replace("{what}", &what(&body, lang))
                    .replace("{to}", &given.valid_to.to_string());
                usable.push(Usable { number: given.number.clone(), words });
            }
        }
    }
    Ok(usable)
}

/// `GET /guarantees`
pub(crate) async fn list(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, &filter, Refused::default()).await
}

/// `POST /guarantees`
pub(crate) async fn lodge(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let typed = joined(typed, "cases");
    match submit(&portal, &signed_in, ("", &typed), "guarantee.lodged", Command::LodgeGuarantee).await? {
        Ok(outcome) => {
            let number = number_given(&outcome, "guarantee")?;
            Ok(to(&format!("/guarantees/{number}?done=lodged")))
        }
        Err(findings) => {
            let refused = Refused::of("guarantee", typed, findings);
            page(&portal, &signed_in, &Filter::default(), refused).await
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
    if !lists::has(&actor, "guarantee") {
        return Err(problem::FORBIDDEN.into());
    }
    let for_customs = actor.role == Role::Officer;
    let given = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let wanted = Wanted { state: given(&filter.state), after: given(&filter.after), limit: ROWS };
    let wished = EntryNumber::parse(&filter.entry).filter(|_| !for_customs);
    let found = portal.read(move |reader| {
        let page = lists::page(reader, &actor, "guarantee", &wanted)?;
        let mut rows = Vec::new();
        for record in page.records {
            let body: KeptGuarantee = access::body(&record)?;
            let stand = guarantee_balances(reader, &body)?;
            rows.push((record, body, stand));
        }
        let declared = wished.map(|entry| access::declaration(reader, &actor, entry)).transpose()?;
        let names = Names::gather(reader, rows.iter().map(|(_, body, _)| body.given.party.as_str()))?;
        Ok((rows, page.next, declared.flatten(), names))
    });
    let (rows, next, declared, names) = found.await?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let day = portal.engine().now().day();
    let procedure = law.control.guarantee_procedure();
    let address = |state: &str, after: &str| {
        format!("/guarantees?state={state}&after={}", super::frame::encoded(after))
    };
    let filters = procedure.states.iter().map(|s| {
        (Tag::of(procedure, &s.id, lang), format!("/guarantees?state={}", s.id), s.id == filter.state)
    });
    let mut findings = refused.findings_of("guarantee", lang);
    let typed = if refused.typed.is_empty() {
        let open = declared.as_ref().map(|(_, body)| {
            let taxes = body.open_books().filter(|b| b.guaranteed.is_none() && is_tax(&b.charge));
            (body.entry_number, Money::sum(taxes.map(|b| b.amount)).unwrap_or_default())
        });
        suggested(open, day)
    } else {
        refused.typed
    };
    let mut frame = signed_in.visitor.frame("guarantees");
    if !findings.is_empty() {
        frame.here = "/guarantees".to_owned();
    }
    let form =
        if for_customs { Vec::new() } else { fields(&law.control, &typed, &mut findings, (day, lang)) };
    Ok(html(&Page {
        frame,
        for_customs,
        filters: filters.collect(),
        all: filter.state.is_empty(),
        open: !findings.is_empty() || declared.is_some() || (rows.is_empty() && filter.state.is_empty()),
        rows: rows.iter().map(|row| Row::of(row, &names, &law.control, lang)).collect(),
        next: next.map(|after| address(&filter.state, &after)),
        form,
        key: secrets::random(),
        findings,
        currency: law.manifest.territory.currency.clone(),
    }))
}

/// What a new guarantee probably is: for a declaration what is open of it, else a general one of a year.
fn suggested(declared: Option<(EntryNumber, Money)>, day: Date) -> Typed {
    let last = day.checked_add(1.year()).and_then(|later| later.checked_sub(1.day())).unwrap_or(day);
    let mut values = vec![
        ("valid_from", day.to_string()),
        ("valid_to", last.to_string()),
        ("cases", "early_release".to_owned()),
        ("kind", "general".to_owned()),
    ];
    if let Some((entry, open)) = declared {
        values.extend([
            ("office", entry.office().to_string()),
            ("entry_number", entry.to_string()),
            ("amount", open.to_string()),
        ]);
        values.retain(|(name, value)| *name != "kind" || value != "general");
        values.push(("kind", "single".to_owned()));
    }
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn fields(
    law: &ControlLaw,
    typed: &Typed,
    findings: &mut [Finding],
    (day, lang): (Date, Lang),
) -> Vec<Field> {
    let mut fields = Fields { form: "guarantee", prefix: "", typed, findings, lang };
    let made = GuaranteeForm::MEMBERS.iter().map(|member| {
        let field = fields.field(member);
        let named = |names: &[&str], say: &dyn Fn(&str) -> String| {
            names.iter().map(|name| ((*name).to_owned(), say(name))).collect::<Vec<_>>()
        };
        match member.name {
            "kind" => {
                let kinds = named(&["general", "single"], &|n| say_of("guarantee_kind", n, lang));
                field.of_options("select", kinds)
            }
            "means" => {
                let means = GuaranteeMeans::ALL.map(GuaranteeMeans::name);
                field.of_options("select", named(&means, &|n| say_of("guarantee_means", n, lang)))
            }
            "cases" => {
                let cases = GuaranteeCase::ALL.map(GuaranteeCase::name);
                field.of_options("ticks", named(&cases, &|n| say_of("guarantee_case", n, lang)))
            }
            "office" => {
                let office = code_name(law, "office", value(typed, "office"), day, lang);
                if office.is_empty() { field } else { Field { hint: office, ..field } }
            }
            _ => field,
        }
    });
    made.collect()
}

//! Refunds: a firm asks for money back and names its account, officers propose and approve, and both see where
//! it stands.

use super::words::{Finding, Tag, charge_name, day_words, findings, grouped, moment_words};
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::api::is_key;
use crate::lists::{self, Wanted};
use crate::names::{Names, PartyName};
use crate::problem::{self, Problem};
use crate::secrets;
use crate::small_forms::{SmallForm, read_json};
use crate::state::Portal;
use crate::statement::{Open, open_of};
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use customhouse_control::{
    Actor, Command, ControlLaw, KeptRefund, RefundAccountForm, RefundForm, Role, SourceKind, masked_account,
};
use customhouse_engine::{Command as EngineCommand, Sent};
use customhouse_kernel::beats::Record;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const ROWS: usize = 25;

/// Fields that hold several: boxes that are ticked, or names with blanks between them.
const LISTS: [&str; 3] = ["books", "payments", "lines"];

type Typed = Vec<(String, String)>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    state: String,
    after: String,
}

#[derive(Template)]
#[template(path = "refunds.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
    /// Some are of others: the payer is shown.
    payers: bool,
    /// The form is for a firm, which ticks what is refundable to it, or for an officer, who names it.
    firm: bool,
    may_apply: bool,
    open: Vec<OpenRow>,
    grounds: Vec<(String, String, bool)>,
    typed: Typed,
    key: String,
    findings: Vec<Finding>,
}

impl ListPage {
    /// Whether what stood in a field was a box of what is refundable to the firm itself.
    fn is_own(&self, name: &str) -> bool {
        self.open.iter().any(|open| open.field == name && open.ticked)
    }

    /// What was typed into a field before.
    fn was(&self, name: &str) -> String {
        let all = self.typed.iter().filter(|(n, text)| n == name && !text.is_empty());
        all.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

struct Row {
    number: String,
    tag: Tag,
    ground: String,
    payer: PartyName,
    principal: String,
    account: String,
    due: String,
}

/// Something that is refundable, as a box to tick.
struct OpenRow {
    field: &'static str,
    of: String,
    paid: String,
    left: String,
    ticked: bool,
}

/// `GET /refunds`
pub(crate) async fn list(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    list_page(&portal, &signed_in, &filter, Typed::new(), &[]).await
}

/// `POST /refunds`
pub(crate) async fn apply(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant, Role::Officer])?;
    let command = |form: RefundForm| Command::ApplyForRefund(Box::new(form));
    match submit(&portal, &signed_in, ("", &typed), "refund.applied", command).await? {
        Ok(number) => Ok(to(&format!("/refunds/{number}"))),
        Err(refused) => list_page(&portal, &signed_in, &Filter::default(), typed, &refused).await,
    }
}

/// What was typed, as the API would be sent it; an empty field is an absent one.
fn as_json(typed: &Typed) -> Value {
    let mut members = Map::new();
    for (name, text) in typed.iter().filter(|(name, text)| name != "key" && !text.trim().is_empty()) {
        if LISTS.contains(&name.as_str()) {
            let parts = text.split([' ', ',', '，']).filter(|part| !part.is_empty()).map(Value::from);
            let list = members.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.extend(parts);
            }
        } else {
            members.insert(name.clone(), Value::from(text.trim()));
        }
    }
    Value::Object(members)
}

/// Submits a form of these pages; the refund's number, or findings if it is refused.
async fn submit<T: SmallForm>(
    portal: &Portal,
    signed_in: &SignedIn,
    (of, typed): (&str, &Typed),
    kind: &'static str,
    command: impl FnOnce(T) -> Command,
) -> Result<Result<String, Vec<Refusal>>, Problem> {
    let key = typed.iter().find(|(name, _)| name == "key").map_or("", |(_, key)| key.as_str()).to_owned();
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let content = as_json(typed).to_string();
    let command = match read_json::<T>(content.as_bytes()) {
        Ok(form) => EngineCommand::Control(command(form)),
        Err(findings) => EngineCommand::Unreadable { kind, findings },
    };
    // what was typed may name an account: it is not kept
    let bytes = format!("{of}\n{content}").into_bytes();
    let sent = Sent { media_type: "application/json".to_owned(), bytes, keep: false };
    let outcome = portal.submit(signed_in.actor(), key, command, sent).await?;
    if !outcome.accepted {
        return Ok(Err(outcome.findings));
    }
    let answer: Value =
        outcome.answer.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    Ok(Ok(answer["refund"].as_str().unwrap_or_default().to_owned()))
}

async fn list_page(
    portal: &Portal,
    signed_in: &SignedIn,
    filter: &Filter,
    typed: Typed,
    refused: &[Refusal],
) -> Result<Response, Problem> {
    let actor = signed_in.actor();
    if !lists::has(&actor, "refund") {
        return Err(problem::FORBIDDEN.into());
    }
    let given = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let wanted = Wanted { state: given(&filter.state), after: given(&filter.after), limit: ROWS };
    let (firm, party) = (actor.role == Role::Declarant, actor.party.clone());
    let found = portal.read(move |reader| {
        let open = if firm { open_of(reader, &actor.party)? } else { Vec::new() };
        let page = lists::page(reader, &actor, "refund", &wanted)?;
        let payers: Vec<String> = page.records.iter().map(|record| record.owner.clone()).collect();
        Ok((page, open, Names::gather(reader, payers.iter().map(String::as_str))?))
    });
    let (page, open, names) = found.await?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let today = portal.engine().now().day();
    let chosen = |name: &str, value: &str| typed.iter().any(|(n, v)| n == name && v == value);
    let grounds = law.control.refund_grounds.on(today).map(|ground| {
        (ground.key.to_string(), ground.title.get(lang).to_owned(), chosen("ground", &ground.key))
    });
    let mut frame = signed_in.visitor.frame("refunds");
    frame.here = "/refunds".to_owned();
    let next = page.next.map(|after| {
        format!(
            "/refunds?state={}&after={}",
            super::frame::encoded(&filter.state),
            super::frame::encoded(&after)
        )
    });
    let open_row = |open: &Open| {
        let field = if open.kind == SourceKind::Payment { "payments" } else { "books" };
        OpenRow {
            field,
            of: open.of.clone(),
            paid: open.paid.to_string(),
            left: grouped(open.left),
            ticked: chosen(field, &open.of),
        }
    };
    Ok(html(&ListPage {
        frame,
        rows: page.records.iter().filter_map(|r| Row::of(r, &names, &law.control, lang)).collect(),
        payers: !firm || page.records.iter().any(|record| record.owner != party),
        next,
        firm,
        may_apply: law.control.refund_procedure().is_some(),
        open: open.iter().map(open_row).collect(),
        grounds: grounds.collect(),
        key: secrets::random(),
        findings: findings(refused, lang),
        typed,
    }))
}

impl Row {
    fn of(record: &Record, names: &Names, law: &ControlLaw, lang: Lang) -> Option<Row> {
        let body: KeptRefund = record.read()?;
        Some(Row {
            tag: Tag::of(law.refund_procedure()?, &record.state, lang),
            ground: ground_name(&body, law, lang),
            payer: names.party(&body.payer),
            principal: grouped(body.principal),
            account: masked_account(&body.account),
            due: record.due.map_or_else(String::new, |due| day_words(due, lang)),
            number: body.number,
        })
    }
}

/// What the ground is called, by the law of the day of the first payment.
fn ground_name(body: &KeptRefund, law: &ControlLaw, lang: Lang) -> String {
    let found = body.sources.first().and_then(|s| law.refund_grounds.find(&body.form.ground, s.paid).ok());
    found.map_or_else(|| body.form.ground.clone(), |ground| ground.title.get(lang).to_owned())
}

#[derive(Template)]
#[template(path = "refund.html")]
struct RefundPage {
    frame: Frame,
    number: String,
    tag: Tag,
    facts: Vec<(&'static str, String)>,
    sources: Vec<SourceRow>,
    goods: Vec<String>,
    timeline: Vec<(String, String, String)>,
    /// Steps that this officer may take: id and words.
    decisions: Vec<(String, String)>,
    /// The payer may name an account now.
    names_account: bool,
    key: String,
    note: String,
    findings: Vec<Finding>,
}

struct SourceRow {
    of: String,
    entry: String,
    what: String,
    paid: String,
    last_day: String,
    amount: String,
    interest: String,
}

/// `GET /refunds/{number}`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    one_page(&portal, &signed_in, &number, String::new(), &[]).await
}

/// `POST /refunds/{number}/decision`
pub(crate) async fn decide(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let of = number.clone();
    let command = |form| Command::DecideRefund { number: of, form };
    let sent = submit(&portal, &signed_in, (&number, &typed), "refund.decided", command).await?;
    after(&portal, &signed_in, &number, &typed, sent).await
}

/// `POST /refunds/{number}/account`
pub(crate) async fn account(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let of = number.clone();
    let command = |form: RefundAccountForm| Command::NameRefundAccount { number: of, account: form.account };
    let sent = submit(&portal, &signed_in, (&number, &typed), "refund.account", command).await?;
    after(&portal, &signed_in, &number, &typed, sent).await
}

async fn after(
    portal: &Portal,
    signed_in: &SignedIn,
    number: &str,
    typed: &Typed,
    sent: Result<String, Vec<Refusal>>,
) -> Result<Response, Problem> {
    match sent {
        Ok(number) => Ok(to(&format!("/refunds/{number}"))),
        Err(refused) => {
            let note = typed.iter().find(|(name, _)| name == "note").map_or("", |(_, note)| note.as_str());
            one_page(portal, signed_in, number, note.to_owned(), &refused).await
        }
    }
}

async fn one_page(
    portal: &Portal,
    signed_in: &SignedIn,
    number: &str,
    note: String,
    refused: &[Refusal],
) -> Result<Response, Problem> {
    let (actor, number) = (signed_in.actor(), number.to_owned());
    let today = portal.engine().now().day();
    let found = portal.read(move |r| {
        let Some((record, body)) = access::refund(r, &actor, &number, today)? else { return Ok(None) };
        let payer = Names::default().of(r, &body.payer)?;
        // steps are those of the posts at its office
        let actor = access::acting_on(r, &actor, &record, today)?;
        Ok(Some((record, body, payer, actor)))
    });
    let (record, body, payer, actor) = found.await?.ok_or(problem::NOT_FOUND)?;
    let (law, lang) = (portal.law(), signed_in.visitor.lang);
    let law = &law.control;
    let procedure = law.refund_procedure().ok_or(problem::NOT_FOUND)?;
    let mut frame = signed_in.visitor.frame("refunds");
    frame.here = format!("/refunds/{}", body.number);
    let who: BTreeSet<&str> = actor.who().into_iter().collect();
    let mine = procedure.steps.iter().filter(|step| {
        step.from.contains(&record.state) && step.takers.iter().any(|taker| who.contains(taker.as_str()))
    });
    let (account, decisions): (Vec<_>, Vec<_>) = mine.partition(|step| step.does("name_account"));
    let decisions = decisions.into_iter().filter(|_| actor.role == Role::Officer);
    let may_name =
        (actor.role == Role::Declarant && body.payer == actor.party) || body.payer.starts_with("bank/");
    let timeline = body.timeline.iter().map(|m| {
        let step = procedure.steps.iter().find(|step| step.id == m.step);
        let words = step.map_or_else(
            || say_of("refund", if m.step == "refund_overdue" { "overdue" } else { "applied" }, lang),
            |step| step.title.get(lang).to_owned(),
        );
        let by = if m.by.is_empty() { String::new() } else { format!(" · {}", m.by) };
        (moment_words(&m.moment), format!("{words}{by}"), m.note.clone())
    });
    let goods = body.goods.iter().map(|part| {
        format!(
            "{}#{} → {}#{}: {}",
            part.import_entry, part.import_line, part.export_entry, part.export_line, part.quantity
        )
    });
    Ok(html(&RefundPage {
        tag: Tag::of(procedure, &record.state, lang),
        facts: facts(&record, (&body, &payer), &actor, law, lang),
        sources: sources(&body, law, lang),
        goods: goods.collect(),
        timeline: timeline.collect(),
        decisions: decisions.map(|step| (step.id.clone(), step.title.get(lang).to_owned())).collect(),
        names_account: !account.is_empty() && may_name,
        number: body.number.clone(),
        key: secrets::random(),
        note,
        findings: findings(refused, lang),
        frame,
    }))
}

/// What stands at the head of a refund's page: keys of the texts, and values.
fn facts(
    record: &Record,
    (body, payer): (&KeptRefund, &str),
    actor: &Actor,
    law: &ControlLaw,
    lang: Lang,
) -> Vec<(&'static str, String)> {
    let granted = body.granted.as_ref();
    let mut facts = vec![
        ("refund.ground", ground_name(body, law, lang)),
        ("refund.principal", grouped(body.principal)),
        ("refund.interest", granted.map_or_else(String::new, |g| grouped(g.total_interest))),
        ("refund.total", granted.map_or_else(String::new, |g| grouped(g.total))),
        ("refund.account", body.account.clone()),
        ("refund.reason", body.form.reason.clone()),
        ("refund.due", record.due.map_or_else(String::new, |due| day_words(due, lang))),
        ("statement.reference", body.paid_out.as_ref().map_or_else(String::new, |p| p.reference.clone())),
    ];
    if body.payer != actor.party {
        facts.insert(1, ("refund.payer", format!("{payer} {}", body.payer).trim_start().to_owned()));
    }
    if let Some(agent) = &body.agent {
        facts.insert(2, ("refund.agent", agent.clone()));
    }
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

fn sources(body: &KeptRefund, law: &ControlLaw, lang: Lang) -> Vec<SourceRow> {
    let bears = body.sources.iter().scan(0, |next, source| {
        let place = source.interest.then_some(*next);
        *next += usize::from(source.interest);
        Some(place)
    });
    let interest = |place: Option<usize>| {
        place.and_then(|place| body.granted.as_ref()?.interest.get(place)).map_or_else(String::new, |i| {
            format!(
                "{} × {} × {} / {} = {}",
                grouped(i.principal),
                i.annual_rate,
                i.days,
                i.year_days,
                grouped(i.amount)
            )
        })
    };
    let rows = body.sources.iter().zip(bears).map(|(source, place)| SourceRow {
        of: source.of.clone(),
        entry: source.entry_number.map_or_else(String::new, |entry| entry.to_string()),
        what: if source.charge.is_empty() {
            say_of("statement", "held", lang)
        } else {
            charge_name(law, &source.charge, source.paid, lang)
        },
        paid: source.paid.to_string(),
        last_day: source.last_day.day.to_string(),
        amount: grouped(source.amount),
        interest: interest(place),
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Fields of the form that hold one text each.
    const TEXTS: [&str; 6] = ["ground", "amount", "import_entry", "export_entry", "account", "reason"];

    #[test]
    fn what_is_typed_becomes_the_form_of_the_api() {
        let typed = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Typed>()
        };
        let fields = typed(&[
            ("key", "k"),
            ("ground", " amended "),
            ("books", "A-1"),
            ("books", "A-2"),
            ("payments", ""),
            ("lines", "1/1/40, 2/2/3"),
            ("amount", ""),
        ]);
        let expected = json!({ "ground": "amended", "books": ["A-1", "A-2"], "lines": ["1/1/40", "2/2/3"] });
        assert_eq!(as_json(&fields), expected);
        let members: BTreeSet<&str> = RefundForm::MEMBERS.iter().map(|m| m.name).collect();
        assert_eq!(members, TEXTS.into_iter().chain(LISTS).collect());
    }
}

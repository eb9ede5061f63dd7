//! An officer's start page: everything that needs somebody of the officer's posts now.
//!
//! Its filters stand in the address; a bare `/work` comes back to those that the officer chose last.

use super::words::{Tag, day_words, grouped};
use super::{Frame, SignedIn, encoded, html};
use crate::names::{Names, PartyName};
use crate::problem::Problem;
use crate::sign_in::cookie_value;
use crate::state::Portal;
use crate::texts::{say, say_of};
use crate::work_list::{About, Kind, Need, Task, tasks};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use customhouse_control::{ControlLaw, Role};
use customhouse_kernel::text::Lang;
use jiff::civil::Date;
use serde::Deserialize;

/// Rows of one page.
const ROWS: usize = 50;
/// The cookie that keeps an officer's filters.
const COOKIE: &str = "customhouse_work";
/// The longest number that is looked for, in characters.
const NUMBER: usize = 64;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    tab: String,
    kind: String,
    state: String,
    /// A part of a number.
    q: String,
    page: usize,
}

impl Filter {
    /// What was asked for; where nothing was, what this officer chose last.
    fn asked(uri: &Uri, headers: &HeaderMap, name: &str) -> Filter {
        let read = |uri: &Uri| Query::<Filter>::try_from_uri(uri).map(|Query(filter)| filter).ok();
        if uri.query().is_some_and(|query| !query.is_empty()) {
            return read(uri).unwrap_or_default();
        }
        let kept = cookie_value(headers, COOKIE).and_then(|kept| kept.split_once('?'));
        let kept = kept.filter(|(who, _)| *who == encoded(name));
        let kept = kept.and_then(|(_, query)| format!("/work?{query}").parse().ok());
        kept.and_then(|uri| read(&uri)).unwrap_or_default()
    }

    /// The query of this list; never empty, for the bare address is the one that was chosen last.
    fn query(&self) -> String {
        let page = if self.page > 0 { self.page.to_string() } else { String::new() };
        let parts = [("kind", &self.kind), ("state", &self.state), ("q", &self.q), ("page", &page)];
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        let given = given.map(|(name, value)| format!("&{name}={}", encoded(value)));
        let tab = if self.tab.is_empty() { "office" } else { &self.tab };
        given.fold(format!("tab={}", encoded(tab)), |query, part| query + &part)
    }

    fn address(&self) -> String {
        format!("/work?{}", self.query())
    }

    /// What the browser keeps: not the number that was looked for, nor the page.
    fn kept(&self, name: &str) -> String {
        let kept = Filter { q: String::new(), page: 0, ..self.clone() };
        format!("{COOKIE}={}?{}; Path=/work; HttpOnly; SameSite=Lax", encoded(name), kept.query())
    }

    fn of_kind(&self, kind: &str) -> Filter {
        Filter { kind: kind.to_owned(), state: String::new(), page: 0, ..self.clone() }
    }

    fn of_state(&self, state: &str) -> Filter {
        Filter { state: state.to_owned(), page: 0, ..self.clone() }
    }

    fn has_kind(&self, task: &Task) -> bool {
        self.kind.is_empty() || task.kind.group() == self.kind
    }

    fn has_state(&self, task: &Task) -> bool {
        self.state.is_empty() || task.record.state == self.state
    }

    fn has_number(&self, task: &Task) -> bool {
        let wanted: String = self.q.chars().filter(|c| !c.is_whitespace()).take(NUMBER).collect();
        task.number.to_uppercase().contains(&wanted.to_uppercase())
    }
}

/// Which part of the list a tab shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Office,
    Mine,
    Today,
    Overdue,
}

impl Tab {
    const ALL: [(Tab, &'static str, &'static str); 4] = [
        (Tab::Office, "office", "work.office"),
        (Tab::Mine, "mine", "work.mine"),
        (Tab::Today, "today", "work.today"),
        (Tab::Overdue, "overdue", "work.overdue"),
    ];

    fn of(name: &str) -> Tab {
        Tab::ALL.into_iter().find(|(_, own, _)| *own == name).map_or(Tab::Office, |(tab, _, _)| tab)
    }

    fn shows(self, task: &Task, today: Date) -> bool {
        match self {
            Tab::Office => true,
            Tab::Mine => task.mine,
            Tab::Today => task.due == Some(today),
            Tab::Overdue => task.due.is_some_and(|due| due < today),
        }
    }
}

/// A choice of the list: words, how many there are, its address, whether it is chosen.
type Choice = (String, usize, String, bool);

#[derive(Template)]
#[template(path = "work.html")]
struct Page {
    frame: Frame,
    /// The officer's posts and offices, in words.
    posts: String,
    tabs: Vec<Choice>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    filter: Filter,
    rows: Vec<Row>,
    next: Option<String>,
    first: Option<String>,
    /// The list with neither kind, state nor number, and whether it is that.
    every: (String, bool),
    /// Where to look for a number that is not on the list; empty if none was looked for.
    elsewhere: String,
}

struct Row {
    number: String,
    address: String,
    kind: String,
    tag: Tag,
    need: String,
    /// Who is drawn for it.
    drawn: String,
    party: PartyName,
    about: String,
    /// Further lines of goods.
    more: u32,
    due: Option<String>,
    /// Behind the day: today, or over.
    urgency: &'static str,
    tone: &'static str,
}

/// What stands behind a day: key of the text, and tone.
fn urgency(due: Option<Date>, today: Date) -> (&'static str, &'static str) {
    match due {
        Some(due) if due < today => ("work.is_overdue", "stop"),
        Some(due) if due == today => ("work.is_today", "wait"),
        _ => ("", ""),
    }
}

fn address(task: &Task) -> String {
    let number = encoded(&task.number);
    match task.kind {
        Kind::Declaration => format!("/declarations/{number}"),
        Kind::Disposal(kind) => format!("/disposals/{}/{number}", kind.name()),
        Kind::Guarantee => format!("/guarantees/{number}"),
        Kind::Refund => format!("/refunds/{number}"),
        Kind::Permit => format!("/periodic-permits/{number}"),
    }
}

impl Row {
    fn of(task: &Task, names: &Names, law: &ControlLaw, (today, lang): (Date, Lang)) -> Option<Row> {
        let (urgency, tone) = urgency(task.due, today);
        let (about, more) = match &task.about {
            About::Goods(first, lines) => (first.clone(), lines.saturating_sub(1)),
            About::Amount(amount) => (grouped(amount), 0),
            About::Word(word) => (word.clone(), 0),
        };
        let kind = match task.kind {
            Kind::Disposal(kind) => law.disposal_procedure(kind)?.title.get(lang).to_owned(),
            kind => say_of("work_kind", kind.group(), lang),
        };
        Some(Row {
            number: task.number.clone(),
            address: address(task),
            kind,
            tag: Tag::of(task.procedure(law)?, &task.record.state, lang),
            need: match &task.need {
                Need::Named(name) => say_of("need", name, lang),
                Need::Steps(steps) => steps.iter().map(|step| step.get(lang)).collect::<Vec<_>>().join(" / "),
            },
            drawn: task.drawn.join(", "),
            party: if task.party.name.is_empty() {
                names.party(&task.party.code)
            } else {
                task.party.clone()
            },
            about,
            more,
            due: task.due.map(|due| day_words(due, lang)),
            urgency: if urgency.is_empty() { "" } else { say(urgency, lang) },
            tone,
        })
    }
}

/// The states that tasks of one kind are in, each once, the one of what is most urgent first.
fn states(tasks: &[&Task], filter: &Filter, law: &ControlLaw, lang: Lang) -> Vec<Choice> {
    let mut found: Vec<Choice> = Vec::new();
    for task in tasks {
        let Some(procedure) = task.procedure(law) else { continue };
        let tag = Tag::of(procedure, &task.record.state, lang);
        let address = filter.of_state(&tag.id).address();
        match found.iter_mut().find(|(_, _, known, _)| *known == address) {
            Some((_, count, ..)) => *count += 1,
            None => found.push((tag.words, 1, address, tag.id == filter.state)),
        }
    }
    found
}

/// `GET /work`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let (law, actor) = (portal.law(), signed_in.actor());
    let filter = Filter::asked(&uri, &headers, &actor.name);
    let (today, lang) = (portal.engine().now().day(), signed_in.visitor.lang);
    let reading = portal.law();
    let found = portal.read(move |reader| tasks(reader, &actor, &reading.control, today)).await?;
    let tab = Tab::of(&filter.tab);
    let tabs = Tab::ALL.map(|(one, name, words)| {
        let count = found.iter().filter(|task| one.shows(task, today)).count();
        let address = Filter { tab: name.to_owned(), page: 0, ..filter.clone() }.address();
        (say(words, lang).to_owned(), count, address, one == tab)
    });
    let of_tab: Vec<&Task> = found.iter().filter(|task| tab.shows(task, today)).collect();
    let kinds = Kind::GROUPS.iter().map(|group| {
        let count = of_tab.iter().filter(|task| task.kind.group() == *group).count();
        let address = filter.of_kind(group).address();
        (say_of("work_kind", group, lang), count, address, *group == filter.kind)
    });
    let kinds: Vec<Choice> = kinds.filter(|(_, count, _, chosen)| *count > 0 || *chosen).collect();
    let of_kind: Vec<&Task> = of_tab.into_iter().filter(|task| filter.has_kind(task)).collect();
    // a state says something only among things of one kind
    let one_kind = !filter.kind.is_empty() || kinds.len() == 1;
    let states = if one_kind { states(&of_kind, &filter, &law.control, lang) } else { Vec::new() };
    let wanted: Vec<&Task> =
        of_kind.into_iter().filter(|task| filter.has_state(task) && filter.has_number(task)).collect();
    let begin = filter.page.min(wanted.len() / ROWS) * ROWS;
    let account = &signed_in.session.account;
    let posts = account.posts.iter().map(|post| say_of("role", post.name(), lang));
    let offices = account.offices.iter().map(ToString::to_string);
    let shown: Vec<&Task> = wanted.iter().skip(begin).take(ROWS).copied().collect();
    let unnamed = shown.iter().filter(|task| task.party.name.is_empty());
    let codes: Vec<String> = unnamed.map(|task| task.party.code.clone()).collect();
    let names = portal.read(move |reader| Names::gather(reader, codes.iter().map(String::as_str))).await?;
    let rows = shown.iter().filter_map(|task| Row::of(task, &names, &law.control, (today, lang)));
    let turned = |page| Filter { page, ..filter.clone() }.address();
    let every = Filter { tab: filter.tab.clone(), ..Filter::default() };
    let sought = if filter.q.is_empty() { String::new() } else { format!("/find?q={}", encoded(&filter.q)) };
    let mut response = html(&Page {
        frame: signed_in.visitor.frame("work"),
        posts: posts.chain(offices).collect::<Vec<_>>().join(" · "),
        tabs: tabs.to_vec(),
        kinds,
        states,
        rows: rows.collect(),
        next: (wanted.len() > begin + ROWS).then(|| turned(begin / ROWS + 1)),
        first: (begin > 0).then(|| turned(0)),
        every: (every.address(), filter.kind.is_empty() && filter.state.is_empty() && filter.q.is_empty()),
        elsewhere: sought,
        filter: filter.clone(),
    });
    if let Ok(cookie) = HeaderValue::from_str(&filter.kept(&account.name)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

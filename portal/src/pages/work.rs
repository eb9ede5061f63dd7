//! An officer's start page: everything that needs somebody of the officer's posts now.

use super::words::{Tag, day_words, grouped};
use super::{Frame, SignedIn, html};
use crate::problem::Problem;
use crate::state::Portal;
use crate::texts::{say, say_of};
use crate::work_list::{RefundTask, Task, refunds, tasks};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use customhouse_control::{ControlLaw, Role};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Direction;
use jiff::civil::Date;
use serde::Deserialize;

/// Rows of one page.
const ROWS: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    tab: String,
    state: String,
    page: usize,
}

impl Filter {
    /// The address of the list with another tab, state or page.
    fn address(tab: &str, state: &str, page: usize) -> String {
        let page = if page > 0 { page.to_string() } else { String::new() };
        let parts = [("tab", tab), ("state", state), ("page", page.as_str())];
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<String> =
            given.map(|(name, value)| format!("{name}={}", super::frame::encoded(value))).collect();
        format!("/work{}{}", if given.is_empty() { "" } else { "?" }, given.join("&"))
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
        (Tab::Office, "", "work.office"),
        (Tab::Mine, "mine", "work.mine"),
        (Tab::Today, "today", "work.today"),
        (Tab::Overdue, "overdue", "work.overdue"),
    ];

    fn of(name: &str) -> Tab {
        Tab::ALL.into_iter().find(|(_, own, _)| *own == name).map_or(Tab::Office, |(tab, _, _)| tab)
    }

    fn shows(self, task: &Task, today: Date) -> bool {
        self.shows_one(task.mine, task.due, today)
    }

    fn shows_refund(self, task: &RefundTask, today: Date) -> bool {
        self.shows_one(task.mine, task.record.due, today)
    }

    fn shows_one(self, mine: bool, due: Option<Date>, today: Date) -> bool {
        match self {
            Tab::Office => true,
            Tab::Mine => mine,
            Tab::Today => due == Some(today),
            Tab::Overdue => due.is_some_and(|due| due < today),
        }
    }
}

#[derive(Template)]
#[template(path = "work.html")]
struct Page {
    frame: Frame,
    /// The officer's posts and offices, in words.
    posts: String,
    /// Words, count, address, whether it is chosen.
    tabs: Vec<(&'static str, usize, String, bool)>,
    states: Vec<(Tag, usize, String, bool)>,
    /// The address without a filter of states, and whether there is none.
    every: (String, bool),
    rows: Vec<Row>,
    refunds: Vec<RefundRow>,
    next: Option<String>,
    first: Option<String>,
}

struct Row {
    entry: String,
    tag: Tag,
    need: String,
    /// Who is drawn for it.
    drawn: String,
    firm: String,
    goods: String,
    lines: u32,
    due: Option<String>,
    /// Behind the day: today, or over.
    urgency: &'static str,
    tone: &'static str,
}

/// A refund that waits.
struct RefundRow {
    number: String,
    tag: Tag,
    need: String,
    payer: String,
    principal: String,
    due: Option<String>,
    urgency: &'static str,
    tone: &'static str,
}

impl RefundRow {
    fn of(task: &RefundTask, law: &ControlLaw, today: Date, lang: Lang) -> Option<RefundRow> {
        let (urgency, tone) = urgency(task.record.due, today);
        Some(RefundRow {
            number: task.body.number.clone(),
            tag: Tag::of(law.refund_procedure()?, &task.record.state, lang),
            need: task.step.title.get(lang).to_owned(),
            payer: task.body.payer.clone(),
            principal: grouped(task.body.principal),
            due: task.record.due.map(|due| day_words(due, lang)),
            urgency: if urgency.is_empty() { "" } else { say(urgency, lang) },
            tone,
        })
    }
}

/// What stands behind a day: key of the text, and tone.
fn urgency(due: Option<Date>, today: Date) -> (&'static str, &'static str) {
    match due {
        Some(due) if due < today => ("work.is_overdue", "stop"),
        Some(due) if due == today => ("work.is_today", "wait"),
        _ => ("", ""),
    }
}

impl Row {
    fn of(task: &Task, law: &ControlLaw, today: Date, lang: Lang) -> Row {
        let drawn = task.body.examinations.last().filter(|e| e.sheet.is_none() && task.need == "examine");
        let (urgency, tone) = urgency(task.due, today);
        Row {
            entry: task.body.entry_number.to_string(),
            tag: Tag::of(law.procedure_of(task.body.entry_number.direction()), &task.record.state, lang),
            need: say_of("need", task.need, lang),
            drawn: drawn.map_or_else(String::new, |e| e.officers.join(", ")),
            firm: task.body.consignee_name.clone(),
            goods: task.body.first_goods.clone(),
            lines: task.body.lines,
            due: task.due.map(|due| day_words(due, lang)),
            urgency: if urgency.is_empty() { "" } else { say(urgency, lang) },
            tone,
        }
    }
}

/// `GET /work`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Officer])?;
    let (law, actor) = (portal.law(), signed_in.actor());
    let (today, lang) = (portal.engine().now().day(), signed_in.visitor.lang);
    let reading = portal.law();
    let found = portal.read(move |reader| {
        let tasks = tasks(reader, &actor, &reading.control, today)?;
        Ok((tasks, refunds(reader, &actor, &reading.control, today)?))
    });
    let (found, refunds) = found.await?;
    let tab = Tab::of(&filter.tab);
    let tabs = Tab::ALL.map(|(one, name, words)| {
        let count = found.iter().filter(|task| one.shows(task, today)).count()
            + refunds.iter().filter(|task| one.shows_refund(task, today)).count();
        (say(words, lang), count, Filter::address(name, "", 0), one == tab)
    });
    let of_tab: Vec<&Task> = found.iter().filter(|task| tab.shows(task, today)).collect();
    // the states of both directions, each once: what waits for officers is called the same in both
    let import = law.control.procedure_of(Direction::Import);
    let export = law.control.procedure_of(Direction::Export);
    let only = export.states.iter().filter(|state| import.state(&state.id).is_none());
    let all = import.states.iter().map(|s| (import, s)).chain(only.map(|s| (export, s)));
    let states = all.filter_map(|(procedure, state)| {
        let count = of_tab.iter().filter(|task| task.record.state == state.id).count();
        let tag = Tag::of(procedure, &state.id, lang);
        let address = Filter::address(&filter.tab, &state.id, 0);
        (count > 0).then_some((tag, count, address, state.id == filter.state))
    });
    let is_wanted = |task: &&&Task| filter.state.is_empty() || task.record.state == filter.state;
    let wanted: Vec<&Task> = of_tab.iter().filter(is_wanted).copied().collect();
    let begin = filter.page.min(wanted.len() / ROWS) * ROWS;
    let more = wanted.len() > begin + ROWS;
    let account = &signed_in.session.account;
    let posts = account.posts.iter().map(|post| say_of("role", post.name(), lang));
    let offices = account.offices.iter().map(ToString::to_string);
    Ok(html(&Page {
        frame: signed_in.visitor.frame("work"),
        posts: posts.chain(offices).collect::<Vec<_>>().join(" · "),
        tabs: tabs.to_vec(),
        states: states.collect(),
        every: (Filter::address(&filter.tab, "", 0), filter.state.is_empty()),
        rows: wanted.iter().skip(begin).take(ROWS).map(|t| Row::of(t, &law.control, today, lang)).collect(),
        // the list of declarations turns its pages; refunds stand behind its first
        refunds: refunds
            .iter()
            .filter(|task| begin == 0 && filter.state.is_empty() && tab.shows_refund(task, today))
            .take(ROWS)
            .filter_map(|task| RefundRow::of(task, &law.control, today, lang))
            .collect(),
        next: more.then(|| Filter::address(&filter.tab, &filter.state, begin / ROWS + 1)),
        first: (begin > 0).then(|| Filter::address(&filter.tab, &filter.state, 0)),
    }))
}

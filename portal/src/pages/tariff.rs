//! The tariff 税则: search, the tree from sections to codes, and one code with all that is charged on it and
//! asked for it on a day, compared with another day if one asks.

use super::words::{both_names, code_name, day_words, rule_name};
use super::{Frame, Visitor, html};
use crate::goods_search::search;
use crate::problem::{self, Problem};
use crate::state::Portal;
use crate::texts::{say, say_of};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use customhouse_control::ControlLaw;
use customhouse_duties::{Commodity, Measure, RateText, SecondUnit};
use customhouse_kernel::law::Rule;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::CommodityCode;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Hits on one page.
const MOST_HITS: usize = 50;
/// Longest wish that is looked at, in characters.
const LONGEST_WISH: usize = 80;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
    on: String,
    /// Another day, to compare with.
    and: String,
}

impl Wanted {
    /// The day that is asked for; today if none is, or if it is none. Whether it was a day.
    fn day(text: &str, today: Date) -> (Date, bool) {
        match text.trim() {
            "" => (today, true),
            text => text.parse().map_or((today, false), |day| (day, true)),
        }
    }
}

/// A code with its name, and where it leads.
struct Entry {
    code: String,
    name: String,
    other: String,
    address: String,
    count: usize,
}

#[derive(Template)]
#[template(path = "tariff.html")]
struct Index {
    frame: Frame,
    wish: String,
    on: String,
    bad_day: bool,
    /// What a search found, how many more there are.
    found: Option<(Vec<Entry>, usize)>,
    trail: Vec<(String, String)>,
    title: String,
    tree: Vec<Entry>,
    total: usize,
}

/// `GET /tariff`: the search, and the sections.
pub(crate) async fn index(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Response {
    let (law, lang) = (portal.law(), visitor.lang);
    let (day, good) = Wanted::day(&wanted.on, portal.engine().now().day());
    let control = &law.control;
    let wish: String = wanted.q.trim().chars().take(LONGEST_WISH).collect();
    let found = (!wish.is_empty()).then(|| {
        let names = portal.goods_search().names(&portal);
        let found = search(&control.tariff, &names, &wish, day);
        let shown = found.iter().take(MOST_HITS).map(|c| leaf(c, &wanted.on, lang)).collect();
        (shown, found.len().saturating_sub(MOST_HITS))
    });
    let counted = counted(control, day, 2);
    let sections = control.rulebook.kind("nomenclature").iter().filter(|rule| rule.key.starts_with('S'));
    let section = |rule: &Rule| {
        let (first, last) = rule.body.get("chapters")?.split_once('-')?;
        let (name, other) = names_of(rule, lang);
        let count = counted.range(first.to_owned()..=last.to_owned()).map(|(_, count)| count).sum();
        let code = if first == last { first.to_owned() } else { format!("{first}–{last}") };
        Some(Entry { code, name, other, address: address(&rule.key, &wanted.on), count })
    };
    html(&Index {
        frame: visitor.frame("tariff"),
        wish,
        on: if good { wanted.on.trim().to_owned() } else { String::new() },
        bad_day: !good,
        found,
        trail: Vec::new(),
        title: String::new(),
        tree: sections.filter_map(section).collect(),
        total: counted.values().sum(),
    })
}

/// How many codes of a day stand under each prefix of a length.
fn counted(law: &ControlLaw, day: Date, length: usize) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for commodity in law.tariff.commodities("", day) {
        *counted.entry(commodity.code.as_str()[..length].to_owned()).or_default() += 1;
    }
    counted
}

fn address(code: &str, on: &str) -> String {
    let on = on.trim();
    // what is no day is not carried on
    if on.parse::<Date>().is_ok() { format!("/tariff/{code}?on={on}") } else { format!("/tariff/{code}") }
}

fn leaf(commodity: &Commodity, on: &str, lang: Lang) -> Entry {
    let (name, other) = both_names(&commodity.name, lang);
    let code = commodity.code.as_str().to_owned();
    Entry { address: address(&code, on), code, name, other, count: 0 }
}

fn names_of(rule: &Rule, lang: Lang) -> (String, String) {
    both_names(&rule_name(rule).unwrap_or_default(), lang)
}

/// The name of a section or a chapter.
fn nomenclature(law: &ControlLaw, code: &str, day: Date, lang: Lang) -> Option<String> {
    law.rulebook.on("nomenclature", code, day).map(|rule| names_of(rule, lang).0)
}

/// The section that a chapter stands in.
fn section_of(law: &ControlLaw, chapter: &str) -> Option<String> {
    let holds = |rule: &&Rule| {
        let span = rule.body.get("chapters").and_then(|span| span.split_once('-'));
        span.is_some_and(|(first, last)| (first..=last).contains(&chapter))
    };
    law.rulebook.kind("nomenclature").iter().find(holds).map(|rule| rule.key.to_string())
}

/// Where one is in the tree: section, chapter, heading.
fn trail(law: &ControlLaw, code: &str, day: Date, on: &str, lang: Lang) -> Vec<(String, String)> {
    let mut trail = Vec::new();
    let chapter = &code[..2];
    if let Some(section) = section_of(law, chapter) {
        let name = nomenclature(law, &section, day, lang).unwrap_or_default();
        trail.push((address(&section, on), name));
    }
    if code.len() > 2 {
        let name = nomenclature(law, chapter, day, lang).unwrap_or_default();
        trail.push((address(chapter, on), format!("{chapter} {name}")));
    }
    if code.len() > 4 {
        trail.push((address(&code[..4], on), code[..4].to_owned()));
    }
    trail
}

/// `GET /tariff/{code}`: a section (`S01`), a chapter, a heading, or one code.
pub(crate) async fn show(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (law, lang) = (portal.law(), visitor.lang);
    let (day, good) = Wanted::day(&wanted.on, portal.engine().now().day());
    let control = &law.control;
    if code.starts_with('S') {
        return branch_of_section(control, &visitor, &code, day, &wanted.on);
    }
    let parsed = CommodityCode::parse(&code).ok_or(problem::NOT_FOUND)?;
    if !parsed.is_full() {
        return branch(control, &visitor, parsed.as_str(), day, &wanted.on);
    }
    let (other_day, other_good) = Wanted::day(&wanted.and, day);
    let compared = !wanted.and.trim().is_empty() && other_good && other_day != day;
    let found = control.tariff.commodity(parsed, day);
    let elsewhere = || control.tariff.commodity(parsed, other_day).filter(|_| compared);
    let changes = changes(control, parsed);
    if found.is_none() && elsewhere().is_none() && changes.is_empty() {
        return Err(problem::NOT_FOUND.into());
    }
    let (name, other) = found.map_or_else(Default::default, |found| both_names(&found.name, lang));
    let then = compared.then(|| rates(control, parsed, other_day, lang));
    let now = rates(control, parsed, day, lang);
    let steps: Vec<(String, String, bool)> = changes
        .iter()
        .map(|change| (format!("/tariff/{code}?on={change}"), change.to_string(), *change == day))
        .collect();
    Ok(html(&One {
        frame: visitor.frame("tariff"),
        trail: trail(control, &code, day, &wanted.on, lang),
        known: found.is_some(),
        confirmed: found.is_none_or(|found| found.confirmed),
        name,
        other,
        units: found.map_or_else(Vec::new, |found| units(control, found, day, lang)),
        day: day_words(day, lang),
        on: day.to_string(),
        bad_day: !good || !other_good,
        and: if compared { other_day.to_string() } else { String::new() },
        other_day: day_words(other_day, lang),
        groups: compared_groups(now, then),
        conditions: conditions(control, parsed, day, lang),
        steps,
        quote: format!("/quote?lines.0.commodity_code={code}"),
        code,
    }))
}

fn branch_of_section(
    law: &ControlLaw,
    visitor: &Visitor,
    section: &str,
    day: Date,
    on: &str,
) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let rule = law.rulebook.on("nomenclature", section, day).ok_or(problem::NOT_FOUND)?;
    let (first, last) =
        rule.body.get("chapters").and_then(|span| span.split_once('-')).ok_or(problem::NOT_FOUND)?;
    let counted = counted(law, day, 2);
    let chapters = law.rulebook.kind("nomenclature").iter().filter(|r| (first..=last).contains(&&*r.key));
    let chapter = |rule: &Rule| {
        let (name, other) = names_of(rule, lang);
        let count = counted.get(&*rule.key).copied().unwrap_or_default();
        Entry { code: rule.key.to_string(), name, other, address: address(&rule.key, on), count }
    };
    let tree: Vec<Entry> = chapters.map(chapter).collect();
    Ok(html(&Index {
        frame: visitor.frame("tariff"),
        wish: String::new(),
        on: on.to_owned(),
        bad_day: false,
        found: None,
        trail: Vec::new(),
        title: names_of(rule, lang).0,
        total: tree.iter().map(|entry| entry.count).sum(),
        tree,
    }))
}

/// What stands under two to eight digits: headings of a chapter, else the codes themselves.
fn branch(law: &ControlLaw, visitor: &Visitor, code: &str, day: Date, on: &str) -> Result<Response, Problem> {
    let lang = visitor.lang;
    let name = nomenclature(law, code, day, lang);
    let tree: Vec<Entry> = if code.len() < 4 {
        let mut headings: BTreeMap<&str, (usize, &Commodity)> = BTreeMap::new();
        for commodity in law.tariff.commodities(code, day) {
            headings.entry(&commodity.code.as_str()[..4]).or_insert((0, commodity)).0 += 1;
        }
        let heading = |(heading, (count, first)): (&str, (usize, &Commodity))| {
            // the pack has no names of headings: what stands first under it says what it is about
            let (name, other) = both_names(&first.name, lang);
            Entry {
                code: heading.to_owned(),
                name: format!("{name} …"),
                other,
                address: address(heading, on),
                count,
            }
        };
        headings.into_iter().map(heading).collect()
    } else {
        law.tariff.commodities(code, day).map(|commodity| leaf(commodity, on, lang)).collect()
    };
    if tree.is_empty() && name.is_none() {
        return Err(problem::NOT_FOUND.into());
    }
    let total = tree.iter().map(|entry| entry.count.max(1)).sum();
    Ok(html(&Index {
        frame: visitor.frame("tariff"),
        wish: String::new(),
        on: on.to_owned(),
        bad_day: false,
        found: None,
        trail: trail(law, code, day, on, lang),
        title: format!("{code} {}", name.unwrap_or_default()),
        tree,
        total,
    }))
}

#[derive(Template)]
#[template(path = "tariff_code.html")]
struct One {
    frame: Frame,
    trail: Vec<(String, String)>,
    code: String,
    /// Whether the code stands on the tariff on the day.
    known: bool,
    confirmed: bool,
    name: String,
    other: String,
    units: Vec<String>,
    day: String,
    on: String,
    bad_day: bool,
    and: String,
    other_day: String,
    groups: Vec<Group>,
    conditions: Vec<ConditionRow>,
    /// Days from which something on the code is otherwise.
    steps: Vec<(String, String, bool)>,
    quote: String,
}

/// The measures of one charge.
struct Group {
    name: String,
    rows: Vec<RateRow>,
}

#[derive(Clone)]
struct RateRow {
    rule: String,
    tier: String,
    origin: String,
    rate: String,
    /// The rate on the other day, where one compares and it is another.
    then: Option<String>,
    mark: &'static str,
    notes: Vec<String>,
    from: String,
    until: String,
    basis: String,
    confirmed: bool,
    known: bool,
    /// What makes it the same measure on another day.
    same: (String, String, String, String),
}

/// What goods need beside duty.
struct ConditionRow {
    certificate: String,
    name: String,
    nature: String,
    direction: String,
    basis: String,
}

/// What a code is called; the code itself if it has no name.
fn called(law: &ControlLaw, list: &str, code: &str, day: Date, lang: Lang) -> String {
    Some(code_name(law, list, code, day, lang))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| code.to_owned())
}

fn units(law: &ControlLaw, commodity: &Commodity, day: Date, lang: Lang) -> Vec<String> {
    let second = match commodity.unit_2 {
        SecondUnit::Unit(unit) => Some(unit),
        SecondUnit::Unknown | SecondUnit::None => None,
    };
    let units = commodity.unit_1.into_iter().chain(second);
    units
        .map(|unit| format!("{} {}", unit.as_str(), code_name(law, "unit", unit.as_str(), day, lang)))
        .collect()
}

/// The rates on a code on a day, under the charges in their order.
fn rates(law: &ControlLaw, code: CommodityCode, day: Date, lang: Lang) -> Vec<(String, Vec<RateRow>)> {
    let row = |measure: &Measure| rate_row(law, measure, day, lang);
    let mut groups: Vec<(String, Vec<RateRow>)> = Vec::new();
    for charge in law.tariff.charges(day) {
        let of = law.tariff.measures(code, day).filter(|measure| measure.charge == charge.key);
        let rows: Vec<RateRow> = of.map(row).collect();
        if !rows.is_empty() {
            groups.push((charge.name.get(lang).to_owned(), rows));
        }
    }
    groups
}

fn rate_row(law: &ControlLaw, measure: &Measure, day: Date, lang: Lang) -> RateRow {
    let rule = law.rulebook.by_id(&measure.rule);
    let mut notes = Vec::new();
    if let Some(order) = &measure.order_number {
        notes.push(format!("{} {order}", say("tariff.quota", lang)));
    }
    if let Some(code) = &measure.additional_code {
        notes.push(format!("{} {code}", say("tariff.additional_code", lang)));
    }
    if let Some(programme) = &measure.programme {
        let name = called(law, "agreement", programme, day, lang);
        notes.push(format!("{} {name}", say("tariff.claimed", lang)));
    }
    let origin = measure.origin.as_deref().map_or_else(
        || say("tariff.any_origin", lang).to_owned(),
        |origin| origin_name(law, origin, day, lang),
    );
    let field = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().to_owned();
    RateRow {
        rule: measure.rule.to_string(),
        tier: called(law, "rate_tier", &measure.tier, day, lang),
        origin,
        rate: measure.rate.words(lang).to_owned(),
        then: None,
        mark: "",
        notes,
        from: measure.valid.from.to_string(),
        until: measure.valid.to.map_or_else(String::new, |to| to.to_string()),
        basis: rule.map_or_else(String::new, |rule| {
            format!("{} {}", rule.basis.document, rule.basis.article).trim().to_owned()
        }),
        confirmed: measure.confirmed,
        known: matches!(measure.rate, RateText::Known(_)),
        same: (
            measure.tier.to_string(),
            field(&measure.origin),
            field(&measure.programme),
            format!("{}{}", field(&measure.additional_code), field(&measure.order_number)),
        ),
    }
}

/// A country, or a group with its members counted.
fn origin_name(law: &ControlLaw, origin: &str, day: Date, lang: Lang) -> String {
    match law.rulebook.on("country_group", origin, day) {
        Some(group) => rule_name(group).map_or_else(|| origin.to_owned(), |name| name.get(lang).to_owned()),
        None => called(law, "country", origin, day, lang),
    }
}

/// The rates of a day, with what they were on the other day beside them.
fn compared_groups(
    now: Vec<(String, Vec<RateRow>)>,
    then: Option<Vec<(String, Vec<RateRow>)>>,
) -> Vec<Group> {
    let Some(mut then) = then else {
        return now.into_iter().map(|(name, rows)| Group { name, rows }).collect();
    };
    let mut groups = Vec::new();
    for (name, mut rows) in now {
        let mut others =
            then.iter().position(|(other, _)| *other == name).map_or_else(Vec::new, |at| then.remove(at).1);
        for row in &mut rows {
            match others.iter().position(|other| other.same == row.same) {
                Some(at) => {
                    let other = others.remove(at);
                    if other.rate != row.rate {
                        row.then = Some(other.rate);
                        row.mark = "changed";
                    }
                }
                None => row.mark = "only_here",
            }
        }
        rows.extend(others.into_iter().map(|row| RateRow { mark: "only_there", ..row }));
        groups.push(Group { name, rows });
    }
    groups.extend(then.into_iter().map(|(name, rows)| Group {
        name,
        rows: rows.into_iter().map(|row| RateRow { mark: "only_there", ..row }).collect(),
    }));
    groups
}

/// Conditions on a code on a day.
fn conditions(law: &ControlLaw, code: CommodityCode, day: Date, lang: Lang) -> Vec<ConditionRow> {
    let row = |rule: &Rule| {
        let say = |field: &str| rule.body.get(field).unwrap_or_default().to_owned();
        ConditionRow {
            name: called(law, "document", &say("certificate"), day, lang),
            certificate: say("certificate"),
            nature: called(law, "condition_nature", &say("nature"), day, lang),
            direction: say_of("tariff", &say("direction"), lang),
            basis: rule.basis.document.to_string(),
        }
    };
    let prefixes = (2..=code.as_str().len()).map(|length| &code.as_str()[..length]);
    let rules = prefixes.flat_map(|prefix| law.rulebook.under("condition", prefix));
    rules.filter(|rule| rule.valid.covers(day)).map(row).collect()
}

/// The days from which something is otherwise for a code: its own, its rates', its conditions'.
fn changes(law: &ControlLaw, code: CommodityCode) -> Vec<Date> {
    // all three kinds of rules are kept under the goods that they name
    let prefixes = (2..=code.as_str().len()).map(|length| &code.as_str()[..length]);
    let rules = prefixes.flat_map(|prefix| {
        ["commodity", "measure", "condition"]
            .into_iter()
            .flat_map(move |kind| law.rulebook.under(kind, prefix))
    });
    let days: BTreeSet<Date> =
        rules.flat_map(|rule| std::iter::once(rule.valid.from).chain(rule.valid.to)).collect();
    days.into_iter().collect()
}

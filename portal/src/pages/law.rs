//! Rules and their papers 法规与参数: which documents rules rest on, article by article, which rules rest on
//! each, when they hold, and whether somebody has confirmed them. Rules of a kind that the pack marks
//! `secret` (who is selected for examination) are shown to officers alone.

use super::frame::encoded;
use super::words::rule_name;
use super::{Frame, Visitor, html};
use crate::problem::{self, Problem};
use crate::state::Portal;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use customhouse_control::Role;
use customhouse_kernel::law::Rule;
use customhouse_kernel::text::{Lang, Text, fold};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rules of one paper on one page.
const A_PAGE: usize = 200;
/// Longest wish that is looked at, in characters.
const LONGEST_WISH: usize = 80;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
    authority: String,
    document: String,
    from: usize,
}

/// One document, and how much rests on it.
struct Paper {
    authority: String,
    document: String,
    address: String,
    articles: usize,
    rules: usize,
    unconfirmed: usize,
}

#[derive(Template)]
#[template(path = "law.html")]
struct Papers {
    frame: Frame,
    wish: String,
    papers: Vec<Paper>,
    rules: usize,
    unconfirmed: usize,
    edition: u32,
}

/// One rule of a paper.
struct RuleRow {
    id: String,
    kind: String,
    name: String,
    holds: String,
    published: String,
    confirmed: bool,
    fields: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "law_paper.html")]
struct OnePaper {
    frame: Frame,
    authority: String,
    document: String,
    articles: Vec<(String, Vec<RuleRow>)>,
    total: usize,
    first: usize,
    last: usize,
    next: Option<String>,
}

/// `GET /law`: the papers, or with `document` what rests on one.
pub(crate) async fn show(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let law = portal.law();
    let officer = visitor.session.as_ref().is_some_and(|session| session.account.role == Role::Officer);
    let secret = |rule: &&Rule| law.manifest.kinds.iter().any(|kind| kind.secret && kind.name == *rule.kind);
    let rules: Vec<&Rule> = law.control.rulebook.rules().iter().filter(|r| officer || !secret(r)).collect();
    if !wanted.document.is_empty() {
        return one(rules, &visitor, &wanted);
    }
    let wish: String = wanted.q.trim().chars().take(LONGEST_WISH).collect();
    Ok(html(&Papers {
        frame: visitor.frame("law"),
        papers: papers(&rules, &fold(&wish)),
        wish,
        rules: rules.len(),
        unconfirmed: rules.iter().filter(|rule| !rule.confirmed).count(),
        edition: law.number,
    }))
}

/// The papers, each that holds the wish in its own name or in a rule's, those that most rests on first.
fn papers(rules: &[&Rule], wish: &str) -> Vec<Paper> {
    #[derive(Default)]
    struct Counted<'a> {
        articles: std::collections::BTreeSet<&'a str>,
        rules: usize,
        unconfirmed: usize,
        wanted: bool,
    }
    let mut by_paper: BTreeMap<(&str, &str), Counted> = BTreeMap::new();
    for rule in rules {
        let basis = &rule.basis;
        let counted = by_paper.entry((&basis.authority, &basis.document)).or_default();
        counted.articles.insert(&basis.article);
        counted.rules += 1;
        counted.unconfirmed += usize::from(!rule.confirmed);
        // every article and the name of a rule that a lawyer reads; the bulk of rates has no name
        counted.wanted = counted.wanted
            || wish.is_empty()
            || fold(&basis.document).contains(wish)
            || fold(&basis.article).contains(wish)
            || rule_name(rule).is_some_and(|name| [name.zh, name.en].iter().any(|n| fold(n).contains(wish)));
    }
    let mut papers: Vec<Paper> = by_paper
        .into_iter()
        .filter(|(_, counted)| counted.wanted)
        .map(|((authority, document), counted)| Paper {
            authority: authority.to_owned(),
            document: document.to_owned(),
            address: address(authority, document, 0),
            articles: counted.articles.len(),
            rules: counted.rules,
            unconfirmed: counted.unconfirmed,
        })
        .collect();
    papers.sort_by(|a, b| b.rules.cmp(&a.rules).then_with(|| a.document.cmp(&b.document)));
    papers
}

fn address(authority: &str, document: &str, from: usize) -> String {
    let start = format!("/law?authority={}&document={}", encoded(authority), encoded(document));
    if from == 0 { start } else { format!("{start}&from={from}") }
}

fn one(mut rules: Vec<&Rule>, visitor: &Visitor, wanted: &Wanted) -> Result<Response, Problem> {
    let of =
        |rule: &&Rule| rule.basis.document == wanted.document && rule.basis.authority == wanted.authority;
    rules.retain(of);
    let total = rules.len();
    if total == 0 {
        return Err(problem::NOT_FOUND.into());
    }
    rules.sort_by(|a, b| (&a.basis.article, &a.id).cmp(&(&b.basis.article, &b.id)));
    let first = wanted.from.min(total - 1);
    let last = (first + A_PAGE).min(total);
    let mut articles: Vec<(String, Vec<RuleRow>)> = Vec::new();
    for rule in &rules[first..last] {
        let row = row(rule, visitor.lang);
        match articles.last_mut().filter(|(article, _)| *article == rule.basis.article) {
            Some((_, rows)) => rows.push(row),
            None => articles.push((rule.basis.article.to_string(), vec![row])),
        }
    }
    Ok(html(&OnePaper {
        frame: visitor.frame("law"),
        authority: wanted.authority.clone(),
        document: wanted.document.clone(),
        articles,
        total,
        first: first + 1,
        last,
        next: (last < total).then(|| address(&wanted.authority, &wanted.document, last)),
    }))
}

fn row(rule: &Rule, lang: Lang) -> RuleRow {
    let words = |value: &str| in_words(value, lang).unwrap_or_else(|| value.to_owned());
    let fields = rule.body.fields().into_iter().map(|(field, value)| (field.to_owned(), words(&value)));
    RuleRow {
        id: rule.id.to_string(),
        kind: rule.kind.to_string(),
        name: rule_name(rule).map_or_else(String::new, |name| name.get(lang).to_owned()),
        holds: rule.valid.to_string(),
        published: rule.published.to_string(),
        confirmed: rule.confirmed,
        fields: fields.filter(|(_, value)| !value.is_empty()).collect(),
    }
}

/// A value that is a text in both languages, in one of them.
fn in_words(value: &str, lang: Lang) -> Option<String> {
    let text: Text = serde_json::from_str(value).ok()?;
    Some(text.get(lang).to_owned())
}

//! Rules given outside a pack, such as those of a scenario: the same bodies as a pack's, in JSON, read by
//! the pack's own reader. Where they stand is a JSON pointer (`/rules/measure/0`) instead of a file and line.
//!
//! Not known here: which kinds there are, and what a kind is looked up by; the department says so.

use super::pack::{Defaults, Place, check_ids, check_single_kind, read_rule};
use crate::law::{Basis, PackFault, Rule, Rulebook, Validity};
use jiff::civil::Date;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A kind of rule that may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenKind {
    pub name: &'static str,
    /// The field that rules of this kind are looked up by; `None`: their `key`, or else their id.
    pub key: Option<&'static str>,
    /// At most one rule under a key holds on any day.
    pub single: bool,
}

/// Reads rules by kind: `{ "measure": [ { … }, … ], … }`. A rule need not say its id (`measure.1`, counted
/// in its list), its days (always), when it was published or what it rests on.
///
/// # Errors
/// All faults at once; the file of each is the pointer to its rule.
pub fn read_given(given: &Map<String, Value>, kinds: &[GivenKind]) -> Result<Vec<Rule>, Vec<PackFault>> {
    let mut faults = Vec::new();
    let mut rules = Vec::new();
    let defaults = defaults();
    for (name, list) in given {
        let at = format!("/rules/{}", name.replace('~', "~0").replace('/', "~1"));
        let Some(kind) = kinds.iter().find(|kind| kind.name == name) else {
            let known: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
            let known = known.join(", ");
            let (zh, en) = (format!("没有规则种类 {name}"), format!("there is no kind of rule {name}"));
            faults.push(PackFault::new(
                &at,
                0,
                format!("{zh}：可用 {known}"),
                format!("{en}: there are {known}"),
            ));
            continue;
        };
        let Value::Array(list) = list else {
            faults.push(PackFault::new(&at, 0, "此处应为规则的列表", "a list of rules is expected here"));
            continue;
        };
        let name: Arc<str> = Arc::from(kind.name);
        for (n, entry) in list.iter().enumerate() {
            let place = Place { file: Arc::from(format!("{at}/{n}")), line: 0 };
            let Value::Object(table) = entry else {
                faults.push(place.missing("fields"));
                continue;
            };
            match with_key(table, kind, n).and_then(|table| read_rule(&place, &name, table, &defaults)) {
                Ok(rule) => rules.push(rule),
                Err(field) => faults.push(place.missing(field)),
            }
        }
    }
    check_ids(&rules, &mut faults);
    let book = Rulebook::new(rules.clone());
    kinds.iter().filter(|kind| kind.single).for_each(|kind| check_single_kind(kind.name, &book, &mut faults));
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

/// What a given rule is taken to say of itself.
fn defaults() -> Defaults {
    let start = Date::constant(1900, 1, 1);
    let basis =
        Basis { authority: "scenario".to_owned(), document: "as given".to_owned(), article: String::new() };
    Defaults {
        valid: Some(Validity { from: start, to: None }),
        published: Some(start),
        basis: Some(Arc::new(basis)),
        confirmed: None,
    }
}

/// A rule's fields with its id and the key that its kind is looked up by.
fn with_key(
    table: &Map<String, Value>,
    kind: &GivenKind,
    place: usize,
) -> Result<Map<String, Value>, &'static str> {
    let mut table = table.clone();
    if !table.contains_key("id") {
        table.insert("id".to_owned(), Value::String(format!("{}.{}", kind.name, place + 1)));
    }
    if let Some(field) = kind.key {
        let key = table.get(field).filter(|key| key.is_string()).ok_or(field)?.clone();
        table.insert("key".to_owned(), key);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [GivenKind; 2] = [
        GivenKind { name: "measure", key: Some("goods"), single: false },
        GivenKind { name: "charge", key: None, single: true },
    ];

    fn read(text: &str) -> Result<Vec<Rule>, Vec<String>> {
        let given: Map<String, Value> = serde_json::from_str(text).unwrap();
        let words = |f: PackFault| format!("{}: {}", f.file, f.text.en);
        read_given(&given, &KINDS).map_err(|faults| faults.into_iter().map(words).collect())
    }

    #[test]
    fn a_given_rule_is_a_rule_of_a_pack() {
        let rules =
            read(r#"{"measure": [{"goods": "87", "rate": "1%"}], "charge": [{"id": "vat"}]}"#).unwrap();
        let found: Vec<_> = rules.iter().map(|r| (&*r.id, &*r.key, &*r.file)).collect();
        assert_eq!(found, [("vat", "vat", "/rules/charge/0"), ("measure.1", "87", "/rules/measure/0")]);
        assert_eq!((rules[1].body.get("rate"), rules[1].confirmed), (Some("1%"), true));
    }

    #[test]
    fn each_fault_names_its_rule() {
        for (given, fault) in [
            (r#"{"tax": []}"#, "/rules/tax: there is no kind of rule tax: there are measure, charge"),
            (r#"{"measure": {}}"#, "/rules/measure: a list of rules is expected here"),
            (r#"{"measure": [3]}"#, "/rules/measure/0: the rule has no fields, or one that is not in form"),
            (
                r#"{"measure": [{"rate": "1%"}]}"#,
                "/rules/measure/0: the rule has no goods, or one that is not in form",
            ),
            (
                r#"{"charge": [{"valid": "soon"}]}"#,
                "/rules/charge/0: the rule has no valid, or one that is not in form",
            ),
            (
                r#"{"charge": [{"id": "a"}, {"id": "a"}]}"#,
                "/rules/charge/1: the id a occurs twice (also /rules/charge/0:0)",
            ),
            (
                r#"{"charge": [{"id": "a"}, {"id": "b", "key": "a"}]}"#,
                "/rules/charge/1: the rules b and a hold at the same time",
            ),
        ] {
            let faults = read(given).unwrap_err();
            assert!(faults.iter().any(|f| f == fault), "{fault}\n{faults:#?}");
        }
    }
}

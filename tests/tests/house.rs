//! The house: which room may use which, under which licences, and what no source may hold.

#![allow(clippy::disallowed_methods)] // this test starts cargo and reads the sources

use customhouse_kernel::refusal::Reason;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Licences that we take as they are.
const LICENCES: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "CC0-1.0",
    "0BSD",
    "Unlicense",
];

/// Crates that we take under MPL-2.0, each with its reason.
const MPL: &[(&str, &str)] = &[];

/// Sources that may say `f32` or `f64`, each with its reason.
const FLOATS: &[(&str, &str)] =
    &[("kernel/src/law/rule.rs", "serde's forwarding macro wants every primitive type by name")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the work tree").to_owned()
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

// --- the manifests -------------------------------------------------------------------------------

/// What cargo knows of the workspace, for the machine that runs the test: crates of other platforms
/// need not be at hand.
fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |arguments: &[&str]| {
        let output = Command::new(&cargo).args(arguments).current_dir(root()).output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("cargo speaks UTF-8")
    };
    let version = run(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("cargo knows its host");
    let found =
        run(&["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host]);
    serde_json::from_str(&found).expect("JSON")
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().unwrap_or_else(|| panic!("{member} is a list"))
}

fn word<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// The packages of the workspace.
fn ours(metadata: &Value) -> impl Iterator<Item = &Value> {
    let members = list(metadata, "workspace_members");
    list(metadata, "packages").iter().filter(|package| members.contains(&package["id"]))
}

/// The rooms with what each uses, also only for its own tests.
fn arrows(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let room = |name: &str| name.strip_prefix("customhouse-").map(str::to_owned);
    let tests = root().join("tests");
    let rooms = ours(metadata).filter(|p| !Path::new(word(p, "manifest_path")).starts_with(&tests));
    rooms
        .map(|package| {
            let name = room(word(package, "name")).expect("a room is a package customhouse-ROOM");
            let uses = list(package, "dependencies").iter().filter_map(|d| room(word(d, "name")));
            (name, uses.collect())
        })
        .collect()
}

/// The table under `## Arrows` of ARCHITECTURE.md: `| room | rooms that it uses |`.
fn allowed_arrows(architecture: &str) -> BTreeMap<String, BTreeSet<String>> {
    let (_, section) = architecture.split_once("\n## Arrows\n").expect("ARCHITECTURE.md has ## Arrows");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [room, uses] = cells[..] else { panic!("two columns: {row}") };
        let uses = uses.split(',').map(str::trim).filter(|name| !name.is_empty());
        (room.to_owned(), uses.map(str::to_owned).collect())
    })
    .collect()
}

#[test]
fn every_arrow_is_in_the_table_of_the_architecture() {
    let allowed = allowed_arrows(&text("ARCHITECTURE.md"));
    let found = arrows(&metadata());
    let names = |table: &BTreeMap<String, BTreeSet<String>>| table.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&allowed), names(&found), "the rooms of the table and of the workspace");
    for (room, uses) in &found {
        let beyond: Vec<&String> = uses.difference(&allowed[room]).collect();
        assert!(beyond.is_empty(), "{room} uses {beyond:?}, which ARCHITECTURE.md does not list");
    }
    // a kernel that used a department, or a circle, would be a table gone wrong
    assert!(allowed["kernel"].is_empty());
    for (room, uses) in &allowed {
        for used in uses {
            assert!(!allowed[used].contains(room), "{room} and {used} use each other");
        }
    }
}

#[test]
fn every_licence_is_one_that_we_take() {
    let metadata = metadata();
    let mut strange = Vec::new();
    for package in list(&metadata, "packages") {
        let (name, licence) = (word(package, "name"), word(package, "license"));
        let taken = |one: &str| {
            LICENCES.contains(&one) || (one == "MPL-2.0" && MPL.iter().any(|(listed, _)| *listed == name))
        };
        if !is_taken(licence, &taken) {
            strange.push(format!("{name}: {licence:?}"));
        }
    }
    assert!(strange.is_empty(), "{strange:#?}");
    assert!(MPL.iter().all(|(_, reason)| !reason.is_empty()));
}

/// Whether an SPDX expression leaves us a choice that we take: one side of OR, all sides of AND.
/// The old `/` means OR.
fn is_taken(expression: &str, taken: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let taken = any_side(&mut words, taken);
    taken && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any_side(words: &mut Words<'_>, taken: &dyn Fn(&str) -> bool) -> bool {
    let mut result = all_sides(words, taken);
    while words.next_if_eq(&"OR").is_some() {
        result |= all_sides(words, taken);
    }
    result
}

fn all_sides(words: &mut Words<'_>, taken: &dyn Fn(&str) -> bool) -> bool {
    let mut result = one_side(words, taken);
    while words.next_if_eq(&"AND").is_some() {
        result &= one_side(words, taken);
    }
    result
}

fn one_side(words: &mut Words<'_>, taken: &dyn Fn(&str) -> bool) -> bool {
    match words.next() {
        Some("(") => any_side(words, taken) & words.next_if_eq(&")").is_some(),
        Some(licence) => {
            // `Apache-2.0 WITH LLVM-exception` gives more than Apache-2.0
            if words.next_if_eq(&"WITH").is_some() {
                words.next();
            }
            taken(licence)
        }
        None => false,
    }
}

#[test]
fn licence_expressions() {
    for (expression, want) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("", false),
        ("GPL-3.0 OR MIT", true),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0", false),
        ("MIT AND BSD-3-Clause", true),
        ("MIT OR GPL-3.0 AND Apache-2.0", true),
        ("(MIT OR GPL-3.0) AND GPL-3.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
        ("MIT GPL-3.0", false),
        ("(MIT", false),
    ] {
        assert_eq!(is_taken(expression, &|one| LICENCES.contains(&one)), want, "{expression}");
    }
}

#[test]
fn a_direct_dependency_has_one_version() {
    let metadata = metadata();
    let members = list(&metadata, "workspace_members");
    let version_of: BTreeMap<&str, (&str, &str)> = list(&metadata, "packages")
        .iter()
        .map(|p| (word(p, "id"), (word(p, "name"), word(p, "version"))))
        .collect();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let nodes = list(&metadata["resolve"], "nodes").iter().filter(|node| members.contains(&node["id"]));
    for used in nodes.flat_map(|node| list(node, "deps")) {
        let (name, version) = version_of[word(used, "pkg")];
        versions.entry(name).or_default().insert(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    assert!(versions.is_empty(), "{versions:?}");
}

// --- the sources ---------------------------------------------------------------------------------

/// Every Rust source under a folder of the work tree, with its path.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(root()).expect("inside the work tree");
                found.push((name.display().to_string(), fs::read_to_string(&path).expect("a source")));
            }
        }
    }
    found.sort();
    found
}

/// The pure rooms: kernel and departments, without their tests.
fn pure_sources() -> Vec<(String, String)> {
    let mut found = sources("kernel/src");
    for room in ["duties", "finance", "control", "directory", "statistics"] {
        found.extend(sources(&format!("departments/{room}/src")));
    }
    found.retain(|(path, _)| !path.ends_with("/tests.rs"));
    found
}

/// The lines of a source that are code of the program, counted from 1: neither comment nor test.
/// A module of tests stands at the end of its file.
fn code(source: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = source.lines().collect();
    let starts_tests = |n: &usize| {
        lines[*n].trim() == "#[cfg(test)]"
            && lines.get(n + 1).is_some_and(|next| next.contains("mod ") && next.contains('{'))
    };
    let end = (0..lines.len()).find(starts_tests).unwrap_or(lines.len());
    let numbered = lines[..end].iter().enumerate().map(|(n, line)| (n + 1, *line));
    numbered.map(|(n, line)| (n, line.split("//").next().unwrap_or_default())).collect()
}

fn has_word(line: &str, wanted: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == wanted)
}

#[test]
fn no_floating_point_in_kernel_and_departments() {
    let mut found = Vec::new();
    for (path, source) in pure_sources().iter().filter(|(path, _)| FLOATS.iter().all(|(p, _)| p != path)) {
        for (n, line) in code(source) {
            if ["f32", "f64"].iter().any(|float| has_word(line, float)) {
                found.push(format!("{path}:{n}: {}", line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
    for (path, _) in FLOATS {
        let uses = code(&text(path)).iter().filter(|(_, line)| has_word(line, "f64")).count();
        assert_eq!(uses, 1, "{path} has its reason for one line only");
    }
}

#[test]
fn no_unwrap_in_kernel_and_departments_and_every_expect_has_a_reason() {
    let mut found = Vec::new();
    for (path, source) in &pure_sources() {
        for (n, line) in code(source) {
            // a parser's own method is called `self.expect`
            let unexplained = line.split(".expect(").skip(1).any(|rest| {
                let reason = rest.strip_prefix('"').and_then(|r| r.split('"').next()).unwrap_or_default();
                reason.split_whitespace().count() < 2
            });
            if line.contains(".unwrap()") || (unexplained && !line.contains("self.expect(")) {
                found.push(format!("{path}:{n}: {}", line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

// --- refusals ------------------------------------------------------------------------------------

/// The tables of the rooms: prefix, source, table.
const TABLES: &[(&str, &str, &[&Reason])] = &[
    ("DUT", "departments/duties/src/refusals.rs", customhouse_duties::REFUSALS),
    ("FIN", "departments/finance/src/refusals.rs", customhouse_finance::REFUSALS),
    ("CTL", "departments/control/src/refusals.rs", customhouse_control::REFUSALS),
    ("EXC", "exchange/src/refusals.rs", customhouse_exchange::refusals::ALL),
];

/// The `{names}` in a text, in order of name.
fn places(text: &str) -> Vec<&str> {
    let is_name = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b"_.0123456789".contains(&b));
    let inside = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    let mut names: Vec<&str> = inside.filter(is_name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_refusal_is_whole_in_both_languages() {
    for (prefix, path, table) in TABLES {
        let declared = text(path).matches(": Reason =").count();
        assert_eq!(declared, table.len(), "{path}: every reason stands in the table");
        assert!(table.windows(2).all(|two| two[0].code < two[1].code), "{path}: in order of code");
        for reason in *table {
            let Reason { code, zh, en, remedy_zh, remedy_en, basis } = reason;
            assert!(code.starts_with(&format!("{prefix}-")), "{code}");
            let texts = [zh, en, remedy_zh, remedy_en, basis];
            assert!(texts.iter().all(|text| !text.trim().is_empty()), "{code}");
            assert_eq!(places(zh), places(en), "{code}");
            assert_eq!(places(remedy_zh), places(remedy_en), "{code}: remedy");
            for name in places(remedy_zh) {
                assert!(places(zh).contains(&name), "{code}: {name} only in the remedy");
            }
        }
    }
}

/// Over every room, also those whose tables are their own: kernel's, engine's, portal's, the program's.
#[test]
fn a_code_is_used_for_one_reason_only() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for folder in ["kernel/src", "departments", "exchange/src", "storage/src", "engine/src", "portal/src"] {
        let tables = sources(folder).into_iter().filter(|(path, source)| {
            !path.contains("/tests") && (source.contains(": Reason =") || source.contains("Reason {"))
        });
        for (path, source) in tables {
            for (n, line) in code(&source) {
                for literal in line.split('"').skip(1).step_by(2).filter(|l| is_code(l)) {
                    let here = format!("{path}:{n}");
                    if let Some(there) = seen.insert(literal.to_owned(), here.clone()) {
                        panic!("{literal} stands at {there} and at {here}");
                    }
                }
            }
        }
    }
    for code in TABLES.iter().flat_map(|(_, _, table)| table.iter()).map(|reason| reason.code) {
        assert!(seen.contains_key(code), "{code}");
    }
    assert!(seen.len() > 60, "{}", seen.len());
}

/// `DUT-014` and the like.
fn is_code(text: &str) -> bool {
    let Some((room, number)) = text.split_once('-') else { return false };
    room.len() == 3
        && number.len() == 3
        && room.bytes().all(|b| b.is_ascii_uppercase())
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// A norm of the pack is a refusal too.
#[test]
fn every_norm_of_the_pack_is_whole_in_both_languages() {
    let norms: toml::Table = text("packs/cn/rules/norms.toml").parse().expect("TOML");
    let norms = norms["norm"].as_array().expect("[[norm]]");
    let mut ids = BTreeSet::new();
    for norm in norms {
        let id = norm["id"].as_str().expect("an id");
        assert!(id.starts_with("CN-NORM-") && ids.insert(id), "{id}");
        for part in ["text", "remedy"] {
            let word = |language: &str| norm[part][language].as_str().unwrap_or_default();
            assert!(!word("zh").trim().is_empty() && !word("en").trim().is_empty(), "{id}: {part}");
            assert_eq!(places(word("zh")), places(word("en")), "{id}: {part}");
        }
    }
    assert!(ids.len() > 30, "{}", ids.len());
}

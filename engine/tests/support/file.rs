//! The procedure's file, read by its lines: a second reading, which shares nothing with the program's own.

use super::pack;
use std::collections::BTreeSet;

/// A step as the file says it.
#[derive(Debug, Default)]
pub struct FileStep {
    pub id: String,
    pub from: Vec<String>,
    pub to: Option<String>,
    pub takers: Vec<String>,
    pub guards: Vec<String>,
    pub actions: Vec<String>,
    pub automatic: bool,
}

/// The file of imports, read by its lines: the states' names and the steps.
pub fn read_file() -> (BTreeSet<String>, Vec<FileStep>) {
    read_procedure("import-declaration")
}

/// A procedure's file, likewise.
pub fn read_procedure(name: &str) -> (BTreeSet<String>, Vec<FileStep>) {
    let (pack, name) = (pack(), format!("procedures/{name}.toml"));
    let (_, text) = pack.iter().find(|(path, _)| *path == name).unwrap();
    let (mut states, mut steps) = (BTreeSet::new(), Vec::<FileStep>::new());
    let mut section = "";
    for line in text.lines() {
        if line.starts_with("[[") {
            section = line;
            if line == "[[step]]" {
                steps.push(FileStep::default());
            }
            continue;
        }
        let Some((name, value)) = line.split_once(" = ") else { continue };
        let words = || value.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        match (section, name, steps.last_mut()) {
            ("[[state]]", "id", _) => states.extend(words()),
            ("[[step]]", "id", Some(step)) => step.id = words().remove(0),
            ("[[step]]", "to", Some(step)) => step.to = Some(words().remove(0)),
            ("[[step]]", "from", Some(step)) => step.from = words(),
            ("[[step]]", "takers", Some(step)) => step.takers = words(),
            ("[[step]]", "guards", Some(step)) => step.guards = words(),
            ("[[step]]", "actions", Some(step)) => step.actions = words(),
            ("[[step]]", "automatic", Some(step)) => step.automatic = value == "true",
            _ => {}
        }
    }
    (states, steps)
}

/// States that a declaration passes through within one decision.
pub const PASSED_THROUGH: [&str; 4] = ["lodged", "accepted", "computed", "paid"];

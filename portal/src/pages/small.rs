//! Small forms on pages: the members of a form as fields, what was typed into them, and sending it.

use super::SignedIn;
use super::words::{Finding, anchor, findings};
use crate::api::is_key;
use crate::problem::{self, Problem};
use crate::small_forms::{Kind, Member, SmallForm, read_fields};
use crate::state::{Portal, failed};
use crate::texts::say_of;
use customhouse_control::Command;
use customhouse_engine::{Command as EngineCommand, Outcome, Sent};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use serde_json::json;

/// What a browser sent: name and value, a name as often as it stands on the form.
pub(crate) type Typed = Vec<(String, String)>;

/// What was typed into a field; nothing if there is no such field.
pub(crate) fn value<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
}

/// A form that came back refused: which, what was typed, and why.
#[derive(Default)]
pub(crate) struct Refused {
    pub form: String,
    pub typed: Typed,
    pub findings: Vec<Refusal>,
}

impl Refused {
    pub fn of(form: &str, typed: Typed, findings: Vec<Refusal>) -> Refused {
        Refused { form: form.to_owned(), typed, findings }
    }

    /// The findings, if this is the form that they are about.
    pub fn findings_of(&self, form: &str, lang: Lang) -> Vec<Finding> {
        let own = self.form == form;
        let mut found = if own { findings(&self.findings, lang) } else { Vec::new() };
        for finding in &mut found {
            name_field(finding, form, lang);
        }
        found
    }
}

/// Calls a field of our own refusals by what the page calls it.
fn name_field(finding: &mut Finding, form: &str, lang: Lang) {
    let name = finding.path.trim_start_matches('/').to_owned();
    if finding.code.starts_with("POR-") && !name.is_empty() {
        finding.text = finding.text.replace(&name, &label(form, &name, lang));
    }
}

/// What a field of a form is called: its own words where the form has some, else those that all share.
fn label(form: &str, name: &str, lang: Lang) -> String {
    let own = format!("{form}_{name}");
    let words = say_of("field", &own, lang);
    if words == own { say_of("field", name, lang) } else { words }
}

/// What to write there, likewise; nothing if nobody needs to be told.
fn hint(form: &str, name: &str, lang: Lang) -> String {
    let own = format!("{form}_{name}");
    let words = say_of("hint", &own, lang);
    let words = if words == own { say_of("hint", name, lang) } else { words };
    if words == name { String::new() } else { words }
}

/// A field of a form.
pub(crate) struct Field {
    pub name: &'static str,
    pub anchor: String,
    pub label: String,
    pub hint: String,
    pub value: String,
    /// Of its input; `select` for one of the options, `ticks` for any of them.
    pub kind: &'static str,
    pub mode: &'static str,
    pub required: bool,
    /// Code and name.
    pub options: Vec<(String, String)>,
    /// The codes of the options are known to people: they are shown, too.
    pub coded: bool,
    pub errors: Vec<Finding>,
}

impl Field {
    /// Something about it is refused, not merely warned of.
    pub fn is_wrong(&self) -> bool {
        self.errors.iter().any(|e| e.tone == "stop")
    }

    /// Whether an option is chosen; in ticks several may be.
    pub fn is_chosen(&self, code: &str) -> bool {
        if self.kind == "ticks" { self.value.split(',').any(|one| one == code) } else { self.value == code }
    }

    /// The field as a choice among options.
    pub fn of_options(self, kind: &'static str, options: Vec<(String, String)>) -> Field {
        Field { kind, options, ..self }
    }
}

/// Makes the fields of one form on a page.
pub(crate) struct Fields<'a> {
    /// The form's name in the texts.
    pub form: &'static str,
    /// Stands before the anchors, where a page has several forms with the same members.
    pub prefix: &'a str,
    pub typed: &'a Typed,
    pub findings: &'a mut [Finding],
    pub lang: Lang,
}

impl Fields<'_> {
    /// The field of a member, with what was typed and what is wrong with it.
    pub fn field(&mut self, member: &Member) -> Field {
        let path = format!("/{}", member.name);
        let anchor = format!("{}{}", self.prefix, anchor(&path));
        let mut errors = Vec::new();
        for finding in self.findings.iter_mut().filter(|f| f.path == path) {
            finding.linked = true;
            finding.anchor.clone_from(&anchor);
            errors.push(finding.clone());
        }
        Field {
            name: member.name,
            anchor,
            label: label(self.form, member.name, self.lang),
            hint: hint(self.form, member.name, self.lang),
            value: value(self.typed, member.name).to_owned(),
            kind: match member.kind {
                Kind::Date => "date",
                Kind::DateTime => "datetime-local",
                Kind::Names => "ticks",
                _ => "text",
            },
            mode: match member.kind {
                Kind::Whole | Kind::Office | Kind::Commodity | Kind::Unit => "numeric",
                Kind::Decimal => "decimal",
                _ => "text",
            },
            required: member.required,
            options: Vec::new(),
            coded: false,
            errors,
        }
    }
}

/// Submits a form of a page; findings if it is refused. `of`: what the address names, which belongs to
/// the content; empty where it names nothing.
pub(crate) async fn submit<T: SmallForm>(
    portal: &Portal,
    signed_in: &SignedIn,
    (of, typed): (&str, &Typed),
    kind: &'static str,
    command: impl FnOnce(T) -> Command,
) -> Result<Result<Outcome, Vec<Refusal>>, Problem> {
    let key = value(typed, "key").to_owned();
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let content: Typed = typed.iter().filter(|(n, _)| n != "key").cloned().collect();
    let command = match read_fields::<T>(&content) {
        Ok(form) => EngineCommand::Control(command(form)),
        Err(findings) => EngineCommand::Unreadable { kind, findings },
    };
    let keep = matches!(command, EngineCommand::Unreadable { .. });
    let mut bytes = if of.is_empty() { Vec::new() } else { format!("{of}\n").into_bytes() };
    bytes.extend_from_slice(json!(content).to_string().as_bytes());
    let sent = Sent { media_type: "application/json".to_owned(), bytes, keep };
    let outcome = portal.submit(signed_in.actor(), key, command, sent).await?;
    Ok(if outcome.accepted { Ok(outcome) } else { Err(outcome.findings) })
}

/// Submits a command that says nothing but what it is about, from a form that holds a key alone.
pub(crate) async fn submit_bare(
    portal: &Portal,
    signed_in: &SignedIn,
    (of, typed): (&str, &Typed),
    command: Command,
) -> Result<Result<Outcome, Vec<Refusal>>, Problem> {
    let key = value(typed, "key").to_owned();
    if !is_key(&key) {
        return Err(problem::BAD_REQUEST.into());
    }
    let bytes = format!("{of}\n").into_bytes();
    let sent = Sent { media_type: "text/plain".to_owned(), bytes, keep: false };
    let outcome = portal.submit(signed_in.actor(), key, EngineCommand::Control(command), sent).await?;
    Ok(if outcome.accepted { Ok(outcome) } else { Err(outcome.findings) })
}

/// The number that customs gave what was accepted, out of the answer.
///
/// # Errors
/// The program's own: an answer without it.
pub(crate) fn number_given(outcome: &Outcome, name: &str) -> Result<String, Problem> {
    let answer = outcome.answer.as_ref();
    let answer = answer.and_then(|a| serde_json::from_str::<serde_json::Value>(a.get()).ok());
    let number = answer.as_ref().and_then(|a| a[name].as_str());
    Ok(number.ok_or_else(|| failed(&format!("an answer without {name}")))?.to_owned())
}

/// Ticks of one name as one value, as a form's list of names is read.
pub(crate) fn joined(mut typed: Typed, name: &str) -> Typed {
    let ticked: Vec<String> = typed.iter().filter(|(n, _)| n == name).map(|(_, v)| v.clone()).collect();
    typed.retain(|(n, _)| n != name);
    if !ticked.is_empty() {
        typed.push((name.to_owned(), ticked.join(",")));
    }
    typed
}

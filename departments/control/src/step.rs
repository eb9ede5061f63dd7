//! Steps 办理步骤 that officers and declarants take on a declaration: the procedure says who, from where
//! and to where; here stands what each action of a step does.

use crate::accounts::pair;
use crate::advance;
use crate::aggregate;
use crate::authorisation;
use crate::change::{self, ChangeKind};
use crate::clearance::Clearance;
use crate::command::{Actor, Role};
use crate::declaration::Document;
use crate::document_check::{self, DocumentRequest};
use crate::examination::{Examination, ExaminedLine, Sheet, SheetLine, check_sheet};
use crate::form::Form;
use crate::guaranteed;
use crate::law::ControlLaw;
use crate::licence;
use crate::lodge::documents_of;
use crate::periodic_list;
use crate::record::{DeclarationRecord, DeclarationVersion, declaration_key, version_key};
use crate::refusals;
use crate::roster::{able, draw, draw_needs};
use crate::summary::{KeptSummary, summary_key};
use crate::two_step;
use customhouse_finance::{duty_assessed, duty_owed, held, refundable, treasury};
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::casework::Step;
use customhouse_kernel::journal::Hash;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The longest note, in characters.
pub(crate) const NOTE: usize = 2000;

/// The actions that steps of a declaration may name beside those of lodging, paying and goods out.
pub(crate) const ACTIONS: [&str; 22] = [
    "release_bill",
    "reopen_bill",
    "request_documents",
    "answer_request",
    "draw_examiners",
    "draw_other_examiners",
    "replace_examiners",
    "pass_sheet",
    "report_sheet",
    "propose_amendment",
    "propose_withdrawal",
    "approve_amendment",
    "approve_withdrawal",
    "refuse_change",
    "require_change",
    "lapse_request",
    "lapse_required_change",
    "lapse_advance",
    "say_why",
    "use_guarantee",
    "claim_guarantee",
    "complete_declaration",
];

/// What comes with a step; most steps need a part of it.
#[derive(Clone, Debug, Default)]
pub struct StepForm {
    /// What is asked, answered, or the reason.
    pub note: String,
    /// The findings sheet of an examination.
    pub sheet: Vec<SheetLine>,
    pub samples: bool,
    /// Another content of the declaration.
    pub declaration: Option<Box<Form>>,
    /// Files that come with it: media type and bytes.
    pub files: Vec<StepFile>,
    /// Number of the guarantee that is to answer for the open taxes.
    pub guarantee: String,
}

/// A file that comes with a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepFile {
    pub media_type: String,
    pub bytes: Vec<u8>,
}

pub(crate) fn needs(entry: EntryNumber, form: &StepForm, view: &dyn View, at: &Moment, keys: &mut Keys) {
    draw_needs(entry.office(), view, keys);
    needs_undrawn(entry, form, view, at, keys);
}

/// The same for a step that draws nobody.
pub(crate) fn needs_undrawn(
    entry: EntryNumber,
    form: &StepForm,
    view: &dyn View,
    at: &Moment,
    keys: &mut Keys,
) {
    let key = declaration_key(entry);
    if let Some(body) = view.record(&key).and_then(Record::read::<DeclarationRecord>) {
        keys.record(RecordKey::new("bill", &*body.bill));
        authorisation::needs(&body.consignee, body.agent.as_deref(), keys);
        for draw in &body.draws {
            let licence = draw.licence.split_once('-');
            licence::needs(licence.into_iter(), keys);
        }
        let last = body.last_version();
        for version in BTreeSet::from([body.document_version, last, last + 1]) {
            let key = version_key(entry, version);
            if let Some(version) = view.record(&key).and_then(Record::read::<VersionPapers>) {
                let documents = &version.declaration.documents;
                licence::needs(documents.iter().map(|d| (&*d.code, &*d.number)), keys);
            }
            keys.record(key);
        }
        if let Some(declaration) = &form.declaration {
            licence::needs(documents_of(declaration), keys);
        }
        aggregate::needs(&body, keys);
        two_step::needs(&body, keys);
        if !form.guarantee.is_empty() {
            guaranteed::needs(form.guarantee.trim(), entry, keys);
        }
        balances_needed(&body, at, keys);
    }
    keys.record(key);
}

/// Of a version what its documents are; the rest is not read.
#[derive(Deserialize)]
struct VersionPapers {
    declaration: Papers,
}

#[derive(Deserialize)]
struct Papers {
    documents: Vec<Document>,
}

/// The balances that a declaration's steps may move: its goods, its money, and what guarantees it.
pub(crate) fn balances_needed(body: &DeclarationRecord, at: &Moment, keys: &mut Keys) {
    for class in ["bill_open", "bill_declared", "bill_released", "bill_shut_out"] {
        for account in pair(class, &body.bill) {
            keys.account(account);
        }
    }
    periodic_list::needs(body, keys);
    keys.account(held()).account(refundable(&body.consignee));
    for book in &body.books {
        if let Some(number) = book.guaranteed.as_deref().filter(|_| book.is_open()) {
            guaranteed::needs(number, body.entry_number, keys);
        }
        keys.account(duty_owed(&book.number));
        keys.account(duty_assessed(&book.charge, &body.consignee, book.issued.year()));
        keys.account(duty_assessed(&book.charge, &body.consignee, at.day().year()));
        keys.account(treasury(&book.charge, book.paid.unwrap_or(at.day()).year()));
    }
}

/// Takes a step on a declaration.
///
/// # Errors
/// The step is not there, not now, or not this actor's; a guard does not hold; or what came with it
/// does not fit. Nothing changes then.
pub(crate) fn take(
    (entry, step): (EntryNumber, &str),
    form: &StepForm,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
    dice: u64,
) -> Result<Decision, Vec<Refusal>> {
    visible(entry, actor, view, at)?;
    if form.note.chars().count() > NOTE {
        let long = refusals::TOO_LONG.at("/note").with("field", "note").with("max", NOTE);
        return Err(vec![long.with("length", form.note.chars().count())]);
    }
    let mut clearance = Clearance::load(entry, view, law)?;
    let taken = clearance.case.step(step, actor, at).map_err(|r| vec![r])?;
    let files: Vec<Hash> = form.files.iter().map(|file| Hash::of(&file.bytes)).collect();
    let context = Context { form, files: &files, actor, view, law, at, dice };
    for action in &taken.actions {
        context.perform(action, &mut clearance)?;
    }
    clearance.follow(taken, actor, at)?;
    if is_told(taken) {
        clearance.case.note(&form.note);
    }
    advance::lapse(&mut clearance, view, law, at)?;
    clearance.go_on(at)?;
    let facts = serde_json::json!({
        "entry_number": entry,
        "step": taken.id,
        "letter": taken.letter,
        "note": form.note,
        "files": files,
        "state": clearance.case.state,
    });
    clearance.decision.tell("declaration.step", &facts);
    clearance.decision.answer(&facts);
    clearance.decision.files = form.files.iter().map(|f| (f.media_type.clone(), f.bytes.clone())).collect();
    Ok(clearance.close())
}

/// Whether the note of a step stands in the time line: it is what the step says.
fn is_told(step: &Step) -> bool {
    step.does("say_why") || step.letter.is_some()
}

/// A declaration is there for its parties and for the officers of its office; for others it is not.
pub(crate) fn visible(
    entry: EntryNumber,
    actor: &Actor,
    view: &dyn View,
    at: &Moment,
) -> Result<(), Vec<Refusal>> {
    let none = || vec![refusals::NO_SUCH_DECLARATION.at("").with("entry", entry)];
    match actor.role {
        Role::Officer => {
            let record = view.record(&declaration_key(entry)).ok_or_else(none)?;
            let mine = OfficeCode::parse(&record.office).is_some_and(|o| actor.offices.contains(&o));
            if mine { Ok(()) } else { Err(none()) }
        }
        Role::Declarant => crate::pay::own(view, entry, actor, at.day()).map(|_| ()),
        _ => Err(none()),
    }
}

struct Context<'a> {
    form: &'a StepForm,
    files: &'a [Hash],
    actor: &'a Actor,
    view: &'a dyn View,
    law: &'a ControlLaw,
    at: &'a Moment,
    dice: u64,
}

impl Context<'_> {
    fn perform(&self, action: &str, clearance: &mut Clearance<'_>) -> Result<(), Vec<Refusal>> {
        let one = |r: Refusal| vec![r];
        let (at, form) = (self.at, self.form);
        match action {
            "request_documents" => {
                let asked = self.said()?.to_owned();
                let due = self.law.terms_of_procedure.end("document_request", at.day());
                clearance.case.body.requests.push(DocumentRequest {
                    asked,
                    at: *at,
                    due,
                    answer: None,
                    lapsed: false,
                });
                Ok(())
            }
            "answer_request" => {
                let text = self.said()?;
                document_check::answer(&mut clearance.case.body.requests, text, self.files, at).map_err(one)
            }
            "draw_examiners" => self.draw(clearance, false),
            "draw_other_examiners" => self.draw(clearance, true),
            "replace_examiners" => self.replace(clearance),
            "pass_sheet" => self.sheet(clearance, true),
            "report_sheet" => self.sheet(clearance, false),
            "propose_amendment" => {
                let Some(proposed) = &form.declaration else {
                    return Err(vec![refusals::MISSING.at("/declaration").with("field", "declaration")]);
                };
                let reason = self.said()?;
                change::propose_amendment(clearance, proposed, reason, self.view, self.law, at)
            }
            "propose_withdrawal" => {
                change::propose_withdrawal(clearance, self.said()?, self.law, at);
                Ok(())
            }
            "approve_amendment" => self.decide(clearance, Some(ChangeKind::Amendment)),
            "approve_withdrawal" => self.decide(clearance, Some(ChangeKind::Withdrawal)),
            "refuse_change" => {
                self.said()?;
                self.decide(clearance, None)
            }
            "require_change" => {
                self.said()?;
                let by = self.law.terms_of_procedure.end("required_change", at.day());
                clearance.case.body.change_required_by = Some(by);
                Ok(())
            }
            "use_guarantee" => {
                let number = form.guarantee.trim();
                guaranteed::use_guarantee(clearance, number, self.actor, self.view, self.law, at)
            }
            "claim_guarantee" => guaranteed::claim(clearance, self.view, self.law, at),
            "complete_declaration" => {
                let Some(full) = &form.declaration else {
                    return Err(vec![refusals::MISSING.at("/declaration").with("field", "declaration")]);
                };
                two_step::complete(clearance, full, self.view, self.law, at)
            }
            "say_why" => self.said().map(|_| ()),
            // what moves the bill follows once all is done
            _ => Ok(()),
        }
    }

    /// The note, which this step must have.
    fn said(&self) -> Result<&str, Vec<Refusal>> {
        let note = self.form.note.trim();
        if note.is_empty() {
            Err(vec![refusals::MISSING.at("/note").with("field", "note")])
        } else {
            Ok(note)
        }
    }

    fn decide(
        &self,
        clearance: &mut Clearance<'_>,
        approved: Option<ChangeKind>,
    ) -> Result<(), Vec<Refusal>> {
        change::decide(clearance, approved, &self.form.note, self.view, self.law, self.at)
    }

    /// Draws two examiners of those who can examine: none who acted on the case in another post, and for a
    /// re-examination none of those who examined before.
    fn draw(&self, clearance: &mut Clearance<'_>, others: bool) -> Result<(), Vec<Refusal>> {
        let able = able(clearance.case.body.entry_number.office(), self.view, self.at.day());
        let body = &mut clearance.case.body;
        let before: &[Examination] = if others { &body.examinations } else { &[] };
        let officers = self.drawn(&able, body, before, 2)?;
        body.examinations.push(Examination {
            officers,
            ordered: *self.at,
            sheet: None,
            replaced: Vec::new(),
        });
        Ok(())
    }

    /// Draws others in the place of examiners who cannot examine any more: they went off duty, or their
    /// appointment has ended. Who still can stays, so that nobody picks his examiner by drawing again.
    fn replace(&self, clearance: &mut Clearance<'_>) -> Result<(), Vec<Refusal>> {
        let able = able(clearance.case.body.entry_number.office(), self.view, self.at.day());
        let body = &mut clearance.case.body;
        let open = body.examinations.last().filter(|examination| examination.sheet.is_none());
        let now = open.map_or_else(Vec::new, |examination| examination.officers.clone());
        let (mut stay, gone): (Vec<String>, Vec<String>) = now.into_iter().partition(|n| able.contains(n));
        if gone.is_empty() {
            return Err(vec![refusals::EXAMINERS_ABLE.at("").with("entry", body.entry_number)]);
        }
        stay.extend(self.drawn(&able, body, &body.examinations, gone.len())?);
        if let Some(examination) = body.examinations.last_mut() {
            examination.officers = stay;
            examination.replaced.extend(gone);
        }
        Ok(())
    }

    /// So many of those who can examine; none who acted on the case, and none of other examinations of it.
    fn drawn(
        &self,
        able: &BTreeSet<String>,
        body: &DeclarationRecord,
        before: &[Examination],
        count: usize,
    ) -> Result<Vec<String>, Vec<Refusal>> {
        let mut apart: BTreeSet<&str> = body.timeline.iter().map(|m| m.by.as_str()).collect();
        apart.extend(before.iter().flat_map(|e| e.officers.iter().chain(&e.replaced).map(String::as_str)));
        apart.insert(&self.actor.name);
        let office = body.entry_number.office();
        draw(able, &apart, count, self.dice)
            .ok_or_else(|| vec![refusals::NO_EXAMINERS.at("").with("office", office)])
    }

    /// What is examined: the lines of the version, or of a summary that is not completed.
    fn examined(&self, body: &DeclarationRecord) -> Option<Vec<ExaminedLine>> {
        if body.open_summary().is_some() {
            let kept: KeptSummary = self.view.record(&summary_key(body.entry_number))?.read()?;
            return Some(kept.summary.examined());
        }
        let key = version_key(body.entry_number, body.document_version);
        let version: DeclarationVersion = self.view.record(&key)?.read()?;
        Some(version.declaration.examined())
    }

    fn sheet(&self, clearance: &mut Clearance<'_>, passes: bool) -> Result<(), Vec<Refusal>> {
        let body = &mut clearance.case.body;
        let bad = || vec![refusals::BAD_RECORD.at("").with("record", body.entry_number)];
        let declared = self.examined(body).ok_or_else(bad)?;
        check_sheet(&self.form.sheet, &declared, passes)?;
        let examination = body.examinations.last_mut().ok_or_else(bad)?;
        examination.sheet = Some(Sheet {
            at: *self.at,
            lines: self.form.sheet.clone(),
            note: self.form.note.trim().to_owned(),
            samples: self.form.samples,
            files: self.files.to_vec(),
        });
        Ok(())
    }
}

//! Claims of preference 优惠贸易协定享惠 and proofs of origin.
//!
//! A line claims an agreement by `RcepOrigPlaceCode`. Its proof stands in one of two places:
//! - `EcoRelation`, one for each line: `CertType` = `Y` + agreement code, `DecGNo` = the line's `GNo`,
//!   `EcoCertNo` = proof kind (`C` certificate, `D` declaration of origin) + number. Source: the field
//!   list of the message. This is how we write.
//! - The older spelling, for all claiming lines that no relation names: an accompanying document
//!   with `DocuCode` = `Y` and `CertCode` = `<` agreement code `>` + proof kind + number. This one is
//!   from memory and to be confirmed ([mem] of the handbook). The document stays a document too.
//!
//! `EcoCertNo` and `CertCode` may leave the proof kind out, so a number that itself begins with `C` or
//! `D` needs its kind before it.

use crate::refusals;
use crate::report::Report;
use customhouse_control::form::{Fields, Form};
use std::collections::BTreeMap;

/// What a line says of preference, and where.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) path: String,
    /// The country of origin under the agreement.
    pub(super) country: Option<String>,
}

/// A proof of origin for a line, as the message has it.
#[derive(Debug, Default)]
pub(super) struct Relation {
    pub(super) path: String,
    /// `Y` and the agreement's code.
    pub(super) kind: String,
    /// The `GNo` of the line.
    pub(super) line: String,
    /// Proof kind and number.
    pub(super) certificate: String,
}

/// A proof of origin, its values as sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Proof<'a> {
    agreement: &'a str,
    kind: &'a str,
    number: &'a str,
}

impl<'a> Proof<'a> {
    fn new(agreement: &'a str, certificate: &'a str) -> Proof<'a> {
        let has_kind = certificate.starts_with(['C', 'D']);
        let (kind, number) = certificate.split_at(usize::from(has_kind));
        Proof { agreement, kind, number }
    }

    /// The proof in an accompanying document of the older spelling.
    fn of_document(document: &'a Fields) -> Option<Proof<'a>> {
        let number = document.get("number").filter(|_| document.get("code") == Some("Y"))?;
        let (agreement, certificate) = number.strip_prefix('<')?.split_once('>')?;
        let is_code = agreement.len() == 2 && agreement.bytes().all(|b| b.is_ascii_digit());
        is_code.then(|| Proof::new(agreement, certificate))
    }

    fn write_to(self, line: &mut Fields) {
        for (name, value) in
            [("agreement", self.agreement), ("proof_kind", self.kind), ("proof_number", self.number)]
        {
            if !value.is_empty() {
                line.set(&format!("preference.{name}"), value);
            }
        }
    }
}

/// Gives each line its proof. `claims` has one entry a line.
pub(super) fn apply(form: &mut Form, claims: &[Claim], relations: Vec<Relation>, report: &mut Report<'_>) {
    let numbers: Vec<String> = form.lines.iter().enumerate().map(|(i, line)| number(line, i)).collect();
    let mut of_line: BTreeMap<String, Relation> = BTreeMap::new();
    for relation in relations {
        if !numbers.contains(&relation.line) {
            report.refuse(refusals::RELATION_WITHOUT_LINE.at(&relation.path).with("line", &relation.line));
        } else if of_line.contains_key(&relation.line) {
            report.refuse(refusals::PREFERENCE_UNCLEAR.at(&relation.path));
        } else {
            of_line.insert(relation.line.clone(), relation);
        }
    }
    let mut documents: Vec<Proof<'_>> = form.documents.iter().filter_map(Proof::of_document).collect();
    documents.sort_unstable();
    documents.dedup();
    for ((line, number), claim) in form.lines.iter_mut().zip(&numbers).zip(claims) {
        check_country(line, claim, report);
        match (of_line.get(number), documents.as_slice()) {
            (Some(relation), _) => {
                let agreement = relation.kind.strip_prefix('Y').unwrap_or_default();
                Proof::new(agreement, &relation.certificate).write_to(line);
            }
            (None, _) if claim.country.is_none() => {}
            (None, []) => report.refuse(refusals::PREFERENCE_WITHOUT_PROOF.at(&claim.path)),
            (None, [proof]) => proof.write_to(line),
            (None, _) => report.refuse(refusals::PREFERENCE_UNCLEAR.at(&claim.path)),
        }
    }
}

/// The form has one origin: one under the agreement that differs is named as not used.
fn check_country(line: &Fields, claim: &Claim, report: &mut Report<'_>) {
    if claim.country.is_some() && claim.country.as_deref() != line.get("origin") {
        report.strange(claim.path.clone());
    }
}

/// The number that a relation names a line by; its place, if it has none.
pub(super) fn number(line: &Fields, index: usize) -> String {
    line.get("number").map_or_else(|| (index + 1).to_string(), str::to_owned)
}

/// The relation that says a line's proof; none if the line claims nothing.
pub(super) fn relation(line: &Fields, index: usize) -> Option<Relation> {
    let value = |name: &str| line.get(&format!("preference.{name}")).unwrap_or_default();
    let (agreement, certificate) =
        (value("agreement"), format!("{}{}", value("proof_kind"), value("proof_number")));
    let claims = !agreement.is_empty() || !certificate.is_empty();
    claims.then(|| Relation {
        path: String::new(),
        kind: format!("Y{agreement}"),
        line: number(line, index),
        certificate,
    })
}

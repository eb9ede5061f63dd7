//! What comes with a step of the case of goods that nobody clears, as JSON: read member by member, each fault
//! with its JSON pointer. The pages write the same JSON.

use crate::small_forms::{Kind, Member, SmallForm, member, optional, read_entries, read_members, under};
use crate::step_form::{files, not_json, note, text_member, unknown};
use customhouse_control::{DisposalStepForm, SaleDeduction, SaleSheet};
use customhouse_kernel::refusal::Refusal;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Deductions of one sheet at most.
const DEDUCTIONS: usize = 50;

impl SmallForm for SaleDeduction {
    const MEMBERS: &'static [Member] =
        &[member("name", Kind::Text), member("amount", Kind::Decimal), optional("note", Kind::Text)];
}

/// All of it but the deductions, which are a list of forms of their own.
impl SmallForm for SaleSheet {
    const MEMBERS: &'static [Member] = &[
        member("buyer", Kind::Text),
        member("document", Kind::Text),
        member("sold_on", Kind::Date),
        member("proceeds", Kind::Decimal),
        optional("value", Kind::Decimal),
        optional("restricted", Kind::Truth),
    ];
}

/// Reads what comes with a step.
///
/// # Errors
/// Every finding, each at its member.
pub(crate) fn read_disposal_step(bytes: &[u8]) -> Result<DisposalStepForm, Vec<Refusal>> {
    let members: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(bytes).map_err(|e| vec![not_json(&e)])?;
    let mut form = DisposalStepForm::default();
    let mut findings = Vec::new();
    for (name, value) in &members {
        let found = match name.as_str() {
            "note" => note(value).map(|note| form.note = note),
            "ground" => {
                let what = ("理由代码", "the code of a ground");
                text_member(value, name, what).map(|ground| form.ground = ground)
            }
            "sale" => sale(value).map(|sale| form.sale = sale.map(Box::new)),
            "files" => files(value).map(|files| form.files = files),
            _ => Err(vec![unknown("", name)]),
        };
        findings.extend(found.err().into_iter().flatten());
    }
    if findings.is_empty() { Ok(form) } else { Err(findings) }
}

fn sale(value: &RawValue) -> Result<Option<SaleSheet>, Vec<Refusal>> {
    let mut members: Map<String, Value> = match serde_json::from_str(value.get()) {
        Ok(Some(members)) => members,
        Ok(None) => return Ok(None),
        Err(_) => return Err(vec![crate::refusals::NOT_OBJECT.at("/sale")]),
    };
    let deductions = members.remove("deductions").unwrap_or_default();
    let deductions = read_entries::<SaleDeduction>(deductions, "/sale/deductions", DEDUCTIONS);
    let sheet = read_members::<SaleSheet>(members).map_err(|found| under("/sale", found).collect::<Vec<_>>());
    match (sheet, deductions) {
        (Ok(sheet), Ok(deductions)) => Ok(Some(SaleSheet { deductions, ..sheet })),
        (sheet, deductions) => {
            Err(sheet.err().into_iter().flatten().chain(deductions.err().into_iter().flatten()).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_stand_at_their_members() {
        let check = |json: &str, expected: &[(&str, &str)]| {
            let found = read_disposal_step(json.as_bytes()).unwrap_err();
            let found: Vec<_> = found.iter().map(|f| (f.code.as_str(), f.path.as_str())).collect();
            assert_eq!(found, expected, "{json}");
        };
        check("{", &[("POR-001", "")]);
        check(r#"{"note":1,"what":2}"#, &[("POR-004", "/note"), ("POR-005", "/what")]);
        check(r#"{"sale":7}"#, &[("POR-002", "/sale")]);
        check(
            r#"{"sale":{"buyer":"b","sold_on":"x","proceeds":"1","deductions":[{"name":"cost.sale"},7]}}"#,
            &[
                ("POR-003", "/sale/document"),
                ("POR-004", "/sale/sold_on"),
                ("POR-003", "/sale/deductions/0/amount"),
                ("POR-002", "/sale/deductions/1"),
            ],
        );
    }

    #[test]
    fn a_whole_sheet_reads() {
        let json =
            br#"{"note":"n","sale":{"buyer":"b","document":"d","sold_on":"2026-06-10","proceeds":"10.00",
            "restricted":true,"deductions":[{"name":"cost.sale","amount":"1.00"}]}}"#;
        let form = read_disposal_step(json).unwrap();
        let sale = form.sale.unwrap();
        assert_eq!((sale.restricted, sale.deductions.len(), sale.value), (true, 1, None));
        assert!(read_disposal_step(br#"{"sale":null}"#).unwrap().sale.is_none());
    }
}

//! Payment terms 缴款期限: by when a payment book must be paid.

use crate::refusals;
use customhouse_kernel::law::{Calendar, LegalDay, PackFault, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A payment term, for a time.
#[derive(Clone, Debug)]
pub struct PaymentTerm {
    pub rule: Box<str>,
    pub valid: Validity,
    /// Calendar days.
    pub days: i32,
    pub start: StartEvent,
}

/// The event after which the days count. Until 2024-11-30 it was the issue of the book, since then
/// it is the completion of the declaration (handbook 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartEvent {
    BookIssued,
    DeclarationCompleted,
}

/// The terms over all time, with the calendar that they roll by.
#[derive(Clone, Debug, Default)]
pub struct PaymentTerms {
    terms: Vec<PaymentTerm>,
    calendar: Calendar,
}

impl PaymentTerms {
    /// # Errors
    /// Each rule of kind `payment_term` that does not fit.
    pub fn compile(rulebook: &Rulebook) -> Result<PaymentTerms, Vec<PackFault>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            days: i32,
            start: StartEvent,
            #[allow(dead_code)] // only one way to roll exists; its name is checked
            roll: Roll,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Roll {
            WorkingDay,
        }
        let mut faults = Vec::new();
        let mut terms = Vec::new();
        for rule in rulebook.kind("payment_term") {
            match rule.read::<Entry>() {
                Ok(Entry { days, start, roll: Roll::WorkingDay }) => {
                    terms.push(PaymentTerm { rule: rule.id.clone(), valid: rule.valid, days, start });
                }
                Err(fault) => faults.push(fault),
            }
        }
        let calendar = Calendar::compile(rulebook);
        if faults.is_empty() { Ok(PaymentTerms { terms, calendar }) } else { Err(faults) }
    }

    /// The last day to pay. The law of the completion date decides the term; if the last day is a
    /// rest day it moves to the next working day (TL 43, handbook 4.6).
    pub fn due(&self, completed: Date, issued: Date) -> Result<LegalDay, Refusal> {
        let term = self.terms.iter().find(|t| t.valid.covers(completed));
        let term = term.ok_or_else(|| refusals::NO_TERM.at("").with("date", completed))?;
        let start = match term.start {
            StartEvent::BookIssued => issued,
            StartEvent::DeclarationCompleted => completed,
        };
        Ok(self.calendar.term_end(start, term.days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use customhouse_kernel::law::{Pack, faults_text, read_pack};
    use customhouse_kernel::text::Lang;

    /// The law changed on 2024-12-01; the Spring Festival of 2026 is 15 to 23 February.
    fn terms() -> PaymentTerms {
        let pack = r#"
            id = "qz"
            name = { zh = "示例国", en = "Exampleland" }
            territory = { country = "QZ", currency = "CNY", time_zone = "UTC" }
            kind = [{ name = "payment_term" }, { name = "calendar_day" }, { name = "calendar_year" }]
        "#;
        let basis = r#"basis = { authority = "Parliament", document = "Tariff Act" }"#;
        let term = |start: &str, valid: &str| {
            format!(
                "[[payment_term]]\nid = {start:?}\nkey = \"import\"\ndays = 15\nstart = {start:?}\n\
                 roll = \"working_day\"\nvalid = {valid:?}\npublished = \"2000-01-01\"\n{basis}\n"
            )
        };
        let head = format!("# valid = \"2000-01-01..\"\n# published = \"2000-01-01\"\n# {basis}\n");
        let days: String = (15..=23).map(|day| format!("2026-02-{day},holiday\n")).collect();
        let files = [
            ("pack.toml", pack.to_owned()),
            (
                "rules/terms.toml",
                term("book_issued", "2005-03-01..2024-12-01")
                    + &term("declaration_completed", "2024-12-01.."),
            ),
            (
                "tables/days.csv",
                format!("# kind = \"calendar_day\"\n# key = \"date\"\n{head}date,day\n{days}"),
            ),
            (
                "tables/years.csv",
                format!("# kind = \"calendar_year\"\n# key = \"year\"\n{head}year\n2024\n2026\n"),
            ),
        ];
        let files: Vec<(String, String)> = files.map(|(path, text)| (path.to_owned(), text)).into();
        let Pack { rulebook, .. } =
            read_pack(&files).unwrap_or_else(|f| panic!("{}", faults_text(&f, Lang::En)));
        PaymentTerms::compile(&rulebook).unwrap()
    }

    #[test]
    fn the_last_day_to_pay() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (completed, issued, due, provisional, why) in [
            ("2026-02-03", "2026-02-03", "2026-02-24", false, "E24: the 15th day is in the Spring Festival"),
            ("2026-03-02", "2026-03-02", "2026-03-17", false, "E12: 15 days after completion"),
            (
                "2026-03-02",
                "2026-03-09",
                "2026-03-17",
                false,
                "since 2024-12 the day of the book is no start",
            ),
            ("2024-11-28", "2024-12-03", "2024-12-18", false, "before it was: the completion's law decides"),
            ("2026-03-06", "2026-03-06", "2026-03-23", false, "the 15th day is a Saturday"),
            ("2026-12-25", "2026-12-25", "2027-01-11", true, "the holidays of 2027 are not published"),
        ] {
            let found = terms().due(day(completed), day(issued)).unwrap();
            assert_eq!(found, LegalDay { day: day(due), provisional }, "{why}");
        }
        assert_eq!(terms().due(day("2004-01-01"), day("2004-01-01")).unwrap_err().code, "FIN-001");
    }
}

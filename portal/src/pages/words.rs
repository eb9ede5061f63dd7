//! Dates, amounts, names of codes, findings: how pages write them.

use crate::texts::say_of;
use customhouse_control::{ControlLaw, DeclarationRecord};
use customhouse_kernel::casework::{Procedure, Tone};
use customhouse_kernel::law::Rule;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::{Lang, Text};
use jiff::civil::Date;

/// A day with its weekday.
pub(crate) fn day_words(day: Date, lang: Lang) -> String {
    const ZH: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
    const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let place = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
    match lang {
        Lang::Zh => format!("{day} {}", ZH[place]),
        Lang::En => format!("{} {day}", EN[place]),
    }
}

/// A moment to the second, in the territory's time.
pub(crate) fn moment_words(moment: &Moment) -> String {
    let text = moment.local.to_string().replace('T', " ");
    text.get(..19).unwrap_or(&text).to_owned()
}

/// A moment to the minute, in the territory's time, as people write it.
pub(crate) fn minute_words(moment: jiff::civil::DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M").to_string()
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: impl std::fmt::Display) -> String {
    let text = number.to_string();
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |d| ("−", d));
    let (whole, places) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let mut out = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(places) = places {
        out.push('.');
        out.push_str(places);
    }
    out
}

/// A state as a tag: its words and its tone.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub id: String,
    pub words: String,
    pub tone: &'static str,
    /// Stands before the words, so that the tone is not told by colour alone.
    pub sign: &'static str,
}

impl Tag {
    pub fn of(procedure: &Procedure, state: &str, lang: Lang) -> Tag {
        let found = procedure.state(state);
        let words = found.map_or_else(|| state.to_owned(), |s| s.title.get(lang).to_owned());
        let (tone, sign) = match found.map(|s| s.tone).unwrap_or_default() {
            Tone::Good => ("good", "✓"),
            Tone::Wait => ("wait", "◷"),
            Tone::Stop => ("stop", "■"),
            Tone::Plain => ("plain", "·"),
        };
        Tag { id: state.to_owned(), words, tone, sign }
    }
}

/// A finding in one language, with the field that it is about.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub code: String,
    /// `stop` or `wait`.
    pub tone: &'static str,
    pub path: String,
    /// The anchor of its field.
    pub anchor: String,
    pub text: String,
    pub remedy: String,
    pub basis: String,
    /// The page has its field.
    pub linked: bool,
}

impl Finding {
    pub fn of(refusal: &Refusal, lang: Lang) -> Finding {
        Finding {
            code: refusal.code.clone(),
            tone: if refusal.is_error() { "stop" } else { "wait" },
            path: refusal.path.clone(),
            anchor: anchor(&refusal.path),
            text: refusal.text.get(lang).to_owned(),
            remedy: refusal.remedy.get(lang).to_owned(),
            basis: refusal.basis.clone(),
            linked: false,
        }
    }
}

/// Findings in one language, what is refused before what is warned of.
pub(crate) fn findings(refusals: &[Refusal], lang: Lang) -> Vec<Finding> {
    let mut findings: Vec<Finding> = refusals.iter().map(|r| Finding::of(r, lang)).collect();
    findings.sort_by_key(|f| f.tone != "stop");
    findings
}

/// The anchor of the field at a JSON pointer.
pub(crate) fn anchor(pointer: &str) -> String {
    format!("f{}", pointer.replace('/', "-"))
}

/// What a charge is called.
pub(crate) fn charge_name(law: &ControlLaw, charge: &str, day: Date, lang: Lang) -> String {
    // fees and surcharges are no charges of the tariff
    law.tariff
        .charge(charge, day)
        .map_or_else(|| say_of("fee", charge, lang), |c| c.name.get(lang).to_owned())
}

/// What a mode of declaration is called, or nothing.
pub(crate) fn mode_name(law: &ControlLaw, mode: &str, day: Date, lang: Lang) -> String {
    law.modes.name(mode, day).map_or_else(String::new, |name| name.get(lang).to_owned())
}

/// What a code is called, or nothing.
pub(crate) fn code_name(law: &ControlLaw, list: &str, code: &str, day: Date, lang: Lang) -> String {
    law.codes.name(list, code, day).map_or_else(String::new, |n| n.get(lang).to_owned())
}

/// A name in the reader's language, and in the other one where it differs.
pub(crate) fn both_names(name: &Text, lang: Lang) -> (String, String) {
    let (zh, en) = (name.zh.to_string(), name.en.to_string());
    let (name, other) = if lang == Lang::Zh { (zh, en) } else { (en, zh) };
    let other = if other == name { String::new() } else { other };
    (name, other)
}

/// What a rule calls itself: a text of its own, or the two columns of a table; nothing if it has no name.
pub(crate) fn rule_name(rule: &Rule) -> Option<Text> {
    let fields = rule.body.fields();
    let field = |wanted: &str| fields.iter().find(|(field, _)| *field == wanted).map(|(_, value)| value);
    let own =
        ["name", "title", "says", "text"].into_iter().find_map(|one| serde_json::from_str(field(one)?).ok());
    own.or_else(|| Some(Text::of(rule.body.get("name_zh")?, rule.body.get("name_en")?)))
}

/// What kind of event, in words.
pub(crate) fn event_words(kind: &str, accepted: bool, lang: Lang) -> String {
    let what = say_of("event", &kind.replace('.', "_"), lang);
    if accepted { what } else { format!("{what} {}", say_of("outcome", "refused", lang)) }
}

/// All that is open of a declaration's books.
pub(crate) fn open_total(body: &DeclarationRecord) -> customhouse_kernel::values::Money {
    let open = body.open_books().map(|b| b.amount);
    customhouse_kernel::values::Money::sum(open).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, words) in
            [("0.00", "0.00"), ("999.50", "999.50"), ("1000", "1,000"), ("-1234567.80", "−1,234,567.80")]
        {
            assert_eq!(grouped(number), words);
        }
    }

    #[test]
    fn days_have_weekdays() {
        let day = "2026-03-17".parse().unwrap();
        assert_eq!(day_words(day, Lang::Zh), "2026-03-17 星期二");
        assert_eq!(day_words(day, Lang::En), "Tuesday 2026-03-17");
    }
}

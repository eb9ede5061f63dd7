//! Findings and messages in the reader's language.

use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use std::env;

/// Reads `--lang`.
pub(crate) fn parse_lang(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).ok_or_else(|| "there are zh and en".to_owned())
}

/// The language of the environment, as other programs read it; English where it says nothing.
pub(crate) fn lang_of_environment() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    set.and_then(|value| Lang::from_code(&value)).unwrap_or_default()
}

/// A finding as it is printed: code and place, the text, what to do.
pub(crate) fn finding(finding: &Refusal, lang: Lang) -> String {
    let place = if finding.path.is_empty() { String::new() } else { format!("  {}", finding.path) };
    let weight = match (finding.is_error(), lang) {
        (true, _) => "",
        (false, Lang::Zh) => "  （提示）",
        (false, Lang::En) => "  (warning)",
    };
    let (text, remedy) = (finding.text.get(lang), finding.remedy.get(lang));
    format!("{}{place}{weight}\n  {text}\n  {remedy}\n", finding.code)
}

/// Several findings, errors first.
pub(crate) fn findings(all: &[Refusal], lang: Lang) -> String {
    let (errors, warnings): (Vec<_>, Vec<_>) = all.iter().partition(|f| f.is_error());
    errors.into_iter().chain(warnings).map(|f| finding(f, lang)).collect()
}

/// A number with its thousands apart, such as `12,030`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (12030, "12,030"), (1234567, "1,234,567")]
        {
            assert_eq!(count(number), text);
        }
    }
}

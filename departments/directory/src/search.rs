//! From what a person types to offices and duties: a code, a name in either language, pinyin with or
//! without tones, or its initials, a city, a province, or what somebody is there for.

use crate::{Department, Directory, Duty, Office};
use customhouse_kernel::text::fold;

/// What a search found, best first.
#[derive(Debug, Default)]
pub struct Found<'a> {
    pub offices: Vec<&'a Office>,
    pub duties: Vec<(&'a Department, &'a Duty)>,
}

/// How well an office answers; the lower the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    Start,
    Within,
    Place,
}

impl Directory {
    /// What answers a wish. A wish of fewer than two letters, or one Chinese sign, finds codes and
    /// names alone, for the texts of duties hold every letter.
    pub fn search(&self, wish: &str) -> Found<'_> {
        let wish = fold(wish);
        if wish.is_empty() {
            return Found::default();
        }
        let mut offices: Vec<(Fit, &Office)> =
            self.offices.iter().filter_map(|office| Some((fit(office, &wish)?, office))).collect();
        offices.sort_by_key(|(fit, office)| (*fit, !office.is_district, office.code.as_str().to_owned()));
        Found { offices: offices.into_iter().map(|(_, office)| office).collect(), duties: self.duties(&wish) }
    }

    /// Duties that hold every word of the wish, those that name it soonest first.
    fn duties(&self, wish: &str) -> Vec<(&Department, &Duty)> {
        let words: Vec<&str> = wish.split(' ').filter(|word| !is_filler(word)).collect();
        let enough = words.iter().any(|word| word.chars().count() > 2 || !word.is_ascii() && word.len() > 3);
        if !enough {
            return Vec::new();
        }
        let mut found = Vec::new();
        for department in &self.departments {
            for duty in &department.duties {
                let (zh, en) = (fold(&duty.says.zh), fold(&duty.says.en));
                let place = |text: &str| words.iter().map(|word| text.find(word)).sum::<Option<usize>>();
                if let Some(place) = place(&zh).or_else(|| place(&en)) {
                    found.push((place, department, duty));
                }
            }
        }
        found.sort_by_key(|(place, department, duty)| (*place, department.number, duty.number));
        found.into_iter().map(|(_, department, duty)| (department, duty)).collect()
    }
}

/// Words of a question that say nothing of its subject.
fn is_filler(word: &str) -> bool {
    const FILLERS: [&str; 14] = [
        "who", "what", "where", "which", "is", "are", "on", "of", "the", "for", "decides", "does", "in", "谁",
    ];
    word.is_empty() || FILLERS.contains(&word)
}

fn fit(office: &Office, wish: &str) -> Option<Fit> {
    let pinyin = fold(&office.pinyin);
    let joined = pinyin.replace(' ', "");
    let initials: String = pinyin.split(' ').filter_map(|syllable| syllable.chars().next()).collect();
    let code = office.code.as_str().to_owned();
    let together = wish.replace(' ', "");
    let names = [code, fold(&office.name.zh), fold(&office.name.en), pinyin, joined, initials];
    let holds = |is: &dyn Fn(&str) -> bool| names.iter().any(|name| !name.is_empty() && is(name));
    if holds(&|name| name == wish || name == together) {
        return Some(Fit::Exact);
    }
    if holds(&|name| name.starts_with(wish) || name.starts_with(&together)) {
        return Some(Fit::Start);
    }
    if wish.chars().count() > 1 && holds(&|name| name.contains(wish)) {
        return Some(Fit::Within);
    }
    let place = office.place.as_ref()?;
    let places = [&place.city.zh, &place.city.en, &place.province.zh, &place.province.en];
    places.iter().any(|name| fold(name).starts_with(wish)).then_some(Fit::Place)
}

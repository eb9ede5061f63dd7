//! Nasty texts against the language of expressions: a kept corpus that is replayed, any text at all, and
//! (on request) a long run of mutations. None may panic; each gives an expression that prints back, or
//! a named fault at a place inside the text.
//!
//! The long run: `cargo test -p customhouse-kernel --test expressions -- --ignored`.

use customhouse_kernel::expression::{Expression, Facts, Schema, Type, Value, rate_words};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::Exact;
use proptest::prelude::*;
use serde::Deserialize;

const CORPUS: &str = include_str!("corpus/expressions.toml");

const TYPES: [Type; 6] = [Type::Bool, Type::Number, Type::Text, Type::Date, Type::Texts, Type::Rate];

#[derive(Deserialize)]
struct Corpus {
    text: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Pieces and how often each stands.
    parts: Vec<(String, usize)>,
    /// As what it is read.
    wanted: Wanted,
    /// Where the fault is, in characters; none where the text is an expression.
    position: Option<usize>,
    /// The fault of reading or of reckoning, or the value.
    says: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Bool,
    Number,
    Rate,
}

impl Entry {
    fn source(&self) -> String {
        self.parts.iter().map(|(piece, times)| piece.repeat(*times)).collect()
    }

    fn wanted(&self) -> Type {
        match self.wanted {
            Wanted::Bool => Type::Bool,
            Wanted::Number => Type::Number,
            Wanted::Rate => Type::Rate,
        }
    }
}

fn corpus() -> Vec<Entry> {
    toml::from_str::<Corpus>(CORPUS).unwrap().text
}

fn schema() -> Schema {
    Schema::new(&[
        ("value", Type::Number),
        ("quantity.kg", Type::Number),
        ("origin", Type::Text),
        ("documents", Type::Texts),
        ("law_date", Type::Date),
        ("is_sample", Type::Bool),
        ("duty", Type::Rate),
        ("a", Type::Number),
        ("a.a", Type::Number),
    ])
    .measuring(["kg", "hl", "m²"], ["drained", "vol"])
}

/// Only the number of a field is known: its value is absent, unknown, or of some type.
struct Anything;

impl Facts for Anything {
    fn field(&self, index: usize) -> Value<'_> {
        match index {
            0 => Value::Number(Exact::from(10_000)),
            1 => Value::Number(Exact::ZERO),
            2 => Value::Absent,
            3 => Value::Text("not a list".into()),
            5 => Value::Bool(true),
            _ => Value::Unknown,
        }
    }

    fn quantity(&self, unit: &str, _qualifier: Option<&str>) -> Option<Exact> {
        (unit == "kg").then(|| Exact::parse("1000000000000000").unwrap())
    }

    fn exchange(&self, currency: &str) -> Option<Exact> {
        (currency == "CNY").then_some(Exact::ONE)
    }
}

/// Reads a text as every type; what is read prints back, has words, and can be reckoned and explained.
fn try_all(source: &str) {
    let length = source.chars().count();
    let schema = schema();
    for wanted in TYPES {
        match Expression::parse(source, &schema, wanted) {
            Err(fault) => {
                assert!(fault.position <= length, "{source:?}: {fault}");
                assert!(!fault.text.zh.is_empty() && !fault.text.en.is_empty(), "{source:?}");
            }
            Ok(first) => {
                let printed = first.to_string();
                let second = Expression::parse(&printed, &schema, wanted)
                    .unwrap_or_else(|fault| panic!("{source:?} prints {printed:?}: {fault}"));
                assert_eq!(second.to_string(), printed, "{source:?}");
                assert_eq!(second.evaluate(&Anything), first.evaluate(&Anything), "{source:?}");
                assert!(!rate_words(&first, Lang::Zh).is_empty() && !rate_words(&first, Lang::En).is_empty());
                first.explain(&Anything);
            }
        }
    }
}

#[test]
fn the_corpus_says_what_it_said() {
    let schema = schema();
    let mut wrong = Vec::new();
    for entry in corpus() {
        let source = entry.source();
        let (position, says) = match Expression::parse(&source, &schema, entry.wanted()) {
            Err(fault) => (Some(fault.position), fault.text.en.into_owned()),
            Ok(expression) => match expression.evaluate(&Anything) {
                Ok(value) => (None, value.text().en.into_owned()),
                Err(fault) => (None, fault.to_string()),
            },
        };
        if (position, &says) != (entry.position, &entry.says) {
            let shown: String = source.chars().take(60).collect();
            wrong
                .push(format!("{shown:?}: {position:?} {says:?}, not {:?} {:?}", entry.position, entry.says));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_corpus_as_every_type() {
    corpus().iter().for_each(|entry| try_all(&entry.source()));
}

proptest! {
    #[test]
    fn any_text(source in any::<String>()) {
        try_all(&source);
    }
}

/// Numbers from a seed, so that a failure can be run again (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }
}

/// A text with one change: a piece left out, doubled, replaced, or taken from another text.
fn mutated(dice: &mut Dice, text: &str, other: &str) -> String {
    const PIECES: [&str; 20] = [
        "(",
        ")",
        "atMost(",
        "amount(",
        "month(",
        "prohibited",
        "free",
        "1 CNY/100 kg.drained",
        "%",
        ".",
        ",",
        "-",
        "1000000000000000",
        "０",
        "\u{0}",
        "\u{202e}",
        "'",
        "?",
        ":",
        " in ",
    ];
    let characters: Vec<char> = text.chars().take(600).collect();
    let from = dice.below(characters.len() + 1);
    let to = (from + dice.below(8)).min(characters.len());
    let part = |range: std::ops::Range<usize>| characters[range].iter().collect::<String>();
    let (before, middle, after) = (part(0..from), part(from..to), part(to..characters.len()));
    match dice.below(4) {
        0 => before + &after,
        1 => before + &middle + &middle + &after,
        2 => before + PIECES[dice.below(PIECES.len())] + &after,
        _ => before + &other.chars().take(600).skip(dice.below(20)).collect::<String>() + &after,
    }
}

#[test]
#[ignore = "long: run it by name"]
fn many_mutations_of_the_corpus() {
    let mut dice = Dice(20_261_124);
    let mut texts: Vec<String> = corpus().iter().map(Entry::source).collect();
    for round in 0..200_000 {
        let (one, other) = (dice.below(texts.len()), dice.below(texts.len()));
        let text = mutated(&mut dice, &texts[one], &texts[other]);
        try_all(&text);
        if round % 10 == 0 {
            let place = dice.below(texts.len());
            texts[place] = text;
        }
    }
}

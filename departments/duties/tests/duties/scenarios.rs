//! Scenarios of our own, worked by hand: each line of `tests/scenarios` says what it expects.

#![allow(clippy::disallowed_methods)] // a test reads files

use customhouse_duties::scenario::{Answer, Bench, Verdict};
use customhouse_kernel::text::Lang;
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn answers(text: &str) -> Vec<Answer> {
    let mut bench = Bench::new(None);
    text.lines().enumerate().map(|(n, line)| bench.answer(n + 1, line)).collect()
}

#[test]
fn every_scenario_agrees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    // each file with how many of its lines are laws, and how many agree
    for (file, laws, agree) in
        [("uk.jsonl", 1, 63), ("us-and-forms.jsonl", 2, 17), ("bad-input.jsonl", 1, 34)]
    {
        let answers = answers(&fs::read_to_string(folder.join(file)).unwrap());
        for answer in &answers {
            let fits = matches!(answer.verdict(), Verdict::Law | Verdict::Agrees);
            assert!(fits, "{file}:{}: {:?} {:#?}", answer.line, answer.differences, answer.findings);
        }
        let count = |verdict| answers.iter().filter(|a| a.verdict() == verdict).count();
        assert_eq!((count(Verdict::Law), count(Verdict::Agrees)), (laws, agree), "{file}");
    }
}

/// A law with one rate, and goods.
const LAW: &str = r#"{"define":"l","territory":{"currency":"GBP"},"rules":{"valuation":[{"places":2,"rounding":"half_up","apportion":"coefficient","insurance_presumed":"0"}],"delivery_terms":[{"id":"CIF"}],"charge":[{"id":"duty","name":{"zh":"d","en":"d"},"order":1,"base":"value","price":"exclusive","places":2,"rounding":"half_up","free_up_to":"0.00","required":true,"book":"A"}],"rate_choice":[{"key":"duty","order":1,"when":"true","prefer":[["quota"],["a"]]}],"unit":[{"code":"035","symbol":"kg"},{"code":"070","symbol":"t","base":"kg","factor":"1000"}],"commodity":[{"code":"9000000001","name_zh":"g","name_en":"g"}],"measure":[{"id":"third","goods":"90","charge":"duty","tier":"a","rate":"2 GBP/kg"},{"id":"q","goods":"90","charge":"duty","tier":"quota","rate":"free","order_number":"7","when":"'D1' in documents"}]}}"#;

fn line(rest: &str) -> String {
    format!(
        r#"{{"id":"x","law":"l","on":"2026-11-20","consignment":{{"terms":"CIF","items":[{{"number":1,"commodity":"9000000001","origin":"US","total":"10.00","currency":"GBP"{rest}}}]}}}}"#
    )
}

#[test]
fn a_finding_names_the_rule_and_the_place() {
    let mut bench = Bench::new(None);
    assert_eq!(bench.answer(1, LAW).verdict(), Verdict::Law);
    for (text, wanted) in [
        (
            line(""),
            "DUT-015 /consignment/items/0/quantities The rate 2 GBP/kg of measure third cannot be reckoned: the quantity in kg is missing.",
        ),
        (line("").replace("2026-11-20", "soon"), "DUT-080 /on "),
        (line("").replace("\"10.00\"", "\"ten\""), "DUT-080 /consignment/items/0/total "),
        (line(r#","colour":1"#), "DUT-080 /consignment/items/0/colour "),
        (line("").replace("\"l\"", "\"m\""), "DUT-090 /law "),
        ("{".to_owned(), "DUT-080  The line is not a scenario: it is not JSON"),
        (
            line("").replacen(
                "\"consignment\"",
                r#""rules":{"measure":[{"id":"y","goods":"9000","charge":"duty","tier":"a","rate":"2 GBP/stone"}]},"consignment""#,
                1,
            ),
            "DUT-081 /rules/measure/0 A rule of the scenario cannot be used: rate \"2 GBP/stone\", character ",
        ),
    ] {
        let answer = bench.answer(2, &text);
        let found: Vec<String> =
            answer.findings.iter().map(|f| format!("{} {} {}", f.code, f.path, f.text.en)).collect();
        assert!(found.iter().any(|f| f.starts_with(wanted)), "{wanted}\n{found:#?}");
    }
    // and none of them stopped the next
    let good = bench.answer(3, &line(r#","quantities":[["035","3"]]"#));
    assert_eq!(good.assessment.unwrap().total.to_string(), "6.00");
}

#[test]
fn an_option_says_what_it_would_need() {
    let mut bench = Bench::new(Some(Lang::En));
    bench.answer(1, LAW);
    let grants = r#""grants":{"7":{"left":"5","unit":"035"}},"items""#;
    let text = line(r#","quantities":[["070","0.003"]]"#).replacen("\"items\"", grants, 1);
    let answer = bench.answer(2, &text);
    let options: Vec<_> = answer.options.iter().map(|o| (o.claim(), o.applies, o.total)).collect();
    let owed = |text: &str| customhouse_kernel::values::Money::parse(text);
    assert_eq!(options, [("none".to_owned(), true, owed("6.00")), ("7".to_owned(), true, owed("0.00"))]);
    let needs: Vec<_> = answer.options[1].needs.iter().map(|n| (&*n.rule, &*n.clause)).collect();
    assert_eq!(needs, [("q", "'D1' in documents")]);
    let steps: Vec<String> = answer.steps.unwrap().into_iter().map(|s| s.sum).collect();
    assert!(steps.iter().any(|s| s == "0.003 t = 3 kg"), "{steps:#?}");
}

#[test]
fn a_law_that_cannot_be_used_takes_its_lines_with_it_and_no_other() {
    let broken = LAW.replace("\"base\":\"value\"", "\"base\":\"worth\"");
    let answers = answers(
        &[&broken, &line(""), LAW, &line(r#","quantities":[["035","1"]]"#)].map(|l| l as &str).join("\n"),
    );
    let codes = |n: usize| answers[n].findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>();
    assert_eq!((codes(0), codes(1)), (vec!["DUT-081"], vec!["DUT-090"]));
    assert_eq!((answers[2].verdict(), answers[3].verdict()), (Verdict::Law, Verdict::Reckoned));
}

proptest! {
    #[test]
    fn no_line_stops_the_bench(text in ".{0,200}", cut in 0usize..400, digit in "[-0-9.]{0,40}") {
        let mut bench = Bench::new(Some(Lang::Zh));
        bench.answer(1, LAW);
        let good = line(r#","quantities":[["035","1"]]"#);
        let cut = good.char_indices().map(|(at, _)| at).take_while(|at| *at <= cut).last().unwrap_or(0);
        bench.answer(2, &text);
        bench.answer(3, &good[..cut]);
        bench.answer(4, &good.replace("10.00", &digit));
        prop_assert_eq!(bench.answer(5, &good).assessment.unwrap().total.to_string(), "2.00");
    }
}

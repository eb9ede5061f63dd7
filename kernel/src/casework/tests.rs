//! Good and bad files with the faults expected of them, and walks over procedures that passed.

use super::*;
use crate::law::{PackFault, faults_text};
use crate::refusal::Refusal;
use crate::text::Lang;
use proptest::prelude::*;

const GOOD: &str = r#"id = "import-declaration"
title = { zh = "进口报关", en = "Import declaration" }
record = "declaration"
basis = { authority = "GACC", document = "Order 262", article = "1" }
valid = "2018-01-01.."
published = "2017-12-01"
initial = "lodged"

[[state]]
id = "lodged"
title = { zh = "已申报", en = "Lodged" }
tone = "wait"

[[state]]
id = "released"
title = { zh = "已放行", en = "Released" }
tone = "good"
final = true

[[step]]
id = "release"
title = { zh = "放行", en = "Release" }
from = ["lodged"]
to = "released"
takers = ["system", "officer"]
guards = ["duty_settled"]
actions = ["release_goods"]
deadline = { days = 15, from = "lodged", rule = "payment_term" }
letter = "release_note"

[[step]]
id = "amend"
title = { zh = "改单", en = "Amend" }
from = ["lodged"]
to = "lodged"
takers = ["declarant"]
"#;

const ROLES: [&str; 3] = ["declarant", "officer", "system"];

fn known() -> Vocabulary {
    Vocabulary { roles: ROLES.into(), guards: ["duty_settled"].into(), actions: ["release_goods"].into() }
}

fn faults_of(text: &str) -> Vec<PackFault> {
    match Procedure::read("p.toml", text) {
        Ok(procedure) => procedure.check(&known()),
        Err(faults) => faults,
    }
}

#[test]
fn a_good_file_reads_whole() {
    let procedure = Procedure::read("p.toml", GOOD).unwrap();
    assert_eq!(procedure.check(&known()), []);
    assert_eq!((&*procedure.id, &*procedure.file), ("import-declaration", "p.toml"));
    assert_eq!(procedure.valid.to_string(), "2018-01-01..");
    let released = procedure.state("released").unwrap();
    assert_eq!((released.tone, released.is_final, released.line), (Tone::Good, true, 14));
    let release = &procedure.steps[0];
    assert_eq!((release.line, release.letter.as_deref()), (20, Some("release_note")));
    let rule = Some("payment_term".to_owned());
    assert_eq!(release.deadline, Some(Deadline { days: 15, from: "lodged".to_owned(), rule }));
    assert_eq!(procedure.state("gone"), None);
}

#[test]
fn each_fault_has_its_line() {
    // in the good file, this      becomes this              and the faults are
    #[rustfmt::skip]
    let rows = [
        (r#"initial = "lodged""#,  r#"initial = "lodge""#,   "7: initial: unknown initial state lodge\n\
                                                              9: state lodged cannot be reached\n\
                                                              14: state released cannot be reached"),
        (r#"id = "released""#,     r#"id = "lodged""#,       "14: state lodged occurs twice\n\
                                                              14: state lodged is final, yet step release leaves it\n\
                                                              20: release: unknown state released"),
        ("final = true",           "final = false",          "14: state released has no way out and is not final"),
        (r#"tone = "wait""#,       "final = true",           "9: state lodged is final, yet step release leaves it"),
        (r#"to = "lodged""#,       r#"to = "lost""#,         "31: amend: unknown state lost"),
        (r#"from = ["lodged"]"#,   r#"from = ["l"]"#,        "9: state lodged has no way out and is not final\n\
                                                              14: state released cannot be reached\n\
                                                              20: release: unknown state l\n\
                                                              31: amend: unknown state l"),
        (r#"from = ["lodged"]
to = "released""#,                 r#"from = []
to = "released""#,                                           "14: state released cannot be reached\n\
                                                              20: step release has an empty from"),
        (r#"["declarant"]"#,       r#"["declarer"]"#,        "31: amend: unknown role declarer"),
        (r#"["declarant"]"#,       "[]",                     "31: step amend has an empty takers"),
        ("duty_settled",           "duty_setled",            "20: release: unknown guard duty_setled"),
        ("release_goods",          "free_goods",             "20: release: unknown action free_goods"),
        (r#"15, from = "lodged""#, r#"15, from = "paid""#,   "20: release: unknown state paid"),
        (r#"id = "amend""#,        r#"id = "release""#,      "31: step release occurs twice"),
        ("letter",                 "leter",                  "29: not in form: unknown field `leter`"),
        ("days",                   "day",                    "28: not in form: unknown field `day`"),
        ("record =",               "records =",              "3: not in form: unknown field `records`"),
        ("tone = \"good\"",        "tone = \"green\"",       "17: not in form: unknown variant `green`"),
        ("2018-01-01..",           "2018-01-01",             "5: not in form: not `2026-01-01..`"),
        ("2017-12-01",             "2017-13-01",             "6: not in form: "),
        ("= 15",                   "= -15",                  "28: not in form: invalid value: integer `-15`"),
        ("[[state]]",              "[[state]",               "9: not in form: "),
        (r#"to = "released""#,     "",                       "14: state released cannot be reached"),
        (r#", en = "Amend""#,      "",                       "33: not in form: missing field `en`"),
    ];
    for (from, to, expected) in rows {
        assert!(GOOD.contains(from), "{from}");
        let faults = faults_of(&GOOD.replace(from, to));
        let found = faults_text(&faults, Lang::En).replace("p.toml:", "");
        let (found, expected): (Vec<_>, Vec<_>) = (found.lines().collect(), expected.lines().collect());
        assert_eq!(found.len(), expected.len(), "{to}: {found:#?}");
        assert!(found.iter().zip(&expected).all(|(f, e)| f.starts_with(e)), "{to}: {found:#?}");
        assert!(faults.iter().all(|fault| !fault.text.zh.is_empty()));
    }
}

#[test]
fn a_step_is_refused_by_name() {
    let procedure = Procedure::read("p.toml", GOOD).unwrap();
    let refusal = |state, step, role| {
        let refusal = Refusal::from(procedure.step(state, step, &[role]).unwrap_err());
        format!("{} {} {}", refusal.code, refusal.text.zh, refusal.text.en)
    };
    assert_eq!(procedure.step("lodged", "release", &["officer"]).unwrap().to.as_deref(), Some("released"));
    assert_eq!(
        refusal("lodged", "relase", "officer"),
        "CAS-001 该流程没有步骤“relase”。 The procedure has no step `relase`."
    );
    assert_eq!(
        refusal("released", "amend", "declarant"),
        "CAS-002 当前状态为“已放行”，不能办理“改单”。 The state is \"Released\": \"Amend\" cannot be taken now."
    );
    assert_eq!(
        refusal("lodged", "release", "declarant"),
        "CAS-003 您的身份不能办理“放行”。 \"Release\" is not for your role to take."
    );
    let offered = |role| procedure.steps_from("lodged", &[role]).map(|s| &*s.id).collect::<Vec<_>>();
    assert_eq!(
        (offered("declarant"), offered("system"), offered("bank")),
        (vec!["amend"], vec!["release"], vec![])
    );
}

/// A procedure with these states (final or not) and these steps (from, to, taker), well formed or not.
fn procedure(finals: &[bool], steps: &[(usize, usize, usize)]) -> Procedure {
    let mut procedure = Procedure::read("p.toml", GOOD).unwrap();
    let (state, step) = (procedure.states[0].clone(), procedure.steps[1].clone());
    let name = |n: usize| n.to_string();
    let states = finals.iter().enumerate();
    procedure.states =
        states.map(|(n, is_final)| State { id: name(n), is_final: *is_final, ..state.clone() }).collect();
    let steps = steps.iter().enumerate().map(|(n, (from, to, taker))| Step {
        id: name(n),
        from: vec![name(*from)],
        to: Some(name(*to)),
        takers: vec![ROLES[taker % ROLES.len()].to_owned()],
        ..step.clone()
    });
    procedure.steps = steps.collect();
    procedure.initial = name(0);
    procedure
}

proptest! {
    #[test]
    fn a_walk_over_a_checked_procedure_never_gets_stuck(
        finals in prop::collection::vec(any::<bool>(), 1..5),
        steps in prop::collection::vec((0_usize..5, 0_usize..5, 0_usize..3), 0..10),
        choices in prop::collection::vec(any::<prop::sample::Index>(), 30),
    ) {
        let mut finals = finals;
        finals.push(true);
        // Half of what is random is made sound first, so that many pass the check.
        let sound = choices[0].index(2) == 0;
        let mut steps = steps;
        if sound {
            let last = finals.len() - 1;
            finals[..last].fill(false);
            steps.retain(|(from, to, _)| *from < last && *to <= last);
            steps.extend((0..last).map(|n| (n, n + 1, n)));
        }
        let procedure = procedure(&finals, &steps);
        let is_checked = procedure.check(&known()).is_empty();
        prop_assert!(is_checked || !sound);
        let mut state = procedure.state(&procedure.initial).unwrap();
        for choice in choices.iter().take_while(|_| is_checked) {
            let open: Vec<&Step> = procedure.steps_from(&state.id, &ROLES).collect();
            prop_assert_eq!(state.is_final, open.is_empty());
            if state.is_final {
                break;
            }
            let to = open[choice.index(open.len())].to.as_deref().unwrap();
            state = procedure.state(to).unwrap();
        }
    }

    #[test]
    fn no_text_makes_it_panic(text: String, place: prop::sample::Index, cut: prop::sample::Index) {
        let mut file: Vec<char> = GOOD.chars().collect();
        let at = place.index(file.len());
        let end = (at + cut.index(20)).min(file.len());
        file.splice(at..end, text.chars());
        let _ = faults_of(&file.into_iter().collect::<String>());
        let _ = faults_of(&text);
    }
}

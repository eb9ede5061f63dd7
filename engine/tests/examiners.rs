//! Examiners who cannot examine any more after they were drawn: the head has others drawn in their place, and
//! nobody picks his examiner by drawing again.

mod support;

use customhouse_control::{Command, EndAppointmentForm, Post, Roster};
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use support::house::*;
use support::*;

/// A declaration that waits for its examiners, in the order in which they were drawn.
fn awaiting() -> (House, EntryNumber, Vec<String>) {
    let house = House::open(EXAMINATION, small_pack());
    let entry = house.lodged(BILL);
    house.takes(officer("doc1", Post::DocumentCheck), entry, "order_examination", note(""));
    let drawn = house.body(entry).examinations[0].officers.clone();
    (house, entry, drawn)
}

/// The roster with some of the examiners off duty.
fn without(off: &[&String]) -> Command {
    let mut roster: Roster = roster();
    for on in &mut roster.officers {
        on.on_duty = !off.iter().any(|name| **name == on.name);
    }
    Command::SetRoster(roster)
}

fn dismissed(name: &str) -> Command {
    Command::EndAppointment(EndAppointmentForm {
        officer: name.to_owned(),
        office: OfficeCode::parse("2225").unwrap(),
        post: Post::Examination,
        last_day: None,
        document: "关免〔2026〕1号".to_owned(),
    })
}

fn head() -> customhouse_control::Actor {
    officer("head", Post::Head)
}

#[test]
fn one_who_went_off_duty_is_replaced_and_the_other_stays() {
    let (house, entry, drawn) = awaiting();
    let again = |by| (by, take(entry, "replace_examiners", note("关员调班")));
    let (by, command) = again(head());
    house.refused(by, command, &["CTL-110"], "both are on duty");
    house.accepted(head(), without(&[&drawn[0]]));
    // it is the head's, with a reason, and only while the goods wait to be examined
    let (by, command) = again(officer("doc1", Post::DocumentCheck));
    house.refused(by, command, &["CAS-003"], "it is the head's");
    house.refused(head(), take(entry, "replace_examiners", note(" ")), &["CTL-001"], "without a reason");
    house.takes(head(), entry, "replace_examiners", note("关员调班"));
    let examination = house.body(entry).examinations[0].clone();
    assert_eq!(examination.replaced, [drawn[0].clone()]);
    assert_eq!((examination.officers.len(), &examination.officers[0]), (2, &drawn[1]));
    assert!(!drawn.contains(&examination.officers[1]), "{examination:?} after {drawn:?}");
    let milestone = house.body(entry).timeline.last().unwrap().clone();
    assert_eq!((&*milestone.by, &*milestone.note), ("head", "关员调班"));
    // back on duty, the one who was replaced is not the examiner any more
    house.accepted(head(), without(&[]));
    let back = officer(&drawn[0], Post::Examination);
    house.refused(back, take(entry, "pass_examination", sheet(None)), &["CTL-035"], "he was replaced");
    house.refused(head(), take(entry, "replace_examiners", note("再抽")), &["CTL-110"], "both are on duty");
    let new = officer(&examination.officers[1], Post::Examination);
    house.takes(new, entry, "pass_examination", sheet(None));
    house.refused(head(), take(entry, "replace_examiners", note("晚了")), &["CAS-002"], "it is examined");
    house.sound();
}

#[test]
fn who_was_dismissed_is_replaced_and_so_are_both() {
    let (house, entry, drawn) = awaiting();
    for name in &drawn {
        house.accepted(officer(CHIEF, Post::Head), dismissed(name));
    }
    house.takes(head(), entry, "replace_examiners", note("免职"));
    let examination = house.body(entry).examinations[0].clone();
    assert_eq!(examination.replaced, drawn);
    assert!(examination.officers.len() == 2 && examination.officers.iter().all(|name| !drawn.contains(name)));
    // nobody is left for a third: the roster comes first, and lists nobody who was dismissed
    let left = |off: &[&String]| {
        let Command::SetRoster(mut roster) = without(off) else { unreachable!() };
        roster.officers.retain(|on| !drawn.contains(&on.name));
        Command::SetRoster(roster)
    };
    house.accepted(head(), left(&[&examination.officers[0]]));
    let command = take(entry, "replace_examiners", note("调班"));
    house.refused(head(), command, &["CTL-041"], "there is no third");
    house.accepted(head(), left(&[]));
    house.takes(officer(&examination.officers[0], Post::Examination), entry, "pass_examination", sheet(None));
    house.sound();
}

#[test]
fn in_a_re_examination_nobody_is_drawn_who_had_been_drawn_before() {
    let (house, entry, drawn) = awaiting();
    house.takes(officer(&drawn[0], Post::Examination), entry, "report_discrepancy", sheet(Some("90")));
    house.takes(officer("doc1", Post::DocumentCheck), entry, "re_examine", note(""));
    let second = house.body(entry).examinations[1].officers.clone();
    house.accepted(head(), without(&[&second[0]]));
    let command = take(entry, "replace_examiners", note("调班"));
    house.refused(head(), command, &["CTL-041"], "four examiners, and each has been drawn");
    // a fifth comes on duty
    let mut five = roster();
    five.officers
        .push(customhouse_control::OnRoster { name: "exam5".to_owned(), ..five.officers[0].clone() });
    five.officers.iter_mut().filter(|on| on.name == second[0]).for_each(|on| on.on_duty = false);
    house.accepted(head(), Command::SetRoster(five));
    house.takes(head(), entry, "replace_examiners", note("调班"));
    let again = &house.body(entry).examinations[1];
    assert_eq!(again.officers, [second[1].clone(), "exam5".to_owned()]);
    house.sound();
}

//! Appointments and delegations: who may act on which day at which office, by dated records.

mod support;

use customhouse_control::{
    Actor, AppointmentForm, Command, DelegationForm, DelegationRevoked, EndAppointmentForm, Level, Officer,
    Post, Role, officer_key,
};
use customhouse_kernel::values::OfficeCode;
use jiff::civil::Date;
use support::house::*;
use support::*;

const DAY: i64 = 86_400_000_000;

fn house_2225() -> OfficeCode {
    OfficeCode::parse("2225").unwrap()
}

/// Somebody who names no post: he acts in what the record gives.
fn somebody(name: &str) -> Actor {
    Actor { name: name.to_owned(), offices: Vec::new(), ..actor(Role::Officer) }
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn form(officer: &str, office: &str, post: Post, from: &str, to: Option<&str>) -> AppointmentForm {
    AppointmentForm {
        officer: officer.to_owned(),
        office: OfficeCode::parse(office).unwrap(),
        post,
        from: date(from),
        to: to.map(date),
        document: "关任〔2026〕7号".to_owned(),
    }
}

fn ending(officer: &str, post: Post) -> Command {
    let document = "关免〔2026〕1号".to_owned();
    Command::EndAppointment(EndAppointmentForm {
        officer: officer.to_owned(),
        office: house_2225(),
        post,
        last_day: None,
        document,
    })
}

fn held(house: &House, name: &str) -> Option<Officer> {
    house.engine.read(|r| r.record(&officer_key(name))).unwrap().map(|record| record.read().unwrap())
}

fn refused(house: &House, by: Actor, command: Command) -> Vec<String> {
    let outcome = house.ask(by, command);
    assert!(!outcome.accepted, "it was accepted");
    codes(&outcome)
}

#[test]
fn an_officer_acts_from_his_first_day_to_his_last() {
    let house = House::open(DOCUMENTS, small_pack());
    let command =
        Command::Appoint(form("late1", "2225", Post::DocumentCheck, "2026-03-04", Some("2026-03-06")));
    house.accepted(somebody(CHIEF), command);
    let entry = house.lodged(BILL);
    let asks = |n: i64| {
        let outcome = house.take(somebody("late1"), entry, "request_documents", note("合同"));
        assert_eq!(
            house.engine.now().day(),
            date("2026-03-02").checked_add(jiff::Span::new().days(n)).unwrap()
        );
        (outcome.accepted, codes(&outcome))
    };
    let no = (false, vec!["CTL-091".to_owned()]);
    // the day before, the first day, the last day, the day after
    house.engine.set_clock(MONDAY + DAY).unwrap();
    assert_eq!(asks(1), no);
    house.engine.set_clock(MONDAY + 2 * DAY).unwrap();
    assert_eq!(asks(2), (true, vec![]));
    house.takes(actor(Role::Declarant), entry, "answer", note("已补充"));
    house.engine.set_clock(MONDAY + 4 * DAY).unwrap();
    assert_eq!(asks(4), (true, vec![]));
    house.takes(actor(Role::Declarant), entry, "answer", note("已补充"));
    house.engine.set_clock(MONDAY + 5 * DAY).unwrap();
    assert_eq!(asks(5), no);
    house.sound();
}

#[test]
fn a_post_is_that_of_the_record_and_of_its_office() {
    let house = House::open(DOCUMENTS, small_pack());
    let entry = house.lodged(BILL);
    house.accepted(somebody(CHIEF), Command::Appoint(form("one", "2225", Post::Release, "2026-03-02", None)));
    // a claim widens nothing: raw submissions, past the helper that appoints
    let raw = |by: Actor, step: &str| {
        let command = take(entry, step, note("合同"));
        let submission =
            customhouse_engine::Submission { actor: by, ..submission(Role::Officer, step, command) };
        codes(&house.engine.submit_and_wait(submission).unwrap())
    };
    let claims = Actor { posts: vec![Post::DocumentCheck], ..somebody("one") };
    assert_eq!(raw(claims, "request_documents"), ["CTL-091"]);
    assert_eq!(raw(somebody("one"), "order_examination"), ["CAS-003"]);
    assert_eq!(raw(somebody("nobody"), "pass_documents"), ["CTL-091"]);
    // every post at another office is none here
    let chief = Command::Appoint(form("boss2248", "2248", Post::Head, "2026-03-02", None));
    house.accepted(Actor::system(), chief);
    let there = Command::Appoint(form("far", "2248", Post::DocumentCheck, "2026-03-02", None));
    house.accepted(somebody("boss2248"), there);
    assert_eq!(raw(somebody("far"), "require_change"), ["CTL-018"]);
    assert_eq!(house.state(entry), "document_check");
}

#[test]
fn appointments_that_do_not_fit_are_refused_by_name() {
    let house = House::open(GREEN, small_pack());
    let before = held(&house, "new");
    let fit = || form("new", "2225", Post::Release, "2026-03-02", None);
    let appoint = |change: fn(&mut AppointmentForm)| {
        let mut form = fit();
        change(&mut form);
        Command::Appoint(form)
    };
    let chief = || somebody(CHIEF);
    for (by, command, code) in [
        (chief(), appoint(|f| f.officer = CHIEF.to_owned()), vec!["CTL-092"]),
        (chief(), appoint(|f| f.officer = String::new()), vec!["CTL-001"]),
        (chief(), appoint(|f| f.officer = "a/b".to_owned()), vec!["CTL-008"]),
        (chief(), appoint(|f| f.document = " ".to_owned()), vec!["CTL-001"]),
        (chief(), appoint(|f| f.from = date("2026-03-01")), vec!["CTL-093"]),
        (chief(), appoint(|f| f.to = Some(date("2026-03-01"))), vec!["CTL-093"]),
        (chief(), appoint(|f| f.office = OfficeCode::parse("2248").unwrap()), vec!["CTL-096"]),
        (chief(), appoint(|f| f.officer = "doc1".to_owned()), vec![]),
        (officer("rel1", Post::Release), appoint(|_| {}), vec!["CTL-096"]),
        (actor(Role::Declarant), appoint(|_| {}), vec!["CTL-014"]),
        (Actor::system(), appoint(|_| {}), vec!["CTL-014", "CTL-094"]),
        // all at once
        (
            chief(),
            appoint(|f| {
                f.document = String::new();
                f.from = date("2026-01-01");
            }),
            vec!["CTL-001", "CTL-093"],
        ),
        (chief(), ending("new", Post::Release), vec!["CTL-095"]),
    ] {
        let what = format!("{command:?}");
        let outcome = house.ask(by, command);
        assert_eq!(
            (codes(&outcome), outcome.accepted),
            (code.iter().map(|c| (*c).to_owned()).collect(), code.is_empty()),
            "{what}"
        );
    }
    assert_eq!(held(&house, "new"), before, "nothing was written");
    // twice: overlapping is refused, before and behind it is not
    house.accepted(
        chief(),
        Command::Appoint(form("new", "2225", Post::Release, "2026-04-01", Some("2026-04-30"))),
    );
    let again = |from, to| Command::Appoint(form("new", "2225", Post::Release, from, to));
    assert_eq!(refused(&house, chief(), again("2026-04-30", None)), ["CTL-094"]);
    assert_eq!(refused(&house, chief(), again("2026-03-02", None)), ["CTL-094"]);
    house.accepted(chief(), again("2026-03-02", Some("2026-03-31")));
    house.accepted(chief(), again("2026-05-01", None));
    assert_eq!(held(&house, "new").unwrap().appointments.len(), 3);
    house.sound();
}

#[test]
fn the_program_appoints_a_head_only_where_there_is_none() {
    let house = House::open(GREEN, small_pack());
    let first = |name: &str, from| Command::Appoint(form(name, "2248", Post::Head, from, Some("2026-03-10")));
    house.accepted(Actor::system(), first("one", "2026-03-02"));
    assert_eq!(refused(&house, Actor::system(), first("two", "2026-03-02")), ["CTL-094"]);
    house.engine.set_clock(MONDAY + 9 * DAY).unwrap();
    let again = Command::Appoint(form("two", "2248", Post::Head, "2026-03-11", None));
    house.accepted(Actor::system(), again);
    house.sound();
}

#[test]
fn ended_while_the_officer_acts_the_order_decides() {
    for ends_first in [true, false] {
        let house = House::open(DOCUMENTS, small_pack());
        let entry = house.lodged(BILL);
        let (end, act) = (
            house.submission(somebody(CHIEF), ending("doc1", Post::DocumentCheck)),
            house.submission(
                officer("doc1", Post::DocumentCheck),
                take(entry, "request_documents", note("合同")),
            ),
        );
        let both = if ends_first { [end, act] } else { [act, end] };
        let [one, other] = both.map(|submission| house.engine.submit_later(submission));
        let [one, other] = [one, other].map(|answer| answer.recv().unwrap().unwrap());
        let (ended, acted) = if ends_first { (one, other) } else { (other, one) };
        assert!(ended.accepted, "{:#?}", ended.findings);
        assert_eq!(acted.accepted, !ends_first, "{:?}", codes(&acted));
        assert_eq!(house.state(entry), if ends_first { "document_check" } else { "documents_requested" });
        if ends_first {
            assert_eq!(codes(&acted), ["CTL-091"]);
        }
        house.sound();
    }
}

#[test]
fn a_roster_lists_and_draws_only_who_holds_the_post() {
    let house = House::open(EXAMINATION, small_pack());
    // past the helper that appoints whom a roster lists
    let raw = |key: &str, roster| {
        let by = officer("head", Post::Head);
        let submission = customhouse_engine::Submission {
            actor: by,
            ..submission(Role::Officer, key, Command::SetRoster(roster))
        };
        house.engine.submit_and_wait(submission).unwrap()
    };
    let mut with_stranger = roster();
    with_stranger.officers[0].name = "stranger".to_owned();
    let outcome = raw("stranger", with_stranger);
    assert_eq!(
        (codes(&outcome), &*outcome.findings[0].path),
        (vec!["CTL-095".to_owned()], "/officers/0/posts")
    );
    // two of four are ended after the roster was set: the others are drawn
    house.accepted(somebody(CHIEF), ending("exam1", Post::Examination));
    house.accepted(somebody(CHIEF), ending("exam3", Post::Examination));
    let entry = house.lodged(BILL);
    house.takes(officer("doc1", Post::DocumentCheck), entry, "order_examination", note(""));
    let mut drawn = house.body(entry).examinations[0].officers.clone();
    drawn.sort();
    assert_eq!(drawn, ["exam2", "exam4"]);
    // and with one left nobody is
    house.accepted(somebody(CHIEF), ending("exam2", Post::Examination));
    let other = house.lodged("OTHER");
    let outcome = house.take(officer("doc1", Post::DocumentCheck), other, "order_examination", note(""));
    assert_eq!(codes(&outcome), ["CTL-041"]);
    house.sound();
}

#[test]
fn the_head_of_a_district_delegates_and_revokes() {
    let house = House::open(GREEN, small_pack());
    house.accepted(
        Actor::system(),
        Command::Appoint(form("district", "2200", Post::Head, "2026-03-02", None)),
    );
    let district = || somebody("district");
    let give = |officer: &str, power: &str, from: &str, to: &str| {
        Command::GrantDelegation(DelegationForm {
            officer: officer.to_owned(),
            office: house_2225(),
            power: power.to_owned(),
            from: date(from),
            to: date(to),
            document: "关授〔2026〕1号".to_owned(),
        })
    };
    let (from, to) = ("2026-03-03", "2026-03-04");
    for (by, command, code) in [
        (somebody(CHIEF), give("head", "query_deposits", from, to), "CTL-096"),
        (district(), give("district", "query_deposits", from, to), "CTL-092"),
        (district(), give("rel1", "query_deposits", from, to), "CTL-095"),
        (district(), give("head", "set_roster", from, to), "CTL-009"),
        (district(), give("head", "query_deposits", to, from), "CTL-093"),
    ] {
        let what = format!("{command:?}");
        assert!(refused(&house, by, command).contains(&code.to_owned()), "{what}");
    }
    house.accepted(district(), give("head", "query_deposits", from, to));
    assert_eq!(refused(&house, district(), give("head", "query_deposits", from, to)), ["CTL-094"]);
    let may = |name: &str, day: &str| {
        let law = house.engine.law();
        law.control
            .powers
            .check("query_deposits", held(&house, name).as_ref(), house_2225(), date(day))
            .is_ok()
    };
    // the day before, the first, the last, the day after; the district's head has it anyway
    let days = ["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"];
    assert_eq!(days.map(|day| may("head", day)), [false, true, true, false]);
    assert_eq!(days.map(|day| may("district", day)), [true; 4]);
    assert_eq!(days.map(|day| may(CHIEF, day)), [false; 4], "another head of the house was not authorised");
    let revoke = || {
        let (officer, power) = ("head".to_owned(), "query_deposits".to_owned());
        Command::RevokeDelegation(DelegationRevoked {
            officer,
            office: house_2225(),
            power,
            document: "关撤1".to_owned(),
        })
    };
    assert_eq!(refused(&house, somebody(CHIEF), revoke()), ["CTL-096"]);
    house.accepted(district(), revoke());
    assert_eq!(days.map(|day| may("head", day)), [false; 4]);
    assert_eq!(refused(&house, district(), revoke()), ["CTL-095"]);
    // the head of the district appoints at its houses
    house.accepted(district(), Command::Appoint(form("newcomer", "2225", Post::Audit, "2026-03-02", None)));
    house.sound();
}

/// Every reserved power of the pack: the head of the district has it, nobody of a house does, until it is delegated to
/// a head of that house, by name, at that house, for as long as he is one.
#[test]
fn what_is_reserved_is_the_districts_until_it_is_delegated() {
    let house = House::open(GREEN, small_pack());
    let today = date("2026-03-02");
    house.accepted(
        Actor::system(),
        Command::Appoint(form("district", "2200", Post::Head, "2026-03-02", None)),
    );
    let district = || somebody("district");
    house.accepted(district(), Command::Appoint(form("clerk", "2200", Post::Release, "2026-03-02", None)));
    for name in ["first", "second"] {
        house.accepted(district(), Command::Appoint(form(name, "2225", Post::Head, "2026-03-02", None)));
    }
    house.accepted(district(), Command::Appoint(form("rel", "2225", Post::Release, "2026-03-02", None)));
    let law = house.engine.law();
    let powers = &law.control.powers;
    let may = |power: &str, name: &str, office: &str| {
        let office = OfficeCode::parse(office).unwrap();
        powers.check(power, held(&house, name).as_ref(), office, today).is_ok()
    };
    let everybody = ["district", "clerk", "first", "second", "rel", "nobody"];
    let who = |power: &str| everybody.map(|name| may(power, name, "2225"));
    let reserved: Vec<&str> =
        powers.on(today).filter(|p| p.level == Level::District).map(|p| &*p.key).collect();
    assert_eq!(reserved.len(), 11, "{reserved:?}");
    for power in &reserved {
        assert_eq!(who(power), [true, false, false, false, false, false], "{power}");
        assert!(!may(power, "district", "0100"), "{power}: another district is not his");
    }
    let give = |officer: &str, power: &str| {
        Command::GrantDelegation(DelegationForm {
            officer: officer.to_owned(),
            office: house_2225(),
            power: power.to_owned(),
            from: today,
            to: today,
            document: "关授〔2026〕2号".to_owned(),
        })
    };
    for power in &reserved {
        if *power == "delegate" {
            assert_eq!(refused(&house, district(), give("first", power)), ["CTL-009"]);
            continue;
        }
        house.accepted(district(), give("first", power));
        assert_eq!(who(power), [true, false, true, false, false, false], "{power}");
        assert!(!may(power, "first", "2226"), "{power}: it is given for one house");
        let others = reserved.iter().filter(|other| who(other)[2]).count();
        let so_far = reserved.iter().position(|one| one == power).unwrap();
        assert!(others <= so_far + 1, "{power}: nothing else came with it");
    }
    // once he is head no longer, nothing is left of what was delegated to him
    house.accepted(district(), ending("first", Post::Head));
    for power in &reserved {
        assert_eq!(who(power), [true, false, false, false, false, false], "{power}");
    }
    house.sound();
}

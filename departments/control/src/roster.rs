//! The roster 值班表 of an office: its officers, their posts, and who is on duty. Examiners are drawn
//! from it.

use crate::appointment::{Officer, officer_key};
use crate::command::{Actor, Role};
use crate::law::ControlLaw;
use crate::post::Post;
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::OfficeCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The officers of an office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    pub office: OfficeCode,
    pub officers: Vec<OnRoster>,
}

/// One officer on a roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnRoster {
    /// Name of the account.
    pub name: String,
    pub posts: BTreeSet<Post>,
    pub on_duty: bool,
}

/// The key of an office's roster.
pub fn roster_key(office: &str) -> RecordKey {
    RecordKey::new("roster", office)
}

pub(crate) fn needs(roster: &Roster, keys: &mut Keys) {
    keys.record(roster_key(roster.office.as_str()));
    for on in &roster.officers {
        keys.record(officer_key(&on.name));
    }
}

/// The head of an office sets its roster: officers with posts that they hold there on that day.
pub(crate) fn set(
    roster: &Roster,
    actor: &Actor,
    view: &dyn View,
    law: &ControlLaw,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_be(Role::Officer, "set the roster 排班")?;
    let officer = |name: &str| view.record(&officer_key(name)).and_then(Record::read::<Officer>);
    law.powers
        .check("set_roster", officer(&actor.name).as_ref(), roster.office, at.day())
        .map_err(|r| vec![r])?;
    let names: BTreeSet<&str> = roster.officers.iter().map(|o| o.name.as_str()).collect();
    if names.len() < roster.officers.len() || names.contains("") {
        return Err(vec![refusals::ROSTER_NAMES.at("/officers")]);
    }
    let mut refused = Vec::new();
    for (place, on) in roster.officers.iter().enumerate() {
        let listed = officer(&on.name).unwrap_or_default();
        for post in on.posts.iter().filter(|post| !listed.holds(**post, roster.office, at.day())) {
            let refusal = refusals::NOT_HELD.at(format!("/officers/{place}/posts")).with("officer", &on.name);
            refused
                .push(refusal.with("office", roster.office).with("what", post.name()).with("date", at.day()));
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let key = roster_key(roster.office.as_str());
    let facts = serde_json::json!({ "office": roster.office, "officers": roster.officers, "on": at.day() });
    let mut decision = Decision::default();
    decision.tell("roster.set", &facts);
    decision.answer(&facts);
    decision.record(Record {
        version: view.record(&key).map_or(0, |r| r.version) + 1,
        key,
        state: String::new(),
        owner: String::new(),
        office: roster.office.to_string(),
        due: None,
        schema: 1,
        body: serde_json::to_string(roster).expect("our types serialise"),
    });
    Ok(decision)
}

/// Who of a roster can be drawn to examine: on duty, in the post.
fn examiners(roster: &Roster) -> impl Iterator<Item = &str> {
    let able = |o: &&OnRoster| o.on_duty && o.posts.contains(&Post::Examination);
    roster.officers.iter().filter(able).map(|o| o.name.as_str())
}

/// What drawing must see: what those who may be drawn hold on the day.
pub(crate) fn draw_needs(office: OfficeCode, view: &dyn View, keys: &mut Keys) {
    let key = roster_key(office.as_str());
    if let Some(roster) = view.record(&key).and_then(Record::read::<Roster>) {
        for name in examiners(&roster) {
            keys.record(officer_key(name));
        }
    }
    keys.record(key);
}

/// Those who were put on the roster as examiners and whose appointment has ended since.
pub(crate) fn no_longer(roster: &Roster, view: &dyn View, day: Date) -> BTreeSet<String> {
    let ended = |name: &&str| {
        let officer = view.record(&officer_key(name)).and_then(Record::read::<Officer>);
        !officer.is_some_and(|officer| officer.holds(Post::Examination, roster.office, day))
    };
    examiners(roster).filter(ended).map(str::to_owned).collect()
}

/// Two examiners on duty, drawn by dice; none of `apart`. `None` if fewer than two are there.
/// Source: handbook 2.1, examination by two officers drawn at random.
pub(crate) fn draw(roster: &Roster, apart: &BTreeSet<&str>, dice: u64) -> Option<[String; 2]> {
    let mut able: Vec<&str> = examiners(roster).filter(|name| !apart.contains(name)).collect();
    able.sort_unstable();
    if able.len() < 2 {
        return None;
    }
    let first = able.swap_remove((dice % able.len() as u64) as usize);
    let second = able[((dice >> 32) % able.len() as u64) as usize];
    Some([first.to_owned(), second.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster(officers: &[(&str, Post, bool)]) -> Roster {
        let on = |(name, post, on_duty): &(&str, Post, bool)| OnRoster {
            name: (*name).to_owned(),
            posts: BTreeSet::from([*post]),
            on_duty: *on_duty,
        };
        Roster { office: OfficeCode::parse("2225").unwrap(), officers: officers.iter().map(on).collect() }
    }

    #[test]
    fn two_different_examiners_on_duty_are_drawn() {
        use Post::*;
        let roster = roster(&[
            ("a", Examination, true),
            ("b", Examination, true),
            ("c", Examination, true),
            ("off", Examination, false),
            ("clerk", DocumentCheck, true),
        ]);
        let mut drawn = BTreeSet::new();
        for dice in 0..10_000_u64 {
            let dice = dice.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let [one, two] = draw(&roster, &BTreeSet::new(), dice).unwrap();
            assert_ne!(one, two);
            drawn.extend([one, two]);
        }
        assert_eq!(drawn.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
        let [one, two] = draw(&roster, &BTreeSet::from(["b"]), 7).unwrap();
        assert!(![one, two].contains(&"b".to_owned()));
        assert_eq!(draw(&roster, &BTreeSet::from(["a", "b"]), 7), None);
    }
}

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

/// Who can examine at an office on a day: on duty there in the post, and appointed to it still.
pub(crate) fn able(office: OfficeCode, view: &dyn View, day: Date) -> BTreeSet<String> {
    let Some(roster) = view.record(&roster_key(office.as_str())).and_then(Record::read::<Roster>) else {
        return BTreeSet::new();
    };
    let holds = |name: &&str| {
        let officer = view.record(&officer_key(name)).and_then(Record::read::<Officer>);
        officer.is_some_and(|officer| officer.holds(Post::Examination, office, day))
    };
    examiners(&roster).filter(holds).map(str::to_owned).collect()
}

/// So many examiners of those who can, two at most, drawn by dice; none of `apart`. `None` if there are fewer.
/// Source: handbook 2.1, examination by two officers drawn at random.
pub(crate) fn draw(
    able: &BTreeSet<String>,
    apart: &BTreeSet<&str>,
    count: usize,
    dice: u64,
) -> Option<Vec<String>> {
    let mut left: Vec<&str> = able.iter().map(String::as_str).filter(|name| !apart.contains(name)).collect();
    if left.len() < count {
        return None;
    }
    let throws = [dice, dice >> 32].into_iter().take(count);
    Some(throws.map(|throw| left.swap_remove((throw % left.len() as u64) as usize).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_examiners_are_drawn() {
        let able: BTreeSet<String> = ["a", "b", "c"].map(str::to_owned).into();
        let mut drawn = BTreeSet::new();
        for dice in 0..10_000_u64 {
            let dice = dice.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let two = draw(&able, &BTreeSet::new(), 2, dice).unwrap();
            assert_ne!(two[0], two[1]);
            drawn.extend(two);
        }
        assert_eq!(drawn.iter().map(String::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
        let two = draw(&able, &BTreeSet::from(["b"]), 2, 7).unwrap();
        assert!(!two.contains(&"b".to_owned()));
        assert_eq!(draw(&able, &BTreeSet::from(["a", "b"]), 2, 7), None);
        assert_eq!(draw(&able, &BTreeSet::from(["a", "b"]), 1, 7), Some(vec!["c".to_owned()]));
    }

    #[test]
    fn who_is_off_duty_or_in_another_post_does_not_examine() {
        let on = |(name, post, on_duty): (&str, Post, bool)| OnRoster {
            name: name.to_owned(),
            posts: BTreeSet::from([post]),
            on_duty,
        };
        let office = OfficeCode::parse("2225").unwrap();
        let all = [
            ("a", Post::Examination, true),
            ("off", Post::Examination, false),
            ("clerk", Post::DocumentCheck, true),
        ];
        let roster = Roster { office, officers: all.map(on).into() };
        assert_eq!(examiners(&roster).collect::<Vec<_>>(), ["a"]);
    }
}

//! Licences and certificates 许可证件: what a supervision condition asks for, with what is left on them
//! kept on the ledger: a quantity, and a number of uses (one batch one licence, or several). A condition
//! is met by a licence that the declaration names and that covers the line; a missing one holds the
//! declaration, and no guarantee stands for it. Source: CL 24, GR 4, handbook 10.7.

use crate::accounts::{LICENCE_DRAWN, LICENCE_ISSUED, LICENCE_LEFT};
use crate::command::Actor;
use crate::condition::Hold;
use crate::declared_goods::{DeclaredGoods, DeclaredLine};
use crate::post::Post;
use crate::refusals;
use customhouse_kernel::beats::{Decision, Keys, Record, RecordKey, View};
use customhouse_kernel::ledger::{AccountId, Posting};
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{CommodityCode, CreditCode, Exact, UnitCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Places of a quantity on a licence's account.
const PLACES: u32 = 5;
/// The unit of a quantity on an account: whatever the licence's own is, so that the account is known from
/// the licence's number alone.
const QUANTITY: &str = "quantity";
/// The unit in which uses are counted.
const USES: &str = "uses";

/// A licence as its issuing authority notified it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceForm {
    /// Letter of the supervision condition that it meets.
    pub certificate: String,
    pub number: String,
    /// Who may use it.
    pub holder: CreditCode,
    /// The goods that it covers.
    pub goods: CommodityCode,
    /// The unit of its quantity.
    pub unit: UnitCode,
    /// At most five places.
    pub quantity: Exact,
    /// How many declarations may use it.
    pub uses: u32,
    pub valid_from: Date,
    /// The last day on which it serves.
    pub valid_to: Date,
}

impl LicenceForm {
    fn account(&self, class: &str, unit: &str) -> AccountId {
        account(class, &licence_key(&self.certificate, &self.number), unit)
    }

    /// The accounts of what is left: quantity, uses.
    pub fn left_accounts(&self) -> [AccountId; 2] {
        [QUANTITY, USES].map(|unit| self.account(LICENCE_LEFT, unit))
    }

    /// A balance of a quantity as a number in the licence's unit.
    pub fn quantity_of(steps: i64) -> Exact {
        Exact::from_steps(steps, PLACES)
    }

    /// A posting of a quantity and of uses from one class to another.
    fn movement(&self, memo: &str, from: &str, to: &str, quantity: i64, uses: i64) -> Posting {
        [(QUANTITY, quantity), (USES, uses)].into_iter().filter(|(_, amount)| *amount != 0).fold(
            Posting::new(memo),
            |posting, (unit, amount)| {
                posting.debit(self.account(to, unit), amount).credit(self.account(from, unit), amount)
            },
        )
    }
}

fn account(class: &str, licence: &RecordKey, unit: &str) -> AccountId {
    AccountId::new(class, &licence.id, unit)
}

/// What a line took off a licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    pub line: u32,
    /// Id of the licence's record.
    pub licence: String,
    /// In the licence's unit, in steps of 0.00001.
    pub steps: i64,
}

/// The key of a licence's record.
pub fn licence_key(certificate: &str, number: &str) -> RecordKey {
    RecordKey::new("licence", format!("{certificate}-{number}"))
}

pub(crate) fn record_needs(form: &LicenceForm, keys: &mut Keys) {
    keys.record(licence_key(&form.certificate, &form.number));
}

/// Customs takes over a licence from its issuing authority: its quantity and its uses are there from now on.
pub(crate) fn record(
    form: &LicenceForm,
    actor: &Actor,
    view: &dyn View,
    at: &Moment,
) -> Result<Decision, Vec<Refusal>> {
    actor.must_hold(Post::Head, "record a licence 登记许可证件")?;
    let mut refused = Vec::new();
    let in_form = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    for (text, most, path) in [(&form.certificate, 2, "/certificate"), (&form.number, 20, "/number")] {
        // the certificate's letter ends at the first dash of the record's id
        if !in_form(text, most) || (path == "/certificate" && text.contains('-')) {
            refused.push(refusals::NOT_IN_FORM.at(path).with("field", &path[1..]).with("value", text));
        }
    }
    if !form.holder.check_holds() {
        refused.push(refusals::PARTY_CHECK.at("/holder").with("code", form.holder));
    }
    let steps = form.quantity.steps(PLACES).filter(|steps| *steps > 0);
    if steps.is_none() || form.uses == 0 || form.valid_to < form.valid_from {
        refused.push(refusals::LICENCE_EMPTY.at("/quantity"));
    }
    let key = licence_key(&form.certificate, &form.number);
    if view.record(&key).is_some() {
        refused.push(refusals::LICENCE_EXISTS.at("/number").with("number", &form.number));
    }
    let Some(steps) = steps.filter(|_| refused.is_empty()) else { return Err(refused) };
    let facts = serde_json::json!({ "licence": key.id, "holder": form.holder, "on": at.day() });
    let mut decision = Decision::default();
    let movement =
        form.movement("licence.recorded", LICENCE_ISSUED, LICENCE_LEFT, steps, i64::from(form.uses));
    decision.postings.push(movement);
    decision.tell("licence.recorded", &facts);
    decision.answer(&facts);
    decision.record(Record {
        key,
        version: 1,
        state: "recorded".to_owned(),
        owner: form.holder.to_string(),
        office: String::new(),
        due: Some(form.valid_to),
        schema: 1,
        body: serde_json::to_string(form).expect("our types serialise"),
    });
    Ok(decision)
}

/// The licences that documents name, with what is left on them.
pub(crate) fn needs<'a>(documents: impl Iterator<Item = (&'a str, &'a str)>, keys: &mut Keys) {
    for (code, number) in documents {
        let key = licence_key(code, number);
        keys.account(account(LICENCE_LEFT, &key, QUANTITY)).account(account(LICENCE_LEFT, &key, USES));
        keys.record(key);
    }
}

/// What licences of a declaration do to its holds.
#[derive(Debug, Default)]
pub(crate) struct Licensed {
    /// Conditions that stay open, each with why.
    pub holds: Vec<Hold>,
    pub draws: Vec<Draw>,
    pub postings: Vec<Posting>,
}

/// Meets the conditions of a declaration from the licences that it names, as far as they reach. `back` is
/// what an earlier version of the declaration had drawn: it counts as free.
pub(crate) fn meet(
    declared: &DeclaredGoods<'_>,
    holds: Vec<Hold>,
    back: &[Draw],
    view: &dyn View,
    day: Date,
) -> Licensed {
    let mut left = Left { view, taken: BTreeMap::new(), used: BTreeSet::new() };
    left.give_back(back);
    let mut licensed = Licensed::default();
    let mut sums: BTreeMap<String, (LicenceForm, i64)> = BTreeMap::new();
    for hold in holds {
        let line = declared.lines.iter().find(|l| l.number == hold.line);
        let found = match (hold.nature.as_str(), line) {
            ("licence", Some(line)) => left.take(declared, line, &hold.certificate, day),
            _ => Err("not_covered"),
        };
        match found {
            Ok((licence, steps)) => {
                let id = licence_key(&licence.certificate, &licence.number).id;
                licensed.draws.push(Draw { line: hold.line, licence: id.clone(), steps });
                sums.entry(id).or_insert((licence, 0)).1 += steps;
            }
            Err(why) => licensed.holds.push(Hold { why: why.to_owned(), ..hold }),
        }
    }
    let postings = sums.into_values();
    licensed.postings = postings
        .map(|(l, steps)| l.movement("licence.drawn", LICENCE_LEFT, LICENCE_DRAWN, steps, 1))
        .collect();
    licensed
}

/// The postings that undo draws.
pub(crate) fn undo(draws: &[Draw], view: &dyn View) -> Vec<Posting> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for draw in draws {
        *sums.entry(&draw.licence).or_default() += draw.steps;
    }
    let undone = sums.into_iter().filter_map(|(id, steps)| {
        let licence: LicenceForm = view.record(&RecordKey::new("licence", id))?.read()?;
        Some(licence.movement("licence.returned", LICENCE_DRAWN, LICENCE_LEFT, steps, 1))
    });
    undone.collect()
}

/// What is left on licences within one decision.
struct Left<'a> {
    view: &'a dyn View,
    /// What was taken off each account so far; below zero for what came back.
    taken: BTreeMap<AccountId, i64>,
    /// Licences that this declaration uses already.
    used: BTreeSet<String>,
}

impl Left<'_> {
    fn give_back(&mut self, draws: &[Draw]) {
        let mut licences = BTreeSet::new();
        for draw in draws {
            let record = self.view.record(&RecordKey::new("licence", &*draw.licence));
            let Some(licence) = record.and_then(Record::read::<LicenceForm>) else { continue };
            *self.taken.entry(licence.account(LICENCE_LEFT, QUANTITY)).or_default() -= draw.steps;
            if licences.insert(draw.licence.clone()) {
                *self.taken.entry(licence.account(LICENCE_LEFT, USES)).or_default() -= 1;
            }
        }
    }

    fn left(&self, account: &AccountId) -> i64 {
        self.view.balance(account) - self.taken.get(account).copied().unwrap_or(0)
    }

    /// Takes what a line needs off the licence that the declaration names for a certificate.
    fn take(
        &mut self,
        declared: &DeclaredGoods<'_>,
        line: &DeclaredLine,
        certificate: &str,
        day: Date,
    ) -> Result<(LicenceForm, i64), &'static str> {
        let mut why = "not_declared";
        for document in declared.documents.iter().filter(|d| d.code == certificate) {
            match self.fits(declared, line, certificate, &document.number, day) {
                Ok((licence, steps)) => {
                    let id = licence_key(certificate, &document.number).id;
                    *self.taken.entry(licence.account(LICENCE_LEFT, QUANTITY)).or_default() += steps;
                    if self.used.insert(id) {
                        *self.taken.entry(licence.account(LICENCE_LEFT, USES)).or_default() += 1;
                    }
                    return Ok((licence, steps));
                }
                Err(reason) => why = reason,
            }
        }
        Err(why)
    }

    fn fits(
        &self,
        declared: &DeclaredGoods<'_>,
        line: &DeclaredLine,
        certificate: &str,
        number: &str,
        day: Date,
    ) -> Result<(LicenceForm, i64), &'static str> {
        let key = licence_key(certificate, number);
        let licence: LicenceForm = self.view.record(&key).and_then(Record::read).ok_or("unknown")?;
        if licence.holder != declared.consignee {
            return Err("other_holder");
        }
        if !(licence.valid_from..=licence.valid_to).contains(&day) {
            return Err("not_valid");
        }
        if !licence.goods.covers(&line.commodity_code) {
            return Err("other_goods");
        }
        let steps = quantity_in(line, licence.unit).and_then(|q| q.steps(PLACES)).ok_or("other_unit")?;
        if self.left(&licence.account(LICENCE_LEFT, QUANTITY)) < steps {
            return Err("too_little");
        }
        if !self.used.contains(&key.id) && self.left(&licence.account(LICENCE_LEFT, USES)) < 1 {
            return Err("no_use_left");
        }
        Ok((licence, steps))
    }
}

/// A line's quantity in a unit, if it declares one.
fn quantity_in(line: &DeclaredLine, unit: UnitCode) -> Option<Exact> {
    line.quantities.iter().find(|(of, _)| *of == unit).map(|(_, quantity)| *quantity)
}

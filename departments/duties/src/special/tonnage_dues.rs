//! Tonnage dues 船舶吨税: what a vessel owes for a licence of a chosen term. Source: Tonnage Tax Law
//! (TT) 3 to 5, 9, 10, 12, 21 and its annex; handbook 4.9.
//!
//! The whole tonnage takes the rate of its band; bands are no slices. Not here: short levy, refund and
//! fines (TT 17, 18), and lateness, which is `finance`'s.

use crate::refusals;
use crate::special::names::Name;
use crate::special::rules::{Dated, Findings, Law, Rules, missing, unfit_numbers, unfit_round};
use crate::special::working::{Rounded, Working, money};
use customhouse_kernel::law::{Calendar, LegalDay};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{CountryCode, Exact, Money};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A vessel's request for a licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TonnageDues {
    /// Kind of vessel, by the pack's name.
    pub vessel: String,
    pub flag: CountryCode,
    /// Net tonnage of the tonnage certificate, where the vessel has one.
    #[serde(default)]
    pub net_tonnage: Option<Exact>,
    /// Kilowatts.
    #[serde(default)]
    pub engine_kw: Option<Exact>,
    /// The licence's term, by the pack's name.
    pub licence: String,
    /// The day of entry, or the day after the last licence ended: the first day of the licence. Its
    /// law applies.
    pub from: Date,
    /// The day on which the payment voucher was issued, where it was.
    #[serde(default)]
    pub issued: Option<Date>,
    /// Grounds of exemption, by the pack's names.
    #[serde(default)]
    pub exemptions: Vec<String>,
    #[serde(default)]
    pub extensions: Vec<Extension>,
}

/// Days by which a licence is longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// By the pack's name.
    pub ground: String,
    pub days: u16,
}

/// What is owed, and until when the licence holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TonnageDuesResult {
    pub preferential: bool,
    pub net_tonnage: Exact,
    pub rate: Exact,
    pub computed: Money,
    /// Nothing where the vessel is exempt or the amount is small.
    pub collected: Money,
    /// The ground of exemption that applied.
    pub exempt: Option<String>,
    /// The last day of the licence, extensions included.
    pub licence_ends: Date,
    /// The last day to pay, where the voucher's day is known.
    pub due: Option<LegalDay>,
    pub working: Working,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TonnageRule {
    licences: Vec<Licence>,
    /// In order of `above`.
    bands: Vec<Band>,
    vessels: Vec<VesselKind>,
    /// Whether the first day is one of the licence's days.
    first_day_counts: bool,
    free_up_to: Money,
    /// Days to pay after the day of issue.
    pay_within_days: u16,
    #[allow(dead_code)] // only one way to roll exists; its name is checked
    roll: Roll,
    round: Rounded,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Roll {
    WorkingDay,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Licence {
    name: String,
    #[serde(default)]
    days: u16,
    #[serde(default)]
    years: u16,
}

/// Rates for net tonnage above a figure, one for each licence, in the licences' order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Band {
    above: Exact,
    general: Vec<Exact>,
    preferential: Vec<Exact>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VesselKind {
    name: String,
    share: Exact,
    #[serde(default)]
    tonnes_per_kw: Option<Exact>,
    /// The net tonnage of a certificate goes before the engine's power.
    #[serde(default)]
    certificate_first: bool,
}

/// A flag with preferential dues.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlagRule {
    #[allow(dead_code)] // the key; read by pages through the rule
    flag: CountryCode,
    #[serde(default)]
    #[allow(dead_code)] // read by pages through the rule
    name_zh: Option<String>,
}

/// A ground of exemption, or of a longer licence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroundRule {
    #[allow(dead_code)] // read by pages through the rule
    name: Text,
    effect: GroundEffect,
    /// Kinds of vessel that cannot claim it.
    #[serde(default)]
    not_for: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum GroundEffect {
    Exempts,
    Extends,
}

impl Law for TonnageRule {
    const KIND: &'static str = "tonnage_dues";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        let whole =
            |b: &Band| b.general.len() == self.licences.len() && b.preferential.len() == self.licences.len();
        let rates = self.bands.iter().flat_map(|b| b.general.iter().chain(&b.preferential));
        let shares = self.vessels.iter().flat_map(|v| [Some(v.share), v.tonnes_per_kw]).flatten();
        if self.bands.is_empty() || !self.bands.iter().all(whole) {
            return Some(("每一吨位档须为每种执照期限给出税率", "each band has a rate for each licence"));
        }
        if !self.bands.windows(2).all(|two| two[0].above < two[1].above) {
            return Some(("吨位档须由小到大", "bands stand in order of tonnage"));
        }
        if self.licences.iter().any(|l| (l.days == 0) == (l.years == 0)) {
            return Some(("执照期限须为天数或年数之一", "a licence has days or years"));
        }
        unfit_numbers(rates.copied().chain(shares)).or(unfit_round(self.round))
    }
}

impl Law for FlagRule {
    const KIND: &'static str = "tonnage_flag";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        None
    }
}

impl Law for GroundRule {
    const KIND: &'static str = "tonnage_ground";

    fn unfit(&self) -> Option<(&'static str, &'static str)> {
        (self.effect == GroundEffect::Extends && !self.not_for.is_empty())
            .then_some(("延期事由不分船舶种类", "a ground of extension bears on every kind of vessel"))
    }
}

/// The rules over all time, with the calendar that the last day to pay rolls by.
#[derive(Clone, Debug, Default)]
pub(crate) struct TonnageLaw {
    pub rules: Rules<TonnageRule>,
    pub flags: Rules<FlagRule>,
    pub grounds: Rules<GroundRule>,
    pub calendar: Calendar,
}

impl TonnageLaw {
    /// Net tonnage × rate of its band × share of the kind of vessel. Rounding: the rule's, once.
    ///
    /// # Errors
    /// Names that the pack does not know, facts that are missing, and claims that the vessel cannot
    /// make, all at once.
    pub fn reckon(&self, facts: &TonnageDues) -> Result<TonnageDuesResult, Vec<Refusal>> {
        let day = facts.from;
        let rule = self.rules.on("vessel", day, "/from").map_err(|r| vec![r])?;
        let mut findings = Findings::default();
        let vessel = rule.law.vessels.iter().find(|v| v.name == facts.vessel);
        if vessel.is_none() {
            findings.add(unknown("/vessel", &facts.vessel));
        }
        let licence = rule.law.licences.iter().position(|l| l.name == facts.licence);
        if licence.is_none() {
            findings.add(unknown("/licence", &facts.licence));
        }
        for (fact, path) in [(facts.net_tonnage, "/net_tonnage"), (facts.engine_kw, "/engine_kw")] {
            findings.not_negative(fact.unwrap_or(Exact::ZERO), path);
        }
        for refusal in self.unmet_grounds(facts) {
            findings.add(refusal);
        }
        let mut working = Working::default();
        let tonnage = vessel.and_then(|v| findings.found(tonnage(facts, v, &rule.id, &mut working)));
        findings.done()?;
        let (Some(vessel), Some(licence), Some(tonnage)) = (vessel, licence, tonnage) else {
            return Err(Vec::new()); // each of them left a finding
        };
        self.amount(facts, rule, (vessel, licence, tonnage), working).map_err(|r| vec![r])
    }

    fn amount(
        &self,
        facts: &TonnageDues,
        rule: &Dated<TonnageRule>,
        (vessel, licence, net_tonnage): (&VesselKind, usize, Exact),
        mut working: Working,
    ) -> Result<TonnageDuesResult, Refusal> {
        let preferential = self.flags.get(facts.flag.as_str(), facts.from);
        let band = rule.law.bands.iter().rev().find(|b| net_tonnage > b.above).unwrap_or(&rule.law.bands[0]);
        let rates = if preferential.is_some() { &band.preferential } else { &band.general };
        let by = format!("{} {} > {}", facts.flag, facts.licence, band.above);
        let paper = preferential.map_or(&rule.id, |flag| &flag.id);
        let rate = working.found(Name::Rate, paper, by, rates[licence]);
        let factors =
            [(Name::NetTonnage, net_tonnage), (Name::Rate, rate), (Name::VesselShare, vessel.share)];
        let computed = working.amount(Name::Amount, &rule.id, &factors, &[], rule.law.round)?;
        let exempt = facts.exemptions.first();
        let collected = match exempt.and_then(|ground| self.grounds.get(ground, facts.from)) {
            Some(ground) => money(working.found(Name::Collected, &ground.id, &*ground.key, Exact::ZERO))?,
            None if computed <= rule.law.free_up_to => {
                let by = format!("≤ {}", rule.law.free_up_to);
                money(working.found(Name::Collected, &rule.id, by, Exact::ZERO))?
            }
            None => computed,
        };
        let due = facts.issued.map(|day| self.calendar.term_end(day, i32::from(rule.law.pay_within_days)));
        Ok(TonnageDuesResult {
            preferential: preferential.is_some(),
            net_tonnage,
            rate,
            computed,
            collected,
            exempt: exempt.cloned(),
            licence_ends: rule.law.licence_ends(licence, facts),
            due,
            working,
        })
    }

    /// Grounds that are not known, not of the wanted effect, or not for this kind of vessel.
    fn unmet_grounds(&self, facts: &TonnageDues) -> Vec<Refusal> {
        let exemptions = facts.exemptions.iter().map(|name| (name, GroundEffect::Exempts, "/exemptions"));
        let extensions = facts.extensions.iter().map(|e| (&e.ground, GroundEffect::Extends, "/extensions"));
        let check = |(name, effect, path): (&String, GroundEffect, &str)| {
            let ground = self.grounds.get(name, facts.from).filter(|g| g.law.effect == effect);
            match ground {
                None => Some(unknown(path, name)),
                Some(ground) if ground.law.not_for.contains(&facts.vessel) => {
                    let refusal = refusals::GROUND_NOT_FOR.at(path);
                    Some(refusal.with("name", name).with("vessel", &facts.vessel))
                }
                Some(_) => None,
            }
        };
        exemptions.chain(extensions).filter_map(check).collect()
    }
}

impl TonnageRule {
    /// Terms are calendar years and days (TT 21).
    fn licence_ends(&self, licence: usize, facts: &TonnageDues) -> Date {
        let Licence { days, years, .. } = self.licences[licence];
        let term = facts.from.saturating_add(i64::from(years).years().days(i64::from(days)));
        let end = if self.first_day_counts { term.saturating_sub(1.days()) } else { term };
        let longer: i64 = facts.extensions.iter().map(|e| i64::from(e.days)).sum();
        end.saturating_add(longer.min(36_500).days())
    }
}

/// The net tonnage of the certificate, or what the engine's power stands for.
fn tonnage(
    facts: &TonnageDues,
    vessel: &VesselKind,
    rule: &str,
    working: &mut Working,
) -> Result<Exact, Refusal> {
    let certified = facts.net_tonnage.filter(|_| vessel.tonnes_per_kw.is_none() || vessel.certificate_first);
    match (certified, vessel.tonnes_per_kw) {
        (Some(net), _) => Ok(net),
        (None, None) => Err(missing("/net_tonnage", "净吨位", "net tonnage")),
        (None, Some(per_kw)) => {
            let power = facts.engine_kw.ok_or_else(|| missing("/engine_kw", "发动机功率", "engine power"))?;
            let factors = [(Name::EnginePower, power), (Name::TonnesPerKilowatt, per_kw)];
            working.product(Name::NetTonnage, rule, &factors, &[], None)
        }
    }
}

fn unknown(path: &str, name: &str) -> Refusal {
    refusals::NAME_UNKNOWN.at(path).with("name", name)
}

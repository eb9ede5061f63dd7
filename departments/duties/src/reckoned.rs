//! What comes out of reckoning, as ids and numbers: nothing in it is a text, except the clauses of a condition
//! that was not met, and steps that are seldom. An id is a place in the compiled tariff. The buffers are kept
//! from one consignment to the next, so that reckoning allocates nothing once they have grown. What is kept
//! for good is the owned [`Assessment`], which names rules by their own ids.

use crate::assessment::{Assessment, ChargeOnLine, ChargeTotal, LineAssessment};
use crate::index::Rival;
use crate::tariff::Tariff;
use crate::trace::{Candidate, Outcome, Step, Unmet, UnmetClause};
use customhouse_kernel::expression::{ByLaw, RateValue};
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;

/// What is owed on a consignment, and why.
#[derive(Clone, Debug, Default)]
pub struct Reckoned {
    pub(crate) law_date: Date,
    /// Number and customs value of each line.
    pub(crate) lines: Vec<(u32, Money)>,
    /// In order of charge, then of line.
    pub(crate) on_lines: Vec<OnLine>,
    /// Each charge and what the lot collects of it.
    pub(crate) charges: Vec<(u32, Money)>,
    pub(crate) total: Money,
    pub(crate) lot: LotMark,
    pub(crate) trace: Vec<Mark>,
    /// What the marks of choices point into.
    pub(crate) candidates: Vec<CandidateMark>,
    pub(crate) unmet: Vec<UnmetMark>,
    /// Steps of conversions and quotas, which are seldom and have texts of their own.
    pub(crate) told: Vec<Step>,
}

/// A charge on a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnLine {
    /// Place of the line.
    pub line: u32,
    pub charge: u32,
    pub measure: u32,
    pub computed: Money,
    pub collected: Money,
}

/// One step of the trace; the fields are those of [`Step`], rules by their places in the tariff.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mark {
    Exchange {
        rate: u32,
        carried_forward: bool,
    },
    /// There is one, and it stands beside the trace.
    Lot,
    Value {
        line: u32,
        price: Exact,
        value: Money,
    },
    Choice {
        line: u32,
        charge: u32,
        case: u32,
        unmet: Places,
        candidates: Places,
    },
    Deducted {
        line: u32,
        charge: u32,
        price: Exact,
        rate: RateValue,
        value: Money,
    },
    Charge {
        line: u32,
        charge: u32,
        measure: u32,
        base: Exact,
        rate: RateValue,
        amount: Money,
        by_law: Option<ByLaw>,
    },
    Threshold {
        charge: u32,
        sum: Money,
    },
    /// A place among the steps that have texts of their own.
    Told(u32),
}

/// Places from the first to before the last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    first: u32,
    end: u32,
}

impl Places {
    /// Those of what has been added to a list since it had a length.
    pub fn since<T>(first: usize, list: &[T]) -> Places {
        Places { first: first as u32, end: list.len() as u32 }
    }

    pub fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.first as usize..self.end as usize]
    }
}

/// The value of the lot; the fields are those of [`Step::Lot`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LotMark {
    pub valuation: u32,
    pub price: Exact,
    pub goods: Exact,
    pub freight: Exact,
    pub insurance: Exact,
    pub other: Exact,
    pub total: Exact,
    pub insurance_presumed: bool,
}

/// A measure that could have applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CandidateMark {
    pub measure: u32,
    /// Exact; zero until it is compared.
    pub amount: Exact,
    pub outcome: Outcome,
    /// As its [`Rival`] says.
    pub is_plain: bool,
    pub tier: u16,
    pub rate: u16,
}

impl CandidateMark {
    /// One that is not compared yet.
    pub fn of(rival: &Rival) -> CandidateMark {
        let Rival { measure, tier, rate, is_plain, .. } = *rival;
        CandidateMark { measure, amount: Exact::ZERO, outcome: Outcome::NotCompared, is_plain, tier, rate }
    }

    /// The exact amount, where it was compared.
    pub fn compared(&self) -> Option<Exact> {
        (self.outcome != Outcome::NotCompared).then_some(self.amount)
    }
}

/// A condition that was not met.
#[derive(Clone, Debug)]
pub(crate) struct UnmetMark {
    pub of: UnmetOf,
    pub clauses: Vec<UnmetClause>,
}

/// Whose condition it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum UnmetOf {
    /// Of a case that was claimed.
    Case(u32),
    Measure(u32),
}

impl Reckoned {
    /// Empty, on a day; the buffers keep their room.
    pub(crate) fn clear(&mut self, day: Date) {
        self.law_date = day;
        self.lines.clear();
        self.on_lines.clear();
        self.charges.clear();
        self.total = Money::ZERO;
        self.trace.clear();
        self.candidates.clear();
        self.unmet.clear();
        self.told.clear();
    }

    /// Adds a step that has texts of its own.
    pub(crate) fn tell(&mut self, step: Step) {
        self.trace.push(Mark::Told(self.told.len() as u32));
        self.told.push(step);
    }

    /// All that is collected.
    pub fn total(&self) -> Money {
        self.total
    }

    /// Number and customs value of each line, in order of the lines.
    pub fn lines(&self) -> &[(u32, Money)] {
        &self.lines
    }

    /// What each charge collects on each line: place of the line, place of the charge among
    /// [`Tariff::all_charges`], amount. In order of charge, then of line; what does not touch a line is absent.
    pub fn collected(&self) -> impl Iterator<Item = (usize, usize, Money)> {
        self.on_lines.iter().map(|on| (on.line as usize, on.charge as usize, on.collected))
    }

    /// The customs value of the lot: the sum of its lines; `None` if it does not fit.
    pub fn value(&self) -> Option<Money> {
        Money::sum(self.lines.iter().map(|(_, value)| *value))
    }

    /// The assessment to be kept. `tariff` is the one that it was reckoned with.
    pub fn assessment(&self, tariff: &Tariff) -> Assessment {
        let rest_of = |number: u32| {
            self.told.iter().find_map(|step| match step {
                Step::Split { line, rest, .. } if *rest == number => Some(*line),
                _ => None,
            })
        };
        let line = |(number, value): &(u32, Money)| {
            let (number, value) = (*number, *value);
            let charges = Vec::with_capacity(self.charges.len());
            LineAssessment { number, rest_of: rest_of(number), value, charges }
        };
        let mut lines: Vec<LineAssessment> = self.lines.iter().map(line).collect();
        for on in &self.on_lines {
            lines[on.line as usize].charges.push(on.owned(tariff));
        }
        let charge = |(charge, amount): &(u32, Money)| {
            let of = &tariff.charges[*charge as usize];
            ChargeTotal { charge: of.key.to_string(), book: of.book.to_string(), amount: *amount }
        };
        Assessment {
            law_date: self.law_date,
            edition: tariff.edition,
            lines,
            charges: self.charges.iter().map(charge).collect(),
            total: self.total,
            trace: self.trace.iter().map(|mark| self.step(mark, tariff)).collect(),
        }
    }

    /// A mark with the ids of its rules.
    fn step(&self, mark: &Mark, tariff: &Tariff) -> Step {
        let rule = |measure: u32| tariff.measures[measure as usize].rule.to_string();
        match mark {
            Mark::Exchange { rate, carried_forward } => {
                let of = &tariff.exchange_rates[*rate as usize];
                Step::Exchange {
                    rule: of.rule.to_string(),
                    currency: of.currency,
                    rate: of.rate,
                    carried_forward: *carried_forward,
                }
            }
            Mark::Lot => {
                let LotMark { valuation, price, goods, freight, insurance, other, total, insurance_presumed } =
                    self.lot;
                let rule = tariff.valuation[valuation as usize].rule.to_string();
                Step::Lot { rule, price, goods, freight, insurance, other, total, insurance_presumed }
            }
            Mark::Value { line, price, value } => {
                let of = &tariff.valuation[self.lot.valuation as usize];
                let (line, price, value) = (*line, *price, *value);
                Step::Value { line, price, value, places: of.places, rounding: of.rounding }
            }
            Mark::Choice { line, charge, case, unmet, candidates } => Step::Choice {
                line: *line,
                charge: tariff.charges[*charge as usize].key.to_string(),
                rule: tariff.cases[*case as usize].rule.to_string(),
                unmet: unmet
                    .of(&self.unmet)
                    .iter()
                    .map(|unmet| Unmet {
                        rule: match unmet.of {
                            UnmetOf::Case(case) => tariff.cases[case as usize].rule.to_string(),
                            UnmetOf::Measure(measure) => rule(measure),
                        },
                        clauses: unmet.clauses.clone(),
                    })
                    .collect(),
                candidates: candidates
                    .of(&self.candidates)
                    .iter()
                    .map(|candidate| Candidate {
                        measure: rule(candidate.measure),
                        tier: tariff.measures[candidate.measure as usize].tier.to_string(),
                        amount: candidate.compared(),
                        outcome: candidate.outcome,
                    })
                    .collect(),
            },
            Mark::Deducted { line, charge, price, rate, value } => {
                let of = &tariff.charges[*charge as usize];
                Step::Deducted {
                    line: *line,
                    charge: of.key.to_string(),
                    rule: of.rule.to_string(),
                    price: *price,
                    share: rate.share,
                    fixed: rate.fixed,
                    value: *value,
                    places: of.places,
                    rounding: of.rounding,
                }
            }
            Mark::Charge { line, charge, measure, base, rate, amount, by_law } => {
                let of = &tariff.charges[*charge as usize];
                Step::Charge {
                    line: *line,
                    charge: of.key.to_string(),
                    rule: of.rule.to_string(),
                    measure: rule(*measure),
                    base: *base,
                    share: rate.share,
                    fixed: rate.fixed,
                    price: of.price,
                    amount: *amount,
                    places: of.places,
                    rounding: of.rounding,
                    by_law: by_law.map(|by_law| by_law.name().to_owned()),
                }
            }
            Mark::Threshold { charge, sum } => {
                let of = &tariff.charges[*charge as usize];
                Step::Threshold {
                    charge: of.key.to_string(),
                    rule: of.rule.to_string(),
                    sum: *sum,
                    free_up_to: of.free_up_to,
                }
            }
            Mark::Told(place) => self.told[*place as usize].clone(),
        }
    }
}

impl OnLine {
    fn owned(&self, tariff: &Tariff) -> ChargeOnLine {
        ChargeOnLine {
            charge: tariff.charges[self.charge as usize].key.to_string(),
            computed: self.computed,
            collected: self.collected,
            measure: tariff.measures[self.measure as usize].rule.to_string(),
        }
    }
}

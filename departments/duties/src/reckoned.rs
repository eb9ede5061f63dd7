//! What comes out of reckoning, as ids and numbers: nothing in it is a text, except the clauses of a claim that
//! was not met. An id is a place in the compiled tariff. The buffers are kept from one consignment to the
//! next, so that reckoning allocates nothing once they have grown. What is kept for good is the owned
//! [`Assessment`], which names rules by their own ids.

use crate::assessment::{Assessment, ChargeOnLine, ChargeTotal, LineAssessment};
use crate::tariff::Tariff;
use crate::trace::{Candidate, Outcome, Step, Unmet, UnmetClause};
use customhouse_kernel::expression::{ByLaw, RateValue};
use customhouse_kernel::values::{Exact, Money};
use jiff::civil::Date;
use std::ops::Range;

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
    pub(crate) trace: Vec<Mark>,
    /// What the marks of choices point into.
    pub(crate) candidates: Vec<CandidateMark>,
    pub(crate) unmet: Vec<UnmetMark>,
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
#[derive(Clone, Debug)]
pub enum Mark {
    Exchange {
        rate: u32,
        carried_forward: bool,
    },
    Lot {
        valuation: u32,
        price: Exact,
        goods: Exact,
        freight: Exact,
        insurance: Exact,
        other: Exact,
        total: Exact,
        insurance_presumed: bool,
    },
    Value {
        valuation: u32,
        line: u32,
        price: Exact,
        value: Money,
    },
    Choice {
        line: u32,
        charge: u32,
        case: u32,
        unmet: Range<u32>,
        candidates: Range<u32>,
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
}

/// A measure that could have applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CandidateMark {
    pub measure: u32,
    pub amount: Option<Exact>,
    pub outcome: Outcome,
}

/// A case that was claimed and not met.
#[derive(Clone, Debug)]
pub(crate) struct UnmetMark {
    pub case: u32,
    pub clauses: Vec<UnmetClause>,
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
    }

    /// All that is collected.
    pub fn total(&self) -> Money {
        self.total
    }

    /// Customs values by line number, in the order of the goods.
    pub fn values(&self) -> impl Iterator<Item = (u32, Money)> {
        self.lines.iter().copied()
    }

    /// What the lot collects of each charge of the day, in their order, by place in the tariff.
    pub fn charges(&self) -> impl Iterator<Item = (u32, Money)> {
        self.charges.iter().copied()
    }

    /// The reasons.
    pub fn trace(&self) -> &[Mark] {
        &self.trace
    }

    /// The assessment to be kept. `tariff` is the one that it was reckoned with.
    pub fn assessment(&self, tariff: &Tariff) -> Assessment {
        let line = |(place, (number, value)): (usize, &(u32, Money))| LineAssessment {
            number: *number,
            value: *value,
            charges: self
                .on_lines
                .iter()
                .filter(|on| on.line as usize == place)
                .map(|on| on.owned(tariff))
                .collect(),
        };
        let charge = |(charge, amount): &(u32, Money)| {
            let of = &tariff.charges[*charge as usize];
            ChargeTotal { charge: of.key.to_string(), book: of.book.to_string(), amount: *amount }
        };
        Assessment {
            law_date: self.law_date,
            edition: tariff.edition,
            lines: self.lines.iter().enumerate().map(line).collect(),
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
            Mark::Lot { valuation, price, goods, freight, insurance, other, total, insurance_presumed } => {
                Step::Lot {
                    rule: tariff.valuation[*valuation as usize].rule.to_string(),
                    price: *price,
                    goods: *goods,
                    freight: *freight,
                    insurance: *insurance,
                    other: *other,
                    total: *total,
                    insurance_presumed: *insurance_presumed,
                }
            }
            Mark::Value { valuation, line, price, value } => {
                let of = &tariff.valuation[*valuation as usize];
                let (line, price, value) = (*line, *price, *value);
                Step::Value { line, price, value, places: of.places, rounding: of.rounding }
            }
            Mark::Choice { line, charge, case, unmet, candidates } => Step::Choice {
                line: *line,
                charge: tariff.charges[*charge as usize].key.to_string(),
                rule: tariff.cases[*case as usize].rule.to_string(),
                unmet: self.unmet[unmet.start as usize..unmet.end as usize]
                    .iter()
                    .map(|unmet| Unmet {
                        rule: tariff.cases[unmet.case as usize].rule.to_string(),
                        clauses: unmet.clauses.clone(),
                    })
                    .collect(),
                candidates: self.candidates[candidates.start as usize..candidates.end as usize]
                    .iter()
                    .map(|candidate| Candidate {
                        measure: rule(candidate.measure),
                        tier: tariff.measures[candidate.measure as usize].tier.to_string(),
                        amount: candidate.amount,
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

//! What must hold for any consignment, whatever the country.

use crate::country::*;
use customhouse_duties::{Assessment, Consignment, Cost, CostMark, Grant, Step};
use customhouse_kernel::values::{CommodityCode, Exact, Money, UnitCode};
use proptest::prelude::*;

/// Duty 8%, consumption tax 12% in the price, VAT 13%; dollars.
fn three_charges() -> Law {
    let rates = "import_duty mfn 8%
                 consumption_tax standard 12%
                 vat standard 13%";
    law_with(&format!("{VALUATION}{CHARGES}"), rates, "USD,7.12345\n")
}

/// A lot in dollars: prices in cents, freight in cents, insurance in millionths of price and freight.
#[derive(Clone, Debug)]
struct Lot {
    cents: Vec<i64>,
    freight_cents: i64,
    insurance_millionths: i64,
}

impl Lot {
    fn consignment(&self) -> Consignment {
        let totals: Vec<String> = self.cents.iter().map(|c| Exact::from_steps(*c, 2).to_string()).collect();
        let totals: Vec<&str> = totals.iter().map(String::as_str).collect();
        let freight = Exact::from_steps(self.freight_cents, 2).to_string();
        fob("USD", &totals, &freight).insured_at(&Exact::from_steps(self.insurance_millionths, 6).to_string())
    }

    /// The values of the lines in fen, in whole numbers only: an oracle that shares no code.
    /// price × 7.12345 × (Σ + freight) × (1 + insurance) ÷ Σ, half up.
    fn values_fen(&self) -> Vec<i64> {
        let sum: i128 = self.cents.iter().map(|c| i128::from(*c)).sum();
        let above =
            (sum + i128::from(self.freight_cents)) * i128::from(1_000_000 + self.insurance_millionths);
        let below = sum * 1_000_000 * 100_000;
        let value = |cents: &i64| {
            let (whole, part) = (712_345 * above / below, 712_345 * above % below);
            let cents = i128::from(*cents);
            // price × (whole + part ÷ below), the part rounded half up
            cents * whole + (2 * cents * part + below) / (2 * below)
        };
        self.cents.iter().map(|c| i64::try_from(value(c)).unwrap()).collect()
    }
}

/// From a few cents to 100 million dollars a line.
fn lots() -> impl Strategy<Value = Lot> {
    let cents = prop_oneof![1i64..1_000, 1i64..1_000_000, 1i64..10_000_000_000];
    (proptest::collection::vec(cents, 1..8), 0i64..1_000_000_000, 0i64..20_000).prop_map(
        |(cents, freight_cents, insurance_millionths)| Lot { cents, freight_cents, insurance_millionths },
    )
}

/// Half up of `fen × share ÷ 10000`, in whole numbers.
fn share(fen: i64, per_ten_thousand: i128) -> i64 {
    i64::try_from((2 * i128::from(fen) * per_ten_thousand + 10_000) / 20_000).unwrap()
}

/// Zeroes a charge on every line if its sum is at most 50.00.
fn over_the_threshold(amounts: Vec<i64>) -> Vec<i64> {
    if amounts.iter().sum::<i64>() <= 5_000 { vec![0; amounts.len()] } else { amounts }
}

fn collected(assessment: &Assessment, charge: &str) -> Vec<i64> {
    assessment.lines.iter().map(|l| assessment.collected(l.number, charge).minor()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_amount_equals_the_whole_number_oracle(lot in lots()) {
        let law = three_charges();
        let found = law.assess(&lot.consignment()).unwrap();
        let values = lot.values_fen();
        prop_assert_eq!(&found.lines.iter().map(|l| l.value.minor()).collect::<Vec<_>>(), &values);
        // only what is collected enters the base of the next charge
        let duty = over_the_threshold(values.iter().map(|v| share(*v, 800)).collect());
        prop_assert_eq!(&collected(&found, "import_duty"), &duty);
        let tax = |(v, d): (&i64, &i64)| i64::try_from((2 * 12 * i128::from(v + d) + 88) / 176).unwrap();
        let tax = over_the_threshold(values.iter().zip(&duty).map(tax).collect());
        prop_assert_eq!(&collected(&found, "consumption_tax"), &tax);
        let vat = (0..values.len()).map(|n| share(values[n] + duty[n] + tax[n], 1_300)).collect();
        prop_assert_eq!(collected(&found, "vat"), over_the_threshold(vat));
    }

    #[test]
    fn sums_of_lines_are_the_charges_and_their_sum_the_total(lot in lots()) {
        let found = three_charges().assess(&lot.consignment()).unwrap();
        let mut total = 0;
        for charge in &found.charges {
            let lines: i64 = collected(&found, &charge.charge).iter().sum();
            prop_assert_eq!(lines, charge.amount.minor());
            prop_assert!(charge.amount.is_zero() || charge.amount > Money::from_minor(5_000));
            total += lines;
        }
        prop_assert_eq!(total, found.total.minor());
        for on in found.lines.iter().flat_map(|l| &l.charges) {
            prop_assert!(on.collected == on.computed || on.collected.is_zero());
        }
    }

    #[test]
    fn re_assessing_gives_the_same_bytes(lot in lots()) {
        let goods = lot.consignment();
        let first = serde_json::to_string(&three_charges().assess(&goods).unwrap()).unwrap();
        let again: Consignment = serde_json::from_str(&serde_json::to_string(&goods).unwrap()).unwrap();
        let second = serde_json::to_string(&three_charges().assess(&again).unwrap()).unwrap();
        prop_assert_eq!(&first, &second);
        let stored: Assessment = serde_json::from_str(&first).unwrap();
        prop_assert_eq!(serde_json::to_string(&stored).unwrap(), first);
    }

    #[test]
    fn the_order_of_the_lines_changes_no_amount(lot in lots()) {
        let goods = lot.consignment();
        let mut turned = goods.clone();
        turned.items.reverse();
        let (a, b) = (three_charges().assess(&goods).unwrap(), three_charges().assess(&turned).unwrap());
        prop_assert_eq!(&a.charges, &b.charges);
        for line in &a.lines {
            prop_assert!(b.lines.contains(line));
        }
    }

    #[test]
    fn hostile_numbers_are_reckoned_or_refused_by_name(
        totals in proptest::collection::vec(hostile(), 1..4),
        freight in proptest::option::of(cost()),
        insurance in proptest::option::of(cost()),
        other in proptest::option::of(cost()),
        gross in proptest::option::of(hostile()),
        quantity in proptest::option::of(hostile()),
        terms in prop_oneof![Just("CIF"), Just("FOB"), Just(""), Just("\u{0}")],
        code in prop_oneof![Just(GOODS), Just("9000000002")],
        rate in prop_oneof![
            Just("8%"), Just("1.3 CNY/kg"), Just("2.5 USD/kg + 3%"), Just("100 XXX/kg"), Just("1000000%"),
            Just("value / quantity.kg > 14 ? 1% : (9 / (value / quantity.kg)) * 100%"),
            Just("lower(10%, 900 CNY/kg)"), Just("higher(10%, 900 USD/kg)"), Just("-8%"),
        ],
    ) {
        let rates = format!("import_duty mfn {rate}\nconsumption_tax standard 100%\nvat standard 13%");
        let law = law_with(&format!("{VALUATION}{CHARGES}"), &rates, "USD,7.12345\n");
        let texts: Vec<&str> = totals.iter().map(String::as_str).collect();
        let mut goods = cif("USD", &texts);
        (goods.freight, goods.insurance, goods.other) = (freight, insurance, other);
        goods.gross_kg = gross.map(|g| x(&g));
        goods.terms = terms.to_owned();
        goods.items[0].commodity = CommodityCode::parse(code).unwrap();
        if let Some(quantity) = &quantity {
            goods = goods.measuring("035", &vec![quantity.as_str(); texts.len()]);
        }
        match law.assess(&goods) {
            Ok(found) => {
                let sum = Money::sum(found.charges.iter().map(|c| c.amount));
                prop_assert_eq!(sum, Some(found.total));
                let _ = law.working(&found);
            }
            Err(refused) => {
                prop_assert!(!refused.is_empty());
                for refusal in refused {
                    let words = [&refusal.text.zh, &refusal.text.en, &refusal.remedy.zh, &refusal.remedy.en];
                    prop_assert!(refusal.code.starts_with("DUT-"));
                    prop_assert!(words.iter().all(|w| !w.is_empty() && !w.contains('{')), "{refusal:?}");
                }
            }
        }
    }
}

/// Numbers that a sender may write and nobody should.
fn hostile() -> impl Strategy<Value = String> {
    const NAMED: &[&str] = &[
        "0",
        "-1",
        "1",
        "0.01",
        "-0.01",
        "0.000000000000000000000000001",
        "10000000000000000000",
        "-10000000000000000000",
        "9999999999999999999999999999",
        "-9999999999999999999999999999",
        "92233720368547758.07",
        "92233720368547758.08",
        "1234567890123.4567",
        "3.3333333333333333333333",
    ];
    let any = (any::<i64>(), 0u32..20).prop_map(|(m, s)| Exact::from_steps(m, s).to_string());
    prop_oneof![proptest::sample::select(NAMED).prop_map(str::to_owned), any]
}

fn cost() -> impl Strategy<Value = Cost> {
    let mark = prop_oneof![Just(CostMark::Share), Just(CostMark::PerTonne), Just(CostMark::Total)];
    let currency = prop_oneof![Just(None), Just(Some("USD")), Just(Some("CNY")), Just(Some("XXX"))];
    (mark, currency, hostile()).prop_map(|(mark, currency, rate)| Cost {
        mark,
        currency: currency.map(|c| customhouse_kernel::values::CurrencyCode::parse(c).unwrap()),
        rate: x(&rate),
    })
}

#[test]
fn a_lot_at_the_threshold_is_free_and_a_fen_above_is_not() {
    let law = law_with(&format!("{VALUATION}{CHARGES}"), "import_duty mfn 10%\nvat standard 13%", "");
    // prices                   duty of the lot  collected  VAT base holds the duty or not
    for (totals, computed, duty, vat) in [
        (&["500.00"][..], "50.00", "0.00", "65.00"),
        (&["500.10"], "50.01", "50.01", "71.51"),
        (&["250.00", "250.00"], "50.00", "0.00", "65.00"),
        (&["250.00", "250.10"], "50.01", "50.01", "71.51"),
        // each line is rounded: 25.005 and 24.995 make 25.01 and 25.00
        (&["250.05", "249.95"], "50.01", "50.01", "71.50"),
        (&["0.01"], "0.00", "0.00", "0.00"),
    ] {
        let found = law.assess(&cif("CNY", totals)).unwrap();
        let lot = Money::sum(found.lines.iter().map(|l| l.charges[0].computed)).unwrap();
        let got = [lot, found.charge("import_duty"), found.charge("vat")].map(|m| m.to_string());
        assert_eq!(got, [computed, duty, vat], "{totals:?}");
    }
}

#[test]
fn a_tanker_of_100_million_dollars_is_exact() {
    let lot = Lot {
        cents: vec![10_000_000_000, 10_000_000_001, 3_333_333_333, 1],
        freight_cents: 123_456_789,
        insurance_millionths: 190,
    };
    let found = three_charges().assess(&lot.consignment()).unwrap();
    let values: Vec<i64> = found.lines.iter().map(|l| l.value.minor()).collect();
    assert_eq!(values, lot.values_fen());
    assert_eq!(found.value().to_string(), Money::from_minor(values.iter().sum()).to_string());
    // one line of exactly 100 million, priced to the port
    let one = three_charges().assess(&cif("USD", &["100000000"])).unwrap();
    assert_eq!(one.value().to_string(), "712345000.00");
    assert_eq!(one.charge("import_duty").to_string(), "56987600.00");
    assert_eq!(one.charge("consumption_tax").to_string(), "104908990.91");
    assert_eq!(one.charge("vat").to_string(), "113651406.82");
}

/// A quota of 1% beside 8%, counted in kilograms.
const QUOTA: &str = r#"
[[rate_choice]]
id = "choice.quota"
key = "import_duty"
order = 0
when = "has(quota)"
prefer = [["quota"]]
[[measure]]
id = "within"
key = "90"
goods = "90"
charge = "import_duty"
tier = "quota"
rate = "1%"
order_number = "Q"
"#;

proptest! {
    /// What is drawn is what is needed or all that is left; the two parts of a line are the line, to the rounding of
    /// the second; and nobody pays more for having asked.
    #[test]
    fn a_quota_is_drawn_whole_and_never_beyond(
        lines in proptest::collection::vec((100i64..100_000_000, 1i64..10_000_000), 1..6),
        left in 0i64..30_000_000,
    ) {
        let law = law_with(&format!("{VALUATION}{CHARGES}{QUOTA}"), "import_duty mfn 8%\nvat standard 13%", "");
        let text = |steps: &i64| Exact::from_steps(*steps, 2).to_string();
        let totals: Vec<String> = lines.iter().map(|(cents, _)| text(cents)).collect();
        let weights: Vec<String> = lines.iter().map(|(_, steps)| text(steps)).collect();
        let plain = cif("CNY", &totals.iter().map(|t| &**t).collect::<Vec<_>>())
            .measuring("035", &weights.iter().map(|w| &**w).collect::<Vec<_>>());
        let mut asked = plain.clone();
        for item in &mut asked.items {
            item.quota = Some("Q".to_owned());
        }
        let left = Exact::from_steps(left, 2);
        asked.grants.insert("Q".to_owned(), Grant { left, unit: UnitCode::parse("035") });
        let (without, with) = (law.assess(&plain).unwrap(), law.assess(&asked).unwrap());

        let needed = weights.iter().fold(Exact::ZERO, |sum, w| sum.add(x(w)).unwrap());
        let drawn = with.trace.iter().fold(Exact::ZERO, |sum, step| match step {
            Step::Quota { drawn, left, .. } => {
                assert!(!left.is_negative());
                sum.add(*drawn).unwrap()
            }
            _ => sum,
        });
        prop_assert_eq!(drawn, needed.min(left));
        for line in &without.lines {
            let apart = with.line_value(line.number).minor() - line.value.minor();
            prop_assert!(apart.abs() <= 1, "{} fen", apart);
        }
        // a threshold may free the one and not the other by a fen
        let duty = |a: &Assessment| a.lines.iter().flat_map(|l| &l.charges)
            .filter(|c| c.charge == "import_duty").map(|c| c.computed.minor()).sum::<i64>();
        prop_assert!(duty(&with) <= duty(&without) + 1);
        prop_assert_eq!(with.lines.len() > without.lines.len(), !left.is_zero() && left < needed && {
            // parted is the line that the end of the quota falls into, unless it falls between two lines
            let mut sum = Exact::ZERO;
            weights.iter().all(|w| { sum = sum.add(x(w)).unwrap(); sum != left })
        });
    }
}

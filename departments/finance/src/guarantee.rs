//! Guarantees 担保: lodged, reserved for declarations, released when these are paid, claimed when they
//! are not, given back. Source: CL 66 to 70, Guarantee Regulations, handbook 4.8.
//!
//! Each operation is a posting; the ledger's floors refuse what is not there. For every guarantee,
//! free + reserved + claimed + returned = given.
//!
//! Not here: how much customs may ask for (`ceiling`), who decides within how many days.

use crate::accounts::{
    duty_owed, guarantee_claimed, guarantee_free, guarantee_given, guarantee_reserved, guarantee_returned,
    treasury,
};
use crate::book::{BookNumber, PaymentBook};
use crate::refusals;
use customhouse_kernel::ledger::{AccountId, Posting};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::values::{EntryNumber, Money};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How often a guarantee serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuaranteeKind {
    /// One declaration 单票担保.
    Single(EntryNumber),
    /// Every declaration of its party while it is valid 总担保: what is released is free again.
    General,
}

/// What a guarantee consists of. Source: CL 68; insurance and group letters by announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuaranteeMeans {
    /// Money on deposit 保证金
    Cash,
    /// Bills, bonds or deposit certificates 汇票、本票、支票、债券、存单
    Securities,
    /// Letter of a bank 银行保函
    BankLetter,
    /// Letter of a non-bank financial institution 非银行金融机构保函
    NonBankLetter,
    /// Letter of a group's finance company 企业集团财务公司保函
    GroupLetter,
    /// Customs duty insurance 关税保证保险
    Insurance,
}

impl GuaranteeMeans {
    pub const ALL: [GuaranteeMeans; 6] = [
        GuaranteeMeans::Cash,
        GuaranteeMeans::Securities,
        GuaranteeMeans::BankLetter,
        GuaranteeMeans::NonBankLetter,
        GuaranteeMeans::GroupLetter,
        GuaranteeMeans::Insurance,
    ];

    /// The name in forms and records.
    pub fn name(self) -> &'static str {
        match self {
            GuaranteeMeans::Cash => "cash",
            GuaranteeMeans::Securities => "securities",
            GuaranteeMeans::BankLetter => "bank_letter",
            GuaranteeMeans::NonBankLetter => "non_bank_letter",
            GuaranteeMeans::GroupLetter => "group_letter",
            GuaranteeMeans::Insurance => "insurance",
        }
    }

    /// The means of this name.
    pub fn parse(name: &str) -> Option<GuaranteeMeans> {
        GuaranteeMeans::ALL.into_iter().find(|means| means.name() == name)
    }
}

/// What a guarantee may be given for. Source: Guarantee Regulations 4 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuaranteeCase {
    /// Release before class, value, origin, documents or tax are settled 提前放行
    EarlyRelease,
    /// Transit, temporary admission, repair, lease, storage outside, mortgage, bonded goods 特定海关业务
    SpecialOperation,
    /// Ordered because the payer hides property 税收保全
    SecurityOrder,
    /// Instead of the seizure of goods 免予扣留
    InsteadOfSeizure,
    /// Before somebody under a penalty leaves the country 出境担保
    BeforeDeparture,
}

impl GuaranteeCase {
    pub const ALL: [GuaranteeCase; 5] = [
        GuaranteeCase::EarlyRelease,
        GuaranteeCase::SpecialOperation,
        GuaranteeCase::SecurityOrder,
        GuaranteeCase::InsteadOfSeizure,
        GuaranteeCase::BeforeDeparture,
    ];

    /// The case of this name.
    pub fn parse(name: &str) -> Option<GuaranteeCase> {
        GuaranteeCase::ALL.into_iter().find(|case| case.name() == name)
    }

    /// The name in rules and records.
    pub fn name(self) -> &'static str {
        match self {
            GuaranteeCase::EarlyRelease => "early_release",
            GuaranteeCase::SpecialOperation => "special_operation",
            GuaranteeCase::SecurityOrder => "security_order",
            GuaranteeCase::InsteadOfSeizure => "instead_of_seizure",
            GuaranteeCase::BeforeDeparture => "before_departure",
        }
    }
}

/// A guarantee as lodged. What has become of its amount stands in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuaranteeRecord {
    pub number: String,
    /// Who owes what is guaranteed (unified social credit code).
    pub party: String,
    pub kind: GuaranteeKind,
    pub means: GuaranteeMeans,
    /// Who answers for it: bank, insurer, finance company; the party itself for cash.
    pub guarantor: String,
    pub amount: Money,
    /// The day on which it was lodged; its year is the year of the party's account.
    pub lodged: Date,
    /// The first day on which it serves.
    pub valid_from: Date,
    /// The last day on which it serves.
    pub valid_to: Date,
    pub cases: BTreeSet<GuaranteeCase>,
}

impl GuaranteeRecord {
    /// Takes the guarantee in, once for its number: all of it is free.
    ///
    /// # Errors
    /// An amount not above zero, or a last day before the first.
    pub fn lodge(&self) -> Result<Posting, Refusal> {
        above_zero(self.amount)?;
        if self.valid_to < self.valid_from {
            return Err(self.not_valid_on(self.valid_to));
        }
        let given = guarantee_given(&self.party, self.lodged.year());
        Ok(movement("guarantee.lodged", given, guarantee_free(&self.number), self.amount))
    }

    /// Occupies an amount for a declaration. The ledger refuses more than is free.
    ///
    /// # Errors
    /// An amount not above zero, a day outside the guarantee's validity, a case that it is not given
    /// for, or a declaration that a single guarantee is not for.
    pub fn reserve(
        &self,
        entry: EntryNumber,
        case: GuaranteeCase,
        amount: Money,
        day: Date,
    ) -> Result<Posting, Refusal> {
        above_zero(amount)?;
        self.serves_on(case, day)?;
        self.serves(entry)?;
        let reserved = guarantee_reserved(&self.number, entry);
        Ok(movement("guarantee.reserved", guarantee_free(&self.number), reserved, amount))
    }

    /// Whether it may be used for a case on a day.
    ///
    /// # Errors
    /// A day outside its validity, or a case that it is not given for.
    pub fn serves_on(&self, case: GuaranteeCase, day: Date) -> Result<(), Refusal> {
        if !(self.valid_from..=self.valid_to).contains(&day) {
            return Err(self.not_valid_on(day));
        }
        if !self.cases.contains(&case) {
            let refusal = refusals::CASE_NOT_GUARANTEED.at("").with("number", &self.number);
            return Err(refusal.with("case", case.name()));
        }
        Ok(())
    }

    /// Frees what a declaration occupied, because it was paid or does not need it any more. The ledger
    /// refuses more than is reserved.
    ///
    /// # Errors
    /// An amount not above zero.
    pub fn release(&self, entry: EntryNumber, amount: Money) -> Result<Posting, Refusal> {
        above_zero(amount)?;
        let reserved = guarantee_reserved(&self.number, entry);
        Ok(movement("guarantee.released", reserved, guarantee_free(&self.number), amount))
    }

    /// Pays books of a declaration out of what is reserved for it: each book whole, to the treasury.
    /// The ledger refuses more than is reserved and more than is owed. The caller marks them paid.
    ///
    /// # Errors
    /// No book, a book of another declaration or paid already, or a sum that does not fit.
    pub fn claim(&self, entry: EntryNumber, books: &[&PaymentBook], day: Date) -> Result<Posting, Refusal> {
        for book in books {
            let of = BookNumber::parse(&book.number).map(|number| number.entry());
            if of != Some(entry) || book.paid.is_some() {
                return Err(refusals::NOT_CLAIMABLE.at("").with("book", &book.number).with("entry", entry));
            }
        }
        let sum = Money::sum(books.iter().map(|book| book.amount));
        let sum = sum.ok_or_else(|| refusals::OUT_OF_RANGE.at("").with("amount", self.amount))?;
        above_zero(sum)?;
        let reserved = guarantee_reserved(&self.number, entry);
        let claimed = movement("guarantee.claimed", reserved, guarantee_claimed(&self.number), sum);
        Ok(books.iter().fold(claimed, |posting, book| {
            posting
                .debit(treasury(&book.charge, day.year()), book.amount.minor())
                .credit(duty_owed(&book.number), book.amount.minor())
        }))
    }

    /// Gives back an amount that is free 退还. The ledger refuses more than is free.
    ///
    /// # Errors
    /// An amount not above zero.
    pub fn give_back(&self, amount: Money) -> Result<Posting, Refusal> {
        above_zero(amount)?;
        let returned = guarantee_returned(&self.number);
        Ok(movement("guarantee.returned", guarantee_free(&self.number), returned, amount))
    }

    fn serves(&self, entry: EntryNumber) -> Result<(), Refusal> {
        match self.kind {
            GuaranteeKind::Single(own) if own != entry => {
                let refusal = refusals::GUARANTEES_ANOTHER.at("").with("number", &self.number);
                Err(refusal.with("own", own).with("entry", entry))
            }
            GuaranteeKind::Single(_) | GuaranteeKind::General => Ok(()),
        }
    }

    fn not_valid_on(&self, day: Date) -> Refusal {
        let refusal = refusals::GUARANTEE_NOT_VALID.at("").with("number", &self.number).with("date", day);
        refusal.with("from", self.valid_from).with("to", self.valid_to)
    }
}

fn above_zero(amount: Money) -> Result<(), Refusal> {
    if amount > Money::ZERO {
        return Ok(());
    }
    Err(refusals::NOT_A_GUARANTEE_AMOUNT.at("").with("amount", amount))
}

fn movement(memo: &str, from: AccountId, to: AccountId, amount: Money) -> Posting {
    Posting::new(memo).debit(to, amount.minor()).credit(from, amount.minor())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::duty_assessed;
    use crate::sample::{day, money};
    use customhouse_kernel::law::LegalDay;
    use customhouse_kernel::ledger::{Chart, LedgerFault, check};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const PARTY: &str = "91310000100000000A";

    fn entry(serial: u32) -> EntryNumber {
        EntryNumber::parse(&format!("22252026100000000{serial}")).unwrap()
    }

    fn guarantee(number: &str, kind: GuaranteeKind, amount: &str) -> GuaranteeRecord {
        GuaranteeRecord {
            number: number.to_owned(),
            party: PARTY.to_owned(),
            kind,
            means: GuaranteeMeans::BankLetter,
            guarantor: "B".to_owned(),
            amount: money(amount),
            lodged: day("2026-03-02"),
            valid_from: day("2026-03-10"),
            valid_to: day("2026-12-31"),
            cases: BTreeSet::from([GuaranteeCase::EarlyRelease]),
        }
    }

    fn book(serial: u32, charge: &str, letter: &str, amount: &str) -> PaymentBook {
        let made = day("2026-03-10");
        PaymentBook {
            number: format!("{}-{letter}01", entry(serial)),
            charge: charge.to_owned(),
            amount: money(amount),
            issued: made,
            completed: made,
            due: LegalDay { day: day("2026-03-25"), provisional: false },
            paid: None,
            cancelled: None,
            reduced: Money::ZERO,
            refunded: Money::ZERO,
            returned: Money::ZERO,
            guaranteed: None,
            claimed: false,
        }
    }

    #[derive(Default)]
    struct Ledger(BTreeMap<AccountId, i64>);

    impl Ledger {
        fn balance(&self, account: &AccountId) -> i64 {
            self.0.get(account).copied().unwrap_or(0)
        }

        fn post(&mut self, posting: Posting) -> Result<(), LedgerFault> {
            let chart = Chart::new(crate::CHART).unwrap();
            let after = check(&[posting], &chart, |account| self.balance(account))?;
            self.0.extend(after);
            Ok(())
        }

        fn owe(&mut self, book: &PaymentBook) {
            let owed = duty_owed(&book.number);
            self.post(movement("duty.assessed", duty_assessed(&book.charge, PARTY, 2026), owed, book.amount))
                .unwrap();
        }

        /// The balances of a class, summed, on the debit side.
        fn class(&self, class: &str) -> i64 {
            self.0.iter().filter(|(account, _)| account.class() == class).map(|(_, balance)| balance).sum()
        }

        /// Free, reserved, claimed, returned and given, in fen.
        fn stand(&self) -> [i64; 5] {
            let [free, reserved, claimed, returned, given] =
                ["free", "reserved", "claimed", "returned", "given"]
                    .map(|of| self.class(&format!("guarantee_{of}")));
            [free, reserved, claimed, returned, -given]
        }
    }

    #[test]
    fn the_life_of_a_general_guarantee() {
        let general = guarantee("G1", GuaranteeKind::General, "1000.00");
        let reserve = |serial, amount| {
            general
                .reserve(entry(serial), GuaranteeCase::EarlyRelease, money(amount), day("2026-03-10"))
                .unwrap()
        };
        let release = |serial, amount| general.release(entry(serial), money(amount)).unwrap();
        let back = |amount| general.give_back(money(amount)).unwrap();
        let (duty, vat) = (book(2, "import_duty", "A", "100.00"), book(2, "vat", "L", "150.00"));
        let claim = |books: &[&PaymentBook]| general.claim(entry(2), books, day("2026-03-26")).unwrap();
        let mut ledger = Ledger::default();
        ledger.owe(&duty);
        ledger.owe(&vat);
        // posting, whether the ledger takes it -> free, reserved, claimed, returned (fen)
        for (posting, taken, stand, why) in [
            (reserve(1, "0.01"), false, [0, 0, 0, 0], "nothing is lodged yet"),
            (general.lodge().unwrap(), true, [100_000, 0, 0, 0], "lodged"),
            (reserve(1, "1000.01"), false, [100_000, 0, 0, 0], "more than there is"),
            (reserve(1, "700.00"), true, [30_000, 70_000, 0, 0], "reserved for the first"),
            (reserve(2, "300.01"), false, [30_000, 70_000, 0, 0], "more than is free"),
            (back("300.01"), false, [30_000, 70_000, 0, 0], "what is reserved is not given back"),
            (release(1, "700.01"), false, [30_000, 70_000, 0, 0], "more than is reserved"),
            (release(2, "0.01"), false, [30_000, 70_000, 0, 0], "reserved for another declaration"),
            (release(1, "700.00"), true, [100_000, 0, 0, 0], "paid: free again"),
            (reserve(2, "249.99"), true, [75_001, 24_999, 0, 0], "reserved for the second"),
            (claim(&[&duty, &vat]), false, [75_001, 24_999, 0, 0], "one fen short of both books"),
            (claim(&[&duty]), true, [75_001, 14_999, 10_000, 0], "claimed: the duty is paid"),
            (claim(&[&duty]), false, [75_001, 14_999, 10_000, 0], "it is owed no longer"),
            (release(2, "149.99"), true, [90_000, 0, 10_000, 0], "the rest is freed"),
            (back("900.00"), true, [0, 0, 10_000, 90_000], "given back"),
            (back("0.01"), false, [0, 0, 10_000, 90_000], "nothing is left"),
        ] {
            assert_eq!(ledger.post(posting).is_ok(), taken, "{why}");
            let [free, reserved, claimed, returned, given] = ledger.stand();
            assert_eq!([free, reserved, claimed, returned], stand, "{why}");
            assert_eq!(free + reserved + claimed + returned, given, "{why}");
        }
        assert_eq!(ledger.balance(&treasury("import_duty", 2026)), 10_000);
        assert_eq!(ledger.balance(&duty_owed(&duty.number)), 0);
        assert_eq!(ledger.balance(&duty_owed(&vat.number)), 15_000);
        assert_eq!(ledger.balance(&guarantee_given(PARTY, 2026)), -100_000);
    }

    #[test]
    fn what_a_guarantee_is_not_for() {
        let single = guarantee("G2", GuaranteeKind::Single(entry(1)), "1000.00");
        let early = GuaranteeCase::EarlyRelease;
        // declaration, case, amount, day -> code (empty where it serves)
        for (serial, case, amount, on, code, why) in [
            (1, early, "1000.00", "2026-03-09", "FIN-013", "the day before it serves"),
            (1, early, "1000.00", "2026-03-10", "", "its first day"),
            (1, early, "1000.00", "2026-12-31", "", "its last day"),
            (1, early, "1000.00", "2027-01-01", "FIN-013", "the day after"),
            (1, GuaranteeCase::SecurityOrder, "1000.00", "2026-03-10", "FIN-014", "another case"),
            (2, early, "1000.00", "2026-03-10", "FIN-015", "another declaration"),
            (1, early, "0.00", "2026-03-10", "FIN-017", "nothing"),
            (1, early, "-0.01", "2026-03-10", "FIN-017", "less than nothing"),
        ] {
            let found = single.reserve(entry(serial), case, money(amount), day(on));
            assert_eq!(found.err().map_or(String::new(), |refusal| refusal.code), code, "{why}");
        }
        let ends_first = GuaranteeRecord { valid_to: day("2026-03-09"), ..single.clone() };
        assert_eq!(ends_first.lodge().unwrap_err().code, "FIN-013");
        let empty = GuaranteeRecord { amount: Money::ZERO, ..single.clone() };
        assert_eq!(empty.lodge().unwrap_err().code, "FIN-017");
        let text = serde_json::to_string(&single).unwrap();
        assert_eq!(serde_json::from_str::<GuaranteeRecord>(&text).unwrap(), single);
    }

    #[test]
    fn what_cannot_be_claimed() {
        let general = guarantee("G1", GuaranteeKind::General, "1000.00");
        let mine = book(1, "vat", "L", "100.00");
        let paid = PaymentBook { paid: Some(day("2026-03-12")), ..mine.clone() };
        let other = book(2, "vat", "L", "100.00");
        let nameless = PaymentBook { number: "1".to_owned(), ..mine.clone() };
        let endless = PaymentBook { amount: Money::from_minor(i64::MAX), ..mine.clone() };
        for (books, code, why) in [
            (vec![&mine], "", "owed"),
            (vec![&paid], "FIN-016", "paid already"),
            (vec![&mine, &other], "FIN-016", "a book of another declaration"),
            (vec![&nameless], "FIN-016", "a number that is none"),
            (vec![], "FIN-017", "no book"),
            (vec![&endless, &mine], "FIN-008", "a sum that does not fit"),
        ] {
            let found = general.claim(entry(1), &books, day("2026-03-26"));
            assert_eq!(found.err().map_or(String::new(), |refusal| refusal.code), code, "{why}");
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Lodge,
        Reserve(u32, i64),
        Release(u32, i64),
        Claim(u32, bool, bool),
        GiveBack(i64),
    }

    fn step() -> impl Strategy<Value = (bool, Step)> {
        let amount = || -5i64..40_000;
        let step = prop_oneof![
            1 => Just(Step::Lodge),
            4 => (1u32..4, amount()).prop_map(|(serial, amount)| Step::Reserve(serial, amount)),
            3 => (1u32..4, amount()).prop_map(|(serial, amount)| Step::Release(serial, amount)),
            3 => (1u32..4, any::<bool>(), any::<bool>()).prop_map(|(n, duty, vat)| Step::Claim(n, duty, vat)),
            1 => amount().prop_map(Step::GiveBack),
        ];
        (any::<bool>(), step)
    }

    fn posting(guarantee: &GuaranteeRecord, step: &Step) -> Result<Posting, Refusal> {
        let fen = Money::from_minor;
        match step {
            Step::Lodge => guarantee.lodge(),
            Step::Reserve(serial, amount) => {
                let case = GuaranteeCase::EarlyRelease;
                guarantee.reserve(entry(*serial), case, fen(*amount), day("2026-06-01"))
            }
            Step::Release(serial, amount) => guarantee.release(entry(*serial), fen(*amount)),
            Step::Claim(serial, duty, vat) => {
                let all = books_of(*serial);
                let chosen: Vec<_> =
                    all.iter().zip([duty, vat]).filter(|(_, c)| **c).map(|(b, _)| b).collect();
                guarantee.claim(entry(*serial), &chosen, day("2026-03-26"))
            }
            Step::GiveBack(amount) => guarantee.give_back(fen(*amount)),
        }
    }

    fn books_of(serial: u32) -> [PaymentBook; 2] {
        [book(serial, "import_duty", "A", "80.00"), book(serial, "vat", "L", "113.40")]
    }

    proptest! {
        /// Handbook, invariant 9.
        #[test]
        fn nothing_of_a_guarantee_is_lost_or_used_twice(steps in proptest::collection::vec(step(), 0..80)) {
            let general = guarantee("G1", GuaranteeKind::General, "500.00");
            let single = guarantee("G2", GuaranteeKind::Single(entry(1)), "200.00");
            let mut ledger = Ledger::default();
            (1..4).flat_map(books_of).for_each(|book| ledger.owe(&book));
            let owed = ledger.class("duty_owed");
            for (on_single, step) in &steps {
                let guarantee = if *on_single { &single } else { &general };
                if let Ok(posting) = posting(guarantee, step) {
                    let _ = ledger.post(posting);
                }
                let [free, reserved, claimed, returned, given] = ledger.stand();
                prop_assert_eq!(free + reserved + claimed + returned, given);
                prop_assert_eq!(claimed, ledger.class("treasury"));
                prop_assert_eq!(claimed, owed - ledger.class("duty_owed"));
                let chart = Chart::new(crate::CHART).unwrap();
                for (account, balance) in &ledger.0 {
                    let own = chart.class(account.class()).unwrap().on_own_side(*balance);
                    prop_assert!(own >= 0, "{} {}", account, own);
                }
            }
        }
    }
}

//! Amounts in capitals 大写金额, as they stand on payment books and receipts.
//!
//! Source: the central bank's rules for filling in settlement bills 正确填写票据和结算凭证的基本规定
//! (from memory, to be confirmed): capitals 壹 to 玖; one 零 for any run of noughts between digits and
//! none before a unit; 整 after 元 and after 角, none after 分.

use super::Money;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
/// The units of a whole number, the largest first. What stands before 亿 is itself a whole number, so
/// 万亿 and 亿亿 need no unit of their own.
const UNITS: [(u64, char); 5] = [(1_0000_0000, '亿'), (1_0000, '万'), (1000, '仟'), (100, '佰'), (10, '拾')];

impl Money {
    /// The amount in capitals.
    ///
    /// Unit: yuan, jiao and fen. Rounding: none, every amount has its own words.
    /// ```
    /// use customhouse_kernel::values::Money;
    /// assert_eq!(Money::parse("100").unwrap().to_capitals(), "壹佰元整");
    /// assert_eq!(Money::parse("10005.32").unwrap().to_capitals(), "壹万零伍元叁角贰分");
    /// ```
    pub fn to_capitals(self) -> String {
        let minor = self.minor().unsigned_abs();
        let (yuan, jiao, fen) = (minor / 100, minor / 10 % 10, minor % 10);
        let mut words = String::new();
        if self.minor() < 0 {
            words.push('负');
        }
        if yuan > 0 || minor == 0 {
            words.push_str(&whole(yuan));
            words.push('元');
        }
        words.push_str(&parts_of_a_yuan(yuan > 0, jiao, fen));
        words
    }
}

/// Jiao and fen, with the 零 that joins fen to yuan, and the 整 that closes.
fn parts_of_a_yuan(after_yuan: bool, jiao: u64, fen: u64) -> String {
    let jiao_word = format!("{}角", digit(jiao));
    let fen_word = format!("{}分", digit(fen));
    match (jiao, fen) {
        (0, 0) => "整".to_owned(),
        (0, _) if after_yuan => format!("零{fen_word}"),
        (0, _) => fen_word,
        (_, 0) => format!("{jiao_word}整"),
        (_, _) => jiao_word + &fen_word,
    }
}

/// A whole number in capitals, without a unit of money. 零 stands where the place just below a unit
/// is a nought and something follows.
fn whole(number: u64) -> String {
    let Some((size, unit)) = UNITS.into_iter().find(|(size, _)| number >= *size) else {
        return digit(number).to_string();
    };
    let (above, below) = (number / size, number % size);
    let mut words = whole(above);
    words.push(unit);
    if below > 0 && below < size / 10 {
        words.push(DIGITS[0]);
    }
    if below > 0 {
        words.push_str(&whole(below));
    }
    words
}

/// The capital of a digit.
fn digit(value: u64) -> char {
    DIGITS[(value % 10) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_usual_amounts() {
        for (amount, capitals) in [
            ("0.00", "零元整"),
            ("0.01", "壹分"),
            ("0.10", "壹角整"),
            ("0.11", "壹角壹分"),
            ("1.00", "壹元整"),
            ("1.01", "壹元零壹分"),
            ("1.10", "壹元壹角整"),
            ("9.99", "玖元玖角玖分"),
            ("10.00", "壹拾元整"),
            ("10.05", "壹拾元零伍分"),
            ("15.00", "壹拾伍元整"),
            ("20.50", "贰拾元伍角整"),
            ("100.00", "壹佰元整"),
            ("101.00", "壹佰零壹元整"),
            ("110.00", "壹佰壹拾元整"),
            ("1001.00", "壹仟零壹元整"),
            ("1010.30", "壹仟零壹拾元叁角整"),
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("10000.00", "壹万元整"),
            ("10005.32", "壹万零伍元叁角贰分"),
            ("10500.00", "壹万零伍佰元整"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("100000.00", "壹拾万元整"),
            ("100010.00", "壹拾万零壹拾元整"),
            ("107000.53", "壹拾万柒仟元伍角叁分"),
            ("265842.37", "贰拾陆万伍仟捌佰肆拾贰元叁角柒分"),
            ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
            ("10000000.00", "壹仟万元整"),
            ("100000000.00", "壹亿元整"),
            ("100000001.00", "壹亿零壹元整"),
            ("100010000.00", "壹亿零壹万元整"),
            ("120000000.00", "壹亿贰仟万元整"),
            ("1000000000000.00", "壹万亿元整"),
            ("1000000010000.00", "壹万亿零壹万元整"),
            ("1000100000000.00", "壹万零壹亿元整"),
            ("1234500000678.90", "壹万贰仟叁佰肆拾伍亿零陆佰柒拾捌元玖角整"),
            ("-0.05", "负伍分"),
            ("-1234.50", "负壹仟贰佰叁拾肆元伍角整"),
            (
                "92233720368547758.07",
                "玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零柒分",
            ),
        ] {
            assert_eq!(Money::parse(amount).unwrap().to_capitals(), capitals, "{amount}");
        }
    }

    /// Reads capitals by the value of each sign alone: a digit waits for its unit, 万 and 亿 multiply
    /// what stands before them, 元 角 分 close.
    fn read(capitals: &str) -> i128 {
        let (sign, words) = capitals.strip_prefix('负').map_or((1, capitals), |rest| (-1, rest));
        let (mut minor, mut above, mut section, mut pending) = (0i128, 0i128, 0i128, 0i128);
        for word in words.chars() {
            match word {
                '仟' | '佰' | '拾' => {
                    section += pending * [1000, 100, 10]["仟佰拾".chars().position(|c| c == word).unwrap()];
                    pending = 0;
                }
                '万' => (above, section, pending) = (above + (section + pending) * 10_000, 0, 0),
                '亿' => (above, section, pending) = ((above + section + pending) * 100_000_000, 0, 0),
                '元' => (minor, pending) = (minor + (above + section + pending) * 100, 0),
                '角' => (minor, pending) = (minor + pending * 10, 0),
                '分' => (minor, pending) = (minor + pending, 0),
                '整' => {}
                digit => pending = DIGITS.iter().position(|d| *d == digit).unwrap() as i128,
            }
        }
        sign * minor
    }

    proptest! {
        #[test]
        fn a_reader_gets_the_amount_back(
            minor in prop_oneof![any::<i64>(), -1_000_000_000i64..1_000_000_000, 0i64..100_000],
            step in prop_oneof![Just(1i64), Just(1_000), Just(1_000_000), Just(100_000_000_000)],
        ) {
            let minor = minor / step * step;
            let capitals = Money::from_minor(minor).to_capitals();
            prop_assert_eq!(read(&capitals), i128::from(minor), "{}", &capitals);
            prop_assert!(!capitals.contains("零零"), "{}", &capitals);
            prop_assert_eq!(capitals.ends_with('整'), minor % 10 == 0);
        }
    }
}

//! Numbers of cases that no rule gives, so that this program gives its own: a letter for the kind, the office
//! of four digits, the year, and a serial of six digits that begins anew each year (`G22252026000001`).

use customhouse_kernel::values::OfficeCode;
use std::fmt;

/// A case's number, of the kind that a letter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseNumber<const LETTER: char> {
    /// The office that decides on the case.
    pub office: OfficeCode,
    pub year: i16,
    pub serial: u64,
}

impl<const LETTER: char> CaseNumber<LETTER> {
    /// `None` for a year or a serial with too many digits.
    pub fn new(office: OfficeCode, year: i16, serial: u64) -> Option<Self> {
        let fits = (1000..=9999).contains(&year) && serial <= 999_999;
        fits.then_some(CaseNumber { office, year, serial })
    }

    pub fn parse(text: &str) -> Option<Self> {
        let digits =
            text.strip_prefix(LETTER).filter(|d| d.len() == 14 && d.bytes().all(|b| b.is_ascii_digit()))?;
        let office = OfficeCode::parse(&digits[..4])?;
        CaseNumber::new(office, digits[4..8].parse().ok()?, digits[8..].parse().ok()?)
    }
}

impl<const LETTER: char> fmt::Display for CaseNumber<LETTER> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{LETTER}{}{:04}{:06}", self.office, self.year, self.serial)
    }
}

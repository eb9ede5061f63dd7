//! Entry numbers.

use super::{OfficeCode, as_text};
use std::fmt;

/// Which way goods cross the border; inward where nothing is said.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Import 进口
    #[default]
    Import,
    /// Export 出口
    Export,
}

/// An entry number 海关编号: 4 digits of the office, 4 of the year of acceptance, 1 for import or 0
/// for export, 9 of the serial. No check digit. Source: handbook 3.3, invariant 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNumber {
    office: OfficeCode,
    year: i16,
    direction: Direction,
    serial: u32,
}

impl EntryNumber {
    /// `None` for a year outside 1000 to 9999 or a serial outside 1 to 999,999,999.
    pub fn new(office: OfficeCode, year: i16, direction: Direction, serial: u64) -> Option<EntryNumber> {
        let serial = u32::try_from(serial).ok()?;
        let fits = (1000..=9999).contains(&year) && (1..=999_999_999).contains(&serial);
        fits.then_some(EntryNumber { office, year, direction, serial })
    }

    pub fn parse(text: &str) -> Option<EntryNumber> {
        if text.len() != 18 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let direction = match &text[8..9] {
            "1" => Direction::Import,
            "0" => Direction::Export,
            _ => return None,
        };
        let office = OfficeCode::parse(&text[..4])?;
        EntryNumber::new(office, text[4..8].parse().ok()?, direction, text[9..].parse().ok()?)
    }

    pub fn office(&self) -> OfficeCode {
        self.office
    }

    pub fn year(&self) -> i16 {
        self.year
    }

    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// Counts from 1 within office, year and direction.
    pub fn serial(&self) -> u64 {
        u64::from(self.serial)
    }
}

impl fmt::Display for EntryNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flag = match self.direction {
            Direction::Import => 1,
            Direction::Export => 0,
        };
        write!(f, "{}{:04}{flag}{:09}", self.office, self.year, self.serial)
    }
}
as_text!(EntryNumber, "an entry number of 18 digits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let number = EntryNumber::parse("222520211000000001").unwrap();
        assert_eq!(number.to_string(), "222520211000000001");
        assert_eq!((number.year(), number.direction()), (2021, Direction::Import));
        for bad in ["22252021100000000", "222520212000000001", "222520211000000000", "２22520211000000001"] {
            assert!(EntryNumber::parse(bad).is_none(), "{bad}");
        }
    }
}

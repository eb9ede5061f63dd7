//! Values that are parsed once, at the border, and trusted inside.
//!
//! Each parser takes what a person or a message wrote and answers `None` for anything that is not
//! exactly in form: only ASCII digits and letters, no surrounding blanks, no full-width digits.

mod capitals;
mod codes;
mod commodity;
mod container;
mod credit_code;
mod digits;
mod entry_number;
mod exact;
mod money;

pub use codes::{CountryCode, CurrencyCode, CustomsCode, OfficeCode, UnitCode};
pub use commodity::CommodityCode;
pub use container::ContainerNumber;
pub use credit_code::CreditCode;
pub use entry_number::{Direction, EntryNumber};
pub use exact::{Exact, Rounding};
pub use money::Money;

/// Text form and serde for a value with `parse` and `Display`: both go through the one parser.
macro_rules! as_text {
    ($type:ty, $what:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                <$type>::parse(&text)
                    .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not {}", $what)))
            }
        }
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($type))
            }
        }
    };
}
use as_text;

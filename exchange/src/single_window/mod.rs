//! The single window's declaration message 单一窗口报关单报文, `DecMessage`.
//!
//! Read: `DecHead`, `DecLists/DecList`, `DecContainers/Container`, `DecLicenseDocus/LicenseDocu`,
//! `DecFreeTxt/VoyNo`, `EcoRelation` (proofs of origin) and `DecSign` (operation, client sequence
//! number). All else is kept with the bytes by the caller, and named in `Form::strange` by an XPath
//! that, having no index, stands for all places of its kind. Elements left empty say nothing and are not named.
//!
//! What the message spells otherwise than the form is converted here and nowhere else: the misspelt
//! names, `I`/`E`, dates, and the elements that an export declaration crosses. Codes stay as sent.
//! The message has no element for the form's `self_assessed_total`, nor for `guarantee`, `periodic_permit` or what rates ask of a line beside quantities: where a declaration
//! under aggregate payment comes in a message, `control` takes the only guarantee that it can mean.
//!
//! An export declaration (`IEFlag` = `E`) crosses two pairs of elements, and the form never is crossed:
//! - a line's `OriginCountry` holds the destination and `DestinationCountry` the origin;
//! - the foreign party stands in `OverseasConsigneeCode/Ename`; `OverseasConsignorCode/Ename` is the import's.
//!
//! The other elements are the same for both directions, and so are their fields: see
//! [`customhouse_control::form::HEAD`]. A flag that is neither `I` nor `E` is refused.

mod fields; // element <-> field, in the order of the message
mod origin; // claims of preference and proofs of origin
mod read;
mod write;
mod xpath;

pub use fields::Direction;
pub use read::{read, read_in};
pub use write::{write, write_in};
pub use xpath::xpath;

//! Statistics 统计: figures of trade by their classifications, and what of them may be shown to whom.
//! Pure: contributions in, tables out.
//!
//! Not here: what happened (the journal), what is owed (`duties`), how a table looks (`portal`).

mod disclosure; // the rule under which a figure may be published
mod suppression; // which figures of a table are withheld
mod table;
mod tally; // figures by a classification // contributions of firms, gathered into cells and totals

pub use disclosure::{DisclosureRule, DisclosureRules};
pub use suppression::{Reason, Suppression, suppress};
pub use table::{Cell, Firm, Place, Table, Weight};
pub use tally::{Counted, Figures, Shown, Tally};

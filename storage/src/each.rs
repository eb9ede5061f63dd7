//! Every record of a query, a page at a time: for whoever looks at them all and writes nothing meanwhile.

use crate::{Query, Reader, StoreError};
use customhouse_kernel::beats::Record;

/// Records of one page.
const PAGE: usize = 500;

/// Looks at every record that a query finds, in its order; its limit and its beginning are set here.
///
/// # Errors
/// The store's.
pub fn each_record(
    reader: &mut dyn Reader,
    query: Query,
    mut look: impl FnMut(&Record),
) -> Result<(), StoreError> {
    let mut query = Query { after: None, limit: PAGE, ..query };
    loop {
        let page = reader.records(&query)?;
        page.iter().for_each(&mut look);
        match page.last().filter(|_| page.len() == PAGE) {
            Some(last) => query.after = Some(last.key.id.clone()),
            None => return Ok(()),
        }
    }
}

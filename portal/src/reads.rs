//! Who read what: the readings at the offices whose head looks.

use crate::access;
use crate::problem::{self, Problem};
use crate::state::Portal;
use customhouse_control::{Actor, Officer, Read, Readable, Reads as Of, Role, officer_key};
use customhouse_kernel::values::OfficeCode;
use customhouse_storage::Query;
use serde::Deserialize;

/// Readings of one page.
const ROWS: usize = 100;

/// Of which record, by which officer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Filter {
    /// The number of what was read, or how it begins.
    pub number: String,
    pub officer: String,
    pub after: String,
}

/// One page of readings, in order of kind, number, day and officer.
pub(crate) struct Reads {
    pub reads: Vec<Read>,
    /// What the next page begins after.
    pub next: Option<String>,
}

/// The readings at the offices at which the actor may see them.
///
/// # Errors
/// The actor may see none.
pub(crate) async fn of(portal: &Portal, actor: Actor, filter: Filter) -> Result<Reads, Problem> {
    if actor.role != Role::Officer {
        return Err(problem::FORBIDDEN.into());
    }
    let (law, today) = (portal.law(), portal.engine().now().day());
    let found = portal.read(move |reader| {
        let officer = reader.record(&officer_key(&actor.name))?.and_then(|record| record.read::<Officer>());
        let may = |office: &&OfficeCode| {
            law.control.powers.check("see_reads", officer.as_ref(), **office, today).is_ok()
        };
        let offices: Vec<OfficeCode> = actor.offices.iter().filter(may).copied().collect();
        if offices.is_empty() {
            return Ok(None);
        }
        let number = filter.number.trim();
        // what was read of any kind, or of each kind what begins like this
        let begins: Vec<String> = match number {
            "" => vec![String::new()],
            _ => Readable::ALL.map(|what| Of::new(what, number).record().to_string()).into(),
        };
        let mut records = Vec::new();
        for (office, begin) in offices.iter().flat_map(|o| begins.iter().map(move |begin| (o, begin))) {
            let found = reader.records(&Query {
                kind: "read".to_owned(),
                office: Some(office.to_string()),
                owner: Some(filter.officer.trim().to_owned()).filter(|name| !name.is_empty()),
                after: Some(begin.max(&filter.after).clone()).filter(|after| !after.is_empty()),
                limit: ROWS + 1,
                ..Query::default()
            })?;
            records.extend(found.into_iter().filter(|record| record.key.id.starts_with(begin.as_str())));
        }
        records.sort_by(|one, other| one.key.cmp(&other.key));
        let next = (records.len() > ROWS).then(|| records[ROWS - 1].key.id.clone());
        records.truncate(ROWS);
        let reads = records.iter().map(access::body).collect::<Result<Vec<Read>, _>>()?;
        Ok(Some(Reads { reads, next }))
    });
    found.await?.ok_or_else(|| problem::FORBIDDEN.into())
}

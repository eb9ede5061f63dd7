//! Lists of records that an actor may see, newest first, a page at a time.

use customhouse_control::{Actor, BillRecord, Role};
use customhouse_kernel::beats::Record;
use customhouse_kernel::casework::{Procedure, State};
use customhouse_kernel::values::Direction;
use customhouse_storage::{Query, Reader, StoreError};

/// Rows of one page at most.
pub(crate) const PAGE: usize = 100;

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub state: Option<String>,
    /// Continue behind this id.
    pub after: Option<String>,
    pub limit: usize,
}

/// A page of a list.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub records: Vec<Record>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

fn of_kind(kind: &str) -> Query {
    Query { kind: kind.to_owned(), ..Query::default() }
}

/// What a list is filtered by so that it shows the actor's own.
fn scopes(actor: &Actor, kind: &str) -> Vec<Query> {
    let own = || Query { owner: Some(actor.party.clone()), ..of_kind(kind) };
    let for_others = || Query { agent: Some(actor.party.clone()), ..of_kind(kind) };
    let at = |office: &str| Query { office: Some(office.to_owned()), ..of_kind(kind) };
    match (actor.role, kind) {
        (Role::Declarant | Role::Carrier, _) if actor.party.is_empty() => Vec::new(),
        // its own, and those that it lodged or asked for in others' names
        (Role::Declarant, "declaration" | "refund") => vec![own(), for_others()],
        (
            Role::Declarant,
            "guarantee" | "periodic_permit" | "licence" | "unclaimed" | "abandonment" | "direct_return",
        )
        | (Role::Carrier, "bill") => vec![own()],
        // a licence is no office's: it serves at all of them
        (Role::Officer, "licence") => vec![of_kind(kind)],
        (Role::Officer, _) | (Role::Operator, "bill") => {
            actor.offices.iter().map(|o| at(o.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a record of the actor's offices is among what the actor may see: an operator sees what lies
/// in its own places.
fn sees(actor: &Actor, record: &Record) -> bool {
    actor.role != Role::Operator
        || record.read::<BillRecord>().is_some_and(|bill| actor.places.contains(&bill.place))
}

/// Whether the actor has such a list at all.
pub(crate) fn has(actor: &Actor, kind: &str) -> bool {
    !scopes(actor, kind).is_empty()
}

/// The states of both directions, each with its procedure; one that both have stands once.
pub(crate) fn states<'a>(of: impl Fn(Direction) -> &'a Procedure) -> Vec<(&'a Procedure, &'a State)> {
    let (imports, exports) = (of(Direction::Import), of(Direction::Export));
    let only_exports = exports.states.iter().filter(|s| imports.state(&s.id).is_none());
    imports.states.iter().map(|s| (imports, s)).chain(only_exports.map(|s| (exports, s))).collect()
}

/// One page of the actor's records of a kind.
pub(crate) fn page(
    reader: &mut dyn Reader,
    actor: &Actor,
    kind: &str,
    wanted: &Wanted,
) -> Result<Page, StoreError> {
    let limit = wanted.limit.clamp(1, PAGE);
    let mut records = Vec::new();
    for scope in scopes(actor, kind) {
        let mut query = Query {
            state: wanted.state.clone(),
            after: wanted.after.clone(),
            newest_first: true,
            limit: limit + 1,
            ..scope
        };
        let mut of_scope = Vec::new();
        loop {
            let chunk = reader.records(&query)?;
            let last = chunk.len() <= limit;
            query.after = chunk.last().map(|r| r.key.id.clone());
            of_scope.extend(chunk.into_iter().filter(|r| sees(actor, r)));
            if last || of_scope.len() > limit {
                break;
            }
        }
        records.extend(of_scope);
    }
    records.sort_by(|a, b| b.key.id.cmp(&a.key.id));
    // an agent that declared for itself finds the record both ways
    records.dedup_by(|a, b| a.key == b.key);
    let more = records.len() > limit;
    records.truncate(limit);
    let next = records.last().filter(|_| more).map(|r| r.key.id.clone());
    Ok(Page { records, next })
}

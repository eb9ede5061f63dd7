//! Go to a number: of a declaration, a guarantee, a refund, a permit, a bill, a licence, a case of goods that nobody clears.

use super::{SignedIn, encoded, to};
use crate::access;
use crate::problem::{NOT_FOUND, Problem};
use crate::state::Portal;
use crate::texts::both;
use axum::extract::{Query, State};
use axum::response::Response;
use customhouse_control::{Actor, DisposalKind, GuaranteeNumber, PermitNumber, RefundNumber};
use customhouse_kernel::values::{EntryNumber, OfficeCode};
use customhouse_storage::{Reader, StoreError};
use serde::Deserialize;

/// The longest number, in characters.
const NUMBER: usize = 64;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
}

/// `GET /find`
pub(crate) async fn go(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let number: String = wanted.q.chars().filter(|c| !c.is_whitespace()).take(NUMBER).collect();
    if let Some(list) = numbered(&number) {
        return Ok(to(&format!("/{list}/{number}")));
    }
    let actor = signed_in.actor();
    match portal.read(move |reader| named(reader, &actor, &number)).await? {
        Some(address) => Ok(to(&address)),
        None => {
            let words = both("problem.no_number");
            Err(Problem::from(NOT_FOUND).with_detail(words.zh, words.en))
        }
    }
}

/// The list in which a number is that says by itself what it is of.
fn numbered(number: &str) -> Option<&'static str> {
    if EntryNumber::parse(number).is_some() {
        Some("declarations")
    } else if GuaranteeNumber::parse(number).is_some() {
        Some("guarantees")
    } else if RefundNumber::parse(number).is_some() {
        Some("refunds")
    } else if PermitNumber::parse(number).is_some() {
        Some("periodic-permits")
    } else {
        None
    }
}

/// The address of what others numbered, if it is there for the actor.
fn named(reader: &mut dyn Reader, actor: &Actor, number: &str) -> Result<Option<String>, StoreError> {
    for kind in DisposalKind::ALL {
        if access::disposal(reader, actor, kind, number)?.is_some() {
            return Ok(Some(format!("/disposals/{}/{}", kind.name(), encoded(number))));
        }
    }
    let (first, rest) = number.split_once('-').unwrap_or(("", number));
    let offices = match OfficeCode::parse(first) {
        Some(office) => vec![(office, rest)],
        None => actor.offices.iter().map(|office| (*office, number)).collect(),
    };
    for (office, bill) in offices {
        if access::bill(reader, actor, office, bill)?.is_some() {
            return Ok(Some(format!("/bills/{office}/{}", encoded(bill))));
        }
    }
    let licence = access::licence(reader, actor, first, rest)?;
    Ok(licence.map(|_| format!("/licences/{}/{}", encoded(first), encoded(rest))))
}

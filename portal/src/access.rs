//! Who may see what (invariant 6): a party its own, an officer what its offices answer for. For anyone
//! else a thing looks like none.

use customhouse_control::{
    Actor, Authorisation, BillRecord, DeclarationRecord, DisposalKind, DisposalRecord, KeptGuarantee,
    KeptRefund, LicenceForm, Milestone, Officer, PeriodicDeclaration, PeriodicPermit, Post, Role, bill_key,
    declaration_key, disposal_key, guarantee_key, licence_key, masked_account, officer_key,
    periodic_declaration_key, periodic_permit_key, refund_key,
};
use customhouse_finance::PaymentBook;
use customhouse_kernel::beats::{Record, RecordKey};
use customhouse_kernel::casework::Procedure;
use customhouse_kernel::journal::{Event, Hash};
use customhouse_kernel::values::{EntryNumber, Exact, OfficeCode};
use customhouse_storage::{Query, Reader, StoreError};
use jiff::civil::Date;

/// A record with its body.
pub(crate) type Found<T> = Option<(Record, T)>;

/// Whether the actor is customs at the record's office.
fn is_customs_for(actor: &Actor, record: &Record) -> bool {
    actor.role == Role::Officer && actor.offices.iter().any(|o| o.as_str() == record.office)
}

/// Whether the actor is the declarant, or one that it declared for.
fn is_party(actor: &Actor, body: &DeclarationRecord) -> bool {
    let named = body.consignee == actor.party || body.agent.as_deref() == Some(actor.party.as_str());
    actor.role == Role::Declarant && !actor.party.is_empty() && named
}

/// An officer with the posts that he holds at an office on a day; anybody else as he is.
pub(crate) fn acting(
    reader: &mut dyn Reader,
    actor: &Actor,
    office: OfficeCode,
    today: Date,
) -> Result<Actor, StoreError> {
    if actor.role != Role::Officer {
        return Ok(actor.clone());
    }
    let record = reader.record(&officer_key(&actor.name))?;
    let officer: Officer = record.as_ref().map(body).transpose()?.unwrap_or_default();
    Ok(officer.acting(actor, Some(office), today))
}

/// The actor in the posts that he holds at a record's office; a record of no office leaves him as he is.
pub(crate) fn acting_on(
    reader: &mut dyn Reader,
    actor: &Actor,
    record: &Record,
    today: Date,
) -> Result<Actor, StoreError> {
    match OfficeCode::parse(&record.office) {
        Some(office) => acting(reader, actor, office, today),
        None => Ok(actor.clone()),
    }
}

/// A declaration, if the actor may see it.
pub(crate) fn declaration(
    reader: &mut dyn Reader,
    actor: &Actor,
    entry: EntryNumber,
) -> Result<Found<DeclarationRecord>, StoreError> {
    let Some(record) = reader.record(&declaration_key(entry))? else { return Ok(None) };
    let body: DeclarationRecord = body(&record)?;
    let may = is_party(actor, &body) || is_customs_for(actor, &record);
    Ok(may.then_some((record, body)))
}

/// A bill, if the actor may see it: its carrier, the operator and the officers of its office, and
/// whoever declared it.
pub(crate) fn bill(
    reader: &mut dyn Reader,
    actor: &Actor,
    office: OfficeCode,
    bill: &str,
) -> Result<Found<BillRecord>, StoreError> {
    bill_at(reader, actor, &bill_key(office, bill))
}

/// The bill of a declaration that the actor may see, as long as it is this declaration's.
pub(crate) fn bill_of(
    reader: &mut dyn Reader,
    actor: &Actor,
    declaration: &DeclarationRecord,
) -> Result<Found<BillRecord>, StoreError> {
    let found = bill_at(reader, actor, &RecordKey::new("bill", &*declaration.bill))?;
    Ok(found.filter(|(_, bill)| bill.declaration == Some(declaration.entry_number)))
}

fn bill_at(reader: &mut dyn Reader, actor: &Actor, key: &RecordKey) -> Result<Found<BillRecord>, StoreError> {
    let Some(record) = reader.record(key)? else { return Ok(None) };
    let body: BillRecord = body(&record)?;
    let may = match actor.role {
        Role::Carrier => !actor.party.is_empty() && record.owner == actor.party,
        Role::Operator => actor.offices.contains(&body.office) && actor.places.contains(&body.place),
        Role::Officer => actor.offices.contains(&body.office),
        Role::Declarant => match body.declaration {
            Some(entry) => declaration(reader, actor, entry)?.is_some(),
            None => false,
        },
        Role::Bank | Role::System => false,
    };
    Ok(may.then_some((record, body)))
}

/// What a party has granted to brokers.
pub(crate) fn authorisations(reader: &mut dyn Reader, party: &str) -> Result<Vec<Authorisation>, StoreError> {
    if party.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query {
        kind: "authorisation".to_owned(),
        owner: Some(party.to_owned()),
        limit: 500,
        ..Query::default()
    };
    reader.records(&query)?.iter().map(body).collect()
}

/// What others have granted to a broker, by principal.
pub(crate) fn authorised_by(reader: &mut dyn Reader, party: &str) -> Result<Vec<Authorisation>, StoreError> {
    if party.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query {
        kind: "authorisation".to_owned(),
        agent: Some(party.to_owned()),
        limit: 500,
        ..Query::default()
    };
    reader.records(&query)?.iter().map(body).collect()
}

/// A licence with what is left of its quantity and its uses, for its holder and for officers.
pub(crate) fn licence(
    reader: &mut dyn Reader,
    actor: &Actor,
    certificate: &str,
    number: &str,
) -> Result<Option<(LicenceForm, Exact, i64)>, StoreError> {
    let key = licence_key(certificate, number);
    let Some(record) = reader.record(&key)? else { return Ok(None) };
    let holder = actor.role == Role::Declarant && record.owner == actor.party;
    if !holder && actor.role != Role::Officer {
        return Ok(None);
    }
    let licence: LicenceForm = body(&record)?;
    let [quantity, uses] = licence.left_accounts().map(|account| reader.balance(&account));
    Ok(Some((licence.clone(), LicenceForm::quantity_of(quantity?), uses?)))
}

/// A guarantee, if the actor may see it: its party, and the officers of the office that decides on it.
/// Which officers took its steps is for customs alone.
pub(crate) fn guarantee(
    reader: &mut dyn Reader,
    actor: &Actor,
    number: &str,
) -> Result<Found<KeptGuarantee>, StoreError> {
    let Some(record) = reader.record(&guarantee_key(number))? else { return Ok(None) };
    let mut body: KeptGuarantee = body(&record)?;
    if !is_owner(actor, &record) && !is_customs_for(actor, &record) {
        return Ok(None);
    }
    if actor.role != Role::Officer {
        hide_officers(&mut body.timeline, |_| true);
    }
    Ok(Some((record, body)))
}

/// A permit for periodic declaration, if the actor may see it: its party, and the officers of its office.
/// Which officers took its steps is for customs alone.
pub(crate) fn periodic_permit(
    reader: &mut dyn Reader,
    actor: &Actor,
    number: &str,
) -> Result<Found<PeriodicPermit>, StoreError> {
    let Some(record) = reader.record(&periodic_permit_key(number))? else { return Ok(None) };
    let mut body: PeriodicPermit = body(&record)?;
    if !is_owner(actor, &record) && !is_customs_for(actor, &record) {
        return Ok(None);
    }
    if actor.role != Role::Officer {
        hide_officers(&mut body.timeline, |_| true);
    }
    Ok(Some((record, body)))
}

/// A month's declaration with the books of its lists as they are now, for its party and the officers of its
/// office.
pub(crate) fn periodic_declaration(
    reader: &mut dyn Reader,
    actor: &Actor,
    entry: EntryNumber,
) -> Result<Option<(PeriodicDeclaration, Vec<PaymentBook>)>, StoreError> {
    let Some(record) = reader.record(&periodic_declaration_key(entry))? else { return Ok(None) };
    if !is_owner(actor, &record) && !is_customs_for(actor, &record) {
        return Ok(None);
    }
    let month: PeriodicDeclaration = body(&record)?;
    let mut books = Vec::new();
    for list in &month.lists {
        if let Some(record) = reader.record(&declaration_key(list.entry))? {
            books.extend(body::<DeclarationRecord>(&record)?.books);
        }
    }
    Ok(Some((month, books)))
}

fn is_owner(actor: &Actor, record: &Record) -> bool {
    actor.role == Role::Declarant && !actor.party.is_empty() && record.owner == actor.party
}

/// A case of goods that nobody clears, if the actor may see it: its party, who claimed its surplus, and the
/// officers of its office.
pub(crate) fn disposal(
    reader: &mut dyn Reader,
    actor: &Actor,
    kind: DisposalKind,
    number: &str,
) -> Result<Found<DisposalRecord>, StoreError> {
    let Some(record) = reader.record(&disposal_key(kind, number))? else { return Ok(None) };
    let body: DisposalRecord = body(&record)?;
    let is_party = actor.role == Role::Declarant && body.concerns(&actor.party);
    Ok((is_party || is_customs_for(actor, &record)).then_some((record, body)))
}

/// A case as a viewer may see it. For customs alone are which officers took its steps, what they noted with
/// them, a sale that is not approved, and what others claimed.
pub(crate) fn disposal_seen_by(actor: &Actor, mut body: DisposalRecord) -> DisposalRecord {
    if actor.role == Role::Officer {
        return body;
    }
    for milestone in &mut body.timeline {
        milestone.by.clear();
        milestone.post = None;
        milestone.note.clear();
    }
    body.claims.retain(|claim| claim.party == actor.party);
    body.sale = body.sale.filter(|sale| sale.approved.is_some());
    body
}

/// A refund, if the actor may see it: its payer, the agent that asked in the payer's name, and the officers of
/// the office that decides on it. The account is whole for the payer and for those who decide, by their posts
/// at that office on the day; officers' names and words among themselves are customs'.
pub(crate) fn refund(
    reader: &mut dyn Reader,
    actor: &Actor,
    number: &str,
    today: Date,
) -> Result<Found<KeptRefund>, StoreError> {
    let Some(record) = reader.record(&refund_key(number))? else { return Ok(None) };
    let mut body: KeptRefund = body(&record)?;
    let is_party = |party: &str| actor.role == Role::Declarant && !party.is_empty() && party == actor.party;
    let is_payer = is_party(&body.payer);
    let is_agent = !is_payer && body.agent.as_deref().is_some_and(is_party);
    if !is_payer && !is_agent && !is_customs_for(actor, &record) {
        return Ok(None);
    }
    if is_payer || is_agent {
        hide_officers(&mut body.timeline, |step| step == "refuse");
    }
    let decides = |posts: &[Post]| posts.iter().any(|post| matches!(post, Post::Release | Post::Head));
    if is_agent || (!is_payer && !decides(&acting_on(reader, actor, &record, today)?.posts)) {
        body.account = masked_account(&body.account);
    }
    Ok(Some((record, body)))
}

/// Whether the actor may have the receipt of an event: its own, or what happened to a record that it
/// may see.
pub(crate) fn receipt(reader: &mut dyn Reader, actor: &Actor, event: &Event) -> Result<bool, StoreError> {
    let own = if actor.party.is_empty() { &actor.name } else { &actor.party };
    if event.party == *own {
        return Ok(true);
    }
    match event.subject.split_once('/') {
        _ if !event.accepted => Ok(false),
        Some(("declaration", id)) => match EntryNumber::parse(id) {
            Some(entry) => {
                let found = declaration(reader, actor, entry)?;
                Ok(found.is_some_and(|(_, body)| may_have(actor, event, &body)))
            }
            None => Ok(false),
        },
        // a party has those of its own submissions, above
        Some((kind @ ("unclaimed" | "abandonment" | "direct_return"), id)) => match DisposalKind::parse(kind)
        {
            Some(kind) if actor.role == Role::Officer => Ok(disposal(reader, actor, kind, id)?.is_some()),
            _ => Ok(false),
        },
        // what an officer did names the officer
        Some(("refund", id)) => {
            let by_bank = matches!(event.kind.as_str(), "refund.paid_out" | "refund.bounced");
            let may = by_bank || actor.role == Role::Officer;
            Ok(may && refund(reader, actor, id, event.moment.day())?.is_some())
        }
        Some(("periodic_permit", id)) => Ok(periodic_permit(reader, actor, id)?.is_some()),
        Some(("guarantee", id)) => Ok(guarantee(reader, actor, id)?.is_some()),
        Some(("bill", id)) => Ok(bill_at(reader, actor, &RecordKey::new("bill", id))?.is_some()),
        _ => Ok(false),
    }
}

/// A record's body.
pub(crate) fn body<T: serde::de::DeserializeOwned>(record: &Record) -> Result<T, StoreError> {
    let damaged = || StoreError::Damaged(format!("{} cannot be read", record.key));
    record.read().ok_or_else(damaged)
}

/// Whether the declaration's record names the file: with an answer, or on a findings sheet.
pub(crate) fn names_file(body: &DeclarationRecord, digest: &Hash) -> bool {
    let answers = body.requests.iter().filter_map(|request| request.answer.as_ref());
    let sheets = body.examinations.iter().filter_map(|examination| examination.sheet.as_ref());
    let mut named = answers.flat_map(|a| &a.files).chain(sheets.flat_map(|s| &s.files));
    named.any(|file| file == digest)
}

/// A declaration's record as a viewer may see it. For customs alone are: why the channel was chosen, who
/// acted and in which post, who examines, and what was noted with a step that sends no letter.
pub(crate) fn seen_by(
    actor: &Actor,
    procedure: &Procedure,
    mut body: DeclarationRecord,
) -> DeclarationRecord {
    if actor.role == Role::Officer {
        return body;
    }
    let is_told = |id: &str| procedure.steps.iter().any(|s| s.id == id && s.letter.is_some());
    body.selected_by.clear();
    for examination in &mut body.examinations {
        examination.officers.clear();
        examination.replaced.clear();
        if let Some(sheet) = &mut examination.sheet {
            let written = body.timeline.iter().find(|m| m.moment == sheet.at && m.post.is_some());
            if !written.is_some_and(|m| is_told(&m.step)) {
                sheet.note.clear();
            }
        }
    }
    hide_officers(&mut body.timeline, is_told);
    body
}

/// A bill's record as a viewer may see it.
pub(crate) fn bill_seen_by(actor: &Actor, mut body: BillRecord) -> BillRecord {
    if actor.role != Role::Officer {
        hide_officers(&mut body.timeline, |_| false);
    }
    body
}

/// Takes names and posts off a time line, and the notes of steps that are not told.
fn hide_officers(timeline: &mut [Milestone], is_told: impl Fn(&str) -> bool) {
    for milestone in timeline {
        if milestone.post.is_some() && !is_told(&milestone.step) {
            milestone.note.clear();
        }
        milestone.by.clear();
        milestone.post = None;
    }
}

/// Whether the event may be shown whole, as its receipt does: what an officer did names the officer.
fn is_officers(event: &Event, body: &DeclarationRecord) -> bool {
    let party = event.party == body.consignee || body.agent.as_deref() == Some(event.party.as_str());
    event.kind == "declaration.step" && !party
}

/// Whether the actor may have the receipt of an event of a declaration that it may see.
pub(crate) fn may_have(actor: &Actor, event: &Event, body: &DeclarationRecord) -> bool {
    actor.role == Role::Officer || !is_officers(event, body)
}

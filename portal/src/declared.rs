//! What a version of a declaration said, as it was sent: the file of the submission that brought it. The
//! declaration's own record keeps what was understood of it, which is less.

use customhouse_control::form::Form;
use customhouse_exchange::{Limits, detect, json, read};
use customhouse_kernel::journal::{AttachmentRef, Event};
use customhouse_storage::{Reader, StoreError};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A step that was sent with another content, as it is kept: see `api::steps`.
#[derive(Deserialize)]
struct KeptStep {
    sent: Content,
}

#[derive(Deserialize)]
struct Content {
    declaration: Box<RawValue>,
}

/// The content of a version: the first is what was lodged, each later one what an amendment proposed. In two
/// steps the summary is lodged first, and the second is the full declaration.
pub(crate) fn content(
    reader: &mut dyn Reader,
    events: &[Event],
    version: u32,
    limits: &Limits,
) -> Result<Option<Form>, StoreError> {
    let place = usize::try_from(version).unwrap_or(usize::MAX);
    let brought: Vec<&AttachmentRef> = events
        .iter()
        .filter(|event| event.accepted && (event.kind == "declaration.lodged" || is_proposal(event)))
        .filter_map(|event| event.attachments.first())
        .collect();
    let Some(kept) = place.checked_sub(1).and_then(|place| brought.get(place)) else { return Ok(None) };
    let Some(bytes) = reader.attachment(&kept.digest)? else { return Ok(None) };
    // by a step, or as a message of its own
    if let Ok(step) = serde_json::from_slice::<KeptStep>(&bytes) {
        return Ok(json::read(step.sent.declaration.get().as_bytes(), limits).ok());
    }
    let format = detect(&bytes, Some(&kept.media_type));
    Ok(read(format, &bytes, limits).ok().map(|message| message.form))
}

/// Whether the event is of a step that proposed another content.
fn is_proposal(event: &Event) -> bool {
    #[derive(Deserialize)]
    struct Facts {
        step: String,
    }
    let facts = event.facts.as_ref().filter(|_| event.kind == "declaration.step");
    facts.is_some_and(|facts| {
        serde_json::from_str::<Facts>(facts.get())
            .is_ok_and(|facts| ["request_amendment", "complete"].contains(&facts.step.as_str()))
    })
}

//! Document check 审单: an officer asks the declarant, the declarant answers, the officer passes the
//! documents or sends the goods to examination.

use crate::refusals;
use customhouse_kernel::journal::Hash;
use customhouse_kernel::law::LegalDay;
use customhouse_kernel::moment::Moment;
use customhouse_kernel::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// What an officer asked of the declarant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRequest {
    pub asked: String,
    pub at: Moment,
    /// By when it is to be answered.
    pub due: LegalDay,
    pub answer: Option<Answer>,
}

/// What the declarant answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub text: String,
    pub at: Moment,
    /// Digests of the files that came with it.
    #[serde(default)]
    pub files: Vec<Hash>,
    /// It came after the last day.
    pub late: bool,
}

/// Puts an answer to the request that is open.
///
/// # Errors
/// Nothing is asked.
pub(crate) fn answer(
    requests: &mut [DocumentRequest],
    text: &str,
    files: &[Hash],
    at: &Moment,
) -> Result<(), Refusal> {
    let open = requests.last_mut().filter(|request| request.answer.is_none());
    let request = open.ok_or_else(|| refusals::NOTHING_ASKED.at(""))?;
    let late = at.day() > request.due.day;
    request.answer = Some(Answer { text: text.to_owned(), at: *at, files: files.to_vec(), late });
    Ok(())
}

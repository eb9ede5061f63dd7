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
    /// Nobody answered in time.
    #[serde(default)]
    pub lapsed: bool,
}

impl DocumentRequest {
    pub fn is_open(&self) -> bool {
        self.answer.is_none() && !self.lapsed
    }
}

/// What the declarant answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub text: String,
    pub at: Moment,
    /// Digests of the files that came with it.
    #[serde(default)]
    pub files: Vec<Hash>,
}

/// Puts an answer to the request that is open.
///
/// # Errors
/// Nothing is asked, or the last day to answer has passed.
pub(crate) fn answer(
    requests: &mut [DocumentRequest],
    text: &str,
    files: &[Hash],
    at: &Moment,
) -> Result<(), Refusal> {
    let open = requests.last_mut().filter(|request| request.is_open());
    let request = open.ok_or_else(|| refusals::NOTHING_ASKED.at(""))?;
    if at.day() > request.due.day {
        return Err(refusals::ANSWER_LATE.at("").with("due", request.due.day));
    }
    request.answer = Some(Answer { text: text.to_owned(), at: *at, files: files.to_vec() });
    Ok(())
}

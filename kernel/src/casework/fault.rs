//! Why a step is refused.

use crate::refusal::{Reason, Refusal};
use crate::text::Text;

/// Why a step may not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepFault {
    /// The procedure has no such step.
    UnknownStep { step: String },
    /// The case is in a state that this step does not leave.
    WrongState { step: Text, state: Text },
    /// The step is not this role's.
    WrongTaker { step: Text, role: String },
}

impl From<StepFault> for Refusal {
    fn from(fault: StepFault) -> Refusal {
        match fault {
            StepFault::UnknownStep { step } => UNKNOWN_STEP.at("").with("step", step),
            StepFault::WrongState { step, state } => {
                say(say(WRONG_STATE.at(""), "step", &step), "state", &state)
            }
            StepFault::WrongTaker { step, role: _ } => say(WRONG_TAKER.at(""), "step", &step),
        }
    }
}

/// Puts a text into the words, each language into its own.
fn say(mut refusal: Refusal, name: &str, value: &Text) -> Refusal {
    let zh = refusal.text.fill(name, &value.zh).zh;
    let en = refusal.text.fill(name, &value.en).en;
    refusal.text = Text { zh, en };
    refusal
}

const UNKNOWN_STEP: Reason = Reason {
    code: "CAS-001",
    zh: "该流程没有步骤“{step}”。",
    en: "The procedure has no step `{step}`.",
    remedy_zh: "请从页面或接口给出的步骤中选择。",
    remedy_en: "Choose one of the steps that the page or the interface offers.",
    basis: "the procedure's file",
};

const WRONG_STATE: Reason = Reason {
    code: "CAS-002",
    zh: "当前状态为“{state}”，不能办理“{step}”。",
    en: "The state is \"{state}\": \"{step}\" cannot be taken now.",
    remedy_zh: "请刷新后查看当前状态及可办理的步骤。",
    remedy_en: "Look again at the current state and the steps that it allows.",
    basis: "the procedure's file",
};

const WRONG_TAKER: Reason = Reason {
    code: "CAS-003",
    zh: "您的身份不能办理“{step}”。",
    en: "\"{step}\" is not for your role to take.",
    remedy_zh: "请由流程规定的办理人办理。",
    remedy_en: "Leave it to the one whom the procedure names.",
    basis: "the procedure's file",
};

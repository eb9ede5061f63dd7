//! The bank outside: it answers now, later, twice, wrongly or never. It knows each message by its id, and says
//! to a repeat what it said before.

use crate::chance::Chance;
use customhouse_control as control;
use customhouse_engine::{Command, Deliver, SimulatedBank, Submission};
use customhouse_kernel::beats::Outgoing;
use customhouse_kernel::values::Exact;
use std::collections::BTreeMap;

#[derive(Default)]
pub struct Bank {
    taken: BTreeMap<String, Taken>,
    /// What it is asked from now on is answered at once.
    pub is_prompt: bool,
}

/// A message that the bank has taken.
struct Taken {
    says: Submission,
    /// The step before which it says nothing; none is never.
    from: Option<u64>,
}

impl Bank {
    /// A message comes, for the first time or again; what the bank says to it now, once or twice.
    pub fn takes(
        &mut self,
        message: &Outgoing,
        step: u64,
        chance: &mut Chance,
    ) -> Result<Vec<Submission>, String> {
        if !self.taken.contains_key(&message.id) {
            let says = SimulatedBank.deliver(message).map_err(|e| e.to_string())?;
            let mut says = says.ok_or_else(|| format!("the bank has no answer to {}", message.id))?;
            if chance.percent(8) {
                mistake(&mut says, chance);
            }
            let from = match chance.below(10) {
                0..6 => Some(step),
                6..9 => Some(step + 1 + chance.below(100) as u64),
                _ => None,
            };
            self.taken.insert(message.id.clone(), Taken { says, from });
        }
        let Some(taken) = self.taken.get(&message.id) else { return Ok(Vec::new()) };
        if !self.is_prompt && taken.from.is_none_or(|from| from > step) {
            return Ok(Vec::new());
        }
        let times = if chance.percent(20) { 2 } else { 1 };
        Ok(vec![taken.says.clone(); times])
    }
}

/// Another amount, or a refund that cannot be paid out.
fn mistake(says: &mut Submission, chance: &mut Chance) {
    let Command::Control(command) = &mut says.command else { return };
    match command {
        control::Command::Settle(settlement) => {
            let wrong = Exact::parse(if chance.percent(50) { "1.00" } else { "99999.99" });
            settlement.amount = wrong.unwrap_or(settlement.amount);
        }
        control::Command::PayOutRefund(payout) => {
            let (order, reason) = (payout.order.clone(), "账户不符".to_owned());
            *command = control::Command::BounceRefund(control::PayoutBounce { order, reason });
        }
        _ => {}
    }
    says.sent.bytes = format!("{command:?}").into_bytes();
}

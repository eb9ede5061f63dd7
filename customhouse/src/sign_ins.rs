//! Sign-ins of a sample database: an account a role, random passwords and tokens, written to a file
//! that only its owner may read. They work from this machine alone.

use crate::command_line::Failure;
use crate::data_folder::write_private;
use crate::sample::{
    BROKER, CARRIERS, FIRMS, OFFICERS, Span, broker_code, carrier_code, firm_code, offices, operator_code,
    places,
};
use customhouse_control::Role;
use customhouse_engine::Engine;
use customhouse_portal::{accounts, secrets};
use std::path::Path;

/// What is said at the head of the file.
const HEAD: &str = "\
# Sample sign-ins: a demonstration, not an authority's service. They work from this machine only.
# The bank signs in nowhere; its token posts settlements to /api/v1/settlements.
# name      password        token of the API
";

/// Someone who signs in to a sample.
struct Person {
    name: &'static str,
    role: Role,
    party: String,
    party_name: String,
    /// Customs offices served.
    has_offices: bool,
}

fn people() -> Vec<Person> {
    let person = |name, role, party: &str, party_name: String, has_offices| Person {
        name,
        role,
        party: party.to_owned(),
        party_name,
        has_offices,
    };
    let (carrier, firm) = (&CARRIERS[0].firm, &FIRMS[0]);
    let named = |zh: &str, en: &str| format!("{zh} {en}");
    let mut people = vec![
        person("carrier", Role::Carrier, carrier_code(0).as_str(), named(carrier.zh, carrier.en), false),
        person("trader", Role::Declarant, firm_code(0).as_str(), named(firm.zh, firm.en), false),
        person("broker", Role::Declarant, broker_code().as_str(), named(BROKER.zh, BROKER.en), false),
        person(
            "operator",
            Role::Operator,
            operator_code().as_str(),
            named("示例港区监管场所", "Sample Port Terminals"),
            true,
        ),
    ];
    // their posts are appointments, not part of the account
    people.extend(OFFICERS.map(|(name, _)| person(name, Role::Officer, "", String::new(), false)));
    people.push(person("bank", Role::Bank, "", String::new(), false));
    people
}

/// Makes the accounts and the file.
///
/// # Errors
/// The database or the file cannot be written.
pub(crate) fn make(engine: &Engine, span: Span, file: &Path) -> Result<(), Failure> {
    let mut text = HEAD.to_owned();
    let mut writes = Vec::new();
    for person in people() {
        let (password, token) = (password()?, secrets::new_token());
        let served = if person.has_offices { offices(span) } else { Vec::new() };
        let mut account = accounts::account(person.name, &password, person.role, &person.party, &served);
        account.party_name = person.party_name;
        if person.role == Role::Operator {
            account.places = places(span);
        }
        writes.push(account.write());
        writes.extend(account.name_write());
        writes.push(accounts::token(person.name, &token));
        let shown = if person.role == Role::Bank { "-" } else { &password };
        text.push_str(&format!("{:<11} {shown:<15} {token}\n", person.name));
    }
    engine
        .write_plain(writes)
        .map_err(|e| Failure::Failed(format!("the sample accounts cannot be written: {e}")))?;
    write_private(file, &text)
}

/// Names and passwords of a file that [`make`] wrote.
pub(crate) fn passwords(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let words = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        Some((words.next()?, words.next()?))
    });
    words.filter(|(_, password)| *password != "-").collect()
}

/// Three groups of four characters that cannot be mistaken for each other: 60 bits.
fn password() -> Result<String, Failure> {
    const CHARACTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0u8; 12];
    getrandom::fill(&mut bytes)
        .map_err(|e| Failure::Failed(format!("the machine gives no random bytes: {e}")))?;
    let mut out = String::with_capacity(14);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push('-');
        }
        out.push(char::from(CHARACTERS[usize::from(byte % 32)]));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ_and_are_read_back() {
        let (one, other) = (password().unwrap(), password().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 14);
        let text = format!("{HEAD}trader {one} ch_1\nbank - ch_2\n");
        assert_eq!(passwords(&text), [("trader", one.as_str())]);
    }
}

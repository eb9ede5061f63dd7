//! Accounts: who may sign in, as what, for whom. Kept in the plain tables `users` and `tokens`.

use crate::access;
use crate::secrets;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use customhouse_control::{Actor, Officer, Post, Role, officer_key};
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::OfficeCode;
use customhouse_storage::{PlainWrite, Reader, StoreError};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The table of accounts, by name.
pub const USERS: &str = "users";
/// The table of API tokens, by the digest of their secret.
pub const TOKENS: &str = "tokens";
/// The table of what firms are called, by credit code.
pub const PARTIES: &str = "parties";

/// Someone who may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub name: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    pub role: Role,
    /// Credit code of the firm; empty for customs and the bank.
    pub party: String,
    #[serde(default)]
    pub party_name: String,
    /// Customs offices that an operator works for; for an officer, those of his appointments on the day.
    #[serde(default)]
    pub offices: Vec<OfficeCode>,
    /// Supervised places that an operator keeps.
    #[serde(default)]
    pub places: Vec<String>,
    /// Posts that an officer holds on the day, by his appointments; never kept with the account.
    #[serde(skip)]
    pub posts: Vec<Post>,
    /// The language to begin with, if the account has chosen one.
    #[serde(default)]
    pub language: Option<Lang>,
}

/// What a token stands for.
#[derive(Serialize, Deserialize)]
struct Token {
    account: String,
}

impl Account {
    /// Who submits, as departments see it.
    pub fn actor(&self) -> Actor {
        let Account { name, role, party, offices, places, posts, .. } = self.clone();
        Actor { name, role, party, offices, places, posts }
    }

    /// The write that stores the account.
    pub fn write(&self) -> PlainWrite {
        let value = serde_json::to_string(self).expect("our types serialise");
        PlainWrite { table: USERS.to_owned(), key: self.name.clone(), value: Some(value) }
    }

    /// The write that stores what its firm is called, if it says so.
    pub fn name_write(&self) -> Option<PlainWrite> {
        let named = !self.party.is_empty() && !self.party_name.is_empty();
        let (table, key, value) = (PARTIES.to_owned(), self.party.clone(), Some(self.party_name.clone()));
        named.then_some(PlainWrite { table, key, value })
    }

    /// Whether this is its password. Takes about a tenth of a second, on purpose.
    pub fn has_password(&self, password: &str) -> bool {
        verify(password, &self.password_hash)
    }
}

/// An account with a password. Takes about a tenth of a second, on purpose.
pub fn account(name: &str, password: &str, role: Role, party: &str, offices: &[OfficeCode]) -> Account {
    Account {
        name: name.to_owned(),
        password_hash: hash(password),
        role,
        party: party.to_owned(),
        party_name: String::new(),
        offices: offices.to_vec(),
        places: Vec::new(),
        posts: Vec::new(),
        language: None,
    }
}

/// The write that makes an account: `account` and `Account::write` in one.
pub fn create(name: &str, password: &str, role: Role, party: &str, offices: &[OfficeCode]) -> PlainWrite {
    account(name, password, role, party, offices).write()
}

/// The write that lets a secret of [`secrets::new_token`] act for an account.
pub fn token(name: &str, secret: &str) -> PlainWrite {
    let value = serde_json::to_string(&Token { account: name.to_owned() }).expect("our types serialise");
    PlainWrite { table: TOKENS.to_owned(), key: secrets::digest(secret), value: Some(value) }
}

/// The account with this name.
///
/// An officer's offices and posts are what the appointments give on the day.
pub(crate) fn named(reader: &mut dyn Reader, name: &str, today: Date) -> Result<Option<Account>, StoreError> {
    let Some(found) = reader.plain(USERS, name)? else { return Ok(None) };
    let damaged = |e| StoreError::Damaged(format!("an account cannot be read: {e}"));
    let mut account: Account = serde_json::from_str(&found).map_err(damaged)?;
    if account.role == Role::Officer {
        let record = reader.record(&officer_key(name))?;
        let officer: Officer = record.as_ref().map(access::body).transpose()?.unwrap_or_default();
        account.offices = officer.offices(today);
        account.posts = officer.posts(None, today);
    }
    Ok(Some(account))
}

/// The account that a token's secret acts for.
pub(crate) fn of_token(
    reader: &mut dyn Reader,
    secret: &str,
    today: Date,
) -> Result<Option<Account>, StoreError> {
    let Some(found) = reader.plain(TOKENS, &secrets::digest(secret))? else { return Ok(None) };
    match serde_json::from_str::<Token>(&found) {
        Ok(token) => named(reader, &token.account, today),
        Err(e) => Err(StoreError::Damaged(format!("a token cannot be read: {e}"))),
    }
}

fn hash(password: &str) -> String {
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).expect("the machine gives random bytes");
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("the default parameters are valid");
    hash.to_string()
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok())
}

/// Takes as long as a verification, so that an unknown name cannot be told from a wrong password.
pub(crate) fn waste_a_verification(password: &str) {
    static HASH: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    verify(password, HASH.get_or_init(|| hash("nobody")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_knows_its_password() {
        let account = account("trader", "right", Role::Declarant, "P", &[]);
        assert!(account.has_password("right") && !account.has_password("wrong"));
        assert!(account.password_hash.starts_with("$argon2id$v=19$"));
        let write = account.write();
        assert_eq!(serde_json::from_str::<Account>(&write.value.unwrap()).unwrap(), account);
        assert!(!token("trader", "ch_secret").key.contains("secret"));
    }
}

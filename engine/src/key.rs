//! Signing keys on disk: made on first start, readable by their owner only, with a history.

use customhouse_kernel::journal::PublicKey;
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The key that signs heads, and every public key that ever did.
#[derive(Debug)]
pub struct KeyFile {
    pub(crate) signing: SigningKey,
    pub history: KeyHistory,
}

/// Every key that ever signed heads of this database, the current one last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyHistory {
    pub keys: Vec<KnownKey>,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownKey {
    pub key_id: String,
    /// 64 hexadecimal digits, Ed25519.
    pub public_key: String,
    /// When it was made, UTC.
    pub made: String,
    /// When it was retired, UTC.
    pub retired: Option<String>,
}

impl KeyHistory {
    /// The public key with this id.
    pub fn find(&self, key_id: &str) -> Option<PublicKey> {
        let known = self.keys.iter().find(|k| k.key_id == key_id)?;
        PublicKey::parse(&known.public_key)
    }

    /// Reads the history that lies beside a database.
    pub fn read(folder: &Path) -> io::Result<KeyHistory> {
        let text = fs::read_to_string(folder.join("history.json"))?;
        serde_json::from_str(&text).map_err(io::Error::other)
    }
}

impl KeyFile {
    /// Opens the keys of a folder, or makes them: `signing.key` (mode 0600) and `history.json`.
    ///
    /// # Errors
    /// The files cannot be read, made, or do not fit each other.
    pub fn open_or_make(folder: &Path, now: &str) -> io::Result<KeyFile> {
        let path = folder.join("signing.key");
        if path.exists() {
            let text = fs::read_to_string(&path)?;
            let signing = read_secret(text.trim())
                .ok_or_else(|| io::Error::other("signing.key is not 64 hexadecimal digits"))?;
            let history = KeyHistory::read(folder)?;
            let id = PublicKey::from(&signing).key_id();
            if history.find(&id).is_none() {
                return Err(io::Error::other("history.json does not know signing.key"));
            }
            return Ok(KeyFile { signing, history });
        }
        fs::create_dir_all(folder)?;
        // a start that was cut short left a history whose key never was; it signed nothing
        let mut secret = [0u8; 32];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        let keys = KeyFile::of(SigningKey::from_bytes(&secret), now);
        write_private(
            &folder.join("history.json"),
            &serde_json::to_string_pretty(&keys.history).map_err(io::Error::other)?,
        )?;
        write_private(&path, &hex(&secret))?;
        File::open(folder)?.sync_all()?;
        Ok(keys)
    }

    /// A key that lives in memory only, for tests.
    pub fn of(signing: SigningKey, now: &str) -> KeyFile {
        let public = PublicKey::from(&signing);
        let known = KnownKey {
            key_id: public.key_id(),
            public_key: public.to_string(),
            made: now.to_owned(),
            retired: None,
        };
        KeyFile { signing, history: KeyHistory { keys: vec![known] } }
    }
}

/// Writes a file whole or not at all, readable by its owner only.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("new");
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn read_secret(text: &str) -> Option<SigningKey> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut secret = [0u8; 32];
    for (place, byte) in secret.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(SigningKey::from_bytes(&secret))
}

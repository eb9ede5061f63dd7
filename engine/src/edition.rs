//! The law as loaded. Each load or approved change is an edition; the database keeps the files of
//! every edition, so that any past decision can be replayed.

use customhouse_control::ControlLaw;
use customhouse_directory::Directory;
use customhouse_duties::origin::OriginRules;
use customhouse_kernel::journal::Hash;
use customhouse_kernel::law::{Manifest, Pack, PackFault, faults_text, read_pack};
use customhouse_kernel::text::Lang;
use customhouse_statistics::DisclosureRules;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One edition of the law, compiled.
#[derive(Debug)]
pub struct Edition {
    /// Counts from 1.
    pub number: u32,
    pub manifest: Manifest,
    pub control: ControlLaw,
    /// Where goods originate.
    pub origin: OriginRules,
    /// Which figures may be shown.
    pub disclosure: DisclosureRules,
    /// The administration, its offices and functions.
    pub directory: Directory,
}

/// Files of a pack: path relative to the pack, text.
pub type PackFiles = Vec<(String, String)>;

/// What the database keeps of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EditionRecord {
    pub number: u32,
    /// Digest of the attachment that holds the files.
    pub files: Hash,
    /// `embedded`, or the folder that it was read from.
    pub origin: String,
    /// Number of its rules.
    pub rules: usize,
}

/// Why a pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    #[error("the pack has errors:\n{}", faults_text(.0, Lang::En))]
    Faults(Vec<PackFault>),
    #[error("the database holds no readable edition {0}")]
    Missing(u32),
}

impl Edition {
    /// Reads and compiles a pack.
    ///
    /// # Errors
    /// Every fault, each with file and line.
    pub fn compile(number: u32, files: &PackFiles) -> Result<Edition, Vec<PackFault>> {
        Edition::of(number, read_pack(files)?)
    }

    /// Compiles a pack that was read.
    pub(crate) fn of(number: u32, mut pack: Pack) -> Result<Edition, Vec<PackFault>> {
        Arc::make_mut(&mut pack.rulebook).edition = number;
        let (control, book) = (ControlLaw::compile(&pack), &pack.rulebook);
        let (origin, disclosure) = (OriginRules::compile(book), DisclosureRules::compile(book));
        match (control, origin, disclosure, Directory::compile(book)) {
            (Ok(control), Ok(origin), Ok(disclosure), Ok(directory)) => {
                Ok(Edition { number, manifest: pack.manifest, control, origin, disclosure, directory })
            }
            (control, origin, disclosure, directory) => {
                let faults = [control.err(), origin.err(), disclosure.err(), directory.err()];
                Err(faults.into_iter().flatten().flatten().collect())
            }
        }
    }

    /// Whether another edition's rules and procedures say the same as this one's.
    pub fn says_the_same(&self, other: &Edition) -> bool {
        self.control.rulebook.compare(&other.control.rulebook).is_empty()
            && self.manifest == other.manifest
            && self.control.procedures().eq(other.control.procedures())
    }
}

/// The files as the bytes that are kept.
pub(crate) fn pack_bytes(files: &PackFiles) -> Vec<u8> {
    serde_json::to_vec(files).expect("texts serialise")
}

/// The files out of the bytes that were kept.
pub(crate) fn pack_files(bytes: &[u8]) -> Option<PackFiles> {
    serde_json::from_slice(bytes).ok()
}

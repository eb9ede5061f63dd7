//! The pack: the one embedded in the program, or the files of a folder.

use crate::command_line::Failure;
use customhouse_engine::{Edition, PackFiles};
use customhouse_kernel::law::{FOLDERS, PackFault, faults_text};
use customhouse_kernel::text::Lang;
use std::fs;
use std::path::{Path, PathBuf};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded_pack.rs"));
}

/// The extension of the files in a folder of a pack.
fn extension(folder: &str) -> &'static str {
    if folder == "tables" { "csv" } else { "toml" }
}

/// Where the law comes from.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PackChoice {
    /// Folder of a pack to use instead of the embedded one (China)
    #[arg(long, value_name = "DIR", env = "CUSTOMHOUSE_PACK")]
    pack: Option<PathBuf>,
}

impl PackChoice {
    /// The chosen pack's files, and where they come from as the database records it.
    pub(crate) fn files(&self) -> Result<(PackFiles, String), Failure> {
        match &self.pack {
            None => Ok((embedded(), "embedded".to_owned())),
            Some(folder) => Ok((read_folder(folder)?, folder.display().to_string())),
        }
    }

    /// The chosen pack, compiled.
    pub(crate) fn edition(&self, lang: Lang) -> Result<Edition, Failure> {
        let (files, origin) = self.files()?;
        Edition::compile(1, &files).map_err(|faults| unusable(&origin, &faults, lang))
    }

    /// The folder, if one is chosen.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.pack.as_deref()
    }
}

/// A pack that cannot be used: how many faults, and the first of them.
pub(crate) fn unusable(origin: &str, faults: &[PackFault], lang: Lang) -> Failure {
    const SHOWN: usize = 20;
    let first = faults_text(&faults[..faults.len().min(SHOWN)], lang);
    let more = match faults.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("… and {more} more\n"),
    };
    let text =
        format!("the pack ({origin}) cannot be used; correct its {} faults:\n{first}{more}", faults.len());
    Failure::Failed(text.trim_end().to_owned())
}

/// The pack embedded in the program: China's.
pub fn embedded() -> PackFiles {
    embedded::FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// The files of a pack in a folder, in order of path.
pub(crate) fn read_folder(folder: &Path) -> Result<PackFiles, Failure> {
    if !folder.is_dir() {
        return Err(Failure::Failed(format!(
            "{} is not a folder; give the folder that holds pack.toml",
            folder.display()
        )));
    }
    let mut paths = vec!["pack.toml".to_owned()];
    for name in FOLDERS {
        let Ok(entries) = fs::read_dir(folder.join(name)) else { continue };
        for entry in entries {
            let path = entry.map_err(|e| Failure::at(folder.join(name).display(), e))?.path();
            if path.extension().is_some_and(|e| e == extension(name)) {
                let file = path.file_name().unwrap_or_default().to_string_lossy();
                paths.push(format!("{name}/{file}"));
            }
        }
    }
    paths.sort();
    let read = |path: String| match fs::read_to_string(folder.join(&path)) {
        Ok(text) => Ok(Some((path, text))),
        // the pack's reader names the missing file itself
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Failure::at(folder.join(&path).display(), e)),
    };
    paths.into_iter().filter_map(|path| read(path).transpose()).collect()
}

/// The files of a draft: a folder of a pack, or one file of rules.
pub(crate) fn read_draft(draft: &Path) -> Result<PackFiles, Failure> {
    if draft.is_dir() {
        return read_folder(draft);
    }
    let place = match draft.extension().and_then(|e| e.to_str()) {
        Some("toml") => "rules/draft.toml",
        Some("csv") => "tables/draft.csv",
        _ => {
            let draft = draft.display();
            return Err(Failure::Usage(format!("{draft}: give a .toml or .csv file of rules, or a folder")));
        }
    };
    let text = fs::read_to_string(draft).map_err(|e| Failure::at(draft.display(), e))?;
    Ok(vec![(place.to_owned(), text)])
}

/// Writes a pack into a folder; `pack.toml` comes last, so that a folder half written is no pack.
pub(crate) fn write_folder(folder: &Path, files: &PackFiles) -> Result<(), Failure> {
    let in_order =
        files.iter().filter(|(p, _)| p != "pack.toml").chain(files.iter().filter(|(p, _)| p == "pack.toml"));
    for (path, text) in in_order {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|e| Failure::at(parent.display(), e))?;
        fs::write(&file, text).map_err(|e| Failure::at(file.display(), e))?;
    }
    Ok(())
}

/// Whether a pack may be written into a folder: it is not there, empty, or holds a pack.
pub(crate) fn may_write(folder: &Path) -> Result<(), Failure> {
    let taken = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if taken && !folder.join("pack.toml").exists() {
        let folder = folder.display();
        return Err(Failure::Usage(format!(
            "{folder} holds other files; give an empty folder, or one that holds a pack"
        )));
    }
    Ok(())
}

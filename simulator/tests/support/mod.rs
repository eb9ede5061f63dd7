//! The law that simulations run by.

use customhouse_engine::PackFiles;
use customhouse_simulator::thin;
use std::fs;
use std::path::Path;

/// The small law out of the tree; every other seed's asks for a licence.
pub fn law(seed: u64) -> PackFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/cn");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let mut files = vec![("pack.toml".to_owned(), read(&root.join("pack.toml")))];
    for folder in ["rules", "tables", "procedures"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            files.push((format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap()), read(&path)));
        }
    }
    files.sort();
    thin(files, seed % 2 == 1)
}

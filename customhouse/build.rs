//! Embeds the China pack: every file of `packs/cn` that the program reads, as one table.

#![allow(clippy::disallowed_methods)] // a build script reads files

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // read while running: a target folder may outlive the checkout that it was first built from
    let here = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let pack = Path::new(&here).join("../packs/cn");
    println!("cargo:rerun-if-changed={}", pack.display());
    let mut table =
        String::from("/// Files of the embedded pack: path, text.\npub const FILES: &[(&str, &str)] = &[\n");
    let mut paths = vec!["pack.toml".to_owned()];
    for folder in ["directory", "procedures", "rules", "tables"] {
        println!("cargo:rerun-if-changed={}", pack.join(folder).display());
        for entry in fs::read_dir(pack.join(folder))? {
            paths.push(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
        }
    }
    paths.sort();
    for path in paths {
        let file = pack.join(&path).canonicalize()?;
        writeln!(table, "    ({path:?}, include_str!({:?})),", file.display().to_string())
            .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("embedded_pack.rs"), table)
}

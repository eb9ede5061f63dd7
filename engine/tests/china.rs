//! The China pack, read from the tree, compiles without a fault.

use customhouse_engine::Edition;
use customhouse_kernel::law::faults_text;
use customhouse_kernel::text::Lang;
use std::fs;
use std::path::Path;

fn pack() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/cn");
    let mut files = vec![("pack.toml".to_owned(), fs::read_to_string(root.join("pack.toml")).unwrap())];
    for folder in ["rules", "tables", "procedures"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            files.push((name, fs::read_to_string(path).unwrap()));
        }
    }
    files
}

#[test]
fn the_china_pack_has_no_fault() {
    let edition =
        Edition::compile(1, &pack()).unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)));
    assert!(edition.control.tariff.size().0 > 2000);
}

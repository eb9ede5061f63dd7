//! `pack import-tariff`, on a small file; the whole tariff is assessed in `tests/tariff.rs`.

use crate::support::{Folder, declaration, run};
use std::fs;

const HEAD: &str = "hs_code,name_zh,mfn_rate,general_rate,provisional_rate,vat_rate,consumption_rate\n";

#[test]
fn lines_are_added_beside_the_packs_own() {
    let folder = Folder::new("import");
    let file = folder.write(
        "rates.csv",
        format!(
            "{HEAD}8512201000,车灯,0.99,0.99,,0.99,0\n8512209000,其他照明装置,0.1,0.45,,0.13,0\n\
             8525811000,电视摄像机,0,0.17,,0.13,0\n1001110001,硬粒小麦种子,0.01,1.8,,0.09,0\n1001110090,硬粒小麦种子,0.65,1.8,,0.09,0\n"
        ),
    );
    let law = folder.path("law");
    let done = run(&["--json", "pack", "import-tariff", "--format", "cn", &file, "--into", &law]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let summary = done.json();
    assert_eq!(summary["lines"], 5);
    assert!(summary["kept"].as_u64() >= Some(1), "{summary}");
    let measures = fs::read_to_string(folder.path("law/tables/imported-measures-import-duty.csv")).unwrap();
    assert!(!measures.contains("8512201000"), "the pack has that line already");
    assert!(
        measures.contains("measure.import_duty.mfn.8512209000,8512209000,import_duty,mfn,10%,"),
        "{measures}"
    );
    assert!(
        measures.contains("mfn.8525811000,8525811000,import_duty,mfn,unknown,compound with a step"),
        "{measures}"
    );
    assert_eq!(run(&["pack", "check", &law]).code, 0);
    // importing again replaces what was imported
    assert_eq!(
        run(&["pack", "import-tariff", "--format", "cn", &file, "--into", &law, "--pack", &law]).code,
        0
    );

    let assess = |code: &str| {
        let declared = folder.write("d.json", declaration().replace("8512201000", code));
        run(&["assess", &declared, "--on", "2026-11-20", "--pack", &law])
    };
    let known = assess("8512209000");
    assert!(known.out.contains("6394.04  Import duty"), "{}{}", known.out, known.err);
    for (code, why) in [("8525811000", "compound with a step"), ("1001110001", "needs a quota certificate")] {
        let unknown = assess(code);
        assert_eq!(unknown.code, 1);
        assert!(
            unknown.out.contains("DUT-013  /lines/0/commodity_code") && unknown.out.contains(why),
            "{}",
            unknown.out
        );
    }
}

#[test]
fn a_bad_file_is_refused_with_its_lines() {
    let folder = Folder::new("import-bad");
    let law = folder.path("law");
    let file =
        folder.write("rates.csv", format!("{HEAD}8512209000,灯,10%,,,0.13,0\n851220,灯,0.1,,,0.13,0\n"));
    let done = run(&["pack", "import-tariff", "--format", "cn", &file, "--into", &law]);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("rates.csv:2: mfn_rate \"10%\" is not a fraction"), "{}", done.out);
    assert!(done.out.contains("rates.csv:3: \"851220\" is not a ten-digit code"), "{}", done.out);
    assert!(fs::read_dir(&law).is_err(), "nothing is written");
    for (name, bytes) in [("cut.gz", &b"\x1f\x8b\x08\x00"[..]), ("latin.csv", b"\xff\xfe")] {
        let done =
            run(&["pack", "import-tariff", "--format", "cn", &folder.write(name, bytes), "--into", &law]);
        assert_eq!(done.code, 3);
        assert!(done.err.contains(name), "{}", done.err);
    }
    folder.write("taken/letter.txt", "dear");
    let done = run(&["pack", "import-tariff", "--format", "cn", &file, "--into", &folder.path("taken")]);
    assert_eq!(done.code, 2);
}

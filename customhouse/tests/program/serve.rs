//! `serve`: starting, stopping, and what it refuses.

use crate::support::{Folder, Server, run};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// 10:00 in China on a Friday.
const FRIDAY: &str = "2026-11-20T02:00:00Z";

#[test]
fn a_sample_is_made_once_and_opened_again() {
    let folder = Folder::new("serve-sample");
    let data = folder.path("data");
    let server = Server::start(&folder, &["--sample", "--clock", FRIDAY]);
    let told = server.told();
    for words in [
        "database ",
        "law ",
        "sign-ins ",
        "trade ",
        "declarations over 14 days",
        "clock      2026-11-20 10:00",
    ] {
        assert!(told.contains(words), "{words} is not in:\n{told}");
    }
    let file = folder.path("data/sample-sign-ins.txt");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let signs = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = signs.lines().filter(|l| !l.starts_with('#')).collect();
    let names: Vec<&str> = lines.iter().filter_map(|l| l.split_whitespace().next()).collect();
    let officers = ["officer", "examiner", "examiner2", "supervisor", "head"];
    assert_eq!(names[..4], ["carrier", "trader", "broker", "operator"]);
    assert_eq!((&names[4..9], names[9]), (&officers[..], "bank"));
    for line in &lines[..9] {
        let password = line.split_whitespace().nth(1).unwrap();
        assert!(told.contains(password), "{line}:\n{told}");
    }
    // one process a data folder; but verify reads beside it
    let other = run(&["serve", "--port", "0", "--data", &data]);
    assert_eq!(other.code, 3);
    assert!(other.err.contains("another customhouse has it open"), "{}", other.err);
    let (port, taken) = (server.address.rsplit_once(':').unwrap().1, folder.path("other"));
    let other = run(&["serve", "--port", port, "--data", &taken]);
    assert_eq!(other.code, 3);
    assert!(other.err.contains("choose another with --port"), "{}", other.err);
    assert_eq!(run(&["verify", "--data", &data]).code, 0);
    let (code, told) = server.stop();
    assert_eq!(code, 0);
    assert!(told.ends_with("Stopped.\n"), "{told}");

    let again = Server::start(&folder, &["--sample"]);
    let told = again.told();
    assert!(told.contains("opened") && !told.contains("trade "), "{told}");
    assert_eq!(fs::read_to_string(&file).unwrap(), signs);
    assert!(
        told.contains(lines[1].split_whitespace().nth(1).unwrap()),
        "passwords are printed again:\n{told}"
    );
    assert_eq!(again.stop().0, 0);
}

#[test]
fn a_real_database_has_no_sample_and_no_clock_to_set() {
    let folder = Folder::new("serve-real");
    let data = folder.path("data");
    let server = Server::start(&folder, &[]);
    assert!(!server.told().contains("demonstration"), "{}", server.told());
    assert!(fs::metadata(folder.path("data/sample-sign-ins.txt")).is_err());
    assert_eq!(server.stop().0, 0);
    for (option, value) in [("--sample", None), ("--clock", Some(FRIDAY))] {
        let arguments: Vec<&str> =
            ["serve", "--port", "0", "--data", &data, option].into_iter().chain(value).collect();
        let done = run(&arguments);
        assert_eq!(done.code, 2);
        assert!(done.err.contains(&format!("leave out {option}")), "{}", done.err);
    }
    fs::remove_file(folder.path("data/keys/signing.key")).unwrap();
    let done = run(&["serve", "--port", "0", "--data", &data]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("put it back from your copy"), "{}", done.err);
}

#[test]
fn a_sample_whose_clock_is_ahead_goes_on_from_there() {
    let folder = Folder::new("serve-ahead");
    let server = Server::start(&folder, &["--sample", "--clock", "2126-03-04T02:00:00Z"]);
    assert_eq!(server.stop().0, 0);
    let server = Server::start(&folder, &[]);
    assert!(server.told().contains("clock      2126-"), "{}", server.told());
    assert_eq!(server.stop().0, 0);
}

#[test]
fn a_day_without_tariff_has_no_trade() {
    let folder = Folder::new("serve-1998");
    let server = Server::start(&folder, &["--sample", "--clock", "1998-03-04T02:00:00Z"]);
    assert!(server.told().contains("none: the pack has no tariff"), "{}", server.told());
    assert_eq!(server.stop().0, 0);
}

//! Wrong usage, and the help.

use crate::support::{Folder, run};

#[test]
fn wrong_usage_says_what_to_give() {
    let folder = Folder::new("usage");
    for (arguments, words) in [
        (vec!["verify", "--database", "mysql:x"], "use sqlite, sqlite:PATH, postgres or postgres:URL"),
        (vec!["serve", "--clock", "tomorrow"], "2026-03-02T10:00:00+08:00"),
        (vec!["show", "123"], "give its 18 digits"),
        (vec!["show", "222520261000000001", "--server", "https://x"], "begins with http://"),
        (vec!["assess", "x.json", "--lang", "fr"], "there are zh and en"),
        (vec!["receipt", "check", "x", "--key", "abc"], "x"),
        (vec!["nothing"], "nothing"),
    ] {
        let done = run(&arguments);
        assert!(done.err.contains(words), "{arguments:?}: {}", done.err);
        assert_ne!(done.code, 0);
    }
    let nowhere = folder.path("data");
    let done = run(&["verify", "--data", &nowhere]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("there is no database here"), "{}", done.err);
}

#[test]
fn every_command_has_an_example() {
    for command in [
        vec!["serve"],
        vec!["assess"],
        vec!["bench", "assess"],
        vec!["reckon"],
        vec!["lodge"],
        vec!["show"],
        vec!["pay"],
        vec!["bill"],
        vec!["goods-out"],
        vec!["receipt", "check"],
        vec!["receipt", "get"],
        vec!["verify"],
        vec!["pack", "check"],
        vec!["pack", "list"],
        vec!["pack", "export"],
        vec!["pack", "import-tariff"],
    ] {
        let help = run(&[command.clone(), vec!["--help"]].concat());
        assert_eq!(help.code, 0);
        let example = format!("customhouse {}", command.join(" "));
        assert!(help.out.contains("Example: ") && help.out.contains(&example), "{example}:\n{}", help.out);
    }
}

#[test]
fn nobody_there_is_a_failure() {
    let folder = Folder::new("nobody");
    let file = folder.write("d.json", "{}");
    let done = run(&["lodge", &file, "--server", "http://127.0.0.1:1", "--token", "ch_x"]);
    assert_eq!(done.code, 3);
    assert!(done.err.contains("check the address, and that the server runs"), "{}", done.err);
}

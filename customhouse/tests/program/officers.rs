//! `account` and `appoint`: how a real database gets its first account and its first head.

use super::support::{Folder, Run, Server, program, run};
use std::io::Write;
use std::process::Stdio;

/// Runs the program with something on its standard input.
fn told(arguments: &[&str], input: &str) -> Run {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // it may end before it reads
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    Run {
        code: output.status.code().expect("it ends by itself"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

#[test]
fn a_real_database_gets_its_first_head() {
    const PASSWORD: &str = "correct horse battery\n";
    let folder = Folder::new("first-head");
    let data = folder.path("data");
    let account =
        |name: &str, password: &str| told(&["account", name, "--role", "officer", "--data", &data], password);
    let appoint = |name: &str, office: &str| {
        run(&["appoint", name, "--office", office, "--document", "署任1", "--data", &data])
    };
    let done = account("li.hua", PASSWORD);
    assert_eq!(done.code, 3, "there is no database yet: {}", done.err);
    let server = Server::start(&folder, &[]);
    for done in [account("li.hua", PASSWORD), appoint("li.hua", "2225")] {
        assert_eq!(done.code, 3);
        assert!(done.err.contains("stop that one first"), "{}", done.err);
    }
    assert_eq!(server.stop().0, 0);
    assert_eq!(account("li.hua", "short\n").code, 2);
    assert_eq!(account("li hua", PASSWORD).code, 2);
    assert_eq!(account("li.hua", PASSWORD).code, 0);
    let again = account("li.hua", PASSWORD);
    assert_eq!(again.code, 3);
    assert!(again.err.contains("already"), "{}", again.err);
    let firm = told(&["account", "trader", "--role", "declarant", "--data", &data], PASSWORD);
    assert_eq!(firm.code, 2, "a firm has a credit code");
    let done = appoint("li.hua", "2225");
    assert_eq!((done.code, &*done.out), (0, "Appointed, and journalled.\n"), "{}", done.err);
    for (name, office, code) in [("other", "2225", "CTL-094"), ("other", "9999", "CTL-009")] {
        let done = appoint(name, office);
        assert_eq!(done.code, 1, "{}", done.err);
        assert!(done.out.contains(code), "{}", done.out);
    }
    let verified = run(&["verify", "--data", &data]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
}

//! `quote`: asked of a server, checked offline with the public key alone.

use crate::support::{Folder, Server, root, run};
use serde_json::Value;
use std::fs;

#[test]
fn a_quote_stands_alone_and_a_forged_one_falls() {
    let folder = Folder::new("quote");
    let server = Server::start(&folder, &["--clock", "2026-11-20T02:00:00Z"]);
    let facts = root().join("docs/examples/quote.json");
    let ask = |file: &str| run(&["quote", "ask", file, "--server", &server.address]);
    let done = ask(facts.to_str().unwrap());
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let quote = done.json();
    assert_eq!(quote["quote"]["landed_cost"], "79477.92", "{quote}");
    let lacking =
        folder.write("lacking.json", r#"{ "terms": "3", "lines": [{ "total": "1" }], "bill": "B" }"#);
    let refused = ask(&lacking);
    assert_eq!(refused.code, 1);
    for words in ["POR-005", "/lines/0/commodity_code", "/lines/0/origin", "/lines/0/currency"] {
        assert!(refused.out.contains(words), "{words} is not in: {}", refused.out);
    }
    drop(server);

    let history = folder.path("data/keys/history.json");
    let file = folder.write("quote.json", quote.to_string());
    let done = run(&["quote", "check", &file, "--key", &history]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    for words in
        ["The quote is genuine.", "79477.92 CNY  landed cost", "under the law of 2026-11-20, edition 1"]
    {
        assert!(done.out.contains(words), "{words} is not in: {}", done.out);
    }
    let alone = folder.write("signed.json", quote["signed"].to_string());
    let done = run(&["--lang", "zh", "quote", "check", &alone, "--key", &history]);
    assert!(done.code == 0 && done.out.starts_with("预估真实。"), "{}", done.out);

    let check = |change: &dyn Fn(&mut Value), words: &str| {
        let mut forged = quote.clone();
        change(&mut forged["signed"]);
        let file = folder.write("forged.json", forged.to_string());
        let done = run(&["quote", "check", &file, "--key", &history]);
        assert_eq!(done.code, 1, "{words}");
        assert!(done.out.contains(words), "{words} is not in: {}", done.out);
    };
    check(
        &|s| s["text"] = s["text"].as_str().unwrap().replace("79477.92", "7.93").into(),
        "the signature is wrong",
    );
    check(&|s| s["kind"] = "letter".into(), "The file holds no quote");
    check(&|s| s["key_id"] = "0000000000000000".into(), "does not hold key 0000000000000000");
    check(&|s| *s = Value::Null, "The file holds no quote");
    let keys: Value = serde_json::from_slice(&fs::read(&history).unwrap()).unwrap();
    let own = keys["keys"][0]["public_key"].as_str().unwrap();
    assert_eq!(run(&["quote", "check", &file, "--key", own]).code, 0);
    let other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert!(run(&["quote", "check", &file, "--key", other]).out.contains("signed by another key"));
}

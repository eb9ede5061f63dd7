//! The example of the manual, run: what it prints is what was reckoned by hand.

#[allow(dead_code)] // its `main` is the example's
#[path = "../../examples/five_minutes.rs"]
mod example;

use customhouse_kernel::text::Lang;

/// Price and freight 4380 USD, insured at 0.3%: 4393.14 USD at 7.10 are 31191.294. Duty is 9% of it or 1.80
/// for each of 1600 kg, whichever is more; the tax is 9% of 31191.29 + 2880.
#[test]
fn the_example_of_the_manual_runs() {
    let english = example::told(example::GOODS, Lang::En).unwrap();
    let amounts: Vec<&str> = english.lines().take(2).collect();
    assert_eq!(amounts, ["Import duty: 2880.00", "Value added tax: 3066.42"]);
    for said in ["31191.29", "rounded half up to 2 places", "30%", "9%"] {
        assert!(english.contains(said), "{said:?} in\\n{english}");
    }
    let chinese = example::told(example::GOODS, Lang::Zh).unwrap();
    assert!(chinese.starts_with("进口关税: 2880.00\n增值税: 3066.42\n"), "{chinese}");
    let unweighed = example::GOODS.replace(r#"[["035", "1600"]]"#, "[]");
    let refused = example::told(&unweighed, Lang::En).unwrap();
    assert!(refused.starts_with("DUT-") && refused.contains("/items/0/quantities"), "{refused}");
}

use customhouse_exchange::refusals::ALL;

#[test]
fn the_table_is_in_order_of_code_and_in_both_languages() {
    assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
    for reason in ALL {
        assert!(reason.code.starts_with("EXC-"));
        let marks = |text: &str| {
            let mut marks: Vec<String> =
                text.split('{').skip(1).filter_map(|t| Some(t.split_once('}')?.0.to_owned())).collect();
            marks.sort();
            marks
        };
        assert_eq!(marks(reason.zh), marks(reason.en), "{}", reason.code);
        let texts = [reason.zh, reason.en, reason.remedy_zh, reason.remedy_en, reason.basis];
        assert!(texts.iter().all(|t| !t.is_empty()), "{}", reason.code);
    }
}

use super::{read_with_defaults, sample_export, sample_import};
use customhouse_control::form::{Fields, Form, Part};
use customhouse_exchange::single_window::{Direction, xpath};
use customhouse_exchange::{Encoding, Format, Limits, Message, charset, detect, read_in, write, write_in};
use proptest::prelude::*;

/// What a field may hold: any text that is fit for a message and not blank.
fn value() -> impl Strategy<Value = String> {
    let any = prop::collection::vec(any::<char>(), 1..12).prop_map(|cs| cs.into_iter().collect::<String>());
    let text = any.prop_map(|s| {
        s.replace(|c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'), "&<\r\n\">'")
    });
    let codes = "[0-9A-Z<>&;\\]\\[!-]{1,12}";
    let chinese = "[\u{4E00}-\u{9FFF}\u{3400}-\u{3500}\u{20000}-\u{2A000}、“”€\u{E000}-\u{E865}Ａ-Ｚ]{1,12}";
    prop_oneof![text, codes, chinese].prop_filter("blank", |v| !v.trim().is_empty())
}

/// A part with some of its fields filled, but those that the message cannot spell, or not freely.
fn part(part: Part) -> impl Strategy<Value = Fields> {
    let values = prop::collection::vec(prop::option::of(value()), part.fields().len());
    values.prop_map(move |values| {
        let mut fields = Fields::new(part);
        for (field, value) in part.fields().iter().zip(values) {
            if let Some(value) = value.filter(|_| !is_special(field.name)) {
                fields.set(field.name, value);
            }
        }
        fields
    })
}

fn is_special(name: &str) -> bool {
    name.starts_with("preference.")
        || [
            "self_assessed_total",
            "guarantee",
            "periodic_permit",
            "additional_codes",
            "qualified",
            "rate_terms",
        ]
        .contains(&name)
}

fn line() -> impl Strategy<Value = Fields> {
    let proof = prop::option::of(("[0-9]{2}", "[CD]", "[0-9A-Z]{1,10}"));
    (part(Part::Line), proof).prop_map(|(mut line, proof)| {
        if let Some((agreement, kind, number)) = proof {
            line.set("preference.agreement", agreement);
            line.set("preference.proof_kind", kind);
            line.set("preference.proof_number", number);
        }
        line
    })
}

fn form() -> impl Strategy<Value = Form> {
    let direction = prop_oneof![Just("import"), Just("export")];
    let lists = (
        prop::collection::vec(line(), 0..4),
        prop::collection::vec(part(Part::Container), 0..3),
        prop::collection::vec(part(Part::Document), 0..3),
    );
    (part(Part::Head), direction, lists).prop_map(
        |(mut head, direction, (mut lines, containers, documents))| {
            head.set("direction", direction);
            for (i, line) in lines.iter_mut().enumerate() {
                line.set("number", (i + 1).to_string());
            }
            Form { head, lines, containers, documents, strange: Vec::new() }
        },
    )
}

fn message() -> impl Strategy<Value = Message> {
    let optional = || prop::option::of(value());
    (form(), optional(), optional(), optional()).prop_map(
        |(form, version, client_sequence_number, operation)| Message {
            form,
            version,
            client_sequence_number,
            operation,
            ..Message::default()
        },
    )
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![Just(Encoding::Utf8), Just(Encoding::Gb18030), Just(Encoding::Gbk)]
}

fn form_with_marks(marks: &str) -> Message {
    let mut message = sample_export();
    message.form.head.set("marks", format!("a{marks}"));
    message
}

proptest! {
    #[test]
    fn json_comes_back(form in form()) {
        let message = Message { form, ..Message::default() };
        let text = write(Format::Json, &message);
        prop_assert_eq!(detect(text.as_bytes(), None), Format::Json);
        prop_assert_eq!(read_with_defaults(Format::Json, text.as_bytes()), Ok(message));
    }

    #[test]
    fn a_dec_message_comes_back(message in message()) {
        let text = write(Format::DecMessage, &message);
        prop_assert_eq!(detect(text.as_bytes(), None), Format::DecMessage);
        prop_assert_eq!(read_with_defaults(Format::DecMessage, text.as_bytes()), Ok(message));
    }

    /// In any encoding, whatever the characters, and in JSON, which stays UTF-8.
    #[test]
    fn a_dec_message_comes_back_in_its_encoding(message in message(), encoding in encoding()) {
        let bytes = write_in(Format::DecMessage, &message, encoding);
        prop_assert_eq!(detect(&bytes, None), Format::DecMessage);
        let json = write_in(Format::Json, &message, encoding);
        prop_assert_eq!(json, write(Format::Json, &message).into_bytes());
        let message = Message { encoding, ..message };
        prop_assert_eq!(read_with_defaults(Format::DecMessage, &bytes), Ok(message));
    }

    /// A place in a broken message is a place in the bytes that were sent.
    #[test]
    fn a_fault_is_where_the_sender_has_it(
        text in "[a&\u{4E00}-\u{9FFF}\u{20000}-\u{20100}é€]{0,20}",
        encoding in encoding(),
    ) {
        let message = form_with_marks(&text);
        let mut bytes = write_in(Format::DecMessage, &message, encoding);
        let at = bytes.windows(9).position(|w| w == b"</MarkNo>").expect("marks");
        bytes.splice(at..at + 9, *b"&nosuch;");
        let refused = read_with_defaults(Format::DecMessage, &bytes).expect_err("an entity");
        prop_assert_eq!(&refused[0].code, "EXC-023");
        let place = format!("at byte {at} ");
        prop_assert!(refused[0].text.en.contains(&place), "{} {}", at, refused[0].text.en);
    }

    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200), xml in "[<>/a&;'\"=!\\[\\]?\\- #x]{0,60}") {
        for format in [Format::Json, Format::DecMessage] {
            let _ = read_with_defaults(format, &bytes);
            let _ = read_with_defaults(format, xml.as_bytes());
            let _ = read_in(format, Some("GBK"), &bytes, &Limits::default());
            let _ = read_in(format, Some(&xml), &bytes, &Limits::default());
        }
        let _ = charset(&xml);
        let _ = detect(&bytes, Some(&xml));
    }

    /// Damage in several places: what is still read can be written and read again.
    #[test]
    fn a_damaged_message_gives_an_answer(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        for format in [Format::Json, Format::DecMessage] {
            let mut bytes = write(format, &sample_import()).into_bytes();
            for (place, byte) in &damage {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            if let Ok(message) = read_with_defaults(format, &bytes) {
                prop_assert!(read_with_defaults(format, write(format, &message).as_bytes()).is_ok());
            }
        }
    }

    #[test]
    fn any_pointer_has_an_xpath(pointer in "(/[a-z0-9_]{0,12}){0,4}|\\PC{0,20}") {
        for direction in [Direction::Import, Direction::Export] {
            let path = xpath(&pointer, direction);
            prop_assert!(path.starts_with("/DecMessage"));
            prop_assert_eq!(xpath(&path, direction), path);
        }
    }
}

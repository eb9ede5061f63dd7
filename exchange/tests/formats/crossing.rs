//! Where each value of a form stands in a message, both ways: exports cross some elements (handbook 3.4,
//! trap 1; the data dictionary's note on `OriginCountry`).

use super::{form, read_with_defaults};
use customhouse_control::form::{Form, Part, pointer};
use customhouse_exchange::refusals::MALFORMED_JSON;
use customhouse_exchange::{Format, Message, localise, write};
use proptest::prelude::*;

/// The text of the element at an XPath of a message that we wrote: one element a line.
fn text_at(xml: &str, wanted: &str) -> Option<String> {
    let mut open: Vec<String> = Vec::new();
    let mut seen: Vec<std::collections::BTreeMap<String, usize>> = vec![std::collections::BTreeMap::new()];
    for line in xml.lines().skip(1).map(str::trim) {
        let name: String = line.trim_start_matches(['<', '/']).split([' ', '>']).next()?.to_owned();
        if line.starts_with("</") {
            open.pop();
            seen.pop();
            continue;
        }
        let count = seen.last_mut()?.entry(name.clone()).or_default();
        *count += 1;
        let is_repeated = matches!(name.as_str(), "DecList" | "Container" | "LicenseDocu");
        let step = if is_repeated { format!("{name}[{count}]") } else { name.clone() };
        match line.strip_prefix(&format!("<{name}>")).and_then(|l| l.strip_suffix(&format!("</{name}>"))) {
            Some(text) if format!("/{}/{step}", open.join("/")) == wanted => return Some(text.to_owned()),
            Some(_) => {}
            None => {
                open.push(step);
                seen.push(std::collections::BTreeMap::new());
            }
        }
    }
    None
}

#[test]
fn exports_cross_the_countries_of_a_line() {
    for (direction, origin_element, destination_element) in
        [("import", "116", "142"), ("export", "142", "116")]
    {
        let fields = [("direction", direction), ("lines/0/origin", "116"), ("lines/0/destination", "142")];
        let message = Message { form: form(&fields), ..Message::default() };
        let xml = write(Format::DecMessage, &message);
        let at = |name: &str| text_at(&xml, &format!("/DecMessage/DecLists/DecList[1]/{name}"));
        assert_eq!(at("OriginCountry").as_deref(), Some(origin_element), "{direction}");
        assert_eq!(at("DestinationCountry").as_deref(), Some(destination_element), "{direction}");
    }
}

/// The message's own flag decides, wherever in the head it stands.
#[test]
fn the_flag_decides_what_an_element_means() {
    let lines = "<DecLists><DecList><OriginCountry>502</OriginCountry></DecList></DecLists>";
    for (flag, field) in [("I", "origin"), ("E", "destination"), ("", "origin")] {
        let head = format!("<DecHead><BillNo>B</BillNo><IEFlag>{flag}</IEFlag></DecHead>");
        for text in [format!("{head}{lines}"), format!("{lines}{head}")] {
            let xml = format!("<DecMessage>{text}</DecMessage>");
            let message = read_with_defaults(Format::DecMessage, xml.as_bytes()).unwrap();
            assert_eq!(message.form.lines[0].get(field), Some("502"), "{xml}");
            // and a finding about that field is shown at the element that was sent
            let finding = vec![MALFORMED_JSON.at(pointer(Part::Line, 0, field))];
            let found = localise(Format::DecMessage, &message.form, finding);
            assert_eq!(found[0].path, "/DecMessage/DecLists/DecList[1]/OriginCountry", "{xml}");
        }
    }
}

/// A claim of preference is spelt in several places; the self-assessed total and the guarantee in none.
fn is_in_message(name: &str) -> bool {
    !name.starts_with("preference.")
        && ![
            "self_assessed_total",
            "guarantee",
            "periodic_permit",
            "additional_codes",
            "qualified",
            "rate_terms",
        ]
        .contains(&name)
}

/// A form with every field that a message has, each with a value of its own.
fn filled(direction: &str, lines: usize) -> Form {
    let mut form = Form::default();
    let mut next = 0;
    for part in [Part::Head, Part::Line, Part::Container, Part::Document] {
        for _ in 0..if part == Part::Head { 1 } else { lines } {
            let fields = form.add(part);
            for field in part.fields().iter().filter(|f| is_in_message(f.name)) {
                next += 1;
                fields.set(field.name, format!("V{next}"));
            }
        }
    }
    form.head.set("direction", direction);
    form
}

proptest! {
    /// A finding's XPath leads to the element that holds the very value that it is about.
    #[test]
    fn a_findings_place_holds_its_value(
        is_export: bool, lines in 1_usize..4, at in 0_usize..3, place in any::<prop::sample::Index>(),
        part in prop::sample::select(vec![Part::Head, Part::Line, Part::Container, Part::Document]),
    ) {
        let form = filled(if is_export { "export" } else { "import" }, lines);
        let index = if part == Part::Head { 0 } else { at % lines };
        let names: Vec<&str> = part.fields().iter().map(|f| f.name)
            .filter(|n| is_in_message(n) && *n != "direction")
            .collect();
        let name = names[place.index(names.len())];
        let fields = match part {
            Part::Head => &form.head,
            Part::Line => &form.lines[index],
            Part::Container => &form.containers[index],
            Part::Document => &form.documents[index],
        };
        let finding = vec![MALFORMED_JSON.at(pointer(part, index, name))];
        let path = localise(Format::DecMessage, &form, finding)[0].path.clone();
        let message = Message { form: form.clone(), ..Message::default() };
        let xml = write(Format::DecMessage, &message);
        prop_assert_eq!(text_at(&xml, &path), fields.get(name).map(str::to_owned), "{} {}", name, path);
        // and back: what was crossed on the way out is crossed on the way in
        prop_assert_eq!(read_with_defaults(Format::DecMessage, xml.as_bytes()), Ok(message));
    }
}

//! Tests of the formats: whole documents, hostile input, properties.

mod crossing;
mod detect;
mod encodings;
mod hostile;
mod json;
mod properties;
mod refusals;
mod single_window;

use customhouse_control::form::{Form, Part};
use customhouse_exchange::{Format, Limits, Message, read};
use customhouse_kernel::refusal::Refusal;

/// Reads under the default limits.
fn read_with_defaults(format: Format, bytes: &[u8]) -> Result<Message, Vec<Refusal>> {
    read(format, bytes, &Limits::default())
}

/// Code and place of each finding.
fn findings(result: Result<Message, Vec<Refusal>>) -> Vec<(String, String)> {
    let refusals = result.expect_err("this should be refused");
    refusals.into_iter().map(|r| (r.code, r.path)).collect()
}

/// A form with these fields; `lines/0/origin` and the like make the part as they go.
fn form(fields: &[(&str, &str)]) -> Form {
    let mut form = Form::default();
    for (name, value) in fields {
        let steps: Vec<&str> = name.split('/').collect();
        let is_set = match steps.as_slice() {
            [part, index, name] => {
                let part =
                    [Part::Line, Part::Container, Part::Document].into_iter().find(|p| p.member() == *part);
                let part = part.expect("a part of the form");
                let index: usize = index.parse().expect("an index");
                while repetitions(&form, part) <= index {
                    form.add(part);
                }
                match part {
                    Part::Head => false,
                    Part::Line => form.lines[index].set(name, *value),
                    Part::Container => form.containers[index].set(name, *value),
                    Part::Document => form.documents[index].set(name, *value),
                }
            }
            _ => form.head.set(name, *value),
        };
        assert!(is_set, "no field {name}");
    }
    form
}

fn repetitions(form: &Form, part: Part) -> usize {
    match part {
        Part::Head => 1,
        Part::Line => form.lines.len(),
        Part::Container => form.containers.len(),
        Part::Document => form.documents.len(),
    }
}

/// The import of the goldens: two lines, one under RCEP with a certificate.
fn sample_import() -> Message {
    let form = form(&[
        ("direction", "import"),
        ("declaration_office", "2248"),
        ("entry_office", "2248"),
        ("entry_date", "2026-03-02"),
        ("bill", "COSU6123456780"),
        ("transport_mode", "2"),
        ("transport_name", "COSCO STAR"),
        ("voyage", "032E"),
        ("consignee.credit_code", "91990000MA00000017"),
        ("consignee.customs_code", "9931960017"),
        ("consignee.name", "示例进出口<上海>有限公司"),
        ("overseas_consignor.name", "Smith & Sons"),
        ("supervision_mode", "0110"),
        ("levy_nature", "101"),
        ("packages", "12"),
        ("gross_kg", "1250.5"),
        ("net_kg", "1200"),
        ("terms", "3"),
        ("freight.mark", "3"),
        ("freight.currency", "502"),
        ("freight.rate", "800.00"),
        ("price_confirmations", "00000"),
        ("lines/0/number", "1"),
        ("lines/0/commodity_code", "8703234190"),
        ("lines/0/name", "小轿车"),
        ("lines/0/quantity", "2"),
        ("lines/0/total", "40000.00"),
        ("lines/0/currency", "502"),
        ("lines/0/origin", "116"),
        ("lines/0/destination", "142"),
        ("lines/0/preference.agreement", "22"),
        ("lines/0/preference.proof_kind", "C"),
        ("lines/0/preference.proof_number", "JP20260001"),
        ("lines/1/number", "2"),
        ("lines/1/commodity_code", "8708299000"),
        ("lines/1/origin", "502"),
        ("containers/0/number", "CSQU3054383"),
        ("containers/0/lines", "1,2"),
        ("documents/0/code", "A"),
        ("documents/0/number", "26-AA-000017"),
    ]);
    Message {
        form,
        version: Some("4.8".to_owned()),
        client_sequence_number: Some("202603020000000017".to_owned()),
        operation: Some("C".to_owned()),
        ..Message::default()
    }
}

/// An export, whose message crosses the countries and names the foreign party as consignee.
fn sample_export() -> Message {
    let form = form(&[
        ("direction", "export"),
        ("declaration_office", "2248"),
        ("entry_office", "2248"),
        ("transport_mode", "2"),
        ("consignee.credit_code", "91990000MA00000017"),
        ("consignee.name", "示例纺织有限公司"),
        ("consumer.name", "示例织造厂"),
        ("overseas_consignor.code", "NO"),
        ("overseas_consignor.name", "Smith & Sons"),
        ("supervision_mode", "0110"),
        ("trading_country", "502"),
        ("departure_country", "502"),
        ("last_port", "USA000"),
        ("entry_port", "310001"),
        ("terms", "3"),
        ("lines/0/number", "1"),
        ("lines/0/name", "棉布"),
        ("lines/0/origin", "142"),
        ("lines/0/destination", "502"),
        ("lines/0/district", "31229"),
        ("lines/1/number", "2"),
        ("lines/1/origin", "116"),
        ("lines/1/preference.agreement", "22"),
        ("lines/1/preference.proof_kind", "C"),
        ("lines/1/preference.proof_number", "CN20260001"),
    ]);
    Message { form, ..Message::default() }
}

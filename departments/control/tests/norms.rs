//! Every norm of the China pack, one row a norm: a good form, what is changed in it, and the norm that
//! must speak; and that it is silent the other way, where it is of one direction (handbook 3.4, 3.5).

mod ledger;

use customhouse_control::form::{Fields, Form, Part};
use customhouse_control::{BillKnowledge, BillRecord, ControlLaw, Goods, NormContext, assess_form, read};
use customhouse_kernel::law::{faults_text, read_pack};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::{CreditCode, Direction, Exact, Money, OfficeCode, Rounding};
use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use std::sync::LazyLock;

const TODAY: Date = date(2026, 11, 20);

static CHINA: LazyLock<ControlLaw> = LazyLock::new(ledger::china);

/// The directions in which a row's change must raise its norm; in the other one it must not.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Both,
    Import,
    Export,
}
use Way::{Both, Export, Import};

/// A norm, where it speaks, and what is changed: fields (`line.total`, the first line; an empty value
/// clears it), or `@lines` (so many copies), `@bill` (`missing`, `declared`, `announced`),
/// `@second line.currency`.
type Row = (&'static str, Way, &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    // what this version covers
    ("KIND-STEPS", Both, &[("declaration_kind", "  7")]),
    ("TWO-STEP-IMPORT", Export, &[("declaration_kind", "  5")]),
    ("TWO-STEP-PLAIN", Both, &[("declaration_kind", "CL6")]),
    (
        "TWO-STEP-ENTERED",
        Import,
        &[("declaration_kind", "  5"), ("entry_date", "2026-12-05"), ("@bill", "ahead")],
    ),
    ("ENTRY-NUMBER-GIVEN", Both, &[("entry_number", "222520261000000001")]),
    ("MODE-COVERED", Both, &[("supervision_mode", "0214")]),
    ("LEVY-COVERED", Both, &[("levy_nature", "299")]),
    ("DUTY-MODE-COVERED", Both, &[("line.duty_mode", "3")]),
    // mode, levy nature, record number
    ("MODE-LEVY", Both, &[("supervision_mode", "0615"), ("levy_nature", "101")]),
    ("LEVY-GIVEN", Both, &[("levy_nature", "")]),
    ("RECORD-NUMBER-LETTER", Both, &[("record_number", "C22256000001")]),
    ("RECORD-NUMBER-FORM", Both, &[("record_number", "Z2225600000")]),
    ("RECORD-NUMBER-KIND", Both, &[("record_number", "A22256000001")]),
    ("MODE-DUTY", Both, &[("line.duty_mode", "3")]),
    ("LICENCE-FORM", Both, &[("licence_number", "26AA123456")]),
    ("TRANSFER-DOCUMENT", Both, &[("supervision_mode", "0654"), ("levy_nature", "")]),
    ("DECLARATION-PREFIX", Both, &[("declaration_kind", "QQ")]),
    ("GUARANTEE-MODE", Import, &[("guarantee", "G22252026000001")]),
    ("ENTRY-TYPE", Both, &[("entry_type", "Q")]),
    // office, days, bill
    ("OFFICE-HOUSE", Both, &[("entry_office", "2200")]),
    ("DECLARATION-OFFICE-HOUSE", Both, &[("declaration_office", "2200")]),
    ("ENTRY-DATE-NOT-FUTURE", Import, &[("entry_date", "2026-12-05"), ("@bill", "ahead")]),
    ("BILL-KNOWN", Both, &[("@bill", "missing")]),
    ("BILL-OPEN", Both, &[("@bill", "declared")]),
    ("BILL-ARRIVED", Export, &[("@bill", "announced")]),
    ("BILL-ENTRY-DATE", Import, &[("entry_date", "2026-11-17")]),
    ("BILL-PACKAGES", Both, &[("packages", "11")]),
    ("BILL-GROSS", Both, &[("gross_kg", "1250.6")]),
    ("TRANSPORT-NAME", Both, &[("transport_name", "")]),
    // transport, bill, ports
    ("BILL-SUB-SEA", Both, &[("bill", "COSU1_H1")]),
    ("BILL-SUB-AIR", Both, &[("transport_mode", "5"), ("bill", "COSU1*H1")]),
    ("BILL-SUB-OTHER", Both, &[("transport_mode", "4"), ("bill", "COSU1*H1")]),
    ("BILL-SUB-ONE", Both, &[("bill", "COSU1*H1*H2")]),
    ("BILL-SUB-WHOLE", Both, &[("bill", "COSU1*")]),
    ("VOYAGE-SEA", Both, &[("voyage", "")]),
    ("TERMS-NO-BORDER", Both, &[("transport_mode", "7"), ("terms", "2")]),
    ("FIXED-PACKAGES", Both, &[("transport_mode", "G")]),
    ("DEPARTURE-PORT-FORM", Import, &[("departure_port", "DEU-01")]),
    ("LAST-PORT-FORM", Both, &[("last_port", "DEU01")]),
    ("ENTRY-PORT-FORM", Both, &[("entry_port", "3100011")]),
    ("OVERSEAS-NAME", Both, &[("overseas_consignor.code", "NO"), ("overseas_consignor.name", "")]),
    // mass, packages, costs
    ("NET-GROSS", Both, &[("net_kg", "1250.6")]),
    ("GROSS-POSITIVE", Both, &[("gross_kg", "0")]),
    ("NET-POSITIVE", Both, &[("net_kg", "0")]),
    ("PACKAGES", Both, &[("packages", "0")]),
    ("PACKAGES-BULK", Both, &[("packaging", "00")]),
    ("PACKAGES-UNPACKED", Both, &[("packaging", "01")]),
    ("FREIGHT-TERMS", Import, &[("terms", "3"), ("freight.mark", ""), ("freight.rate", "")]),
    ("FREIGHT-INCLUDED", Import, &[("terms", "1"), ("freight.mark", "3"), ("freight.rate", "5")]),
    ("FREIGHT-TERMS-EXPORT", Export, &[("terms", "2")]),
    ("FREIGHT-EXPORT", Export, &[("terms", "3"), ("freight.mark", "3"), ("freight.rate", "5")]),
    ("INSURANCE-INCLUDED", Import, &[("terms", "1"), ("insurance.mark", "1"), ("insurance.rate", "0.3")]),
    ("INSURANCE-TERMS-EXPORT", Export, &[("terms", "4")]),
    ("INSURANCE-EXPORT", Export, &[("terms", "3"), ("insurance.mark", "1"), ("insurance.rate", "0.3")]),
    ("FREIGHT-ZERO", Import, &[("terms", "3"), ("freight.mark", "1"), ("freight.rate", "0")]),
    ("INSURANCE-ZERO", Import, &[("terms", "3"), ("insurance.mark", "1"), ("insurance.rate", "0")]),
    ("FREIGHT-POSITIVE", Both, &[("freight.mark", "3"), ("freight.rate", "-1")]),
    ("INSURANCE-POSITIVE", Both, &[("insurance.mark", "3"), ("insurance.rate", "-1")]),
    ("INSURANCE-MARK", Both, &[("insurance.mark", "2"), ("insurance.rate", "1")]),
    ("OTHER-MARK", Both, &[("other.mark", "2"), ("other.rate", "1")]),
    ("FREIGHT-CURRENCY", Both, &[("freight.mark", "3"), ("freight.rate", "5"), ("freight.currency", "")]),
    ("INSURANCE-CURRENCY", Both, &[("insurance.mark", "3"), ("insurance.rate", "5")]),
    ("OTHER-CURRENCY", Both, &[("other.mark", "3"), ("other.rate", "5")]),
    ("FREIGHT-PAIR", Both, &[("freight.mark", "1"), ("freight.rate", "")]),
    ("INSURANCE-PAIR", Both, &[("insurance.mark", ""), ("insurance.rate", "0.3")]),
    ("OTHER-PAIR", Both, &[("other.mark", "1")]),
    ("OTHER-DEDUCTION", Both, &[("other.mark", "1"), ("other.rate", "-99")]),
    ("FREIGHT-PERCENT", Both, &[("freight.mark", "1"), ("freight.rate", "99.5")]),
    ("FREIGHT-PER-TONNE", Both, &[("freight.mark", "2"), ("freight.rate", "10000000000")]),
    ("FREIGHT-TOTAL", Both, &[("freight.mark", "3"), ("freight.rate", "1000000000000")]),
    ("FREIGHT-PLACES", Both, &[("freight.mark", "3"), ("freight.rate", "5.00001")]),
    ("INSURANCE-PERCENT", Both, &[("insurance.mark", "1"), ("insurance.rate", "100")]),
    ("INSURANCE-TOTAL", Both, &[("insurance.mark", "3"), ("insurance.rate", "1000000000000")]),
    ("INSURANCE-PLACES", Both, &[("insurance.mark", "1"), ("insurance.rate", "0.30001")]),
    ("OTHER-PERCENT", Both, &[("other.mark", "1"), ("other.rate", "-99.1")]),
    ("OTHER-TOTAL", Both, &[("other.mark", "3"), ("other.rate", "-1000000000000")]),
    ("OTHER-PLACES", Both, &[("other.mark", "1"), ("other.rate", "-0.30001")]),
    ("PRICE-CONFIRMATIONS", Both, &[("price_confirmations", "0000X")]),
    ("PRICE-INFLUENCE", Both, &[("price_confirmations", "01000")]),
    ("PRICE-RELATED", Both, &[("price_confirmations", "19000")]),
    ("PRICE-EXPORT", Export, &[("price_confirmations", "00000")]),
    // lines
    ("LINES-COUNT", Both, &[("@lines", "51")]),
    ("LINE-NUMBER", Both, &[("line.number", "2")]),
    ("ONE-CURRENCY", Both, &[("@lines", "2"), ("@second line.currency", "USD")]),
    ("TOTAL-LIMIT", Both, &[("line.total", "1000000000001")]),
    ("CODE-KNOWN", Both, &[("line.commodity_code", "9999999999")]),
    ("FIRST-UNIT", Both, &[("line.first_unit", "035")]),
    ("SECOND-UNIT", Both, &[("line.second_quantity", ""), ("line.second_unit", "")]),
    ("SECOND-PAIR", Both, &[("line.second_quantity", "")]),
    ("QUANTITY-POSITIVE", Both, &[("line.quantity", "0")]),
    ("FIRST-QUANTITY-POSITIVE", Both, &[("line.first_quantity", "0")]),
    ("SECOND-QUANTITY-POSITIVE", Both, &[("line.second_quantity", "0")]),
    ("TOTAL-POSITIVE", Both, &[("line.total", "0")]),
    ("PRICE-TIMES-QUANTITY", Both, &[("line.price", "81")]),
    ("SAME-UNIT", Both, &[("line.first_quantity", "99")]),
    ("DESTINATION-IMPORT", Import, &[("line.destination", "DE")]),
    ("DESTINATION-EXPORT", Export, &[("line.destination", "CN")]),
    ("DISTRICT-FORM", Both, &[("line.district", "3122")]),
    ("PREFERENCE-COMPLETE", Both, &[("line.preference.agreement", "14")]),
    // documents
    ("DOCUMENT-BAN", Both, &[("document.code", "9"), ("document.number", "1")]),
    ("DOCUMENT-IMPORT", Export, &[("document.code", "7"), ("document.number", "1")]),
    ("DOCUMENT-EXPORT", Import, &[("document.code", "4"), ("document.number", "1")]),
    ("DOCUMENT-CLEARANCE", Both, &[("document.code", "A"), ("document.number", "1")]),
    // parties and containers
    ("CONSIGNEE-CHECK", Both, &[("consignee.credit_code", "91990000MA0000009X")]),
    ("AGENT-CHECK", Both, &[("agent.credit_code", "91990000MA0000009X")]),
    ("CONTAINER-CHECK", Both, &[("container.number", "CSQU3054384")]),
    ("CONTAINER-ONCE", Both, &[("container.number", "CSQU3054383"), ("@containers", "2")]),
    ("CONTAINER-LINES", Both, &[("container.number", "CSQU3054383"), ("container.lines", "1,2")]),
    ("CONTAINER-SHARED", Both, &[("container.number", "CSQU3054383"), ("container.shared", "2")]),
    ("CONTAINER-MASS", Both, &[("container.number", "CSQU3054383"), ("container.goods_kg", "0")]),
    ("CONTAINER-TARE", Both, &[("container.number", "CSQU3054383"), ("container.tare_kg", "0")]),
    ("CONTAINER-TRANSPORT", Both, &[("container.number", "CSQU3054383"), ("transport_mode", "5")]),
];

/// A head that is good both ways; one line of vehicle lamps.
const HEAD: &[(&str, &str)] = &[
    ("declaration_office", "2225"),
    ("entry_office", "2225"),
    ("bill", "COSU1"),
    ("transport_mode", "2"),
    ("transport_name", "COSCO OCEANIA"),
    ("voyage", "079WW"),
    ("consignee.customs_code", "9999910001"),
    ("consignee.name", "示例进出口有限公司"),
    ("consumer.name", "示例进出口有限公司"),
    ("overseas_consignor.name", "EXAMPLE GMBH"),
    ("supervision_mode", "0110"),
    ("levy_nature", "101"),
    ("trading_country", "DE"),
    ("departure_country", "DE"),
    ("last_port", "DEU001"),
    ("entry_port", "310001"),
    ("packages", "10"),
    ("packaging", "22"),
    ("gross_kg", "1250.5"),
    ("net_kg", "1100"),
    ("terms", "3"),
];
const IMPORT: &[(&str, &str)] = &[
    ("direction", "import"),
    ("entry_date", "2026-11-18"),
    ("departure_port", "DEU001"),
    ("storage_place", "外港监管仓"),
    ("price_confirmations", "00000"),
    ("freight.mark", "3"),
    ("freight.currency", "EUR"),
    ("freight.rate", "500"),
    ("line.origin", "DE"),
    ("line.destination", "CN"),
];
const EXPORT: &[(&str, &str)] = &[("direction", "export"), ("line.origin", "CN"), ("line.destination", "DE")];
const LINE: &[(&str, &str)] = &[
    ("line.number", "1"),
    ("line.commodity_code", "8512201000"),
    ("line.name", "车灯"),
    ("line.quantity", "100"),
    ("line.unit", "007"),
    ("line.first_quantity", "100"),
    ("line.first_unit", "007"),
    ("line.second_quantity", "1100"),
    ("line.second_unit", "035"),
    ("line.price", "80"),
    ("line.total", "8000"),
    ("line.currency", "EUR"),
    ("line.district", "31222"),
    ("line.duty_mode", "1"),
];

fn good(way: Way) -> Form {
    let mut form = Form::default();
    let firm = CreditCode::complete("91990000MA0000009").unwrap().to_string();
    assert!(form.head.set("consignee.credit_code", firm));
    let own = if way == Export { EXPORT } else { IMPORT };
    for (field, value) in HEAD.iter().chain(LINE).chain(own) {
        set(&mut form, field, value);
    }
    form
}

/// Writes a field of the head or of the first repetition of another part.
fn set(form: &mut Form, field: &str, value: &str) {
    for part in [Part::Line, Part::Container, Part::Document] {
        if let Some(name) = field.strip_prefix(part.prefix()) {
            assert!(first(form, part).set(name, value), "{field}");
            return;
        }
    }
    assert!(form.head.set(field, value), "{field}");
}

fn first(form: &mut Form, part: Part) -> &mut Fields {
    let list = match part {
        Part::Head => return &mut form.head,
        Part::Line => &mut form.lines,
        Part::Container => &mut form.containers,
        Part::Document => &mut form.documents,
    };
    if list.is_empty() {
        list.push(Fields::new(part));
    }
    &mut list[0]
}

/// What is said of a good form after changes.
fn findings(way: Way, changes: &[(&str, &str)]) -> Vec<Refusal> {
    let mut form = good(way);
    let mut bill = known(way, true);
    for (field, value) in changes {
        match *field {
            "@bill" if *value == "missing" => bill = BillKnowledge::Missing,
            "@bill" if *value == "announced" => {
                let announced = BillRecord { arrived: None, ..manifest(way) };
                bill = BillKnowledge::Known { bill: Box::new(announced), open: false };
            }
            "@bill" if *value == "ahead" => {
                bill = BillKnowledge::Known { bill: Box::new(ahead(way)), open: true }
            }
            "@bill" => bill = known(way, false),
            "@lines" => repeat(&mut form.lines, value),
            "@containers" => repeat(&mut form.containers, value),
            field => match field.strip_prefix("@second line.") {
                Some(name) => assert!(form.lines[1].set(name, *value)),
                None => set(&mut form, field, value),
            },
        }
    }
    read(&form, &CHINA, &NormContext { today: TODAY, bill }).findings
}

fn repeat(parts: &mut Vec<Fields>, count: &str) {
    let count: usize = count.parse().unwrap();
    while parts.len() < count {
        let mut copy = parts[0].clone();
        if copy.part() == Part::Line {
            copy.set("number", (parts.len() + 1).to_string());
        }
        parts.push(copy);
    }
}

fn known(way: Way, open: bool) -> BillKnowledge {
    BillKnowledge::Known { bill: Box::new(manifest(way)), open }
}

fn codes(findings: &[Refusal]) -> Vec<&str> {
    findings.iter().map(|f| f.code.as_str()).collect()
}

#[test]
fn a_good_form_is_good_both_ways() {
    assert_eq!(codes(&findings(Import, &[])), Vec::<&str>::new());
    assert_eq!(codes(&findings(Export, &[])), Vec::<&str>::new());
}

#[test]
fn each_norm_speaks_where_it_should() {
    for (norm, way, changes) in ROWS {
        let id = format!("CN-NORM-{norm}");
        for (direction, wanted) in [(Import, *way != Export), (Export, *way != Import)] {
            let found = findings(direction, changes);
            let spoken = found.iter().find(|f| f.code == id);
            let name = if direction == Export { "export" } else { "import" };
            assert_eq!(spoken.is_some(), wanted, "{id} on {name}: {:?}", codes(&found));
            if let Some(finding) = spoken {
                assert!(!finding.text.zh.contains('{') && !finding.text.en.contains('{'), "{id}");
                assert!(!finding.path.is_empty() && !finding.basis.is_empty(), "{id}");
            }
        }
    }
}

/// Also where no other line is left to assess.
#[test]
fn a_code_of_no_tariff_is_refused_once() {
    let mut form = good(Import);
    set(&mut form, "line.commodity_code", "9999999999");
    let findings = assess_form(&form, &CHINA, TODAY).unwrap_err();
    let errors: Vec<&str> = findings.iter().filter(|f| f.is_error()).map(|f| f.code.as_str()).collect();
    assert_eq!(errors, ["CN-NORM-CODE-KNOWN"], "{findings:#?}");
}

#[test]
fn each_norm_of_the_pack_has_a_row() {
    let norms = CHINA.rulebook.kind("norm").iter().filter(|rule| rule.valid.covers(TODAY));
    let in_pack: BTreeSet<String> = norms.map(|rule| rule.id.to_string()).collect();
    let in_rows: BTreeSet<String> = ROWS.iter().map(|(norm, ..)| format!("CN-NORM-{norm}")).collect();
    assert_eq!(in_pack.difference(&in_rows).collect::<Vec<_>>(), Vec::<&String>::new(), "without a row");
    assert_eq!(in_rows.difference(&in_pack).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the pack");
    assert_eq!(in_rows.len(), ROWS.len(), "one row a norm");
}

/// A field of the other direction, or one that this direction must have.
/// Before two-step declaration there was one step only.
#[test]
fn a_kind_of_two_steps_before_there_were_any() {
    let mut form = good(Import);
    set(&mut form, "declaration_kind", "  5");
    let said = |today: Date| {
        let context = NormContext { today, bill: BillKnowledge::NotAsked };
        let found = read(&form, &CHINA, &context).findings;
        found.iter().any(|f| f.code == "CN-NORM-KIND-ORDINARY")
    };
    assert!(said(date(2019, 8, 23)));
    assert!(!said(date(2019, 8, 24)));
}

#[test]
fn fields_by_direction() {
    for (way, field, value, code, words) in [
        (
            Export,
            "entry_date",
            "2026-11-18",
            "CTL-030",
            "An export declaration has no Date of exit of the means",
        ),
        (Export, "departure_port", "DEU001", "CTL-030", "出口申报不填启运港，现填报为“DEU001”。"),
        (Export, "storage_place", "外港监管仓", "CTL-030", "出口申报不填货物存放地点"),
        (Import, "entry_date", "", "CTL-001", "Date of entry of the means is missing."),
        (Import, "departure_port", "", "CTL-001", "未填报启运港。"),
        (Import, "storage_place", "", "CTL-001", "Place of storage is missing."),
        (Import, "price_confirmations", "", "CTL-001", "未填报价格说明。"),
        (Export, "last_port", "", "CTL-001", "Port of destination is missing."),
        (Import, "last_port", "", "CTL-001", "Last foreign port is missing."),
        (Export, "line.district", "", "CTL-001", "未填报境内货源地。"),
    ] {
        let found = findings(way, &[(field, value)]);
        let finding = found.iter().find(|f| f.code == code);
        let finding = finding.unwrap_or_else(|| panic!("{field}: {:?}", codes(&found)));
        let texts = format!("{} {}", finding.text.zh, finding.text.en);
        assert!(texts.contains(words), "{texts}");
    }
    // while the direction is not in form, only what both ways ask for is asked
    let found = findings(Import, &[("direction", "X"), ("storage_place", "")]);
    assert!(found.iter().all(|f| f.path != "/storage_place"), "{:?}", codes(&found));
}

/// Numbers, flags and licences at the border of what fits.
#[test]
fn what_just_fits() {
    for changes in [
        &[("bill", "COSU1*H1")][..],
        &[("transport_mode", "5"), ("bill", "784-1_H1")],
        &[("licence_number", "26-AA-123456")],
        &[("price_confirmations", "11000")],
        &[
            ("terms", "2"),
            ("freight.rate", ""),
            ("freight.mark", ""),
            ("insurance.mark", "1"),
            ("insurance.rate", "99"),
        ],
        &[("freight.rate", "999999999999.9999")],
        &[("container.number", "CSQU3054383"), ("container.lines", "1")],
        &[("document.code", "7"), ("document.number", "1")],
        &[("entry_type", "M")],
        &[("line.duty_mode", "1"), ("line.district", "1111W")],
    ] {
        assert_eq!(codes(&findings(Import, changes)), Vec::<&str>::new(), "{changes:?}");
    }
    // a deduction is no error, and is spoken of
    let found = findings(Import, &[("other.mark", "1"), ("other.rate", "-99")]);
    assert_eq!(codes(&found), ["CN-NORM-OTHER-DEDUCTION"]);
    assert!(!found[0].is_error());
}

/// Handbook 3.5: what the table says of a declaration's mode, levy nature, record number.
#[test]
fn modes_and_what_goes_with_them() {
    let good = "";
    for (way, mode, levy, record, want) in [
        (Import, "0110", "101", "", good),
        (Import, "0110", "101", "Z22256000001", "RECORD-NUMBER-LETTER"),
        (Import, "0110", "789", "Z22256000001", good),
        (Import, "0110", "789", "", "RECORD-NUMBER-LETTER"),
        (Import, "0110", "502", "", "MODE-LEVY"),
        (Import, "0214", "502", "B22256000001", good),
        (Import, "0214", "502", "C22256000001", "RECORD-NUMBER-LETTER"),
        (Import, "0214", "101", "B22256000001", "MODE-LEVY"),
        (Import, "0615", "503", "E22256000001", good),
        (Import, "0258", "", "B22256000001", good),
        (Import, "0300", "", "H22256000001", good),
        (Import, "5034", "", "T3111W000076", good),
        (Import, "5034", "", "B22256000001", "RECORD-NUMBER-LETTER"),
        (Import, "9700", "101", "H22256000001", good),
        (Import, "2025", "799", "Z22256000001", good),
        (Import, "0320", "501", "D22256000001", good),
        (Import, "0615", "", "C22256000001", "LEVY-GIVEN"),
        (Export, "0110", "601", "", good),
        (Export, "0110", "789", "", "MODE-LEVY"),
        (Export, "0265", "299", "H22256000001", good),
        (Export, "0664", "299", "B22256000001", "RECORD-NUMBER-LETTER"),
        (Export, "1300", "299", "", good),
    ] {
        let found =
            findings(way, &[("supervision_mode", mode), ("levy_nature", levy), ("record_number", record)]);
        let spoken = ["MODE-LEVY", "LEVY-GIVEN", "RECORD-NUMBER-LETTER"]
            .into_iter()
            .find(|norm| found.iter().any(|f| f.code == format!("CN-NORM-{norm}")));
        assert_eq!(spoken.unwrap_or(""), want, "{mode} {levy} {record}: {:?}", codes(&found));
    }
}

/// The message says what would fit.
#[test]
fn a_mismatch_names_what_fits() {
    let text = |changes: &[(&str, &str)], norm: &str| {
        let found = findings(Import, changes);
        found.iter().find(|f| f.code == norm).map(|f| f.text.en.to_string()).unwrap_or_default()
    };
    let levy = text(&[("supervision_mode", "0615")], "CN-NORM-MODE-LEVY");
    assert_eq!(levy, "Levy nature 101 does not go with supervision mode 0615; these do: 503.");
    let many = text(&[("levy_nature", "502")], "CN-NORM-MODE-LEVY");
    assert!(many.contains("these do: 101 118 119") && many.contains('…'), "{many}");
    let letter = text(&[("supervision_mode", "0300"), ("levy_nature", "")], "CN-NORM-RECORD-NUMBER-LETTER");
    assert!(letter.contains("begins with: B E H"), "{letter}");
}

/// A mode on the code list that the table does not know is let through with a warning; one that is
/// not on the list is refused by name, and nothing more is said of it.
#[test]
fn a_mode_that_the_table_does_not_know() {
    let found = findings(Import, &[("supervision_mode", "3010")]);
    let unknown: Vec<&Refusal> = found.iter().filter(|f| f.code == "CTL-012").collect();
    assert_eq!(unknown.len(), 1, "{:?}", codes(&found));
    assert!(!unknown[0].is_error() && unknown[0].text.en.contains("CN-NORM-MODE-LEVY"));

    let found = findings(Import, &[("supervision_mode", "0111")]);
    assert_eq!(codes(&found), ["CTL-009"]);
    assert_eq!(found[0].path, "/supervision_mode");
}

/// Which kinds of declaration are open: one that is not is refused by its code and its name.
#[test]
fn kinds_of_declaration() {
    for (way, kind, code, words) in [
        (Import, "CL", "", ""),
        (Import, "CL0", "", ""),
        (Import, "  5", "", ""),
        (Import, "  6", "", ""),
        (Import, "CL7", "CN-NORM-KIND-STEPS", "The third character of the kind of declaration cannot be 7"),
        (Import, "CL5", "CN-NORM-TWO-STEP-PLAIN", "does not go with the mode CL"),
        (Export, "  6", "CN-NORM-TWO-STEP-IMPORT", "Only imports are declared in two steps"),
        (Export, "CL", "CTL-055", "CL (Aggregate taxation) is not open for exports."),
        (Import, "ML", "CTL-055", "ML (Record list of a bonded area) is not open for imports."),
        (
            Import,
            "EC",
            "CTL-055",
            "EC (Low-value express goods, aggregate taxation) is not open for imports.",
        ),
        (Import, "QQ", "CN-NORM-DECLARATION-PREFIX", "QQ are on no list"),
    ] {
        let found = findings(way, &[("declaration_kind", kind)]);
        if code.is_empty() {
            assert_eq!(codes(&found), Vec::<&str>::new(), "{kind}");
            continue;
        }
        assert_eq!(codes(&found), [code], "{kind}");
        assert_eq!(found[0].path, "/declaration_kind");
        assert!(found[0].text.en.contains(words) && found[0].is_error(), "{kind}: {}", found[0].text.en);
        assert!(!found[0].text.zh.contains('{'), "{kind}: {}", found[0].text.zh);
    }
    let export = findings(Export, &[("guarantee", "G22252026000001")]);
    assert_eq!(codes(&export).len(), 1, "exports name no guarantee: {:?}", codes(&export));
}

/// A mode that does not fit is a fault of the pack.
#[test]
fn a_mode_that_does_not_fit() {
    for (was, is) in [
        ("key = \"CL\"", "key = \"CLX\""),
        ("does = \"aggregate_payment\"", "does = \"nothing\""),
        ("direction = \"import\"", "direction = \"inward\""),
    ] {
        let mut files = ledger::pack_files();
        let text = files
            .iter_mut()
            .find(|(n, _)| n == "rules/declaration-modes.toml")
            .map(|(_, text)| text)
            .unwrap();
        assert!(text.contains(was), "{was}");
        *text = text.replacen(was, is, 1);
        let faults = ControlLaw::compile(&read_pack(&files).unwrap()).expect_err(is);
        assert_eq!(faults.len(), 1, "{is}");
    }
}

/// The table holds what handbook 3.5 lists, and the lists are whole.
#[test]
fn the_table_and_the_lists_are_whole() {
    assert_eq!(CHINA.rulebook.kind("mode_compatibility").len(), 121);
    for (list, count) in [
        ("supervision_mode", 109),
        ("levy_nature", 72),
        ("transport_mode", 18),
        ("terms", 7),
        ("packaging", 17),
        ("duty_mode", 9),
        ("document", 29),
        ("record_letter", 14),
        ("entry_type", 5),
        ("declaration_prefix", 21),
    ] {
        assert_eq!(CHINA.codes.list(list, TODAY).count(), count, "{list}");
    }
}

/// What does not fit in the new tables is a fault of the pack, with its file, before anything is in force.
#[test]
fn a_pack_that_does_not_fit() {
    for (file, was, is, words) in [
        (
            "mode-compatibility",
            "import,0615,503,C E,",
            "import,0615,503,C U,",
            "list record_letter has no code U",
        ),
        (
            "mode-compatibility",
            "import,0615,503,",
            "import,0616,503,",
            "list supervision_mode has no code 0616",
        ),
        ("mode-compatibility", "import,0615,503,", "import,0615,504,", "list levy_nature has no code 504"),
        ("mode-compatibility", "import,0615,503,", "inward,0615,503,", "does not fit its kind"),
        ("field-norms", ",,import,export,100,", ",,yes,export,100,", "cannot be both required and absent"),
        ("field-norms", ",,import,export,100,", ",,sometimes,,100,", "does not fit its kind"),
    ] {
        let name = format!("tables/{file}.csv");
        let mut files = ledger::pack_files();
        let text = files.iter_mut().find(|(n, _)| *n == name).map(|(_, text)| text).unwrap();
        assert!(text.contains(was), "{was}");
        *text = text.replacen(was, is, 1);
        let pack = read_pack(&files).unwrap();
        let faults = ControlLaw::compile(&pack).expect_err(is);
        let told = faults_text(&faults, Lang::En);
        assert!(told.contains(words) && told.contains(&name), "{is}: {told}");
    }
}

/// A bill that was filed on the day before, for entry on 5 December.
fn ahead(way: Way) -> BillRecord {
    let filed = serde_json::json!({
        "step": "filed", "state": "filed",
        "moment": { "utc_micros": 1_795_075_200_000_000_i64, "local": "2026-11-19T16:00:00" },
    });
    BillRecord {
        entry_date: (way != Export).then(|| date(2026, 12, 5)),
        timeline: vec![serde_json::from_value(filed).unwrap()],
        ..manifest(way)
    }
}

fn manifest(way: Way) -> BillRecord {
    let gross_kg = Exact::parse("1250.5").unwrap();
    BillRecord {
        direction: if way == Export { Direction::Export } else { Direction::Import },
        office: OfficeCode::parse("2225").unwrap(),
        bill: "COSU1".to_owned(),
        transport_mode: "2".to_owned(),
        transport_name: "COSCO OCEANIA".to_owned(),
        voyage: "079WW".to_owned(),
        entry_date: (way != Export).then(|| date(2026, 11, 18)),
        entered: None,
        loading: (way == Export).then(|| date(2026, 11, 22).at(8, 0, 0, 0)),
        place: "外港监管仓".to_owned(),
        packages: 10,
        gross_kg,
        consignee: None,
        arrived: Some(Goods { packages: 10, gross_kg }),
        loaded: None,
        shut_out: None,
        departed: None,
        declaration: None,
        declare_by: None,
        open_again: None,
        case: None,
        cases: 0,
        aside: None,
        timeline: Vec::new(),
    }
}

/// Rates by producer, on the drained weight and on a retail price, laid over the pack.
const RATES: &str = r#"# kind = "measure"
# key = "goods"
# valid = "2026-01-01.."
# published = "2025-12-29"
# confirmed = false
# basis = { authority = "国务院关税税则委员会", document = "测试", article = "" }
id,goods,charge,tier,origin,programme,additional_code,rate
test.named,8512201000,anti_dumping,standard,DE,,A101,4.5%
test.others,8512201000,anti_dumping,standard,DE,,A999,30%
test.drained,8512201000,safeguard,standard,,,,2 CNY/kg.drained
test.retail,8512201000,retaliatory,standard,,,,amount(1% * price.retail)
"#;

#[test]
fn what_rates_ask_of_a_line_reaches_them() {
    let mut files = ledger::pack_files();
    files.push(("tables/measures-test.csv".to_owned(), RATES.to_owned()));
    let law = read_pack(&files)
        .and_then(|pack| ControlLaw::compile(&pack))
        .unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)));
    let lodged = |facts: [&str; 3]| {
        let mut form = good(Import);
        for (name, value) in ["additional_codes", "qualified", "rate_terms"].into_iter().zip(facts) {
            assert!(form.lines[0].set(name, value));
        }
        assess_form(&form, &law, TODAY)
    };
    let whole = ["A101", "035.drained=120.5", "price.retail=25000"];
    let (declaration, found, _) = lodged(whole).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let share = |percent: &str| {
        let exact = found.value().exact().mul(Exact::parse(percent).unwrap()).unwrap();
        Money::rounded(exact, 2, Rounding::HalfUp).unwrap().to_string()
    };
    let owed = ["anti_dumping", "safeguard", "retaliatory"].map(|charge| found.charge(charge).to_string());
    assert_eq!(owed, [share("0.045"), "241.00".to_owned(), "250.00".to_owned()]);
    // a producer that no notice names, and a declaration that is kept as it was read
    let (_, others, _) = lodged(["A999", whole[1], whole[2]]).unwrap();
    assert_eq!(others.charge("anti_dumping").to_string(), share("0.3"));
    let kept = serde_json::to_string(&declaration).unwrap();
    assert_eq!(serde_json::from_str::<customhouse_control::Declaration>(&kept).unwrap(), declaration);

    for (facts, code, place) in [
        (["", whole[1], whole[2]], "DUT-086", "/lines/0/additional_codes"),
        ([whole[0], "", whole[2]], "DUT-015", "/lines/0/first_quantity"),
        ([whole[0], whole[1], ""], "DUT-015", "/lines/0/first_quantity"),
        (["a101", whole[1], whole[2]], "CTL-008", "/lines/0/additional_codes"),
        ([whole[0], "035.wrung=1", whole[2]], "CTL-009", "/lines/0/qualified"),
        ([whole[0], "035.drained=-1", whole[2]], "CTL-008", "/lines/0/qualified"),
        ([whole[0], whole[1], "price.dream=1"], "CTL-009", "/lines/0/rate_terms"),
        ([whole[0], whole[1], "price.retail=1, price.retail=2"], "CTL-008", "/lines/0/rate_terms"),
        ([whole[0], whole[1], "price.retail=many"], "CTL-003", "/lines/0/rate_terms"),
    ] {
        let findings = lodged(facts).unwrap_err();
        let told = findings.iter().any(|f| f.code.starts_with(code) && f.path == place);
        assert!(told, "{facts:?}: {code} {place} not in {findings:#?}");
    }
}

use super::{findings, form, read_with_defaults, sample_export, sample_import};
use customhouse_exchange::refusals::MALFORMED_JSON;
use customhouse_exchange::{Format, Message, json, localise, single_window};

fn read(text: &str) -> Message {
    read_with_defaults(Format::DecMessage, text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

fn refused(text: &str) -> Vec<(String, String)> {
    findings(read_with_defaults(Format::DecMessage, text.as_bytes()))
}

#[test]
fn goldens() {
    let check = |golden: &str, message: Message| {
        assert_eq!(single_window::write(&message), golden);
        assert_eq!(read(golden), message);
    };
    check(include_str!("golden/import.xml"), sample_import());
    check(include_str!("golden/export.xml"), sample_export());
}

/// As a declarant's software sends it: many elements that we do not use, empty ones, the older
/// spelling of a proof of origin, the signature.
#[test]
fn a_message_from_outside() {
    let message = read(include_str!("golden/from_outside.xml"));
    assert_eq!(message.client_sequence_number.as_deref(), Some("C0000000017"));
    assert_eq!(message.operation.as_deref(), Some("C"));
    assert_eq!(message.version, None);
    let line = &message.form.lines[0];
    assert_eq!(line.get("preference.agreement"), Some("05"));
    assert_eq!(line.get("preference.proof_kind"), Some("C"));
    assert_eq!(line.get("preference.proof_number"), Some("TW0017"));
    assert_eq!(line.get("model"), Some("4|3|<无品牌> & 100% 棉"));
    assert_eq!(message.form.lines[1].get("preference.agreement"), None);
    assert_eq!(message.form.head.get("entry_date"), Some("2026-03-02"));
    assert_eq!(message.form.head.get("voyage"), Some("032E"));
    assert_eq!(message.form.documents[0].get("number"), Some("<05>CTW0017"));
    let strange = [
        "/DecMessage/DecFreeTxt/DecBpNo",
        "/DecMessage/DecHead/@id",
        "/DecMessage/DecHead/GrossWt",
        "/DecMessage/DecHead/InputerName",
        "/DecMessage/DecLists/DecList/Purpose",
        "/DecMessage/DecSign/ICCode",
        "/DecMessage/EcoRelation",
        "/DecMessage/EdocRealation",
    ];
    assert_eq!(message.form.strange, strange);
}

/// The kind of a declaration comes through both notations; the guarantee has an element in none but JSON.
#[test]
fn a_declaration_under_aggregate_payment() {
    let mut message = sample_import();
    for kind in ["CL", "CL0"] {
        message.form.head.set("declaration_kind", kind);
        let text = single_window::write(&message);
        assert!(text.contains(&format!("<Type>{kind}</Type>")), "{text}");
        assert_eq!(read(&text), message);
    }
    let mut named = message.clone();
    named.form.head.set("guarantee", "G22252026000001");
    assert_eq!(read(&single_window::write(&named)), message, "the message has no element for it");
    let text = json::write(&named.form);
    assert!(text.contains("\"declaration_kind\": \"CL0\"") && text.contains("\"guarantee\""), "{text}");
    let back = read_with_defaults(Format::Json, text.as_bytes()).unwrap();
    assert_eq!(back.form, named.form);
}

#[test]
fn small_messages() {
    let check = |text: &str, expected: &[(&str, &str)]| assert_eq!(read(text).form, form(expected), "{text}");
    check("<DecMessage/>", &[]);
    check("<DecMessage xmlns='http://www.chinaport.gov.cn/dec' xmlns:xsi='x' xsi:nil='y'></DecMessage>", &[]);
    check(
        "<d:DecMessage xmlns:d='x'><d:DecHead><d:BillNo>B</d:BillNo></d:DecHead></d:DecMessage>",
        &[("bill", "B")],
    );
    check("\u{FEFF}<?xml version='1.0' encoding='utf-8'?><!-- c --><DecMessage/>\n", &[]);
    let head = |inner: &str| format!("<DecMessage><DecHead>{inner}</DecHead></DecMessage>");
    check(&head("<BillNo>A&amp;&#66;&#x43;<![CDATA[<D>]]><!-- no -->E</BillNo>"), &[("bill", "A&BC<D>E")]);
    check(&head("<BillNo> B </BillNo>"), &[("bill", " B ")]);
    check(&head("<BillNo>\n  </BillNo><MarkNo/>"), &[]);
    check(&head("<MarkNo>a\r\nb</MarkNo>"), &[("marks", "a\nb")]);
    check(
        &head("<IEFlag>I</IEFlag><IEDate>20260302</IEDate>"),
        &[("direction", "import"), ("entry_date", "2026-03-02")],
    );
    check(&head("<IEDate>2026-3-2</IEDate>"), &[("entry_date", "2026-3-2")]);
    check(&head("<GrossWet>１２．５</GrossWet>"), &[("gross_kg", "１２．５")]);
    check(
        "<DecMessage><DecLists><DecList/><DecList><GNo>2</GNo></DecList></DecLists></DecMessage>",
        &[("lines/1/number", "2")],
    );
}

#[test]
fn faults_with_their_xpath() {
    let check = |inner: &str, code: &str, path: &str| {
        let text = format!("<DecMessage>{inner}</DecMessage>");
        assert_eq!(refused(&text), [(code.to_owned(), path.to_owned())], "{text}");
    };
    check("text", "EXC-025", "/DecMessage");
    check("<DecHead>text</DecHead>", "EXC-025", "/DecMessage/DecHead");
    check("<DecHead/><DecHead/>", "EXC-013", "/DecMessage/DecHead[2]");
    check(
        "<DecHead><BillNo>1</BillNo><BillNo>1</BillNo></DecHead>",
        "EXC-013",
        "/DecMessage/DecHead/BillNo[2]",
    );
    check("<DecHead><BillNo><a/></BillNo></DecHead>", "EXC-026", "/DecMessage/DecHead/BillNo");
    check(
        "<DecLists><DecList/><DecList/><DecList><CodeTS>&#27;</CodeTS></DecList></DecLists>",
        "EXC-004",
        "/DecMessage/DecLists/DecList[3]/CodeTS",
    );
    check("<DecLists>x</DecLists>", "EXC-025", "/DecMessage/DecLists");
    check("<DecUsers><DecUser>\u{7}</DecUser></DecUsers>", "EXC-004", "/DecMessage/DecUsers");
    check(
        "<DecSign><ClientSeqNo>1</ClientSeqNo><ClientSeqNo>2</ClientSeqNo></DecSign>",
        "EXC-013",
        "/DecMessage/DecSign/ClientSeqNo[2]",
    );
    assert_eq!(refused("<CEB621Message/>"), [("EXC-024".to_owned(), "/CEB621Message".to_owned())]);
}

/// One row a field: in which element an import has it, in which an export.
#[test]
fn exports() {
    let read = |flag: &str, node: &str, element: &str| {
        let inner = format!("<{element}>5</{element}>");
        let nodes = match node {
            "DecList" => format!(
                "<DecHead><IEFlag>{flag}</IEFlag></DecHead><DecLists><DecList>{inner}</DecList></DecLists>"
            ),
            _ => format!("<DecHead><IEFlag>{flag}</IEFlag>{inner}</DecHead>"),
        };
        read(&format!("<DecMessage>{nodes}</DecMessage>")).form
    };
    let check = |node: &str, field: &str, pointer: &str, import: &str, export: &str| {
        for (flag, direction, element) in [("I", "import", import), ("E", "export", export)] {
            let read = read(flag, node, element);
            assert_eq!(read, form(&[("direction", direction), (field, "5")]), "{field} {direction}");
            let finding = vec![MALFORMED_JSON.at(pointer)];
            let index = if node == "DecList" { "DecLists/DecList[1]" } else { node };
            let path = localise(Format::DecMessage, &read, finding)[0].path.clone();
            assert_eq!(path, format!("/DecMessage/{index}/{element}"), "{field} {direction}");
        }
    };
    let line = |field: &str, import: &str, export: &str| {
        check("DecList", &format!("lines/0/{field}"), &format!("/lines/0/{field}"), import, export);
    };
    let head = |field: &str, import: &str, export: &str| {
        check("DecHead", field, &format!("/{}", field.replace('.', "/")), import, export);
    };
    line("origin", "OriginCountry", "DestinationCountry");
    line("destination", "DestinationCountry", "OriginCountry");
    line("district", "DistrictCode", "DistrictCode");
    head("overseas_consignor.code", "OverseasConsignorCode", "OverseasConsigneeCode");
    head("overseas_consignor.name", "OverseasConsignorEname", "OverseasConsigneeEname");
    head("consignee.name", "TradeName", "TradeName");
    head("consumer.name", "OwnerName", "OwnerName");
    head("entry_office", "IEPort", "IEPort");
    head("departure_country", "TradeCountry", "TradeCountry");
    head("trading_country", "TradeAreaCode", "TradeAreaCode");
    head("last_port", "DistinatePort", "DistinatePort");
    head("entry_port", "EntyPortCode", "EntyPortCode");
    head("departure_port", "DespPortCode", "DespPortCode");
}

/// A foreign party in the other direction's elements is named, not taken.
#[test]
fn the_other_directions_party_is_strange() {
    let check = |flag: &str, element: &str| {
        let text = format!(
            "<DecMessage><DecHead><IEFlag>{flag}</IEFlag><{element}>X</{element}></DecHead></DecMessage>"
        );
        let form = read(&text).form;
        assert_eq!(form.strange, [format!("/DecMessage/DecHead/{element}")]);
        assert_eq!(form.head.get("overseas_consignor.name"), None);
    };
    check("E", "OverseasConsignorEname");
    check("I", "OverseasConsigneeEname");
}

/// The flag decides what the crossed elements mean: it stands where it will, and says `I` or `E`.
#[test]
fn the_flag() {
    let line = "<DecLists><DecList><OriginCountry>502</OriginCountry></DecList></DecLists>";
    let message =
        |flag: &str| format!("<DecMessage>{line}<DecHead><IEFlag>{flag}</IEFlag></DecHead></DecMessage>");
    let origin = |flag: &str| read(&message(flag)).form.lines[0].get("origin").map(str::to_owned);
    assert_eq!(origin("I").as_deref(), Some("502"));
    assert_eq!(origin("E"), None);
    assert_eq!(origin("<![CDATA[E]]>"), None);
    assert_eq!(origin("  ").as_deref(), Some("502"), "no flag: control asks for it");
    let place = [("EXC-033".to_owned(), "/DecMessage/DecHead/IEFlag".to_owned())];
    for flag in ["X", "e", "export", "import", " E", "Ｅ", "0"] {
        assert_eq!(refused(&message(flag)), place, "{flag}");
    }
}

#[test]
fn proofs_of_origin() {
    let message =
        |lines: &str, rest: &str| format!("<DecMessage><DecLists>{lines}</DecLists>{rest}</DecMessage>");
    let claim =
        "<DecList><OriginCountry>116</OriginCountry><RcepOrigPlaceCode>116</RcepOrigPlaceCode></DecList>";
    let relation = |line: &str, certificate: &str| {
        format!(
            "<EcoRelation><CertType>Y22</CertType><DecGNo>{line}</DecGNo><EcoCertNo>{certificate}</EcoCertNo></EcoRelation>"
        )
    };
    let documents = |numbers: &[&str]| {
        let document =
            |n: &&str| format!("<LicenseDocu><DocuCode>Y</DocuCode><CertCode>{n}</CertCode></LicenseDocu>");
        format!("<DecLicenseDocus>{}</DecLicenseDocus>", numbers.iter().map(document).collect::<String>())
    };
    let check = |text: &str, expected: [&str; 3]| {
        let line = &read(text).form.lines[0];
        let names = ["preference.agreement", "preference.proof_kind", "preference.proof_number"];
        assert_eq!(names.map(|n| line.get(n).unwrap_or("")), expected, "{text}");
    };
    check(&message(claim, &relation("1", "C17")), ["22", "C", "17"]);
    check(&message(claim, &relation("1", "D17")), ["22", "D", "17"]);
    check(&message(claim, &relation("1", "17")), ["22", "", "17"]);
    check(&message("<DecList/>", &relation("1", "C17")), ["22", "C", "17"]);
    check(&message(claim, &documents(&["&lt;10&gt;D17"])), ["10", "D", "17"]);
    check(&message(claim, &documents(&["&lt;10&gt;D17", "&lt;10&gt;D17"])), ["10", "D", "17"]);
    check(&message(claim, &(relation("1", "C17") + &documents(&["&lt;10&gt;D17"]))), ["22", "C", "17"]);
    check(&message("<DecList/>", &documents(&["&lt;10&gt;D17"])), ["", "", ""]);

    let fails = |text: &str, code: &str, path: &str| {
        assert_eq!(refused(text), [(code.to_owned(), path.to_owned())], "{text}")
    };
    let line = "/DecMessage/DecLists/DecList[1]/RcepOrigPlaceCode";
    fails(&message(claim, ""), "EXC-030", line);
    fails(&message(claim, &documents(&["10D17"])), "EXC-030", line);
    fails(&message(claim, &documents(&["&lt;10&gt;D17", "&lt;10&gt;D18"])), "EXC-031", line);
    fails(
        &message(claim, &(relation("1", "C17") + &relation("1", "C18"))),
        "EXC-031",
        "/DecMessage/EcoRelation[2]",
    );
    fails(
        &message(claim, &(relation("1", "C17") + &relation("7", "C18"))),
        "EXC-032",
        "/DecMessage/EcoRelation[2]",
    );

    let other = claim.replace("<RcepOrigPlaceCode>116", "<RcepOrigPlaceCode>133");
    assert_eq!(read(&message(&other, &relation("1", "C17"))).form.strange, [line]);
}

#[test]
fn findings_of_control_are_localised() {
    let finding = vec![MALFORMED_JSON.at("/lines/0/origin")];
    let export = sample_export().form;
    let path = |format| localise(format, &export, finding.clone())[0].path.clone();
    assert_eq!(path(Format::Json), "/lines/0/origin");
    assert_eq!(path(Format::DecMessage), "/DecMessage/DecLists/DecList[1]/DestinationCountry");
}

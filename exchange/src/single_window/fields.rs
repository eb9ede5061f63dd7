//! One table: which element of the message holds which field of the form, both ways.
//!
//! In the order of the message. The misspelt names are the standard's.

use customhouse_control::form::{Form, Part};
use std::borrow::Cow;

/// Which way the goods go 进出口标志, as far as it changes the spelling of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Import,
    Export,
}

impl Direction {
    /// The direction that a flag of the message says: `I` or `E`, as the field list has it.
    pub(super) fn of_flag(flag: &str) -> Option<Direction> {
        match flag {
            "I" => Some(Direction::Import),
            "E" => Some(Direction::Export),
            _ => None,
        }
    }

    /// The direction of a form; import unless it says export.
    pub fn of(form: &Form) -> Direction {
        match form.head.get("direction") {
            Some("export") => Direction::Export,
            _ => Direction::Import,
        }
    }
}

/// How a value is spelt in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As in the form.
    Same,
    /// `I`, `E` for `import`, `export`; nothing else, or the elements that exports cross had no meaning.
    Flag,
    /// `yyyyMMdd` for `YYYY-MM-DD`.
    Date,
}

impl Spelling {
    /// A value of the message as the form has it; what does not fit stays, for `control` to refuse.
    /// (A flag that does not fit has been refused before.)
    pub(super) fn read(self, value: &str) -> Cow<'_, str> {
        match (self, value) {
            (Spelling::Flag, "I") => "import".into(),
            (Spelling::Flag, "E") => "export".into(),
            (Spelling::Date, v) if v.len() == 8 && v.bytes().all(|b| b.is_ascii_digit()) => {
                format!("{}-{}-{}", &v[..4], &v[4..6], &v[6..]).into()
            }
            (Spelling::Same | Spelling::Flag | Spelling::Date, v) => v.into(),
        }
    }

    /// A value of the form as the message has it.
    pub(super) fn write(self, value: &str) -> Cow<'_, str> {
        match (self, value) {
            (Spelling::Flag, "import") => "I".into(),
            (Spelling::Flag, "export") => "E".into(),
            // A form that says `E` is not crossed, so its message must not say so either.
            (Spelling::Flag, _) => "".into(),
            (Spelling::Date, v) if is_dashed_date(v) => v.replace('-', "").into(),
            (Spelling::Same | Spelling::Date, v) => v.into(),
        }
    }
}

fn is_dashed_date(value: &str) -> bool {
    let is_fit = |(i, b): (usize, u8)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
    value.len() == 10 && value.bytes().enumerate().all(is_fit)
}

/// An element and the field that it holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) element: &'static str,
    import: &'static str,
    export: &'static str,
    pub(super) spelling: Spelling,
}

impl Place {
    /// The field that the element holds; none if it has no use in this direction.
    pub(super) fn field(&self, direction: Direction) -> Option<&'static str> {
        let field = match direction {
            Direction::Import => self.import,
            Direction::Export => self.export,
        };
        (!field.is_empty()).then_some(field)
    }
}

const fn place(element: &'static str, field: &'static str) -> Place {
    crossed(element, field, field)
}

/// An element that holds one field in imports and another, or none, in exports.
const fn crossed(element: &'static str, import: &'static str, export: &'static str) -> Place {
    Place { element, import, export, spelling: Spelling::Same }
}

const fn spelt(element: &'static str, field: &'static str, spelling: Spelling) -> Place {
    Place { element, import: field, export: field, spelling }
}

/// A node of the message, and the repeated element in it, that holds a part of the form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) element: &'static str,
    /// Empty if the node itself holds the fields.
    pub(super) inner: &'static str,
    pub(super) part: Part,
    pub(super) places: &'static [Place],
}

/// The nodes that hold fields, in the order of the message.
pub(super) const NODES: &[Node] = &[
    Node { element: "DecHead", inner: "", part: Part::Head, places: HEAD },
    Node { element: "DecLists", inner: "DecList", part: Part::Line, places: LINE },
    Node { element: "DecContainers", inner: "Container", part: Part::Container, places: CONTAINER },
    Node { element: "DecLicenseDocus", inner: "LicenseDocu", part: Part::Document, places: DOCUMENT },
    Node { element: "DecFreeTxt", inner: "", part: Part::Head, places: FREE_TEXT },
];

/// The element of a line that says: this line claims a trade agreement 优惠贸易协定项下原产地.
pub(super) const CLAIM: &str = "RcepOrigPlaceCode";

const HEAD: &[Place] = &[
    place("AgentCode", "agent.customs_code"),
    place("AgentName", "agent.name"),
    place("BillNo", "bill"),
    place("ContrNo", "contract"),
    place("CustomMaster", "declaration_office"),
    place("CutMode", "levy_nature"),
    place("DistinatePort", "last_port"),
    place("EntryId", "entry_number"),
    place("EntryType", "entry_type"),
    place("FeeCurr", "freight.currency"),
    place("FeeMark", "freight.mark"),
    place("FeeRate", "freight.rate"),
    place("GrossWet", "gross_kg"),
    spelt("IEDate", "entry_date", Spelling::Date),
    spelt("IEFlag", "direction", Spelling::Flag),
    place("IEPort", "entry_office"),
    place("InsurCurr", "insurance.currency"),
    place("InsurMark", "insurance.mark"),
    place("InsurRate", "insurance.rate"),
    place("LicenseNo", "licence_number"),
    place("ManualNo", "record_number"),
    place("NetWt", "net_kg"),
    place("NoteS", "remarks"),
    place("OtherCurr", "other.currency"),
    place("OtherMark", "other.mark"),
    place("OtherRate", "other.rate"),
    place("OwnerCode", "consumer.customs_code"),
    place("OwnerName", "consumer.name"),
    place("PackNo", "packages"),
    place("TradeCountry", "departure_country"),
    place("TradeMode", "supervision_mode"),
    place("TradeCode", "consignee.customs_code"),
    place("TrafMode", "transport_mode"),
    place("TrafName", "transport_name"),
    place("TradeName", "consignee.name"),
    place("TransMode", "terms"),
    place("Type", "declaration_kind"),
    place("WrapType", "packaging"),
    place("TradeCoScc", "consignee.credit_code"),
    place("AgentCodeScc", "agent.credit_code"),
    place("OwnerCodeScc", "consumer.credit_code"),
    place("PromiseItmes", "price_confirmations"),
    place("TradeAreaCode", "trading_country"),
    place("MarkNo", "marks"),
    place("DespPortCode", "departure_port"),
    place("EntyPortCode", "entry_port"),
    place("GoodsPlace", "storage_place"),
    // The foreign party 境外收发货人: it sends in imports, it receives in exports. The form has one field.
    crossed("OverseasConsignorCode", "overseas_consignor.code", ""),
    crossed("OverseasConsignorEname", "overseas_consignor.name", ""),
    crossed("OverseasConsigneeCode", "", "overseas_consignor.code"),
    crossed("OverseasConsigneeEname", "", "overseas_consignor.name"),
];

const FREE_TEXT: &[Place] = &[place("VoyNo", "voyage")];

const LINE: &[Place] = &[
    place("CodeTS", "commodity_code"),
    place("DeclPrice", "price"),
    place("DeclTotal", "total"),
    place("DutyMode", "duty_mode"),
    place("FirstUnit", "first_unit"),
    place("FirstQty", "first_quantity"),
    place("GUnit", "unit"),
    place("GModel", "model"),
    place("GName", "name"),
    place("GNo", "number"),
    place("GQty", "quantity"),
    // Crossed in exports by the standard: OriginCountry holds the destination there.
    crossed("OriginCountry", "origin", "destination"),
    place("SecondUnit", "second_unit"),
    place("SecondQty", "second_quantity"),
    place("TradeCurr", "currency"),
    crossed("DestinationCountry", "destination", "origin"),
    place("CiqCode", "inspection_code"),
    place("DestCode", "place_code"),
    place("DistrictCode", "district"),
];

const CONTAINER: &[Place] = &[
    place("ContainerId", "number"),
    place("ContainerMd", "kind"),
    place("GoodsNo", "lines"),
    place("LclFlag", "shared"),
    place("GoodsContaWt", "goods_kg"),
    place("ContainerWt", "tare_kg"),
];

const DOCUMENT: &[Place] = &[place("DocuCode", "code"), place("CertCode", "number")];

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields that the message has no element for. A preference is spelt by `origin`.
    const NOT_IN_MESSAGE: &[&str] = &[
        "self_assessed_total",
        "guarantee",
        "periodic_permit",
        "additional_codes",
        "qualified",
        "rate_terms",
    ];

    /// Each field of the form stands in one element, whichever way the goods go.
    #[test]
    fn every_field_has_one_element() {
        for part in [Part::Head, Part::Line, Part::Container, Part::Document] {
            for direction in [Direction::Import, Direction::Export] {
                let is_ours =
                    |name: &str| !name.starts_with("preference.") && !NOT_IN_MESSAGE.contains(&name);
                for field in part.fields().iter().filter(|f| is_ours(f.name)) {
                    let places = NODES.iter().filter(|n| n.part == part).flat_map(|n| n.places);
                    let found = places.filter(|p| p.field(direction) == Some(field.name)).count();
                    assert_eq!(found, 1, "{part:?} {direction:?} {}", field.name);
                }
            }
        }
    }

    /// And each element holds a field of its part, and is named once.
    #[test]
    fn every_element_has_its_field() {
        for node in NODES {
            for (i, place) in node.places.iter().enumerate() {
                assert!(node.places[..i].iter().all(|p| p.element != place.element), "{}", place.element);
                for field in [place.import, place.export].into_iter().filter(|f| !f.is_empty()) {
                    assert!(node.part.fields().iter().any(|f| f.name == field), "{field}");
                }
            }
        }
    }

    #[test]
    fn spellings() {
        let check = |spelling: Spelling, message: &str, form: &str| {
            assert_eq!(spelling.read(message), form);
            assert_eq!(spelling.write(form), message);
        };
        check(Spelling::Flag, "I", "import");
        check(Spelling::Flag, "E", "export");
        check(Spelling::Date, "20260302", "2026-03-02");
        check(Spelling::Date, "99999999", "9999-99-99");
        check(Spelling::Date, "2026-3-2", "2026-3-2");
        check(Spelling::Date, "２０２６", "２０２６");
        check(Spelling::Date, "2026030", "2026030");
        check(Spelling::Same, "I", "I");
        for no_direction in ["I", "E", "X", "Export"] {
            assert_eq!(Spelling::Flag.write(no_direction), "", "{no_direction}");
        }
    }
}

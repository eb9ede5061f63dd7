//! The form 报关单数据: what a sender wrote, by field, not yet trusted.
//!
//! Every way in (JSON, a single-window message, the page's form) ends here; [`crate::read`] turns a
//! form into a [`crate::Declaration`] or into findings. A field's name is its path in the JSON form
//! with dots: `consignee.credit_code` stands at `/consignee/credit_code`.

use std::borrow::Cow;

/// What a field holds once it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Free text.
    Text,
    /// A whole number of at most nine digits.
    Integer,
    /// A plain decimal.
    Decimal,
    /// `YYYY-MM-DD`.
    Date,
    /// `import` or `export`.
    Direction,
    Office,
    Commodity,
    /// ISO letters (two or three) or the old three-digit number.
    Country,
    /// ISO letters or the old three-digit number.
    Currency,
    Unit,
    CreditCode,
    CustomsCode,
    Container,
    /// A code on the named list of the pack.
    Code(&'static str),
    /// A list of codes, of quantities by what is measured, or of numbers by name: see [`crate::rate_facts`].
    AdditionalCodes,
    Qualified,
    RateTerms,
}

/// A field of the form.
#[derive(Clone, Copy, Debug)]
pub struct FieldDef {
    pub name: &'static str,
    pub kind: FieldKind,
}

const fn field(name: &'static str, kind: FieldKind) -> FieldDef {
    FieldDef { name, kind }
}

/// A part of the form: the head once, the others repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Head,
    Line,
    Container,
    Document,
}

impl Part {
    /// The fields of this part, in the order in which they are shown.
    pub const fn fields(self) -> &'static [FieldDef] {
        match self {
            Part::Head => HEAD,
            Part::Line => LINE,
            Part::Container => CONTAINER,
            Part::Document => DOCUMENT,
        }
    }

    /// What stands before the names of this part's fields in the pack: `line.` in `line.total`.
    pub const fn prefix(self) -> &'static str {
        match self {
            Part::Head => "",
            Part::Line => "line.",
            Part::Container => "container.",
            Part::Document => "document.",
        }
    }

    /// The member of the JSON form that holds this part's repetitions; empty for the head.
    pub const fn member(self) -> &'static str {
        match self {
            Part::Head => "",
            Part::Line => "lines",
            Part::Container => "containers",
            Part::Document => "documents",
        }
    }
}

use FieldKind as K;

/// Fields of the head 表头.
///
/// Named as imports have them. In an export the same field, and the same element of the message, is:
/// `entry_office` the office of exit 出境关别, `entry_date` the day of exit 出口日期 (blank on lodging),
/// `consignee` the domestic consignor 境内发货人, `consumer` the producer or seller 生产销售单位,
/// `overseas_consignor` the overseas consignee 境外收货人 (two elements, one field: the foreign party),
/// `departure_country` the country of arrival 运抵国, `last_port` the port of destination 指运港,
/// `entry_port` the port of exit 离境口岸. `departure_port` and `storage_place` are the import's alone.
pub const HEAD: &[FieldDef] = &[
    field("direction", K::Direction),
    field("declaration_office", K::Office),
    field("entry_office", K::Office),
    field("entry_date", K::Date),
    field("bill", K::Text),
    field("transport_mode", K::Code("transport_mode")),
    field("transport_name", K::Text),
    field("voyage", K::Text),
    field("consignee.credit_code", K::CreditCode),
    field("consignee.customs_code", K::CustomsCode),
    field("consignee.name", K::Text),
    field("consumer.credit_code", K::CreditCode),
    field("consumer.customs_code", K::Text),
    field("consumer.name", K::Text),
    field("agent.credit_code", K::CreditCode),
    field("agent.customs_code", K::CustomsCode),
    field("agent.name", K::Text),
    field("overseas_consignor.code", K::Text),
    field("overseas_consignor.name", K::Text),
    field("supervision_mode", K::Code("supervision_mode")),
    field("levy_nature", K::Code("levy_nature")),
    field("record_number", K::Text),
    field("licence_number", K::Text),
    field("contract", K::Text),
    field("trading_country", K::Country),
    field("departure_country", K::Country),
    field("departure_port", K::Text),
    field("last_port", K::Text),
    field("entry_port", K::Text),
    field("storage_place", K::Text),
    field("packages", K::Integer),
    field("packaging", K::Code("packaging")),
    field("gross_kg", K::Decimal),
    field("net_kg", K::Decimal),
    field("terms", K::Code("terms")),
    field("freight.mark", K::Code("cost_mark")),
    field("freight.currency", K::Currency),
    field("freight.rate", K::Decimal),
    field("insurance.mark", K::Code("cost_mark")),
    field("insurance.currency", K::Currency),
    field("insurance.rate", K::Decimal),
    field("other.mark", K::Code("cost_mark")),
    field("other.currency", K::Currency),
    field("other.rate", K::Decimal),
    field("price_confirmations", K::Text),
    field("self_assessed_total", K::Decimal),
    field("declaration_kind", K::Text),
    field("entry_number", K::Text),
    field("entry_type", K::Text),
    field("guarantee", K::Text),
    field("periodic_permit", K::Text),
    field("marks", K::Text),
    field("remarks", K::Text),
];

/// Fields of a goods line 表体. In exports `district` is where the goods come from 境内货源地; `origin` and
/// `destination` mean what they say, whichever elements of the message hold them.
pub const LINE: &[FieldDef] = &[
    field("number", K::Integer),
    field("commodity_code", K::Commodity),
    field("inspection_code", K::Text),
    field("name", K::Text),
    field("model", K::Text),
    field("quantity", K::Decimal),
    field("unit", K::Unit),
    field("first_quantity", K::Decimal),
    field("first_unit", K::Unit),
    field("second_quantity", K::Decimal),
    field("second_unit", K::Unit),
    field("price", K::Decimal),
    field("total", K::Decimal),
    field("currency", K::Currency),
    field("origin", K::Country),
    field("destination", K::Country),
    field("district", K::Text),
    field("place_code", K::Text),
    field("duty_mode", K::Code("duty_mode")),
    field("preference.agreement", K::Code("agreement")),
    field("preference.proof_kind", K::Code("proof_kind")),
    field("preference.proof_number", K::Text),
    field("additional_codes", K::AdditionalCodes),
    field("qualified", K::Qualified),
    field("rate_terms", K::RateTerms),
];

/// Fields of a container 集装箱.
pub const CONTAINER: &[FieldDef] = &[
    field("number", K::Container),
    field("kind", K::Text),
    field("lines", K::Text),
    field("shared", K::Text),
    field("goods_kg", K::Decimal),
    field("tare_kg", K::Decimal),
];

/// Fields of an accompanying document 随附单证.
pub const DOCUMENT: &[FieldDef] = &[field("code", K::Code("document")), field("number", K::Text)];

/// The values of one part, by the place of the field in [`Part::fields`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    part: Part,
    values: Vec<Option<String>>,
}

impl Fields {
    pub fn new(part: Part) -> Fields {
        Fields { part, values: vec![None; part.fields().len()] }
    }

    pub fn part(&self) -> Part {
        self.part
    }

    /// The place of a field by name.
    pub fn place(part: Part, name: &str) -> Option<usize> {
        part.fields().iter().position(|f| f.name == name)
    }

    /// What the sender wrote in a field; `None` if the field is absent, empty or blank.
    pub fn at(&self, place: usize) -> Option<&str> {
        self.values.get(place)?.as_deref().filter(|v| !v.trim().is_empty())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.at(Fields::place(self.part, name)?)
    }

    /// Writes a field; `false` if the part has no such field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> bool {
        match Fields::place(self.part, name) {
            Some(place) => {
                self.values[place] = Some(value.into());
                true
            }
            None => false,
        }
    }

    /// The fields that hold something, in order.
    pub fn filled(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.part.fields().iter().enumerate().filter_map(|(i, f)| Some((f.name, self.at(i)?)))
    }
}

/// A declaration as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub head: Fields,
    pub lines: Vec<Fields>,
    pub containers: Vec<Fields>,
    pub documents: Vec<Fields>,
    /// What the sender wrote beside the fields that we know: places in the sender's own notation.
    /// Kept with the attachment and named in a warning.
    pub strange: Vec<String>,
}

impl Default for Form {
    fn default() -> Form {
        Form {
            head: Fields::new(Part::Head),
            lines: Vec::new(),
            containers: Vec::new(),
            documents: Vec::new(),
            strange: Vec::new(),
        }
    }
}

impl Form {
    /// Adds an empty repetition of a part and hands it out.
    pub fn add(&mut self, part: Part) -> &mut Fields {
        let list = match part {
            Part::Head => return &mut self.head,
            Part::Line => &mut self.lines,
            Part::Container => &mut self.containers,
            Part::Document => &mut self.documents,
        };
        list.push(Fields::new(part));
        list.last_mut().expect("just pushed")
    }
}

/// The JSON pointer of a field: `index` counts from 0 and is ignored for the head.
pub fn pointer(part: Part, index: usize, name: &str) -> String {
    let name: Cow<'_, str> = if name.contains('.') { name.replace('.', "/").into() } else { name.into() };
    match part {
        Part::Head => format!("/{name}"),
        _ => format!("/{}/{index}/{name}", part.member()),
    }
}

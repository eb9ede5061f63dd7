//! One consignment of the sample: its bill, its declaration, what left.

use super::dice::Dice;
use super::firms::{CARRIERS, FIRMS, OFFICES, Office, firm_code};
use super::goods::{GOODS, Goods, Origin};
use customhouse_control::form::{Fields, Form, Part};
use customhouse_control::{BillForm, GoodsOut};
use customhouse_duties::{SecondUnit, Tariff};
use customhouse_kernel::values::{CommodityCode, Direction, Exact, OfficeCode};
use jiff::civil::Date;

/// Customs unit kilogram.
const KILOGRAM: &str = "035";

/// What a declarant got wrong at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    NetAboveGross,
    Packages,
    CommodityCode,
}

/// A consignment.
#[derive(Clone, Debug)]
pub(crate) struct Consignment {
    /// Place among the firms.
    pub firm: usize,
    /// Place among the carriers.
    pub carrier: usize,
    pub bill: BillForm,
    form: Form,
}

/// Which goods may be picked, and under which tariff.
pub(crate) struct Market<'a> {
    pub goods: Vec<&'static Goods>,
    pub tariff: &'a Tariff,
}

impl Consignment {
    /// A consignment that arrives on a day.
    pub fn new(serial: u32, arrives: Date, market: &Market<'_>, dice: &mut Dice) -> Consignment {
        let first = *dice.pick(&market.goods);
        let origin = dice.pick(first.origins);
        Consignment::of(first, origin, serial, arrives, market, dice)
    }

    /// A consignment of some goods, perhaps with more of the same firm, currency and origin.
    pub fn of(
        first: &'static Goods,
        origin: &'static Origin,
        serial: u32,
        arrives: Date,
        market: &Market<'_>,
        dice: &mut Dice,
    ) -> Consignment {
        let firm = *dice.pick(first.firms);
        let mut goods = vec![first];
        for more in &market.goods {
            let fits = more.firms.contains(&firm)
                && more.currency == first.currency
                && more.origins.iter().any(|o| o.country == origin.country);
            if fits && more.name != first.name && goods.len() < 4 && dice.percent(60) {
                goods.push(more);
            }
        }
        let office: &Office = dice.pick(OFFICES);
        let carriers: Vec<usize> = (0..CARRIERS.len()).filter(|c| CARRIERS[*c].mode == office.mode).collect();
        let carrier = *dice.pick(&carriers);
        let mut form = Form::default();
        let mut lot = Lot::default();
        for one in goods {
            lot.add(line(form.add(Part::Line), one, origin, arrives, market.tariff, dice));
        }
        let number = form.lines.len();
        for (place, line) in form.lines.iter_mut().enumerate().take(number) {
            line.set("number", (place + 1).to_string());
        }
        let bill = bill(serial, arrives, office, carrier, &lot, dice);
        head(&mut form.head, &bill, office, firm, first, origin, &lot, dice);
        Consignment { firm, carrier, bill, form }
    }

    /// Puts its declaration under aggregate payment 汇总征税. Its firm has one guarantee: that is the one meant.
    pub fn pay_together(&mut self) {
        self.form.head.set("declaration_kind", "CL");
    }

    /// The declaration, with or without a slip.
    pub fn form(&self, slip: Option<Slip>) -> Form {
        let mut form = self.form.clone();
        match slip {
            None => {}
            Some(Slip::NetAboveGross) => {
                let net = self.bill.gross_kg.add(Exact::ONE).unwrap_or(self.bill.gross_kg);
                form.head.set("net_kg", net.to_string());
            }
            Some(Slip::Packages) => {
                form.head.set("packages", (self.bill.packages + 1).to_string());
            }
            Some(Slip::CommodityCode) => {
                if let Some(line) = form.lines.first_mut() {
                    line.set("commodity_code", "9999999999");
                }
            }
        }
        form
    }

    /// All of it leaves the place.
    pub fn out(&self) -> GoodsOut {
        let BillForm { office, bill, packages, gross_kg, .. } = self.bill.clone();
        GoodsOut { office, bill, packages, gross_kg }
    }
}

/// What the lines add up to.
#[derive(Default)]
struct Lot {
    grams: u64,
    packages: u32,
    /// Price in hundredths.
    price: u64,
}

impl Lot {
    fn add(&mut self, other: Lot) {
        self.grams += other.grams;
        self.packages += other.packages;
        self.price += other.price;
    }
}

/// A number of steps as a decimal's text.
fn decimal(steps: u64, places: u32) -> String {
    Exact::from_steps(i64::try_from(steps).unwrap_or(i64::MAX), places).to_string()
}

/// Fills a line; gives what it adds to the lot. Units are those of the tariff.
fn line(
    fields: &mut Fields,
    goods: &Goods,
    origin: &Origin,
    day: Date,
    tariff: &Tariff,
    dice: &mut Dice,
) -> Lot {
    let pieces = dice.between(goods.pieces.0, goods.pieces.1);
    let whole = if goods.currency == "JPY" { 100 } else { 1 };
    let price = u64::from(dice.between(goods.price.0, goods.price.1)) / whole * whole;
    let grams = u64::from(pieces) * u64::from(goods.grams);
    let (mass, count) = (decimal(grams, 3), pieces.to_string());
    let known = CommodityCode::parse(goods.code).and_then(|code| tariff.commodity(code, day));
    let first = known.and_then(|c| c.unit_1).map_or_else(|| KILOGRAM.to_owned(), |u| u.to_string());
    let second = known.and_then(|c| match c.unit_2 {
        SecondUnit::Unit(unit) => Some(unit.to_string()),
        SecondUnit::None | SecondUnit::Unknown => None,
    });
    let in_unit = |unit: &str| if unit == KILOGRAM { mass.clone() } else { count.clone() };
    // goods are sold by the piece where the tariff counts pieces at all
    let sold = [Some(first.clone()), second.clone()].into_iter().flatten().find(|u| u != KILOGRAM);
    let sold = sold.unwrap_or_else(|| KILOGRAM.to_owned());
    let quantity = in_unit(&sold);
    let total = u64::from(pieces) * price;
    for (name, value) in [
        ("commodity_code", goods.code.to_owned()),
        ("name", goods.name.to_owned()),
        ("quantity", quantity),
        ("unit", sold),
        ("first_quantity", in_unit(&first)),
        ("first_unit", first),
        ("price", decimal(price, 2)),
        ("total", decimal(total, 2)),
        ("currency", goods.currency.to_owned()),
        ("origin", origin.country.to_owned()),
        ("destination", "CN".to_owned()),
        ("district", "31222".to_owned()),
        ("duty_mode", "1".to_owned()),
    ] {
        fields.set(name, value);
    }
    if let Some(second) = second {
        fields.set("second_quantity", in_unit(&second));
        fields.set("second_unit", second);
    }
    claim(fields, origin, dice);
    Lot { grams, packages: pieces.div_ceil(goods.in_package), price: total }
}

/// Most claim the agreement that there is; some of them forget the number of the proof.
fn claim(fields: &mut Fields, origin: &Origin, dice: &mut Dice) {
    if origin.agreement.is_empty() || !dice.percent(75) {
        return;
    }
    fields.set("preference.agreement", origin.agreement);
    fields.set("preference.proof_kind", if dice.percent(80) { "C" } else { "D" });
    if dice.percent(85) {
        fields.set("preference.proof_number", format!("{}{:08}", origin.alpha3, dice.between(1, 99_999_999)));
    }
}

fn bill(serial: u32, arrives: Date, office: &Office, carrier: usize, lot: &Lot, dice: &mut Dice) -> BillForm {
    let ship = &CARRIERS[carrier];
    let voyage = if ship.mode == "2" { format!("{:03}E", dice.between(1, 180)) } else { String::new() };
    // wrapping and pallets: 3 to 9 percent, to a tenth of a kilogram
    let gross = lot.grams * u64::from(dice.between(103, 109)) / 100;
    BillForm {
        office: OfficeCode::parse(office.code).expect("four digits"),
        bill: format!("{}{:08}", ship.prefix, 26_000_000 + serial),
        transport_mode: ship.mode.to_owned(),
        transport_name: (*dice.pick(ship.names)).to_owned(),
        voyage,
        direction: Direction::Import,
        entry_date: Some(arrives),
        loading: None,
        place: office.place.to_owned(),
        packages: lot.packages,
        gross_kg: Exact::from_steps(i64::try_from(gross.div_ceil(100)).unwrap_or(i64::MAX), 1),
        consignee: None,
    }
}

#[allow(clippy::too_many_arguments)] // the head holds what all of these know
fn head(
    head: &mut Fields,
    bill: &BillForm,
    office: &Office,
    firm: usize,
    first: &Goods,
    origin: &Origin,
    lot: &Lot,
    dice: &mut Dice,
) {
    let port = format!("{}000", origin.alpha3);
    let name = format!("{} {}", FIRMS[firm].zh, FIRMS[firm].en);
    let terms = *dice.pick(&["1", "2", "3", "3"]);
    for (field, value) in [
        ("direction", "import"),
        ("declaration_office", office.code),
        ("entry_office", office.code),
        ("entry_date", &bill.entry_date.map_or_else(String::new, |day| day.to_string())),
        ("bill", &bill.bill),
        ("transport_mode", &bill.transport_mode),
        ("transport_name", &bill.transport_name),
        ("voyage", &bill.voyage),
        ("consignee.credit_code", firm_code(firm).as_str()),
        ("consignee.customs_code", &format!("99999100{firm:02}")),
        ("consignee.name", &name),
        ("consumer.name", &name),
        ("supervision_mode", "0110"),
        ("levy_nature", "101"),
        ("contract", &format!("SC{:06}", dice.between(1, 999_999))),
        ("trading_country", origin.country),
        ("departure_country", origin.country),
        ("departure_port", &port),
        ("last_port", &port),
        ("entry_port", "310001"),
        ("storage_place", &bill.place),
        ("packages", &bill.packages.to_string()),
        ("packaging", first.packaging),
        ("gross_kg", &bill.gross_kg.to_string()),
        ("net_kg", &decimal(lot.grams, 3)),
        ("terms", terms),
        ("price_confirmations", "00000"),
    ] {
        head.set(field, value);
    }
    if terms == "3" {
        let hundredths = if first.currency == "JPY" { 10_000 } else { 100 };
        let freight = lot.price * u64::from(dice.between(2, 6)) / 100 / hundredths * hundredths + hundredths;
        head.set("freight.mark", "3");
        head.set("freight.currency", first.currency);
        head.set("freight.rate", decimal(freight, 2));
    }
    if terms != "1" {
        head.set("insurance.mark", "1");
        head.set("insurance.rate", "0.3");
    }
}

/// Every sort of goods by itself, each from its first origin: what shows whether a pack knows them.
pub(crate) fn one_of_each(tariff: &Tariff, day: Date) -> impl Iterator<Item = (&'static Goods, Form)> {
    let mut dice = Dice::new(1);
    GOODS.iter().filter_map(move |goods| {
        let market = Market { goods: Vec::new(), tariff };
        let origin = goods.origins.first()?;
        let one = Consignment::of(goods, origin, 0, day, &market, &mut dice);
        Some((goods, one.form(None)))
    })
}

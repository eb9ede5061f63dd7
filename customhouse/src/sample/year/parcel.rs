//! One consignment of the sample year: its bill and its declaration, both made from its number alone.

use super::countries::{Country, per_thousand_cents};
use super::market::{Market, Offer};
use super::ports::{PORTS, Port};
use super::traders::Trader;
use crate::sample::dice::Dice;
use crate::sample::firms::CARRIERS;
use customhouse_control::BillForm;
use customhouse_control::form::{Fields, Form, Part};
use customhouse_kernel::values::{Direction, Exact, OfficeCode};
use jiff::civil::{Date, DateTime};

/// Customs unit kilogram.
const KILOGRAM: &str = "035";
/// Lines of a declaration at most.
const MOST_LINES: usize = 20;

/// A consignment.
pub(super) struct Parcel {
    /// Credit code and number of the firm.
    pub party: String,
    /// Place among the carriers.
    pub carrier: usize,
    pub bill: BillForm,
    pub form: Form,
}

/// The circumstances of a sale.
pub(super) struct Sold {
    pub direction: Direction,
    pub country: &'static Country,
    /// The day on which the goods arrive, or on which their bill is filed.
    pub on: Date,
    /// How much of the year is over, in percent.
    pub elapsed: u32,
}

/// What the lines add up to.
#[derive(Default)]
struct Lot {
    grams: u64,
    packages: u32,
    /// Price in hundredths of the contract's currency.
    price: u64,
}

impl Parcel {
    /// The `serial`-th consignment.
    pub fn new(
        serial: u32,
        direction: Direction,
        on: Date,
        elapsed: u32,
        loading: Option<DateTime>,
        market: &Market,
    ) -> Parcel {
        let mut dice = Dice::new(0x5EED_0000_0000 + u64::from(serial));
        let (first, trader) = market.pick(direction, on, &mut dice);
        let country = first.partner(&mut dice);
        let wanted = lines(&mut dice);
        let number = market.traders.iter().position(|t| std::ptr::eq(t, trader)).unwrap_or_default();
        let bulk = first.ware.packaging == "00";
        let mut goods = vec![first];
        if !bulk {
            let others: Vec<&Offer> = market
                .offers(direction)
                .iter()
                .filter(|o| o.ware.trade == trader.trade && o.ware.packaging != "00")
                .filter(|o| o.is_dealt_by(number) && o.has_partner(country))
                .collect();
            let more = if others.is_empty() { 0 } else { wanted.saturating_sub(1) };
            goods.extend((0..more).map(|_| *dice.pick(&others)));
        }
        let sold = Sold { direction, country, on, elapsed };
        Parcel::of(serial, &goods, trader, &sold, loading, &mut dice)
    }

    /// A consignment of some goods of one firm and one country.
    pub fn of(
        serial: u32,
        goods: &[&Offer],
        trader: &Trader,
        sold: &Sold,
        loading: Option<DateTime>,
        dice: &mut Dice,
    ) -> Parcel {
        let mut form = Form::default();
        let mut lot = Lot::default();
        for (place, offer) in goods.iter().enumerate() {
            let fields = form.add(Part::Line);
            fields.set("number", (place + 1).to_string());
            let added = line(fields, offer, trader, sold, dice);
            lot.grams += added.grams;
            lot.packages = lot.packages.saturating_add(added.packages);
            lot.price += added.price;
        }
        let packaging = goods.first().map_or("22", |offer| offer.ware.packaging);
        let port = port(trader, packaging, lot.grams, dice);
        let carriers: Vec<usize> =
            (0..CARRIERS.len()).filter(|c| CARRIERS[*c].mode == port.office.mode).collect();
        let carrier = *dice.pick(&carriers);
        let bill = bill(serial, sold, loading, port, carrier, &lot, dice);
        head(&mut form.head, &bill, port, trader, packaging, sold, &lot, dice);
        Parcel { party: trader.code.to_string(), carrier, bill, form }
    }

    /// The declaration as somebody wrote it who mistook the mass.
    pub fn slipped(&self) -> Form {
        let mut form = self.form.clone();
        let net = self.bill.gross_kg.add(Exact::ONE).unwrap_or(self.bill.gross_kg);
        form.head.set("net_kg", net.to_string());
        form
    }
}

/// How many lines a declaration has: five on average, most of them few.
fn lines(dice: &mut Dice) -> usize {
    let mut lines = 1;
    while lines < MOST_LINES && dice.percent(81) {
        lines += 1;
    }
    lines
}

/// A number of steps as a decimal's text.
fn decimal(steps: u64, places: u32) -> String {
    Exact::from_steps(i64::try_from(steps).unwrap_or(i64::MAX), places).to_string()
}

/// Fills a line; gives what it adds to the lot. Units are those of the tariff.
fn line(fields: &mut Fields, offer: &Offer, trader: &Trader, sold: &Sold, dice: &mut Dice) -> Lot {
    let ware = offer.ware;
    let usual = u64::from(ware.pieces) * u64::from(trader.lots) / 100;
    let pieces = (usual * u64::from(dice.between(25, 175)) / 100).max(1);
    let price = price(offer, sold, dice);
    let grams = pieces * u64::from(ware.grams);
    let (mass, count) = (decimal(grams, 3), pieces.to_string());
    let (first, second) = &offer.units;
    let in_unit = |unit: &str| if unit == KILOGRAM { mass.clone() } else { count.clone() };
    // goods are sold by the piece where the tariff counts pieces at all
    let counted = [Some(first), second.as_ref()].into_iter().flatten().find(|unit| *unit != KILOGRAM);
    let unit = counted.map_or(KILOGRAM, String::as_str);
    let total = pieces * price;
    let abroad = sold.country.code;
    let (origin, destination) = match sold.direction {
        Direction::Import => (abroad, "CN"),
        Direction::Export => ("CN", abroad),
    };
    for (name, value) in [
        ("commodity_code", ware.code),
        ("name", &offer.name),
        ("quantity", &in_unit(unit)),
        ("unit", unit),
        ("first_quantity", &in_unit(first)),
        ("first_unit", first),
        ("price", &decimal(price, 2)),
        ("total", &decimal(total, 2)),
        ("currency", sold.country.currency),
        ("origin", origin),
        ("destination", destination),
        ("district", "31222"),
        ("duty_mode", "1"),
    ] {
        fields.set(name, value.to_owned());
    }
    if let Some(second) = second {
        fields.set("second_quantity", in_unit(second));
        fields.set("second_unit", second.clone());
    }
    if sold.direction == Direction::Import {
        claim(fields, sold.country, dice);
    }
    let packages = pieces.div_ceil(u64::from(ware.in_package)).min(999_999);
    Lot { grams, packages: u32::try_from(packages).unwrap_or(1), price: total }
}

/// Hundredths of the contract's currency for a piece: the level, its drift over the year, a partner's own
/// level, and some noise.
fn price(offer: &Offer, sold: &Sold, dice: &mut Dice) -> u64 {
    let ware = offer.ware;
    let drift = 10_000 + i64::from(ware.drift) * i64::from(sold.elapsed);
    let partner = 85 + u64::from(sold.country.code.bytes().map(u32::from).sum::<u32>() % 31);
    let cents = u64::from(ware.cents) * u64::try_from(drift).unwrap_or(10_000) / 10_000;
    let cents = (cents * partner * u64::from(dice.between(88, 112)) / 10_000).max(1);
    let price = cents * per_thousand_cents(sold.country.currency) / 1_000;
    // the yen has no hundredths
    let whole = if sold.country.currency == "JPY" { 100 } else { 1 };
    (price / whole * whole).max(whole)
}

/// Most claim the agreement that there is; some of them forget the number of the proof.
fn claim(fields: &mut Fields, country: &Country, dice: &mut Dice) {
    if country.agreement.is_empty() || !dice.percent(70) {
        return;
    }
    fields.set("preference.agreement", country.agreement);
    fields.set("preference.proof_kind", if dice.percent(80) { "C" } else { "D" });
    if dice.percent(92) {
        let number = format!("{}{:08}", country.alpha3, dice.between(1, 99_999_999));
        fields.set("preference.proof_number", number);
    }
}

/// By sea what is heavy or loose, else mostly by air; usually the firm's own port.
fn port(trader: &Trader, packaging: &str, grams: u64, dice: &mut Dice) -> &'static Port {
    let by_air = packaging != "00" && grams < 4_000_000 && dice.percent(70);
    if dice.percent(75) {
        return &PORTS[trader.home[usize::from(by_air)]];
    }
    let mode = if by_air { "5" } else { "2" };
    let weight = |port: &Port| if port.office.mode == mode { port.weight } else { 0 };
    &PORTS[dice.weighed(PORTS.iter().map(weight))]
}

fn bill(
    serial: u32,
    sold: &Sold,
    loading: Option<DateTime>,
    port: &Port,
    carrier: usize,
    lot: &Lot,
    dice: &mut Dice,
) -> BillForm {
    let ship = &CARRIERS[carrier];
    let voyage = if ship.mode == "2" { format!("{:03}E", dice.between(1, 180)) } else { String::new() };
    // wrapping and pallets: 3 to 9 percent, to a tenth of a kilogram
    let gross = lot.grams * u64::from(dice.between(103, 109)) / 100;
    BillForm {
        office: OfficeCode::parse(port.office.code).expect("four digits"),
        bill: format!("{}{:08}", ship.prefix, 40_000_000 + serial),
        transport_mode: ship.mode.to_owned(),
        transport_name: (*dice.pick(ship.names)).to_owned(),
        voyage,
        direction: sold.direction,
        entry_date: (sold.direction == Direction::Import).then_some(sold.on),
        loading,
        place: port.office.place.to_owned(),
        packages: lot.packages,
        gross_kg: Exact::from_steps(i64::try_from(gross.div_ceil(100)).unwrap_or(i64::MAX), 1),
        consignee: None,
    }
}

#[allow(clippy::too_many_arguments)] // the head holds what all of these know
fn head(
    head: &mut Fields,
    bill: &BillForm,
    port: &Port,
    trader: &Trader,
    packaging: &str,
    sold: &Sold,
    lot: &Lot,
    dice: &mut Dice,
) {
    let abroad = format!("{}000", sold.country.alpha3);
    for (field, value) in [
        ("declaration_office", port.office.code),
        ("entry_office", port.office.code),
        ("bill", &bill.bill),
        ("transport_mode", &bill.transport_mode),
        ("transport_name", &bill.transport_name),
        ("voyage", &bill.voyage),
        ("consignee.credit_code", trader.code.as_str()),
        ("consignee.customs_code", &trader.customs_code),
        ("consignee.name", &trader.name),
        ("consumer.name", &trader.name),
        ("supervision_mode", "0110"),
        ("levy_nature", "101"),
        ("contract", &format!("SC{:06}", dice.between(1, 999_999))),
        ("trading_country", sold.country.code),
        ("departure_country", sold.country.code),
        ("last_port", &abroad),
        ("entry_port", port.port),
        ("packages", &bill.packages.to_string()),
        ("packaging", packaging),
        ("gross_kg", &bill.gross_kg.to_string()),
        ("net_kg", &decimal(lot.grams, 3)),
    ] {
        head.set(field, value.to_owned());
    }
    match sold.direction {
        Direction::Import => import_head(head, bill, &abroad, sold.country, lot, dice),
        Direction::Export => {
            head.set("direction", "export");
            head.set("overseas_consignor.name", format!("EXAMPLE {} LTD", sold.country.alpha3));
            head.set("terms", "3");
        }
    }
}

/// What imports say beside the rest: days and ports of the journey, and the terms of delivery with their costs.
fn import_head(
    head: &mut Fields,
    bill: &BillForm,
    abroad: &str,
    country: &Country,
    lot: &Lot,
    dice: &mut Dice,
) {
    let terms = *dice.pick(&["1", "2", "3", "3"]);
    for (field, value) in [
        ("direction", "import"),
        ("entry_date", &bill.entry_date.map_or_else(String::new, |day| day.to_string())),
        ("departure_port", abroad),
        ("storage_place", &bill.place),
        ("terms", terms),
        ("price_confirmations", "00000"),
    ] {
        head.set(field, value.to_owned());
    }
    if terms == "3" {
        let step = if country.currency == "JPY" { 10_000 } else { 100 };
        let freight = lot.price * u64::from(dice.between(2, 6)) / 100 / step * step + step;
        head.set("freight.mark", "3");
        head.set("freight.currency", country.currency);
        head.set("freight.rate", decimal(freight, 2));
    }
    if terms != "1" {
        head.set("insurance.mark", "1");
        head.set("insurance.rate", "0.3");
    }
}

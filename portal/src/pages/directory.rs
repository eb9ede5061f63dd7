//! The public directory: the index of offices, the entry of one, the card that one shows to a taxi driver.

use super::frame::encoded;
use super::papers::code as qr;
use super::words::{both_names, day_words};
use super::{Frame, Visitor, html};
use crate::coordinates::Point;
use crate::problem::{self, Problem};
use crate::state::Portal;
use crate::texts::{say, say_of};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use customhouse_directory::{Administration, Directory, Office, OfficePlace, Work};
use customhouse_kernel::text::{Lang, Text, fold};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Longest wish that is looked at, in characters; what is beyond is cut off and the page says so.
const LONGEST_WISH: usize = 80;
/// Duties shown for one wish.
const MOST_DUTIES: usize = 20;

/// A fact as the entry shows it.
pub(crate) struct FactRow {
    pub label: String,
    /// Empty: not recorded.
    pub value: String,
    pub is_code: bool,
    /// An address that the value opens.
    pub link: Option<String>,
    /// What the older source prints, where it differs, and why that is wrong.
    pub printed: Option<String>,
    pub printed_blank: bool,
    pub note: String,
    pub source: String,
    pub confirmed: bool,
}

/// A function or a duty, and whether the program does it.
pub(crate) struct Working {
    pub number: u32,
    pub says: String,
    pub works: Option<(String, String)>,
}

impl Working {
    pub fn of(number: u32, says: &Text, works: Option<&Work>, lang: Lang) -> Working {
        let works = works.map(|work| (work.place.to_string(), work.says.get(lang).to_owned()));
        Working { number, says: says.get(lang).to_owned(), works }
    }
}

/// The facts of the administration in words.
pub(crate) fn facts(administration: &Administration, lang: Lang) -> Vec<FactRow> {
    let row = |fact: &customhouse_directory::Fact| {
        let value = fact.value.as_ref().map_or_else(String::new, |value| value.get(lang).to_owned());
        let day =
            fact.source_day.parse::<Date>().map_or_else(|_| fact.source_day.clone(), |d| day_words(d, lang));
        FactRow {
            label: say_of("fact", &fact.name, lang),
            is_code: matches!(&*fact.name, "telephone" | "fax" | "postal_code"),
            link: match &*fact.name {
                "telephone" => fact.value.as_ref().map(|v| format!("tel:{}", v.en.replace(' ', ""))),
                "website" => Some(format!("http://{value}")),
                _ => None,
            },
            printed_blank: fact.printed.as_deref() == Some(""),
            printed: fact.printed.clone().filter(|printed| !printed.is_empty() && *printed != value),
            note: fact.note.as_ref().map_or_else(String::new, |note| note.get(lang).to_owned()),
            source: format!("{} · {day}", fact.basis.document),
            confirmed: fact.confirmed,
            value,
        }
    };
    administration.facts.iter().map(row).collect()
}

/// How many districts the directory knows.
pub(crate) fn offices_of_entry(directory: &Directory) -> usize {
    directory.offices.iter().filter(|office| office.is_district).count()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
    by: String,
}

/// How the index is ordered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Code,
    English,
    Pinyin,
    Chinese,
    Province,
}

impl Order {
    const ALL: [(Order, &str); 5] = [
        (Order::Code, "code"),
        (Order::English, "en"),
        (Order::Pinyin, "pinyin"),
        (Order::Chinese, "zh"),
        (Order::Province, "province"),
    ];

    fn named(name: &str) -> Order {
        Order::ALL.iter().find(|(_, n)| *n == name).map_or(Order::Code, |(order, _)| *order)
    }
}

struct OfficeRow {
    code: String,
    name: String,
    other: String,
    pinyin: String,
    city: String,
}

impl OfficeRow {
    fn of(office: &Office, lang: Lang) -> OfficeRow {
        let (name, other) = both_names(&office.name, lang);
        OfficeRow {
            code: office.code.as_str().to_owned(),
            name,
            other,
            pinyin: office.pinyin.clone(),
            city: office.place.as_ref().map_or_else(String::new, |place| place.city.get(lang).to_owned()),
        }
    }
}

/// A dot of the map.
struct Dot {
    code: String,
    name: String,
    x: String,
    y: String,
}

/// Our own map: seats as points, no boundaries. One unit is 0.05 degrees, the east shrunk as at 35 degrees north.
fn dots(directory: &Directory, lang: Lang) -> Vec<Dot> {
    let dot = |office: &Office| {
        let place = office.place.as_ref().filter(|_| office.is_district)?;
        let (x, y) = on_map(point_of(place)?);
        let code = office.code.as_str().to_owned();
        Some(Dot { code, name: both_names(&office.name, lang).0, x: format!("{x:.1}"), y: format!("{y:.1}") })
    };
    directory.offices.iter().filter_map(dot).collect()
}

/// The city's point, as it is kept: GCJ-02.
fn point_of(place: &OfficePlace) -> Option<Point> {
    Point::of(place.point.0, place.point.1)
}

/// Where a point lies on the map of 1000 by 700.
fn on_map(point: Point) -> (f64, f64) {
    ((point.longitude - 85.0) * 20.0, (54.0 - point.latitude) * 19.0)
}

#[derive(Template)]
#[template(path = "directory.html")]
struct Index {
    frame: Frame,
    wish: String,
    cut: bool,
    found: Option<Found>,
    orders: Vec<(&'static str, String, bool)>,
    groups: Vec<(String, Vec<OfficeRow>)>,
    dots: Vec<Dot>,
}

struct Found {
    offices: Vec<OfficeRow>,
    duties: Vec<(String, String, Working)>,
    more_duties: usize,
}

/// `GET /directory`: every office, and the search.
pub(crate) async fn index(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Response {
    let (law, lang) = (portal.law(), visitor.lang);
    let directory = &law.directory;
    let wish: String = wanted.q.trim().chars().take(LONGEST_WISH).collect();
    let found = (!wish.is_empty()).then(|| {
        let found = directory.search(&wish);
        let duty =
            |(department, duty): &(&customhouse_directory::Department, &customhouse_directory::Duty)| {
                let shown = Working::of(duty.number, &duty.says, duty.works.as_ref(), lang);
                (department.key.to_string(), department.name.get(lang).to_owned(), shown)
            };
        Found {
            offices: found.offices.iter().map(|office| OfficeRow::of(office, lang)).collect(),
            duties: found.duties.iter().take(MOST_DUTIES).map(duty).collect(),
            more_duties: found.duties.len().saturating_sub(MOST_DUTIES),
        }
    });
    let order = Order::named(&wanted.by);
    let orders = Order::ALL
        .iter()
        .map(|(one, name)| (*name, say_of("directory", &format!("by_{name}"), lang), *one == order));
    html(&Index {
        frame: visitor.frame("directory"),
        cut: wanted.q.trim().chars().count() > LONGEST_WISH,
        wish,
        found,
        orders: orders.collect(),
        groups: groups(directory, order, lang),
        dots: dots(directory, lang),
    })
}

/// The offices under headings.
fn groups(directory: &Directory, order: Order, lang: Lang) -> Vec<(String, Vec<OfficeRow>)> {
    let initial =
        |text: &str| fold(text).chars().next().map_or_else(String::new, |c| c.to_uppercase().to_string());
    let heading = |office: &Office| match order {
        Order::Code => directory.office(office.district.as_str()).map_or_else(String::new, |district| {
            format!("{} {}", district.code, both_names(&district.name, lang).0)
        }),
        Order::English => initial(&office.name.en),
        Order::Pinyin => initial(&office.pinyin),
        Order::Chinese => office.name.zh.chars().next().map_or_else(String::new, |c| c.to_string()),
        Order::Province => {
            let district = directory.office(office.district.as_str());
            let place = office.place.as_ref().or_else(|| district?.place.as_ref());
            place.map_or_else(String::new, |place| place.province.get(lang).to_owned())
        }
    };
    let key = |office: &Office| match order {
        Order::English => fold(&office.name.en),
        Order::Pinyin => fold(&office.pinyin),
        Order::Chinese => office.name.zh.to_string(),
        Order::Code | Order::Province => office.code.as_str().to_owned(),
    };
    let mut by_heading: BTreeMap<String, Vec<&Office>> = BTreeMap::new();
    for office in &directory.offices {
        by_heading.entry(heading(office)).or_default().push(office);
    }
    let mut groups = Vec::new();
    for (heading, mut offices) in by_heading {
        offices.sort_by_key(|office| key(office));
        let heading = if heading.is_empty() { say_of("directory", "unordered", lang) } else { heading };
        groups.push((heading, offices.iter().map(|office| OfficeRow::of(office, lang)).collect()));
    }
    groups
}

#[derive(Template)]
#[template(path = "office.html")]
struct Entry {
    frame: Frame,
    code: String,
    name: String,
    other: String,
    pinyin: String,
    is_district: bool,
    district: Option<OfficeRow>,
    place: Option<PlaceView>,
    houses: Vec<OfficeRow>,
    source: String,
}

/// The city of an office, and links that open maps there.
struct PlaceView {
    city: String,
    province: String,
    division: String,
    /// North, east in WGS-84.
    north: String,
    east: String,
    maps: Vec<(&'static str, &'static str, String)>,
    x: String,
    y: String,
}

impl PlaceView {
    fn of(office: &Office, lang: Lang) -> Option<PlaceView> {
        let place = office.place.as_ref()?;
        let point = point_of(place)?;
        let points = point.in_all_datums();
        let (x, y) = on_map(point);
        let pair = |point: Point| format!("{:.6},{:.6}", point.latitude, point.longitude);
        let title = encoded(&both_names(&office.name, lang).0);
        let maps = vec![
            (
                say("map.baidu", lang),
                "BD-09",
                format!(
                    "https://api.map.baidu.com/marker?location={}&title={title}&content={title}&output=html&coord_type=bd09ll",
                    pair(points.bd09)
                ),
            ),
            (
                say("map.google", lang),
                "GCJ-02",
                format!("https://www.google.com/maps?q={}", pair(points.gcj02)),
            ),
            (
                say("map.open_street_map", lang),
                "WGS-84",
                format!(
                    "https://www.openstreetmap.org/?mlat={:.6}&mlon={:.6}",
                    points.wgs84.latitude, points.wgs84.longitude
                ),
            ),
        ];
        Some(PlaceView {
            city: place.city.get(lang).to_owned(),
            province: place.province.get(lang).to_owned(),
            division: place.division.clone(),
            north: format!("{:.4}", points.wgs84.latitude),
            east: format!("{:.4}", points.wgs84.longitude),
            maps,
            x: format!("{x:.1}"),
            y: format!("{y:.1}"),
        })
    }
}

/// `GET /directory/{office}`: one office; `gacc` is the administration's own entry.
pub(crate) async fn office(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    if code == "gacc" {
        return Ok(super::front::show(State(portal), visitor).await);
    }
    let (law, lang) = (portal.law(), visitor.lang);
    let directory = &law.directory;
    let office = directory.office(&code).ok_or(problem::NOT_FOUND)?;
    let (name, other) = both_names(&office.name, lang);
    let rule = law.control.rulebook.kind("office").iter().find(|rule| *rule.key == *code);
    let district = (!office.is_district).then(|| directory.office(office.district.as_str())).flatten();
    Ok(html(&Entry {
        frame: visitor.frame("directory"),
        code,
        name,
        other,
        pinyin: office.pinyin.clone(),
        is_district: office.is_district,
        district: district.map(|district| OfficeRow::of(district, lang)),
        place: PlaceView::of(office, lang),
        houses: directory.under(office).map(|house| OfficeRow::of(house, lang)).collect(),
        source: rule.map_or_else(String::new, |rule| rule.basis.document.to_string()),
    }))
}

#[derive(Template)]
#[template(path = "card.html")]
struct Card {
    frame: Frame,
    back: String,
    zh: String,
    en: String,
    pinyin: String,
    address: Option<Text>,
    city: Option<Text>,
    postal_code: String,
    telephone: String,
    qr: Option<String>,
}

/// `GET /directory/{office}/card`: what one shows to a taxi driver.
pub(crate) async fn card(
    State(portal): State<Portal>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let law = portal.law();
    let directory = &law.directory;
    let frame = visitor.frame("directory");
    if code == "gacc" && !directory.is_empty() {
        let of = |name: &str| directory.administration.value(name).cloned();
        let name = of("short_name").or_else(|| of("name")).unwrap_or_default();
        let plain = |name: &str| of(name).map_or_else(String::new, |t| t.zh.into_owned());
        return Ok(html(&Card {
            frame,
            back: "/directory/gacc".to_owned(),
            zh: name.zh.into_owned(),
            en: name.en.into_owned(),
            pinyin: plain("pinyin"),
            address: of("address"),
            city: None,
            postal_code: plain("postal_code"),
            telephone: plain("telephone"),
            qr: None,
        }));
    }
    let office = directory.office(&code).ok_or(problem::NOT_FOUND)?;
    let point = office.place.as_ref().and_then(point_of).map(Point::gcj02_to_wgs84);
    let qr =
        point.map(|point| qr(&format!("geo:{:.5},{:.5}", point.latitude, point.longitude))).transpose()?;
    Ok(html(&Card {
        frame,
        back: format!("/directory/{code}"),
        zh: office.name.zh.to_string(),
        en: office.name.en.to_string(),
        pinyin: office.pinyin.clone(),
        address: None,
        city: office.place.as_ref().map(|place| place.city.clone()),
        postal_code: String::new(),
        telephone: String::new(),
        qr,
    }))
}

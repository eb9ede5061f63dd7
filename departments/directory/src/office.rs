//! Customs offices 海关机构 by the code that declarations name them with, and where each sits.

use crate::read_all;
use customhouse_kernel::law::{PackFault, Rulebook};
use customhouse_kernel::text::Text;
use customhouse_kernel::values::{Exact, OfficeCode};
use serde::Deserialize;

/// One office.
#[derive(Clone, Debug, PartialEq)]
pub struct Office {
    pub code: OfficeCode,
    pub name: Text,
    /// Whether it is a district 直属海关, or a house under one.
    pub is_district: bool,
    /// The district that it belongs to; its own code for a district.
    pub district: OfficeCode,
    /// Name in pinyin with tones, a space between syllables; empty if it is not recorded.
    pub pinyin: String,
    /// Where it sits; nothing if it is not recorded.
    pub place: Option<OfficePlace>,
}

/// The city in which an office sits. Its point is the city's, not the building's.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficePlace {
    pub city: Text,
    pub province: Text,
    /// Six digits of GB/T 2260.
    pub division: String,
    /// The city's point in decimal degrees east and north, in the datum GCJ-02.
    pub point: (Exact, Exact),
}

#[derive(Deserialize)]
struct Row {
    code: OfficeCode,
    name_zh: String,
    name_en: String,
    level: String,
    district: OfficeCode,
}

#[derive(Deserialize)]
struct PlaceRow {
    code: OfficeCode,
    pinyin: String,
    #[serde(default)]
    seat_zh: String,
    #[serde(default)]
    seat_en: String,
    #[serde(default)]
    province_zh: String,
    #[serde(default)]
    province_en: String,
    #[serde(default)]
    adcode: String,
    #[serde(default)]
    longitude: String,
    #[serde(default)]
    latitude: String,
}

pub(crate) fn offices(rulebook: &Rulebook, faults: &mut Vec<PackFault>) -> Vec<Office> {
    let mut offices: Vec<Office> = read_all::<Row>(rulebook, "office", faults)
        .into_iter()
        .map(|(_, row)| Office {
            is_district: row.level == "district",
            code: row.code,
            name: Text::of(row.name_zh, row.name_en),
            district: row.district,
            pinyin: String::new(),
            place: None,
        })
        .collect();
    offices.sort_by(|a, b| a.code.as_str().cmp(b.code.as_str()));
    offices.dedup_by(|later, first| later.code == first.code);
    for (rule, row) in read_all::<PlaceRow>(rulebook, "office_place", faults) {
        let point = if row.adcode.is_empty() {
            Ok(None)
        } else {
            point(&row.longitude, &row.latitude).map(Some).ok_or(())
        };
        let office = offices.iter_mut().find(|office| office.code == row.code);
        match (office, point) {
            (Some(office), Ok(point)) => {
                office.pinyin = row.pinyin;
                office.place = point.map(|point| OfficePlace {
                    city: Text::of(row.seat_zh, row.seat_en),
                    province: Text::of(row.province_zh, row.province_en),
                    division: row.adcode,
                    point,
                });
            }
            (None, _) => {
                faults.push(rule.fault("没有这个关区代码的机构", "no office has this code"));
            }
            (_, Err(())) => {
                faults.push(rule.fault("经纬度不合格式", "longitude or latitude is not in form"));
            }
        }
    }
    offices
}

/// Degrees east and north; nothing if they name no place on earth.
fn point(longitude: &str, latitude: &str) -> Option<(Exact, Exact)> {
    let within = |text: &str, most: i64| {
        Exact::parse(text).filter(|degrees| (Exact::from(-most)..=Exact::from(most)).contains(degrees))
    };
    Some((within(longitude, 180)?, within(latitude, 90)?))
}

#[cfg(test)]
mod tests {
    use super::point;

    #[test]
    fn what_names_no_place_is_none() {
        assert_eq!(point("181", "0"), None);
        assert_eq!(point("116.4", "ninety"), None);
        assert_eq!(point("NaN", "0"), None);
        assert!(point("116.407394", "-39.904211").is_some());
    }
}

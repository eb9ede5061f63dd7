//! Commodity codes while one types: for the script; the form works without.

use super::Visitor;
use crate::state::Portal;
use axum::Json;
use axum::extract::{Query, State};
use customhouse_duties::{Commodity, SecondUnit};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    q: String,
}

/// `GET /lookup/commodities`: codes that begin with the digits, or whose name holds the words.
pub(crate) async fn commodities(
    State(portal): State<Portal>,
    visitor: Visitor,
    Query(wanted): Query<Wanted>,
) -> Json<Value> {
    let wish: String = wanted.q.trim().to_lowercase().chars().take(40).collect();
    if wish.chars().count() < 2 {
        return Json(json!([]));
    }
    let (law, day) = (portal.law(), portal.engine().now().day());
    let by_code = wish.bytes().all(|b| b.is_ascii_digit());
    let prefix = if by_code { wish.as_str() } else { "" };
    let named =
        |c: &&Commodity| by_code || c.name.zh.contains(&wish) || c.name.en.to_lowercase().contains(&wish);
    let row = |c: &Commodity| {
        let unit_2 = match c.unit_2 {
            SecondUnit::Unit(unit) => Some(unit),
            SecondUnit::Unknown | SecondUnit::None => None,
        };
        json!({ "code": c.code, "name": c.name.get(visitor.lang), "unit_1": c.unit_1, "unit_2": unit_2 })
    };
    let found: Vec<Value> =
        law.control.tariff.commodities(prefix, day).filter(named).take(20).map(row).collect();
    Json(json!(found))
}

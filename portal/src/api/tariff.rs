//! `GET /tariff/{code}`: what a commodity code stands for and what is charged on it. For everyone.

use super::assess::OnQuery;
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use axum::extract::{Path, Query, State};
use customhouse_control::ControlLaw;
use customhouse_duties::{Commodity, Measure, SecondUnit};
use customhouse_kernel::law::Validity;
use customhouse_kernel::text::Lang;
use customhouse_kernel::values::CommodityCode;
use jiff::civil::Date;
use serde_json::{Value, json};

pub(crate) async fn show(
    State(portal): State<Portal>,
    Path(code): Path<String>,
    Query(on): Query<OnQuery>,
) -> Result<Json<Value>, Problem> {
    let day = on.day(&portal)?;
    let code = CommodityCode::parse(&code).ok_or(problem::NOT_FOUND)?;
    let law = portal.law();
    let law = &law.control;
    if code.is_full() {
        let found = law.tariff.commodity(code, day).ok_or(problem::NOT_FOUND)?;
        return Ok(Json(whole(law, found, day)));
    }
    let under: Vec<Value> = law.tariff.commodities(code.as_str(), day).take(500).map(brief).collect();
    if under.is_empty() {
        Err(problem::NOT_FOUND.into())
    } else {
        Ok(Json(json!({ "on": day, "codes": under })))
    }
}

fn brief(commodity: &Commodity) -> Value {
    json!({ "code": commodity.code, "name": commodity.name })
}

fn whole(law: &ControlLaw, commodity: &Commodity, day: Date) -> Value {
    let unit_2 = match commodity.unit_2 {
        SecondUnit::Unknown => json!("unknown"),
        SecondUnit::None => Value::Null,
        SecondUnit::Unit(unit) => json!(unit),
    };
    let measures: Vec<Value> = law.tariff.measures(commodity.code, day).map(|m| measure(law, m)).collect();
    json!({
        "code": commodity.code,
        "on": day,
        "edition": law.edition,
        "name": commodity.name,
        "unit_1": commodity.unit_1,
        "unit_2": unit_2,
        "confirmed": commodity.confirmed,
        "measures": measures,
    })
}

fn measure(law: &ControlLaw, measure: &Measure) -> Value {
    let basis = law.rulebook.by_id(&measure.rule).map(|r| {
        json!({ "authority": r.basis.authority, "document": r.basis.document, "article": r.basis.article })
    });
    json!({
        "charge": measure.charge,
        "tier": measure.tier,
        "goods": measure.goods,
        "origin": measure.origin,
        "programme": measure.programme,
        "rate": { "zh": measure.rate.words(Lang::Zh), "en": measure.rate.words(Lang::En) },
        "valid": span(&measure.valid),
        "confirmed": measure.confirmed,
        "rule": measure.rule,
        "basis": basis,
    })
}

fn span(valid: &Validity) -> Value {
    json!({ "from": valid.from, "before": valid.to })
}

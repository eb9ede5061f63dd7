//! Lists: what of a kind an account may see, a page at a time.

use super::bearer::Bearer;
use crate::lists::{self, Wanted};
use crate::problem::{self, Problem};
use crate::state::Portal;
use axum::Json;
use customhouse_kernel::beats::Record;
use serde::Deserialize;
use serde_json::{Value, json};

/// Filters of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    pub state: Option<String>,
    pub after: Option<String>,
    pub limit: Option<usize>,
}

/// A page of the records of a kind, each as its summary, under the list's name.
///
/// # Errors
/// The account has no such list.
pub(crate) async fn listed(
    portal: &Portal,
    Bearer(account): Bearer,
    query: ListQuery,
    kind: &'static str,
    name: &str,
    summary: impl Fn(&Record) -> Option<Value>,
) -> Result<Json<Value>, Problem> {
    let actor = account.actor();
    if !lists::has(&actor, kind) {
        return Err(problem::FORBIDDEN.into());
    }
    let wanted = Wanted { state: query.state, after: query.after, limit: query.limit.unwrap_or(50) };
    let page = portal.read(move |r| lists::page(r, &actor, kind, &wanted)).await?;
    let rows: Vec<Value> = page.records.iter().filter_map(summary).collect();
    Ok(Json(json!({ name: rows, "next": page.next })))
}

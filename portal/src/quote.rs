//! A quote out of a form: read, assessed and signed. The API and the page give the same one. Nothing is
//! stored, and no fact of it reaches the log.

use crate::problem::{self, Problem};
use crate::refusals::{NOT_IN_FORM, TOO_MANY, UNKNOWN};
use crate::state::{Portal, failed};
use crate::texts::both;
use customhouse_control::form::{Fields, Form, pointer};
use customhouse_control::{QUOTE_LINES, Quote, quote, quote_fields};
use customhouse_duties::Assessment;
use customhouse_engine::Edition;
use customhouse_exchange::json;
use customhouse_kernel::journal::Signed;
use customhouse_kernel::refusal::Refusal;
use jiff::civil::Date;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

/// What is signed as a quote.
const KIND: &str = "quote";

/// A quote with the law that it was reckoned under and its assessment.
pub(crate) struct Given {
    pub quote: Quote,
    pub assessment: Assessment,
    pub warnings: Vec<Refusal>,
    pub form: Form,
    pub signed: Signed,
    pub edition: Arc<Edition>,
}

/// What a quote is asked for.
pub(crate) struct Asked {
    pub form: Form,
    /// The day whose law applies, as it was written; today if absent.
    pub on: Option<String>,
}

impl Asked {
    fn day(&self, today: Date) -> Result<Date, Refusal> {
        let Some(on) = &self.on else { return Ok(today) };
        let day = on.parse().ok().filter(|_| on.len() == 10);
        day.ok_or_else(|| {
            let shown: String = on.chars().take(60).collect();
            let finding = NOT_IN_FORM.at("/on").with("field", "on").with("value", shown);
            finding.with("what_zh", "YYYY-MM-DD 格式的日期").with("what_en", "a date as YYYY-MM-DD")
        })
    }
}

/// Why there is no quote.
pub(crate) fn refused(findings: Vec<Refusal>) -> Problem {
    let why = both("quote.refused_why");
    Problem::from(problem::REFUSED).with_detail(why.zh, why.en).with_errors(findings)
}

/// Quotes what is asked for, under the newest edition of the law.
pub(crate) async fn give(
    portal: &Portal,
    asked: Asked,
    peer: Option<SocketAddr>,
) -> Result<Result<Given, Vec<Refusal>>, Problem> {
    let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.ip());
    if !portal.quotes().admit(address, Instant::now()) {
        return Err(problem::TOO_OFTEN.into());
    }
    let own = portal.clone();
    portal.blocking(move || reckoned(&own, asked)).await?
}

fn reckoned(portal: &Portal, asked: Asked) -> Result<Result<Given, Vec<Refusal>>, Problem> {
    if asked.form.lines.len() > QUOTE_LINES {
        return Ok(Err(vec![TOO_MANY.at("/lines").with("max", QUOTE_LINES)]));
    }
    let (edition, engine) = (portal.law(), portal.engine());
    let today = engine.now().day();
    let day = asked.day(today);
    let form = asked.form;
    let strange: Vec<Refusal> = day.as_ref().err().cloned().into_iter().chain(foreign(&form)).collect();
    let (assessment, warnings) = match quote(&form, &edition.control, day.unwrap_or(today)) {
        Ok(found) if strange.is_empty() => found,
        Ok(_) => return Ok(Err(strange)),
        Err(refused) => return Ok(Err([strange, refused].concat())),
    };
    let digest = engine.law_digest(edition.number).map_err(|e| failed(&e))?;
    let digest = digest.ok_or_else(|| failed(&"the edition has no record"))?;
    let facts = serde_json::from_str(&json::write(&form)).map_err(|e| failed(&e))?;
    let law = (digest, edition.manifest.territory.currency.as_str());
    let Some(quote) = Quote::of(facts, &assessment, &edition.control, law, engine.now()) else {
        return Err(failed(&"the landed cost has more digits than an amount holds"));
    };
    let text = serde_json::to_string(&quote).map_err(|e| failed(&e))?;
    let signed = engine.sign(KIND, text);
    Ok(Ok(Given { quote, assessment, warnings, form, signed, edition }))
}

/// Fields that a quote has no use for: what is not reckoned with is not taken silently.
fn foreign(form: &Form) -> Vec<Refusal> {
    let parts = std::iter::once((&form.head, 0));
    let parts = parts.chain(form.lines.iter().zip(0..)).chain(form.containers.iter().zip(0..));
    let parts = parts.chain(form.documents.iter().zip(0..));
    let strange = |(fields, index): (&Fields, usize)| {
        let part = fields.part();
        let strange = fields.filled().filter(move |(name, _)| !quote_fields(part).contains(name));
        let paths: Vec<String> = strange.map(|(name, _)| pointer(part, index, name)).collect();
        paths
    };
    let paths = parts.flat_map(strange).chain(form.strange.iter().cloned());
    let finding = |path: String| {
        let field: String = path.trim_start_matches('/').chars().take(120).collect();
        UNKNOWN.at(path).with("field", field)
    };
    paths.take(20).map(finding).collect()
}

//! Authorisations 报关委托: what a principal granted to brokers, and what others granted to a broker.

use super::small::{Field, Fields, Refused, Typed, submit};
use super::words::Finding;
use super::{Frame, SignedIn, html, to};
use crate::access;
use crate::names::{Names, PartyName};
use crate::problem::Problem;
use crate::secrets;
use crate::small_forms::SmallForm;
use crate::state::Portal;
use crate::texts::say_of;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use customhouse_control::{
    Authorisation, AuthorisationForm, AuthorisationRevoked, Command, InName, Role, Scope,
};
use customhouse_kernel::text::Lang;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "authorisations.html")]
struct Page {
    frame: Frame,
    done: &'static str,
    findings: Vec<Finding>,
    granted: Vec<Row>,
    received: Vec<Row>,
    form: Vec<Field>,
    open: bool,
    key: String,
}

struct Row {
    /// The other party.
    party: PartyName,
    scope: String,
    office: String,
    in_name: String,
    valid: String,
    /// Why it does not hold today; a key of the texts.
    over: Option<&'static str>,
    key: String,
    revoked: Option<String>,
    /// Where a broker declares for its client, one way or the other.
    import: bool,
    export: bool,
}

impl Row {
    fn of(one: &Authorisation, party: PartyName, day: Date, lang: Lang) -> Row {
        let granted = &one.granted;
        let scope = match granted.scope {
            Scope::Import => "import",
            Scope::Export => "export",
            Scope::Both => "both",
        };
        let in_name = match granted.in_name {
            InName::Client => "client",
            InName::Own => "own",
        };
        let over = if one.revoked.is_some() {
            Some("authorisations.revoked")
        } else if day > granted.valid_to {
            Some("authorisations.over")
        } else if day < granted.valid_from {
            Some("authorisations.not_yet")
        } else {
            None
        };
        Row {
            party,
            scope: if granted.refunds {
                format!("{} · {}", say_of("scope", scope, lang), say_of("field", "refunds", lang))
            } else {
                say_of("scope", scope, lang)
            },
            office: granted.office.map_or_else(|| say_of("scope", "any_office", lang), |o| o.to_string()),
            in_name: say_of("in_name", in_name, lang),
            valid: format!("{} – {}", granted.valid_from, granted.valid_to),
            over,
            key: secrets::random(),
            revoked: one.revoked.map(|day| day.to_string()),
            import: granted.scope != Scope::Export,
            export: granted.scope != Scope::Import,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Done {
    done: String,
}

/// `GET /authorisations`
pub(crate) async fn show(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    page(&portal, &signed_in, &done.done, Refused::default()).await
}

/// `POST /authorisations`
pub(crate) async fn grant(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let sent = submit::<AuthorisationForm>(
        &portal,
        &signed_in,
        ("", &typed),
        "authorisation.granted",
        Command::GrantAuthorisation,
    );
    match sent.await? {
        Ok(_) => Ok(to("/authorisations?done=granted")),
        Err(findings) => page(&portal, &signed_in, "", Refused::of("authorisation", typed, findings)).await,
    }
}

/// `POST /authorisations/revocations`
pub(crate) async fn revoke(
    State(portal): State<Portal>,
    signed_in: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let command = |form: AuthorisationRevoked| Command::RevokeAuthorisation(form.agent);
    match submit(&portal, &signed_in, ("", &typed), "authorisation.revoked", command).await? {
        Ok(_) => Ok(to("/authorisations?done=revoked")),
        Err(findings) => page(&portal, &signed_in, "", Refused::of("revocation", typed, findings)).await,
    }
}

async fn page(
    portal: &Portal,
    signed_in: &SignedIn,
    done: &str,
    refused: Refused,
) -> Result<Response, Problem> {
    signed_in.must_be(&[Role::Declarant])?;
    let party = signed_in.session.account.party.clone();
    let found = portal.read(move |reader| {
        let granted = access::authorisations(reader, &party)?;
        let received = access::authorised_by(reader, &party)?;
        let parties = granted.iter().map(|one| one.granted.agent.as_str());
        let parties = parties.chain(received.iter().map(|one| one.principal.as_str()));
        let names = Names::gather(reader, parties)?;
        Ok((granted, received, names))
    });
    let (granted, received, names) = found.await?;
    let (lang, day) = (signed_in.visitor.lang, portal.engine().now().day());
    let mut findings = refused.findings_of(&refused.form, lang);
    let granting = refused.form == "authorisation";
    let typed = if granting { refused.typed } else { suggested(day) };
    let form = fields(&typed, &mut findings, lang);
    let mut frame = signed_in.visitor.frame("authorisations");
    frame.here = "/authorisations".to_owned();
    Ok(html(&Page {
        frame,
        done: match done {
            "granted" => "authorisations.done_granted",
            "revoked" => "authorisations.done_revoked",
            _ => "",
        },
        open: granting || (granted.is_empty() && received.is_empty()),
        granted: granted
            .iter()
            .map(|a| Row::of(a, names.party(a.granted.agent.as_str()), day, lang))
            .collect(),
        received: received.iter().map(|a| Row::of(a, names.party(&a.principal), day, lang)).collect(),
        findings,
        form,
        key: secrets::random(),
    }))
}

/// A year from today, for both ways, in the client's name.
fn suggested(day: Date) -> Typed {
    let last = day.checked_add(1.year()).and_then(|later| later.checked_sub(1.day())).unwrap_or(day);
    let values = [
        ("scope", "both".to_owned()),
        ("in_name", "client".to_owned()),
        ("refunds", "false".to_owned()),
        ("valid_from", day.to_string()),
        ("valid_to", last.to_string()),
    ];
    values.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

fn fields(typed: &Typed, findings: &mut [Finding], lang: Lang) -> Vec<Field> {
    let mut fields = Fields { form: "authorisation", prefix: "", typed, findings, lang };
    let made = AuthorisationForm::MEMBERS.iter().map(|member| {
        let field = fields.field(member);
        let named = |names: &[&str], say: &dyn Fn(&str) -> String| {
            names.iter().map(|name| ((*name).to_owned(), say(name))).collect::<Vec<_>>()
        };
        match member.name {
            "scope" => {
                let scopes = named(&["both", "import", "export"], &|n| say_of("scope", n, lang));
                field.of_options("select", scopes)
            }
            "in_name" => {
                field.of_options("select", named(&["client", "own"], &|n| say_of("in_name", n, lang)))
            }
            "refunds" => {
                field.of_options("select", named(&["false", "true"], &|n| say_of("yes_no", n, lang)))
            }
            _ => field,
        }
    });
    made.collect()
}

//! The home page: the administration's entry of the public directory, what it is there for, and what
//! people come for. A pack that tells nothing of its administration gets a page that says what this is.

use super::directory::{FactRow, Working, facts, offices_of_entry};
use super::words::both_names;
use super::{Frame, Visitor, html};
use crate::state::Portal;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use customhouse_directory::{Coverage, Department, Directory};
use customhouse_kernel::text::Lang;

#[derive(Template)]
#[template(path = "front.html")]
struct Front {
    frame: Frame,
    entry: Option<Entry>,
}

/// What the directory says of the administration.
struct Entry {
    names: (String, String),
    pinyin: String,
    facts: Vec<FactRow>,
    functions: Vec<Working>,
    functions_working: Coverage,
    departments: Vec<DepartmentView>,
    duties_working: Coverage,
    telephone: String,
    fax: String,
    districts: usize,
}

struct DepartmentView {
    number: u32,
    key: String,
    name: String,
    other_name: String,
    coverage: Coverage,
    duties: Vec<Working>,
}

/// `GET /` and `GET /directory/gacc`
pub(crate) async fn show(State(portal): State<Portal>, visitor: Visitor) -> Response {
    let law = portal.law();
    let entry = (!law.directory.is_empty()).then(|| entry(&law.directory, visitor.lang));
    html(&Front { frame: visitor.frame("front"), entry })
}

fn entry(directory: &Directory, lang: Lang) -> Entry {
    let administration = &directory.administration;
    let say = |name: &str| administration.value(name).map_or_else(String::new, |t| t.get(lang).to_owned());
    let name = administration.value("name").cloned().unwrap_or_default();
    let functions = directory.functions.iter();
    Entry {
        names: (name.zh.into_owned(), name.en.into_owned()),
        pinyin: say("pinyin"),
        facts: facts(administration, lang),
        functions: functions.map(|f| Working::of(f.number, &f.says, f.works.as_ref(), lang)).collect(),
        functions_working: directory.functions_coverage(),
        departments: directory.departments.iter().map(|d| DepartmentView::of(d, lang)).collect(),
        duties_working: directory.duties_coverage(),
        telephone: say("telephone"),
        fax: say("fax"),
        districts: offices_of_entry(directory),
    }
}

impl DepartmentView {
    fn of(department: &Department, lang: Lang) -> DepartmentView {
        let (name, other_name) = both_names(&department.name, lang);
        let duty = |d: &customhouse_directory::Duty| Working::of(d.number, &d.says, d.works.as_ref(), lang);
        DepartmentView {
            number: department.number,
            key: department.key.to_string(),
            name,
            other_name,
            coverage: department.coverage(),
            duties: department.duties.iter().map(duty).collect(),
        }
    }
}

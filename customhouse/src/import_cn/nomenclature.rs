//! English names and standard units of the subheadings of HS 2022, from the WCO's nomenclature as
//! published with trade statistics: columns code, text, level, standard_unit.

use std::collections::BTreeMap;

/// Names and units by six digits. Empty if no file was given.
#[derive(Clone, Debug, Default)]
pub struct Nomenclature {
    subheadings: BTreeMap<String, Subheading>,
    with_units: bool,
}

#[derive(Clone, Debug)]
struct Subheading {
    name: String,
    unit: Option<&'static str>,
}

/// Standard units whose meaning is that of a customs unit. Others stay unknown.
const UNITS: &[(&str, &str)] = &[
    ("kg", "035"),
    ("u", "007"),
    ("l", "095"),
    ("m", "030"),
    ("m²", "032"),
    ("m³", "033"),
    ("carat", "084"),
    ("2u", "025"),
    ("1000u", "054"),
];

impl Nomenclature {
    /// Reads the nomenclature. Without `with_units` only its names are used.
    ///
    /// # Errors
    /// A sentence: a column is missing, or a row is not in form.
    pub fn read(text: &str, with_units: bool) -> Result<Nomenclature, String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|e| e.to_string())?.clone();
        let place = |name: &str| {
            header.iter().position(|h| h == name).ok_or_else(|| format!("there is no column {name}"))
        };
        let (code, name, unit) = (place("code")?, place("text")?, place("standard_unit")?);
        let mut subheadings = BTreeMap::new();
        for record in reader.records() {
            let record = record.map_err(|e| e.to_string())?;
            let cell = |place: usize| record.get(place).unwrap_or("").trim();
            let key = cell(code);
            if key.len() != 6 {
                continue;
            }
            let name = cell(name);
            let name = name.strip_prefix(key).unwrap_or(name).trim_start_matches([' ', '-']);
            let unit = UNITS.iter().find(|(standard, _)| *standard == cell(unit)).map(|(_, code)| *code);
            subheadings.insert(key.to_owned(), Subheading { name: name.to_owned(), unit });
        }
        Ok(Nomenclature { subheadings, with_units })
    }

    /// The English name of the subheading over a code.
    pub(crate) fn name(&self, code: &str) -> Option<&str> {
        self.subheading(code).map(|s| s.name.as_str()).filter(|name| !name.is_empty())
    }

    /// The customs unit that the standard unit of the subheading over a code means.
    pub(crate) fn unit(&self, code: &str) -> Option<&'static str> {
        self.subheading(code).filter(|_| self.with_units).and_then(|s| s.unit)
    }

    fn subheading(&self, code: &str) -> Option<&Subheading> {
        self.subheadings.get(code.get(..6)?)
    }
}

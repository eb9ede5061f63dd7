//! Powers 职权: which posts may do what, as dated rules. Some are reserved to the head of a district, or to the
//! head of a customs house of that district whom he authorised. Source: CL 6, 79, handbook 2.1.
//!
//! Not here: who takes which step of a procedure; the procedure's file names its takers.

use crate::appointment::Officer;
use crate::post::Post;
use crate::refusals;
use customhouse_kernel::law::{PackFault, Rule, Rulebook, Validity};
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;
use customhouse_kernel::values::OfficeCode;
use jiff::civil::Date;
use serde::Deserialize;

/// The powers over all time.
#[derive(Clone, Debug, Default)]
pub struct Powers(Vec<Power>);

/// A power, for a time.
#[derive(Clone, Debug)]
pub struct Power {
    pub key: Box<str>,
    pub title: Text,
    /// Posts whose holders have it.
    pub posts: Vec<Post>,
    pub level: Level,
    /// Whether the head of a district may authorise heads of its houses to use it.
    pub delegable: bool,
    valid: Validity,
}

/// Where one must hold the post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// At the office itself, or at its district.
    Office,
    /// At the district.
    District,
}

impl Powers {
    /// # Errors
    /// Each rule of kind `power` that does not fit.
    pub(crate) fn compile(rulebook: &Rulebook) -> Result<Powers, Vec<PackFault>> {
        let (mut powers, mut faults) = (Vec::new(), Vec::new());
        for rule in rulebook.kind("power") {
            match Power::read(rule) {
                Ok(power) => powers.push(power),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Powers(powers)) } else { Err(faults) }
    }

    /// The power of this name on a day.
    pub fn get(&self, key: &str, day: Date) -> Option<&Power> {
        self.0.iter().find(|power| &*power.key == key && power.valid.covers(day))
    }

    /// The powers of a day, in the pack's order.
    pub fn on(&self, day: Date) -> impl Iterator<Item = &Power> {
        self.0.iter().filter(move |power| power.valid.covers(day))
    }

    /// Those of them that can be delegated.
    pub fn delegable(&self, day: Date) -> impl Iterator<Item = &Power> {
        self.on(day).filter(|power| power.delegable)
    }

    /// Whether an officer has a power at an office on a day: by its posts, or by delegation.
    ///
    /// # Errors
    /// It has not; the refusal names the power and who has it.
    pub fn check(
        &self,
        key: &str,
        officer: Option<&Officer>,
        office: OfficeCode,
        day: Date,
    ) -> Result<(), Refusal> {
        let power = self.get(key, day);
        let has = power.zip(officer).is_some_and(|(power, officer)| power.is_held(officer, office, day));
        if has {
            return Ok(());
        }
        let title = power.map_or_else(|| Text::same(key), |power| power.title.clone());
        let reserved = power.is_some_and(|power| power.level == Level::District);
        let holder = if reserved { DISTRICT } else { OFFICE };
        let mut refusal = refusals::NO_POWER.at("").with("office", office).with("date", day);
        for (name, words) in [("{power}", title), ("{holder}", holder)] {
            let text = &refusal.text;
            refusal.text = Text::of(text.zh.replace(name, &words.zh), text.en.replace(name, &words.en));
        }
        Err(refusal)
    }
}

const OFFICE: Text = Text::fixed("本关或者其直属海关的关长", "a head of the office or of its district");
const DISTRICT: Text = Text::fixed(
    "直属海关关长或者其授权的隶属海关关长",
    "the head of the district, or a head of a customs house whom he authorised",
);

impl Power {
    fn read(rule: &Rule) -> Result<Power, PackFault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entry {
            title: Text,
            posts: Vec<Post>,
            level: Level,
            #[serde(default)]
            delegable: bool,
        }
        let Entry { title, posts, level, delegable } = rule.read()?;
        if posts.is_empty() {
            return Err(rule.fault("posts 不能为空", "posts is not empty"));
        }
        if delegable && level != Level::District {
            return Err(
                rule.fault("只有直属海关的职权可以授权", "only a power of the district can be delegated")
            );
        }
        Ok(Power { key: rule.key.clone(), title, posts, level, delegable, valid: rule.valid })
    }

    fn is_held(&self, officer: &Officer, office: OfficeCode, day: Date) -> bool {
        let at = |place: OfficeCode| self.posts.iter().any(|post| officer.holds(*post, place, day));
        at(office.district())
            || (self.level == Level::Office && at(office))
            || (self.delegable && officer.is_delegate(&self.key, office, day))
    }
}

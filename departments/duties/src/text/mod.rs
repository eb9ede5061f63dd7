//! Duty texts of other tariffs 外国税则的税率文本, read into the one language of rates.
//!
//! Each reader is pure: a text goes in, an expression in canonical text comes out, or where and why it
//! is not understood. What depends on something outside the text (a component that another table
//! gives, the duty of another heading, the value of a part) becomes a named term: reckoning asks the
//! consignment for it and refuses by its name where it is not given. The grammar of the language does
//! not grow with the spellings of countries; their spellings end here.
//!
//! Not here: which rate applies, and what the notes say that some texts send their reader to.

mod cursor; // a text without its spaces
pub mod uk; // United Kingdom and European Union
pub mod us; // United States

use crate::refusals;
use customhouse_kernel::refusal::Refusal;
use customhouse_kernel::text::Text;

/// Why a duty text is not understood, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    /// In characters from the start of the text, the first being 0.
    pub position: usize,
    pub reason: Why,
}

/// The reasons, each a kind of text that the readers do not guess at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// There is nothing to read.
    Empty,
    /// A rate, a sign or the end should stand here.
    Unexpected,
    /// Two amounts follow each other, and the sign between them is lost.
    NoSign,
    /// An amount of money that does not say of how much of the goods.
    NoUnit,
    UnknownUnit,
    /// A replacement character stands where a character was lost.
    LostCharacter,
    /// More digits than a decimal holds.
    TooManyDigits,
    /// Seasons that share a month, or leave one out: the text does not give the day.
    Seasons,
    /// The rate stands in a note.
    InNote,
    /// Free under a condition that stands in a note.
    UnderCondition,
    /// The parts of the goods are assessed each by itself.
    AssessedApart,
    /// The rate is that of a named country or column of another provision.
    AnotherProvision,
    /// A rule in sentences.
    Sentences,
    /// A list of programmes that is not one.
    Programmes,
}

impl Why {
    /// In words, in both languages.
    pub fn text(self) -> Text {
        let (zh, en) = match self {
            Why::Empty => ("文本为空", "the text is empty"),
            Why::Unexpected => ("此处应为税率、运算符号或结尾", "a rate, a sign or the end is expected here"),
            Why::NoSign => ("两个金额之间缺少运算符号", "two amounts follow each other with no sign between"),
            Why::NoUnit => ("金额没有计量单位", "an amount does not say per which unit"),
            Why::UnknownUnit => ("计量单位不明", "the unit is not known"),
            Why::LostCharacter => ("字符在来源中已丢失", "a character was lost in the source"),
            Why::TooManyDigits => ("数的位数过多", "the number has too many digits"),
            Why::Seasons => {
                ("季节在月内交替而未载明日期", "seasons change within a month, and the day is not given")
            }
            Why::InNote => ("税率载于注释", "the rate stands in a note"),
            Why::UnderCondition => ("免税附有条件", "free under a condition that stands elsewhere"),
            Why::AssessedApart => ("各组成部分分别计税", "the parts are assessed each by itself"),
            Why::AnotherProvision => {
                ("税率见于其他条款的某一栏", "the rate is that of a column of another provision")
            }
            Why::Sentences => ("以文句写成的规则", "a rule in sentences"),
            Why::Programmes => ("优惠计划清单不成形", "the list of programmes is malformed"),
        };
        Text::fixed(zh, en)
    }
}

impl Unread {
    /// The refusal of a text that this reader does not understand.
    pub fn refusal(self, text: &str, path: &str) -> Refusal {
        let mut refusal = refusals::RATE_TEXT.at(path).with("text", text).with("position", self.position);
        let why = self.reason.text();
        refusal.text.zh = refusal.text.zh.replace("{why}", &why.zh).into();
        refusal.text.en = refusal.text.en.replace("{why}", &why.en).into();
        refusal
    }
}

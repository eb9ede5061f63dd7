//! Goods as declared: what supervision conditions and licences ask of a declaration, whole or in summary.

use crate::declaration::{Declaration, Document, Line};
use customhouse_kernel::values::{CommodityCode, CreditCode, Direction, Exact, UnitCode};

pub(crate) struct DeclaredGoods<'a> {
    pub direction: Direction,
    pub consignee: CreditCode,
    pub documents: &'a [Document],
    pub lines: Vec<DeclaredLine>,
}

pub(crate) struct DeclaredLine {
    pub number: u32,
    pub commodity_code: CommodityCode,
    /// In the order in which they are looked at.
    pub quantities: Vec<(UnitCode, Exact)>,
}

impl Declaration {
    pub(crate) fn goods(&self) -> DeclaredGoods<'_> {
        DeclaredGoods {
            direction: self.direction,
            consignee: self.consignee.credit_code,
            documents: &self.documents,
            lines: self.lines.iter().map(Line::declared).collect(),
        }
    }
}

impl Line {
    fn declared(&self) -> DeclaredLine {
        let second = self.second_unit.zip(self.second_quantity);
        let first = [(self.first_unit, self.first_quantity)].into_iter().chain(second);
        DeclaredLine {
            number: self.number,
            commodity_code: self.commodity_code,
            quantities: first.chain([(self.unit, self.quantity)]).collect(),
        }
    }
}

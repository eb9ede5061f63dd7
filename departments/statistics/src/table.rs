//! A table with its margins: what firms contributed to each cell, and the totals over rows and columns.

use std::collections::BTreeMap;

/// A firm, by a number that the caller gives it.
pub type Firm = u32;

/// How many figures may be told of a cell beside the one that it is ordered by.
pub const TOLD: usize = 3;

/// What a firm's part weighs, by each of the figures that are told of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Of the cell itself, for example the firm's customs value in hundredths. Who is in the cell counts as a
    /// firm of it even with nothing here.
    pub part: u64,
    /// Of figures that are told beside it, for example duty before, duty after and their difference. Signed,
    /// since a firm's gains and losses are told as their sum. Only firms that have a part in a figure stand
    /// behind it. Zero where none is told.
    pub told: [i64; TOLD],
}

/// What stands behind one figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub firms: BTreeMap<Firm, Weight>,
}

impl Cell {
    /// Adds a firm's part. A sum beyond 64 bits stays at the greatest number: it only ever means "very much".
    pub fn add(&mut self, firm: Firm, weight: Weight) {
        let sum = self.firms.entry(firm).or_default();
        sum.part = sum.part.saturating_add(weight.part);
        for (sum, told) in sum.told.iter_mut().zip(weight.told) {
            *sum = sum.saturating_add(told);
        }
    }

    pub(crate) fn add_all(&mut self, other: &Cell) {
        other.firms.iter().for_each(|(firm, weight)| self.add(*firm, *weight));
    }

    pub(crate) fn weight(&self) -> u128 {
        self.firms.values().map(|weight| u128::from(weight.part)).sum()
    }
}

/// A place of the table: a row and a column, `None` for the margin.
pub type Place = (Option<u32>, Option<u32>);

/// Cells by row and column, with their margins. A simple list is a table of one column.
#[derive(Clone, Debug, Default)]
pub struct Table {
    cells: BTreeMap<Place, Cell>,
}

impl Table {
    /// Adds a firm's part to a cell and to the totals that hold it.
    pub fn add(&mut self, row: u32, column: u32, firm: Firm, weight: Weight) {
        for place in [(Some(row), Some(column)), (Some(row), None), (None, Some(column)), (None, None)] {
            self.cells.entry(place).or_default().add(firm, weight);
        }
    }

    /// Every place to which somebody contributed.
    pub fn places(&self) -> impl Iterator<Item = (Place, &Cell)> {
        self.cells.iter().map(|(place, cell)| (*place, cell))
    }

    pub fn cell(&self, place: Place) -> Option<&Cell> {
        self.cells.get(&place)
    }
}

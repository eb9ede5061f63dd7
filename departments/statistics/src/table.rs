//! A table with its margins: what firms contributed to each cell, and the totals over rows and columns.

use std::collections::BTreeMap;

/// A firm, by a number that the caller gives it.
pub type Firm = u32;

/// What stands behind one figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// What each firm's part weighs, for example its customs value in hundredths.
    pub firms: BTreeMap<Firm, u64>,
}

impl Cell {
    /// Adds a firm's part. A sum beyond 64 bits stays at the greatest number: it only ever means "very much".
    pub fn add(&mut self, firm: Firm, weight: u64) {
        let sum = self.firms.entry(firm).or_default();
        *sum = sum.saturating_add(weight);
    }

    pub(crate) fn add_all(&mut self, other: &Cell) {
        other.firms.iter().for_each(|(firm, weight)| self.add(*firm, *weight));
    }

    pub(crate) fn weight(&self) -> u128 {
        self.firms.values().map(|weight| u128::from(*weight)).sum()
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
    pub fn add(&mut self, row: u32, column: u32, firm: Firm, weight: u64) {
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

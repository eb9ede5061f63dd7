//! Which figures of a table are withheld, so that no withheld one can be reckoned from those that are
//! shown.
//!
//! A table with its margins is a set of equations: in each row and each column the cells add up to the
//! total. Read every place as an edge between its row and its column, the margins being one more row and
//! one more column; then
//! - a withheld figure follows exactly from the shown ones if and only if its edge is a bridge of the
//!   graph of withheld edges;
//! - what follows at a node is the sum of its withheld edges, if the total is not among them.
//!
//! So places are withheld, the lightest first, until no edge is a bridge and no such sum is sensitive.

use crate::disclosure::DisclosureRule;
use crate::table::{Cell, Place, Table};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Why a figure is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Too few firms stand behind it, or one dominates.
    Sensitive,
    /// From it a sensitive one could be reckoned.
    Protects,
}

/// What is withheld of a table.
#[derive(Clone, Debug, Default)]
pub struct Suppression {
    withheld: BTreeMap<Place, Reason>,
}

impl Suppression {
    /// Why the figure at a place is withheld; `None` if it may be shown.
    pub fn at(&self, place: Place) -> Option<Reason> {
        self.withheld.get(&place).copied()
    }

    pub fn withheld(&self) -> impl Iterator<Item = (Place, Reason)> {
        self.withheld.iter().map(|(place, reason)| (*place, *reason))
    }
}

/// Which places of a table are withheld under a rule. The same answer serves every figure that is gathered
/// over the same contributions.
pub fn suppress(table: &Table, rule: &DisclosureRule) -> Suppression {
    let sensitive =
        |(place, cell): (Place, &Cell)| rule.is_sensitive(cell).then_some((place, Reason::Sensitive));
    let mut withheld: BTreeMap<Place, Reason> = table.places().filter_map(sensitive).collect();
    loop {
        let mut more = sums_told(table, &withheld, rule);
        if more.is_empty() {
            more = bridges_closed(table, &withheld);
        }
        if more.is_empty() {
            return Suppression { withheld };
        }
        withheld.extend(more.into_iter().map(|place| (place, Reason::Protects)));
    }
}

/// A row or a column; `None` is the margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    Row(Option<u32>),
    Column(Option<u32>),
}

fn ends((row, column): Place) -> [Node; 2] {
    [Node::Row(row), Node::Column(column)]
}

/// The total of a row or a column.
fn total_of(node: Node) -> Place {
    match node {
        Node::Row(row) => (row, None),
        Node::Column(column) => (None, column),
    }
}

/// Cells before totals, light before heavy: what is withheld first.
fn cost(place: Place, table: &Table) -> (bool, u128, Place) {
    let margin = place.0.is_none() || place.1.is_none();
    (margin, table.cell(place).map_or(0, Cell::weight), place)
}

/// One place to withhold at each node where the sum of its withheld places would be told and is sensitive.
fn sums_told(table: &Table, withheld: &BTreeMap<Place, Reason>, rule: &DisclosureRule) -> BTreeSet<Place> {
    let mut at: BTreeMap<Node, Cell> = BTreeMap::new();
    for place in withheld.keys() {
        let sum = ends(*place).into_iter().filter(|node| !withheld.contains_key(&total_of(*node)));
        for node in sum {
            at.entry(node).or_default().add_all(table.cell(*place).unwrap_or(&Cell::default()));
        }
    }
    let told = |(node, sum): (Node, Cell)| rule.is_sensitive(&sum).then_some(node);
    let nodes: BTreeSet<Node> = at.into_iter().filter_map(told).collect();
    let mut lightest: BTreeMap<Node, Place> = BTreeMap::new();
    for (place, _) in table.places().filter(|(place, _)| !withheld.contains_key(place)) {
        for node in ends(place).into_iter().filter(|node| nodes.contains(node)) {
            let best = lightest.entry(node).or_insert(place);
            if cost(place, table) < cost(*best, table) {
                *best = place;
            }
        }
    }
    lightest.into_values().collect()
}

/// For each bridge of the withheld graph, the lightest shown place that closes a ring over it.
fn bridges_closed(table: &Table, withheld: &BTreeMap<Place, Reason>) -> BTreeSet<Place> {
    let mut closing = BTreeSet::new();
    for side in sides(withheld.keys().copied()) {
        let crosses = |place: &Place| {
            let [a, b] = ends(*place).map(|node| side.contains(&node));
            a != b && !withheld.contains_key(place)
        };
        let places = table.places().map(|(place, _)| place).filter(crosses);
        closing.extend(places.min_by_key(|place| cost(*place, table)));
    }
    closing
}

/// For each bridge of a graph the nodes on one side of it.
fn sides(edges: impl Iterator<Item = Place>) -> Vec<BTreeSet<Node>> {
    let mut near: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    for place in edges {
        let [row, column] = ends(place);
        near.entry(row).or_default().push(column);
        near.entry(column).or_default().push(row);
    }
    let mut sides = Vec::new();
    let mut seen: BTreeMap<Node, Visit> = BTreeMap::new();
    for start in near.keys() {
        if !seen.contains_key(start) {
            walk(*start, &near, &mut seen, &mut sides);
        }
    }
    sides
}

/// When a node was first reached, and the earliest node that its branch reaches by another way.
#[derive(Clone, Copy)]
struct Visit {
    reached: usize,
    lowest: usize,
}

/// Walks a connected part in depth, without recursion: tables are larger than a stack. A branch that
/// reaches nothing before itself hangs on a bridge, and is one side of it.
fn walk(
    start: Node,
    near: &BTreeMap<Node, Vec<Node>>,
    seen: &mut BTreeMap<Node, Visit>,
    sides: &mut Vec<BTreeSet<Node>>,
) {
    let visit = |seen: &mut BTreeMap<Node, Visit>, node: Node| {
        let reached = seen.len();
        seen.insert(node, Visit { reached, lowest: reached });
    };
    let mut order = vec![start];
    visit(seen, start);
    let mut path: Vec<(Node, Option<Node>, usize)> = vec![(start, None, 0)];
    while let Some((node, parent, next)) = path.pop() {
        if let Some(to) = near[&node].get(next).copied() {
            path.push((node, parent, next + 1));
            match seen.get(&to) {
                // no two edges join the same two nodes, so the way back is the edge itself
                Some(_) if Some(to) == parent => {}
                Some(other) => {
                    let earlier = other.reached;
                    seen.entry(node).and_modify(|v| v.lowest = v.lowest.min(earlier));
                }
                None => {
                    visit(seen, to);
                    order.push(to);
                    path.push((to, Some(node), 0));
                }
            }
            continue;
        }
        let Some(parent) = parent else { continue };
        let Visit { reached, lowest } = seen[&node];
        if lowest == reached {
            let first = order.len() - 1 - order.iter().rev().position(|n| *n == node).unwrap_or(0);
            sides.push(order[first..].iter().copied().collect());
        }
        seen.entry(parent).and_modify(|v| v.lowest = v.lowest.min(lowest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Weight;
    use customhouse_kernel::law::Validity;
    use customhouse_kernel::values::Exact;
    use proptest::prelude::*;

    fn rule() -> DisclosureRule {
        DisclosureRule {
            rule: "disclosure".into(),
            valid: Validity::parse("2006-03-01..").unwrap(),
            least_firms: 3,
            dominance: Exact::parse("0.85").unwrap(),
        }
    }

    fn part(part: u64) -> Weight {
        Weight { part, ..Weight::default() }
    }

    /// Row, column, firm, weight.
    fn table(parts: &[(u32, u32, u32, u64)]) -> Table {
        let mut table = Table::default();
        parts.iter().for_each(|(row, column, firm, weight)| table.add(*row, *column, *firm, part(*weight)));
        table
    }

    /// Four firms of equal weight in one cell.
    fn four(row: u32, column: u32, weight: u64) -> Vec<(u32, u32, u32, u64)> {
        (0..4).map(|firm| (row, column, firm, weight)).collect()
    }

    #[test]
    fn a_figure_is_sensitive_by_the_number_of_firms_or_by_the_largest() {
        for (weights, sensitive) in [
            (&[][..], false),
            (&[100][..], true),
            (&[50, 50][..], true),
            (&[40, 30, 30][..], false),
            (&[850, 75, 75][..], true),
            (&[849, 76, 75][..], false),
            (&[0, 0, 0][..], false),
        ] {
            let mut cell = Cell::default();
            weights.iter().zip(0..).for_each(|(weight, firm)| cell.add(firm, part(*weight)));
            assert_eq!(rule().is_sensitive(&cell), sensitive, "{weights:?}");
        }
    }

    #[test]
    fn a_change_tells_of_those_who_make_it() {
        for (changes, sensitive) in [
            (&[0, 0, 0, 0][..], false),
            (&[10, 10, 10, 0][..], false),
            (&[10, 0, 0, 0][..], true),
            (&[10, 10, 0, 0][..], true),
            (&[900, 10, 10, 10][..], true),
            (&[-900, 10, 10, 10][..], true),
            (&[-10, 10, 10, 0][..], false),
        ] {
            let mut cell = Cell::default();
            let weights = changes.iter().map(|change| Weight { part: 100, told: [0, 0, *change] });
            weights.zip(0..).for_each(|(weight, firm)| cell.add(firm, weight));
            assert_eq!(rule().is_sensitive(&cell), sensitive, "{changes:?}");
        }
    }

    #[test]
    fn gains_and_losses_of_a_firm_are_told_as_their_sum() {
        // three firms move, two of them to and fro: what is told is the third one's
        let mut cell = Cell::default();
        for (firm, change) in [(0, 500), (0, -500), (1, 300), (1, -300), (2, 40), (3, 0)] {
            cell.add(firm, Weight { part: 100, told: [0, 0, change] });
        }
        assert!(rule().is_sensitive(&cell));
    }

    #[test]
    fn duty_tells_of_those_who_owe_it() {
        // five firms in the cell, of whom two owe anything
        let mut cell = Cell::default();
        for (firm, duty) in [(0, 50), (1, 60), (2, 0), (3, 0), (4, 0)] {
            cell.add(firm, Weight { part: 100, told: [duty, duty, 0] });
        }
        assert!(rule().is_sensitive(&cell));
        cell.add(2, Weight { part: 0, told: [70, 70, 0] });
        assert!(!rule().is_sensitive(&cell));
    }

    #[test]
    fn a_table_without_sensitive_figures_is_shown_whole() {
        let parts = [four(1, 1, 10), four(1, 2, 20), four(2, 1, 30)].concat();
        assert_eq!(suppress(&table(&parts), &rule()).withheld().count(), 0);
    }

    #[test]
    fn a_second_figure_protects_the_first_and_it_is_the_lightest() {
        // a list: one firm alone in row 3; its total would tell it
        let parts = [four(1, 0, 10), four(2, 0, 20), vec![(3, 0, 9, 5)]].concat();
        let found = suppress(&table(&parts), &rule());
        assert_eq!(found.at((Some(3), Some(0))), Some(Reason::Sensitive));
        assert_eq!(found.at((Some(1), Some(0))), Some(Reason::Protects));
        assert_eq!(found.at((Some(2), Some(0))), None);
        assert_eq!(found.at((None, None)), None, "the total of all stays");
    }

    #[test]
    fn a_lonely_firm_withholds_everything() {
        let found = suppress(&table(&[(1, 1, 1, 10)]), &rule());
        for place in [(Some(1), Some(1)), (Some(1), None), (None, Some(1)), (None, None)] {
            assert_eq!(found.at(place), Some(Reason::Sensitive));
        }
    }

    #[test]
    fn two_rings_joined_by_one_edge_are_not_enough() {
        // withheld by themselves: two blocks of four, and the edge (2, 3) between them
        let edges = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (3, 4), (4, 3), (4, 4), (2, 3)];
        let places = edges.map(|(row, column)| (Some(row), Some(column)));
        assert_eq!(sides(places.into_iter()).len(), 1);
        assert_eq!(sides(places.into_iter().chain([(Some(3), Some(2))])).len(), 0);
    }

    /// The places whose value an attacker gets by solving the table's equations: a withheld place is told
    /// when fixing the shown ones leaves it no freedom. Gaussian elimination modulo a prime.
    fn told(table: &Table, found: &Suppression) -> Vec<Place> {
        const P: i64 = 1_000_003;
        let places: Vec<Place> = found.withheld().map(|(place, _)| place).collect();
        let nodes: BTreeSet<Node> = table.places().flat_map(|(place, _)| ends(place)).collect();
        let sign = |place: Place, node: Node| if total_of(node) == place { P - 1 } else { 1 };
        let row = |node: &Node| -> Vec<i64> {
            let of = |place: &Place| if ends(*place).contains(node) { sign(*place, *node) } else { 0 };
            places.iter().map(of).collect()
        };
        let mut rows: Vec<Vec<i64>> = nodes.iter().map(row).collect();
        let power = |mut base: i64, mut exponent: i64| {
            let mut result = 1;
            while exponent > 0 {
                if exponent & 1 == 1 {
                    result = result * base % P;
                }
                (base, exponent) = (base * base % P, exponent >> 1);
            }
            result
        };
        let mut done = 0;
        for column in 0..places.len() {
            let Some(pivot) = (done..rows.len()).find(|r| rows[*r][column] != 0) else { continue };
            rows.swap(done, pivot);
            let inverse = power(rows[done][column], P - 2);
            rows[done].iter_mut().for_each(|x| *x = *x * inverse % P);
            for other in (0..rows.len()).filter(|r| *r != done) {
                let factor = rows[other][column];
                let pivot = rows[done].clone();
                for (x, of_pivot) in rows[other].iter_mut().zip(pivot) {
                    *x = (*x + (P - factor) * of_pivot) % P;
                }
            }
            done += 1;
        }
        let alone = |row: &Vec<i64>| {
            let mut there = (0..places.len()).filter(|c| row[*c] != 0);
            there.next().filter(|_| there.next().is_none())
        };
        rows.iter().filter_map(alone).map(|column| places[column]).collect()
    }

    proptest! {
        /// Nothing that is withheld can be reckoned, neither alone nor as the sum of a row or a column.
        #[test]
        fn nothing_withheld_is_told(
            parts in prop::collection::vec((0..5u32, 0..5u32, 0..6u32, 1..1_000u64), 1..60)
        ) {
            let (table, rule) = (table(&parts), rule());
            let found = suppress(&table, &rule);
            for (place, cell) in table.places() {
                prop_assert!(!rule.is_sensitive(cell) || found.at(place).is_some());
            }
            prop_assert_eq!(told(&table, &found), Vec::<Place>::new());
            let open: BTreeSet<Node> = table.places().flat_map(|(place, _)| ends(place)).collect();
            for node in open.into_iter().filter(|node| found.at(total_of(*node)).is_none()) {
                let mut sum = Cell::default();
                for (place, _) in found.withheld().filter(|(place, _)| ends(*place).contains(&node)) {
                    sum.add_all(table.cell(place).unwrap());
                }
                prop_assert!(!rule.is_sensitive(&sum));
            }
        }

        /// The order in which firms are counted changes nothing.
        #[test]
        fn the_answer_depends_on_the_figures_alone(
            parts in prop::collection::vec((0..4u32, 0..4u32, 0..5u32, 1..100u64), 1..30)
        ) {
            let mut turned = parts.clone();
            turned.reverse();
            let [one, other] = [&parts, &turned].map(|parts| suppress(&table(parts), &rule()));
            prop_assert_eq!(one.withheld, other.withheld);
        }
    }
}

//! When there is trade: by the day of the week, around the Spring Festival, and before November.

use customhouse_kernel::law::Calendar;
use jiff::ToSpan;
use jiff::civil::Date;

/// How much of a ware is traded in each month, beside an ordinary month's hundred.
pub(super) type Season = [u32; 12];

pub(super) const EVEN: Season = [100; 12];
/// Before the Spring Festival, and again from autumn on.
pub(super) const FEAST: Season = [170, 70, 80, 80, 80, 85, 90, 100, 120, 135, 125, 135];
/// What shops stock for their sales of November.
pub(super) const AUTUMN: Season = [95, 65, 90, 90, 95, 98, 105, 120, 145, 165, 115, 95];
/// What is worn or eaten in summer, and what leaves in summer to be sold before Christmas.
pub(super) const SUMMER: Season = [90, 60, 95, 105, 120, 130, 135, 130, 110, 95, 85, 85];
/// What is burnt in winter.
pub(super) const HEATING: Season = [145, 125, 100, 75, 65, 75, 90, 90, 85, 95, 125, 150];
/// What ripens on the other side of the equator.
pub(super) const SOUTHERN_FRUIT: Season = [270, 190, 90, 55, 35, 25, 25, 25, 35, 60, 130, 260];

/// The trade of all wares by month.
const ALL: Season = [104, 72, 98, 96, 97, 100, 103, 106, 113, 112, 106, 104];

/// How much trade each day sees, summed up from the first, so that a place in the whole falls on a day.
pub(super) struct Days {
    first: Date,
    sums: Vec<u64>,
}

impl Days {
    /// The days from one to another, both included.
    pub fn new(first: Date, last: Date, calendar: &Calendar) -> Days {
        let mut sums = Vec::new();
        let mut sum = 0;
        let mut day = first;
        while day <= last {
            sum += weight(day, calendar);
            sums.push(sum);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        Days { first, sums }
    }

    /// How many days there are.
    pub fn count(&self) -> usize {
        self.sums.len()
    }

    pub fn day(&self, place: usize) -> Date {
        let days = i32::try_from(place).unwrap_or(i32::MAX);
        self.first.checked_add(days.days()).unwrap_or(self.first)
    }

    /// The place of the day on which the `serial`-th of `count` falls.
    pub fn of(&self, serial: u32, count: u32) -> usize {
        let all = self.sums.last().copied().unwrap_or(0);
        let at = all * u64::from(serial) / u64::from(count.max(1));
        self.sums.partition_point(|sum| *sum <= at).min(self.sums.len().saturating_sub(1))
    }
}

/// The trade of a day, an ordinary working day being 10,000.
fn weight(day: Date, calendar: &Calendar) -> u64 {
    let month = u64::from(ALL[month_place(day)]);
    let day_weight = if calendar.is_working_day(day) { 100 } else { 30 };
    month * day_weight * around_the_festival(day, calendar) / 100
}

fn month_place(day: Date) -> usize {
    usize::try_from(day.month() - 1).unwrap_or(0).min(11)
}

/// A ware's share of a month.
pub(super) fn in_season(season: &Season, day: Date) -> u32 {
    season[month_place(day)]
}

/// Percent of the ordinary trade: more in the two weeks before the Spring Festival, little in it, and less in
/// the week after it. The festival is a run of seven days off or more that begins in January or February; a
/// year whose holidays are not published has none.
fn around_the_festival(day: Date, calendar: &Calendar) -> u64 {
    let in_festival = |day: Date| is_festival(day, calendar);
    let near = |days: std::ops::RangeInclusive<i32>| {
        days.into_iter().any(|n| day.checked_add(n.days()).is_ok_and(in_festival))
    };
    if in_festival(day) {
        15
    } else if near(-7..=-1) {
        60
    } else if near(1..=14) {
        125
    } else {
        100
    }
}

fn is_festival(day: Date, calendar: &Calendar) -> bool {
    let off = |n: i32| day.checked_add(n.days()).is_ok_and(|day| !calendar.is_working_day(day));
    if !off(0) || day.month() > 3 {
        return false;
    }
    let before = (1..10).take_while(|n| off(-n)).count();
    let after = (1..10).take_while(|n| off(*n)).count();
    let begins = i32::try_from(before).ok().and_then(|n| day.checked_sub(n.days()).ok());
    before + 1 + after >= 7 && begins.is_some_and(|first| first.month() <= 2)
}

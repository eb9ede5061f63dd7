//! One point in the three datums of Chinese maps: WGS-84 (satellites, most of the world's maps), GCJ-02
//! (what maps published in China must use; Google's maps of China follow it) and BD-09 (Baidu's own).
//!
//! The state publishes no formula; these are the ones that everybody who draws on such maps uses. They
//! hold to about a metre. A point outside China is the same in WGS-84 and GCJ-02. Numbers here are
//! places on a map: no money, quantity or rate comes near them.

use customhouse_kernel::values::Exact;
use std::f64::consts::PI;

/// A place in degrees, east and north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub longitude: f64,
    pub latitude: f64,
}

/// One place in each datum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Points {
    pub wgs84: Point,
    pub gcj02: Point,
    pub bd09: Point,
}

/// Semi-major axis of the Krasovsky ellipsoid, in metres, and the square of its eccentricity.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;
/// The circle that BD-09 turns on.
const TURN: f64 = PI * 3000.0 / 180.0;

impl Point {
    /// The point of decimal degrees, east and north; nothing if they are no numbers that a map can use.
    pub fn of(longitude: Exact, latitude: Exact) -> Option<Point> {
        let degrees =
            |exact: Exact| exact.to_string().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
        Some(Point { longitude: degrees(longitude)?, latitude: degrees(latitude)? })
    }

    /// The place of a GCJ-02 point in all three datums.
    pub fn in_all_datums(self) -> Points {
        Points { wgs84: self.gcj02_to_wgs84(), gcj02: self, bd09: self.gcj02_to_bd09() }
    }

    /// From WGS-84 to GCJ-02.
    pub fn wgs84_to_gcj02(self) -> Point {
        if !self.is_in_china() {
            return self;
        }
        let (east, north) = self.offset();
        Point { longitude: self.longitude + east, latitude: self.latitude + north }
    }

    /// From GCJ-02 to WGS-84: the point whose shift leads here, by approaching it.
    pub fn gcj02_to_wgs84(self) -> Point {
        const ROUNDS: usize = 8; // each leaves about a hundredth of the error
        let mut at = self;
        for _ in 0..ROUNDS {
            let there = at.wgs84_to_gcj02();
            at.longitude -= there.longitude - self.longitude;
            at.latitude -= there.latitude - self.latitude;
        }
        at
    }

    /// From GCJ-02 to BD-09.
    pub fn gcj02_to_bd09(self) -> Point {
        let (x, y) = (self.longitude, self.latitude);
        let radius = x.hypot(y) + 0.000_02 * (y * TURN).sin();
        let angle = y.atan2(x) + 0.000_003 * (x * TURN).cos();
        Point { longitude: radius * angle.cos() + 0.0065, latitude: radius * angle.sin() + 0.006 }
    }

    /// The box within which the shift is made.
    fn is_in_china(self) -> bool {
        (72.004..=137.8347).contains(&self.longitude) && (0.8293..=55.8271).contains(&self.latitude)
    }

    /// How far GCJ-02 shifts a WGS-84 point, in degrees east and north.
    fn offset(self) -> (f64, f64) {
        let (x, y) = (self.longitude - 105.0, self.latitude - 35.0);
        let wave = |at: f64, factors: [(f64, f64); 2]| {
            factors.iter().map(|(size, turns)| size * (at * turns * PI).sin()).sum::<f64>() * 2.0 / 3.0
        };
        let both = wave(x, [(20.0, 6.0), (20.0, 2.0)]);
        let root = 0.1 * x.abs().sqrt();
        let north = -100.0
            + 2.0 * x
            + 3.0 * y
            + 0.2 * y * y
            + 0.1 * x * y
            + 2.0 * root
            + both
            + wave(y, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
            + wave(y, [(160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)]);
        let east = 300.0
            + x
            + 2.0 * y
            + 0.1 * x * x
            + 0.1 * x * y
            + root
            + both
            + wave(x, [(20.0, 1.0), (40.0, 1.0 / 3.0)])
            + wave(x, [(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)]);
        let latitude = self.latitude.to_radians();
        let magic = 1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2);
        let meridian = AXIS * (1.0 - ECCENTRICITY_SQUARED) / (magic * magic.sqrt());
        let parallel = AXIS / magic.sqrt() * latitude.cos();
        ((east / parallel).to_degrees(), (north / meridian).to_degrees())
    }
}

#[cfg(test)]
mod tests {
    use super::{Point, TURN};

    impl Point {
        /// From BD-09 to GCJ-02.
        fn bd09_to_gcj02(self) -> Point {
            let (x, y) = (self.longitude - 0.0065, self.latitude - 0.006);
            let radius = x.hypot(y) - 0.000_02 * (y * TURN).sin();
            let angle = y.atan2(x) - 0.000_003 * (x * TURN).cos();
            Point { longitude: radius * angle.cos(), latitude: radius * angle.sin() }
        }
    }

    const fn at(longitude: f64, latitude: f64) -> Point {
        Point { longitude, latitude }
    }

    /// Metres between two points, near enough for a few kilometres.
    fn metres(a: Point, b: Point) -> f64 {
        let east = (a.longitude - b.longitude) * a.latitude.to_radians().cos();
        (east * 111_320.0).hypot((a.latitude - b.latitude) * 110_574.0)
    }

    /// WGS-84, GCJ-02 and BD-09 of one place as published with the common converters.
    const KNOWN: [(Point, Point, Point); 2] = [
        // Tiananmen square, the example of Baidu's and others' manuals
        (
            at(116.404, 39.915),
            at(116.410_244_499_169_38, 39.916_404_281_501_64),
            at(116.416_627_243_787_15, 39.922_699_552_162_16),
        ),
        // from gcoord's and coordtransform's manuals: GCJ-02 116.404, 39.915
        (
            at(116.397_755_571_431_67, 39.913_594_880_175_16),
            at(116.404, 39.915),
            at(116.410_369_493_710_29, 39.921_336_993_510_21),
        ),
    ];

    #[test]
    fn known_places_agree_in_all_three_datums() {
        for (wgs84, gcj02, bd09) in KNOWN {
            assert!(metres(wgs84.wgs84_to_gcj02(), gcj02) < 1.0, "{:?}", wgs84.wgs84_to_gcj02());
            assert!(metres(gcj02.gcj02_to_wgs84(), wgs84) < 1.0, "{:?}", gcj02.gcj02_to_wgs84());
            assert!(metres(gcj02.gcj02_to_bd09(), bd09) < 1.0, "{:?}", gcj02.gcj02_to_bd09());
            assert!(metres(bd09.bd09_to_gcj02(), gcj02) < 1.0, "{:?}", bd09.bd09_to_gcj02());
        }
    }

    #[test]
    fn there_and_back_is_within_a_metre_all_over_the_country() {
        for east in (75..135).step_by(3) {
            for north in (18..54).step_by(3) {
                let point = at(f64::from(east), f64::from(north));
                let back = point.wgs84_to_gcj02().gcj02_to_wgs84();
                assert!(metres(back, point) < 0.1, "{point:?} {back:?}");
                let back = point.gcj02_to_bd09().bd09_to_gcj02();
                assert!(metres(back, point) < 1.0, "{point:?} {back:?}");
            }
        }
    }

    #[test]
    fn outside_china_nothing_is_shifted() {
        let geneva = at(6.14, 46.2);
        assert_eq!(geneva.wgs84_to_gcj02(), geneva);
    }
}

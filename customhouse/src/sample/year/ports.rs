//! Where goods of the sample year enter and leave.

use crate::sample::firms::Office;

/// A customs office with its part of the trade.
pub(super) struct Port {
    pub office: Office,
    pub weight: u32,
    /// Code of the port; the last digits are made up.
    pub port: &'static str,
}

const fn port(
    code: &'static str,
    place: &'static str,
    mode: &'static str,
    weight: u32,
    port: &'static str,
) -> Port {
    Port { office: Office { code, place, mode }, weight, port }
}

#[rustfmt::skip] // a table
pub(super) const PORTS: &[Port] = &[
    port("2225", "外港监管仓", "2", 12, "310001"),
    port("2248", "洋山监管仓", "2", 24, "310001"),
    port("2233", "浦东机场货站", "5", 40, "310001"),
    port("3104", "北仑监管仓", "2", 14, "330001"),
    port("5304", "蛇口监管仓", "2", 14, "440001"),
    port("5317", "深圳机场货站", "5", 16, "440001"),
    port("5141", "广州机场货站", "5", 18, "440001"),
    port("5200", "黄埔监管仓", "2", 10, "440001"),
    port("4200", "青岛监管仓", "2", 14, "370001"),
    port("0200", "天津监管仓", "2", 12, "120001"),
    port("0101", "北京机场货站", "5", 14, "110001"),
    port("3700", "厦门监管仓", "2", 8, "350001"),
    port("0900", "大连监管仓", "2", 6, "210001"),
    port("2300", "南京监管仓", "2", 5, "320001"),
    port("7900", "成都机场货站", "5", 7, "510001"),
    port("8000", "重庆机场货站", "5", 5, "500001"),
];

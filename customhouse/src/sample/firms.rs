//! Who trades in the sample: firms that do not exist. Their credit codes carry the region 990000,
//! which is never issued.

use customhouse_kernel::values::CreditCode;

/// A firm that does not exist.
pub(crate) struct Firm {
    pub zh: &'static str,
    pub en: &'static str,
}

const fn firm(zh: &'static str, en: &'static str) -> Firm {
    Firm { zh, en }
}

/// Importers; the first is the sample trader's.
pub(crate) const FIRMS: &[Firm] = &[
    firm("示例晨光进出口有限公司", "Sample Dawn Import & Export"),
    firm("示例北辰汽车零部件有限公司", "Sample Polaris Auto Parts"),
    firm("示例海棠服饰有限公司", "Sample Crabapple Apparel"),
    firm("示例云帆机电设备有限公司", "Sample Cloudsail Machinery"),
    firm("示例绿野农牧有限公司", "Sample Greenfield Livestock"),
    firm("示例南岭化工有限公司", "Sample Nanling Chemicals"),
    firm("示例长桥酒业有限公司", "Sample Longbridge Wines"),
    firm("示例星河家居有限公司", "Sample Galaxy Home"),
    firm("示例启明精密轴承有限公司", "Sample Morningstar Bearings"),
    firm("示例童乐玩具有限公司", "Sample Merrychild Toys"),
];

/// A customs broker 报关企业 that does not exist.
pub(crate) const BROKER: Firm = firm("示例通达报关有限公司", "Sample Throughway Brokers");

/// A carrier that does not exist.
pub(crate) struct Carrier {
    pub firm: Firm,
    /// Mode of transport: `2` water, `5` air.
    pub mode: &'static str,
    /// How its bills begin.
    pub prefix: &'static str,
    pub names: &'static [&'static str],
}

/// Carriers; the first is the sample carrier.
pub(crate) const CARRIERS: &[Carrier] = &[
    Carrier {
        firm: firm("示例远海航运有限公司", "Sample Farsea Lines"),
        mode: "2",
        prefix: "SFSL",
        names: &["FARSEA AURORA", "FARSEA BOREALIS", "FARSEA CEDAR"],
    },
    Carrier {
        firm: firm("示例东溟船务有限公司", "Sample Eastdeep Shipping"),
        mode: "2",
        prefix: "SEDS",
        names: &["EASTDEEP PEARL", "EASTDEEP CORAL"],
    },
    Carrier {
        firm: firm("示例凌霄货运航空有限公司", "Sample Skyreach Cargo"),
        mode: "5",
        prefix: "999-",
        names: &["SR901", "SR907", "SR918"],
    },
];

/// A customs house where the sample's goods arrive.
pub(crate) struct Office {
    pub code: &'static str,
    /// Supervised place where they lie.
    pub place: &'static str,
    /// Mode of transport that arrives there.
    pub mode: &'static str,
}

/// Where goods arrive; sample operator and officer serve all of these.
pub(crate) const OFFICES: &[Office] = &[
    Office { code: "2225", place: "外港监管仓", mode: "2" },
    Office { code: "2248", place: "洋山监管仓", mode: "2" },
    Office { code: "2233", place: "浦东机场货站", mode: "5" },
];

/// A credit code in the region that is never issued.
fn code(serial: usize) -> CreditCode {
    let first = format!("91990000MA{serial:07}");
    CreditCode::complete(&first).expect("digits, M and A are characters of the code")
}

/// The credit code of an importer, by its place among [`FIRMS`].
pub(crate) fn firm_code(place: usize) -> CreditCode {
    code(1 + place)
}

/// The credit code of a carrier, by its place among [`CARRIERS`].
pub(crate) fn carrier_code(place: usize) -> CreditCode {
    code(101 + place)
}

/// The credit code of the operator of the supervised places.
pub(crate) fn operator_code() -> CreditCode {
    code(201)
}

/// The credit code of the broker.
pub(crate) fn broker_code() -> CreditCode {
    code(301)
}

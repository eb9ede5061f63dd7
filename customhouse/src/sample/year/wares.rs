//! What is traded in the sample year: codes of the pack. Shares, prices, masses and partners are made up and
//! plausible; names and units are those of the tariff.

use super::seasons::{AUTUMN, EVEN, FEAST, HEATING, SOUTHERN_FRUIT, SUMMER, Season};

/// A line of trade: who deals in one ware of it deals in the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trade {
    Farm,
    Food,
    Drinks,
    Minerals,
    Chemicals,
    Medicine,
    Cosmetics,
    Plastics,
    Paper,
    Textiles,
    Clothing,
    Metals,
    Machinery,
    Electronics,
    Vehicles,
    Household,
}

impl Trade {
    pub const ALL: [Trade; 16] = [
        Trade::Farm,
        Trade::Food,
        Trade::Drinks,
        Trade::Minerals,
        Trade::Chemicals,
        Trade::Medicine,
        Trade::Cosmetics,
        Trade::Plastics,
        Trade::Paper,
        Trade::Textiles,
        Trade::Clothing,
        Trade::Metals,
        Trade::Machinery,
        Trade::Electronics,
        Trade::Vehicles,
        Trade::Household,
    ];
}

/// A ware that is traded.
pub(super) struct Ware {
    pub code: &'static str,
    pub trade: Trade,
    /// How often it is traded, beside the others of its direction.
    pub share: u32,
    /// Price of a piece in US cents at the beginning of the year; of a kilogram where goods are sold by mass.
    pub cents: u32,
    /// Grams of a piece; 1000 where a piece is a kilogram.
    pub grams: u32,
    /// Pieces in a line, usually.
    pub pieces: u32,
    /// Where it comes from or goes to, with weights.
    pub partners: Partners,
    pub season: Season,
    /// How its price moves over the year, percent.
    pub drift: i32,
    pub packaging: &'static str,
    pub in_package: u32,
}

/// Countries with weights.
pub(super) type Partners = &'static [(&'static str, u32)];

const GRAIN: Partners = &[("US", 30), ("BR", 40), ("CA", 14), ("AU", 10), ("AR", 6)];
const MEAT: Partners = &[("BR", 38), ("AU", 20), ("NZ", 12), ("AR", 12), ("US", 10), ("ES", 8)];
const DAIRY: Partners = &[("NZ", 58), ("AU", 12), ("NL", 10), ("FR", 10), ("DE", 10)];
const FISH: Partners = &[("EC", 34), ("RU", 22), ("NO", 12), ("CL", 12), ("VN", 12), ("IN", 8)];
const TROPICAL: Partners = &[("TH", 52), ("VN", 26), ("PH", 14), ("MY", 8)];
const ANDEAN: Partners = &[("CL", 78), ("PE", 14), ("AU", 8)];
const CELLAR: Partners = &[("FR", 44), ("AU", 22), ("IT", 14), ("CL", 12), ("ES", 8)];
const SPIRITS: Partners = &[("FR", 52), ("GB", 38), ("US", 10)];
const GULF: Partners = &[("SA", 26), ("RU", 22), ("IQ", 18), ("OM", 12), ("AE", 12), ("BR", 10)];
const GAS: Partners = &[("AU", 40), ("QA", 30), ("MY", 12), ("RU", 12), ("US", 6)];
const ORE: Partners = &[("AU", 62), ("BR", 24), ("ZA", 8), ("IN", 6)];
const COPPER: Partners = &[("CL", 44), ("PE", 30), ("CG", 14), ("AU", 12)];
const EUROPE: Partners = &[("DE", 46), ("FR", 18), ("IT", 16), ("GB", 10), ("NL", 10)];
const MAKERS: Partners = &[("DE", 34), ("JP", 30), ("US", 14), ("KR", 12), ("IT", 10)];
const CHEMISTS: Partners = &[("KR", 28), ("JP", 22), ("US", 16), ("SA", 14), ("DE", 12), ("SG", 8)];
const BEAUTY: Partners = &[("FR", 38), ("JP", 22), ("KR", 22), ("US", 12), ("GB", 6)];
const CHIPS: Partners = &[("KR", 40), ("TW", 34), ("MY", 12), ("JP", 10), ("US", 4)];
const SHOPS: Partners = &[("VN", 30), ("KR", 20), ("JP", 18), ("TH", 16), ("MY", 16)];
const FASHION: Partners = &[("IT", 34), ("FR", 18), ("VN", 22), ("BD", 14), ("KH", 12)];
const FOREST: Partners = &[("BR", 36), ("CA", 18), ("ID", 20), ("CL", 14), ("SE", 12)];
const RUBBER: Partners = &[("TH", 56), ("MY", 18), ("VN", 16), ("ID", 10)];
const WOOL: Partners = &[("AU", 72), ("NZ", 16), ("ZA", 12)];
const CARS: Partners = &[("DE", 46), ("JP", 32), ("US", 12), ("GB", 10)];
const WORLD: Partners = &[
    ("US", 26),
    ("DE", 10),
    ("JP", 10),
    ("KR", 9),
    ("VN", 9),
    ("GB", 7),
    ("AU", 6),
    ("MX", 6),
    ("BR", 6),
    ("RU", 6),
    ("AE", 5),
];
const ATLANTIC: Partners = &[("US", 44), ("DE", 16), ("GB", 14), ("FR", 10), ("NL", 8), ("CA", 8)];
const BELT: Partners =
    &[("VN", 18), ("ID", 16), ("TH", 14), ("RU", 14), ("SA", 12), ("AE", 10), ("BR", 10), ("MX", 6)];

#[allow(clippy::too_many_arguments)] // a row of the table
const fn ware(
    trade: Trade,
    code: &'static str,
    share: u32,
    cents: u32,
    grams: u32,
    pieces: u32,
    partners: Partners,
    season: Season,
    drift: i32,
    packaging: &'static str,
    in_package: u32,
) -> Ware {
    Ware { code, trade, share, cents, grams, pieces, partners, season, drift, packaging, in_package }
}

use Trade::*;

#[rustfmt::skip] // a table
pub(super) const IMPORTS: &[Ware] = &[
    // trade, code, share, cents, grams, pieces, partners, season, drift, packaging, pieces in a package
    ware(Farm, "1201901900", 30, 52, 1000, 6_000_000, GRAIN, AUTUMN, -6, "00", 99_000_000),
    ware(Farm, "1003900000", 8, 29, 1000, 2_000_000, GRAIN, EVEN, -3, "00", 99_000_000),
    ware(Farm, "0202300090", 42, 560, 1000, 24_000, MEAT, FEAST, 5, "22", 25),
    ware(Farm, "0206290000", 12, 290, 1000, 20_000, MEAT, FEAST, 3, "22", 20),
    ware(Farm, "0203290090", 22, 270, 1000, 25_000, MEAT, FEAST, -4, "22", 25),
    ware(Farm, "0207142200", 18, 310, 1000, 24_000, MEAT, EVEN, 2, "22", 15),
    ware(Farm, "0306179000", 34, 540, 1000, 18_000, FISH, FEAST, -7, "22", 20),
    ware(Farm, "0303131000", 12, 760, 1000, 12_000, FISH, FEAST, 6, "22", 25),
    ware(Farm, "0307439000", 14, 380, 1000, 22_000, FISH, EVEN, 1, "22", 20),
    ware(Farm, "0402210000", 24, 350, 1000, 25_000, DAIRY, EVEN, 8, "06", 25),
    ware(Farm, "0405100000", 10, 620, 1000, 12_000, DAIRY, FEAST, 9, "22", 25),
    ware(Farm, "0406900000", 18, 510, 1000, 9_000, DAIRY, EVEN, 4, "22", 20),
    ware(Farm, "0810600000", 46, 430, 1000, 17_000, TROPICAL, SUMMER, 3, "22", 18),
    ware(Farm, "0803900000", 22, 62, 1000, 40_000, TROPICAL, EVEN, 0, "22", 13),
    ware(Farm, "0809290000", 24, 640, 1000, 15_000, ANDEAN, SOUTHERN_FRUIT, -9, "22", 5),
    ware(Farm, "0806100000", 16, 260, 1000, 18_000, ANDEAN, SOUTHERN_FRUIT, -2, "22", 8),
    ware(Farm, "0810908000", 10, 120, 1000, 18_000, TROPICAL, SUMMER, 1, "22", 17),
    ware(Farm, "1211201100", 3, 3_600, 1000, 900, &[("US", 62), ("CA", 38)], EVEN, -3, "32", 45),
    ware(Food, "1511901000", 14, 92, 1000, 500_000, &[("ID", 62), ("MY", 38)], EVEN, 4, "00", 99_000_000),
    ware(Food, "1509200000", 10, 640, 1000, 12_000, &[("ES", 58), ("IT", 32), ("AU", 10)], FEAST, -5, "22", 12),
    ware(Food, "1806900000", 22, 890, 1000, 4_000, EUROPE, FEAST, 7, "22", 8),
    ware(Food, "1905310000", 20, 430, 1000, 5_000, SHOPS, FEAST, 2, "22", 6),
    ware(Food, "1901101090", 30, 1_450, 1000, 9_000, &[("NL", 46), ("NZ", 22), ("FR", 16), ("AU", 10), ("DE", 6)], EVEN, 1, "22", 6),
    ware(Food, "2106909090", 30, 1_150, 1000, 3_000, &[("US", 36), ("AU", 26), ("DE", 20), ("JP", 18)], AUTUMN, 2, "22", 10),
    ware(Food, "2103909000", 12, 310, 1000, 6_000, SHOPS, EVEN, 1, "22", 12),
    ware(Food, "2101110000", 12, 980, 1000, 5_000, &[("VN", 34), ("MY", 26), ("BR", 22), ("DE", 18)], EVEN, 9, "22", 10),
    ware(Food, "0901110000", 12, 480, 1000, 19_000, &[("BR", 40), ("VN", 28), ("CO", 20), ("ID", 12)], EVEN, 8, "06", 60),
    ware(Food, "2309109000", 16, 420, 1000, 9_000, &[("US", 36), ("TH", 26), ("CA", 24), ("NZ", 14)], AUTUMN, 2, "06", 12),
    ware(Food, "1902303000", 8, 260, 1000, 6_000, &[("KR", 62), ("TH", 24), ("ID", 14)], EVEN, 1, "22", 8),
    ware(Drinks, "2204210000", 60, 620, 1_550, 6_000, CELLAR, FEAST, -3, "22", 12),
    ware(Drinks, "2204100000", 8, 1_250, 1_700, 1_800, &[("FR", 48), ("IT", 38), ("ES", 14)], FEAST, 2, "22", 6),
    ware(Drinks, "2208200090", 16, 2_900, 1_600, 3_600, SPIRITS, FEAST, -6, "22", 12),
    ware(Drinks, "2208300000", 20, 1_900, 1_550, 4_800, SPIRITS, FEAST, 3, "22", 12),
    ware(Drinks, "2203000000", 18, 170, 1_250, 24_000, &[("DE", 44), ("NL", 22), ("BE", 20), ("MX", 14)], SUMMER, 0, "22", 24),
    ware(Drinks, "2202990099", 12, 210, 1_080, 15_000, SHOPS, SUMMER, 1, "22", 24),
    ware(Minerals, "2709000000", 24, 54, 1000, 130_000_000, GULF, EVEN, -8, "00", 999_000_000),
    ware(Minerals, "2711110000", 10, 58, 1000, 68_000_000, GAS, HEATING, -5, "00", 999_000_000),
    ware(Minerals, "2601112000", 34, 10, 1000, 150_000_000, ORE, EVEN, -4, "00", 999_000_000),
    ware(Minerals, "2603000090", 14, 270, 1000, 10_000_000, COPPER, EVEN, 11, "00", 999_000_000),
    ware(Minerals, "2701129000", 12, 9, 1000, 60_000_000, &[("ID", 58), ("RU", 24), ("AU", 18)], HEATING, -9, "00", 999_000_000),
    ware(Minerals, "2710199100", 14, 260, 1000, 12_000, CHEMISTS, EVEN, 1, "39", 200),
    ware(Chemicals, "2902430000", 12, 98, 1000, 3_000_000, CHEMISTS, EVEN, -4, "00", 99_000_000),
    ware(Chemicals, "2905310000", 14, 55, 1000, 4_000_000, CHEMISTS, EVEN, -2, "00", 99_000_000),
    ware(Chemicals, "2836910000", 8, 960, 1000, 60_000, &[("CL", 76), ("AR", 24)], EVEN, -14, "06", 500),
    ware(Chemicals, "3206111900", 8, 310, 1000, 20_000, EUROPE, EVEN, 2, "06", 25),
    ware(Chemicals, "3204170090", 12, 1_350, 1000, 2_500, EUROPE, EVEN, 2, "22", 20),
    ware(Chemicals, "3403190000", 16, 620, 1000, 4_000, MAKERS, EVEN, 3, "39", 180),
    ware(Chemicals, "3818001200", 26, 42_000, 1000, 400, &[("JP", 62), ("TW", 22), ("DE", 16)], EVEN, 2, "22", 20),
    ware(Chemicals, "2936280000", 6, 1_100, 1000, 2_000, &[("DE", 70), ("CH", 30)], EVEN, 6, "22", 25),
    ware(Medicine, "3004311090", 14, 62_000, 1000, 900, &[("DK", 46), ("FR", 30), ("US", 24)], EVEN, -2, "22", 10),
    ware(Medicine, "3004909093", 16, 240_000, 1000, 220, &[("CH", 32), ("DE", 28), ("US", 24), ("IE", 16)], EVEN, -4, "22", 5),
    ware(Medicine, "3822190020", 8, 28_000, 1000, 300, MAKERS, EVEN, -8, "22", 10),
    ware(Medicine, "9018390000", 26, 2_600, 120, 4_000, &[("US", 38), ("MX", 24), ("IE", 22), ("JP", 16)], EVEN, 1, "22", 50),
    ware(Medicine, "9021310000", 10, 56_000, 400, 600, &[("US", 46), ("CH", 30), ("DE", 24)], EVEN, -6, "22", 20),
    ware(Medicine, "9021400000", 6, 14_000, 60, 500, &[("DK", 52), ("SG", 30), ("CH", 18)], EVEN, 0, "22", 50),
    ware(Cosmetics, "3304990039", 60, 3_400, 1000, 3_200, BEAUTY, AUTUMN, 1, "22", 12),
    ware(Cosmetics, "3304990049", 22, 2_200, 1000, 2_400, BEAUTY, AUTUMN, -4, "22", 20),
    ware(Cosmetics, "3303000020", 14, 5_200, 1000, 900, BEAUTY, AUTUMN, 4, "22", 12),
    ware(Cosmetics, "3304100091", 16, 9_800, 1000, 260, BEAUTY, AUTUMN, 2, "22", 8),
    ware(Cosmetics, "3305100090", 18, 780, 1000, 4_200, BEAUTY, AUTUMN, 0, "22", 12),
    ware(Cosmetics, "3401300090", 12, 690, 1000, 3_600, BEAUTY, AUTUMN, 0, "22", 12),
    ware(Plastics, "3901100090", 30, 118, 1000, 49_500, CHEMISTS, EVEN, -3, "06", 25),
    ware(Plastics, "3902100090", 30, 105, 1000, 49_500, CHEMISTS, EVEN, -3, "06", 25),
    ware(Plastics, "3903309000", 22, 165, 1000, 24_000, CHEMISTS, EVEN, -2, "06", 25),
    ware(Plastics, "3907400010", 20, 250, 1000, 20_000, CHEMISTS, EVEN, -4, "06", 25),
    ware(Plastics, "3921199090", 26, 920, 1000, 2_000, MAKERS, EVEN, 1, "22", 20),
    ware(Plastics, "3926909090", 60, 1_450, 1000, 900, MAKERS, EVEN, 2, "22", 10),
    ware(Plastics, "4001220000", 16, 175, 1000, 100_000, RUBBER, EVEN, 7, "93", 1_260),
    ware(Plastics, "4011100000", 12, 5_800, 9_800, 900, &[("TH", 34), ("JP", 26), ("DE", 22), ("KR", 18)], EVEN, 1, "98", 1),
    ware(Paper, "4703290000", 20, 62, 1000, 1_500_000, FOREST, EVEN, -7, "93", 250),
    ware(Paper, "4703210090", 12, 76, 1000, 900_000, FOREST, EVEN, -5, "93", 250),
    ware(Paper, "4804110000", 8, 58, 1000, 120_000, FOREST, EVEN, 0, "98", 2_400),
    ware(Paper, "4811410000", 12, 420, 1000, 6_000, MAKERS, EVEN, 1, "98", 400),
    ware(Paper, "4901990000", 8, 1_300, 1000, 1_600, &[("GB", 42), ("US", 40), ("JP", 18)], AUTUMN, 2, "22", 20),
    ware(Textiles, "5407720000", 22, 260, 180, 9_000, &[("KR", 34), ("JP", 30), ("TW", 22), ("IT", 14)], SUMMER, 0, "06", 100),
    ware(Textiles, "5101110090", 6, 940, 1000, 20_000, WOOL, EVEN, 5, "06", 180),
    ware(Textiles, "5205110000", 14, 245, 1000, 40_000, &[("VN", 52), ("IN", 30), ("BD", 18)], EVEN, -2, "22", 45),
    ware(Textiles, "5804103000", 10, 1_900, 1000, 700, &[("KR", 40), ("TW", 32), ("IT", 28)], EVEN, 1, "22", 25),
    ware(Textiles, "6006220000", 10, 1_150, 1000, 2_600, &[("KR", 46), ("JP", 30), ("IT", 24)], SUMMER, 0, "06", 25),
    ware(Clothing, "6110300090", 26, 1_650, 420, 1_400, FASHION, AUTUMN, 2, "22", 30),
    ware(Clothing, "6109100000", 26, 820, 190, 2_800, FASHION, SUMMER, 1, "22", 60),
    ware(Clothing, "6204430000", 18, 4_200, 360, 700, FASHION, SUMMER, 3, "22", 30),
    ware(Clothing, "6203429090", 18, 1_450, 560, 1_500, FASHION, AUTUMN, 1, "22", 30),
    ware(Clothing, "6403990090", 24, 4_900, 1_150, 900, FASHION, AUTUMN, 2, "22", 12),
    ware(Clothing, "6404110000", 30, 2_100, 820, 3_600, &[("VN", 62), ("ID", 30), ("IT", 8)], AUTUMN, 2, "22", 12),
    ware(Clothing, "4202210090", 22, 21_000, 900, 260, &[("IT", 52), ("FR", 48)], FEAST, 6, "22", 8),
    ware(Clothing, "4202920000", 18, 1_150, 460, 1_800, FASHION, SUMMER, 1, "22", 40),
    ware(Metals, "7403111900", 22, 930, 1000, 200_000, COPPER, EVEN, 13, "98", 2_000),
    ware(Metals, "7404000090", 16, 760, 1000, 48_000, &[("US", 34), ("JP", 30), ("TH", 20), ("GB", 16)], EVEN, 12, "00", 25_000),
    ware(Metals, "7202600000", 10, 185, 1000, 5_000_000, &[("ID", 92), ("BR", 8)], EVEN, -6, "00", 99_000_000),
    ware(Metals, "7210491000", 14, 98, 1000, 180_000, &[("KR", 52), ("JP", 48)], EVEN, -2, "98", 9_000),
    ware(Metals, "7318151090", 40, 980, 1000, 1_100, MAKERS, EVEN, 1, "22", 20),
    ware(Metals, "7326909000", 36, 1_450, 1000, 700, MAKERS, EVEN, 1, "22", 20),
    ware(Metals, "7601200000", 10, 255, 1000, 100_000, &[("MY", 52), ("AE", 28), ("RU", 20)], EVEN, 4, "98", 1_000),
    ware(Machinery, "8413302100", 14, 9_600, 3_600, 300, MAKERS, EVEN, 1, "23", 20),
    ware(Machinery, "8414301300", 10, 6_800, 11_000, 600, &[("TH", 44), ("JP", 34), ("KR", 22)], SUMMER, 0, "23", 20),
    ware(Machinery, "8457101000", 8, 9_800_000, 6_200_000, 2, &[("JP", 52), ("DE", 28), ("TW", 20)], EVEN, 2, "23", 1),
    ware(Machinery, "8458110090", 4, 7_200_000, 4_800_000, 2, &[("JP", 60), ("DE", 26), ("CH", 14)], EVEN, 2, "23", 1),
    ware(Machinery, "8477101000", 5, 11_500_000, 12_000_000, 1, &[("JP", 58), ("DE", 42)], EVEN, 1, "23", 1),
    ware(Machinery, "8428700000", 6, 2_400_000, 620_000, 5, &[("JP", 66), ("DE", 34)], EVEN, -3, "23", 1),
    ware(Machinery, "8480790000", 12, 2_600_000, 640_000, 2, MAKERS, EVEN, 1, "23", 1),
    ware(Machinery, "8481201090", 26, 11_800, 2_900, 120, MAKERS, EVEN, 2, "22", 10),
    ware(Machinery, "8481300000", 26, 16_500, 6_400, 80, MAKERS, EVEN, 2, "23", 20),
    ware(Machinery, "8481804090", 34, 9_400, 4_100, 150, MAKERS, EVEN, 2, "22", 20),
    ware(Machinery, "8482102000", 34, 480, 310, 4_200, MAKERS, EVEN, 2, "22", 100),
    ware(Machinery, "8483402000", 14, 98_000, 18_500, 25, MAKERS, EVEN, 2, "23", 4),
    ware(Machinery, "8486204100", 8, 310_000_000, 9_500_000, 1, &[("US", 34), ("JP", 42), ("NL", 10), ("KR", 14)], EVEN, 3, "23", 1),
    ware(Machinery, "9031809090", 26, 2_900_000, 160_000, 2, MAKERS, EVEN, 1, "23", 1),
    ware(Machinery, "9027201200", 8, 3_400_000, 90_000, 2, &[("US", 44), ("DE", 30), ("JP", 26)], EVEN, 1, "23", 1),
    ware(Electronics, "8542319091", 90, 720, 2, 60_000, CHIPS, AUTUMN, -5, "22", 5_000),
    ware(Electronics, "8542329010", 70, 540, 2, 90_000, CHIPS, AUTUMN, 18, "22", 5_000),
    ware(Electronics, "8542399000", 90, 130, 1, 160_000, CHIPS, AUTUMN, -2, "22", 10_000),
    ware(Electronics, "8532241000", 60, 21_000, 1000, 120, &[("JP", 52), ("KR", 26), ("PH", 12), ("MY", 10)], AUTUMN, -3, "22", 20),
    ware(Electronics, "8534001000", 40, 14_500, 1000, 300, CHIPS, AUTUMN, 1, "22", 20),
    ware(Electronics, "8536690000", 70, 9_800, 1000, 160, MAKERS, EVEN, 0, "22", 20),
    ware(Electronics, "8537109090", 40, 34_000, 2_400, 60, MAKERS, EVEN, 1, "22", 10),
    ware(Electronics, "8544422100", 60, 480, 140, 2_400, MAKERS, EVEN, 2, "22", 100),
    ware(Electronics, "8504401400", 40, 2_300, 420, 1_200, MAKERS, EVEN, -1, "22", 40),
    ware(Electronics, "8471701100", 20, 8_200, 60, 1_600, CHIPS, AUTUMN, 12, "22", 50),
    ware(Electronics, "8524911000", 16, 2_900, 40, 9_000, &[("KR", 66), ("VN", 34)], AUTUMN, -6, "22", 200),
    ware(Electronics, "8525891900", 16, 16_500, 420, 400, &[("JP", 46), ("VN", 32), ("TH", 22)], AUTUMN, -2, "22", 20),
    ware(Electronics, "9001200000", 14, 6_200, 1000, 3_000, &[("KR", 52), ("JP", 48)], AUTUMN, -4, "22", 50),
    ware(Electronics, "8543709990", 30, 21_000, 2_100, 60, MAKERS, EVEN, 0, "22", 10),
    ware(Vehicles, "8703234110", 16, 2_900_000, 1_640_000, 24, CARS, AUTUMN, -2, "01", 1),
    ware(Vehicles, "8703236210", 18, 5_400_000, 2_240_000, 18, CARS, AUTUMN, -3, "01", 1),
    ware(Vehicles, "8703241210", 5, 8_900_000, 2_460_000, 8, CARS, AUTUMN, 1, "01", 1),
    ware(Vehicles, "8703801090", 6, 4_600_000, 2_180_000, 12, &[("DE", 82), ("US", 18)], AUTUMN, -9, "01", 1),
    ware(Vehicles, "8407341000", 8, 240_000, 132_000, 60, &[("JP", 56), ("DE", 44)], EVEN, 0, "23", 2),
    ware(Vehicles, "8409919990", 30, 2_300, 1000, 800, MAKERS, EVEN, 1, "22", 20),
    ware(Vehicles, "8512201000", 30, 9_200, 4_200, 320, MAKERS, EVEN, 1, "22", 10),
    ware(Vehicles, "8708299000", 40, 1_250, 1000, 2_400, MAKERS, EVEN, 1, "23", 120),
    ware(Vehicles, "8708409190", 20, 2_600, 1000, 9_000, &[("JP", 62), ("DE", 38)], EVEN, -1, "23", 190),
    ware(Vehicles, "8708801000", 26, 1_300, 1000, 2_600, MAKERS, EVEN, 1, "23", 180),
    ware(Vehicles, "8708999900", 50, 1_650, 1000, 1_300, MAKERS, EVEN, 1, "22", 60),
    ware(Vehicles, "8544302000", 22, 3_900, 1000, 900, &[("JP", 34), ("VN", 30), ("MX", 20), ("DE", 16)], EVEN, 2, "22", 30),
    ware(Vehicles, "8711301000", 5, 610_000, 184_000, 30, &[("JP", 66), ("DE", 20), ("IT", 14)], SUMMER, 0, "23", 1),
    ware(Household, "9503008900", 22, 720, 310, 3_600, &[("VN", 34), ("DK", 30), ("TH", 20), ("JP", 16)], AUTUMN, 2, "22", 36),
    ware(Household, "9401619090", 8, 46_000, 42_000, 60, &[("IT", 70), ("DE", 30)], AUTUMN, 4, "22", 1),
    ware(Household, "9403609990", 10, 24_000, 31_000, 90, &[("IT", 48), ("VN", 34), ("DE", 18)], AUTUMN, 3, "22", 1),
    ware(Household, "8509401000", 8, 6_900, 3_900, 600, &[("KR", 62), ("DE", 38)], AUTUMN, -1, "22", 6),
    ware(Household, "8422110000", 4, 42_000, 46_000, 120, &[("DE", 72), ("IT", 28)], AUTUMN, 1, "23", 1),
    ware(Household, "9102110000", 10, 6_400, 120, 400, &[("JP", 56), ("CH", 44)], FEAST, 2, "22", 50),
    ware(Household, "9619001100", 14, 690, 1000, 9_000, &[("JP", 88), ("KR", 12)], AUTUMN, -10, "22", 16),
    ware(Household, "9506310000", 6, 11_500, 420, 500, &[("JP", 52), ("US", 26), ("VN", 22)], SUMMER, 1, "22", 24),
    ware(Household, "9201100000", 3, 310_000, 218_000, 12, &[("ID", 52), ("JP", 36), ("DE", 12)], AUTUMN, 0, "23", 1),
];

#[rustfmt::skip] // a table
pub(super) const EXPORTS: &[Ware] = &[
    ware(Farm, "0703201000", 14, 125, 1000, 27_000, BELT, EVEN, 9, "22", 10),
    ware(Farm, "0808100000", 10, 120, 1000, 25_000, BELT, HEATING, -3, "22", 18),
    ware(Food, "2103909000", 12, 190, 1000, 9_000, WORLD, EVEN, 1, "22", 12),
    ware(Food, "1902303000", 8, 180, 1000, 8_000, WORLD, EVEN, 1, "22", 8),
    ware(Chemicals, "2918140000", 8, 78, 1000, 60_000, WORLD, EVEN, -4, "06", 25),
    ware(Chemicals, "3204170090", 10, 720, 1000, 6_000, WORLD, EVEN, 1, "06", 25),
    ware(Medicine, "2936280000", 4, 860, 1000, 6_000, WORLD, EVEN, 8, "22", 25),
    ware(Medicine, "9018310000", 14, 5, 6, 400_000, WORLD, EVEN, -2, "22", 2_000),
    ware(Plastics, "3923300000", 16, 290, 1000, 7_000, WORLD, EVEN, 0, "22", 10),
    ware(Plastics, "3924100000", 40, 340, 1000, 6_500, ATLANTIC, SUMMER, 1, "22", 12),
    ware(Plastics, "3926909090", 50, 520, 1000, 3_600, WORLD, SUMMER, 1, "22", 12),
    ware(Plastics, "4011100000", 16, 3_100, 9_200, 1_900, BELT, EVEN, -1, "98", 1),
    ware(Paper, "4819100000", 14, 130, 1000, 9_000, BELT, AUTUMN, 0, "98", 20),
    ware(Textiles, "5407610000", 20, 78, 160, 70_000, BELT, SUMMER, -2, "06", 100),
    ware(Textiles, "6302601090", 16, 240, 330, 9_000, WORLD, SUMMER, 0, "22", 48),
    ware(Clothing, "6109100000", 40, 310, 180, 16_000, ATLANTIC, SUMMER, 1, "22", 60),
    ware(Clothing, "6110300090", 40, 640, 400, 9_000, ATLANTIC, SUMMER, 1, "22", 30),
    ware(Clothing, "6204430000", 24, 890, 330, 5_000, ATLANTIC, SUMMER, 1, "22", 40),
    ware(Clothing, "6404110000", 30, 920, 760, 9_000, ATLANTIC, SUMMER, 1, "22", 12),
    ware(Clothing, "4202920000", 36, 360, 430, 9_000, WORLD, SUMMER, 1, "22", 40),
    ware(Metals, "7318151090", 30, 170, 1000, 22_000, WORLD, EVEN, 0, "22", 25),
    ware(Metals, "7323930000", 26, 560, 1000, 5_600, ATLANTIC, SUMMER, 0, "22", 12),
    ware(Metals, "7615109000", 18, 620, 1000, 4_600, ATLANTIC, SUMMER, 2, "22", 12),
    ware(Metals, "7308900000", 14, 190, 1000, 52_000, BELT, EVEN, -2, "98", 1_000),
    ware(Metals, "8302100000", 20, 430, 1000, 6_400, WORLD, EVEN, 0, "22", 20),
    ware(Machinery, "8415909000", 12, 640, 1000, 6_000, BELT, SUMMER, 1, "23", 60),
    ware(Machinery, "8418101000", 14, 31_000, 96_000, 240, WORLD, SUMMER, 0, "22", 1),
    ware(Machinery, "8481804090", 28, 620, 780, 4_800, WORLD, EVEN, 1, "22", 40),
    ware(Machinery, "8482102000", 20, 92, 240, 22_000, WORLD, EVEN, 0, "22", 100),
    ware(Machinery, "8429510000", 5, 5_100_000, 17_000_000, 3, BELT, EVEN, 2, "01", 1),
    ware(Electronics, "8517130000", 30, 21_000, 420, 6_000, WORLD, AUTUMN, 4, "22", 20),
    ware(Electronics, "8471309000", 30, 48_000, 2_300, 2_400, ATLANTIC, AUTUMN, 2, "22", 8),
    ware(Electronics, "8504401400", 50, 640, 260, 12_000, WORLD, AUTUMN, -2, "22", 100),
    ware(Electronics, "8507600090", 30, 1_900, 310, 9_000, WORLD, AUTUMN, -11, "22", 100),
    ware(Electronics, "8541430000", 26, 6_200, 24_000, 3_400, BELT, EVEN, -18, "93", 31),
    ware(Electronics, "8539521000", 26, 82, 70, 40_000, WORLD, AUTUMN, -4, "22", 100),
    ware(Electronics, "8518300000", 30, 1_150, 190, 9_000, ATLANTIC, AUTUMN, -3, "22", 60),
    ware(Electronics, "8528722200", 14, 17_500, 12_500, 900, WORLD, AUTUMN, -3, "22", 1),
    ware(Vehicles, "8703801090", 14, 1_850_000, 1_720_000, 60, BELT, AUTUMN, -4, "01", 1),
    ware(Vehicles, "8708299000", 26, 520, 1000, 6_400, WORLD, EVEN, 1, "23", 100),
    ware(Vehicles, "8708999900", 26, 610, 1000, 5_200, WORLD, EVEN, 1, "22", 60),
    ware(Vehicles, "8712003000", 10, 9_800, 14_500, 420, WORLD, SUMMER, 0, "22", 1),
    ware(Household, "9503008900", 50, 340, 330, 12_000, ATLANTIC, SUMMER, 1, "22", 36),
    ware(Household, "9503002100", 30, 520, 1000, 3_600, ATLANTIC, SUMMER, 1, "22", 20),
    ware(Household, "9403609990", 36, 6_400, 24_000, 420, ATLANTIC, SUMMER, 0, "22", 1),
    ware(Household, "9401790000", 24, 1_900, 6_800, 1_200, ATLANTIC, SUMMER, 0, "22", 2),
    ware(Household, "9405110000", 26, 1_450, 1000, 1_900, WORLD, SUMMER, -1, "22", 8),
    ware(Household, "8516500000", 14, 4_200, 12_000, 900, WORLD, SUMMER, 0, "22", 1),
    ware(Household, "9603210000", 10, 14, 18, 140_000, WORLD, EVEN, 0, "22", 720),
    ware(Household, "9613200000", 6, 22, 20, 120_000, WORLD, EVEN, 0, "22", 1_000),
];

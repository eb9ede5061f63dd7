//! What is traded in the sample: codes of the pack; prices and masses are made up and plausible.

/// Goods of the sample.
pub(crate) struct Goods {
    pub code: &'static str,
    pub name: &'static str,
    /// Places among the firms of those who import them.
    pub firms: &'static [usize],
    pub currency: &'static str,
    /// Where they come from.
    pub origins: &'static [Origin],
    /// How many pieces (or kilograms, where they are declared by mass alone), least and most.
    pub pieces: (u32, u32),
    /// Mass of one piece in grams; 1000 where a piece is a kilogram.
    pub grams: u32,
    /// Price of one piece in hundredths of the currency, least and most.
    pub price: (u32, u32),
    /// Kind of packages.
    pub packaging: &'static str,
    /// Pieces in a package.
    pub in_package: u32,
}

/// A country, and the agreement that may be claimed from there: its code, or empty.
pub(crate) struct Origin {
    pub country: &'static str,
    pub alpha3: &'static str,
    pub agreement: &'static str,
}

const fn from(country: &'static str, alpha3: &'static str, agreement: &'static str) -> Origin {
    Origin { country, alpha3, agreement }
}

const DE: Origin = from("DE", "DEU", "");
const FR: Origin = from("FR", "FRA", "");
const IT: Origin = from("IT", "ITA", "");
const US: Origin = from("US", "USA", "");
const JP: Origin = from("JP", "JPN", "22");
const KR: Origin = from("KR", "KOR", "19");
const VN: Origin = from("VN", "VNM", "02");
const TH: Origin = from("TH", "THA", "02");
const AU: Origin = from("AU", "AUS", "18");
const NZ: Origin = from("NZ", "NZL", "10");

#[rustfmt::skip] // a table
pub(crate) const GOODS: &[Goods] = &[
    Goods { code: "8512201000", name: "车灯", firms: &[0, 1], currency: "EUR", origins: &[DE], pieces: (40, 400), grams: 4200, price: (6000, 12000), packaging: "22", in_package: 10 },
    Goods { code: "8708801000", name: "减震器", firms: &[1], currency: "EUR", origins: &[DE, FR], pieces: (400, 4000), grams: 1000, price: (900, 1600), packaging: "23", in_package: 200 },
    Goods { code: "8407341000", name: "汽油发动机，2.0升", firms: &[1], currency: "USD", origins: &[JP], pieces: (4, 40), grams: 132_000, price: (180_000, 260_000), packaging: "23", in_package: 2 },
    Goods { code: "8482102000", name: "深沟球轴承", firms: &[0, 8], currency: "JPY", origins: &[JP], pieces: (500, 8000), grams: 310, price: (42_000, 98_000), packaging: "22", in_package: 100 },
    Goods { code: "8483402000", name: "行星减速机", firms: &[3, 8], currency: "JPY", origins: &[JP], pieces: (5, 60), grams: 18_500, price: (9_000_000, 22_000_000), packaging: "23", in_package: 4 },
    Goods { code: "8481300000", name: "止回阀", firms: &[0, 3], currency: "EUR", origins: &[DE, IT], pieces: (20, 300), grams: 6400, price: (8500, 24_000), packaging: "23", in_package: 20 },
    Goods { code: "8480790000", name: "注塑模具", firms: &[3], currency: "USD", origins: &[KR], pieces: (1, 6), grams: 640_000, price: (1_200_000, 3_800_000), packaging: "23", in_package: 1 },
    Goods { code: "8509401000", name: "榨汁机", firms: &[0, 7], currency: "USD", origins: &[KR], pieces: (60, 900), grams: 3900, price: (5200, 9800), packaging: "22", in_package: 6 },
    Goods { code: "4202920000", name: "旅行收纳包", firms: &[2, 7], currency: "USD", origins: &[VN], pieces: (200, 3000), grams: 420, price: (350, 900), packaging: "22", in_package: 50 },
    Goods { code: "6204430000", name: "涤纶女连衣裙", firms: &[2], currency: "EUR", origins: &[IT, FR], pieces: (80, 900), grams: 360, price: (3800, 12_500), packaging: "22", in_package: 40 },
    Goods { code: "7615109000", name: "铝制炒锅", firms: &[7], currency: "USD", origins: &[TH], pieces: (200, 3000), grams: 1000, price: (600, 1100), packaging: "22", in_package: 20 },
    Goods { code: "2936280000", name: "维生素E粉", firms: &[5], currency: "EUR", origins: &[DE], pieces: (200, 4000), grams: 1000, price: (900, 1500), packaging: "22", in_package: 25 },
    Goods { code: "3903309000", name: "ABS树脂粒", firms: &[5, 9], currency: "USD", origins: &[KR], pieces: (4000, 24_000), grams: 1000, price: (140, 210), packaging: "06", in_package: 1000 },
    Goods { code: "9503008900", name: "塑料玩具", firms: &[9], currency: "USD", origins: &[VN, TH], pieces: (500, 8000), grams: 280, price: (180, 650), packaging: "22", in_package: 48 },
    Goods { code: "2204210000", name: "干红葡萄酒，750毫升瓶装", firms: &[6], currency: "EUR", origins: &[FR, IT], pieces: (300, 4500), grams: 1620, price: (420, 1900), packaging: "22", in_package: 12 },
    Goods { code: "2204210000", name: "西拉红葡萄酒，750毫升瓶装", firms: &[6], currency: "AUD", origins: &[AU], pieces: (300, 4500), grams: 1620, price: (600, 2400), packaging: "22", in_package: 12 },
    Goods { code: "0102290000", name: "屠宰用肉牛", firms: &[4], currency: "AUD", origins: &[AU], pieces: (20, 120), grams: 520_000, price: (150_000, 230_000), packaging: "01", in_package: 1 },
    Goods { code: "0104109000", name: "肉羊", firms: &[4], currency: "NZD", origins: &[NZ], pieces: (40, 300), grams: 52_000, price: (16_000, 26_000), packaging: "01", in_package: 1 },
    Goods { code: "6206300000", name: "女式棉衬衫", firms: &[2], currency: "USD", origins: &[VN], pieces: (200, 2400), grams: 210, price: (650, 1400), packaging: "22", in_package: 60 },
    Goods { code: "2930400000", name: "饲料级蛋氨酸", firms: &[4, 5], currency: "USD", origins: &[US], pieces: (2000, 20_000), grams: 1000, price: (240, 330), packaging: "06", in_package: 500 },
];

//! The China pack, read from the tree, compiles without a fault.

mod support;

use customhouse_engine::Edition;
use customhouse_kernel::law::faults_text;
use customhouse_kernel::text::Lang;

#[test]
fn the_china_pack_has_no_fault() {
    let edition = Edition::compile(1, &support::pack());
    let edition = edition.unwrap_or_else(|faults| panic!("{}", faults_text(&faults, Lang::En)));
    assert!(edition.control.tariff.size().0 > 2000);
}

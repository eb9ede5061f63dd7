//! Criterion's view of the hot paths: `cargo bench -p customhouse-bench`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use customhouse_duties::{Assessor, assess};
use customhouse_engine::Edition;
use customhouse_kernel::law::read_pack;
use customhouse_program::bench::{ByHand, Case, DAY, whole_tariff};
use customhouse_program::pack_source::embedded;
use std::hint::black_box;

fn benches(criterion: &mut Criterion) {
    let (files, _) = whole_tariff(&embedded(), None).expect("the embedded pack");
    let edition = Edition::compile(1, &files).expect("the made-up tariff");
    let case = Case::new(&edition, 256).expect("goods");
    let (tariff, book) = (&edition.control.tariff, &edition.control.rulebook);

    let mut lines = criterion.benchmark_group("single line");
    lines.throughput(Throughput::Elements(case.consignments.len() as u64));
    let mut assessor = Assessor::new(tariff);
    lines.bench_function("ids and numbers", |b| {
        b.iter(|| {
            for goods in &case.consignments {
                let _ = black_box(assessor.reckon(black_box(goods), DAY));
            }
        });
    });
    lines.bench_function("by hand", |b| {
        b.iter(|| case.by_hand.iter().filter_map(|hand| ByHand::reckon(black_box(hand))).count());
    });
    lines.bench_function("to be kept", |b| {
        b.iter(|| case.consignments.iter().filter(|goods| assess(goods, tariff, DAY).is_ok()).count());
    });
    lines.finish();

    let mut rules = criterion.benchmark_group("rules");
    rules.throughput(Throughput::Elements(case.keys.len() as u64));
    rules.bench_function("look-up", |b| {
        b.iter(|| case.keys.iter().filter(|key| book.on("commodity", key, DAY).is_some()).count());
    });
    rules.throughput(Throughput::Elements(1));
    rules.sample_size(10);
    rules.bench_function("read a whole tariff", |b| b.iter(|| read_pack(black_box(&files)).is_ok()));
    rules.bench_function("an edition of it", |b| b.iter(|| Edition::compile(1, black_box(&files)).is_ok()));
    rules.finish();
}

criterion_group!(all, benches);
criterion_main!(all);

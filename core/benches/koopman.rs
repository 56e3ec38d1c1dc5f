//! What a fit costs the worker, and a forecast the audio thread, by the number of observables.
//! `cargo bench -p psivox-core --bench koopman` prints times.

use divan::{Bencher, black_box};
use psivox_core::koopman::{Edmd, Observer, Operator};

const DT_S: f64 = 1.0 / 60.0;

fn main() {
    divan::main();
}

/// Observable pairs that swing at frequencies of their own, each leaning on its neighbour.
fn snapshot(count: usize, t_s: f64) -> Vec<f64> {
    let swing = |i: usize| {
        let phase = (3.0 + 2.3 * (i / 2) as f64) * t_s;
        if i.is_multiple_of(2) { phase.cos() } else { phase.sin() }
    };
    (0..count).map(|i| swing(i) + 0.3 * swing((i + 1) % count)).collect()
}

fn edmd(count: usize) -> Edmd {
    let names: Vec<_> = (0..count).map(|i| format!("x{i}")).collect();
    let mut edmd = Edmd::new(&names.iter().map(String::as_str).collect::<Vec<_>>(), DT_S).expect("names");
    for step in 0..1200 {
        let t_s = f64::from(step) * DT_S;
        edmd.add(&snapshot(count, t_s), &snapshot(count, t_s + DT_S)).expect("a pair");
    }
    edmd
}

fn operator(count: usize) -> Operator {
    edmd(count).fit(1e-6).expect("an operator")
}

fn now(count: usize) -> Vec<f32> {
    snapshot(count, 7.0).iter().map(|x| *x as f32).collect()
}

#[divan::bench(args = [8, 24, 64])]
fn fit(bencher: Bencher, count: usize) {
    let edmd = edmd(count);
    bencher.bench_local(|| black_box(&edmd).fit(1e-6).expect("an operator"));
}

#[divan::bench(args = [8, 24, 64])]
fn add(bencher: Bencher, count: usize) {
    let (mut edmd, x, next) = (edmd(count), snapshot(count, 7.0), snapshot(count, 7.0 + DT_S));
    bencher.bench_local(|| edmd.add(black_box(&x), &next));
}

#[divan::bench(args = [8, 24, 64])]
fn predict(bencher: Bencher, count: usize) {
    let (operator, x, mut out) = (operator(count), now(count), vec![0.0; count]);
    bencher.bench_local(|| operator.predict(black_box(&x), black_box(0.04), black_box(&mut out)));
}

/// One frame of an observer: a step, a correction, a forecast.
#[divan::bench(args = [8, 24, 64])]
fn observe(bencher: Bencher, count: usize) {
    let (operator, x, mut out) = (operator(count), now(count), vec![0.0; count]);
    let mut observer = Observer::new();
    observer.settle(&operator, &x);
    bencher.bench_local(|| {
        observer.advance(&operator, 1.0 / 60.0);
        observer.correct(&operator, black_box(&x), 0.1);
        observer.read(&operator, 0.04, black_box(&mut out));
    });
}

use super::step::{Moving, pull_all, turn};
use super::*;
use crate::field::{FieldSpec, Sink, Source, Turner, reference};

const DT: f32 = 1.0 / 240.0;

fn drive(gain: f32) -> NetworkDrive {
    NetworkDrive {
        coupling_gain: gain,
        lag_gain: 1.0,
        syllable_omega: TAU * 5.0,
        prominence: 1.0,
        onset: 0.0,
    }
}

/// How often roles turn in so many steps.
fn turns<const N: usize>(
    network: &mut FieldNetwork,
    drive: &NetworkDrive,
    steps: usize,
    roles: [Role; N],
) -> [f32; N] {
    let (mut turners, mut turned) = ([Turner::new(); N], [0.0; N]);
    for step in 0..=steps {
        for ((turner, turned), role) in turners.iter_mut().zip(&mut turned).zip(roles) {
            *turned += turner.advance(network, role);
        }
        if step < steps {
            run(network, drive, 1);
        }
    }
    turned
}

/// Turns the clock as its owner would.
fn run(network: &mut FieldNetwork, drive: &NetworkDrive, steps: usize) {
    for _ in 0..steps {
        network.step(DT, drive);
        let theta = network.theta(Role::Syllable)
            + network.push(drive.syllable_omega, 0.0) * drive.syllable_omega * DT;
        network.place(Role::Syllable, theta);
        network.place(Role::Stress, 0.5 * theta);
    }
}

/// A field of which only `keep` is coupled, and nothing is noisy.
fn bare(keep: &[(&str, f32)]) -> FieldSpec {
    let mut spec = FieldSpec::named("alone").expect("a field");
    for role in Role::ALL {
        spec.oscillators.entry(role).or_default().noise = Some(0.0);
    }
    for (pair, k) in keep {
        spec.set(&format!("K.{pair}"), &k.to_string()).expect("a coupling");
    }
    spec
}

fn network(spec: &FieldSpec, seed: u64) -> FieldNetwork {
    FieldNetwork::new(&FieldSetup::compile(spec).expect("a field"), seed)
}

/// Phase-locking value of jaw and clock: 1 when their difference stands still.
fn locking(gain: f32) -> f32 {
    let mut network = network(&FieldSpec::default(), 1);
    run(&mut network, &drive(gain), 720);
    let (mut re, mut im) = (0.0, 0.0);
    for _ in 0..400 {
        run(&mut network, &drive(gain), 1);
        let (sin, cos) = (network.theta(Role::Jaw) - network.theta(Role::Syllable)).sin_cos();
        re += cos;
        im += sin;
    }
    (re * re + im * im).sqrt() / 400.0
}

#[test]
fn the_jaw_locks_to_the_clock_and_without_coupling_it_does_not() {
    assert!(locking(1.0) > 0.9, "{}", locking(1.0));
    assert!(locking(0.0) < 0.6, "{}", locking(0.0));
}

#[test]
fn the_population_synchronises_with_speech() {
    let order = |gain: f32| {
        let mut network = network(&FieldSpec::default(), 2);
        run(&mut network, &drive(gain), 960);
        let lengths = (0..200).map(|_| {
            run(&mut network, &drive(gain), 1);
            let (re, im) = network.mean_field(Band::Meso);
            re.hypot(im)
        });
        lengths.sum::<f32>() / 200.0
    };
    assert!(order(1.0) > order(0.0) + 0.3, "{} against {}", order(1.0), order(0.0));
}

#[test]
fn wrapping_keeps_the_half_open_interval() {
    assert_eq!(wrap(PI), PI);
    assert!((wrap(PI + 0.1) - (0.1 - PI)).abs() < 1e-6);
    assert!((wrap(-PI - 0.1) - (PI - 0.1)).abs() < 1e-6);
    assert!((wrap(40.0) - 40f32.sin().atan2(40f32.cos())).abs() < 1e-5);
}

/// The closed form: detuning D is followed with `theta_s - theta_t = alpha + asin(D / K)` up to `|D| = K`, and not beyond.
#[test]
fn two_oscillators_lock_at_the_closed_form_difference_and_not_beyond_it() {
    // The jaw's own rate is 4 Hz, so K = 0.5 is 4 pi rad/s.
    for (k, alpha) in [(0.5, 0.0), (0.5, 0.4), (1.2, -0.3)] {
        let mut spec = bare(&[("jaw.syllable", k)]);
        spec.set("alpha.jaw.syllable", &alpha.to_string()).expect("a lag");
        let k_rad_per_s = k * TAU * 4.0;
        for share in [-0.9f32, -0.3, 0.0, 0.5, 0.95] {
            let detuning = share * k_rad_per_s;
            if detuning < -TAU * 3.5 {
                // A clock does not run backwards.
                continue;
            }
            let drive = NetworkDrive { syllable_omega: TAU * 4.0 + detuning, ..drive(1.0) };
            let mut network = network(&spec, 3);
            run(&mut network, &drive, 240 * 12);
            let difference = wrap(network.theta(Role::Syllable) - network.theta(Role::Jaw));
            // The clock turns after the network: what the next kick sees is one step of detuning later.
            let expected = alpha + share.asin();
            assert!(
                wrap(difference - expected).abs() < 2e-3,
                "K {k}, D/K {share}: {difference}, expected {expected}"
            );
        }
        let drive = NetworkDrive { syllable_omega: TAU * 4.0 + 1.05 * k_rad_per_s, ..drive(1.0) };
        let mut network = network(&spec, 3);
        run(&mut network, &drive, 240);
        let slips = (0..240 * 10).filter(|_| {
            let before = wrap(network.theta(Role::Syllable) - network.theta(Role::Jaw));
            run(&mut network, &drive, 1);
            let after = wrap(network.theta(Role::Syllable) - network.theta(Role::Jaw));
            (after - before).abs() > 3.0
        });
        // The beat frequency beyond locking is sqrt(D^2 - K^2) / 2 pi.
        let expected = (1.05f32 * 1.05 - 1.0).sqrt() * k_rad_per_s / TAU * 10.0;
        let found = slips.count() as f32;
        assert!(
            (found - expected).abs() <= 0.06 * expected + 1.0,
            "{found} slips in 10 s, expected {expected}"
        );
    }
}

/// n to 1: cheeks (0.5 Hz) turn once for eight turns of the jaw.
#[test]
fn bands_lock_n_to_one() {
    let mut spec = bare(&[("cheek.jaw", 0.15)]);
    spec.set("hz.jaw", "4.04").expect("a rate");
    let mut network = network(&spec, 5);
    run(&mut network, &drive(1.0), 240 * 60);
    let [cheek, jaw] = turns(&mut network, &drive(1.0), 240 * 100, [Role::Cheek, Role::Jaw]);
    assert!((8.0 * cheek - jaw).abs() <= 8.0 && jaw > 400.0, "{cheek} and {jaw} turns");
}

/// Kuramoto (1975): a population with Lorentzian rates of half width gamma synchronises beyond K_c = 2 / (pi g(0)) = 2 gamma,
/// there R = sqrt(1 - K_c / K). The population of the field, its rates replaced by the quantiles of that law.
#[test]
fn the_order_parameter_follows_the_mean_field_theory() {
    let gamma = 1.0f32;
    let order = |k_over_critical: f32| {
        let mut spec = bare(&[]);
        spec.set("bands.meso.count", "64").expect("a size");
        let mut setup = FieldSetup::compile(&spec).expect("a field");
        let unnamed = setup.meso - MESO_ROLES;
        let centre = TAU * 4.0;
        for i in 0..unnamed {
            let quantile = (i as f32 + 0.5) / unnamed as f32;
            setup.rates[MESO_ROLES + i] = centre + gamma * (PI * (quantile - 0.5)).tan();
            setup.noise[MESO_ROLES + i] = 0.0;
        }
        // A mean field pulls each by a share of its own rate: the share is set per oscillator by scaling with the centre,
        // so it is taken out of `rates` here and put into the pull.
        let k = 2.0 * gamma * k_over_critical;
        mean_order(&setup, k, unnamed)
    };
    // Quantiles instead of draws leave the finite-size error of 1 / sqrt(N) = 0.13 only.
    for (ratio, expected) in [(0.4, 0.0), (2.0, 0.5f32.sqrt()), (4.0, 0.75f32.sqrt())] {
        let found = order(ratio);
        assert!((found - expected).abs() < 0.14, "K = {ratio} K_c: R = {found}, expected {expected}");
    }
}

/// Mean R over 20 s after 20 s, with one K in rad/s for all.
fn mean_order(setup: &FieldSetup, k_rad_per_s: f32, unnamed: usize) -> f32 {
    let mut network = FieldNetwork::new(setup, 7);
    let slots = MESO_ROLES..MESO_ROLES + unnamed;
    let mut sum = 0.0;
    for step in 0..240 * 40 {
        let (re, im) = network.mean_field(Band::Meso);
        let mut kicks = [0.0; SLOTS];
        let ones = [k_rad_per_s; SLOTS];
        let (sin, cos) = (network.sin, network.cos);
        pull_all(
            (re, im),
            &ones[slots.clone()],
            &sin[slots.clone()],
            &cos[slots.clone()],
            &mut kicks[slots.clone()],
        );
        let moving = Moving {
            rates: &network.rates,
            kicks: &kicks,
            noise: &network.setup.noise,
            signs: [0, 0],
            dt_s: DT,
            spread: DT.sqrt(),
        };
        turn(&moving, &mut network.theta);
        network.project(0.0);
        if step >= 240 * 20 {
            sum += re.hypot(im);
        }
    }
    sum / (240.0 * 20.0)
}

/// Without rates, noise and lags, and with symmetric K, the flow goes down the energy.
#[test]
fn energy_never_rises_in_a_symmetric_field_at_rest() {
    let named = ["jaw", "nod", "brow", "tremor", "vibrato"];
    let mut spec = bare(&[]);
    let mut setup = FieldSetup::compile(&spec).expect("a field");
    for (i, a) in named.iter().enumerate() {
        for (j, b) in named.iter().enumerate().filter(|(j, _)| *j != i) {
            // K is a share of the target's own rate; the same rad/s both ways is what makes it symmetric.
            let target = Role::by_name(a).expect("a role");
            let share = (3.0 + (i * j) as f32) / setup.rates[target as usize];
            spec.set(&format!("K.{a}.{b}"), &share.to_string()).expect("a coupling");
        }
    }
    setup = FieldSetup::compile(&spec).expect("a field");
    setup.rates = [0.0; SLOTS];
    setup.noise = [0.0; SLOTS];
    for seed in 0..20 {
        let mut network = FieldNetwork::new(&setup, seed);
        network.r = [1.0; SLOTS];
        network.project(0.0);
        let drive = NetworkDrive { prominence: 1.0, ..drive(1.0) };
        let mut before = network.energy();
        let first = before;
        for _ in 0..600 {
            network.step(DT, &drive);
            let after = network.energy();
            assert!(after <= before + 1e-4, "V rises from {before} to {after}");
            before = after;
        }
        assert!(before < first - 1.0, "and it falls: {first} to {before}");
    }
}

/// The fast path against the slow f64 reference (Runge-Kutta with ten steps in one), noise off on both sides.
#[test]
fn agrees_with_the_reference() {
    let setup = FieldSetup { noise: [0.0; SLOTS], ..FieldSetup::default() };
    let mut fast = FieldNetwork::new(&setup, 3);
    let mut slow = reference::ReferenceNetwork::new(&setup);
    // Mean fields are the fast path's alone, and what the reference integrates are free phases.
    let edges = Vec::from_iter(fast.edges.iter().copied());
    fast.edges = Few::new();
    for edge in edges.into_iter().filter(|edge| edge.source < SLOTS) {
        assert!(fast.edges.push(edge));
    }
    fast.lag_gain = f32::NAN;
    fast.r = [1.0; SLOTS];
    fast.project(0.0);
    for i in 0..SLOTS {
        slow.theta[i] = fast.theta[i] as f64;
    }
    for role in Role::ALL.into_iter().filter(|role| role.is_placed()) {
        slow.rates[role as usize] = 0.0;
    }
    let drive = NetworkDrive { syllable_omega: 1.0, ..drive(1.0) };
    let mut largest = 0.0f64;
    for _ in 0..240 {
        fast.step(DT, &drive);
        fast.r = [1.0; SLOTS];
        fast.project(0.0);
        for _ in 0..10 {
            slow.step(DT as f64 / 10.0);
        }
    }
    for slot in setup.slots().filter(|slot| *slot < MESO_ROLES || *slot >= MESO_CAPACITY) {
        let difference = (fast.theta[slot] as f64 - slow.theta[slot]).rem_euclid(std::f64::consts::TAU);
        largest = largest.max(difference.min(std::f64::consts::TAU - difference));
    }
    assert!(largest < 0.03, "{largest} rad apart after one second");
}

#[test]
fn drives_move_frequency_and_amplitude_and_let_go() {
    let mut network = network(&bare(&[]), 1);
    let hz = |network: &mut FieldNetwork| {
        let [turned] = turns(network, &drive(1.0), 240 * 10, [Role::Vibrato]);
        turned / 10.0
    };
    assert!((hz(&mut network) - 5.5).abs() < 0.11);
    network.drive(Role::Vibrato, &RoleDrive { hz: Some(7.0), amplitude: Some(0.3), over_s: 0.5 });
    run(&mut network, &drive(1.0), 240 * 5);
    assert!((hz(&mut network) - 7.0).abs() < 0.11 && (network.r(Role::Vibrato) - 0.3).abs() < 0.01);
    network.drive(Role::Vibrato, &RoleDrive::default());
    run(&mut network, &drive(1.0), 240 * 2);
    assert!((hz(&mut network) - 5.5).abs() < 0.11 && network.r(Role::Vibrato) > 0.99);
    network
        .drive(Role::Vibrato, &RoleDrive { hz: Some(f32::NAN), amplitude: Some(1e9), over_s: f32::INFINITY });
    run(&mut network, &drive(1.0), 240);
    assert!(network.theta(Role::Vibrato).is_finite() && network.r(Role::Vibrato) <= 1.0);
}

#[test]
fn another_setup_is_taken_over_in_the_middle() {
    let mut network = network(&FieldSpec::default(), 4);
    run(&mut network, &drive(1.0), 500);
    let theta = network.theta(Role::Jaw);
    let mut spec = FieldSpec::named("tight").expect("a field");
    spec.set("bands.meso.count", "50").expect("a size");
    spec.set("bands.macro.count", "12").expect("a size");
    network.adopt(&FieldSetup::compile(&spec).expect("a field"));
    assert_eq!(network.theta(Role::Jaw), theta, "phases go on");
    run(&mut network, &drive(1.0), 500);
    assert_eq!(network.phasors().count(), 62);
    network.adopt(&FieldSetup::default());
    run(&mut network, &drive(1.0), 500);
    assert!(network.phasors().all(|(theta, r)| theta.is_finite() && (0.0..=1.0).contains(&r)));
}

#[test]
fn couplings_learn_what_recurs_and_forget_what_does_not() {
    let mut network = network(&FieldSpec::default(), 6);
    let onset = |network: &FieldNetwork| (network.cos(Role::Syllable)).max(0.0).powi(4);
    let k = |network: &FieldNetwork| network.k(Sink::Role(Role::Jaw), Source::Micro).expect("a coupling");
    let first = k(&network);
    for step in 0..240 * 60 {
        let drive = NetworkDrive { onset: onset(&network), ..drive(1.0) };
        run(&mut network, &drive, 1);
        if step % 4 == 0 {
            network.learn(4.0 * DT);
        }
    }
    let learned = k(&network);
    assert!(
        learned > first + 0.02 && learned <= 0.45,
        "K grows from {first} to {learned} where onsets recur"
    );
    network.set_learning(false);
    network.learn(10.0);
    assert_eq!(k(&network), learned);
    network.reset();
    assert_eq!(k(&network), first, "reset forgets");
}

//! How even the stream is in a real-time host: the plug-in in a host of this process that renders on the beat of the clock,
//! four receivers at once.
//!
//! ```text
//! cargo run --release -p psivox-tests --example host_evenness -- 60
//! ```
//!
//! For every block size: the error of the rate, the 95th percentile of how far the intervals between two faces are from a
//! sixtieth of a second, and the share of one core that the sender's threads take. The number is the seconds of each run.

use psivox_tests::clap_rig::{ClapRig, Cue};
use serde_json::json;
use std::error::Error;
use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

const SAMPLE_RATE_HZ: f64 = 48_000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let seconds: f64 = std::env::args().nth(1).map_or(Ok(10.0), |text| text.parse())?;
    println!("samples a block   rate error %   p95 of jitter, ms   worst, ms   of one core, %");
    for length in [32, 128, 1_024, 8_192] {
        let (error, p95_ms, worst_ms, load) = measure(length, seconds)?;
        println!("{length:15}   {error:12.3}   {p95_ms:17.3}   {worst_ms:9.2}   {load:14.2}");
    }
    Ok(())
}

fn measure(length: usize, seconds: f64) -> Result<(f64, f64, f64, f64), Box<dyn Error>> {
    let protocols = ["vmc", "vrchat", "livelink", "osc"];
    let sockets: Vec<UdpSocket> =
        protocols.iter().map(|_| UdpSocket::bind("127.0.0.1:0")).collect::<Result<_, _>>()?;
    let mut targets = Vec::new();
    for (protocol, socket) in protocols.iter().zip(&sockets) {
        socket.set_read_timeout(Some(Duration::from_millis(100)))?;
        let dialect = match *protocol {
            "vrchat" => json!({"protocol": protocol, "discover": false}),
            _ => json!({"protocol": protocol}),
        };
        targets.push(json!({"host": "127.0.0.1", "port": socket.local_addr()?.port(), "dialect": dialect}));
    }
    let mut rig = ClapRig::new();
    let text =
        "The winding path reaches the lake before the evening wind comes down from the hills. ".repeat(40);
    let wire = json!({"targets": targets});
    assert!(rig.load_line_values(&[("text", json!(text)), ("wire", wire)]), "the state loads");
    let mut audio = rig.start(SAMPLE_RATE_HZ, length as u32);
    let done = AtomicBool::new(false);
    let before_s = cpu_s();
    let times: Vec<Vec<Instant>> = scope(|threads| {
        let listening: Vec<_> =
            sockets.iter().map(|socket| threads.spawn(|| listen(socket, &done))).collect();
        let start = Instant::now();
        let mut position = 0;
        while (position as f64) < (seconds + 1.0) * SAMPLE_RATE_HZ {
            let cues = if position == 0 { vec![(0, Cue::On(1.0))] } else { Vec::new() };
            audio.render(length, length, &cues);
            position += length;
            let due = Duration::from_secs_f64(position as f64 / SAMPLE_RATE_HZ);
            sleep(due.saturating_sub(start.elapsed()));
        }
        done.store(true, Ordering::Relaxed);
        listening.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
    });
    let load = 100.0 * (cpu_s() - before_s) / (seconds + 1.0);
    rig.stop(audio);
    let mut intervals = Vec::new();
    let mut rate_error = 0.0f64;
    for times in &times {
        // The first half second is the beginning.
        let steady = &times[times.len().min(30)..];
        let (Some(first), Some(last)) = (steady.first(), steady.last()) else { continue };
        let rate_hz = (steady.len() - 1) as f64 / last.duration_since(*first).as_secs_f64();
        rate_error = rate_error.max(100.0 * (rate_hz / 60.0 - 1.0).abs());
        let off = |pair: &[Instant]| (pair[1].duration_since(pair[0]).as_secs_f64() - 1.0 / 60.0).abs();
        intervals.extend(steady.windows(2).map(|pair| 1e3 * off(pair)));
    }
    intervals.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| intervals.get((share * (intervals.len() as f64 - 1.0)) as usize).copied();
    Ok((rate_error, at(0.95).unwrap_or(f64::NAN), at(1.0).unwrap_or(f64::NAN), load))
}

/// When each face began to come: datagrams within 5 ms of each other belong to one.
fn listen(socket: &UdpSocket, done: &AtomicBool) -> Vec<Instant> {
    let mut times: Vec<Instant> = Vec::new();
    let mut last: Option<Instant> = None;
    let mut buffer = [0; 2_048];
    while !done.load(Ordering::Relaxed) {
        let Ok(size) = socket.recv(&mut buffer) else { continue };
        // Words and phones travel alone and when they are due.
        if buffer[..size].starts_with(b"/psivox/") {
            continue;
        }
        let now = Instant::now();
        if last.is_none_or(|last| now.duration_since(last) > Duration::from_millis(5)) {
            times.push(now);
        }
        last = Some(now);
    }
    times
}

/// CPU seconds of the sender's threads, where the system tells (Linux).
fn cpu_s() -> f64 {
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return f64::NAN };
    let of = |task: &std::path::Path| {
        let stat = std::fs::read_to_string(task.join("stat")).unwrap_or_default();
        let (name, rest) = stat.split_once(") ").unwrap_or_default();
        if !name.contains("(psivox-face") && !name.contains("(psivox-wire") {
            return 0.0;
        }
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks =
            |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        (ticks(11) + ticks(12)) / 100.0
    };
    tasks.flatten().map(|task| of(&task.path())).sum()
}

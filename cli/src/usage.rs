//! What the process has used of the machine.

use cpu_time::ProcessTime;

/// A stopwatch on the CPU time of the whole process, all its threads.
#[derive(Debug)]
pub struct CpuWatch(Option<ProcessTime>);

impl CpuWatch {
    /// Starts now.
    pub fn start() -> Self {
        Self(ProcessTime::try_now().ok())
    }

    /// CPU seconds since the start, if the system tells.
    pub fn elapsed_s(&self) -> Option<f64> {
        self.0.and_then(|start| start.try_elapsed().ok()).map(|elapsed| elapsed.as_secs_f64())
    }
}

/// Largest resident memory so far in MB (2^20 bytes), where the system keeps it in `/proc`.
pub fn peak_memory_mb() -> Option<f64> {
    peak_kib(&std::fs::read_to_string("/proc/self/status").ok()?).map(|kib| kib / 1024.0)
}

fn peak_kib(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(peak_kib("Name:\tx\nVmHWM:\t   20480 kB\nVmRSS:\t 1 kB\n"), Some(20_480.0));
        assert_eq!(peak_kib("Name:\tx\n"), None);
    }

    #[test]
    fn the_watch_counts_work() {
        let watch = CpuWatch::start();
        let mut sum = 0u64;
        while watch.elapsed_s().is_some_and(|elapsed_s| elapsed_s < 0.01) {
            sum = std::hint::black_box(sum + 1);
        }
        assert!(sum > 0);
    }
}

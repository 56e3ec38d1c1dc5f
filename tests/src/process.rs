//! What the operating system says of this process. Nothing outside Linux.

/// Resident memory in bytes.
pub fn resident_bytes() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    // Pages are 4 KiB on every machine that the tests run on.
    Some(pages.split_whitespace().nth(1)?.parse::<usize>().ok()? * 4096)
}

/// Threads that run.
pub fn thread_count() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}

/// Files, sockets and pipes that are open, by what they are.
pub fn open_files() -> Option<Vec<String>> {
    let entries = std::fs::read_dir("/proc/self/fd").ok()?;
    let target = |entry: std::fs::DirEntry| std::fs::read_link(entry.path()).ok();
    Some(entries.flatten().filter_map(target).map(|path| path.to_string_lossy().into_owned()).collect())
}

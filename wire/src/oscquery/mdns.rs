//! What announcements and searches (mDNS, RFC 6762) have in common.

use mdns_sd::{Error, ServiceDaemon};
use std::time::Duration;

/// What OSCQuery announces itself as.
pub(super) const SERVICE: &str = "_oscjson._tcp.local.";

/// Longest that the end of the library's thread is waited for: it looks at its orders at least once a second.
const END: Duration = Duration::from_secs(1);

/// Ends the library's thread. There is no handle to join: it is told to end, and waited for until it says that it does.
pub(super) fn end(daemon: &ServiceDaemon) {
    for _ in 0..3 {
        match daemon.shutdown() {
            Ok(status) => {
                let _ = status.recv_timeout(END);
                return;
            }
            // Its queue of orders is full for the moment.
            Err(Error::Again) => std::thread::sleep(Duration::from_millis(10)),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdns_sd::DaemonStatus;

    #[test]
    fn an_end_is_told_before_it_is_believed() {
        // Where there is no network at all there is nothing to end.
        let Ok(daemon) = ServiceDaemon::new() else { return };
        end(&daemon);
        match daemon.status() {
            Ok(status) => assert_eq!(status.recv(), Ok(DaemonStatus::Shutdown)),
            Err(error) => assert!(matches!(error, Error::DaemonShutdown), "{error}"),
        }
    }
}

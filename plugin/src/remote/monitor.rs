//! What the wire does, as JSON: the answer to `GET /psivox/wire`.

use super::RemoteHub;
use crate::face_link::FaceLink;
use psivox_wire::oscquery::{Monitor, monitor_json};
use std::sync::Arc;

/// A closure for the server of OSCQuery. It holds no handle of the server, so that nothing keeps itself alive.
///
/// ```json
/// {
///   "report": {
///     "targets": [{
///       "label": "VSeeFace", "address": "vmc:127.0.0.1:39539", "on": true, "stands": true,
///       "frames_sent": 600, "frames_dropped": 0, "events_sent": 12, "packets_sent": 1200, "bytes_sent": 700000,
///       "rate_hz": 60.0, "note": "", "last_error": null, "errors": 0
///     }],
///     "overflowed": 0,
///     "clock": {"latency_ms": 24.0, "block_ms": 10.7}
///   },
///   "messages": [["/VMC/Ext/Blend/Val \"JawOpen\" 0.310"]],
///   "error": null,
///   "remote": {
///     "listening": true, "osc_port": 9010, "http_port": 9010, "addresses": ["127.0.0.1:9010", "[::1]:9010"],
///     "announced": null, "trouble": null,
///     "received": 3, "acted": 2, "refused": 1, "limited": 0, "waiting": 0,
///     "last_error": null, "last_message": "stop", "last_from": "127.0.0.1:50000"
///   }
/// }
/// ```
///
/// `report` is [`psivox_wire::WireReport`]; `messages` are the last ones to each of its targets, one a line. `error`
/// says why there is no sender or why targets could not be read. `remote` is [`super::RemoteReport`].
pub fn monitor(hub: Arc<RemoteHub>, link: Arc<FaceLink>) -> Monitor {
    Arc::new(move || {
        let status = link.status();
        let messages: Vec<_> = (0..status.report.targets.len()).map(|target| link.messages(target)).collect();
        let remote = serde_json::to_value(hub.report()).unwrap_or_default();
        monitor_json(&status.report, &messages, remote, status.error.as_deref())
    })
}

//! Asks VRChat which avatar is worn: finds it by mDNS, or at a given place, and looks again every two seconds.

use super::agent::agent;
use super::mdns::{self, SERVICE};
use super::{Avatar, MAX_TREE_BYTES, read_tree};
use crate::WireError;
use crate::shown::shorten;
use crate::target::{VrchatOptions, split_whole};
use mdns_sd::{Receiver, ResolvedService, ServiceDaemon, ServiceEvent};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How VRChat calls itself, before six random characters.
const INSTANCE: &str = "VRChat-Client-";

/// Time between two looks at an avatar, which may be changed at any moment.
const REFRESH: Duration = Duration::from_secs(2);

/// Longest time between two tries where nobody answers.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How often the answers to the search are read.
const SEARCH: Duration = Duration::from_millis(250);

/// Letters of an error that is shown.
const SHOWN: usize = 120;

/// Failures in a row after which an avatar is no longer believed in.
const LOST_AFTER: u32 = 3;

/// Most programs that are asked.
const MAX_FOUND: usize = 8;

#[derive(Debug, Default)]
struct State {
    avatar: Option<Arc<Avatar>>,
    status: String,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    generation: AtomicU64,
}

impl Shared {
    fn tell(&self, avatar: Option<Arc<Avatar>>, status: String) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.avatar != avatar {
            state.avatar = avatar;
            self.generation.fetch_add(1, Ordering::Release);
        }
        state.status = status;
    }
}

/// What is known of the avatar; cheap to ask and to copy.
#[derive(Debug, Clone)]
pub struct AvatarReader(Arc<Shared>);

impl AvatarReader {
    /// That of an avatar that never changes, or of none.
    pub fn fixed(avatar: Option<Avatar>) -> Self {
        let shared = Shared::default();
        let status = avatar.as_ref().map_or_else(unfound, found);
        shared.tell(avatar.map(Arc::new), status);
        Self(Arc::new(shared))
    }

    /// Counts the changes of the avatar.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    /// The avatar, if one is known.
    pub fn avatar(&self) -> Option<Arc<Avatar>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).avatar.clone()
    }

    /// How the search stands, in words for the user.
    pub fn status(&self) -> String {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).status.clone()
    }
}

fn unfound() -> String {
    "no VRChat found yet; all parameters are sent".to_owned()
}

fn found(avatar: &Avatar) -> String {
    match avatar.face_parameters() {
        0 => "the avatar has no face parameters; choose a face-tracking avatar, or switch discover off"
            .to_owned(),
        1 => "avatar with 1 face parameter found".to_owned(),
        count => format!("avatar with {count} face parameters found"),
    }
}

/// A thread that asks. It ends when this is dropped: within about a second, and that of the search for VRChat with it
/// (a second more if it is slow to answer), unless a name server has to be waited for.
#[derive(Debug)]
pub struct AvatarClient {
    shared: Arc<Shared>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl AvatarClient {
    /// Starts to look for the VRChat that `receiver` is the address of. Only what runs there is asked: this machine if
    /// it is a loopback address.
    ///
    /// # Errors
    /// [`WireError::Thread`].
    pub fn start(options: &VrchatOptions, receiver: IpAddr) -> Result<Self, WireError> {
        let shared = Arc::new(Shared::default());
        shared.tell(None, unfound());
        let (stop, stopped) = mpsc::channel();
        let search = Search::new(&options.oscquery, receiver);
        let told = Arc::clone(&shared);
        let ask = move || Asker { shared: told, stopped, search, agent: agent(), failures: 0 }.run();
        let builder = std::thread::Builder::new().name("psivox-oscquery".to_owned());
        let thread = builder.spawn(ask).map_err(WireError::Thread)?;
        Ok(Self { shared, stop: Some(stop), thread: Some(thread) })
    }

    /// What is known of the avatar.
    pub fn reader(&self) -> AvatarReader {
        AvatarReader(Arc::clone(&self.shared))
    }
}

impl Drop for AvatarClient {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has been told by its hook already.
            let _ = thread.join();
        }
    }
}

/// Where VRChat may be.
enum Search {
    /// Where the user says.
    Given(String),
    /// Where mDNS says.
    Mdns {
        receiver: IpAddr,
        daemon: Option<(ServiceDaemon, Receiver<ServiceEvent>)>,
        found: Vec<(String, SocketAddr)>,
    },
}

impl Search {
    fn new(given: &str, receiver: IpAddr) -> Self {
        if given.is_empty() {
            return Self::Mdns { receiver, daemon: None, found: Vec::new() };
        }
        let place = match split_whole(given) {
            // Without this the first answer of some resolvers is ::1, where VRChat does not listen.
            Some(("localhost", port)) => format!("127.0.0.1:{port}"),
            _ => given.to_owned(),
        };
        Self::Given(place)
    }

    /// The places to ask, best first.
    fn places(&mut self) -> Vec<String> {
        match self {
            Self::Given(place) => vec![place.clone()],
            Self::Mdns { receiver, daemon, found } => {
                if daemon.is_none() {
                    *daemon = browse();
                }
                if let Some((_, events)) = daemon {
                    // No more at a time than an honest network has.
                    for event in events.try_iter().take(256) {
                        note(event, *receiver, found);
                    }
                }
                found.iter().rev().map(|(_, address)| address.to_string()).collect()
            }
        }
    }

    fn end(self) {
        if let Self::Mdns { daemon: Some((daemon, _)), .. } = self {
            mdns::end(&daemon);
        }
    }
}

fn browse() -> Option<(ServiceDaemon, Receiver<ServiceEvent>)> {
    let daemon = ServiceDaemon::new().ok()?;
    match daemon.browse(SERVICE) {
        Ok(events) => Some((daemon, events)),
        Err(_) => {
            mdns::end(&daemon);
            None
        }
    }
}

fn note(event: ServiceEvent, receiver: IpAddr, found: &mut Vec<(String, SocketAddr)>) {
    match event {
        ServiceEvent::ServiceResolved(service) => {
            found.retain(|(name, _)| *name != service.fullname);
            if let Some(address) = suits(&service, receiver) {
                found.push((service.fullname.clone(), address));
            }
            if found.len() > MAX_FOUND {
                found.remove(0);
            }
        }
        ServiceEvent::ServiceRemoved(_, name) => found.retain(|(known, _)| *known != name),
        _ => {}
    }
}

/// Where a service is asked, if it is a VRChat at the receiver's address. VRChat announces the addresses of its machine,
/// but answers on its loopback.
fn suits(service: &ResolvedService, receiver: IpAddr) -> Option<SocketAddr> {
    if !service.fullname.starts_with(INSTANCE) || service.port == 0 {
        return None;
    }
    if receiver.is_loopback() {
        return Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), service.port));
    }
    let announced = service.addresses.iter().any(|address| address.to_ip_addr() == receiver);
    announced.then(|| SocketAddr::new(receiver, service.port))
}

struct Asker {
    shared: Arc<Shared>,
    stopped: mpsc::Receiver<()>,
    search: Search,
    agent: ureq::Agent,
    failures: u32,
}

impl Asker {
    fn run(mut self) {
        loop {
            let wait = self.look();
            // The sender is never used but to be dropped.
            if self.stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        self.search.end();
    }

    /// Asks once; how long to wait before the next time.
    fn look(&mut self) -> Duration {
        let mut reason = None;
        for place in self.search.places() {
            match self.ask(&place) {
                Ok(Some(avatar)) => {
                    self.failures = 0;
                    let status = found(&avatar);
                    self.shared.tell(Some(Arc::new(avatar)), status);
                    return REFRESH;
                }
                Ok(None) => reason = Some(format!("{place} shows no avatar yet")),
                Err(why) => reason = Some(format!("{place} does not answer: {why}")),
            }
            if self.stopped.try_recv() != Err(mpsc::TryRecvError::Empty) {
                return Duration::ZERO;
            }
        }
        let Some(reason) = reason else {
            self.failures = 0;
            self.shared.tell(None, unfound());
            return SEARCH;
        };
        self.failures = self.failures.saturating_add(1);
        if self.failures >= LOST_AFTER || AvatarReader(Arc::clone(&self.shared)).avatar().is_none() {
            self.shared.tell(None, format!("{reason}; all parameters are sent"));
        }
        REFRESH.saturating_mul(1 << (self.failures - 1).min(4)).min(LONGEST_WAIT)
    }

    /// The avatar at a place; `None` if there is none yet.
    fn ask(&self, place: &str) -> Result<Option<Avatar>, String> {
        let mut answer = self.agent.get(format!("http://{place}/")).call().map_err(words)?;
        let body =
            answer.body_mut().with_config().limit(MAX_TREE_BYTES as u64).read_to_string().map_err(words)?;
        let tree = read_tree(&body).map_err(words)?;
        Ok(tree.find("/avatar").map(|_| Avatar::of(&tree)))
    }
}

/// An error in few words.
pub(super) fn words(error: impl ToString) -> String {
    shorten(&error.to_string(), SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn service(name: &str, address: &str, port: u16) -> ResolvedService {
        let address: IpAddr = address.parse().expect("an address");
        let properties: &[(&str, &str)] = &[];
        let info = mdns_sd::ServiceInfo::new(SERVICE, name, "host.local.", address, port, properties);
        let service = info.expect("lawful").as_resolved_service();
        assert_eq!(service.addresses, HashSet::from([address.into()]));
        service
    }

    #[test]
    fn only_the_receiver_s_own_vrchat_is_asked() {
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let there: IpAddr = "192.168.1.7".parse().expect("an address");
        let vrchat = service("VRChat-Client-A1B2C3", "192.168.1.7", 50_123);
        assert_eq!(suits(&vrchat, here), Some("127.0.0.1:50123".parse().expect("an address")));
        assert_eq!(suits(&vrchat, there), Some("192.168.1.7:50123".parse().expect("an address")));
        assert_eq!(suits(&vrchat, "192.168.1.8".parse().expect("an address")), None);
        assert_eq!(suits(&service("Other", "192.168.1.7", 50_123), there), None);
    }

    #[test]
    fn a_flood_of_services_is_bounded() {
        let mut found = Vec::new();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for index in 1..=100 {
            let one = service(&format!("VRChat-Client-{index}"), "127.0.0.1", index);
            note(ServiceEvent::ServiceResolved(Box::new(one)), here, &mut found);
        }
        assert_eq!((found.len(), found[7].1.port()), (MAX_FOUND, 100));
        let name = found[7].0.clone();
        note(ServiceEvent::ServiceRemoved(SERVICE.to_owned(), name), here, &mut found);
        assert_eq!(found.len(), MAX_FOUND - 1);
    }

    #[test]
    fn the_end_comes_when_it_is_asked_for() {
        let options = VrchatOptions { oscquery: "127.0.0.1:9".to_owned(), ..VrchatOptions::default() };
        let client = AvatarClient::start(&options, IpAddr::V4(Ipv4Addr::LOCALHOST)).expect("a thread");
        let reader = client.reader();
        drop(client);
        assert!(reader.avatar().is_none() && reader.status().contains("all parameters are sent"));
    }
}

//! One VTube Studio: connects, is allowed in, shows it faces, and comes back by itself.

mod answer;

use crate::shown::beginning;
use crate::target::{Dialect, VtsOptions, resolve, write_place};
use crate::vts::message::{self, Ask, shorten};
use crate::vts::parameters::{Custom, custom_parameters, injected};
use crate::vts::socket::Socket;
use crate::vts::token::TokenStore;
use crate::{Moment, Target, WireError};
use std::collections::BTreeSet;

/// Shortest and longest wait before the next try, s.
const RETRY_S: [f64; 2] = [1.0, 30.0];

/// VTube Studio takes a parameter for lost after 1 s without a value; without a face for so long the last one goes out
/// again, s.
const KEEP_S: f64 = 0.5;

/// What is shown of a message, in bytes.
const SHOWN_BYTES: usize = 2_048;

/// How long VTube Studio's own parameters are left to another plug-in that holds one of them, s.
const YIELD_S: f64 = 30.0;

const ADVICE: &str =
    "start VTube Studio, and switch on 'Start API' in its settings, with the port of this target";

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// Not connected; the next try is at this time.
    Away { retry_s: f64 },
    /// Something was asked that is answered at once.
    Asked { ask: Ask, since_s: f64 },
    /// The user looks at the question whether Psivox is allowed in.
    Allow,
    /// Such a question stood there already.
    AskLater { at_s: f64 },
    /// Parameters are being created, one after the other.
    Create { next: usize, since_s: f64 },
    /// Faces are shown.
    Live,
    /// The user has said no.
    Denied,
}

/// Why a connection ends.
struct Failure {
    what: String,
    advice: &'static str,
}

fn failure(what: impl Into<String>) -> Failure {
    Failure { what: what.into(), advice: ADVICE }
}

/// A link to one VTube Studio. No call takes longer than about a second (plus what a name server takes); none waits for
/// the user. Times are those of the sender's clock.
#[derive(Debug)]
pub struct VtsLink {
    host: String,
    port: u16,
    options: VtsOptions,
    store: TokenStore,
    socket: Option<Socket>,
    phase: Phase,
    wait_s: f64,
    reason: String,
    note: String,
    nonsense: u32,
    /// The token of the options was refused.
    refused: bool,
    /// The token that is being tried, and whether it was given on this connection.
    token: Option<(String, bool)>,
    /// VTube Studio's own parameters that there are; empty if it did not tell.
    own: BTreeSet<String>,
    own_from_s: f64,
    custom: Vec<Custom>,
    created: BTreeSet<String>,
    last: Option<Moment>,
    shown_rest: bool,
    sent_s: f64,
    /// When the first face went out that nothing has answered yet.
    unanswered_since_s: Option<f64>,
    listed_s: f64,
    /// The last message, shortened.
    last_message: String,
}

impl VtsLink {
    /// A link that keeps its token in the user's configuration folder.
    pub fn new(target: &Target) -> Self {
        Self::with_store(target, TokenStore::of_user())
    }

    /// A link that keeps its token where it is told to.
    pub fn with_store(target: &Target, store: TokenStore) -> Self {
        let options = match &target.dialect {
            Dialect::Vts(options) => options.clone(),
            _ => VtsOptions::default(),
        };
        Self {
            host: target.host.clone(),
            port: target.port,
            options,
            store,
            socket: None,
            phase: Phase::Away { retry_s: f64::NEG_INFINITY },
            wait_s: RETRY_S[0],
            reason: "not connected yet".to_owned(),
            note: String::new(),
            nonsense: 0,
            refused: false,
            token: None,
            own: BTreeSet::new(),
            own_from_s: f64::NEG_INFINITY,
            custom: custom_parameters(),
            created: BTreeSet::new(),
            last: None,
            shown_rest: true,
            sent_s: 0.0,
            unanswered_since_s: None,
            listed_s: f64::NEG_INFINITY,
            last_message: String::new(),
        }
    }

    /// Shows a face; how many bytes went out. 0 where nothing had to: after a face at rest nothing is sent until the
    /// next other one, and VTube Studio takes its parameters back. `None` where the face is lost: the link waits for its
    /// next try to connect, for VTube Studio, or for its user.
    ///
    /// # Errors
    /// Once for each failed connection, with what to do. The link tries again by itself.
    pub fn show(&mut self, moment: &Moment) -> Result<Option<usize>, WireError> {
        self.last = Some(*moment);
        self.advance(moment.time_s)?;
        if moment.rest && self.shown_rest {
            return Ok(self.is_live().then_some(0));
        }
        self.send_last(moment.time_s)
    }

    /// Reads answers, connects, and keeps the last face alive; some ten times a second. How many bytes went out, or
    /// `None` where it was not time to.
    ///
    /// # Errors
    /// As [`VtsLink::show`].
    pub fn tend(&mut self, time_s: f64) -> Result<Option<usize>, WireError> {
        self.advance(time_s)?;
        let stands = self.last.is_some_and(|moment| !moment.rest);
        if stands && time_s - self.sent_s > KEEP_S { self.send_last(time_s) } else { Ok(None) }
    }

    /// Shows the face at rest, as the last before a pause or the end; what comes back is that of [`VtsLink::show`], and 0
    /// where there was no face before it.
    ///
    /// # Errors
    /// As [`VtsLink::show`].
    pub fn rest(&mut self, time_s: f64) -> Result<Option<usize>, WireError> {
        let Some(last) = self.last else { return Ok(Some(0)) };
        self.show(&Moment::rest(time_s, last.frame + 1, last.mask))
    }

    /// Whether faces are shown.
    pub fn is_live(&self) -> bool {
        self.phase == Phase::Live
    }

    /// The last message to VTube Studio: JSON, cut to 2,048 bytes, without the token.
    pub fn last_message(&self) -> Option<&str> {
        Some(self.last_message.as_str()).filter(|text| !text.is_empty())
    }

    /// How the link stands, in words for the user.
    pub fn status(&self) -> String {
        let status = match self.phase {
            Phase::Away { .. } => format!("VTube Studio: {}; it is tried again", self.reason),
            Phase::Asked { .. } | Phase::Create { .. } => "VTube Studio answers".to_owned(),
            Phase::Allow | Phase::AskLater { .. } => "press Allow in VTube Studio".to_owned(),
            Phase::Denied => {
                "denied in VTube Studio; switch the target off and on again to be asked once more".to_owned()
            }
            Phase::Live => {
                format!("connected to VTube Studio, {} parameters of Psivox's own", self.created.len())
            }
        };
        if self.note.is_empty() { status } else { format!("{status}; {}", self.note) }
    }

    fn place(&self) -> String {
        write_place(&self.host, self.port)
    }

    /// Goes on as far as it goes without waiting.
    fn advance(&mut self, time_s: f64) -> Result<(), WireError> {
        if let Phase::Away { retry_s } = self.phase {
            // A clock that has gone back must not make the wait longer than it can be.
            let waits = time_s < retry_s && retry_s - time_s <= RETRY_S[1];
            return if waits { Ok(()) } else { self.open(time_s) };
        }
        let done = self.listen(time_s).and_then(|()| self.check(time_s));
        done.map_err(|failure| self.fail(failure, time_s))
    }

    fn open(&mut self, time_s: f64) -> Result<(), WireError> {
        let address = match resolve(&self.host, self.port) {
            Ok(address) => address,
            Err(source) => {
                let _ = self.fail(failure(source.to_string()), time_s);
                return Err(WireError::Resolve { host: self.host.clone(), source });
            }
        };
        let opened = Socket::open(address, &self.place()).map_err(|what| failure(shorten(&what)));
        let asked = opened.and_then(|socket| {
            self.socket = Some(socket);
            self.nonsense = 0;
            self.token = None;
            self.note.clear();
            self.ask(Ask::State, message::state(), time_s)
        });
        asked.map_err(|failure| self.fail(failure, time_s))
    }

    /// Ends a connection; what to tell.
    fn fail(&mut self, Failure { what, advice }: Failure, time_s: f64) -> WireError {
        if let Some(socket) = self.socket.take() {
            socket.close();
        }
        self.phase = Phase::Away { retry_s: time_s + self.wait_s };
        self.wait_s = (2.0 * self.wait_s).min(RETRY_S[1]);
        self.shown_rest = true;
        self.reason.clone_from(&what);
        WireError::Answer { who: format!("VTube Studio at {}", self.place()), what, advice }
    }

    fn ask(&mut self, ask: Ask, text: String, time_s: f64) -> Result<(), Failure> {
        self.write(text)?;
        if ask == Ask::Login {
            // The token is nobody else's.
            self.last_message = message::login("...");
        }
        self.phase = match ask {
            Ask::Token => Phase::Allow,
            _ => Phase::Asked { ask, since_s: time_s },
        };
        Ok(())
    }

    fn write(&mut self, text: String) -> Result<usize, Failure> {
        self.last_message.clear();
        self.last_message.push_str(beginning(&text, SHOWN_BYTES));
        let socket = self.socket.as_mut().ok_or_else(|| failure("nothing"))?;
        socket.send(text).map_err(|what| failure(shorten(&what)))
    }

    /// Sends the last face if faces are shown.
    fn send_last(&mut self, time_s: f64) -> Result<Option<usize>, WireError> {
        let Some(moment) = self.last.filter(|_| self.is_live()) else { return Ok(None) };
        let own = !(0.0..=YIELD_S).contains(&(self.own_from_s - time_s));
        let mut values = injected(&moment, own, self.options.custom);
        values.retain(|one| self.created.contains(&one.id) || self.is_own(&one.id));
        if values.is_empty() {
            return Ok(Some(0));
        }
        let sent = self.write(message::inject(&values)).map_err(|failure| self.fail(failure, time_s))?;
        self.sent_s = time_s;
        self.unanswered_since_s.get_or_insert(time_s);
        self.shown_rest = moment.rest;
        Ok(Some(sent))
    }

    /// Whether VTube Studio has a parameter of its own of this name; if it did not tell, those that it is known to have.
    fn is_own(&self, id: &str) -> bool {
        if self.own.is_empty() { !id.starts_with("Psivox") } else { self.own.contains(id) }
    }
}

impl Drop for VtsLink {
    fn drop(&mut self) {
        if let Some(socket) = self.socket.take() {
            socket.close();
        }
    }
}

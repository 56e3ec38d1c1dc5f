//! What a link makes of what VTube Studio answers, step by step until faces are shown.

use super::{Failure, KEEP_S, Phase, RETRY_S, VtsLink, YIELD_S, failure};
use crate::vts::message::{self, Answer, Ask, shorten};
use crate::vts::socket::{Incoming, MAX_MESSAGES};

/// Longest wait for an answer to anything but the question to the user, s.
const ANSWER_S: f64 = 5.0;

/// If VTube Studio's window with an older question of ours stands open, it is asked again after this, s.
const ASK_AGAIN_S: f64 = 10.0;

/// So many messages that are not the API end a connection.
const MOST_NONSENSE: u32 = 3;

/// Most text that is read at a time.
const MAX_READ_BYTES: usize = 1 << 20;

impl VtsLink {
    /// Reads what has arrived, within bounds.
    pub(super) fn listen(&mut self, time_s: f64) -> Result<(), Failure> {
        let mut bytes = 0;
        for _ in 0..MAX_MESSAGES {
            let Some(socket) = self.socket.as_mut() else { return Ok(()) };
            socket.flush();
            let answer = match socket.read().map_err(|what| failure(shorten(&what)))? {
                Incoming::Nothing => return Ok(()),
                Incoming::Control => continue,
                Incoming::Nonsense => Answer::Nonsense,
                Incoming::Text(text) => {
                    bytes += text.len();
                    message::read(&text)
                }
            };
            self.answer(answer, time_s)?;
            if bytes > MAX_READ_BYTES {
                return Ok(());
            }
        }
        Ok(())
    }

    /// What time alone changes.
    pub(super) fn check(&mut self, time_s: f64) -> Result<(), Failure> {
        let silent = |since_s: f64| time_s - since_s > ANSWER_S;
        match self.phase {
            Phase::Asked { ask, since_s } if silent(since_s) => {
                Err(failure(format!("nothing to {} within {ANSWER_S} s", ask.name())))
            }
            Phase::Create { since_s, .. } if silent(since_s) => {
                Err(failure("nothing when a parameter was created"))
            }
            // Each face is answered. The time runs from the first one without an answer: after a pause the last answer
            // is old, and nothing is wrong.
            Phase::Live if self.unanswered_since_s.is_some_and(silent) => Err(failure("no face any more")),
            Phase::AskLater { at_s } if time_s >= at_s => self.ask(Ask::Token, message::token(), time_s),
            _ => Ok(()),
        }
    }

    fn answer(&mut self, answer: Answer, time_s: f64) -> Result<(), Failure> {
        match (self.phase, answer) {
            (_, Answer::Nonsense) => {
                self.nonsense += 1;
                if self.nonsense >= MOST_NONSENSE { Err(failure("nonsense")) } else { Ok(()) }
            }
            (_, Answer::Error { about, id, message }) => self.refusal(about, id, &message, time_s),
            (Phase::Asked { ask: Ask::State, .. }, Answer::State { active }) => self.greeted(active, time_s),
            (Phase::Allow, Answer::Token(token)) => self.allowed(token, time_s),
            (Phase::Asked { ask: Ask::Login, .. }, Answer::Login(good)) => self.logged_in(good, time_s),
            (Phase::Asked { ask: Ask::List, .. }, Answer::List(names)) => {
                self.own = names.into_iter().collect();
                self.create(0, time_s)
            }
            (Phase::Create { next, .. }, Answer::Created) => {
                self.created.insert(self.custom[next].name.clone());
                self.create(next + 1, time_s)
            }
            (Phase::Live, Answer::Injected) => {
                self.unanswered_since_s = None;
                Ok(())
            }
            // An answer to what is no longer asked, or an event.
            _ => Ok(()),
        }
    }

    fn greeted(&mut self, active: bool, time_s: f64) -> Result<(), Failure> {
        if !active {
            return Err(failure("that its API is switched off"));
        }
        let own = Some(self.options.token.clone()).filter(|token| !token.is_empty() && !self.refused);
        match own.or_else(|| self.store.get(&self.place())) {
            Some(token) => self.log_in(token, false, time_s),
            None => self.ask(Ask::Token, message::token(), time_s),
        }
    }

    fn log_in(&mut self, token: String, fresh: bool, time_s: f64) -> Result<(), Failure> {
        let text = message::login(&token);
        self.token = Some((token, fresh));
        self.ask(Ask::Login, text, time_s)
    }

    fn allowed(&mut self, token: String, time_s: f64) -> Result<(), Failure> {
        if let Err(error) = self.store.set(&self.place(), &token) {
            self.note = format!("its permission could not be kept and will be asked for again: {error}");
        }
        self.log_in(token, true, time_s)
    }

    fn logged_in(&mut self, good: bool, time_s: f64) -> Result<(), Failure> {
        if good {
            return self.relist(time_s);
        }
        let (token, fresh) = self.token.take().unwrap_or_default();
        if token == self.options.token {
            self.refused = true;
        }
        if let Err(error) = self.store.forget(&self.place()) {
            self.note = format!("its old permission could not be forgotten: {error}");
        }
        if fresh {
            return Err(failure("no to the permission that it had just given"));
        }
        self.ask(Ask::Token, message::token(), time_s)
    }

    fn relist(&mut self, time_s: f64) -> Result<(), Failure> {
        self.listed_s = time_s;
        self.created.clear();
        self.ask(Ask::List, message::list(), time_s)
    }

    /// Creates the next parameter, or begins.
    fn create(&mut self, next: usize, time_s: f64) -> Result<(), Failure> {
        match self.custom.get(next).filter(|_| self.options.custom) {
            Some(custom) => {
                let text = message::create(custom);
                self.write(text)?;
                self.phase = Phase::Create { next, since_s: time_s };
            }
            None => {
                self.phase = Phase::Live;
                self.wait_s = RETRY_S[0];
                self.unanswered_since_s = None;
                self.sent_s = time_s - KEEP_S;
                self.shown_rest = true;
            }
        }
        Ok(())
    }

    /// Something was refused: the numbers are those of the API's `ErrorID`.
    fn refusal(&mut self, about: Option<Ask>, id: i64, message: &str, time_s: f64) -> Result<(), Failure> {
        let told = || failure(format!("error {id} ({message})"));
        match (self.phase, id) {
            (_, 1) => Err(failure("that its API is switched off")),
            (Phase::Allow, 50) => {
                if let Some(socket) = self.socket.take() {
                    socket.close();
                }
                self.phase = Phase::Denied;
                Ok(())
            }
            (Phase::Allow, 51) => {
                self.phase = Phase::AskLater { at_s: time_s + ASK_AGAIN_S };
                Ok(())
            }
            (Phase::Create { next, .. }, _) if about == Some(Ask::Create) => {
                self.note = format!("{} could not be created: {message}", self.custom[next].name);
                self.create(next + 1, time_s)
            }
            // Not logged in any more: the next connection shows whether the token is still good.
            (Phase::Live, 8 | 50) => Err(failure("that Psivox is no longer allowed in")),
            (Phase::Live, 453) if time_s - self.listed_s > ASK_AGAIN_S => self.relist(time_s),
            (Phase::Live, 454) => {
                self.unanswered_since_s = None;
                self.own_from_s = time_s + YIELD_S;
                self.note =
                    "another plug-in moves VTube Studio's own parameters; for 30 s only Psivox's are sent"
                        .to_owned();
                Ok(())
            }
            (Phase::Live, _) => {
                self.unanswered_since_s = None;
                self.note = format!("it refuses faces with error {id} ({message})");
                Ok(())
            }
            _ => Err(told()),
        }
    }
}

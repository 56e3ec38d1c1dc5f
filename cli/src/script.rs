//! Where the lines of a performance come from: one that is ready, or a text that is planned while it sounds.

use crate::error::CliError;
use psivox_core::planner::Plan;
use psivox_core::{Delivery, Planner, Score};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Lines that are planned ahead of the one that sounds.
const AHEAD: usize = 3;

/// What comes next.
pub enum Cue {
    /// This line.
    Line(Box<Score>),
    /// A line that is not ready yet.
    Later,
    /// Nothing more.
    End,
}

/// A source of lines.
pub trait Script {
    /// The next line, without waiting.
    ///
    /// # Errors
    /// It cannot be spoken.
    fn next(&mut self) -> Result<Cue, CliError>;
}

/// No line: what is said is said without one.
pub struct Silence;

impl Script for Silence {
    fn next(&mut self) -> Result<Cue, CliError> {
        Ok(Cue::End)
    }
}

/// One line.
pub struct OneLine(Option<Box<Score>>);

impl OneLine {
    /// A script of this line.
    pub fn new(score: Score) -> Self {
        Self(Some(Box::new(score)))
    }
}

impl Script for OneLine {
    fn next(&mut self) -> Result<Cue, CliError> {
        Ok(self.0.take().map_or(Cue::End, Cue::Line))
    }
}

/// A text that a thread plans phrase by phrase.
pub struct TextStream {
    plans: Receiver<Result<Plan, CliError>>,
    first: Option<Plan>,
    /// Told the remarks on the text.
    remark: fn(&[String]),
    /// Ends by itself once `plans` is dropped.
    _thread: JoinHandle<()>,
}

impl TextStream {
    /// Starts planning `text`.
    ///
    /// # Errors
    /// The text cannot be spoken, or the system gives no thread.
    pub fn start(
        text: &str,
        planner: Planner,
        delivery: Delivery,
        remark: fn(&[String]),
    ) -> Result<Self, CliError> {
        let text = text.to_owned();
        let (sender, plans) = sync_channel(AHEAD);
        let thread = Builder::new()
            .name("psivox-plan".to_owned())
            .spawn(move || send_all(&planner, &text, delivery, &sender))
            .map_err(CliError::Thread)?;
        let mut stream = Self { plans, first: None, remark, _thread: thread };
        stream.first = stream.plans.recv().ok().transpose()?;
        Ok(stream)
    }

    fn hand_out(&mut self, plan: Plan) -> Cue {
        let remarks: Vec<String> = plan.notices.into_iter().map(|notice| notice.message).collect();
        (self.remark)(&remarks);
        Cue::Line(Box::new(plan.score))
    }
}

impl Script for TextStream {
    fn next(&mut self) -> Result<Cue, CliError> {
        if let Some(plan) = self.first.take() {
            return Ok(self.hand_out(plan));
        }
        match self.plans.try_recv() {
            Ok(plan) => Ok(self.hand_out(plan?)),
            Err(TryRecvError::Empty) => Ok(Cue::Later),
            Err(TryRecvError::Disconnected) => Ok(Cue::End),
        }
    }
}

/// Plans every phrase; stops when nobody listens any more, because the performance has ended early.
fn send_all(planner: &Planner, text: &str, delivery: Delivery, sender: &SyncSender<Result<Plan, CliError>>) {
    match planner.stream_as(text, delivery) {
        Err(error) => sender.send(Err(error.into())).unwrap_or(()),
        Ok(mut plans) => plans.try_for_each(|plan| sender.send(Ok(plan)).map_err(|_| ())).unwrap_or(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &str) -> Result<TextStream, CliError> {
        let planner = Planner::new(&psivox_core::Persona::named("heart").expect("a persona"));
        TextStream::start(text, planner.expect("a voice"), Delivery::default(), |_| {})
    }

    #[test]
    fn a_stream_ends() {
        let mut stream = stream("One. Two and three.").expect("a stream");
        let mut lines = 0;
        loop {
            match stream.next().expect("planned") {
                Cue::Line(_) => lines += 1,
                Cue::Later => std::thread::sleep(std::time::Duration::from_millis(1)),
                Cue::End => break,
            }
        }
        assert_eq!(lines, 2);
    }

    #[test]
    fn what_cannot_be_spoken_is_refused_at_once() {
        assert!(stream("...").err().is_some_and(|error| error.to_string().contains("nothing to say")));
    }
}

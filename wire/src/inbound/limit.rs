//! How much comes in: what is over the rates is counted and left alone. The clock is the caller's.

/// What is let through in a second. As many may come at once; a rate below 1 lets nothing through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    /// Datagrams that are looked at, 1/s.
    pub datagrams_hz: f64,
    /// Orders of all kinds, 1/s.
    pub messages_hz: f64,
    /// Orders with words in them, or that bring speech, 1/s.
    pub words_hz: f64,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { datagrams_hz: 4_000.0, messages_hz: 1_000.0, words_hz: 20.0 }
    }
}

/// A bucket that fills at its rate and holds one second's worth.
#[derive(Debug)]
struct Bucket {
    rate_hz: f64,
    tokens: f64,
    filled_s: f64,
}

impl Bucket {
    fn new(rate_hz: f64) -> Self {
        Self { rate_hz, tokens: rate_hz, filled_s: 0.0 }
    }

    fn take(&mut self, now_s: f64) -> bool {
        // A clock that steps back gives nothing, and takes nothing away.
        let passed_s = (now_s - self.filled_s).max(0.0);
        self.filled_s = now_s;
        self.tokens = (self.tokens + passed_s * self.rate_hz).min(self.rate_hz);
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

/// Decides what is let through. Times are seconds on any clock of the caller's.
#[derive(Debug)]
pub(super) struct Limiter {
    datagrams: Bucket,
    messages: Bucket,
    words: Bucket,
}

impl Limiter {
    /// Starts with full buckets.
    pub(super) fn new(allowance: Allowance) -> Self {
        Self {
            datagrams: Bucket::new(allowance.datagrams_hz),
            messages: Bucket::new(allowance.messages_hz),
            words: Bucket::new(allowance.words_hz),
        }
    }

    /// Whether a datagram is looked at.
    pub(super) fn datagram(&mut self, now_s: f64) -> bool {
        self.datagrams.take(now_s)
    }

    /// Whether an order is passed on. What ends something always is: it costs nothing to obey twice.
    pub(super) fn order(&mut self, order: &super::Inbound, now_s: f64) -> bool {
        order.ends() || (!order.speaks() || self.words.take(now_s)) && self.messages.take(now_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbound::Inbound;

    fn set() -> Inbound {
        Inbound::Set { id: "rate".into(), value: 1.0 }
    }

    #[test]
    fn a_thousand_orders_a_second_and_no_more() {
        let mut limiter = Limiter::new(Allowance::default());
        let burst = (0..3_000).filter(|_| limiter.order(&set(), 0.0)).count();
        assert_eq!(burst, 1_000);
        // Ten seconds at 5,000 a second: what refills, within the token that was left over.
        let through = (1..=50_000).filter(|n| limiter.order(&set(), f64::from(*n) / 5_000.0)).count();
        assert!((9_999..=10_000).contains(&through), "{through}");
    }

    #[test]
    fn twenty_texts_a_second_while_parameters_go_on() {
        let mut limiter = Limiter::new(Allowance::default());
        let say = Inbound::Speak { text: "a".into(), now: false };
        assert_eq!((0..100).filter(|_| limiter.order(&say, 5.0)).count(), 20);
        assert!(limiter.order(&set(), 5.0));
        assert!(!limiter.order(&say, 5.049));
        assert!(limiter.order(&say, 5.051));
    }

    #[test]
    fn a_stop_comes_through_when_nothing_else_does() {
        let mut limiter = Limiter::new(Allowance::default());
        while limiter.order(&set(), 0.0) {}
        assert!(limiter.order(&Inbound::Stop, 0.0) && limiter.order(&Inbound::Panic, 0.0));
    }

    #[test]
    fn a_clock_that_steps_back_gives_nothing() {
        let mut limiter = Limiter::new(Allowance { datagrams_hz: 1.0, ..Allowance::default() });
        assert!(limiter.datagram(10.0));
        assert!(!limiter.datagram(9.0));
        assert!(!limiter.datagram(9.5));
        assert!(limiter.datagram(10.5));
    }
}

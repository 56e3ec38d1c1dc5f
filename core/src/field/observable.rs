//! The names under which the field is read.

use super::roles::{Band, Pair, Role};

/// What can be read of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observable {
    /// Phase of a role in rad, in (-pi, pi].
    Theta(Role),
    /// Amplitude of a role, 0..=1.
    Amplitude(Role),
    /// Order parameter R of a band, 0..=1.
    Order(Band),
    /// How locked the face is to the voice, 0..=1.
    VoiceFaceOrder,
    /// Energy V in rad/s: that of the couplings, and G of the grammar.
    Energy,
    /// K of a pair as learned, as a share of the target's own rate.
    Coupling(Pair),
    /// Latest prediction error of the prosody.
    Epsilon,
    /// Threshold that it is held against.
    Tau,
    /// Strength of the slow manifold's centroid.
    Memory,
    /// Log of the factor that a partner puts on the rate.
    Entrainment,
}

impl Observable {
    /// Reads a name: `theta.jaw`, `r.brow`, `R.micro`, `R.meso`, `R.macro`, `R.voice_face`, `V`, `K.jaw.micro`, `epsilon`,
    /// `tau`, `memory`, `entrainment`.
    ///
    /// # Errors
    /// What there is.
    pub fn parse(name: &str) -> Result<Self, String> {
        let unknown = || {
            format!(
                "there is no observable '{name}'; use theta.ROLE, r.ROLE, R.micro, R.meso, R.macro, R.voice_face, V, K.TARGET.SOURCE, epsilon, tau, memory or entrainment"
            )
        };
        let role = |name: &str| Role::by_name(name).ok_or_else(unknown);
        Ok(match name.split_once('.') {
            Some(("theta", rest)) => Self::Theta(role(rest)?),
            Some(("r", rest)) => Self::Amplitude(role(rest)?),
            Some(("R", "voice_face")) => Self::VoiceFaceOrder,
            Some(("R", rest)) => {
                Self::Order(Band::ALL.into_iter().find(|band| band.name() == rest).ok_or_else(unknown)?)
            }
            Some(("K", rest)) => Self::Coupling(Pair::parse(rest)?),
            None => match name {
                "V" => Self::Energy,
                "epsilon" => Self::Epsilon,
                "tau" => Self::Tau,
                "memory" => Self::Memory,
                "entrainment" => Self::Entrainment,
                _ => return Err(unknown()),
            },
            _ => return Err(unknown()),
        })
    }

    /// Whether it is an angle, so that what lies between two values goes the short way round.
    pub fn is_angle(self) -> bool {
        matches!(self, Self::Theta(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read() {
        assert_eq!(Observable::parse("theta.jaw"), Ok(Observable::Theta(Role::Jaw)));
        assert_eq!(Observable::parse("R.meso"), Ok(Observable::Order(Band::Meso)));
        assert_eq!(Observable::parse("R.voice_face"), Ok(Observable::VoiceFaceOrder));
        assert!(matches!(Observable::parse("K.jaw.micro"), Ok(Observable::Coupling(_))));
        for bad in ["", "theta", "theta.tail", "R.all", "K.jaw", "W"] {
            assert!(Observable::parse(bad).is_err_and(|error| !error.is_empty()), "{bad}");
        }
    }
}

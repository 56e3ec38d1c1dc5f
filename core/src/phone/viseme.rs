//! The fifteen visemes of Oculus and VRChat.

/// A mouth picture; `as usize` is VRChat's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Viseme {
    /// Silence.
    Sil,
    /// p b m.
    Pp,
    /// f v.
    Ff,
    /// th.
    Th,
    /// t d.
    Dd,
    /// k g ng.
    Kk,
    /// ch j sh zh.
    Ch,
    /// s z.
    Ss,
    /// n l.
    Nn,
    /// r.
    Rr,
    /// Open: father, cut, cat.
    Aa,
    /// Half open, spread: bed, day.
    E,
    /// Close, spread: see, sit.
    Ih,
    /// Half open, rounded: thought, go.
    Oh,
    /// Close, rounded: too, book, w.
    Ou,
}

/// How many visemes there are.
pub const VISEME_COUNT: usize = Viseme::ALL.len();

impl Viseme {
    /// Every viseme in the order of VRChat's indices.
    pub const ALL: [Self; 15] = [
        Self::Sil,
        Self::Pp,
        Self::Ff,
        Self::Th,
        Self::Dd,
        Self::Kk,
        Self::Ch,
        Self::Ss,
        Self::Nn,
        Self::Rr,
        Self::Aa,
        Self::E,
        Self::Ih,
        Self::Oh,
        Self::Ou,
    ];

    /// The name that Oculus and most receivers use.
    pub const fn name(self) -> &'static str {
        match self {
            Viseme::Sil => "sil",
            Viseme::Pp => "PP",
            Viseme::Ff => "FF",
            Viseme::Th => "TH",
            Viseme::Dd => "DD",
            Viseme::Kk => "kk",
            Viseme::Ch => "CH",
            Viseme::Ss => "SS",
            Viseme::Nn => "nn",
            Viseme::Rr => "RR",
            Viseme::Aa => "aa",
            Viseme::E => "E",
            Viseme::Ih => "ih",
            Viseme::Oh => "oh",
            Viseme::Ou => "ou",
        }
    }
}

//! One source, several vector widths: the widest that the machine has is chosen at run time.

/// Defines a function whose body is compiled once for every vector width that x86-64 knows.
///
/// Floating point is neither contracted nor reassociated, so all of them give the same bits. The body has to inline
/// whatever it calls in its loops.
macro_rules! widest {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block) => {
        $(#[$meta])*
        $vis fn $name($($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            fn any_width($($arg: $type),*) $(-> $out)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw")]
                fn avx512($($arg: $type),*) $(-> $out)? {
                    any_width($($arg),*)
                }
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) $(-> $out)? {
                    any_width($($arg),*)
                }
                match $crate::wide::Width::of_this_machine() {
                    // SAFETY: the machine has these features.
                    $crate::wide::Width::Avx512 => return unsafe { avx512($($arg),*) },
                    // SAFETY: the machine has this feature.
                    $crate::wide::Width::Avx2 => return unsafe { avx2($($arg),*) },
                    $crate::wide::Width::Baseline => {}
                }
            }
            any_width($($arg),*)
        }
    };
}

pub(crate) use widest;

/// How wide the vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    /// What every machine of this architecture has.
    Baseline,
    /// 256 bits.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Width {
    /// The widest of this machine. Asks the processor once, later calls read an atomic.
    #[inline]
    pub(crate) fn of_this_machine() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx512f") && has!("avx512vl") && has!("avx512dq") && has!("avx512bw") {
                return Self::Avx512;
            }
            if has!("avx2") {
                return Self::Avx2;
            }
        }
        Self::Baseline
    }
}

//! Numbers as they are typed.

/// A number within bounds.
///
/// # Errors
/// What is expected.
pub fn number(text: &str, low: f32, high: f32) -> Result<f32, String> {
    let value = text.trim().parse().ok().filter(|value| (low..=high).contains(value));
    value.ok_or_else(|| format!("expected a number from {low} to {high}"))
}

/// A number within whole bounds.
///
/// # Errors
/// What is expected.
pub fn within<const LOW: i8, const HIGH: i8>(text: &str) -> Result<f32, String> {
    number(text, f32::from(LOW), f32::from(HIGH))
}

/// A number from 0 to 1.
///
/// # Errors
/// What is expected.
pub fn share(text: &str) -> Result<f32, String> {
    within::<0, 1>(text)
}

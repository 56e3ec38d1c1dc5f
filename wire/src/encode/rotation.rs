//! Turns of head and eyes as quaternions.

/// Quaternion xyzw of turns about the axes x, y and z in rad. As Euler angles of Unity: z first, then x, then y.
///
/// A positive angle turns y to z about x, z to x about y, and x to y about z, whatever the hand of the axes.
pub(super) fn quaternion([about_x, about_y, about_z]: [f32; 3]) -> [f32; 4] {
    let half = |angle: f32| (0.5 * angle).sin_cos();
    let ((sx, cx), (sy, cy), (sz, cz)) = (half(about_x), half(about_y), half(about_z));
    [
        cy * sx * cz + sy * cx * sz,
        sy * cx * cz - cy * sx * sz,
        cy * cx * sz - sy * sx * cz,
        cy * cx * cz + sy * sx * sz,
    ]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::f32::consts::{FRAC_PI_2, FRAC_PI_3};

    /// A vector turned by a quaternion.
    pub fn turned([x, y, z, w]: [f32; 4], [a, b, c]: [f32; 3]) -> [f32; 3] {
        [
            (1.0 - 2.0 * (y * y + z * z)) * a + 2.0 * (x * y - w * z) * b + 2.0 * (x * z + w * y) * c,
            2.0 * (x * y + w * z) * a + (1.0 - 2.0 * (x * x + z * z)) * b + 2.0 * (y * z - w * x) * c,
            2.0 * (x * z - w * y) * a + 2.0 * (y * z + w * x) * b + (1.0 - 2.0 * (x * x + y * y)) * c,
        ]
    }

    /// Whether two lists of numbers are the same but for rounding.
    pub fn near(found: &[f32], expected: &[f32]) -> bool {
        found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5)
    }

    #[test]
    fn a_turn_about_each_axis() {
        const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
        assert_eq!(quaternion([0.0; 3]), [0.0, 0.0, 0.0, 1.0]);
        assert!(near(&quaternion([FRAC_PI_2, 0.0, 0.0]), &[HALF, 0.0, 0.0, HALF]));
        assert!(near(&quaternion([0.0, FRAC_PI_2, 0.0]), &[0.0, HALF, 0.0, HALF]));
        assert!(near(&quaternion([0.0, 0.0, FRAC_PI_2]), &[0.0, 0.0, HALF, HALF]));
        assert!(near(&turned(quaternion([FRAC_PI_2, 0.0, 0.0]), [0.0, 1.0, 0.0]), &[0.0, 0.0, 1.0]));
        assert!(near(&turned(quaternion([0.0, FRAC_PI_2, 0.0]), [0.0, 0.0, 1.0]), &[1.0, 0.0, 0.0]));
        assert!(near(&turned(quaternion([0.0, 0.0, FRAC_PI_2]), [1.0, 0.0, 0.0]), &[0.0, 1.0, 0.0]));
    }

    #[test]
    fn z_comes_first_and_y_last() {
        // x to y, y to z, and z to x: every step is seen.
        let whole = quaternion([FRAC_PI_2; 3]);
        assert!(near(&turned(whole, [1.0, 0.0, 0.0]), &[1.0, 0.0, 0.0]));
        // y goes to -x about z, stays about x, and goes to z about y.
        assert!(near(&turned(whole, [0.0, 1.0, 0.0]), &[0.0, 0.0, 1.0]));
        let length: f32 = quaternion([0.3, -FRAC_PI_3, 1.1]).iter().map(|part| part * part).sum();
        assert!((length - 1.0).abs() < 1e-6);
    }
}

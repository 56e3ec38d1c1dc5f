//! A map of memories: those that were said alike lie together.
//!
//! Its axes are the two principal components of the standardised Koopman coefficients of voice and face, found by
//! subspace iteration on their covariance (Rutishauser 1969): a block of a few more vectors than are wanted, then the
//! eigenvectors within it.

use super::bank::MemoryBank;
use super::record::Memory;
use nalgebra::{DMatrix, DVector, Matrix2, MatrixXx2, Vector2};

/// Coefficients that differ less than this are the same: rounding is no difference in manner.
const FLOOR: f32 = 2e-3;
/// Vectors that are iterated: more than two, so that axes of nearly equal variance do not keep them waiting.
const BLOCK: usize = 6;
/// Iterations; the third axis' share in the second shrinks by the ratio of the seventh's to the second's variance in each.
const ITERATIONS: usize = 24;

/// Where memories lie.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MemoryMap {
    /// Memories and their places, -1..=1; the farthest touches the edge.
    pub points: Vec<(u64, [f32; 2])>,
    /// Share of all differences in manner that each axis shows, 0..=1.
    pub explained: [f32; 2],
}

impl MemoryBank {
    /// The map of all memories. Each axis points where its heaviest coefficient grows.
    pub fn map(&self) -> MemoryMap {
        self.map_like(&MemoryMap::default())
    }

    /// The map of all memories, turned so that those of the last map lie as near to their old places as they can.
    pub fn map_like(&self, last: &MemoryMap) -> MemoryMap {
        let memories: Vec<&Memory> = self.iter().collect();
        let Some(x) = standardised(&memories) else {
            let points = memories.iter().map(|memory| (memory.id, [0.0; 2])).collect();
            return MemoryMap { points, explained: [0.0; 2] };
        };
        let all: f32 = x.iter().map(|x| x * x).sum();
        let places = &x * axes(&x);
        let places = match turn(&memories, &places, last) {
            Some(turn) => places * turn,
            None => places,
        };
        let explained = [0, 1].map(|axis| places.column(axis).norm_squared() / all.max(f32::MIN_POSITIVE));
        let farthest = places.amax().max(f32::MIN_POSITIVE);
        let place = |row: usize| [0, 1].map(|axis| places[(row, axis)] / farthest);
        let points = memories.iter().enumerate().map(|(row, memory)| (memory.id, place(row))).collect();
        MemoryMap { points, explained }
    }
}

/// Coefficients by memory (rows), each with mean 0 and deviation 1; none where nothing differs.
fn standardised(memories: &[&Memory]) -> Option<DMatrix<f32>> {
    let count = memories.len();
    let rows: Vec<f32> = memories
        .iter()
        .flat_map(|memory| memory.manner.voice.iter().chain(&memory.manner.face).flatten().copied())
        .collect();
    if count < 2 {
        return None;
    }
    let x = DMatrix::from_row_slice(count, rows.len() / count, &rows);
    let mut columns = Vec::new();
    for column in x.column_iter() {
        let mean = column.mean();
        let deviation = (column.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / count as f32).sqrt();
        if deviation > FLOOR {
            columns.push(DVector::from_iterator(count, column.iter().map(|x| (x - mean) / deviation)));
        }
    }
    (!columns.is_empty()).then(|| DMatrix::from_columns(&columns))
}

/// The two principal axes (columns), by descending variance.
fn axes(x: &DMatrix<f32>) -> MatrixXx2<f32> {
    let width = x.ncols();
    let covariance = x.transpose() * x / x.nrows() as f32;
    let block = BLOCK.min(width);
    // Any start does that has a share in every axis; this one is the same every time.
    let start = |row: usize, column: usize| ((1 + row) as f32 * (1.0 + 0.618_034 * column as f32)).sin();
    let mut vectors = DMatrix::from_fn(width, block, start).qr().q();
    for _ in 0..ITERATIONS {
        vectors = (&covariance * vectors).qr().q();
    }
    let within = vectors.tr_mul(&(&covariance * &vectors)).symmetric_eigen();
    let mut order: Vec<usize> = (0..within.eigenvalues.len()).collect();
    order.sort_by(|a, b| within.eigenvalues[*b].total_cmp(&within.eigenvalues[*a]));
    let mut axes = MatrixXx2::zeros(width);
    for (to, from) in order.into_iter().take(2).enumerate() {
        let axis = &vectors * within.eigenvectors.column(from);
        let heaviest = axis.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(1.0);
        axes.set_column(to, &(axis * heaviest.signum()));
    }
    axes
}

/// The rotation or reflection that brings places nearest to those of the last map (orthogonal Procrustes).
fn turn(memories: &[&Memory], places: &MatrixXx2<f32>, last: &MemoryMap) -> Option<Matrix2<f32>> {
    let mut product = Matrix2::zeros();
    for (row, memory) in memories.iter().enumerate() {
        let Ok(at) = last.points.binary_search_by_key(&memory.id, |point| point.0) else { continue };
        let now = Vector2::new(places[(row, 0)], places[(row, 1)]);
        product += now * Vector2::from(last.points[at].1).transpose();
    }
    if product.norm() < 1e-6 {
        return None;
    }
    let svd = product.svd(true, true);
    Some(svd.u? * svd.v_t?)
}

#[cfg(test)]
mod tests {
    use super::super::samples::said;
    use super::*;

    /// Two manners that differ in two directions, and a little noise.
    fn bank(count: u64) -> MemoryBank {
        let mut bank = MemoryBank::default();
        for index in 0..count {
            let mut memory = said(1, "Something.");
            let wild = said(index, "Something.");
            let sign = |bit: u64| if index >> bit & 1 == 1 { 1.0 } else { -1.0 };
            for row in 0..12 {
                for k in 0..4 {
                    let direction = if row < 8 { sign(0) } else { sign(1) };
                    memory.manner.voice[row][k] =
                        direction + 0.1 * wild.manner.voice[row][k].clamp(-2.0, 2.0);
                }
            }
            bank.keep(memory).expect("kept");
        }
        bank
    }

    fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
        (a[0] - b[0]).hypot(a[1] - b[1])
    }

    #[test]
    fn what_was_said_alike_lies_together() {
        let map = bank(40).map();
        let place = |index: usize| map.points[index].1;
        for index in 4..40 {
            assert!(distance(place(index), place(index % 4)) < 0.4, "{index} {:?}", place(index));
            for other in 0..4 {
                if other != index % 4 {
                    assert!(distance(place(index), place(other)) > 0.5, "{index} {other}");
                }
            }
        }
        assert!(
            map.explained[0] > map.explained[1] && map.explained.iter().sum::<f32>() > 0.9,
            "{:?}",
            map.explained
        );
        let edge = map.points.iter().flat_map(|point| point.1).fold(0.0_f32, |most, x| most.max(x.abs()));
        assert!((edge - 1.0).abs() < 1e-5);
        assert_eq!(bank(40).map(), map);
    }

    #[test]
    fn few_and_equal_memories_have_places_too() {
        assert_eq!(MemoryBank::default().map(), MemoryMap::default());
        let mut bank = MemoryBank::default();
        bank.keep(said(1, "One.")).expect("kept");
        assert_eq!(bank.map().points, [(1, [0.0; 2])]);
        bank.keep(said(1, "One.")).expect("kept");
        assert_eq!(bank.map(), MemoryMap { points: vec![(1, [0.0; 2]), (2, [0.0; 2])], explained: [0.0; 2] });
        bank.keep(said(2, "Two.")).expect("kept");
        let map = bank.map();
        assert!(
            map.points[0].1 == map.points[1].1 && distance(map.points[0].1, map.points[2].1) > 0.5,
            "{map:?}"
        );
        assert!((map.explained[0] - 1.0).abs() < 1e-3 && map.explained[1] < 1e-3, "{map:?}");
    }

    #[test]
    fn a_new_memory_leaves_the_others_where_they_are() {
        let mut last = bank(30).map();
        // As if the map had been drawn the other way round.
        last.points.iter_mut().for_each(|point| point.1 = [-point.1[1], point.1[0]]);
        let bank = bank(31);
        let moved = |map: &MemoryMap| {
            let moved = last.points.iter().zip(&map.points).map(|(old, new)| distance(old.1, new.1));
            moved.sum::<f32>() / 30.0
        };
        assert!(
            moved(&bank.map()) > 0.5 && moved(&bank.map_like(&last)) < 0.1,
            "{}",
            moved(&bank.map_like(&last))
        );
        let (alone, again) = (bank.map(), bank.map_like(&bank.map()));
        assert!(alone.points.iter().zip(&again.points).all(|(a, b)| distance(a.1, b.1) < 1e-3));
    }
}

//! The outline of a mask along the edges of its pixels.

use std::collections::{HashMap, HashSet};

/// The rings around pixels, in units of pixels: pixel `[x, y]` reaches from `[x, y]` to `[x + 1, y + 1]`. Outer rings run
/// clockwise as seen with y downwards, holes the other way round. Where two pixels touch at a corner only, rings stay apart.
pub(crate) fn rings(pixels: &HashSet<[u32; 2]>) -> Vec<Vec<[f64; 2]>> {
    // Each edge begins at a corner and runs in a direction with the mask at its right hand: 0 right, 1 down, 2 left, 3 up.
    let mut edges: HashMap<[i64; 2], [bool; 4]> = HashMap::new();
    let has = |x: i64, y: i64| {
        u32::try_from(x).ok().zip(u32::try_from(y).ok()).is_some_and(|(x, y)| pixels.contains(&[x, y]))
    };
    let mut corners = Vec::new();
    for &[x, y] in pixels {
        let (x, y) = (i64::from(x), i64::from(y));
        let around =
            [([x, y - 1], [x, y]), ([x + 1, y], [x + 1, y]), ([x, y + 1], [x + 1, y + 1]), ([x - 1, y], [x, y + 1])];
        for (direction, ([nx, ny], corner)) in around.into_iter().enumerate() {
            if !has(nx, ny) {
                if let Some(edge) = edges.entry(corner).or_default().get_mut(direction) {
                    *edge = true;
                }
                corners.push((corner, direction));
            }
        }
    }
    // The order of a set is not the same every time; that of the rings is.
    corners.sort_unstable_by_key(|&([x, y], direction)| (y, x, direction));
    let mut rings = Vec::new();
    for (start, direction) in corners {
        let mut ring = Vec::new();
        let (mut at, mut heading) = (start, direction);
        while take(&mut edges, at, heading) {
            if ring.is_empty() || turned(&ring, at, heading) {
                ring.push(at);
            }
            let [x, y] = at;
            at = match heading {
                0 => [x + 1, y],
                1 => [x, y + 1],
                2 => [x - 1, y],
                _ => [x, y - 1],
            };
            // Sharpest turn to the right first: that keeps pixels apart that touch at a corner only.
            let next = [(heading + 1) % 4, heading, (heading + 3) % 4];
            let Some(next) =
                next.into_iter().find(|next| edges.get(&at).and_then(|e| e.get(*next)).is_some_and(|e| *e))
            else {
                break;
            };
            heading = next;
        }
        if ring.len() > 2 {
            rings.push(ring.into_iter().map(|[x, y]| [x as f64, y as f64]).collect());
        }
    }
    rings
}

/// Takes an edge away, if it is still there.
fn take(edges: &mut HashMap<[i64; 2], [bool; 4]>, at: [i64; 2], heading: usize) -> bool {
    edges.get_mut(&at).and_then(|edges| edges.get_mut(heading)).is_some_and(std::mem::take)
}

/// Whether the way to the next corner is not the way by which this one was reached.
fn turned(ring: &[[i64; 2]], at: [i64; 2], heading: usize) -> bool {
    let Some(&[x, y]) = ring.last() else { return true };
    let [ax, ay] = at;
    let came = if ay == y {
        if ax > x { 0 } else { 2 }
    } else if ay > y {
        1
    } else {
        3
    };
    came != heading
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn area(ring: &[[f64; 2]]) -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|([x, y], [nx, ny])| x * ny - nx * y).sum::<f64>() / 2.0
    }

    #[test]
    fn one_pixel_two_and_a_hole() {
        assert_eq!(rings(&[[2, 3]].into()), [vec![[2.0, 3.0], [3.0, 3.0], [3.0, 4.0], [2.0, 4.0]]]);
        assert_eq!(rings(&[[0, 0], [1, 1]].into()).len(), 2);
        let ring: HashSet<[u32; 2]> = (0..9).filter(|n| *n != 4).map(|n| [n % 3, n / 3]).collect();
        let found = rings(&ring);
        assert_eq!(found.iter().map(|r| area(r)).collect::<Vec<_>>(), [9.0, -1.0]);
        assert!(rings(&HashSet::new()).is_empty());
    }

    proptest! {
        #[test]
        fn rings_enclose_just_the_pixels(pixels in proptest::collection::hash_set([0u32..9, 0u32..9], 0..60)) {
            let found = rings(&pixels);
            prop_assert_eq!(found.iter().map(|r| area(r)).sum::<f64>(), pixels.len() as f64);
        }
    }
}

//! Where in an image another one fits best.

/// An image that others are compared with.
#[derive(Debug)]
pub(super) struct Template {
    image: Vec<f64>,
    width: usize,
    height: usize,
    reach: usize,
}

/// Every how many pixels the first, coarse search looks, along both axes.
const STRIDE: usize = 2;

impl Template {
    pub(super) fn new(image: Vec<f64>, [width, height]: [usize; 2], reach: usize) -> Self {
        Self { image, width, height, reach }
    }

    /// The shift of a frame: first whole pixels over the window, then the top of a parabola through the best and its neighbours.
    pub(super) fn find(&self, frame: &[f64]) -> [f64; 2] {
        let reach = self.reach as isize;
        let mut best = ([0, 0], self.correlation(frame, [0, 0], STRIDE));
        for dx in -reach..=reach {
            for dy in -reach..=reach {
                let correlation = self.correlation(frame, [dx, dy], STRIDE);
                if correlation > best.1 {
                    best = ([dx, dy], correlation);
                }
            }
        }
        let [dx, dy] = best.0;
        let fine = |at: [isize; 2]| self.correlation(frame, at, 1);
        let top = fine(best.0);
        [
            dx as f64 + vertex(fine([dx - 1, dy]), top, fine([dx + 1, dy])),
            dy as f64 + vertex(fine([dx, dy - 1]), top, fine([dx, dy + 1])),
        ]
    }

    /// Pearson's correlation of the inner part of the template with the frame shifted back; 0 where one of them is flat.
    fn correlation(&self, frame: &[f64], [dx, dy]: [isize; 2], stride: usize) -> f64 {
        // One more than the window, for the neighbours of its edge.
        let border = self.reach + 1;
        let (mut n, mut a, mut b, mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        let ys = border..self.height.saturating_sub(border);
        for x in (border..self.width.saturating_sub(border)).step_by(stride) {
            let from = x * self.height;
            let shifted = (x.saturating_add_signed(dx) * self.height).saturating_add_signed(dy);
            let template = self.image.get(from + ys.start..from + ys.end).unwrap_or_default();
            let frame = frame.get(shifted + ys.start..shifted + ys.end).unwrap_or_default();
            for (&u, &v) in template.iter().zip(frame).step_by(stride) {
                n += 1.0;
                a += u;
                b += v;
                aa += u * u;
                bb += v * v;
                ab += u * v;
            }
        }
        let scale = (aa - a * a / n) * (bb - b * b / n);
        if scale > 0.0 { (ab - a * b / n) / scale.sqrt() } else { 0.0 }
    }
}

/// Where the parabola through three values has its top, seen from the middle one.
fn vertex(before: f64, top: f64, after: f64) -> f64 {
    let bend = before - 2.0 * top + after;
    if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whole_and_half_pixels() {
        let (width, height) = (50, 40);
        let image = |sx: f64, sy: f64| {
            let bump = |x: f64, y: f64| (-((x - 24.0).powi(2) + (y - 19.0).powi(2)) / 18.0).exp();
            let mut image = vec![];
            for x in 0..width {
                image.extend((0..height).map(|y| 3.0 + bump(x as f64 - sx, y as f64 - sy)));
            }
            image
        };
        let template = Template::new(image(0.0, 0.0), [width, height], 5);
        for [sx, sy] in [[0.0, 0.0], [3.0, -2.0], [-5.0, 5.0], [1.5, 0.25]] {
            let [x, y] = template.find(&image(sx, sy));
            assert!((x - sx).abs() < 0.1 && (y - sy).abs() < 0.1, "{sx} {sy}: {x} {y}");
        }
    }
}

//! Parts of arrays, as NumPy writes them: `0:10, :, -1`.

use nwb::model::selection::Steps;

/// What is asked for along each axis; axes that are not named are taken whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slices(Vec<Slice>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Slice {
    Index(i64),
    Range {
        start: Option<i64>,
        end: Option<i64>,
        step: u64,
    },
    /// As many whole axes as it takes.
    Rest,
}

/// What a block may take in memory.
const BLOCK_BYTES: u64 = 8 << 20;

/// So much is read at once where a chunk is that large, so that it need not be decoded twice.
const CHUNK_BYTES: u64 = 64 << 20;

/// A part of an array of a certain shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picked {
    /// Along every axis of the array.
    axes: Vec<Steps>,
    /// Shape of the result: an axis of which one element was asked for by its index is left out.
    pub(crate) shape: Vec<u64>,
}

impl Slices {
    /// What stands between the brackets.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let parts = match parts.as_slice() {
            [rest @ .., ""] if !rest.is_empty() => rest,
            all => all,
        };
        let slices = parts.iter().map(|part| one(part)).collect::<Result<Vec<_>, _>>()?;
        if slices.iter().filter(|slice| **slice == Slice::Rest).count() > 1 {
            return Err("... may stand once in a part".into());
        }
        Ok(Self(slices))
    }

    /// What that is of an array of this shape. As in NumPy, a range may reach outside, an index may not.
    pub(crate) fn resolve(&self, shape: &[u64]) -> Result<Picked, String> {
        let named = self.0.iter().filter(|slice| **slice != Slice::Rest).count();
        if named > shape.len() {
            let axes = match shape.len() {
                0 => "it is a single value".to_owned(),
                1 => format!("it has one axis, of length {}", shape.first().unwrap_or(&0)),
                n => format!("it has {n} axes, of lengths {shape:?}"),
            };
            return Err(format!("the part has {named} axes and {axes}"));
        }
        let whole = Slice::Range { start: None, end: None, step: 1 };
        let mut slices = Vec::with_capacity(shape.len());
        for slice in &self.0 {
            match slice {
                Slice::Rest => slices.extend(std::iter::repeat_n(&whole, shape.len() - named)),
                slice => slices.push(slice),
            }
        }
        slices.resize(shape.len(), &whole);
        let mut picked = Picked { axes: Vec::new(), shape: Vec::new() };
        for (axis, (slice, &len)) in slices.into_iter().zip(shape).enumerate() {
            match slice {
                Slice::Index(index) => {
                    let at =
                        if *index < 0 { len.checked_sub(index.unsigned_abs()) } else { Some(index.unsigned_abs()) };
                    let at = at.filter(|&at| at < len).ok_or_else(|| match len {
                        0 => format!("there is no element {index}: axis {axis} is empty"),
                        _ => format!("there is no element {index} on axis {axis}, only 0 to {}", len - 1),
                    })?;
                    picked.axes.push(Steps::run(at, 1));
                }
                Slice::Range { start, end, step } => {
                    let clamped = |at: i64| {
                        if at < 0 { len.saturating_sub(at.unsigned_abs()) } else { at.unsigned_abs().min(len) }
                    };
                    let (start, end) = (start.map_or(0, clamped), end.map_or(len, clamped));
                    let count = end.saturating_sub(start).div_ceil(*step);
                    picked.axes.push(Steps { start, count, step: *step });
                    picked.shape.push(count);
                }
                Slice::Rest => {}
            }
        }
        Ok(picked)
    }
}

fn one(part: &str) -> Result<Slice, String> {
    if part == "..." {
        return Ok(Slice::Rest);
    }
    let number = |text: &str| -> Result<Option<i64>, String> {
        match text.trim() {
            "" => Ok(None),
            text => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(format!("\"{part}\" is no part of an axis; 3, 0:10, :, -5: or ::2 are")),
            },
        }
    };
    let fields: Vec<&str> = part.split(':').collect();
    match fields.as_slice() {
        [index] => match number(index)? {
            Some(index) => Ok(Slice::Index(index)),
            None => Err("there is nothing between two commas; : is a whole axis".into()),
        },
        [start, end, step @ ..] if step.len() <= 1 => {
            let step = match step.first().map(|step| number(step)).transpose()?.flatten() {
                None => 1,
                Some(step) => u64::try_from(step)
                    .ok()
                    .filter(|step| *step > 0)
                    .ok_or_else(|| format!("the step of \"{part}\" has to be above 0"))?,
            };
            Ok(Slice::Range { start: number(start)?, end: number(end)?, step })
        }
        _ => Err(format!("\"{part}\" has too many colons; start:end:step is the most")),
    }
}

impl Picked {
    /// How many elements.
    pub(crate) fn len(&self) -> u64 {
        self.shape.iter().fold(1, |len, axis| len.saturating_mul(*axis))
    }

    /// The same in pieces, in order: each small enough to be held.
    pub(crate) fn blocks(&self, size: usize, chunk: &[u64]) -> impl Iterator<Item = Vec<Steps>> + use<> {
        let size = (size as u64).max(1);
        let below =
            |axis: usize| self.axes.iter().skip(axis + 1).fold(size, |bytes, steps| bytes.saturating_mul(steps.count));
        // The first axis whose elements are small enough is cut; those before it go by one, those behind it are whole.
        let cut = (0..self.axes.len()).find(|&axis| below(axis) <= CHUNK_BYTES).unwrap_or(0);
        let row = below(cut).max(1);
        let mut rows = (BLOCK_BYTES / row).max(1);
        if let (Some(steps), Some(&chunk)) = (self.axes.get(cut), chunk.get(cut))
            && steps.step == 1
            && chunk > 0
        {
            rows = if rows > chunk { rows / chunk * chunk } else { chunk.min((CHUNK_BYTES / row).max(1)) };
        }
        let axes: Vec<(Steps, u64)> = (0..)
            .zip(&self.axes)
            .map(|(axis, steps)| match axis {
                axis if axis < cut => (*steps, 1),
                axis if axis == cut => (*steps, rows),
                _ => (*steps, steps.count.max(1)),
            })
            .collect();
        let pieces = |(steps, at_once): &(Steps, u64)| u128::from(steps.count.div_ceil(*at_once));
        let count = axes.iter().fold(1u128, |count, axis| count.saturating_mul(pieces(axis)));
        (0..count).map(move |mut number| {
            let mut block = Vec::with_capacity(axes.len());
            for axis @ (steps, at_once) in axes.iter().rev() {
                let first = u64::try_from(number % pieces(axis)).unwrap_or(u64::MAX).saturating_mul(*at_once);
                number /= pieces(axis);
                block.push(Steps {
                    start: steps.start + first * steps.step,
                    count: (*at_once).min(steps.count - first),
                    step: steps.step,
                });
            }
            block.reverse();
            block
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(text: &str, shape: &[u64]) -> Result<Picked, String> {
        Slices::parse(text)?.resolve(shape)
    }

    #[test]
    fn parts_are_those_of_numpy() {
        let steps = |start, count, step| Steps { start, count, step };
        type Case<'a> = (&'a str, &'a [u64], Vec<Steps>, Vec<u64>);
        let cases: [Case<'_>; 7] = [
            ("3", &[5], vec![steps(3, 1, 1)], vec![]),
            ("-1, :", &[5, 2], vec![steps(4, 1, 1), steps(0, 2, 1)], vec![2]),
            ("1:100:2", &[8], vec![steps(1, 4, 2)], vec![4]),
            ("-2:", &[8], vec![steps(6, 2, 1)], vec![2]),
            ("..., 0", &[3, 4, 5], vec![steps(0, 3, 1), steps(0, 4, 1), steps(0, 1, 1)], vec![3, 4]),
            ("2:1,", &[3, 4], vec![steps(2, 0, 1), steps(0, 4, 1)], vec![0, 4]),
            (":", &[0], vec![steps(0, 0, 1)], vec![0]),
        ];
        for (text, shape, axes, left) in cases {
            assert_eq!(picked(text, shape), Ok(Picked { axes, shape: left }), "{text}");
        }
        for (text, shape) in [
            ("", &[3][..]),
            ("5", &[5]),
            ("-6", &[5]),
            ("0, 0", &[5]),
            ("a", &[5]),
            ("::0", &[5]),
            ("::-1", &[5]),
            ("1:2:3:4", &[5]),
            ("0", &[0]),
            ("..., ...", &[5]),
        ] {
            assert!(picked(text, shape).is_err(), "{text}");
        }
    }

    #[test]
    fn what_a_file_says_costs_no_memory() {
        let all = Slices::default().resolve(&[1 << 60, 1 << 40, 3]).unwrap();
        assert_eq!(all.blocks(8, &[]).next().unwrap().first().unwrap().count, 1);
        assert_eq!(Slices::default().resolve(&[1 << 60, 0]).unwrap().blocks(8, &[]).count(), 0);
    }

    #[test]
    fn blocks_are_all_of_it_in_order() {
        for (shape, size, chunk) in [
            (vec![10u64, 7], 8usize, vec![]),
            (vec![3, 1 << 21, 5], 8, vec![1, 1024, 5]),
            (vec![1 << 24], 2, vec![1 << 20]),
            (vec![], 8, vec![]),
        ] {
            let all = Slices::default().resolve(&shape).unwrap();
            let blocks: Vec<_> = all.blocks(size, &chunk).collect();
            let len = |block: &[Steps]| block.iter().map(|steps| steps.count).product::<u64>();
            assert_eq!(blocks.iter().map(|block| len(block)).sum::<u64>(), all.len());
            assert!(blocks.iter().all(|block| len(block) * size as u64 <= CHUNK_BYTES));
            let first = |block: &[Steps]| block.iter().zip(&shape).fold(0, |at, (steps, len)| at * len + steps.start);
            assert!(blocks.windows(2).all(|two| first(&two[0]) < first(&two[1])));
        }
    }
}

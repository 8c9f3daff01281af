//! What ImageJ writes into the description of the first page.

/// How ImageJ's pages are to be understood: channels vary fastest, then slices, then frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hyperstack {
    /// How many images the file holds.
    pub images: u64,
    /// How many channels.
    pub channels: u64,
    /// How many planes. A movie is often declared as so many slices of one frame.
    pub slices: u64,
    /// How many points in time.
    pub frames: u64,
}

impl Hyperstack {
    /// What a description says, if it is ImageJ's.
    pub(super) fn parse(description: &str) -> Option<Self> {
        if !description.starts_with("ImageJ=") {
            return None;
        }
        let number = |key: &str| {
            let line = description.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.and_then(|value| value.trim().parse::<u64>().ok()).filter(|&n| n > 0)
        };
        Some(Self {
            images: number("images").unwrap_or(1),
            channels: number("channels").unwrap_or(1),
            slices: number("slices").unwrap_or(1),
            frames: number("frames").unwrap_or(1),
        })
    }

    /// Whether pages that follow each other are not the same thing at two times.
    pub(super) fn interleaves(self) -> bool {
        self.channels > 1 || (self.slices > 1 && self.frames > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_description() {
        let stack =
            Hyperstack::parse("ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\n").unwrap();
        assert_eq!(stack, Hyperstack { images: 12, channels: 2, slices: 3, frames: 2 });
        assert!(stack.interleaves());
        let movie = Hyperstack::parse("ImageJ=1.46r\nimages=20\nslices=20\nmin=0\n").unwrap();
        assert!(movie.slices == 20 && !movie.interleaves());
        assert_eq!(Hyperstack::parse("images=12"), None);
        assert_eq!(Hyperstack::parse("ImageJ=1.0\nimages=-3").unwrap().images, 1);
    }
}

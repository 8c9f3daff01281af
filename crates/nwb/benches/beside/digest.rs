//! A digest of values, the same as that of `../python/digest.py`.

use sha2::{Digest as _, Sha256};

/// Values, to be digested when the clock has stopped.
#[derive(Default)]
pub(crate) struct Seen(Vec<u8>);

impl Seen {
    /// A text and where it ends.
    pub(crate) fn text(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
        self.0.push(0);
    }

    /// A text, or that there is none.
    pub(crate) fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.0.push(1),
        }
    }

    /// A number, or that there is none.
    pub(crate) fn optional(&mut self, number: Option<f64>) {
        match number {
            Some(number) => self.elements(&[number]),
            None => self.0.push(1),
        }
    }

    /// Numbers as they lie in memory.
    pub(crate) fn elements<T: bytemuck::NoUninit>(&mut self, elements: &[T]) {
        self.0.extend_from_slice(bytemuck::cast_slice(elements));
    }

    /// The digest of all of it.
    pub(crate) fn digest(&self) -> String {
        of(&self.0)
    }
}

/// SHA-256 of what comes in pieces.
#[derive(Default)]
pub(crate) struct Running(Sha256);

impl Running {
    pub(crate) fn elements<T: bytemuck::NoUninit>(&mut self, elements: &[T]) {
        self.0.update(bytemuck::cast_slice::<T, u8>(elements));
    }

    pub(crate) fn digest(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The digest of an array's elements.
pub(crate) fn of<T: bytemuck::NoUninit>(elements: &[T]) -> String {
    let mut running = Running::default();
    running.elements(elements);
    running.digest()
}

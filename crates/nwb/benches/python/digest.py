"""Digests of values, the same as those of `../beside/digest.rs`."""

from __future__ import annotations

import hashlib
import struct

import numpy as np


def of(array) -> str:
    """SHA-256 of an array's elements as they lie in memory."""
    return hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).reshape(-1)).hexdigest()


class Seen:
    """Values that are digested together."""

    def __init__(self):
        self.parts = []

    def text(self, text):
        """A text and where it ends; `None` is told from an empty one."""
        self.parts.append(b"\x01" if text is None else (text if isinstance(text, bytes) else text.encode()) + b"\x00")

    def number(self, number):
        """A number, or that there is none."""
        self.parts.append(b"\x01" if number is None else struct.pack("=d", number))

    def elements(self, array):
        """Numbers as they lie in memory."""
        self.parts.append(np.ascontiguousarray(array).tobytes())

    def digest(self) -> str:
        return hashlib.sha256(b"".join(self.parts)).hexdigest()

"""Reads multi-page TIFF files of the plainest kind, without any package: the tests' own view of a movie's pixels.

Uncompressed strips, one sample for each pixel, 8, 16 or 32 bits, integer or float, both byte orders, no BigTIFF. Anything else is refused.
"""

from __future__ import annotations

import struct

import numpy as np

FIELD = {1: "B", 3: "H", 4: "I"}


def read(path) -> np.ndarray:
    """The frames as an array (page, row, column)."""
    with open(path, "rb") as file:
        content = file.read()
    order = {b"II": "<", b"MM": ">"}.get(content[:2])
    if order is None or struct.unpack(order + "H", content[2:4])[0] != 42:
        raise ValueError(f"{path}: not a classic TIFF file")
    frames, offset = [], struct.unpack(order + "I", content[4:8])[0]
    while offset:
        tags, offset = directory(content, order, offset)
        frames.append(page(content, order, tags))
    return np.stack(frames)


def directory(content, order, offset):
    """The tags of one page, and the offset of the next page."""
    (count,) = struct.unpack_from(order + "H", content, offset)
    tags = {}
    for index in range(count):
        at = offset + 2 + 12 * index
        tag, kind, number = struct.unpack_from(order + "HHI", content, at)
        if kind in FIELD:
            form = f"{order}{number}{FIELD[kind]}"
            where = at + 8 if struct.calcsize(form) <= 4 else struct.unpack_from(order + "I", content, at + 8)[0]
            tags[tag] = struct.unpack_from(form, content, where)
    return tags, struct.unpack_from(order + "I", content, offset + 2 + 12 * count)[0]


def page(content, order, tags) -> np.ndarray:
    """The pixels of one page."""
    width, height, bits = tags[256][0], tags[257][0], tags.get(258, (1,))[0]
    kind = {1: "u", 2: "i", 3: "f"}.get(tags.get(339, (1,))[0])
    if tags.get(259, (1,))[0] != 1 or tags.get(277, (1,))[0] != 1 or bits not in (8, 16, 32) or kind is None or 273 not in tags:
        raise ValueError("only uncompressed strips of one sample with 8, 16 or 32 bits are read")
    strips = b"".join(content[start:start + size] for start, size in zip(tags[273], tags[279]))
    return np.frombuffer(strips, dtype=f"{order}{kind}{bits // 8}").reshape(height, width).astype(f"<{kind}{bits // 8}")

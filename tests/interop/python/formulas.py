"""Arrays made from formulas in whole numbers, so that another language can make the very same ones."""

from __future__ import annotations

import hashlib

import numpy as np

# digest of the little-endian bytes of each array made so far -> its formula, so that a description can name it
MADE: dict[str, str] = {}


def digest(values) -> str:
    """Digest of an array's elements and type."""
    values = np.ascontiguousarray(values)
    return hashlib.sha256(values.dtype.str.encode() + repr(values.shape).encode() + values.tobytes()).hexdigest()


def array(formula: str, axes: str, shape: tuple, dtype: str) -> np.ndarray:
    """The array whose element at the indices named by `axes` is `formula`, computed in 64-bit integers (`/` in f64), then
    cast to `dtype`. `where(c, a, b)` is a where c holds, else b."""
    indices = dict(zip(axes.split(), np.indices(shape, dtype=np.int64)))
    values = eval(formula, {"__builtins__": {}, "where": np.where}, indices)  # noqa: S307, only this project's own formulas
    values = np.broadcast_to(values, shape).astype(dtype)
    MADE[digest(values)] = f"[{', '.join(axes.split())}] = {formula}"
    return values

"""`movie.py FILE...`: the digest of the elements of `/acquisition/movie/data` of each, read by h5py in blocks, a line for each."""

from __future__ import annotations

import hashlib
import sys

import h5py
import numpy as np

for path in sys.argv[1:]:
    found = hashlib.sha256()
    with h5py.File(path, "r") as file:
        data = file["acquisition/movie/data"]
        # Whole chunks, so that each is inflated once, and some of them at a time.
        step = (data.chunks or (1,))[0]
        step *= max(1, (64 << 20) // (step * data[0].nbytes))
        for start in range(0, len(data), step):
            found.update(np.ascontiguousarray(data[start : start + step]).view(np.uint8).reshape(-1))
    print(found.hexdigest())

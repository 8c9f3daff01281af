"""`layout.py FILE`: the options with which h5repack gives datasets the chunks and filters that they have in the file.

Datasets of less than 16 kB are left out: nobody repacks them.
"""

from __future__ import annotations

import sys

import h5py

options = []


def visit(name, found):
    if isinstance(found, h5py.Dataset) and found.chunks and found.nbytes >= 16384:
        if found.shuffle:
            options.append(f"-f {name}:SHUF")
        if found.compression == "gzip":
            options.append(f"-f {name}:GZIP={found.compression_opts}")
        options.append(f"-l {name}:CHUNK={'x'.join(map(str, found.chunks))}")


with h5py.File(sys.argv[1], "r") as file:
    file.visititems(visit)
print(" ".join(options))

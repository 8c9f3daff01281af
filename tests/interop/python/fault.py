"""Makes exactly one change in a copy of an NWB file, to show that a comparison finds it.

    fault.py IN OUT --kind value|dtype|link|attribute|missing|extra|reference [--path PATH]

Prints the path of what was changed (an attribute as `/object@name`). Without `--path` the change goes to the place that suits the calcium-imaging session.

    value      one number of a dataset, in its middle, by one          link       a soft link leads to another object of the same type
    dtype      a dataset's type becomes wider, its numbers stay        reference  a reference attribute points to another object of the same type
    attribute  one attribute's value                                   missing, extra   one object less; one more (a copy of a sibling)
"""

from __future__ import annotations

import argparse
import shutil
import sys

import h5py
import numpy as np

PLACES = {
    "value": "/acquisition/TwoPhotonSeries/data", "dtype": "/processing/ophys/Fluorescence/by_rate/data", "link": "/acquisition/TwoPhotonSeries/imaging_plane",
    "attribute": "/acquisition/Volumes/data@conversion", "missing": "/general/notes", "extra": "/general/devices/Camera",
    "reference": "/processing/ophys/Fluorescence/by_rate/rois@table",
}
WIDER = {"i1": "i2", "i2": "i4", "i4": "i8", "u1": "u2", "u2": "u4", "u4": "u8", "f2": "f4", "f4": "f8"}


def others(file, path) -> str:
    """The path of another object of the same neurodata type."""
    kind, found = file[path].attrs["neurodata_type"], []
    def note(name, item):
        if item.attrs.get("neurodata_type") == kind and item != file[path]:
            found.append("/" + name)
    file.visititems(note)
    if not found:
        raise ValueError(f"{path}: no other {kind} in the file")
    return sorted(found)[0]


def value(file, path):
    dataset = file[path]
    at = tuple(n // 2 for n in dataset.shape)
    dataset[at] = dataset[at] + 1
    return path


def dtype(file, path):
    old = file[path]
    values, attributes = old[()], dict(old.attrs)
    del file[path]
    new = file.create_dataset(path, data=values.astype(WIDER[values.dtype.str[1:]]))
    for name, item in attributes.items():
        new.attrs[name] = item
    return path


def link(file, path):
    target = others(file, file.get(path, getlink=True).path)
    del file[path]
    file[path] = h5py.SoftLink(target)
    return path


def attribute(file, path):
    owner, name = path.split("@")
    old = file[owner].attrs[name]
    file[owner].attrs[name] = old + "x" if isinstance(old, str) else old + 1
    return path


def reference(file, path):
    owner, name = path.split("@")
    target = others(file, file[file[owner].attrs[name]].name)
    file[owner].attrs.modify(name, np.array(file[target].ref, dtype=h5py.ref_dtype))
    return path


def missing(file, path):
    del file[path]
    return path


def extra(file, path):
    file.copy(path, path + "_extra")
    return path + "_extra"


KINDS = {"value": value, "dtype": dtype, "link": link, "attribute": attribute, "missing": missing, "extra": extra, "reference": reference}


def fault(source, out, kind, path=None) -> str:
    """Copies `source` to `out` with one fault; returns the path of what was changed."""
    shutil.copyfile(source, out)
    with h5py.File(out, "r+") as file:
        return KINDS[kind](file, path or PLACES[kind])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", metavar="IN")
    parser.add_argument("out", metavar="OUT")
    parser.add_argument("--kind", choices=sorted(KINDS), required=True)
    parser.add_argument("--path")
    options = parser.parse_args()
    print(fault(options.source, options.out, options.kind, options.path))
    return 0


if __name__ == "__main__":
    sys.exit(main())

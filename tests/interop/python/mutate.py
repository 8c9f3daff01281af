"""Makes copies of an NWB file, each with one change that may break its schema.

    mutate.py IN OUT_FOLDER [--most N]

Every attribute, every object and every soft link below the root is deleted once, given another type once, and led elsewhere once, where that can be done; of all these
changes N are made, spread evenly. Prints a JSON list: [{"file": path, "what": sentence}, ...]. Specifications are left alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import h5py
import numpy as np

SPECS = "specifications"


def objects(file):
    """All groups and datasets with the paths of their hard links, and all soft links with theirs."""
    hard, soft, pending = [], [], [("", file)]
    while pending:
        path, group = pending.pop()
        for name in group:
            place = f"{path}/{name}"
            if place == f"/{SPECS}":
                continue
            link = group.get(name, getlink=True)
            if not isinstance(link, h5py.HardLink):
                soft.append(place)
                continue
            item = group[name]
            hard.append(place)
            if isinstance(item, h5py.Group):
                pending.append((place, item))
    return sorted(hard), sorted(soft)


def other_value(value):
    """A value of the same shape that is text where there were numbers, and the other way round; None for what is neither."""
    if isinstance(value, h5py.Reference):
        return None
    array = np.asarray(value)
    if array.dtype.kind in "OSU":
        return 1.5 if array.ndim == 0 else np.full(array.shape, 1.5)
    if array.dtype.kind in "iufb":
        return "no number" if array.ndim == 0 else np.full(array.shape, "no number", dtype=object)
    return None


def other_target(file, path):
    """An object that has another type than the one at a path."""
    return "/" if file[path].attrs.get("neurodata_type") != "NWBFile" else "/general"


def changes(file):
    """All changes: what is changed, in words and as a function of the opened copy."""
    found = []
    hard, soft = objects(file)
    for path in ["/", *hard]:
        item = file[path]
        for name in sorted(item.attrs):
            if (path, name) in {("/", "nwb_version"), ("/", ".specloc")}:
                continue
            value = item.attrs[name]
            found.append((f"{path}@{name} is deleted", lambda f, path=path, name=name: f[path].attrs.__delitem__(name)))
            if isinstance(value, h5py.Reference):
                found.append((f"{path}@{name} leads to the root", lambda f, path=path, name=name: f[path].attrs.__setitem__(name, f["/"].ref)))
            elif name == "neurodata_type":
                kind = "Device" if isinstance(item, h5py.Group) else "NWBData"
                if path != "/":
                    found.append((f"{path} is of the type {kind}", lambda f, path=path, kind=kind: f[path].attrs.__setitem__("neurodata_type", kind)))
            elif (other := other_value(value)) is not None:
                found.append((f"{path}@{name} has a value of another type", lambda f, path=path, name=name, other=other: f[path].attrs.__setitem__(name, other)))
    for path in hard:
        found.append((f"{path} is deleted", lambda f, path=path: f.__delitem__(path)))
        item = file[path]
        if isinstance(item, h5py.Dataset) and item.dtype.names is None and item.dtype != h5py.ref_dtype and item.size:
            value = other_value(item[()])
            if value is not None:
                def retype(f, path=path, value=value):
                    attributes = dict(f[path].attrs)
                    del f[path]
                    f[path] = value
                    for name, one in attributes.items():
                        f[path].attrs[name] = one
                found.append((f"{path} has elements of another type", retype))
        if isinstance(item, h5py.Dataset) and item.shape and item.dtype != h5py.ref_dtype and item.dtype.names is None:
            def reshape(f, path=path):
                attributes, value = dict(f[path].attrs), f[path][()]
                text = f[path].dtype if value.dtype.kind == "O" else value.dtype
                del f[path]
                f.create_dataset(path, data=value.reshape((1, 1, 1, 1, *value.shape)), dtype=text)
                for name, one in attributes.items():
                    f[path].attrs[name] = one
            found.append((f"{path} has four axes more", reshape))
    for path in soft:
        def retarget(f, path=path):
            target = other_target(f, path)
            del f[path]
            f[path] = h5py.SoftLink(target)
        found.append((f"{path} is deleted", lambda f, path=path: f.__delitem__(path)))
        found.append((f"{path} leads elsewhere", retarget))
    return found


def mutate(source, out, most=100):
    """The files, and what was changed in each."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with h5py.File(source) as file:
        count = len(changes(file))
    made = []
    for number in sorted({index * count // most for index in range(most)}) if count > most else range(count):
        path = out / f"{Path(source).stem}-{number:04}.nwb"
        shutil.copyfile(source, path)
        with h5py.File(path, "r+") as file:
            what, change = changes(file)[number]
            change(file)
        made.append({"file": str(path), "what": what})
    return made


def findings(file):
    """What `pynwb.validate` finds: class, object, name and reason of each; or what it stopped with."""
    import pynwb

    try:
        errors = pynwb.validate(path=file)
    except Exception as error:  # noqa: BLE001: whatever it is, it is the answer
        return {"raised": f"{type(error).__name__}: {error}"}
    found = []
    for one in errors:
        # the place of an attribute is the object's and its name
        place, name = one.location or "", one.name.rsplit("/", 1)[-1]
        if place.endswith(f".{name}"):
            place = place[: -len(name) - 1]
        found.append({"class": type(one).__name__, "object": "/" + place.strip("/"), "name": one.name, "reason": one.reason})
    return {"found": found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("out")
    parser.add_argument("--most", type=int, default=100)
    given = parser.parse_args()
    print(json.dumps(mutate(given.source, given.out, given.most), indent=1))


if __name__ == "__main__":
    main()

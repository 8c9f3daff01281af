"""Everything that PyNWB's objects hold after reading a file, as JSON; and a comparison of two files as PyNWB sees them.

    fields.py FILE --json OUT
    fields.py A --against B [--ignore NAME]... [--json OUT]

The form: {"objects": {path: {"type", "namespace", "object_id", "fields": {name: value}}}}. Walked are all `fields` of every container, starting
with the file, and the data of every dataset object; none is chosen by name. An object stands under the place where its parent holds it: the parent's
path, the field's name, its own name (`root/processing/ophys/data_interfaces/DfOverF`); in other places it is {"link": path}. So a cycle cannot
recur. Values: None, booleans, numbers and text as they are; bytes {"bytes": hex}; times {"time": ISO 8601 text with its zone}; arrays
{"dtype", "shape", "sha256" of the little-endian elements, "head": first eight}, arrays of text or of objects with all elements as
"items"; containers of fields as lists and maps; named tuples as lists.

`--against` prints one line for each difference, `path: A != B`; exit code 1 if there are any. `--ignore` leaves out a key wherever it is
(`object_id`, `file_create_date`, `dtype`, ...).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import warnings
from datetime import date, datetime

import h5py
import numpy as np
from hdmf.container import AbstractContainer, Data
from hdmf.utils import LabelledDict
from pynwb import NWBHDF5IO

HEAD = 8


class Fields:
    """The objects of one open file, in `objects`."""

    def __init__(self, root):
        self.paths, self.order, self.objects = {}, [], {}
        self.keep = []
        self.place(root, "root")
        # an object that no parent holds (of another file, say) stands where it is first met
        for container in self.order:
            self.objects[self.paths[id(container)]] = self.describe(container)

    def place(self, container, path):
        """Gives an object and all that it owns their paths."""
        taken = path
        number = 1
        while taken in {self.paths[id(other)] for other in self.keep}:
            number += 1
            taken = f"{path}#{number}"
        self.paths[id(container)] = taken
        self.keep.append(container)
        self.order.append(container)
        for name, value in self.held(container):
            for child in contained(value):
                if id(child) not in self.paths and child.parent is container:
                    self.place(child, f"{taken}/{name}/{child.name}")

    @staticmethod
    def held(container):
        """The fields of an object, by name; those of datasets with their data."""
        held = dict(container.fields)
        if isinstance(container, Data):
            held["data"] = container.data
        return sorted(held.items())

    def describe(self, container) -> dict:
        return {
            "type": getattr(container, "neurodata_type", None) or getattr(container, "data_type", type(container).__name__),
            "namespace": getattr(container, "namespace", None), "name": container.name, "object_id": container.object_id,
            "class": type(container).__name__, "fields": {name: self.value(value) for name, value in self.held(container)},
        }

    def link(self, container):
        if id(container) not in self.paths:
            source = container.container_source or "nowhere"
            self.place(container, f"outside/{source.rsplit('/', 1)[-1]}/{container.name}")
        return {"link": self.paths[id(container)]}

    def value(self, value):
        """The JSON form of a field's value."""
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return number(value)
        if isinstance(value, np.generic) and value.dtype.names is None:
            return {"scalar": self.value(value.item()), "dtype": value.dtype.str}
        if isinstance(value, bytes):
            return {"bytes": value.hex()}
        if isinstance(value, (datetime, date)):
            return {"time": value.isoformat()}
        if isinstance(value, AbstractContainer):
            return self.link(value)
        if isinstance(value, (LabelledDict, dict)):
            return {str(key): self.value(item) for key, item in sorted(value.items(), key=lambda pair: str(pair[0]))}
        if isinstance(value, (set, frozenset)):
            return sorted((self.value(item) for item in value), key=json.dumps)
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        if isinstance(value, h5py.Dataset) or hasattr(value, "shape") or hasattr(value, "dataset"):
            return self.array(value)
        if isinstance(value, h5py.Empty):
            return {"empty": str(value.dtype)}
        raise TypeError(f"{type(value).__module__}.{type(value).__name__}: a kind of value that this script does not know")

    def array(self, data):
        """An array, a dataset, or one of HDMF's wrappers around a dataset."""
        dtype = np.dtype(object) if not isinstance(getattr(data, "dtype", None), np.dtype) else data.dtype
        shape = list(getattr(data, "shape", None) or ())
        values = data[()] if isinstance(data, h5py.Dataset) else data[:] if shape else data[()]
        if isinstance(values, np.ndarray) and values.dtype.kind in "biufc":
            canonical = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"))
            head = [number(item) for item in canonical.reshape(-1)[:HEAD].tolist()]
            return {"dtype": dtype.str, "shape": shape, "sha256": hashlib.sha256(canonical.tobytes()).hexdigest(), "head": head}
        return {"dtype": type_text(dtype), "shape": shape, "items": self.items(values)}

    def items(self, values):
        """The elements of an array of text, references or compounds."""
        if isinstance(values, np.ndarray) and values.dtype.names:
            return [[self.value(row[name]) for name in values.dtype.names] for row in values.reshape(-1)]
        if isinstance(values, np.void) and values.dtype.names:
            return [self.value(values[name]) for name in values.dtype.names]
        if isinstance(values, (np.ndarray, list, tuple)):
            return [self.items(item) if isinstance(item, (np.ndarray, list, tuple, np.void)) else self.value(item) for item in values]
        return self.value(values)


def type_text(dtype) -> str:
    if dtype.names:
        return "{" + ", ".join(f"{name}: {type_text(dtype[name])}" for name in dtype.names) + "}"
    text = h5py.check_string_dtype(dtype)
    return f"text({text.encoding}, {text.length})" if text else dtype.str


def number(value):
    """A float for JSON."""
    return str(value) if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))) else value


def contained(value):
    """The objects directly in a field's value."""
    if isinstance(value, AbstractContainer):
        yield value
    elif isinstance(value, (LabelledDict, dict)):
        for key in sorted(value, key=str):
            yield from contained(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from contained(item)
    elif isinstance(value, (set, frozenset)):
        yield from sorted((item for item in value if isinstance(item, AbstractContainer)), key=lambda item: (item.name, item.object_id))


def fields(path) -> dict:
    """All that PyNWB holds of a file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with NWBHDF5IO(str(path), "r", load_namespaces=True) as io:
            found = Fields(io.read()).objects
    return {"objects": dict(sorted(found.items()))}


MISSING = "nothing"


def differences(a, b, ignore=(), path="") -> list:
    """The differences between two JSON values, as (path, a, b)."""
    if isinstance(a, dict) and isinstance(b, dict):
        found = []
        for key in sorted(set(a) | set(b)):
            if key not in ignore:
                where = f"{path}/{key}" if path else key
                found += differences(a.get(key, MISSING), b.get(key, MISSING), ignore, where)
        return found
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [found for index, pair in enumerate(zip(a, b)) for found in differences(*pair, ignore, f"{path}[{index}]")]
    same = a == b and isinstance(a, bool) == isinstance(b, bool) and isinstance(a, float) == isinstance(b, float)
    return [] if same else [(path, a, b)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--against", metavar="B")
    parser.add_argument("--ignore", action="append", default=[], metavar="NAME")
    parser.add_argument("--json", metavar="OUT")
    options = parser.parse_args()
    result, code = fields(options.file), 0
    if options.against:
        result = differences(result["objects"], fields(options.against)["objects"], set(options.ignore))
        for path, a, b in result:
            print(f"{path}: {json.dumps(a, ensure_ascii=False)[:300]} != {json.dumps(b, ensure_ascii=False)[:300]}")
        code = 1 if result else 0
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            out.write(text)
    elif not options.against:
        sys.stdout.write(text)
    return code


if __name__ == "__main__":
    sys.exit(main())

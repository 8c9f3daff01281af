"""Everything that h5py finds in an HDF5 file, as JSON.

    walk.py FILE [--json OUT] [--values digest|full]

The form (version 1):

    {"form": 1, "superblock": 0, "user_block": 0, "objects": {path: object}, "links": {path: link}}

An object stands once, under its first path: the one with the fewest names, and among those the first when compared name by
name in byte order. Its other hard links are `aliases`. Links are never followed; dangling ones are listed like the others.
Names that are not UTF-8 show their odd bytes as \\xNN. Keys of all maps are in byte order.

    object: {"kind": "group" | "dataset" | "datatype", "aliases": [path, ...], "attributes": {name: attribute},
             "tracking": {"links": n, "attributes": n, "times": bool}}   (groups and datasets; `links` only for groups)
             (creation order: 0 not kept, 1 tracked, 3 tracked and indexed; times: whether a modification time is stored)
      a dataset also has   "dtype", "committed", "space", "values" (as an attribute has) and "storage"
      a datatype also has  "dtype"
    attribute: {"dtype": text, "committed": path of the named datatype or null, "space": space, "values": values}
    space:   {"kind": "null"} | {"kind": "scalar"} | {"kind": "simple", "shape": [n, ...], "maxshape": [n or null, ...]}
    values:  {"sha256": hex of the canonical bytes, "count": n, "head": [first values]}; the head holds all values when there are at
             most 32 or the type is text or reference, else the first 8; with `--values full` always all, in C order.
             null for a null dataspace; {"unread": "too large"} above 1 GiB of elements; {"unread": "error", "message": ...}
    storage: {"layout": "compact" | "contiguous" | "chunked" | "virtual", "chunks": [n, ...] or null,
              "filters": [{"id", "flags", "values", "name"}], "external": [[file, offset, size], ...],
              "virtual": [{"file", "dataset", "from", "to"}], "fill": {"defined": "undefined" | "default" | "user", "value": ...,
              "time": "alloc" | "never" | "ifset"}, "alloc": "early" | "late" | "incr" | "default"}
    link:    {"kind": "soft", "target": path} | {"kind": "external", "file": name, "target": path} | {"kind": "user", "class": n}

The texts of types, and the forms of values, are those of `h5types.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import deque

import h5py
import numpy as np
from h5py import h5a, h5d, h5g, h5l, h5o, h5r, h5s

import h5types

FORM = 1
SIGNATURE = b"\x89HDF\r\n\x1a\n"
HEAD, WHOLE = 8, 32
LARGEST = 1 << 30
LAYOUT = {h5d.COMPACT: "compact", h5d.CONTIGUOUS: "contiguous", h5d.CHUNKED: "chunked", h5d.VIRTUAL: "virtual"}
FILL_DEFINED = {h5d.FILL_VALUE_UNDEFINED: "undefined", h5d.FILL_VALUE_DEFAULT: "default", h5d.FILL_VALUE_USER_DEFINED: "user"}
FILL_TIME = {h5d.FILL_TIME_ALLOC: "alloc", h5d.FILL_TIME_NEVER: "never", h5d.FILL_TIME_IFSET: "ifset"}
ALLOC_TIME = {h5d.ALLOC_TIME_EARLY: "early", h5d.ALLOC_TIME_LATE: "late", h5d.ALLOC_TIME_INCR: "incr", h5d.ALLOC_TIME_DEFAULT: "default"}


def superblock(path) -> tuple[int, int]:
    """The superblock's version and the size of the user block before it."""
    with open(path, "rb") as file:
        position = 0
        while True:
            file.seek(position)
            start = file.read(9)
            if len(start) < 9:
                raise OSError(f"{path}: no HDF5 signature")
            if start[:8] == SIGNATURE:
                return start[8], position
            position = position * 2 or 512


def name_text(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")


def join(parent: str, name: bytes) -> str:
    return ("" if parent == "/" else parent) + "/" + name_text(name)


class Walk:
    """One walk over an open file. `result` is the whole as described at the top of this module."""

    def __init__(self, path, values="digest"):
        self.full = values == "full"
        version, user_block = superblock(path)
        self.objects, self.links = {}, {}
        self.path_of_address, self.ids = {}, {}
        with h5py.File(path, "r") as file:
            self.file_id = file.id
            self.values = h5types.Values(self.reference)
            self.find(h5g.open(file.id, b"/"))
            for where, identifier in self.ids.items():
                self.objects[where]["aliases"].sort(key=str.encode)
                self.objects[where].update(self.describe(identifier))
            self.ids.clear()
        self.result = {
            "form": FORM, "superblock": version, "user_block": user_block,
            "objects": dict(sorted(self.objects.items(), key=lambda item: item[0].encode())),
            "links": dict(sorted(self.links.items(), key=lambda item: item[0].encode())),
        }

    def find(self, root):
        """Gives every object its path, level by level, so that the path with the fewest names comes first."""
        self.place("/", root)
        queue = deque([("/", root)])
        while queue:
            parent, group = queue.popleft()
            for name in sorted(group):
                path, info = join(parent, name), group.links.get_info(name)
                if info.type == h5l.TYPE_HARD:
                    child = h5o.open(group, name)
                    address = h5o.get_info(child).addr
                    if address in self.path_of_address:
                        self.objects[self.path_of_address[address]]["aliases"].append(path)
                        continue
                    self.place(path, child)
                    if isinstance(child, h5g.GroupID):
                        queue.append((path, child))
                elif info.type == h5l.TYPE_SOFT:
                    self.links[path] = {"kind": "soft", "target": name_text(group.links.get_val(name))}
                elif info.type == h5l.TYPE_EXTERNAL:
                    file, target = group.links.get_val(name)
                    self.links[path] = {"kind": "external", "file": name_text(file), "target": name_text(target)}
                else:
                    self.links[path] = {"kind": "user", "class": int(info.type)}

    def place(self, path, identifier):
        self.path_of_address[h5o.get_info(identifier).addr] = path
        self.objects[path] = {"kind": "", "aliases": []}
        self.ids[path] = identifier

    def describe(self, identifier) -> dict:
        """All of one object but its aliases."""
        if isinstance(identifier, h5g.GroupID):
            plist = identifier.get_create_plist()
            found = {"kind": "group", "tracking": self.tracking(identifier, plist)}
            found["tracking"]["links"] = plist.get_link_creation_order()
        elif isinstance(identifier, h5d.DatasetID):
            found = self.dataset(identifier)
        else:
            found = {"kind": "datatype", "dtype": h5types.parse(identifier).text}
        found["attributes"] = self.attributes(identifier)
        return found

    def dataset(self, identifier) -> dict:
        kind = h5types.parse(identifier.get_type())
        plist = identifier.get_create_plist()
        return {
            "kind": "dataset", "dtype": kind.text, "committed": self.committed(identifier.get_type()),
            "space": self.space(identifier.get_space()), "values": self.contents(identifier, kind),
            "storage": self.storage(identifier, kind, plist),
            "tracking": self.tracking(identifier, plist),
        }

    @staticmethod
    def tracking(identifier, plist) -> dict:
        # the property list says "tracked" of every object in the old format: the time itself tells
        return {"attributes": plist.get_attr_creation_order(), "times": h5g.get_objinfo(identifier, b".").mtime != 0}

    def attributes(self, identifier) -> dict:
        names = []
        for index in range(h5a.get_num_attrs(identifier)):
            names.append(h5a.open(identifier, index=index).name)
        result = {}
        for name in sorted(names):
            attribute = h5a.open(identifier, name)
            kind = h5types.parse(attribute.get_type())
            result[name_text(name)] = {
                "dtype": kind.text, "committed": self.committed(attribute.get_type()),
                "space": self.space(attribute.get_space()), "values": self.contents(attribute, kind),
            }
        return result

    def committed(self, type_id):
        """The path of the named datatype that a dataset or attribute uses."""
        if not type_id.committed():
            return None
        return self.path_of_address.get(h5o.get_info(type_id).addr, "unlinked")

    @staticmethod
    def space(space) -> dict:
        extent = space.get_simple_extent_type()
        if extent == h5s.NULL:
            return {"kind": "null"}
        if extent == h5s.SCALAR:
            return {"kind": "scalar"}
        largest = [None if n == h5s.UNLIMITED else int(n) for n in space.get_simple_extent_dims(True)]
        return {"kind": "simple", "shape": [int(n) for n in space.get_simple_extent_dims()], "maxshape": largest}

    def contents(self, owner, kind):
        space = owner.get_space()
        if space.get_simple_extent_type() == h5s.NULL:
            return None
        shape = tuple(int(n) for n in space.get_simple_extent_dims())
        count = int(np.prod([int(n) for n in shape], dtype=object)) if shape else 1
        if count * max(kind.size, 1) > LARGEST:
            return {"unread": "too large"}
        try:
            values = h5types.read(owner, kind, shape)
            digest = hashlib.sha256(self.values.all_bytes(kind, values)).hexdigest()
            whole = self.full or count <= WHOLE or kind.kind in ("string", "vstring", "ref")
            head = self.values.all_json(kind, values if whole else values[:HEAD])
        except (OSError, TypeError, ValueError, RuntimeError) as error:
            return {"unread": "error", "message": str(error)}
        return {"sha256": digest, "count": count, "head": head}

    def storage(self, identifier, kind, plist) -> dict:
        layout = LAYOUT.get(plist.get_layout(), str(plist.get_layout()))
        filters = []
        for index in range(plist.get_nfilters()):
            number, flags, values, name = plist.get_filter(index)
            filters.append({"id": number, "flags": flags, "values": list(values), "name": name_text(name)})
        external = []
        for index in range(plist.get_external_count()):
            name, offset, size = plist.get_external(index)
            external.append([name_text(name), offset, None if size == h5s.UNLIMITED else size])
        virtual = []
        if layout == "virtual":
            for index in range(plist.get_virtual_count()):
                virtual.append({
                    "file": plist.get_virtual_filename(index), "dataset": plist.get_virtual_dsetname(index),
                    "from": self.bounds(plist.get_virtual_srcspace(index)), "to": self.bounds(plist.get_virtual_vspace(index)),
                })
        return {
            "layout": layout, "chunks": [int(n) for n in plist.get_chunk()] if layout == "chunked" else None,
            "filters": filters, "external": external, "virtual": virtual, "fill": self.fill(kind, plist, identifier),
            "alloc": ALLOC_TIME.get(plist.get_alloc_time(), str(plist.get_alloc_time())),
        }

    @staticmethod
    def bounds(space):
        if space.get_select_type() == h5s.SEL_ALL:
            return "all"
        return [[int(n) for n in corner] for corner in space.get_select_bounds()]

    def fill(self, kind, plist, identifier) -> dict:
        defined = FILL_DEFINED.get(plist.fill_value_defined(), "undefined")
        fill = {"defined": defined, "value": None, "time": FILL_TIME[plist.get_fill_time()]}
        if defined == "user":
            try:
                value = np.zeros(1, dtype=identifier.dtype)
                plist.get_fill_value(value)
                fill["value"] = fill_json(value[0])
            except (OSError, TypeError, ValueError, RuntimeError) as error:
                fill["value"] = {"unread": "error", "message": str(error)}
        return fill

    def reference(self, reference):
        """The JSON form of a reference."""
        if not isinstance(reference, h5r.Reference) or not reference:
            return None
        try:
            address = h5o.get_info(h5r.dereference(reference, self.file_id)).addr
        except (ValueError, RuntimeError, KeyError, OSError):
            return {"ref": None}
        found = {"ref": self.path_of_address.get(address, "unlinked")}
        if isinstance(reference, h5r.RegionReference):
            found["region"] = h5types.region_of(reference, self.file_id)
        return found


def fill_json(value):
    """A fill value: numbers as numbers, text as text, anything else as the hex of its bytes."""
    if isinstance(value, (bytes, str, np.bytes_)):
        return h5types.text_of(h5types.as_bytes(value), "nullpad")
    if isinstance(value, np.floating) and value.dtype.itemsize <= 8:
        return h5types.finite(float(value))
    if isinstance(value, (np.integer, np.bool_)):
        return int(value)
    return {"hex": value.tobytes().hex()} if hasattr(value, "tobytes") else str(value)


def walk(path, values="digest") -> dict:
    """The walk of a file, as JSON-ready dictionaries."""
    return Walk(path, values).result


def main() -> int:
    parser = argparse.ArgumentParser(description="Everything that h5py finds in an HDF5 file, as JSON.")
    parser.add_argument("file")
    parser.add_argument("--json", metavar="OUT", help="write here instead of to standard output")
    parser.add_argument("--values", choices=("digest", "full"), default="digest")
    options = parser.parse_args()
    text = json.dumps(walk(options.file, options.values), ensure_ascii=False, indent=1, allow_nan=False)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            out.write(text + "\n")
    else:
        sys.stdout.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

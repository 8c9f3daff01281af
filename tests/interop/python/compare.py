"""Compares two HDF5 files (or two walks that `walk.py` wrote) object by object.

    compare.py A B [--ignore CLASS]... [--json OUT]

A walk may leave out members of `storage` and `tracking` that its writer knows nothing of: what both tell is compared.
Prints one line for each difference, `path: what: A != B`; exit code 1 if there are any, 2 if a file cannot be read. An attribute's path is
`/object@name`. `--ignore` leaves out classes of difference, and may be given several times:

    missing, extra     objects that only A, only B has            link, alias          soft and external links; further hard links
    attribute          attributes that only one has               kind                 group, dataset, named datatype
    dtype, committed   types; use of a named datatype             shape                dataspaces
    value, reference   values; references among them              superblock           version, user block
    storage            all of: layout, chunks, filters, external, virtual, fill, alloc, maxshape, tracking, superblock
    object_id, file_create_date, specifications                   these members, wherever they differ
    writer             all of: storage, object_id, file_create_date, specifications (two writers, the same session)
    path:GLOB          objects, links and attributes whose path matches
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import h5py

from walk import walk

STORAGE = {"layout", "chunks", "filters", "external", "virtual", "fill", "alloc", "maxshape", "tracking", "superblock"}
GROUPS = {"storage": STORAGE, "writer": STORAGE | {"storage", "object_id", "file_create_date", "specifications"}}
CLASSES = {"missing", "extra", "link", "alias", "attribute", "kind", "dtype", "committed", "shape", "value", "reference",
           "object_id", "file_create_date", "specifications"} | STORAGE | set(GROUPS)


@dataclass
class Difference:
    """One difference. `classes` are all the names under which it can be ignored."""

    path: str
    what: str
    a: object
    b: object
    classes: set

    def __str__(self):
        return f"{self.path}: {self.what}: {brief(self.a)} != {brief(self.b)}"


def brief(value) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:297] + "..."


def has_reference(value) -> bool:
    """Whether a JSON value holds a reference."""
    if isinstance(value, dict):
        return "ref" in value
    return isinstance(value, list) and any(has_reference(item) for item in value)


class Comparison:
    """All differences between two walks, in `differences`."""

    def __init__(self, a: dict, b: dict):
        self.differences = []
        for key in ("superblock", "user_block"):
            self.check("/", key, a.get(key), b.get(key), {"superblock"})
        self.both(a["objects"], b["objects"], "object", self.object)
        self.both(a["links"], b["links"], "link", self.link)

    def add(self, path, what, a, b, classes):
        name = path.rsplit("/", 1)[-1].split("@")
        extra = set()
        if len(name) > 1 and name[-1] == "object_id":
            extra.add("object_id")
        if path == "/file_create_date":
            extra.add("file_create_date")
        if path in ("/specifications", "/@.specloc") or path.startswith("/specifications/"):
            extra.add("specifications")
        self.differences.append(Difference(path, what, a, b, classes | extra))

    def check(self, path, what, a, b, classes):
        if a != b:
            self.add(path, what, a, b, classes)

    def both(self, a, b, noun, compare, joint="", only=()):
        """Compares members of two maps under the same name, and notes those that only one has."""
        for path in sorted(set(a) | set(b), key=str.encode):
            where = joint + path
            if path not in b:
                self.add(where, f"missing {noun}", summary(a[path]), "nothing", set(only) | {"missing"})
            elif path not in a:
                self.add(where, f"extra {noun}", "nothing", summary(b[path]), set(only) | {"extra"})
            else:
                compare(where, a[path], b[path])

    def object(self, path, a, b):
        self.check(path, "kind", a["kind"], b["kind"], {"kind"})
        self.check(path, "aliases", a["aliases"], b["aliases"], {"alias"})
        self.both(a["attributes"], b["attributes"], "attribute", self.contents, path + "@", ("attribute",))
        if a["kind"] != b["kind"]:
            return
        self.told(path, "tracking of ", a.get("tracking", {}), b.get("tracking", {}), "tracking")
        if a["kind"] == "dataset":
            self.contents(path, a, b)
            self.told(path, "", a["storage"], b["storage"])
        elif a["kind"] == "datatype":
            self.check(path, "dtype", a["dtype"], b["dtype"], {"dtype"})

    def told(self, path, prefix, a, b, name=None):
        """Compares what both sides tell of storage and tracking: another walker may have no knowledge of some of it."""
        for key in sorted(set(a) & set(b)):
            if isinstance(a[key], dict) and isinstance(b[key], dict):
                self.told(path, f"{key} ", a[key], b[key], key)
            else:
                self.check(path, prefix + key, a[key], b[key], {name or key})

    def link(self, path, a, b):
        self.check(path, "link", link_text(a), link_text(b), {"link"})

    def contents(self, path, a, b):
        """Type, dataspace and values of a dataset or attribute."""
        self.check(path, "dtype", a["dtype"], b["dtype"], {"dtype"})
        self.check(path, "committed", a["committed"], b["committed"], {"committed"})
        self.check(path, "dataspace", a["space"]["kind"], b["space"]["kind"], {"shape"})
        self.check(path, "shape", a["space"].get("shape"), b["space"].get("shape"), {"shape"})
        self.check(path, "maxshape", a["space"].get("maxshape"), b["space"].get("maxshape"), {"maxshape"})
        self.values(path, a, b)

    def values(self, path, a, b):
        left, right = a["values"], b["values"]
        if left == right or (left and right and "unread" in left and left["unread"] == right.get("unread")):
            return
        if not left or not right or "head" not in left or "head" not in right:
            self.add(path, "values", left, right, {"value"})
            return
        # after a change of type the bytes differ but the numbers may not: the type's own line says it. Heads may differ in length
        same = left["count"] == right["count"] and len(left["head"]) == left["count"] and left["head"] == right["head"]
        if a["dtype"] != b["dtype"] and same or a["dtype"] == b["dtype"] and left["sha256"] == right["sha256"]:
            return
        classes = {"reference"} if has_reference(left["head"]) or has_reference(right["head"]) else {"value"}
        for index, (one, other) in enumerate(zip(left["head"], right["head"])):
            if one != other:
                self.add(path, f"value [{index}]", one, other, classes)
                return
        if left["count"] != right["count"]:
            self.add(path, "number of values", left["count"], right["count"], classes)
        else:
            self.add(path, "values (after the first ones)", left["sha256"], right["sha256"], classes)


def link_text(link) -> str:
    if link["kind"] == "soft":
        return "soft -> " + link["target"]
    if link["kind"] == "external":
        return f"external -> {link['file']}:{link['target']}"
    return f"user link of class {link['class']}"


def summary(member) -> str:
    """A word or two on an object, link or attribute that only one side has."""
    if "target" in member:
        return link_text(member)
    return " ".join(str(part) for part in (member.get("kind"), member.get("dtype")) if part)


def ignored(difference: Difference, ignore) -> bool:
    for name in ignore:
        if name.startswith("path:"):
            if fnmatchcase(difference.path, name[5:]):
                return True
        elif name in difference.classes or GROUPS.get(name, set()) & difference.classes:
            return True
    return False


def compare(a: dict, b: dict, ignore=()) -> list:
    """The differences between two walks that are not ignored."""
    return [difference for difference in Comparison(a, b).differences if not ignored(difference, ignore)]


def load(path) -> dict:
    """A walk: read from JSON, or made from an HDF5 file (with all values, so that a difference can be shown)."""
    if Path(path).suffix == ".json":
        return json.loads(Path(path).read_text(encoding="utf-8"))
    with h5py.File(path, "r") as file:
        sizes = []
        file.visititems(lambda _, item: sizes.append(item.size or 0) if isinstance(item, h5py.Dataset) else None)
    return walk(path, "full" if sum(sizes) < 5_000_000 else "digest")


def ignore_class(name: str) -> str:
    if name in CLASSES or name.startswith("path:"):
        return name
    raise argparse.ArgumentTypeError(f"{name}: not one of {', '.join(sorted(CLASSES))}, path:GLOB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("a")
    parser.add_argument("b")
    parser.add_argument("--ignore", action="append", default=[], type=ignore_class, metavar="CLASS")
    parser.add_argument("--json", metavar="OUT", help="also write the differences as JSON")
    options = parser.parse_args()
    try:
        found = compare(load(options.a), load(options.b), options.ignore)
    except OSError as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    for difference in found:
        print(difference)
    if options.json:
        rows = [{"path": d.path, "what": d.what, "a": d.a, "b": d.b, "classes": sorted(d.classes)} for d in found]
        Path(options.json).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

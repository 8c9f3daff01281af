"""The specification of a session as a Markdown table, made from its file and from the formulas that its arrays came from."""

from __future__ import annotations

import json

import h5py
import numpy as np

from formulas import MADE, digest
from walk import walk

HEADER = """# The calcium-imaging session

Two programs write this session, each in its own way; the tests compare the two files. The table is made by
`python/ophys_session.py OUT --describe session.md`; do not edit it.

* `@name` is an attribute of the object above it, `-> path` a soft link, `ref path` an object reference. A name with no type is a plain group.
* Types and values are written as `python/h5types.py` has them. `[t, x, y] = formula` gives the element at t, x, y, counted from 0:
  whole numbers are computed in 64-bit integers, `/` in 64-bit floats, the result is cast to the type; `where(c, a, b)` is a where c holds, else b.
* Every typed object also has `namespace`, and `object_id`: the version-5 UUID of its path in the OID name space (the root's path is `/`).
* The cached specifications (`/specifications`, `.specloc`) are left out.

| path | type | shape | value |
| --- | --- | --- | --- |
"""


def cell(text) -> str:
    return str(text).replace("|", "\\|").replace("\n", "\\n")


def shape_text(space) -> str:
    if space["kind"] != "simple":
        return space["kind"]
    shape = " x ".join(map(str, space["shape"]))
    growing = [n is None for n in space["maxshape"]]
    return shape + (" (grows along " + ", ".join(str(i) for i, grows in enumerate(growing) if grows) + ")" if any(growing) else "")


def plain(value):
    """References as text, everything else as it is."""
    if isinstance(value, dict) and "ref" in value:
        return "ref " + str(value["ref"])
    return [plain(item) for item in value] if isinstance(value, list) else value


def value_text(member, formula=None) -> str:
    if formula:
        return f"`{formula}`"
    head = [plain(item) for item in member["values"]["head"]]
    value = head[0] if member["space"]["kind"] == "scalar" else head
    return "`" + json.dumps(value, ensure_ascii=False) + "`"


def formula_of(dataset):
    """The formula of a dataset's array; of a stack of arrays, the formula of each."""
    values = np.asarray(dataset[()])
    if values.dtype.kind not in "iuf":
        return None
    if values.size > 1 and (whole := MADE.get(digest(values))):
        return whole
    if values.ndim < 3:
        return None
    parts = [MADE.get(digest(part)) for part in values]
    return None if None in parts else "; ".join(f"{n}: {part}" for n, part in enumerate(parts))


def rows(path):
    """The table's rows."""
    found = walk(path, "full")
    members = [(where, "object", item) for where, item in found["objects"].items()] + [(where, "link", item) for where, item in found["links"].items()]
    with h5py.File(path, "r") as file:
        for where, sort, item in sorted(members, key=lambda member: member[0].split("/")):
            if where.startswith("/specifications"):
                continue
            if sort == "link":
                yield where, "", "", f"-> {item['target']}" if item["kind"] == "soft" else f"-> {item['file']}:{item['target']}"
                continue
            attributes = dict(item["attributes"])
            kind = attributes.pop("neurodata_type", None)
            name = kind["values"]["head"][0] if kind else ""
            if item["kind"] == "dataset":
                text = value_text(item, formula_of(file[where]))
                yield where, " ".join(part for part in (name, item["dtype"]) if part), shape_text(item["space"]), text
            else:
                yield where, name, "", ""
            for hidden in ("namespace", "object_id", ".specloc"):
                attributes.pop(hidden, None)
            for attribute, member in attributes.items():
                yield "@" + attribute, member["dtype"], shape_text(member["space"]), value_text(member)


def describe(path) -> str:
    """The whole Markdown text for the file at `path`, which was written in this process."""
    return HEADER + "".join("| " + " | ".join(cell(part) for part in row) + " |\n" for row in rows(path))

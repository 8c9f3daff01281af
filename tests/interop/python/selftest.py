"""Shows that the comparisons of this folder can fail: they find each single fault, at its place, and find nothing between equal files.

    selftest.py

Prints one line for each case; exit code 1 if any case failed.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

from h5py import h5t

import check
import compare
import describe
import fields
import many_types
import odd_files
import ophys_session
from fault import KINDS, fault
from h5types import parse
from walk import walk


class Cases:
    """Counts what passed and what did not."""

    def __init__(self):
        self.failed = 0

    def case(self, name, passed, detail=""):
        self.failed += not passed
        print(f"{'ok    ' if passed else 'FAILED'} {name}{'' if passed else ': ' + str(detail)[:500]}")


def equal_files(cases, folder):
    """The same session written twice: no difference, under either comparison."""
    one, two = folder / "one.nwb", folder / "two.nwb"
    ophys_session.write(one)
    ophys_session.write(two)
    found = compare.compare(compare.load(one), compare.load(two))
    cases.case("compare: equal files", not found, found)
    found = compare.compare(walk(one), compare.load(two))
    cases.case("compare: digests and full values agree", not found, found)
    found = fields.differences(fields.fields(one), fields.fields(two))
    cases.case("fields: equal files", not found, found)
    return one


def faults(cases, folder, source):
    """Each fault alone: both comparisons find it, and compare.py finds it only where it is."""
    whole, held = compare.load(source), fields.fields(source)
    for kind in sorted(KINDS):
        out = folder / f"{kind}.nwb"
        path = fault(source, out, kind)
        for name, form in (("values", compare.load(out)), ("digests", walk(out))):
            found = compare.compare(whole if name == "values" else walk(source), form)
            elsewhere = [one for one in found if not (one.path == path or one.path.startswith(path + "/") or one.path.startswith(path + "@"))]
            cases.case(f"compare ({name}): {kind} at {path}", bool(found) and not elsewhere, [str(one) for one in found])
        found = fields.differences(held, fields.fields(out))
        cases.case(f"fields: {kind}", bool(found), found)


def ignoring(cases, folder, source):
    """What is ignored is left out, and nothing else."""
    whole = compare.load(source)
    for kind, name in (("value", "value"), ("dtype", "dtype"), ("link", "link"), ("reference", "reference"), ("missing", "missing"), ("extra", "extra")):
        found = compare.compare(whole, compare.load(folder / f"{kind}.nwb"), {name})
        cases.case(f"compare: {kind} ignored", not found, [str(one) for one in found])
        found = compare.compare(whole, compare.load(folder / f"{kind}.nwb"), {"writer", "alias", "shape"})
        cases.case(f"compare: {kind} not ignored with others", bool(found))


def writers(cases, folder):
    """The same content in another file format differs in storage alone."""
    old, new = folder / "old", folder / "new"
    many_types.write_all(old)
    many_types.write_all(new, "latest")
    for path in sorted(old.glob("*.nwb")):
        found = compare.compare(compare.load(path), compare.load(new / path.name), {"superblock"} | ({"object_id", "value"} if path.stem == "external_resources" else set()))
        cases.case(f"compare: {path.name} in both formats", not found, [str(one) for one in found])


def odd(cases, folder):
    """Files of other writers can be walked, and equal ones are equal; broken ones are refused."""
    one, two = folder / "odd_one", folder / "odd_two"
    manifest = odd_files.write_all(one)
    odd_files.write_all(two)
    for entry in manifest:
        try:
            found = compare.compare(compare.load(one / entry["file"]), compare.load(two / entry["file"]))
            cases.case(f"walk: {entry['file']}", entry["hdf5"] and not found, [str(item) for item in found])
        except OSError as error:
            cases.case(f"walk: {entry['file']} is refused", not entry["hdf5"], error)


def validator(cases, folder, source):
    """check.py passes a good file, and fails one that lacks a required member."""
    found = check.check(source, inspector=True, allow=("check_data_orientation", "check_image_series_external_file_valid"))
    cases.case("check: the session", found["ok"], found)
    cases.case("check: the inspector found what is allowed", bool(found["inspector"]))
    fault(source, folder / "invalid.nwb", "missing", "/general/optophysiology/volume/location")
    found = check.check(folder / "invalid.nwb")
    cases.case("check: a missing member", not found["ok"] and bool(found["validator"]), found)
    (folder / "text.nwb").write_text("no file", encoding="utf-8")
    cases.case("check: no HDF5 file", not check.check(folder / "text.nwb")["ok"])


def types(cases):
    """Texts of types tell apart what differs in one property."""
    short = h5t.C_S1.copy()
    short.set_size(4)
    spaces = short.copy()
    spaces.set_strpad(h5t.STR_SPACEPAD)
    unicode = short.copy()
    unicode.set_cset(h5t.CSET_UTF8)
    kinds = [h5t.STD_I16LE, h5t.STD_I16BE, h5t.STD_U16LE, h5t.IEEE_F64LE, h5t.IEEE_F64BE, h5t.STD_B16LE, h5t.STD_B16BE, h5t.UNIX_D32LE, h5t.UNIX_D32BE, short, spaces,
             unicode, h5t.STD_REF_OBJ, h5t.STD_REF_DSETREG, h5t.array_create(h5t.STD_I16LE, (2, 3)), h5t.array_create(h5t.STD_I16LE, (3, 2)), h5t.vlen_create(h5t.STD_I16LE)]
    texts = [parse(kind).text for kind in kinds]
    cases.case("types: each has its own text", len(set(texts)) == len(texts), texts)


def specification(cases, folder, source):
    """`session.md` says what the script writes."""
    kept = Path(__file__).resolve().parent.parent / "session.md"
    cases.case("session.md is up to date", kept.read_text(encoding="utf-8") == describe.describe(source), "run ophys_session.py OUT --describe session.md")


def main() -> int:
    warnings.simplefilter("ignore")
    cases = Cases()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = equal_files(cases, folder)
        specification(cases, folder, source)
        faults(cases, folder, source)
        ignoring(cases, folder, source)
        validator(cases, folder, source)
        types(cases)
        writers(cases, folder)
        odd(cases, folder)
    print(f"{cases.failed} failed")
    return 1 if cases.failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes files as other programs make them, and files that are broken: what a reader meets that PyNWB itself never writes.

    odd_files.py OUTDIR

Prints a JSON manifest: [{"file": name, "why": sentence, "hdf5": bool, "nwb": bool}, ...]. `hdf5` says whether HDF5 opens the file, `nwb` whether it
is an NWB 2 file that a reader should accept. Every file is the same on each run, but for what HDF5 itself leaves open.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np
from h5py import h5a, h5d, h5f, h5g, h5p, h5s, h5t

TEXT = h5py.string_dtype("utf-8")
START = "2024-03-05T09:41:07-07:00"
CASES = []


def case(why, hdf5=True, nwb=True, suffix=".nwb"):
    """Registers the function below as one file, named after it."""
    def register(function):
        CASES.append((function, why, hdf5, nwb, suffix))
        return function
    return register


def fixed(text):
    return np.bytes_(text)


def minimal(file, text=lambda value: value, ids=True):
    """The least that an NWB file holds; `text` makes the strings."""
    def typed(target, namespace, kind, number):
        target.attrs["namespace"] = text(namespace)
        target.attrs["neurodata_type"] = text(kind)
        if ids:
            target.attrs["object_id"] = text(f"00000000-0000-4000-8000-{number:012d}")
    typed(file, "core", "NWBFile", 0)
    file.attrs["nwb_version"] = text("2.7.0")
    for name in ("acquisition", "analysis", "general", "processing", "stimulus/presentation", "stimulus/templates"):
        file.require_group(name)
    file["identifier"] = text("odd")
    file["session_description"] = text("a file of another writer")
    file["session_start_time"] = text(START)
    file["timestamps_reference_time"] = text(START)
    file.create_dataset("file_create_date", data=[text(START)], dtype=TEXT if isinstance(text(""), str) else None)
    return typed


def series(file, typed, name="ts", data=None, number=1, text=lambda value: value, **options):
    """A TimeSeries under /acquisition."""
    group = file["acquisition"].create_group(name)
    typed(group, "core", "TimeSeries", number)
    group.attrs["comments"], group.attrs["description"] = text("no comments"), text("odd")
    values = np.arange(10, dtype="<f8") * 1.5 if data is None else data
    dataset = group.create_dataset("data", data=values, **options)
    dataset.attrs["unit"] = text("V")
    dataset.attrs["conversion"], dataset.attrs["offset"], dataset.attrs["resolution"] = 1.0, 0.0, -1.0
    start = group.create_dataset("starting_time", data=0.25)
    start.attrs["rate"], start.attrs["unit"] = 12.5, text("seconds")
    return group


@case("every string is fixed-length ASCII, as C programs write them")
def fixed_strings(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file, fixed)
        series(file, typed, text=fixed)


@case("fixed-length strings of each padding and character set, in datasets and attributes")
def string_forms(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        group = series(file, typed)
        for pad in (h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD):
            for charset in (h5t.CSET_ASCII, h5t.CSET_UTF8):
                kind = h5t.C_S1.copy()
                kind.set_size(8)
                kind.set_strpad(pad)
                kind.set_cset(charset)
                fill = b" " if pad == h5t.STR_SPACEPAD else b"\0"
                values = np.array([b"ab".ljust(8, fill), "é x".encode().ljust(8, fill) if charset else b"e x".ljust(8, fill)], dtype="V8")
                dataset = h5d.create(group.id, f"text_{pad}_{charset}".encode(), kind, h5s.create_simple((2,)))
                dataset.write(h5s.ALL, h5s.ALL, values, mtype=kind)
                attribute = h5a.create(dataset, b"note", kind, h5s.create(h5s.SCALAR))
                attribute.write(np.array(b"one".ljust(8, fill), dtype="V8"), mtype=kind)


@case("arrays of one element where the schema has scalars, in datasets and attributes")
def one_element_arrays(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        group = series(file, typed)
        for name in ("identifier", "session_description", "session_start_time"):
            value = file[name][()]
            del file[name]
            file.create_dataset(name, data=[value.decode()], dtype=TEXT)
        group["data"].attrs["conversion"] = np.array([2.5])
        group["data"].attrs.create("unit", ["V"], dtype=TEXT)


@case("big-endian data and attributes")
def big_endian(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        for number, code in enumerate((">i2", ">i4", ">i8", ">u2", ">u4", ">u8", ">f4", ">f8"), 1):
            group = series(file, typed, f"ts_{code[1:]}", np.arange(-3 if code[1] != "u" else 0, 9).astype(code), number)
            group["data"].attrs["conversion"] = np.array(0.5, dtype=">f4")


@case("no .specloc and no cached specifications (all files here lack them), and no object_id anywhere")
def no_object_ids(path):
    with h5py.File(path, "w") as file:
        series(file, minimal(file, ids=False))


def newest(path, low, track):
    with h5py.File(path, "w", libver=(low, "latest"), track_order=track) as file:
        typed = minimal(file)
        group = series(file, typed, data=np.arange(6000, dtype="<i2").reshape(60, 100), chunks=(7, 33), maxshape=(None, 100), compression="gzip")
        for number in range(40):
            group.create_group(f"sub_{39 - number}", track_order=track)
        for number in range(20):
            group.attrs[f"attribute_{19 - number}"] = number
        single = group.create_dataset("single_chunk", data=np.arange(12), chunks=(12,))
        single.attrs["why"] = "single chunk index"
        group.create_dataset("fixed_array", data=np.arange(100), chunks=(10,))
        group.create_dataset("extensible_array", data=np.arange(100), chunks=(10,), maxshape=(None,))
        group.create_dataset("btree2", data=np.arange(100).reshape(10, 10), chunks=(3, 3), maxshape=(None, None))


@case("superblock 2, new-style groups, creation order tracked")
def superblock_2(path):
    newest(path, "v108", True)


@case("superblock 3, the newest chunk indexes, no creation order")
def superblock_3(path):
    newest(path, "v110", False)


@case("superblock 3 with creation order and dense storage of links and attributes")
def superblock_3_ordered(path):
    newest(path, "v110", True)


@case("the newest format that the library knows")
def newest_format(path):
    newest(path, "latest", True)


@case("a user block of 1024 bytes before the HDF5 data")
def user_block(path):
    with h5py.File(path, "w", userblock_size=1024) as file:
        series(file, minimal(file))
    with open(path, "r+b") as file:
        file.write(b"user block\n")


@case("named datatypes, used by datasets and by attributes; one of them linked twice")
def named_datatypes(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        group = series(file, typed)
        types = file.create_group("types")
        types["voltage"] = np.dtype("<f4")
        types["pixel"] = np.dtype([("x", "<u4"), ("y", "<u4"), ("weight", "<f4")])
        types["voltage"].attrs["note"] = "a named datatype with an attribute"
        types["also_voltage"] = types["voltage"]
        group.create_dataset("named", data=np.arange(4), dtype=types["voltage"])
        group.create_dataset("pixels", (2,), dtype=types["pixel"])
        group.attrs.create("gain", 2.5, dtype=types["voltage"])


@case("hard links: a second name for a dataset and a group, and a group inside itself")
def hard_links(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        group["again"] = group["data"]
        file["analysis/a_second_name"] = group
        group["inside"] = group
        file["analysis/root_again"] = file["/"]
        group["table"] = group["starting_time"].ref


@case("soft and external links that lead nowhere, soft links in a loop and to themselves, a relative soft link")
def broken_links(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        group["nowhere"] = h5py.SoftLink("/acquisition/gone")
        group["no_file"] = h5py.ExternalLink("gone.nwb", "/acquisition/ts")
        group["no_object"] = h5py.ExternalLink("fixed_strings.nwb", "/gone")
        group["elsewhere"] = h5py.ExternalLink("fixed_strings.nwb", "/acquisition/ts/data")
        group["loop_a"] = h5py.SoftLink("/acquisition/ts/loop_b")
        group["loop_b"] = h5py.SoftLink("/acquisition/ts/loop_a")
        group["myself"] = h5py.SoftLink("/acquisition/ts/myself")
        group["relative"] = h5py.SoftLink("data")
        group["upwards"] = h5py.SoftLink("/acquisition/ts/loop_group/data")
        group["loop_group"] = h5py.SoftLink("/acquisition/ts")


@case("null dataspaces in a dataset and in attributes")
def null_spaces(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        group["nothing"] = h5py.Empty("<i4")
        group["no_text"] = h5py.Empty(TEXT)
        group.attrs["nothing"] = h5py.Empty("<f8")
        group.attrs["no_text"] = h5py.Empty(TEXT)


@case("empty shapes: zero in each place, rank 0 to 4")
def empty_shapes(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file), data=np.zeros((0,), dtype="<i2"))
        for name, shape in {"a": (0,), "b": (0, 3), "c": (3, 0), "d": (2, 0, 4, 1), "one": (1,), "ones": (1, 1, 1, 1)}.items():
            group.create_dataset(name, shape, dtype="<f4")
            group.create_dataset(name + "_text", shape, dtype=TEXT)
        group.create_dataset("grows", (0, 4), maxshape=(None, 4), dtype="<u1")
        group.attrs.create("none", [], shape=(0,), dtype=TEXT)


@case("references: object references, null and dangling ones, regions by points, by blocks, whole and empty")
def references(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        group = series(file, typed, data=np.arange(24).reshape(4, 6))
        data = group["data"]
        gone = group.create_group("gone")
        dataset = group.create_dataset("objects", (5,), dtype=h5py.ref_dtype)
        dataset[0], dataset[1], dataset[2], dataset[4] = file["/"].ref, data.ref, gone.ref, dataset.ref
        group.attrs["object"], group.attrs["gone"] = data.ref, gone.ref
        group.attrs.create("objects", [data.ref, group.ref], dtype=h5py.ref_dtype)
        del group["gone"]
        regions = group.create_dataset("regions", (5,), dtype=h5py.regionref_dtype)
        regions[0] = data.regionref[1:3, 2:5]
        regions[1] = data.regionref[0, :]
        regions[2] = data.regionref[:, :]
        regions[3] = data.regionref[[0, 2], 1]
        group.attrs["region"] = data.regionref[3, 0:6:2]
        mixed = np.dtype([("n", "<i4"), ("object", h5py.ref_dtype), ("region", h5py.regionref_dtype), ("text", TEXT)])
        rows = np.zeros(2, dtype=mixed)
        rows[0] = (7, data.ref, data.regionref[0:2, 0:2], "first")
        rows[1] = (8, group.ref, data.regionref[3, 3], "zwölf")
        group.create_dataset("mixed", data=rows, dtype=mixed)


@case("opaque, bitfield, time, array, vlen and enum types, odd integers")
def odd_types(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        opaque = h5t.create(h5t.OPAQUE, 3)
        opaque.set_tag(b"a tag, with a comma")
        raw(group, "opaque", opaque, b"abcdef", (2,))
        raw(group, "opaque_attribute", opaque, b"xyz", (), attribute=True)
        raw(group, "bits", h5t.STD_B8LE, bytes([1, 2, 129]), (3,))
        raw(group, "bits_big", h5t.STD_B16BE, bytes([1, 2, 3, 4]), (2,))
        # h5py cannot set a bitfield's bits: offset and precision are the last four bytes of the encoded type
        part = h5t.decode(h5t.STD_B16LE.encode()[:-4] + struct.pack("<HH", 3, 5))
        raw(group, "bits_part", part, bytes([8, 0, 248, 0]), (2,))
        narrow = h5t.STD_I32LE.copy()
        narrow.set_precision(12)
        narrow.set_offset(4)
        raw(group, "int_12_bits", narrow, np.array([16, 32, 48], "<i4").tobytes(), (3,))
        raw(group, "time", h5t.UNIX_D32LE, np.array([0, 1709631667], "<i4").tobytes(), (2,))
        array = group.create_dataset("array", (2,), dtype=np.dtype(("<i2", (2, 3))))
        array[...] = np.arange(12, dtype="<i2").reshape(2, 2, 3)
        vlen = group.create_dataset("vlen", (3,), dtype=h5py.vlen_dtype(np.dtype("<i4")))
        vlen[0], vlen[2] = [1, 2, 3], [-4]
        texts = group.create_dataset("vlen_of_text", (2,), dtype=h5py.vlen_dtype(TEXT))
        texts[0] = np.array(["a", "bc"], dtype=object)
        group.create_dataset("enum", data=np.array([0, 2, 2]), dtype=h5py.enum_dtype({"RED": 0, "GREEN": 2, "blue, \"dark\"": -1}, basetype="<i2"))
        group.create_dataset("like_bool", data=np.array([0, 1]), dtype=h5py.enum_dtype({"FALSE": 0, "TRUE": 1}, basetype="<u1"))
        group.create_dataset("bool", data=np.array([True, False]))
        nested = np.dtype([("id", "<i4"), ("point", [("x", ">f4"), ("y", ">f8")]), ("pair", "<u2", (2,)), ("name", "S5")])
        group.create_dataset("nested", data=np.array([(1, (0.5, -2.0), [3, 4], b"five")], dtype=nested))
        padded = np.dtype({"names": ["a", "b"], "formats": ["<u1", "<f8"], "offsets": [0, 8], "itemsize": 24})
        group.create_dataset("padded", data=np.array([(1, 2.5), (3, 4.5)], dtype=padded))
        group.create_dataset("complex", data=np.array([1 + 2j, 3 - 4j]))


@case("floats that are not 32 or 64 bits: IEEE 16, x86 80-bit, a 24-bit one of its own; NaN, infinities, minus zero")
def odd_floats(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        group.create_dataset("half", data=np.array([1.5, -0.0, np.inf, np.nan], dtype="<f2"))
        group.create_dataset("half_big", data=np.array([1.5, 65504], dtype=">f2"))
        if np.dtype(np.longdouble).itemsize == 16:
            values = np.zeros(2, dtype=np.longdouble)
            values.view("V16")[:] = [bytes.fromhex("0000000000000080ff3f").ljust(16, b"\0"), bytes.fromhex("00000000000000a000c0").ljust(16, b"\0")]
            group.create_dataset("long_double", data=values)
        own = h5t.IEEE_F32LE.copy()
        own.set_fields(22, 16, 6, 0, 16)
        own.set_precision(23)
        own.set_size(3)
        own.set_ebias(31)
        raw(group, "own", own, bytes([0, 0, 31, 0, 128, 32]), (2,))
        group.create_dataset("special", data=np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308]))
        group.create_dataset("nan_payload", data=np.array([0x7FF8000000000123, 0xFFF0000000000001], "<u8").view("<f8"))


@case("fill values with chunks that were never written; fill time never; a fill value of a compound and of text")
def fill_values(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        sparse = group.create_dataset("sparse", (10, 12), chunks=(4, 5), dtype="<i2", fillvalue=-7)
        sparse[4:8, 5:10] = np.arange(20).reshape(4, 5)
        group.create_dataset("unwritten", (5,), dtype="<f4", fillvalue=2.5)
        group.create_dataset("big_endian", (5,), chunks=(2,), dtype=">i4", fillvalue=258)
        group.create_dataset("zeros", (3, 3), chunks=(2, 2), dtype="<u4")
        group.create_dataset("never", (4,), dtype="<i4", fill_time="never")[...] = [1, 2, 3, 4]
        compound = np.dtype([("x", "<u4"), ("w", "<f4")])
        group.create_dataset("compound", (3,), chunks=(2,), dtype=compound, fillvalue=np.array((3, 0.5), dtype=compound)[()])
        group.create_dataset("text", (3,), chunks=(2,), dtype="S4", fillvalue=b"none")


@case("compact, early allocated and contiguous layouts")
def layouts(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_layout(h5d.COMPACT)
        dataset = h5d.create(group.id, b"compact", h5t.STD_I16LE, h5s.create_simple((3, 5)), plist)
        dataset.write(h5s.ALL, h5s.ALL, np.arange(15, dtype="<i2").reshape(3, 5))
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_alloc_time(h5d.ALLOC_TIME_EARLY)
        h5d.create(group.id, b"early", h5t.IEEE_F64LE, h5s.create_simple((4,)), plist)
        group.create_dataset("times_tracked", data=[1, 2], track_times=True)


@case("raw data in external files, two segments, one of them missing")
def external_storage(path):
    folder = Path(path).parent
    (folder / "external_storage.raw").write_bytes(b"skip" + np.arange(6, dtype="<i2").tobytes())
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        group.create_dataset("outside", (6,), dtype="<i2", external=[("external_storage.raw", 4, 12)])
        group.create_dataset("half_missing", (6,), dtype="<i2", external=[("external_storage.raw", 4, 6), ("gone.raw", 0, h5py.h5f.UNLIMITED)])


@case("a virtual dataset over two files and this one, with a source that is missing")
def virtual_dataset(path):
    folder = Path(path).parent
    for number in range(2):
        with h5py.File(folder / f"virtual_source_{number}.h5", "w") as source:
            source["data"] = np.arange(8, dtype="<i4") + 100 * number
    layout = h5py.VirtualLayout(shape=(4, 8), dtype="<i4")
    for number in range(3):
        layout[number] = h5py.VirtualSource(f"virtual_source_{number}.h5", "data", shape=(8,))
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        group["own"] = np.arange(8, dtype="<i4") * 3
        layout[3] = h5py.VirtualSource(".", "/acquisition/ts/own", shape=(8,))
        group.create_virtual_dataset("virtual", layout, fillvalue=-1)


@case("a dataset of 8 TB of which no chunk was written, and one of which one chunk was")
def huge_sparse(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        group.create_dataset("huge", (1 << 31, 2048), chunks=(64, 2048), dtype="<u2")
        corner = group.create_dataset("corner", (1 << 31, 2048), chunks=(64, 2048), dtype="<u2", compression="gzip")
        corner[-2:, -3:] = [[1, 2, 3], [4, 5, 6]]
        group.create_dataset("scaled", (1 << 40,), chunks=(1 << 16,), dtype="<f8", fillvalue=1.5)


@case("text that is not UTF-8: in values, in attributes, and in names")
def not_utf8(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        latin = "Zürich".encode("latin-1")
        group.create_dataset("fixed", data=np.array([latin, b"ok"]))
        group.create_dataset("variable", data=np.array([latin, b"ok"], dtype=object), dtype=h5py.string_dtype("ascii"))
        group.attrs.create("note", latin, dtype=h5py.string_dtype("ascii"))
        group.create_dataset("lying", data=np.array([latin], dtype=object), dtype=TEXT)
        h5g.create(group.id, b"name_\xfc")
        attribute = h5a.create(group.id, b"attribute_\xfc", h5t.STD_I32LE, h5s.create(h5s.SCALAR))
        attribute.write(np.array(5, dtype="<i4"))


@case("names with blanks, dots, quotes, unicode and very long ones; text with line ends, tabs and unicode")
def odd_names(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        names = ("with blank", "dots.and-dashes", "quote\"d", "back\\slash", "äöü 中文 \U0001F9E0", "..", "tab\there", "new\nline", "x" * 500, " lead", "a:b", "%41")
        for number, name in enumerate(names, 1):
            if name == "..":
                name = "..."
            group = series(file, typed, name, number=number)
            group.attrs["äöü \U0001F9E0"] = "line\nline\ttab \U0001F9E0 \"quoted\" \\ end"
        file["analysis"].create_dataset("texts", data=["", " ", "\n", "ä" * 1000, "\u0301combining", "\ufeffbom"], dtype=TEXT)


@case("filters in every combination that HDF5 has by itself: shuffle, deflate, fletcher32, lzf, szip, nbit, scaleoffset")
def filters(path):
    data = (np.arange(35 * 41, dtype="<i4").reshape(35, 41) * 7) % 1001
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        options = {
            "gzip_1": dict(compression="gzip", compression_opts=1), "gzip_9_shuffle": dict(compression="gzip", compression_opts=9, shuffle=True),
            "all": dict(compression="gzip", shuffle=True, fletcher32=True), "lzf": dict(compression="lzf"),
            "lzf_shuffle": dict(compression="lzf", shuffle=True), "shuffle": dict(shuffle=True), "fletcher32": dict(fletcher32=True),
            "scaleoffset": dict(scaleoffset=True),
        }
        if h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP):
            options["szip_nn"] = dict(compression="szip", compression_opts=("nn", 8))
            options["szip_ec"] = dict(compression="szip", compression_opts=("ec", 16))
        for name, option in options.items():
            group.create_dataset(name, data=data, chunks=(8, 16), **option)
        group.create_dataset("scaleoffset_float", data=data / 8, chunks=(8, 16), scaleoffset=3)
        group.create_dataset("texts", data=[str(n) for n in range(50)], dtype=TEXT, chunks=(8,), compression="gzip")
        skipped = group.create_dataset("filter_mask", (16, 16), dtype="<u1", chunks=(8, 16), compression="gzip")
        skipped[8:] = 3
        skipped.id.write_direct_chunk((0, 0), bytes(range(128)), filter_mask=1)


@case("a dataset with a filter that nobody has registered")
def unknown_filter(path):
    with h5py.File(path, "w") as file:
        group = series(file, minimal(file))
        plist = h5p.create(h5p.DATASET_CREATE)
        plist.set_chunk((8,))
        plist.set_filter(32555, h5py.h5z.FLAG_OPTIONAL, (3, 1, 4))
        dataset = h5d.create(group.id, b"unknown", h5t.STD_U8LE, h5s.create_simple((16,)), plist)
        dataset.write_direct_chunk((0,), b"whatever")


@case("an unknown neurodata type, and extra untyped members")
def unknown_types(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        typed(series(file, typed), "core", "NoSuchType", 1)
        file["general/extra/deep"] = np.arange(3)
        file["general"].attrs["note"] = "an attribute that no schema knows"
        file.create_group("untyped")


@case("a type of a namespace that is neither known nor cached in the file")
def unknown_namespace(path):
    with h5py.File(path, "w") as file:
        typed = minimal(file)
        typed(series(file, typed), "ndx-nowhere", "LabSeries", 1)


@case("attributes larger than 64 KiB, in dense storage")
def large_attributes(path):
    with h5py.File(path, "w", libver=("v110", "latest")) as file:
        group = series(file, minimal(file))
        group.attrs["numbers"] = np.arange(20000, dtype="<f8")
        group.attrs.create("texts", [f"column_{n}" for n in range(9000)], dtype=TEXT)


@case("an NWB 1 file: nwb_version is a dataset", nwb=False)
def nwb_1(path):
    with h5py.File(path, "w") as file:
        file["nwb_version"] = "NWB-1.0.6"
        file["identifier"] = "an NWB 1 file"
        file["session_description"] = "old"
        file["session_start_time"] = START
        file["file_create_date"] = [START]
        epoch = file.create_group("epochs/first")
        epoch["start_time"], epoch["stop_time"] = 0.0, 1.0
        movie = file.create_group("acquisition/timeseries/movie")
        movie.attrs["ancestry"] = ["TimeSeries", "ImageSeries", "TwoPhotonSeries"]
        movie.attrs["neurodata_type"] = "TimeSeries"
        movie["data"], movie["timestamps"] = np.zeros((2, 3, 4), dtype="<u2"), [0.0, 0.1]


@case("an NWB 1 file that says so in a root attribute", nwb=False)
def nwb_1_attribute(path):
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "NWB-1.0.6"
        file["identifier"] = "an NWB 1 file"


@case("an HDF5 file that is not NWB", nwb=False, suffix=".h5")
def not_nwb(path):
    with h5py.File(path, "w") as file:
        file["measurements/values"] = np.arange(12).reshape(3, 4)
        file["measurements"].attrs["title"] = "not NWB at all"


@case("an HDF5 file with nothing in it", nwb=False)
def no_objects(path):
    with h5py.File(path, "w"):
        pass


@case("a file of no bytes", hdf5=False, nwb=False)
def no_bytes(path):
    Path(path).write_bytes(b"")


@case("a text file", hdf5=False, nwb=False)
def text_file(path):
    Path(path).write_text("This is not an HDF5 file.\n" * 100, encoding="utf-8")


@case("the HDF5 signature and nothing more", hdf5=False, nwb=False)
def signature_only(path):
    Path(path).write_bytes(b"\x89HDF\r\n\x1a\n")


def shortened(path, keep):
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.nwb"
        big_endian(whole)
        content = whole.read_bytes()
    Path(path).write_bytes(content[: int(len(content) * keep)])


@case("a file cut off in the middle", hdf5=False, nwb=False)
def truncated(path):
    shortened(path, 0.5)


@case("a file that lacks its last bytes", hdf5=False, nwb=False)
def truncated_end(path):
    shortened(path, 0.99)


@case("a file whose root group's header was overwritten with 0xFF", hdf5=False, nwb=False)
def damaged(path):
    shortened(path, 1)
    content = bytearray(Path(path).read_bytes())
    content[96:400] = b"\xff" * 304
    Path(path).write_bytes(content)


def raw(group, name, kind, content, shape, attribute=False):
    """Writes bytes as they are, in a type that h5py's own interface does not write."""
    space = h5s.create_simple(shape) if shape else h5s.create(h5s.SCALAR)
    size = kind.get_size()
    values = np.frombuffer(content, dtype=f"V{size}").reshape(shape).copy()
    if attribute:
        h5a.create(group.id, name.encode(), kind, space).write(values, mtype=kind)
    else:
        h5d.create(group.id, name.encode(), kind, space).write(h5s.ALL, h5s.ALL, values, mtype=kind)


def write_all(folder) -> list:
    """Writes every file into `folder`; returns the manifest."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = []
    for function, why, hdf5, nwb, suffix in CASES:
        name = function.__name__ + suffix
        (folder / name).unlink(missing_ok=True)
        function(folder / name)
        manifest.append({"file": name, "why": why, "hdf5": hdf5, "nwb": nwb})
    return manifest


def main() -> int:
    parser = argparse.ArgumentParser(description="Files as other programs write them, and broken ones.")
    parser.add_argument("outdir")
    options = parser.parse_args()
    json.dump(write_all(options.outdir), sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

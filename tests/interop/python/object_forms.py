"""Writes files with every form of objects that h5py can make: object_forms.py FOLDER.

Each form is made by the oldest and the newest version of the format, with and without a user block, with and without an order of
creation, and in a file whose space is managed in pages."""

import sys
from pathlib import Path

import h5py
import numpy as np
from h5py import h5a, h5d, h5p, h5s, h5t

FILES = {
    "earliest": {"libver": "earliest"},
    "v108": {"libver": ("v108", "v108")},
    "v110": {"libver": ("v110", "v110")},
    "latest": {"libver": "latest"},
    "user_block": {"libver": "earliest", "userblock_size": 1024},
    "user_block_latest": {"libver": "latest", "userblock_size": 512},
    "ordered": {"libver": "latest", "track_order": True},
    "ordered_earliest": {"libver": "earliest", "track_order": True},
    "paged": {"libver": "latest", "fs_strategy": "page", "fs_page_size": 4096},
}


def types(group):
    """An attribute and a dataset of each type."""
    record = np.dtype([("a", "<i2"), ("b", ">f8"), ("name", "S5")])
    text = h5py.string_dtype()
    gaps = np.dtype({"names": ["x", "y"], "formats": ["<i4", "<f4"], "offsets": [4, 12], "itemsize": 20})
    odd_int, odd_float = h5t.STD_I16LE.copy(), h5t.IEEE_F32LE.copy()
    odd_int.set_precision(11)
    odd_int.set_offset(3)
    odd_float.set_fields(15, 7, 8, 0, 7)
    odd_float.set_size(2)
    numbers = [f"{order}{kind}{size}" for order in "<>" for kind in "iu" for size in (1, 2, 4, 8)]
    values = {code.replace("<", "l_").replace(">", "b_"): np.arange(6).astype(code) for code in numbers}
    values |= {f"float{size}{order}": np.linspace(0, 1, 5).astype(f"{order}f{size}")
               for order in "<>" for size in (2, 4, 8)}
    values |= {
        "scalar": np.float64(2.5),
        "no_elements": np.zeros((0, 3), "i4"),
        "cube": np.arange(24, dtype="u2").reshape(2, 3, 4),
        "fixed": np.array([b"abc", b"", b"\xff\xfe"], "S7"),
        "bools": np.array([True, False]),
        "record": np.array([(1, 2.5, b"x"), (3, 4.5, b"yz")], record),
        "gaps": np.array([(1, 2.0), (3, 4.0)], gaps),
        "inner_array": np.zeros(3, np.dtype([("m", "<f4", (2, 2)), ("n", "u1")])),
        "complex": np.array([1 + 2j]),
        "opaque": np.array([b"\x01\x02\x03"], "V3"),
    }
    for name, value in values.items():
        group.attrs[name] = value
        group[name] = value
    group.attrs["long_double"] = np.longdouble(1.5)
    group.attrs["texts"] = np.array(["a", "", "\u00fc" * 40, "\U0001f9e0"], text)
    group.attrs["ascii"] = np.array(["x", "yy"], h5py.string_dtype("ascii"))
    group.attrs["text"] = "one text"
    group.attrs["empty_text"] = ""
    group.attrs["long_text"] = "long " * 3000
    group.attrs["null"] = h5py.Empty("f4")
    group.attrs["null_text"] = h5py.Empty(text)
    group.attrs["enum"] = np.array(2, h5py.enum_dtype({"ONE": 1, "TWO": 2, "MINUS": -3}, "i2"))
    sequences = np.empty(3, object)
    sequences[:] = [np.arange(3, dtype="i4"), np.zeros(0, "i4"), np.arange(5, dtype="i4")]
    group.attrs.create("sequences", sequences, dtype=h5py.vlen_dtype("i4"))
    group.attrs["reference"] = group.ref
    group.attrs["references"] = np.array([group.ref, h5py.Reference(), group["cube"].ref], h5py.ref_dtype)
    group.attrs["region"] = group["cube"].regionref[0, 1:, ::2]
    mixed = np.dtype([("start", "<i4"), ("name", text), ("target", h5py.ref_dtype), ("end", "u1")])
    group.attrs.create("mixed", np.array([(1, "one", group.ref, 2), (3, "", group["cube"].ref, 4)], mixed), dtype=mixed)
    group.create_dataset("mixed", data=np.array([(5, "five", group.ref, 6)], mixed))
    group.file["named"] = np.dtype("<f8")
    group.file["named_record"] = record
    group.file["named_text"] = text
    group.attrs.create("of_named", 1.5, dtype=group.file["named"])
    group.create_dataset("of_named", data=[1.0, 2.0], dtype=group.file["named"])
    group.create_dataset("of_named_record", shape=(2,), dtype=group.file["named_record"])
    for name, of in (("odd_int", odd_int), ("odd_float", odd_float)):
        h5d.create(group.id, name.encode(), of, h5s.create_simple((3,)))
        h5a.create(group["cube"].id, name.encode(), of, h5s.create(h5s.SCALAR))
    for padding in (h5t.STR_NULLTERM, h5t.STR_NULLPAD, h5t.STR_SPACEPAD):
        for charset in (h5t.CSET_ASCII, h5t.CSET_UTF8):
            for size in (4, h5t.VARIABLE):
                of = h5t.C_S1.copy()
                of.set_size(size)
                of.set_strpad(padding)
                of.set_cset(charset)
                h5a.create(group.id, f"padded {padding} {charset} {size}".encode(), of, h5s.create_simple((2,)))


def datasets(group):
    """Each layout, index of chunks, filter and fill value."""
    data = np.arange(600, dtype="<i4").reshape(20, 30)
    group.create_dataset("contiguous", data=data)
    group.create_dataset("never_written", shape=(4, 5), dtype="f4")
    for name, chunks, most in (
        ("single", (20, 30), None), ("fixed", (7, 8), None), ("grows", (7, 8), (None, 30)),
        ("grows_both", (7, 8), (None, None)), ("limited", (7, 8), (100, 50)),
    ):
        for filters in ({}, {"compression": 4, "shuffle": True}, {"compression": "lzf", "fletcher32": True}):
            group.create_dataset(f"{name} {sorted(filters)}", data=data, chunks=chunks, maxshape=most, **filters)
    group.create_dataset("no_chunk_yet", shape=(100,), chunks=(10,), maxshape=(None,), dtype="u1", compression=9)
    group.create_dataset("scale_offset", data=data, chunks=(5, 5), scaleoffset=0)
    group.create_dataset("many_chunks", data=np.zeros((300, 300), "u1"), chunks=(3, 5))
    group.create_dataset("filled", shape=(10,), chunks=(3,), dtype="f8", fillvalue=-1.5)
    group.create_dataset("filled_record", shape=(2,), dtype=[("a", "u1"), ("b", ">i4")],
                         fillvalue=np.array((3, 4), [("a", "u1"), ("b", ">i4")])[()])
    group.create_dataset("texts", data=["a", "b"], dtype=h5py.string_dtype())
    compact = h5p.create(h5p.DATASET_CREATE)
    compact.set_layout(h5d.COMPACT)
    h5d.create(group.id, b"compact", h5t.STD_I32LE, h5s.create_simple((4,)), compact)
    for time in (h5d.FILL_TIME_ALLOC, h5d.FILL_TIME_NEVER, h5d.FILL_TIME_IFSET):
        for alloc in (h5d.ALLOC_TIME_EARLY, h5d.ALLOC_TIME_INCR, h5d.ALLOC_TIME_LATE):
            create = h5p.create(h5p.DATASET_CREATE)
            create.set_chunk((4,))
            create.set_fill_time(time)
            create.set_alloc_time(alloc)
            create.set_fill_value(np.array(7, "i4"))
            h5d.create(group.id, f"fill {time} {alloc}".encode(), h5t.STD_I32LE, h5s.create_simple((9,)), create)
    if group.file.libver[1] != "v108":
        layout = h5py.VirtualLayout(shape=(20, 30), dtype="<i4")
        layout[...] = h5py.VirtualSource(group["contiguous"])
        group.create_virtual_dataset("virtual", layout)
    group.create_dataset("external", shape=(4,), dtype="i4", external=[("raw.bin", 0, 16)])


def links(group):
    """Groups of few and many links of each kind, and a cycle."""
    few = group.create_group("few")
    few["soft"] = h5py.SoftLink("/nowhere/at all")
    few["external"] = h5py.ExternalLink("other.h5", "/there/\u00fc")
    few["self"] = few
    few["\u00fc"] = few
    many = group.create_group("many")
    for n in range(300):
        many.create_group(f"child {n * 7919 % 300}")
    for n in range(40):
        many[f"soft {n}"] = h5py.SoftLink("/" + "x" * n * 9 + "y")
        many[f"external {n}"] = h5py.ExternalLink(f"{n}.h5", "/")
    for n in range(0, 300, 3):
        del many[f"child {n}"]
    attributed = group.create_group("attributes")
    for n in range(40):
        attributed.attrs[f"attribute {n}"] = n
        attributed.attrs[f"text {n}"] = "text " * (n % 7)
    attributed.attrs["large"] = np.arange(6000, dtype="f8")[:600]
    deep = group
    for level in range(30):
        deep = deep.create_group(f"level {level}")
    group.create_dataset("with attributes", data=1.0)
    for n in range(12):
        group["with attributes"].attrs[f"a{n}"] = np.full(n, n, "u1")
    group.attrs.create("x" * 300, "a long name")


def main(folder):
    for name, options in FILES.items():
        with h5py.File(Path(folder, name + ".h5"), "w", **options) as file:
            for part in (types, datasets, links):
                part(file.create_group(part.__name__))
        if "userblock_size" in options:
            with open(Path(folder, name + ".h5"), "r+b") as file:
                file.write(b"a user's own")


main(sys.argv[1])

"""Writes datasets in every form of storage that h5py can make, for readers to be compared with h5py.

    storage_forms.py OUTDIR

Writes `OUTDIR/NAME.h5` and `OUTDIR/manifest.json`: for each file, and each dataset, a checksum of its elements (FNV-1a: of all bytes as stored where the
elements are wholly in them; else of what `content` gives, and the entry says `"variable": true`), and whether a reader should manage without the HDF5
library. Every run writes the same.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import zlib
from pathlib import Path

import h5py
import numpy as np
from h5py import h5d, h5o, h5p, h5r, h5s, h5t, h5z

COMPOUND = np.dtype({"names": ["x", "flag", "w"], "formats": ["<u4", "?", "<f8"], "offsets": [0, 5, 8], "itemsize": 20})
TYPES = {
    "u1": "u1", "i2": "<i2", "u2": "<u2", "i4": "<i4", "u8": "<u8", "f2": "<f2", "f4": "<f4", "f8": "<f8", "bi2": ">i2", "bu4": ">u4", "bf8": ">f8",
    "bool": "?", "text": "S5", "opaque": "V3", "compound": COMPOUND, "array": np.dtype(("<i2", (2, 3))),
    "enum": h5py.enum_dtype({"a": 0, "b": 1, "c": 500}, basetype="<i2"),
}
DEFLATE, SHUFFLE, FLETCHER, LZF = (h5z.FILTER_DEFLATE, (4,)), (h5z.FILTER_SHUFFLE, ()), (h5z.FILTER_FLETCHER32, ()), (h5z.FILTER_LZF, ())
SZIP, SCALE, NBIT = (h5z.FILTER_SZIP, (h5z.SZIP_NN_OPTION_MASK, 8)), (h5z.FILTER_SCALEOFFSET, (2, 0)), (h5z.FILTER_NBIT, ())
# Steps of the pipeline, and whether the direct way takes them.
PIPELINES = {
    "none": ([], True), "gzip": ([DEFLATE], True), "shuffle": ([SHUFFLE], True), "fletcher": ([FLETCHER], True), "lzf": ([LZF], True),
    "gzip_shuffle": ([SHUFFLE, DEFLATE], True), "lzf_shuffle": ([SHUFFLE, LZF], True), "all": ([SHUFFLE, DEFLATE, FLETCHER], True),
    "sum_first": ([FLETCHER, SHUFFLE, DEFLATE], True), "shuffle_last": ([DEFLATE, SHUFFLE], True), "sums": ([FLETCHER, LZF, FLETCHER], True),
    "gzip_twice": ([DEFLATE, DEFLATE], False), "szip": ([SZIP], False), "scale": ([SCALE], False), "nbit": ([NBIT], False),
}


def library():
    """The HDF5 library that h5py has loaded, for what h5py does not wrap."""
    folder = Path(h5py.__file__).parent.parent / "h5py.libs"
    for path in sorted(folder.glob("libhdf5-*")):
        return ctypes.CDLL(str(path))
    return None


def values(dtype, shape, seed):
    """Elements that compress, but not to nothing."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    base = dtype.base
    count = int(np.prod(shape + dtype.shape))
    if base.names or base.kind in "VS":
        raw = rng.integers(97, 105, count * base.itemsize, dtype="u1")
        out = raw.view(base) if not base.names else np.zeros(count, base)
        if base.names:
            out["x"], out["flag"], out["w"] = rng.integers(0, 999, count), rng.random(count) < 0.5, rng.random(count)
    elif base.kind == "b":
        out = rng.random(count) < 0.3
    elif base.kind == "f":
        out = np.round(rng.normal(0, 9, count), 2).astype(base)
    else:
        out = rng.choice([0, 1, 500] if base.metadata else rng.integers(0, 200, 40), count).astype(base)
    return out.reshape(shape + dtype.shape)


class Form:
    """Datasets of one file."""

    def __init__(self, file):
        self.file, self.made, self.variable = file, {}, set()

    def add(self, name, dtype, shape, chunk=None, steps=(), direct=True, write=True, maxshape=None, fill=None, alloc=None, time=None, options=0):
        dtype = np.dtype(dtype)
        dcpl = h5p.create(h5p.DATASET_CREATE)
        if chunk:
            dcpl.set_chunk(chunk)
        for number, parameters in steps:
            if number == h5z.FILTER_SZIP:
                dcpl.set_szip(*parameters)
            elif number == h5z.FILTER_SCALEOFFSET:
                dcpl.set_scaleoffset(*parameters)
            else:
                dcpl.set_filter(number, h5z.FLAG_OPTIONAL if number != h5z.FILTER_FLETCHER32 else 0, parameters)
        if fill is not None:
            dcpl.set_fill_value(np.asarray(fill, dtype))
        if alloc is not None:
            dcpl.set_alloc_time(alloc)
        if time is not None:
            dcpl.set_fill_time(time)
        if options:
            library().H5Pset_chunk_opts(ctypes.c_int64(dcpl.id), ctypes.c_uint(options))
        space = h5s.create_simple(shape, tuple(h5s.UNLIMITED if n is None else n for n in (maxshape or shape))) if shape is not None else h5s.create(h5s.SCALAR)
        dataset = h5py.Dataset(h5d.create(self.file.id, name.encode(), h5t.py_create(dtype, logical=True), space, dcpl=dcpl))
        if write is True:
            dataset[...] = values(dtype, shape or (), zlib.crc32(name.encode()))
        elif write:
            dataset[write] = values(dtype, dataset[write].shape[:len(shape)], zlib.crc32(name.encode()))
        self.made[name] = direct
        return dataset


def forms(form, thin, modern, arrays):
    """What any file can hold; `thin` leaves out combinations, `modern` says whether layouts of HDF5 1.10 can be, `arrays` whether its indexes are used."""
    for name, dtype in TYPES.items():
        for pipeline, (steps, direct) in PIPELINES.items():
            # Numeric filters take numbers; the rest is thinned out where the file's format makes no difference.
            if pipeline in ("scale", "nbit", "szip") and name not in ("i2", "i4", "u8"):
                continue
            if thin and name not in ("i2", "bf8", "compound"):
                continue
            form.add(f"{name} {pipeline}", dtype, (13, 11), (5, 4), steps, direct)
        form.add(f"{name} contiguous", dtype, (13, 11))
        form.add(f"{name} fill", dtype, (13, 11), (5, 4), [DEFLATE], write=np.s_[6:9, 2:3], fill=values(dtype, (), 5) if name not in ("array", "enum", "opaque") else None)
        form.add(f"{name} none written", dtype, (6, 7), (3, 3), [SHUFFLE, DEFLATE], write=False)
    form.add("scalar", "<f4", None)
    form.add("one axis", "<i4", (100,), (7,), [SHUFFLE, DEFLATE])
    form.add("four axes", "<u2", (5, 4, 3, 6), (2, 3, 3, 4), [SHUFFLE, DEFLATE])
    form.add("whole rows", "<u2", (10, 4, 6), (3, 4, 6), [DEFLATE])
    form.add("chunk of one element", "<i2", (4, 3), (1, 1), [FLETCHER])
    form.add("chunk larger than the data", "<i2", (3, 3), (8, 8), [DEFLATE], maxshape=(None, None))
    form.add("no elements", "<i2", (0, 3), (8, 3), [DEFLATE], maxshape=(None, 3), write=False)
    form.add("contiguous, nothing written", "<i4", (4, 3), write=False, direct=False, fill=7)
    form.add("never filled", "<i4", (9, 9), (4, 4), [DEFLATE], write=np.s_[:3, :3], time=h5d.FILL_TIME_NEVER)
    form.add("allocated early", "<i4", (9, 9), (4, 4), write=np.s_[:3, :3], alloc=h5d.ALLOC_TIME_EARLY)
    for name, shape, chunk, maxshape in [
        ("single", (12,), (12,), None), ("implicit", (90,), (10,), None), ("implicit, room to grow", (20, 7), (3, 3), (40, 30)), ("fixed", (90,), (10,), None), ("fixed, paged", (5000,), (2,), None),
        ("extensible", (3000,), (3,), (None,)), ("extensible, second axis", (7, 60), (3, 4), (7, None)), ("tree", (50, 50), (3, 3), (None, None)),
        ("fixed, room to grow", (20, 7), (3, 3), (40, 30)), ("extensible, room to grow", (20, 7), (3, 3), (None, 30)),
    ]:
        early = h5d.ALLOC_TIME_EARLY if name.startswith("implicit") else None
        # In an array that is not in the order of the axes, the library itself does not say right where chunks are.
        true = not arrays or name not in ("extensible, second axis", "fixed, room to grow", "extensible, room to grow")
        form.add(f"index {name}", "<u2", shape, chunk, [], true, maxshape=maxshape, alloc=early)
        if early is None:
            form.add(f"index {name}, filtered", "<u2", shape, chunk, [SHUFFLE, DEFLATE], true, maxshape=maxshape)
    shrunk = form.add("shrunk", "<i4", (20, 20), (6, 6), [DEFLATE], maxshape=(None, None), fill=3)
    shrunk.resize((13, 7))
    shrunk.resize((15, 9))
    grown = form.add("grown", "<i4", (5, 5), (4, 4), [SHUFFLE, DEFLATE], maxshape=(None, None), fill=-1)
    grown.resize((11, 6))
    # Filters left out for single chunks: the chunk is stored as the others would have left it.
    for mask in range(4):
        masked = form.add(f"mask {mask}", "<i2", (8, 6), (4, 6), [SHUFFLE, DEFLATE], write=False)
        for row in (0, 4):
            chunk = values("<i2", (4, 6), row + mask).tobytes()
            if not mask & 1:
                chunk = np.frombuffer(chunk, "u1").reshape(-1, 2).T.tobytes()
            masked.id.write_direct_chunk((row, 0), chunk if mask & 2 else zlib.compress(chunk, 4), mask)
    if modern and library():
        form.add("partial chunks as they are", "<i2", (13, 11), (5, 4), [SHUFFLE, DEFLATE], options=2)
        form.add("partial chunks as they are, growing", "<i2", (13, 11), (5, 4), [SHUFFLE, DEFLATE, FLETCHER], maxshape=(None, 11), options=2)


def others(form, path):
    """What lies elsewhere, or is put together."""
    file = form.file
    compact = h5p.create(h5p.DATASET_CREATE)
    compact.set_layout(h5d.COMPACT)
    dataset = h5d.create(file.id, b"compact", h5t.NATIVE_INT16, h5s.create_simple((3, 4)), dcpl=compact)
    dataset.write(h5s.ALL, h5s.ALL, values("<i2", (3, 4), 1))
    raw = path.with_suffix(".raw")
    raw.write_bytes(values("<i2", (20,), 2).tobytes())
    outside = h5p.create(h5p.DATASET_CREATE)
    outside.set_external(raw.name.encode(), 0, 40)
    h5d.create(file.id, b"external", h5t.STD_I16LE, h5s.create_simple((20,)), dcpl=outside)
    layout = h5py.VirtualLayout((2, 13, 11), "<i2")
    for n, source in enumerate(("i2 gzip", "i2 contiguous")):
        layout[n] = h5py.VirtualSource(".", source, (13, 11))
    file.create_virtual_dataset("virtual", layout, fillvalue=4)
    form.made |= {"compact": False, "virtual": False, "external": False}


TEXT, ASCII = h5py.string_dtype(), h5py.string_dtype("ascii")
RECORD = np.dtype([("pad", "u1"), ("name", TEXT), ("n", "<i4"), ("of", h5py.ref_dtype), ("many", h5py.vlen_dtype("<i2")), ("w", "<f8")])
VARIABLE = {
    "utf8": TEXT, "ascii": ASCII, "items": h5py.vlen_dtype("<i2"), "wide items": h5py.vlen_dtype(">f8"), "reference": h5py.ref_dtype, "record": RECORD,
    "lists of texts": h5py.vlen_dtype(TEXT), "lists of references": h5py.vlen_dtype(h5py.ref_dtype),
}


def element(kind, file, rng):
    """An element of a type with parts of variable length; some are empty, few are large."""
    size = int(rng.choice([0, 1, 3, 8, 30, 600, 5000], p=[0.15, 0.15, 0.2, 0.25, 0.2, 0.04, 0.01]))
    names = sorted(file["targets"])
    if kind == "utf8":
        return bytes(rng.choice([97, 98, 0xC3, 0xA9, 0x20, 0xFF], size).astype("u1")) if rng.random() < 0.2 else ("\u00e9" * (size // 2) + "x" * (size % 2))
    if kind == "ascii":
        return "abc " * (size // 4) + "d" * (size % 4)
    if kind in ("items", "wide items"):
        return rng.integers(-999, 999, size // 4).astype("<i2" if kind == "items" else ">f8")
    if kind == "reference":
        return file["targets"][names[int(rng.integers(len(names)))]].ref if rng.random() < 0.8 else None
    if kind == "lists of texts":
        return np.array([element("utf8", file, rng) for _ in range(size % 5)], object)
    if kind == "lists of references":
        return np.array([element("reference", file, rng) or h5py.Reference() for _ in range(size % 5)], h5py.ref_dtype)
    return (7, element("utf8", file, rng), size, element("reference", file, rng) or h5py.Reference(), element("items", file, rng), size / 3)


def variable(form, thin):
    """Elements with parts of variable length; `thin` as above."""
    file = form.file
    targets = file.create_group("targets")
    for n in range(5):
        targets.create_group(f"target {n}")
    storages = {
        "contiguous": (None, (), (61,), None), "chunked": ((7,), (), (61,), None), "gzip": ((20,), (SHUFFLE, DEFLATE), (61,), (None,)),
        "lzf": ((4, 3), (LZF,), (13, 5), None), "part written": ((5, 4), (DEFLATE,), (13, 11), (None, None)),
    }
    for kind, dtype in VARIABLE.items():
        for storage, (chunk, steps, shape, maxshape) in storages.items():
            if thin and (kind not in ("utf8", "items", "record") or storage in ("chunked", "lzf")):
                continue
            name = f"{kind} {storage}"
            rng = np.random.default_rng(zlib.crc32(name.encode()))
            dataset = form.add(name, dtype, shape, chunk, steps, write=False, maxshape=maxshape)
            places = [at for at in np.ndindex(shape) if storage != "part written" or at[0] < 6]
            # Written in parts and out of order, so that neighbours are not beside each other in the heap.
            for at in rng.permutation(len(places)) if storage == "chunked" else range(len(places)):
                found = element(kind, file, rng)
                if found is not None:
                    dataset[tuple(places[at])] = np.array(found, dtype) if kind == "record" else found
            form.variable.add(name)
    scalar = form.add("text alone", TEXT, None, write=False)
    scalar[()] = "one"
    many = form.add("many texts", TEXT, (20000,), write=False)
    many[...] = np.array([f"row {n * 7919 % 20011}" * (n % 4) for n in range(20000)], object)
    large = form.add("large texts", TEXT, (6,), write=False)
    large[...] = np.array(["a" * (70_000 if thin else 3_000_000), "b", "", "c" * 70_000, "d" * 1_048_560, "e"], object)
    # The library cannot read such a one where it is not written wholly.
    file.create_dataset("text with a fill value", (9,), TEXT, chunks=(2,), fillvalue="none")[...] = "some"
    form.made["text with a fill value"] = True
    form.add("nothing written", TEXT, (5,), (2,), write=False)
    regions = form.add("region", h5py.regionref_dtype, (2,), direct=False, write=False)
    regions[0] = form.file["one axis"].regionref[3:7]
    del form.made["region"]
    form.variable |= {"text alone", "many texts", "large texts", "text with a fill value", "nothing written"}


def content(file, value):
    """A text: its length and its bytes; a list: its length and its items; a reference: the object's address; anything else: its bytes."""
    if value is None:
        return (0).to_bytes(8, "little")
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return len(value).to_bytes(8, "little") + value
    if isinstance(value, h5py.Reference):
        return (h5o.get_info(h5r.dereference(value, file.id)).addr if value else 2**64 - 1).to_bytes(8, "little")
    if isinstance(value, np.void):
        return b"".join(content(file, value[name]) for name in value.dtype.names)
    if isinstance(value, np.ndarray):
        return len(value).to_bytes(8, "little") + b"".join(content(file, item) for item in value)
    return value.tobytes()


FILES = {
    "earliest": {"libver": "earliest"}, "v108": {"libver": ("v108", "v108")}, "v110": {"libver": ("v110", "v110")}, "latest": {"libver": "latest"},
    "user_block": {"libver": "earliest", "userblock_size": 1024}, "user_block_latest": {"libver": "latest", "userblock_size": 512},
    "paged": {"libver": "latest", "fs_strategy": "page", "fs_page_size": 4096}, "aggregated": {"libver": "earliest", "fs_strategy": "aggregate"},
}


def checksum(data):
    found = 0xCBF29CE484222325
    for byte in data:
        found = (found ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{found:016x}"


def stored(dataset):
    """All bytes of the elements in the type of the file."""
    out = np.zeros(dataset.shape, f"V{dataset.id.get_type().get_size()}")
    dataset.id.read(h5s.ALL, h5s.ALL, out, mtype=dataset.id.get_type())
    return out.tobytes()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("outdir", type=Path)
    outdir = parser.parse_args().outdir
    outdir.mkdir(parents=True, exist_ok=True)
    manifest = []
    for index, (name, options) in enumerate(FILES.items()):
        path = outdir / f"{name}.h5"
        with h5py.File(path, "w", **options) as file:
            form = Form(file)
            forms(form, index > 0, name != "v108", options["libver"] in ("latest", ("v110", "v110")))
            variable(form, index > 0)
            if index == 0:
                others(form, path)
        with h5py.File(path, "r") as file:
            for dataset, direct in form.made.items():
                if dataset == "external":
                    digest = checksum((outdir / f"{name}.raw").read_bytes())
                elif dataset in form.variable:
                    elements = np.asarray(file[dataset][()], object) if file[dataset].shape == () else file[dataset][()]
                    digest = checksum(b"".join(content(file, value) for value in elements.reshape(-1)))
                else:
                    digest = checksum(stored(file[dataset]))
                entry = {"file": path.name, "dataset": dataset, "direct": direct, "checksum": digest}
                manifest.append(entry | ({"variable": True} if dataset in form.variable else {}))
    (outdir / "manifest.json").write_text(json.dumps(manifest, indent=0))


if __name__ == "__main__":
    main()

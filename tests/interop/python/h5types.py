"""HDF5 datatypes as text, and their values as JSON and as canonical bytes.

`parse` turns a low-level h5py type into a `Type`, whose `text` says everything that HDF5 says of it:

    i16le  u8le  f64be                   integers and IEEE floats: bits and byte order
    int(size=4,le,signed,precision=24,offset=0,lpad=zero,rpad=zero)
                                         an integer that does not fill its bytes
    float(size=16,le,precision=80,offset=0,sign=79,exponent=64+15,mantissa=0+64,bias=16383,norm=none,inpad=zero,
          lpad=zero,rpad=zero)           a float that is not IEEE 16, 32 or 64 (no blanks, one line)
    string(vlen,utf8,nullterm)           strings: length in bytes or vlen, ascii or utf8, nullterm, nullpad or spacepad
    enum(i8le){"FALSE"=0,"TRUE"=1}       members in stored order
    compound(12){"x"@0:u32le,"y"@4:u32le,"weight"@8:f32le}
    array[3,2](f32le)    vlen(i32le)    ref(object)    ref(region)    ref(new)
    opaque(4,"tag")      bitfield(8,le)      bitfield(8,le,precision=3,offset=0)      time(4,le)
    complex(f32le)       other(<class number>,<size>)

A value is, in JSON: integer, enum, bitfield: an integer; float: a number, or "nan", "inf", "-inf"; string: its text without
padding, or {"hex": "..."} where it is not UTF-8; opaque, time, odd integers and floats: {"hex": "..."}, the bytes as stored;
compound: a list, one entry for each member in stored order; array and vlen: a list; object reference: {"ref": path}; region
reference: {"ref": path, "region": {"points": [...]}} or {"blocks": [[first, last], ...]} or "all" or "none"; a null reference:
null; one whose target is gone: {"ref": null}.

Canonical bytes, of which digests are taken: numbers, enums and bitfields little endian in their own size; fixed-length strings,
opaque and odd types as stored; compounds member after member without gaps; arrays element after element; vlen strings and
vlen sequences: u64 little-endian length (bytes, elements), then the contents; references: the JSON text of their value, as a string.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field

import h5py
import numpy as np
from h5py import h5r, h5s, h5t

ORDER = {h5t.ORDER_LE: "le", h5t.ORDER_BE: "be", 2: "vax", 3: "mixed", 4: "none"}
BIT_PAD = {0: "zero", 1: "one", 2: "background"}
STRING_PAD = {h5t.STR_NULLTERM: "nullterm", h5t.STR_NULLPAD: "nullpad", h5t.STR_SPACEPAD: "spacepad"}
CHARSET = {h5t.CSET_ASCII: "ascii", h5t.CSET_UTF8: "utf8"}
NORM = {0: "implied", 1: "msbset", 2: "none"}
# (sign, exponent position, exponent bits, mantissa position, mantissa bits), bias
IEEE = {2: ((15, 10, 5, 0, 10), 15), 4: ((31, 23, 8, 0, 23), 127), 8: ((63, 52, 11, 0, 52), 1023)}
HDF5_CLASS_COMPLEX = 11


@dataclass
class Type:
    """A parsed HDF5 datatype. `raw` and `canonical` are numpy types of the stored bytes; None where h5py must convert."""

    kind: str
    text: str
    size: int
    raw: np.dtype | None = None
    canonical: np.dtype | None = None
    padding: str = ""
    base: "Type | None" = None
    members: list = field(default_factory=list)

    @property
    def plain(self) -> bool:
        """Numbers that numpy holds as they are."""
        return self.kind in ("int", "float", "enum", "bitfield") and self.raw is not None and self.raw.kind != "V"


def quote(text) -> str:
    """A name in double quotes; bytes that are not UTF-8 as \\xNN."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    return json.dumps(text, ensure_ascii=False)


def opaque_bytes(kind: str, text: str, size: int, **more) -> Type:
    """A type whose values are shown as the bytes that are stored."""
    dtype = np.dtype(f"V{size}") if size else None
    return Type(kind, text, size, dtype, dtype, **more)


def number(kind: str, text: str, code: str, size: int, order: str, **more) -> Type:
    return Type(kind, text, size, np.dtype((">" if order == "be" else "<") + f"{code}{size}"), np.dtype(f"<{code}{size}"), **more)


def parse(tid) -> Type:
    """The `Type` of a low-level h5py datatype."""
    reader = PARSERS.get(tid.get_class())
    if reader is None:
        return opaque_bytes("other", f"other({tid.get_class()},{tid.get_size()})", tid.get_size())
    return reader(tid)


def parse_integer(tid) -> Type:
    size, order = tid.get_size(), ORDER.get(tid.get_order(), "none")
    signed = tid.get_sign() == h5t.SGN_2
    if tid.get_precision() == 8 * size and tid.get_offset() == 0 and size in (1, 2, 4, 8) and order in ("le", "be"):
        return number("int", f"{'i' if signed else 'u'}{8 * size}{order}", "i" if signed else "u", size, order)
    low, high = tid.get_pad()
    text = (f"int(size={size},{order},{'signed' if signed else 'unsigned'},precision={tid.get_precision()},"
            f"offset={tid.get_offset()},lpad={BIT_PAD[low]},rpad={BIT_PAD[high]})")
    return opaque_bytes("int", text, size)


def parse_float(tid) -> Type:
    size, order = tid.get_size(), ORDER.get(tid.get_order(), "none")
    fields, bias = tid.get_fields(), tid.get_ebias()
    if IEEE.get(size) == (tuple(fields), bias) and NORM[tid.get_norm()] == "implied" and order in ("le", "be"):
        return number("float", f"f{8 * size}{order}", "f", size, order)
    low, high = tid.get_pad()
    sign, exponent, exponent_bits, mantissa, mantissa_bits = fields
    text = (f"float(size={size},{order},precision={tid.get_precision()},offset={tid.get_offset()},sign={sign},"
            f"exponent={exponent}+{exponent_bits},mantissa={mantissa}+{mantissa_bits},bias={bias},norm={NORM[tid.get_norm()]},"
            f"inpad={BIT_PAD[tid.get_inpad()]},lpad={BIT_PAD[low]},rpad={BIT_PAD[high]})")
    return opaque_bytes("float", text, size)


def parse_string(tid) -> Type:
    padding = STRING_PAD[tid.get_strpad()]
    size = tid.get_size()
    if tid.is_variable_str():
        return Type("vstring", f"string(vlen,{CHARSET[tid.get_cset()]},{padding})", size, padding=padding)
    return opaque_bytes("string", f"string({size},{CHARSET[tid.get_cset()]},{padding})", size, padding=padding)


def parse_enum(tid) -> Type:
    base = parse(tid.get_super())
    members = [(tid.get_member_name(i), tid.get_member_value(i)) for i in range(tid.get_nmembers())]
    text = ",".join(f"{quote(name)}={value}" for name, value in members)
    return Type("enum", f"enum({base.text}){{{text}}}", base.size, base.raw, base.canonical, base=base)


def parse_compound(tid) -> Type:
    members = []
    for i in range(tid.get_nmembers()):
        members.append((tid.get_member_name(i), tid.get_member_offset(i), parse(tid.get_member_type(i))))
    text = ",".join(f"{quote(name)}@{offset}:{member.text}" for name, offset, member in members)
    whole = Type("compound", f"compound({tid.get_size()}){{{text}}}", tid.get_size(), members=members)
    if all(member.raw is not None for _, _, member in members):
        names = [f"f{i}" for i in range(len(members))]
        whole.raw = np.dtype({"names": names, "formats": [m.raw for _, _, m in members],
                              "offsets": [o for _, o, _ in members], "itemsize": tid.get_size()})
        whole.canonical = np.dtype([(name, m.canonical) for name, (_, _, m) in zip(names, members)])
    return whole


def parse_array(tid) -> Type:
    base, dims = parse(tid.get_super()), tid.get_array_dims()
    whole = Type("array", f"array[{','.join(map(str, dims))}]({base.text})", tid.get_size(), base=base)
    if base.raw is not None:
        whole.raw, whole.canonical = np.dtype((base.raw, dims)), np.dtype((base.canonical, dims))
    return whole


def parse_vlen(tid) -> Type:
    base = parse(tid.get_super())
    return Type("vlen", f"vlen({base.text})", tid.get_size(), base=base)


def parse_reference(tid) -> Type:
    if tid.equal(h5t.STD_REF_OBJ):
        return Type("ref", "ref(object)", tid.get_size())
    if tid.equal(h5t.STD_REF_DSETREG):
        return Type("ref", "ref(region)", tid.get_size())
    return opaque_bytes("other", "ref(new)", tid.get_size())


def parse_opaque(tid) -> Type:
    return opaque_bytes("opaque", f"opaque({tid.get_size()},{quote(tid.get_tag())})", tid.get_size())


def parse_bitfield(tid) -> Type:
    size, order = tid.get_size(), ORDER.get(tid.get_order(), "none")
    # h5py does not tell a bitfield's bits: they are the last two numbers of the encoded type
    offset, precision = struct.unpack("<HH", tid.encode()[-4:])
    text = f"bitfield({8 * size},{order})"
    if (offset, precision) != (0, 8 * size):
        text = f"bitfield({8 * size},{order},precision={precision},offset={offset})"
    if size in (1, 2, 4, 8) and order in ("le", "be"):
        return number("bitfield", text, "u", size, order)
    return opaque_bytes("bitfield", text, size)


def parse_time(tid) -> Type:
    # h5py does not tell its order: it is the lowest bit of the encoded type's flags
    order = "be" if tid.encode()[3] & 1 else "le"
    return opaque_bytes("time", f"time({tid.get_size()},{order})", tid.get_size())


def parse_complex(tid) -> Type:
    base = parse(tid.get_super())
    return opaque_bytes("complex", f"complex({base.text})", tid.get_size())


PARSERS = {
    h5t.INTEGER: parse_integer, h5t.FLOAT: parse_float, h5t.STRING: parse_string, h5t.ENUM: parse_enum,
    h5t.COMPOUND: parse_compound, h5t.ARRAY: parse_array, h5t.VLEN: parse_vlen, h5t.REFERENCE: parse_reference,
    h5t.OPAQUE: parse_opaque, h5t.BITFIELD: parse_bitfield, h5t.TIME: parse_time, HDF5_CLASS_COMPLEX: parse_complex,
}


def read(owner, kind: Type, shape: tuple) -> np.ndarray:
    """All elements of a low-level dataset or attribute, as a flat array: stored bytes where possible, else as h5py converts."""
    attribute = isinstance(owner, h5py.h5a.AttrID)
    dtype = kind.raw if kind.raw is not None else owner.dtype
    # numpy widens an array type into the array's shape, so the bytes are read as bytes
    if kind.raw is not None:
        buffer = np.zeros(shape, dtype=f"V{kind.size}")
        memory_type = owner.get_type()
        if buffer.size:
            if attribute:
                owner.read(buffer, mtype=memory_type)
            else:
                owner.read(h5s.ALL, h5s.ALL, buffer, mtype=memory_type)
        return np.frombuffer(buffer.tobytes(), dtype=dtype) if kind.kind != "array" else buffer.reshape(-1)
    buffer = np.empty(shape, dtype=dtype)
    if buffer.size:
        if attribute:
            owner.read(buffer)
        else:
            owner.read(h5s.ALL, h5s.ALL, buffer)
    count = int(np.prod(shape, dtype=np.int64))
    return buffer.reshape((count,) + np.dtype(dtype).shape)


def text_of(raw: bytes, padding: str = ""):
    """A string's JSON value, padding cut off."""
    if padding == "nullterm":
        raw = raw.split(b"\0", 1)[0]
    elif padding == "nullpad":
        raw = raw.rstrip(b"\0")
    elif padding == "spacepad":
        raw = raw.rstrip(b" ")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"hex": raw.hex()}


def finite(value: float):
    """A float for JSON."""
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return value


def as_bytes(value) -> bytes:
    """The bytes of a string or raw element as numpy and h5py hand it out."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    if isinstance(value, (bytes, np.bytes_)):
        return bytes(value)
    return b"" if value is None or isinstance(value, int) else value.tobytes()


class Values:
    """Turns elements into JSON and into canonical bytes; `paths` finds the object that a reference points to."""

    def __init__(self, resolve):
        self.resolve = resolve

    def json(self, kind: Type, value):
        """The JSON value of one element."""
        if kind.plain:
            value = np.asarray(value).item() if not isinstance(value, (int, float)) else value
            return finite(float(value)) if kind.kind == "float" else int(value)
        if kind.kind == "vstring":
            return text_of(as_bytes(value))
        if kind.kind == "string":
            return text_of(as_bytes(value), kind.padding)
        if kind.kind == "compound":
            return [self.json(member, value[i]) for i, (_, _, member) in enumerate(kind.members)]
        if kind.kind in ("array", "vlen"):
            return [self.json(kind.base, item) for item in self.items(kind, value)]
        if kind.kind == "ref":
            return self.resolve(value)
        return {"hex": as_bytes(value).hex()}

    def bytes(self, kind: Type, value) -> bytes:
        """The canonical bytes of one element that numpy alone cannot convert."""
        if kind.kind == "vstring":
            text = as_bytes(value)
            return struct.pack("<Q", len(text)) + text
        if kind.kind == "ref":
            text = json.dumps(self.resolve(value), ensure_ascii=False, sort_keys=True).encode()
            return struct.pack("<Q", len(text)) + text
        if kind.kind == "compound":
            return b"".join(self.bytes(member, value[i]) for i, (_, _, member) in enumerate(kind.members))
        if kind.kind in ("array", "vlen"):
            items = self.items(kind, value)
            length = struct.pack("<Q", len(items)) if kind.kind == "vlen" else b""
            return length + b"".join(self.bytes(kind.base, item) for item in items)
        if kind.plain:
            return np.asarray(value).astype(kind.canonical).tobytes()
        return as_bytes(value).ljust(kind.size, b"\0")[: kind.size]

    def all_bytes(self, kind: Type, values: np.ndarray) -> bytes:
        """The canonical bytes of all elements as `read` returns them."""
        if kind.kind == "array" and kind.raw is not None:
            values = np.frombuffer(values.tobytes(), dtype=kind.raw.base)
            return values.astype(kind.canonical.base).tobytes()
        if kind.raw is not None:
            return values.astype(kind.canonical).tobytes()
        return b"".join(self.bytes(kind, value) for value in values)

    def all_json(self, kind: Type, values: np.ndarray) -> list:
        """The JSON values of all elements as `read` returns them."""
        if kind.plain:
            listed = values.tolist()
            return [finite(v) for v in listed] if kind.kind == "float" else listed
        return [self.json(kind, value) for value in values]

    @staticmethod
    def items(kind: Type, value):
        """The elements of an array or vlen value, flat."""
        if kind.kind == "array" and kind.raw is not None:
            raw = value.tobytes()
            return np.frombuffer(raw, dtype=kind.raw.base)
        if kind.kind == "array":
            return np.asarray(value, dtype=object).reshape(-1) if kind.base.kind != "compound" else np.asarray(value).reshape(-1)
        return [] if value is None or isinstance(value, int) else value


def region_of(reference, file_id) -> dict | str:
    """What a region reference selects."""
    space = h5r.get_region(reference, file_id)
    selection = space.get_select_type()
    if selection == h5s.SEL_POINTS:
        return {"points": np.asarray(space.get_select_elem_pointlist()).tolist()}
    if selection == h5s.SEL_HYPERSLABS:
        return {"blocks": np.asarray(space.get_select_hyper_blocklist()).tolist()}
    return "all" if selection == h5s.SEL_ALL else "none"

"""What `../beside/objects.rs` sees of a file of many objects, seen by h5py."""

from __future__ import annotations

import h5py
import numpy as np

import digest


def text(holder, name):
    """An attribute, or the text of a scalar dataset."""
    if name in holder.attrs:
        value = holder.attrs[name]
        return value.decode() if isinstance(value, bytes) else str(value)
    return None


def number(holder, name):
    return float(holder.attrs[name]) if name in holder.attrs else None


def identity(seen, found, name=None):
    seen.text(name if name is not None else found.name.rsplit("/", 1)[1])
    for attribute in ("namespace", "neurodata_type", "object_id"):
        seen.text(text(found, attribute))


def shape(seen, dataset):
    seen.elements(np.array(dataset.shape, np.uint64))


def series(seen, found, values):
    data = found["data"]
    start = found.get("starting_time")
    times = found.get("timestamps")
    identity(seen, found)
    seen.text(text(found, "description"))
    seen.text(text(found, "comments"))
    seen.text(text(data, "unit"))
    for name in ("conversion", "offset", "resolution"):
        seen.number(number(data, name))
    seen.text(text(data, "continuity"))
    seen.number(None if start is None else float(start[()]))
    seen.number(None if start is None else number(start, "rate"))
    seen.text(None if start is None else text(start, "unit"))
    seen.number(None if times is None else number(times, "interval"))
    seen.text(None if times is None else text(times, "unit"))
    for dataset in (data, times):
        if dataset is not None:
            shape(seen, dataset)
            if values:
                seen.elements(dataset[:].astype(np.float64))


def table(seen, found, values):
    identity(seen, found)
    seen.text(text(found, "description"))
    for name in found.attrs["colnames"]:
        seen.text(name)
    identity(seen, found["id"])
    if values:
        seen.elements(found["id"][:].astype(np.int64))
    for name in sorted(found, key=str.encode):
        if name == "id":
            continue
        column = found[name]
        identity(seen, column)
        seen.text(text(column, "description"))
        shape(seen, column)
        if values:
            seen.elements(column[:].astype(np.float64))


def digest_of(path, values) -> str:
    """The digest of everything in a file that `make.py` made."""
    seen = digest.Seen()
    with h5py.File(path, "r") as file:
        identity(seen, file, name="")
        for name in ("identifier", "session_description", "session_start_time", "timestamps_reference_time"):
            seen.text(file[name].asstr()[()])
        seen.text(text(file, "nwb_version"))
        members = sorted(file["acquisition"].values(), key=lambda member: member.name.encode())
        for member in members:
            if text(member, "neurodata_type") == "TimeSeries":
                series(seen, member, values)
        for member in members:
            if text(member, "neurodata_type") == "DynamicTable":
                table(seen, member, values)
    return seen.digest()

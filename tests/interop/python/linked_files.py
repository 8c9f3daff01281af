"""Writes a session in one folder, and in another one a file of links to it: PyNWB's `nwbfile.copy()`, and a series that shares timestamps.

    linked_files.py OUT

Makes OUT/raw/session.nwb and OUT/derived/linked.nwb. There are no units: PyNWB 4.2.0 cannot read a copy with units that it wrote.
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.ecephys import ElectricalSeries
from pynwb.file import Subject


def session() -> NWBFile:
    file = NWBFile("a session to link to", "linked", datetime(2024, 3, 5, 9, 41, 7, tzinfo=timezone.utc), experimenter=["Doe, Jane"])
    device = file.create_device("probe")
    group = file.create_electrode_group("shank", "a shank", "VISp", device)
    file.add_electrode_column("quality", "how good it is")
    for row in range(4):
        file.add_electrode(location="VISp", group=group, quality=row / 4)
    for start in (0.5, 2.0, 7.25):
        file.add_trial(start, start + 1)
    rows = file.create_electrode_table_region([0, 2], "two of four")
    file.add_acquisition(ElectricalSeries("voltage", np.arange(20.0).reshape(10, 2), rows, rate=30.0))
    first = TimeSeries(name="first", data=np.arange(5.0), unit="m", timestamps=np.arange(5) * 0.25)
    file.add_acquisition(first)
    file.add_acquisition(TimeSeries(name="second", data=np.arange(5.0) * 2, unit="m", timestamps=first))
    file.subject = Subject(subject_id="mouse 1", sex="M", species="Mus musculus", age="P90D")
    module = file.create_processing_module("behavior", "what it did")
    module.add(TimeSeries(name="position", data=[1.0, 2.0], unit="m", rate=1.0))
    return file


def write(out) -> dict:
    raw, derived = Path(out) / "raw" / "session.nwb", Path(out) / "derived" / "linked.nwb"
    for path in (raw, derived):
        path.parent.mkdir(parents=True, exist_ok=True)
    with NWBHDF5IO(str(raw), "w") as io:
        io.write(session())
    with NWBHDF5IO(str(raw), "r") as source:
        copy = source.read().copy()
        shared = TimeSeries(name="third", data=np.arange(5.0), unit="m", timestamps=copy.acquisition["first"])
        copy.add_acquisition(shared)
        with NWBHDF5IO(str(derived), "w", manager=source.manager) as io:
            io.write(copy)
    return {"raw": str(raw), "derived": str(derived)}


if __name__ == "__main__":
    print(write(sys.argv[1]))

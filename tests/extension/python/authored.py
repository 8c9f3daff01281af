"""A namespace that was put together elsewhere, loaded by PyNWB from its YAML.

    authored.py write NAMESPACE_FILE FILE | read NAMESPACE_FILE FILE

The classes that PyNWB makes of a namespace do not know attributes of datasets: the unit of the curve is left out.
"""

import json
import sys
from datetime import datetime, timezone

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, get_class, load_namespaces, validate


def write(namespace, path):
    load_namespaces(namespace)
    Rig, RigPart, RigTable = (get_class(name, "ndx-rig") for name in ("Rig", "RigPart", "RigTable"))
    file = NWBFile("a rig", "rig-1", datetime(2024, 3, 5, 9, 41, 7, tzinfo=timezone.utc))
    camera = file.create_device("camera")
    rig = Rig(name="rig", gain=2.5, curve=np.array([[1.0, 2.0], [3.0, 5.0]]), tags=["a", "b"], camera=camera,
              rig_parts=[RigPart(name="arm", mass=0.5)])
    file.add_lab_meta_data(rig)
    table = RigTable(name="rigs", description="rigs in rows")
    table.add_row(gain=np.float32(1.5))
    table.add_row(gain=np.float32(2.5))
    file.add_acquisition(table)
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


def read(namespace, path):
    load_namespaces(namespace)
    with NWBHDF5IO(path, "r") as io:
        file = io.read()
        rig, table = file.lab_meta_data["rig"], file.acquisition["rigs"]
        told = {
            "classes": [type(rig).__name__, type(table).__name__, type(table["gain"]).__name__],
            "rig": [rig.gain, rig.curve[:].tolist(), list(rig.tags), rig.camera is file.devices["camera"], rig.kind],
            "parts": {name: part.mass for name, part in rig.rig_parts.items()},
            "table": [table["gain"][:].tolist(), table["gain"].unit],
        }
    errors = validate(path=path)
    errors = errors[0] if isinstance(errors, tuple) else errors
    return told | {"errors": [str(error) for error in errors]}


if __name__ == "__main__":
    task, *arguments = sys.argv[1:]
    print(json.dumps({"write": write, "read": read}[task](*arguments)))

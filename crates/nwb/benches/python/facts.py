"""What the report says of the peers and the day, as JSON."""

import json
import platform
from datetime import datetime, timezone
from importlib.metadata import version

import h5py

versions = {name: version(name) for name in ("pynwb", "hdmf", "h5py", "numpy", "nwbinspector")}
print(json.dumps({
    "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
    "versions": {"Python": platform.python_version(), **versions, "HDF5 in h5py": h5py.version.hdf5_version},
}))

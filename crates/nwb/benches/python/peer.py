"""The peers' side of what `cargo xtask bench` measures: `peer.py WORKLOAD NAME=VALUE...`.

The workloads, their arguments and what is printed are those of `../beside/main.rs`. Each is done by the call that the documentation of
h5py or PyNWB has for it; what is imported and made ready before is not timed.
"""

from __future__ import annotations

import os
import sys

import h5py
import numpy as np

import digest
from meter import Meter


def numbers(text):
    return [int(word) for word in text.split(",")]


def opened(arguments):
    return h5py.File(arguments["file"], "r")[arguments["path"]]


def touched(shape, dtype):
    """An array whose memory the system has given out already."""
    return np.ones(shape, dtype)


def full(arguments):
    dataset = opened(arguments)
    out = touched(dataset.shape, dataset.dtype)
    meter = Meter()
    dataset.read_direct(out)
    meter.stop().tell(digest.of(out))


def owning(arguments):
    dataset = opened(arguments)
    meter = Meter()
    out = dataset[:]
    meter.stop().tell(digest.of(out))


def patch(arguments):
    dataset = opened(arguments)
    y, x, edge = numbers(arguments["at"])
    out = touched((dataset.shape[0], edge, edge), dataset.dtype)
    meter = Meter()
    dataset.read_direct(out, np.s_[:, y : y + edge, x : x + edge])
    meter.stop().tell(digest.of(out))


def frames(arguments):
    dataset = opened(arguments)
    wanted = numbers(arguments["frames"])
    out = touched((len(wanted), *dataset.shape[1:]), dataset.dtype)
    meter = Meter()
    for at, frame in enumerate(wanted):
        dataset.read_direct(out, np.s_[frame], np.s_[at])
    meter.stop().tell(digest.of(out))


def rows(arguments):
    dataset = opened(arguments)
    wanted = np.loadtxt(arguments["rows"], dtype=np.int64)
    meter = Meter()
    out = dataset[wanted]
    meter.stop().tell(digest.of(out))


def read_texts(arguments):
    dataset = opened(arguments)
    meter = Meter()
    out = dataset[:]
    meter.stop()
    seen = digest.Seen()
    for text in out:
        seen.text(text)
    meter.tell(seen.digest())


def write_texts(arguments):
    with open(arguments["texts"]) as file:
        texts = file.read().splitlines()
    meter = Meter()
    with h5py.File(arguments["out"], "w") as file:
        file.create_dataset("notes", data=texts, dtype=h5py.string_dtype())
    meter.stop()
    with h5py.File(arguments["out"], "r") as file:
        seen = digest.Seen()
        for text in file["notes"][:]:
            seen.text(text)
    meter.tell(seen.digest(), arguments["out"])


def write_movie(arguments):
    from pynwb import H5DataIO, NWBHDF5IO
    from pynwb.ophys import TwoPhotonSeries

    import session

    movie = np.fromfile(arguments["data"], np.uint16).reshape(numbers(arguments["shape"]))
    meter = Meter()
    nwbfile = session.session()
    data = H5DataIO(movie, chunks=tuple(numbers(arguments["chunks"])), compression="gzip", compression_opts=4, shuffle=True)
    nwbfile.add_acquisition(
        TwoPhotonSeries(name="movie", data=data, imaging_plane=session.plane(nwbfile), rate=30.0, unit="n.a.")
    )
    with NWBHDF5IO(arguments["out"], "w") as io:
        io.write(nwbfile)
    meter.stop().tell(file=arguments["out"])


def rois(arguments):
    from pynwb import NWBHDF5IO
    from pynwb.ophys import ImageSegmentation, PlaneSegmentation

    import session

    dtype = np.dtype([("x", "u4"), ("y", "u4"), ("weight", "f4")])
    pixels = np.fromfile(arguments["data"], dtype).reshape(-1, int(arguments["pixels"]))
    masks = [roi.tolist() for roi in pixels]  # lists of tuples, as in PyNWB's tutorial
    meter = Meter()
    nwbfile = session.session()
    table = PlaneSegmentation(name="PlaneSegmentation", description="cells", imaging_plane=session.plane(nwbfile))
    for mask in masks:
        table.add_roi(pixel_mask=mask)
    module = nwbfile.create_processing_module(name="ophys", description="processed imaging data")
    segmentation = ImageSegmentation()
    segmentation.add_plane_segmentation(table)
    module.add(segmentation)
    with NWBHDF5IO(arguments["out"], "w") as io:
        io.write(nwbfile)
    meter.stop().tell(file=arguments["out"])


def units(arguments):
    from pynwb import NWBHDF5IO

    import session

    times = np.fromfile(arguments["data"], np.float64).reshape(-1, int(arguments["spikes"]))
    meter = Meter()
    nwbfile = session.session()
    for spikes in times:
        nwbfile.add_unit(spike_times=spikes)
    with NWBHDF5IO(arguments["out"], "w") as io:
        io.write(nwbfile)
    meter.stop().tell(file=arguments["out"])


def scalar(arguments):
    from pynwb import NWBHDF5IO

    meter = Meter()
    with NWBHDF5IO(arguments["file"], "r") as io:
        rate = io.read().acquisition[arguments["name"]].rate
        meter.stop()
    seen = digest.Seen()
    seen.number(rate)
    meter.tell(seen.digest())


def typed(arguments, values=False):
    from pynwb import NWBHDF5IO, TimeSeries

    import objects

    meter = Meter()
    with NWBHDF5IO(arguments["file"], "r") as io:
        nwbfile = io.read()
        if values:
            for found in nwbfile.acquisition.values():
                if isinstance(found, TimeSeries):
                    found.data[:]
                    if found.timestamps is not None:
                        found.timestamps[:]
                else:
                    found.id[:]
                    for column in found.columns:
                        column.data[:]
        meter.stop()
    meter.tell(objects.digest_of(arguments["file"], values))


def typed_values(arguments):
    typed(arguments, values=True)


WORKLOADS = [
    full, owning, patch, frames, rows, read_texts, write_texts, write_movie, rois, units, scalar, typed, typed_values,
]


def main():
    name, *words = sys.argv[1:]
    workload = {workload.__name__: workload for workload in WORKLOADS}[name]
    workload(dict(word.split("=", 1) for word in words))
    # What Python tidies up at its end is nobody's business here.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

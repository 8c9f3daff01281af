"""Makes the files to measure with: `make.py FOLDER '{"seed": 1, ...}'`, the members as in `KNOWN`.

Everything is drawn from the seed; what is there already, made by the same script with the same numbers, is left as it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np
from hdmf.common import DynamicTable, VectorData
from pynwb import H5DataIO, NWBHDF5IO, TimeSeries
from pynwb.file import Subject
from pynwb.ophys import TwoPhotonSeries

from session import plane, session

KNOWN = {
    "seed", "frames", "edge", "chunks", "frames_per_chunk", "rows", "scattered", "series", "columns", "rois", "pixels", "units",
    "spikes", "texts", "big_frames", "files",
}


def write(path, nwbfile):
    with NWBHDF5IO(str(path), "w") as io:
        io.write(nwbfile)


def movie(rng, frames, edge):
    """Cells that light up on a smooth background, with the noise of counted photons."""
    y, x = np.mgrid[0:edge, 0:edge]
    base = 300 + 120 * np.sin(x / (edge / 7)) + 90 * np.cos(y / (edge / 9))
    cells = []
    for _ in range(150):
        cy, cx, radius, height = rng.uniform(0, edge), rng.uniform(0, edge), rng.uniform(3, 8), rng.uniform(50, 600)
        at = np.s_[max(0, int(cy - 3 * radius)) : int(cy + 3 * radius) + 1, max(0, int(cx - 3 * radius)) : int(cx + 3 * radius) + 1]
        cells.append((at, height * np.exp(-((y[at] - cy) ** 2 + (x[at] - cx) ** 2) / (2 * radius**2))))
    activity = np.zeros(len(cells))
    out = np.empty((frames, edge, edge), np.uint16)
    for frame in out:
        activity = activity * 0.9 + (rng.random(len(cells)) < 0.02) * rng.uniform(0.5, 2, len(cells))
        light = base.copy()
        for level, (at, shape) in zip(activity, cells):
            light[at] += level * shape
        # Counted photons by their normal approximation: ten times as fast to draw.
        light += np.sqrt(light / 8) * 8 * rng.standard_normal(light.shape, np.float32)
        light += 10 * rng.standard_normal(light.shape, np.float32)
        frame[...] = np.clip(light, 0, 65535)
    return out


def picked(array):
    """The chunks that h5py picks for an array; PyNWB, told to pick, takes others."""
    with h5py.File("picked", "w", driver="core", backing_store=False) as file:
        return file.create_dataset("data", array.shape, array.dtype, chunks=True).chunks


def chunk_list(path, dataset):
    """Where the chunks of a dataset lie, for the measurement of pure inflating."""
    found = dataset.id
    size = int(np.prod(dataset.chunks)) * dataset.dtype.itemsize
    chunks = [found.get_chunk_info(index) for index in range(found.get_num_chunks())]
    path.write_text("\n".join([str(size)] + [f"{chunk.byte_offset} {chunk.size}" for chunk in chunks]) + "\n")


def movies(folder, rng, wanted):
    frames = movie(rng, wanted["frames"], wanted["edge"])
    frames.tofile(folder / "movie.raw")
    gzip = {"compression": "gzip", "compression_opts": 4}
    whole = (wanted["frames_per_chunk"], wanted["edge"], wanted["edge"])
    forms = {
        "tiles": H5DataIO(frames, chunks=tuple(wanted["chunks"]), shuffle=True, **gzip),
        "picked": H5DataIO(frames, chunks=picked(frames), shuffle=True, **gzip),
        "whole": H5DataIO(frames, chunks=whole, **gzip),
        "contiguous": frames,
    }
    nwbfile = session()
    imaged = plane(nwbfile)
    for name, data in forms.items():
        nwbfile.add_acquisition(TwoPhotonSeries(name=name, data=data, imaging_plane=imaged, rate=30.0, unit="n.a."))
    write(folder / "movie.nwb", nwbfile)
    with h5py.File(folder / "movie.nwb", "r") as file:
        for name in ("tiles", "picked", "whole"):
            chunk_list(folder / f"{name}.chunks", file[f"acquisition/{name}/data"])

    nwbfile = session()
    times = -(-wanted["big_frames"] // len(frames))
    big = np.concatenate([frames] * times)[: wanted["big_frames"]]
    data = H5DataIO(big, chunks=picked(big), shuffle=True, **gzip)
    nwbfile.add_acquisition(TwoPhotonSeries(name="movie", data=data, imaging_plane=plane(nwbfile), rate=30.0, unit="n.a."))
    write(folder / "big.nwb", nwbfile)


def traces(folder, rng, wanted):
    walks = rng.normal(0, 50, (wanted["rows"], 64)).cumsum(axis=1).astype(np.int16)
    gzip = {"compression": "gzip", "compression_opts": 4, "shuffle": True}
    nwbfile = session()
    for name, chunks in (("blocks", (1000, 64)), ("picked", picked(walks))):
        nwbfile.add_acquisition(TimeSeries(name=name, data=H5DataIO(walks, chunks=chunks, **gzip), rate=30000.0, unit="volts"))
    write(folder / "traces.nwb", nwbfile)
    scattered = np.sort(rng.choice(wanted["rows"], wanted["scattered"], replace=False))
    np.savetxt(folder / "rows.txt", scattered, fmt="%d")


def many_objects(path, rng, series, columns):
    nwbfile = session()
    for number in range(series):
        # Every other one at a rate; the last one too, whose rate is asked for.
        timing = {"rate": 30.0 + number, "starting_time": number / 8} if (series - number) % 2 else {"timestamps": np.arange(10.0)}
        nwbfile.add_acquisition(
            TimeSeries(name=f"series_{number:05}", data=rng.random(10), unit="volts", description=f"number {number}", **timing)
        )
    columns = [VectorData(name=f"column_{n:03}", description=f"column {n}", data=rng.random(10)) for n in range(columns)]
    nwbfile.add_acquisition(DynamicTable(name="table", description="many columns", columns=columns))
    write(path, nwbfile)


def tiny(path, rng, number=0):
    subject = Subject(subject_id=f"M{number}", species="Mus musculus", age="P90D", sex="F", description="a mouse")
    # Without keywords and a description of the experiment: there is to be something to find.
    nwbfile = session(experimenter=["Doe, Jane"], institution="University of Somewhere", lab="Lab of Optics", subject=subject)
    nwbfile.add_acquisition(
        TimeSeries(name="speed", description="of the wheel", data=rng.random(100 + number), unit="m/s", rate=30.0)
    )
    nwbfile.add_trial_column(name="side", description="where the light was")
    for start in range(10 + number):
        nwbfile.add_trial(start_time=float(start), stop_time=start + 0.5, side="left" if start % 2 else "right")
    write(path, nwbfile)


def small_files(folder, rng, wanted):
    tiny(folder / "tiny.nwb", rng)
    many_objects(folder / "objects.nwb", rng, wanted["series"], wanted["columns"])
    many_objects(folder / "fewer.nwb", rng, wanted["series"] // 10, wanted["columns"] // 10)
    (folder / "many").mkdir()
    different = min(20, wanted["files"])
    for number in range(wanted["files"]):
        path = folder / "many" / f"{number:04}.nwb"
        if number < different:
            tiny(path, rng, number)
        else:
            shutil.copyfile(folder / "many" / f"{number % different:04}.nwb", path)


def tables(folder, rng, wanted):
    rois, pixels = wanted["rois"], wanted["pixels"]
    masks = np.empty((rois, pixels), np.dtype([("x", "u4"), ("y", "u4"), ("weight", "f4")]))
    masks["x"] = rng.integers(0, 500, (rois, 1)) + rng.integers(0, 12, (rois, pixels))
    masks["y"] = rng.integers(0, 500, (rois, 1)) + rng.integers(0, 12, (rois, pixels))
    masks["weight"] = rng.random((rois, pixels), np.float32)
    masks.tofile(folder / "rois.raw")
    np.sort(rng.uniform(0, 3600, (wanted["units"], wanted["spikes"])), axis=1).tofile(folder / "units.raw")


def texts(folder, rng, wanted):
    words = ["lick", "réponse", "stimulus", "reward", "left", "right", "no", "opto on", "opto off", "β"]
    picks = rng.integers(0, len(words), (wanted["texts"], 3))
    lines = [f"{words[a]} {words[b]} {words[c]} {n}" for n, (a, b, c) in enumerate(picks)]
    (folder / "texts.txt").write_text("\n".join(lines) + "\n")
    nwbfile = session()
    nwbfile.add_scratch(np.array(["."]), name="one", description="so that the group is there")
    write(folder / "texts.nwb", nwbfile)
    with h5py.File(folder / "texts.nwb", "a") as file:
        file.create_dataset("scratch/notes", data=lines, dtype=h5py.string_dtype())
        file["scratch/notes"].attrs.update(file["scratch/one"].attrs)


def main():
    folder = Path(sys.argv[1])
    wanted = json.loads(sys.argv[2])
    if set(wanted) != KNOWN:
        raise SystemExit(f"other members than expected: {sorted(set(wanted) ^ KNOWN)}")
    if wanted["scattered"] > wanted["rows"]:
        raise SystemExit("more scattered rows than rows")
    made = folder / "made.json"
    scripts = [Path(__file__), Path(__file__).with_name("session.py")]
    stamp = [wanted, *(hashlib.sha256(script.read_bytes()).hexdigest() for script in scripts)]
    if made.is_file() and json.loads(made.read_text()) == stamp:
        return
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    # Each part has numbers of its own, whatever the others draw.
    for number, part in enumerate((movies, traces, small_files, tables, texts)):
        part(folder, np.random.default_rng([wanted["seed"], number]), wanted)
    made.write_text(json.dumps(stamp))


if __name__ == "__main__":
    main()

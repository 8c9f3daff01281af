"""Writes with PyNWB the calcium-imaging session that `../session.md` specifies.

    ophys_session.py OUT [--movie TIF] [--describe SESSION.md]

The same call makes the same content each time: times are fixed, and the object id of each object is the version-5 UUID of its
path in the file in the OID name space (`/` for the root). `--movie` takes the frames of a multi-page TIFF for
`/acquisition/TwoPhotonSeries`: row r, column c of page t is data[t, c, r]. `--describe` writes the specification, which is made
from the file itself and from the formulas below.
"""

from __future__ import annotations

import argparse
import sys
import uuid
import warnings
from datetime import datetime
from pathlib import Path

import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries, get_manager
from pynwb.base import ImageReferences, Images
from pynwb.device import Device, DeviceModel
from pynwb.file import Subject
from pynwb.image import GrayscaleImage, ImageSeries
from pynwb.ophys import (
    CorrectedImageStack, DfOverF, Fluorescence, ImageSegmentation, MotionCorrection, OnePhotonSeries, OpticalChannel, RoiResponseSeries, TwoPhotonSeries,
)

import tiff
from formulas import array

FRAMES, WIDTH, HEIGHT, DEPTH = 6, 9, 7, 3


def session_file() -> NWBFile:
    """The file with its own fields and its subject."""
    file = NWBFile(
        session_description="Two-photon imaging of layer 2/3 while the mouse runs",
        identifier="ophys-session-0001",
        session_start_time=datetime.fromisoformat("2024-03-05T09:41:07.250000-07:00"),
        timestamps_reference_time=datetime.fromisoformat("2024-03-05T09:41:00-07:00"),
        file_create_date=[datetime.fromisoformat("2024-03-06T11:02:03+01:00")],
        experimenter=["Ramón y Cajal, Santiago", "Doe, Jane"],
        lab="Lab of Optics", institution="University of Somewhere", experiment_description="Responses to drifting gratings",
        session_id="M7-2024-03-05-1", keywords=["calcium imaging", "running", "V1"], notes="The mouse was calm.",
        pharmacology="none", protocol="P-123", related_publications=["doi:10.1000/one", "doi:10.1000/two"], slices="none",
        data_collection="ScanImage", surgery="Cranial window, 3 mm", virus="AAV1-syn-GCaMP6f, 200 nL", stimulus_notes="Gratings, 8 directions",
        source_script="print('converted')\n", source_script_file_name="convert.py", was_generated_by=[["converter", "1.2"], ["segmenter", "0.9"]],
    )
    file.subject = Subject(
        subject_id="M7", age="P90D", age__reference="birth", description="mouse 7", genotype="Emx1-IRES-Cre", sex="F",
        species="Mus musculus", strain="C57BL/6J", weight="0.0215 kg", date_of_birth=datetime.fromisoformat("2023-12-06T00:00:00-07:00"),
    )
    return file


def optics(file) -> dict:
    """Devices, optical channels and imaging planes."""
    model = file.add_device_model(DeviceModel(name="BScope", manufacturer="Optics Inc.", model_number="B-2", description="A resonant two-photon microscope"))
    scope = file.add_device(Device(name="Microscope", description="The microscope in room 4", serial_number="0042", model=model))
    camera = file.add_device(Device(name="Camera", description="A widefield camera"))
    green = OpticalChannel(name="green", description="GCaMP emission", emission_lambda=510.5)
    red = OpticalChannel(name="red", description="tdTomato emission", emission_lambda=581.0)
    shallow = file.create_imaging_plane(
        name="plane_150um", optical_channel=[green, red], description="150 um below the pia", device=scope, excitation_lambda=920.0,
        imaging_rate=30.25, indicator="GCaMP6f", location="VISp", reference_frame="bregma, x to the right, y to the front, z down",
        origin_coords=[1.5, -2.25, 0.15], origin_coords_unit="millimeters", grid_spacing=[0.75, 1.25], grid_spacing_unit="micrometers",
    )
    volume = file.create_imaging_plane(
        name="volume", optical_channel=OpticalChannel(name="green", description="GCaMP emission", emission_lambda=512.0), description="A stack of three planes",
        device=scope, excitation_lambda=940.0, imaging_rate=10.0, indicator="GCaMP6s", location="VISl",
        origin_coords=[0.5, 0.25, 0.125], grid_spacing=[0.001, 0.002, 0.004],
    )
    wide = file.create_imaging_plane(
        name="cortex", optical_channel=OpticalChannel(name="all", description="everything above 500 nm", emission_lambda=525.0),
        description="The cortical surface", device=camera, excitation_lambda=470.0, imaging_rate=50.0, indicator="GCaMP6f", location="MOs",
    )
    return {"shallow": shallow, "volume": volume, "wide": wide, "camera": camera}


def movies(file, planes, frames=None) -> dict:
    """The series of images, inside the file and outside of it."""
    if frames is None:
        frames = array("(t*7 + x*3 + y*5 + x*y) % 4096", "t x y", (FRAMES, WIDTH, HEIGHT), "<u2")
    two_photon = TwoPhotonSeries(
        name="TwoPhotonSeries", description="The movie as recorded", comments="frames are (time, x, y)", data=frames, unit="counts",
        imaging_plane=planes["shallow"], rate=30.25, starting_time=1.5, conversion=0.5, offset=-3.0, resolution=0.25, pmt_gain=1.75,
        scan_line_rate=7920.0, field_of_view=[0.0068, 0.0088], format="raw", dimension=[int(frames.shape[1]), int(frames.shape[2])],
        control=array("t % 2", "t", (frames.shape[0],), "<u1"), control_description=["shutter open", "shutter closed"],
    )
    one_photon = OnePhotonSeries(
        name="OnePhotonSeries", description="The surface", data=array("t*50 - x*20 + y*3", "t x y", (5, 4, 8), "<i2"), unit="n.a.",
        imaging_plane=planes["wide"], timestamps=array("t/8 + t*t/64", "t", (5,), "<f8"), pmt_gain=2.5, scan_line_rate=0.5, exposure_time=0.0125,
        binning=4, power=0.03125, intensity=12.5, device=planes["camera"],
    )
    outside = TwoPhotonSeries(
        name="TwoPhotonExternal", description="Frames in two files beside this one", external_file=["movie_a.tif", "movies/movie_b.tif"],
        starting_frame=[0, 120], format="external", dimension=[512, 256], imaging_plane=planes["shallow"], rate=15.0, starting_time=4.0, num_samples=200, unit="counts",
    )
    outside_camera = OnePhotonSeries(
        name="OnePhotonExternal", description="Frames in one file", external_file=["camera.avi"], starting_frame=[0], format="external",
        dimension=[64, 48], imaging_plane=planes["wide"], timestamps=array("t/50 + t*t/4096", "t", (4,), "<f8"), num_samples=4, unit="n.a.",
    )
    volumes = TwoPhotonSeries(
        name="Volumes", description="Four volumes", data=array("t*1000 + x*100 + y*10 + z", "t x y z", (4, WIDTH, HEIGHT, DEPTH), "<f4"),
        unit="counts", imaging_plane=planes["volume"], rate=10.0, field_of_view=[0.009, 0.014, 0.012],
    )
    for series in (two_photon, one_photon, outside, outside_camera, volumes):
        file.add_acquisition(series)
    return {"two_photon": two_photon, "volumes": volumes}


def motion(module, series):
    """Motion correction: corrected frames, shifts, and the link to the original. Returns the corrected series."""
    original = series["two_photon"]
    count, width, height = original.data.shape
    if (count, width, height) == (FRAMES, WIDTH, HEIGHT):
        corrected = array("(t*7 + x*3 + y*5 + x*y) % 4096 + 1", "t x y", (count, width, height), "<u2")
    else:
        corrected = np.asarray(original.data) + np.uint16(1)
    after = ImageSeries(name="corrected", description="Frames after the shift", data=corrected, unit="counts", rate=30.25, starting_time=1.5)
    module.add(MotionCorrection(name="MotionCorrection", corrected_image_stacks=[CorrectedImageStack(
        name="CorrectedImageStack", original=original, corrected=after,
        xy_translation=TimeSeries(
            name="xy_translation", description="Shift in x and in y, in pixels", data=array("where(k == 0, t, 0 - 2*t) / 4", "t k", (count, 2), "<f8"),
            unit="pixels", rate=30.25, starting_time=1.5, continuity="step",
        ),
    )]))
    return after


def summary_images(module, width, height):
    """A mean and a maximum image, in an order of their own."""
    mean = GrayscaleImage(name="mean", description="Mean over frames", data=array("(x*y + 2*x) / 4", "x y", (width, height), "<f4"), resolution=70.5)
    largest = GrayscaleImage(name="max", description="Maximum over frames", data=array("x*11 + y*2", "x y", (width, height), "<u2"))
    module.add(Images(name="SummaryImages", description="Summaries of the movie", images=[mean, largest],
                      order_of_images=ImageReferences(name="order_of_images", data=[mean, largest])))


def masks(plane, number, rois, kinds, width, height):
    """Adds ROIs with image, pixel or voxel masks. ROI n has n + 2 pixels, p counting from 0."""
    for roi in range(rois):
        values = {}
        if "image_mask" in kinds:
            values["image_mask"] = array(f"where((x + 2*y + {roi}) % 5 == 0, (x + y + 1) / 8, 0)", "x y", (width, height), "<f4")
        if "pixel_mask" in kinds:
            values["pixel_mask"] = [((roi * 2 + p) % width, (p * 3 + roi) % height, (p + 1) / 4 - roi) for p in range(roi + 2)]
        if "voxel_mask" in kinds:
            values["voxel_mask"] = [((roi + p) % width, (p * 2 + roi) % height, p % DEPTH, (p + 1) / 8 + roi) for p in range(roi + 2)]
        plane.add_roi(id=100 * number + 3 * roi, **values)


def segmentation(module, planes, series) -> dict:
    """Four segmentations: each kind of mask alone, and all of them together with a column of its own."""
    holder = ImageSegmentation(name="ImageSegmentation")
    _, width, height = series["two_photon"].data.shape
    module.add(holder)
    def new(name, plane, description, **more):
        return holder.create_plane_segmentation(name=name, description=description, imaging_plane=plane, **more)
    images = new("ImageMasks", planes["shallow"], "Masks as images", reference_images=[series["two_photon"], series["corrected"]])
    masks(images, 1, 3, {"image_mask"}, width, height)
    pixels = new("PixelMasks", planes["shallow"], "Masks as lists of pixels")
    masks(pixels, 2, 4, {"pixel_mask"}, width, height)
    voxels = new("VoxelMasks", planes["volume"], "Masks as lists of voxels", reference_images=[series["volumes"]])
    masks(voxels, 3, 2, {"voxel_mask"}, WIDTH, HEIGHT)
    together = new("AllMasks", planes["volume"], "All three kinds of masks")
    masks(together, 4, 3, {"image_mask", "pixel_mask", "voxel_mask"}, WIDTH, HEIGHT)
    together.add_column(name="quality", description="Quality of the ROI, 0 to 1", data=[0.5, 0.25, 1.0])
    together.add_column(name="accepted", description="Whether the ROI was accepted", data=[True, False, True])
    together.add_column(name="label", description="What the ROI is", data=["soma", "dendrité", ""])
    return {"images": images, "pixels": pixels}


def traces(module, tables):
    """Fluorescence and dF/F, with each form of time."""
    def region(table, rows, text):
        return table.create_roi_table_region(region=rows, description=text)
    by_rate = RoiResponseSeries(
        name="by_rate", description="Raw traces", data=array("t*10 + n*3 + t*n", "t n", (FRAMES, 3), "<i4"), unit="counts",
        rois=region(tables["images"], [0, 1, 2], "all ROIs"), rate=30.25, starting_time=1.5,
    )
    by_time = RoiResponseSeries(
        name="by_timestamps", description="Traces with their own times", data=array("(t - 2*n) / 8", "t n", (5, 2), "<f8"), unit="lumens",
        rois=region(tables["pixels"], [3, 1], "the last and the second ROI"), timestamps=array("2 + t/4 + t*t/128", "t", (5,), "<f8"),
    )
    one_roi = RoiResponseSeries(
        name="one_roi", description="One ROI, one dimension", data=array("t*t - 3", "t", (5,), "<f4"), unit="lumens",
        rois=region(tables["pixels"], [2], "the third ROI"), timestamps=by_time,
    )
    module.add(Fluorescence(name="Fluorescence", roi_response_series=[by_rate, by_time, one_roi]))
    module.add(DfOverF(name="DfOverF", roi_response_series=[RoiResponseSeries(
        name="dff", description="dF/F at the same times", data=array("(t + 1) * (n + 1) / 32", "t n", (5, 2), "<f8"), unit="n.a.",
        rois=region(tables["pixels"], [3, 1], "the last and the second ROI"), timestamps=by_time, control=array("t", "t", (5,), "<u1"),
        control_description=["a", "b", "c", "d", "e"],
    )]))


def session(frames=None) -> NWBFile:
    """The whole session."""
    file = session_file()
    planes = optics(file)
    series = movies(file, planes, frames)
    module = file.create_processing_module(name="ophys", description="Processed imaging data")
    series["corrected"] = motion(module, series)
    summary_images(module, *series["two_photon"].data.shape[1:])
    traces(module, segmentation(module, planes, series))
    return file


def fix_object_ids(file, source):
    """Gives each object the UUID of its path. PyNWB has no way to choose an id, and only the builders know the paths."""
    manager = get_manager()
    manager.build(file, source=source, root=True)
    waiting = [file]
    while waiting:
        container = waiting.pop()
        builder = manager.get_builder(container)
        if builder is not None:
            container._AbstractContainer__object_id = str(uuid.uuid5(uuid.NAMESPACE_OID, on_disk(builder)))
        waiting.extend(container.children)


def on_disk(builder) -> str:
    """The path of a builder in the file."""
    names = []
    while builder.parent is not None:
        names.insert(0, builder.name)
        builder = builder.parent
    return "/" + "/".join(names)


def write(path, frames=None):
    """Writes the session to `path`."""
    path = str(Path(path).resolve())
    with warnings.catch_warnings():
        # a region gets its series before the series gets its place beside the table
        warnings.filterwarnings("ignore", message="The linked table for DynamicTableRegion")
        file = session(frames)
    fix_object_ids(file, path)
    with NWBHDF5IO(path, "w") as io:
        io.write(file)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--movie", metavar="TIF")
    parser.add_argument("--describe", metavar="MD")
    options = parser.parse_args()
    frames = tiff.read(options.movie).transpose(0, 2, 1) if options.movie else None
    write(options.out, np.ascontiguousarray(frames) if frames is not None else None)
    if options.describe:
        from describe import describe
        Path(options.describe).write_text(describe(options.out), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

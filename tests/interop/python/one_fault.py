"""Writes files with one fault each: a sound file of PyNWB's, copied, and one thing changed with h5py.

    one_fault.py OUTDIR

Prints a JSON manifest: [{"file": name, "why": sentence, "code": code, "object": path, "severity": "error"}, ...]. `code` and `object` are those of the one
diagnosis that the file must give, `severity` is how bad it is. The first entry is the sound file, which must give none: its `code` is null. Where `code` is
"refused" the file is no NWB 2 file, or no file of HDF5 at all, and is not opened.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import shutil
import sys
from datetime import datetime
from pathlib import Path

import h5py
import numpy as np
from h5py import h5s
from hdmf.common import AlignedDynamicTable, DynamicTable, VectorData
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.base import Images
from pynwb.ecephys import LFP, ElectricalSeries
from pynwb.file import Subject
from pynwb.image import GrayscaleImage, ImageSeries
from pynwb.misc import DecompositionSeries
from pynwb.ophys import Fluorescence, ImageSegmentation, OpticalChannel, TwoPhotonSeries

TEXT = h5py.string_dtype("utf-8")
CASES = []
TS, TIMED = "/acquisition/ts", "/acquisition/timed"
TABLE, UNITS, TRIALS = "/processing/m/table", "/units", "/intervals/trials"
ELECTRODES = "/general/extracellular_ephys/electrodes"
CORE = "/specifications/core/2.11.0"


def fault(code, at, why, severity="error"):
    """Registers the function below as one file, named after it: it changes the open file."""
    def register(function):
        CASES.append((function, code, at, why, severity))
        return function
    return register


def sound(path):
    """A file in which all is as it should be."""
    start = datetime.fromisoformat("2024-03-05T09:41:07-07:00")
    nwb = NWBFile(session_description="sound", identifier="sound", session_start_time=start, file_create_date=[start], experimenter=["A", "B"], keywords=["k"])
    nwb.subject = Subject(subject_id="1", age="P90D", species="Mus musculus", sex="F", date_of_birth=start)
    series = TimeSeries(name="ts", data=np.arange(10.0), unit="V", rate=10.0, starting_time=0.5)
    timed = TimeSeries(name="timed", data=np.arange(12.0).reshape(6, 2), unit="V", timestamps=np.arange(6.0))
    nwb.add_acquisition(series)
    nwb.add_acquisition(timed)
    nwb.add_acquisition(TimeSeries(name="shares", data=np.arange(6.0), unit="V", timestamps=timed))
    nwb.add_acquisition(ImageSeries(name="outside", external_file=["a.tif"], starting_frame=[0], format="external", rate=5.0, unit="n.a.", num_samples=7))
    nwb.add_stimulus(Images(name="pictures", images=[GrayscaleImage(name="grey", data=np.ones((3, 4)))]))
    bands = DecompositionSeries(name="bands", data=np.ones((4, 2, 1)), metric="power", unit="V", rate=1.0, source_timeseries=series)
    bands.add_band(band_name="alpha", band_limits=(8.0, 12.0), band_mean=10.0, band_stdev=1.0)
    nwb.add_acquisition(bands)

    device = nwb.create_device(name="device", description="d")
    group = nwb.create_electrode_group(name="group", description="g", location="CA1", device=device)
    for number in range(4):
        nwb.add_electrode(x=1.0 * number, y=2.0, z=3.0, location="CA1", group=group)
    region = nwb.create_electrode_table_region([0, 2], "some")
    nwb.add_acquisition(ElectricalSeries(name="electrical", data=np.ones((8, 2)), electrodes=region, rate=100.0))
    for number in range(3):
        nwb.add_unit(spike_times=np.arange(number + 1.0), electrodes=[0, number], waveforms=np.ones((number + 1, 2, 5)).tolist(), electrode_group=group)
    for number in range(3):
        nwb.add_trial(start_time=0.5 + 0.2 * number, stop_time=0.7 + 0.2 * number, tags=["a", "b"], timeseries=[series])

    channel = OpticalChannel(name="green", description="c", emission_lambda=500.0)
    plane = nwb.create_imaging_plane(
        name="plane", optical_channel=channel, description="p", device=device, excitation_lambda=920.0, indicator="GCaMP6s", location="V1", imaging_rate=30.0)
    nwb.add_acquisition(TwoPhotonSeries(name="movie", data=np.ones((5, 3, 4), "u2"), imaging_plane=plane, rate=30.0, unit="n.a."))
    module = nwb.create_processing_module(name="m", description="m")
    segmentation = ImageSegmentation(name="segmentation")
    module.add(segmentation)
    rois = segmentation.create_plane_segmentation(name="rois", description="r", imaging_plane=plane)
    for number in range(3):
        rois.add_roi(pixel_mask=[(number, 2, 1.0), (3, 4, 0.5)])
    fluorescence = Fluorescence(name="fluorescence")
    module.add(fluorescence)
    fluorescence.create_roi_response_series(name="roi", data=np.ones((6, 3)), rois=rois.create_roi_table_region("all", region=[0, 1, 2]), unit="a.u.", rate=30.0)
    module.add(LFP(name="lfp", electrical_series=ElectricalSeries(name="low", data=np.ones((8, 2)), electrodes=nwb.create_electrode_table_region([1, 3], "others"), timestamps=np.arange(8.0))))

    table = DynamicTable(name="table", description="t")
    table.add_column(name="a", description="a")
    table.add_column(name="b", description="b", index=True)
    table.add_column(name="c", description="c", index=2)
    for number in range(4):
        table.add_row(a=float(number), b=list(range(number)), c=[[1, 2], [number]])
    module.add(table)
    points = DynamicTable(name="points", description="p")
    points.add_column(name="row", description="rows of the table", table=table)
    for number in range(3):
        points.add_row(row=number)
    module.add(points)
    one = DynamicTable(name="one", description="o", columns=[VectorData(name="v", description="v", data=[1, 2])])
    module.add(AlignedDynamicTable(name="aligned", description="a", columns=[VectorData(name="own", description="o", data=[3, 4])], category_tables=[one]))
    with NWBHDF5IO(path, "w") as io:
        io.write(nwb)


def replaced(file, path, data, **options):
    """Puts other elements in a dataset's place, with its attributes."""
    attributes = [(name, file[path].attrs.get_id(name).dtype, value) for name, value in file[path].attrs.items()]
    del file[path]
    dataset = file.create_dataset(path, data=data, **options)
    for name, dtype, value in attributes:
        dataset.attrs.create(name, value, dtype=TEXT if isinstance(value, str) else dtype)
    return dataset


def text(target, name, value):
    target.attrs.create(name, value, dtype=TEXT)


# links


@fault("link.dangling", TIMED + "/lost", "a soft link to nothing")
def dangling_soft_link(file):
    file[TIMED]["lost"] = h5py.SoftLink("/acquisition/nobody")


@fault("link.dangling", "/acquisition/shares/timestamps", "the series whose timestamps are shared has another name now")
def dangling_timestamps(file):
    link = h5py.SoftLink("/acquisition/gone/timestamps")
    del file["/acquisition/shares/timestamps"]
    file["/acquisition/shares/timestamps"] = link


@fault("link.dangling", "/acquisition/movie/imaging_plane", "the link that a movie must have leads to nothing")
def dangling_required_link(file):
    del file["/acquisition/movie/imaging_plane"]
    file["/acquisition/movie/imaging_plane"] = h5py.SoftLink("/general/optophysiology/gone")


@fault("link.dangling", "/scratch/first", "a soft link to nothing, and a second one to the first")
def chain_to_nothing(file):
    file["/scratch/first"] = h5py.SoftLink("/nowhere")
    file["/scratch/second"] = h5py.SoftLink("/scratch/first")


@fault("link.cyclic", "/scratch/a", "two soft links that lead to each other")
def circle_of_two(file):
    file["/scratch/a"], file["/scratch/b"] = h5py.SoftLink("/scratch/b"), h5py.SoftLink("/scratch/a")


@fault("link.cyclic", "/scratch/self", "a soft link to itself")
def link_to_itself(file):
    file["/scratch/self"] = h5py.SoftLink("/scratch/self")


@fault("link.cyclic", "/scratch/a", "three soft links in a circle, and one that leads into it")
def circle_of_three(file):
    for one, other in ("ab", "bc", "ca", "0a"):
        file[f"/scratch/{one}"] = h5py.SoftLink(f"/scratch/{other}")


@fault("link.external", "/scratch/other", "an external link to a file that is not there")
def external_file_missing(file):
    file["/scratch/other"] = h5py.ExternalLink("no_such_file.nwb", "/")


@fault("link.external", "/scratch/other", "an external link to an object that its file does not have")
def external_object_missing(file):
    file["/scratch/other"] = h5py.ExternalLink("sound.nwb", "/acquisition/gone")


@fault("object.two-parents", TS, "a second hard link to a series")
def two_parents(file):
    file["/processing/m/ts_again"] = file[TS]


@fault("object.two-parents", "/processing/m", "a group within itself")
def inside_itself(file):
    file["/processing/m/myself"] = file["/processing/m"]


# types and ids


@fault("type.malformed", TS, "no namespace")
def no_namespace(file):
    del file[TS].attrs["namespace"]


@fault("type.malformed", TS, "no neurodata_type")
def no_type(file):
    del file[TS].attrs["neurodata_type"]


@fault("type.malformed", TS, "the neurodata_type is a number")
def type_is_number(file):
    del file[TS].attrs["neurodata_type"]
    file[TS].attrs["neurodata_type"] = 7


@fault("type.unknown", TS, "a type that core does not have", "information")
def unknown_type(file):
    text(file[TS], "neurodata_type", "TimeSerious")


@fault("type.unknown-namespace", TS, "a namespace that is not cached")
def unknown_namespace(file):
    text(file[TS], "namespace", "ndx-nowhere")


@fault("type.wrong-form", "/scratch/series", "a dataset that says to be a TimeSeries")
def dataset_for_group(file):
    dataset = file.create_dataset("/scratch/series", data=[1.0])
    text(dataset, "namespace", "core")
    text(dataset, "neurodata_type", "TimeSeries")
    text(dataset, "object_id", "00000000-0000-4000-8000-000000000001")


@fault("object-id.missing", TS, "no object_id")
def no_id(file):
    del file[TS].attrs["object_id"]


@fault("object-id.malformed", TS, "an object_id that is no UUID")
def id_is_no_uuid(file):
    text(file[TS], "object_id", "the first series")


@fault("object-id.malformed", TS, "an object_id that is a number")
def id_is_number(file):
    del file[TS].attrs["object_id"]
    file[TS].attrs["object_id"] = 12


@fault("object-id.duplicate", TS, "two series with one object_id")
def same_id(file):
    text(file[TS], "object_id", file["/acquisition/timed"].attrs["object_id"])


# cached specs


@fault("specs.location", "/", "no .specloc")
def no_specloc(file):
    del file.attrs[".specloc"]


@fault("specs.location", "/", ".specloc is a text")
def specloc_is_text(file):
    del file.attrs[".specloc"]
    text(file, ".specloc", "/specifications")


@fault("specs.unreadable", CORE + "/nwb.base", "a cached source that is no JSON")
def spec_is_no_json(file):
    replaced(file, CORE + "/nwb.base", "this is no JSON {", dtype=TEXT)


@fault("specs.unreadable", CORE + "/namespace", "a cached namespace that is cut off")
def namespace_cut_off(file):
    replaced(file, CORE + "/namespace", file[CORE + "/namespace"][()].decode()[:100], dtype=TEXT)


@fault("specs.unreadable", CORE, "a source that the cached namespace lists is not there")
def source_missing(file):
    del file[CORE + "/nwb.retinotopy"]


@fault("specs.unreadable", CORE + "/nwb.base", "a cached source that is a number")
def spec_is_number(file):
    replaced(file, CORE + "/nwb.base", 5)


@fault("specs.unreadable", "/specifications/core/9.9.9", "a cached namespace in the folder of another version")
def spec_version_differs(file):
    file.move(CORE, "/specifications/core/9.9.9")


def own_namespace(file, includes, types):
    """Caches a namespace of the file's own, and says that the first series is of its first type."""
    schema = [{"namespace": name} for name in includes] + [{"source": "own"}]
    namespace = {"name": "ndx-own", "version": "0.1.0", "author": "a", "contact": "c", "doc": "d", "schema": schema}
    file["/specifications/ndx-own/0.1.0/namespace"] = json.dumps({"namespaces": [namespace]})
    groups = [{"neurodata_type_def": name, "neurodata_type_inc": parent, "doc": "d"} for name, parent in types.items()]
    file["/specifications/ndx-own/0.1.0/own"] = json.dumps({"groups": groups})
    text(file[TS], "namespace", "ndx-own")
    text(file[TS], "neurodata_type", next(iter(types)))


@fault("specs.unreadable", "/specifications/ndx-own/0.1.0", "types that extend each other")
def types_in_a_circle(file):
    own_namespace(file, ["core"], {"A": "B", "B": "A"})


@fault("specs.unreadable", "/specifications/ndx-own/0.1.0", "a type that extends one that nobody defines")
def parent_missing(file):
    own_namespace(file, ["core"], {"A": "Nobody"})


@fault("specs.unreadable", "/specifications/ndx-own/0.1.0", "a namespace that includes one that is not cached")
def include_missing(file):
    own_namespace(file, ["core", "ndx-nowhere"], {"A": "Far"})


@fault("specs.location", "/specifications", "a dataset where the cached specs should be")
def specs_are_a_dataset(file):
    del file["/specifications"]
    file["/specifications"] = 1
    file.attrs[".specloc"] = file["/specifications"].ref


# members


@fault("member.missing", "/acquisition/movie", "a movie without its imaging plane")
def no_imaging_plane(file):
    del file["/acquisition/movie/imaging_plane"]


@fault("member.missing", TS + "/starting_time", "a starting time without a rate")
def no_rate(file):
    del file[TS + "/starting_time"].attrs["rate"]


@fault("member.missing", TABLE, "a table without a description")
def no_description(file):
    del file[TABLE].attrs["description"]


@fault("member.missing", TABLE, "a table without colnames")
def no_colnames(file):
    del file[TABLE].attrs["colnames"]


@fault("member.missing", TABLE, "a table without ids")
def no_ids(file):
    del file[TABLE + "/id"]


@fault("member.missing", "/", "no identifier")
def no_identifier(file):
    del file["identifier"]


@fault("member.missing", "/", "no session_start_time")
def no_start(file):
    del file["session_start_time"]


@fault("member.missing", "/", "no group /analysis")
def no_analysis(file):
    del file["analysis"]


@fault("member.missing", "/general/optophysiology/plane", "an imaging plane without an optical channel")
def no_channel(file):
    del file["/general/optophysiology/plane/green"]


@fault("member.missing", TABLE + "/b_index", "an index without a target")
def no_target(file):
    del file[TABLE + "/b_index"].attrs["target"]


@fault("member.missing", ELECTRODES, "electrodes without a location")
def no_location(file):
    file[ELECTRODES].attrs["colnames"] = np.array([name for name in file[ELECTRODES].attrs["colnames"] if name != "location"], dtype=object)
    del file[ELECTRODES + "/location"]


@fault("member.wrong-type", "/acquisition/movie/imaging_plane", "the link to the imaging plane leads to a device")
def link_to_device(file):
    del file["/acquisition/movie/imaging_plane"]
    file["/acquisition/movie/imaging_plane"] = h5py.SoftLink("/general/devices/device")


@fault("member.wrong-type", TABLE + "/id", "ids without a type")
def untyped_ids(file):
    for name in ("namespace", "neurodata_type", "object_id"):
        del file[TABLE + "/id"].attrs[name]


@fault("member.wrong-type", TS + "/data", "a group where the data should be")
def data_is_group(file):
    del file[TS + "/data"]
    file.create_group(TS + "/data")


# values


@fault("value.wrong-kind", TS + "/data", "a unit that is a number")
def unit_is_number(file):
    del file[TS + "/data"].attrs["unit"]
    file[TS + "/data"].attrs["unit"] = 5.0


@fault("value.wrong-kind", TS + "/starting_time", "a rate that is a text")
def rate_is_text(file):
    del file[TS + "/starting_time"].attrs["rate"]
    text(file[TS + "/starting_time"], "rate", "ten")


@fault("value.wrong-kind", TIMED + "/timestamps", "timestamps that are texts")
def timestamps_are_texts(file):
    replaced(file, TIMED + "/timestamps", ["a"] * 6, dtype=TEXT)


@fault("value.wrong-kind", "/session_description", "a session description that is a number")
def description_is_number(file):
    replaced(file, "session_description", 3)


@fault("value.wrong-kind", "/identifier", "two identifiers")
def two_identifiers(file):
    replaced(file, "identifier", ["a", "b"], dtype=TEXT)


@fault("value.wrong-kind", TS + "/data", "a unit with no value at all")
def unit_is_null(file):
    del file[TS + "/data"].attrs["unit"]
    file[TS + "/data"].attrs["unit"] = h5py.Empty(TEXT)


@fault("value.wrong-kind", UNITS + "/spike_times", "spike times that are texts")
def spike_times_are_texts(file):
    replaced(file, UNITS + "/spike_times", ["x"] * len(file[UNITS + "/spike_times"]), dtype=TEXT, maxshape=(None,))
    # what led to the old one leads to the new one
    file[UNITS + "/spike_times_index"].attrs["target"] = file[UNITS + "/spike_times"].ref


@fault("value.wrong-kind", "/general/institution", "text that is not UTF-8")
def not_utf8(file):
    file.create_dataset("/general/institution", data=np.array("Zürich".encode("latin-1"), dtype=object), dtype=h5py.string_dtype("ascii"))


@fault("value.fixed", "/acquisition/electrical/data", "an electrical series in millivolts")
def wrong_fixed_unit(file):
    text(file["/acquisition/electrical/data"], "unit", "millivolts")


@fault("value.date", "/session_start_time", "a start of the session that is no date")
def start_is_no_date(file):
    replaced(file, "session_start_time", "last Tuesday", dtype=TEXT)


@fault("value.date-without-zone", "/session_start_time", "a start of the session without a zone", "information")
def start_without_zone(file):
    replaced(file, "session_start_time", "2024-03-05T09:41:07", dtype=TEXT)


@fault("value.date-without-zone", "/session_start_time", "a start of the session that is a date alone", "information")
def start_is_day(file):
    replaced(file, "session_start_time", "2024-03-05", dtype=TEXT)


# references


@fault("reference.null", TABLE + "/b_index", "an index with a null reference as its target")
def null_target(file):
    file[TABLE + "/b_index"].attrs.create("target", h5py.Reference(), dtype=h5py.ref_dtype)


@fault("reference.null", ELECTRODES + "/group", "an electrode whose group is a null reference")
def null_group(file):
    file[ELECTRODES + "/group"][1] = h5py.Reference()


@fault("reference.null", "/processing/m/points/row", "a region of no table")
def null_table(file):
    file["/processing/m/points/row"].attrs.create("table", h5py.Reference(), dtype=h5py.ref_dtype)


@fault("reference.dangling", ELECTRODES + "/group", "an electrode whose group was deleted")
def deleted_group(file):
    gone = file.create_group("/scratch/gone")
    file[ELECTRODES + "/group"][1] = gone.ref
    del file["/scratch/gone"]


@fault("reference.wrong-type", "/processing/m/points/row", "a region of a time series")
def region_of_series(file):
    file["/processing/m/points/row"].attrs.create("table", file[TS].ref, dtype=h5py.ref_dtype)


@fault("reference.wrong-type", ELECTRODES + "/group", "an electrode whose group is a device")
def group_is_device(file):
    file[ELECTRODES + "/group"][1] = file["/general/devices/device"].ref


@fault("reference.wrong-type", TRIALS + "/timeseries", "a trial that refers to a device as a time series")
def trial_of_device(file):
    rows = file[TRIALS + "/timeseries"][...]
    rows["timeseries"][0] = file["/general/devices/device"].ref
    file[TRIALS + "/timeseries"][...] = rows


# tables


@fault("reference.outside", TRIALS + "/timeseries", "a trial that refers to samples past the end of the series", "information")
def samples_past_end(file):
    cells = file[TRIALS + "/timeseries"]
    cells[...] = np.array([(5, 100, cell[2]) for cell in cells[...]], dtype=cells.dtype)


@fault("table.column-length", TABLE + "/a", "a column that is too short")
def short_column(file):
    file[TABLE + "/a"].resize((3,))


@fault("table.column-length", TABLE + "/id", "more ids than rows")
def many_ids(file):
    file[TABLE + "/id"].resize((9,))


@fault("table.column-length", TABLE + "/b_index", "an index that is too short")
def short_index(file):
    file[TABLE + "/b_index"].resize((3,))


@fault("table.column-length", "/processing/m/aligned/one", "a category of another length")
def short_category(file):
    file["/processing/m/aligned/one/id"].resize((1,))
    file["/processing/m/aligned/one/v"].resize((1,))


@fault("table.absent-column", TABLE, "colnames that name a column that is not there")
def absent_column(file):
    text(file[TABLE], "colnames", np.array(["a", "b", "c", "nobody"], dtype=object))


@fault("table.unlisted-column", TABLE + "/a", "colnames that leave a column out", "information")
def unlisted_column(file):
    text(file[TABLE], "colnames", np.array(["b", "c"], dtype=object))


@fault("table.absent-column", TABLE + "/a", "a group where a column should be")
def column_is_group(file):
    del file[TABLE + "/a"]
    file.create_group(TABLE + "/a")


@fault("value.wrong-kind", TABLE + "/b_index", "an index of fractions")
def index_of_fractions(file):
    replaced(file, TABLE + "/b_index", file[TABLE + "/b_index"][...].astype("f8"))


@fault("index.decreasing", TABLE + "/b_index", "an index that goes back")
def decreasing_index(file):
    file[TABLE + "/b_index"][2] = 0


@fault("index.past-end", TABLE + "/b_index", "an index that ends past the elements")
def index_past_end(file):
    file[TABLE + "/b_index"][3] = 100


@fault("index.past-end", TABLE + "/c_index_index", "an outer index that ends past the inner one")
def outer_index_past_end(file):
    file[TABLE + "/c_index_index"][3] = 100


@fault("index.past-end", UNITS + "/spike_times_index", "spike times that are cut off")
def short_spike_times(file):
    file[UNITS + "/spike_times"].resize((2,))


@fault("region.outside", "/processing/m/points/row", "a region with a row past the end of its table")
def row_past_end(file):
    file["/processing/m/points/row"][1] = 4


@fault("region.outside", "/acquisition/electrical/electrodes", "a series of an electrode with a negative number")
def negative_row(file):
    file["/acquisition/electrical/electrodes"][0] = -1


# time series


@fault("series.time", TS, "a series that does not say when its samples were taken")
def no_time(file):
    del file[TS + "/starting_time"]


@fault("series.time", TIMED, "a series that says twice when its samples were taken")
def time_twice(file):
    start = file.create_dataset(TIMED + "/starting_time", data=0.0)
    start.attrs["rate"] = 10.0
    text(start, "unit", "seconds")


@fault("series.rate", TS, "a negative rate")
def negative_rate(file):
    file[TS + "/starting_time"].attrs["rate"] = -10.0


@fault("series.length", TIMED, "more samples than timestamps")
def more_samples(file):
    replaced(file, TIMED + "/data", np.ones((7, 2)))


# the container


@fault("series.axis", "/acquisition/electrical/electrodes", "more channels than electrodes")
def more_channels(file):
    replaced(file, "/acquisition/electrical/data", np.ones((8, 3)))


@fault("series.axis", "/acquisition/bands/bands", "more bands in the data than in the table")
def more_bands(file):
    replaced(file, "/acquisition/bands/data", np.ones((4, 2, 3)))


@fault("series.axis", "/acquisition/outside/external_file", "more starting frames than files")
def more_starting_frames(file):
    del file["/acquisition/outside/external_file"].attrs["starting_frame"]
    file["/acquisition/outside/external_file"].attrs["starting_frame"] = np.array([0, 5])


@fault("object.unreadable-part", TS, "an attribute with a reference of the kind that came with HDF5 1.12")
def newer_reference(file):
    # h5py does not offer these; the library that it brings along does
    library = ctypes.CDLL(str(next(Path(h5py.__file__).parent.parent.glob("h5py.libs/libhdf5-*.so*"))))
    kind = ctypes.c_int64.in_dll(library, "H5T_STD_REF_g")
    reference = ctypes.create_string_buffer(64)
    number = ctypes.c_int64
    if library.H5Rcreate_object(number(file.id.id), b"/acquisition/timed", number(0), reference) < 0:
        raise RuntimeError("no reference was made")
    library.H5Acreate2.restype = number
    space, series = h5s.create(h5s.SCALAR), file[TS]
    attribute = number(library.H5Acreate2(number(series.id.id), b"newer", kind, number(space.id), number(0), number(0)))
    if library.H5Awrite(attribute, kind, reference) < 0 or library.H5Aclose(attribute) < 0:
        raise RuntimeError("the attribute was not written")
    library.H5Rdestroy(reference)


@fault("refused", "/", "no nwb_version")
def no_version(file):
    del file.attrs["nwb_version"]


@fault("refused", "/", "an nwb_version that is none")
def version_is_none(file):
    text(file, "nwb_version", "the newest")


@fault("refused", "/", "a file of NWB 1")
def version_one(file):
    text(file, "nwb_version", "NWB-1.0.6")


def write_all(folder) -> list:
    """Writes every file into `folder`; returns the manifest."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "sound.nwb"
    sound(whole)
    manifest = [{"file": whole.name, "why": "a sound file", "code": None, "object": None, "severity": None}]
    for function, code, at, why, severity in CASES:
        path = folder / f"{function.__name__}.nwb"
        shutil.copyfile(whole, path)
        with h5py.File(path, "r+") as file:
            file.require_group("scratch")
            function(file)
            if not len(file["scratch"]):
                del file["scratch"]
        manifest.append({"file": path.name, "why": why, "code": code, "object": at, "severity": severity})
    return manifest


def main() -> int:
    parser = argparse.ArgumentParser(description="Files with one fault each.")
    parser.add_argument("outdir")
    options = parser.parse_args()
    json.dump(write_all(options.outdir), sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

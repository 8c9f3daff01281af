"""Writes with PyNWB files that between them hold every neurodata type that it can write, with as many optional fields as practical.

    many_types.py OUTDIR [--libver latest]

One file for each area of the schema. Prints a JSON manifest: {"files": {name: [neurodata types in it]}, "failed": {name: error},
"not_written": {type: reason}}. With `--libver latest` the files are in HDF5's newest format. Content, object ids and times are the same on each run; only in
`external_resources.nwb`, where ids are content, they are new each time. PyNWB 4.2.0 cannot read `event_waveform.nwb` again.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
import warnings
from datetime import datetime
from pathlib import Path

import h5py
import numpy as np
from hdmf.backends.hdf5 import H5DataIO
from hdmf.common import (
    HERD, AlignedDynamicTable, DynamicTable, DynamicTableRegion, ElementIdentifiers, MeaningsTable, VectorData, VectorIndex,
)
from hdmf.common.table import EnumData
from hdmf.data_utils import DataChunkIterator
from pynwb import NWBHDF5IO, NWBFile, TimeSeries, get_class, get_type_map
from pynwb import behavior, device, ecephys, icephys, image, misc, ogen
from pynwb.base import ExternalImage, Image, ImageReferences, Images, TimeSeriesReferenceVectorData
from pynwb.core import NWBContainer, NWBDataInterface
from pynwb.epoch import TimeIntervals
from pynwb.event import DurationVectorData, EventsTable, TimestampVectorData
from pynwb.file import LabMetaData, ScratchData, Subject
from pynwb.image import GrayscaleImage, RGBAImage, RGBImage

import ophys_session

NOT_WRITTEN = {
    "Container": "abstract: only ever written as one of its subtypes",
    "NWBData": "abstract: only ever written as one of its subtypes",
    "BaseImage": "abstract: only ever written as one of its subtypes",
    "CSRMatrix": "no place in an NWB file takes it",
    "SimpleMultiContainer": "no place in an NWB file takes it",
}
FILES = []


def file_of(function):
    """Registers the function below: it returns the NWBFile that is written under its name."""
    FILES.append(function)
    return function


def new_file(name, **more) -> NWBFile:
    start = datetime.fromisoformat("2024-03-05T09:41:07-07:00")
    return NWBFile(session_description=f"many types: {name}", identifier=name, session_start_time=start, file_create_date=[start], **more)


def as_read(kind, **fields):
    """An object of a type that may only be read, not made: made as when reading."""
    made = kind.__new__(kind, in_construct_mode=True)
    made.__init__(**fields)
    made._in_construct_mode = False
    return made


def numbers(shape, dtype="<f8", step=3):
    """Non-symmetric values of any shape."""
    count = int(np.prod(shape))
    return (np.arange(count) * step % 97).reshape(shape).astype(dtype)


@file_of
def minimal():
    return new_file("minimal")


@file_of
def metadata():
    file = ophys_session.session_file()
    file.add_lab_meta_data(LabMetaData(name="lab_data"))
    file.add_analysis(NWBContainer(name="bare_container"))
    file.add_acquisition(NWBDataInterface(name="bare_interface"))
    file.add_scratch(np.arange(7), name="numbers", description="an array in scratch")
    file.add_scratch("a text", name="text", description="text in scratch")
    file.add_scratch(DynamicTable(name="table", description="a table in scratch", columns=[VectorData(name="a", description="a", data=[1, 2])]))
    file.add_scratch(ScratchData(name="scratch_data", data=numbers((2, 3)), description="two dimensions"))
    model = file.add_device_model(device.DeviceModel(name="model", manufacturer="maker", model_number="1", description="a model"))
    file.add_device(device.Device(name="device", description="d", serial_number="s", model=model))
    return file


@file_of
def time_series():
    file = new_file("time_series")
    for dtype in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "?"):
        file.add_acquisition(TimeSeries(name="of_" + dtype.replace("?", "bool"), data=numbers((5,), dtype), unit="V", rate=10.0))
    for rank in (1, 2, 3, 4):
        file.add_acquisition(TimeSeries(name=f"rank_{rank}", data=numbers((4, 3, 2, 5)[:rank], "<i2"), unit="V", rate=10.0, starting_time=0.5))
    file.add_acquisition(TimeSeries(name="text", data=["a", "bc", "äöü \U0001F9E0"], unit="n.a.", timestamps=[0.0, 0.5, 1.5]))
    file.add_acquisition(TimeSeries(name="empty", data=np.zeros((0, 3), "<f4"), unit="V", timestamps=np.zeros(0)))
    owner = TimeSeries(name="owner", data=[1.0, 2.0, 4.0], unit="V", timestamps=[0.0, 1.0, 3.0], resolution=0.5, conversion=2.0, offset=-1.0,
                       comments="c", description="d", control=[0, 1, 0], control_description=["on", "off"], continuity="instantaneous")
    file.add_acquisition(owner)
    file.add_acquisition(TimeSeries(name="shares_time", data=[3, 4, 5], unit="A", timestamps=owner))
    file.add_acquisition(TimeSeries(name="shares_data", data=owner, unit="V", rate=5.0))
    file.add_acquisition(TimeSeries(name="shares_shared", data=[3, 4, 5], unit="A", timestamps=file.acquisition["shares_time"]))
    module = file.create_processing_module("module", "a module")
    module.add(TimeSeries(name="inside", data=[1], unit="s", rate=1.0))
    file.create_processing_module("empty_module", "nothing in it")
    file.add_stimulus(TimeSeries(name="stimulus", data=[1, 2], unit="V", rate=1.0))
    file.add_stimulus_template(TimeSeries(name="template", data=[1, 2], unit="V", rate=1.0))
    return file


@file_of
def tables():
    file = new_file("tables")
    table = DynamicTable(name="kinds", description="a column of each kind", id=ElementIdentifiers(name="id", data=[10, 20, 30]))
    for dtype in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "?"):
        table.add_column(name="of_" + dtype.replace("?", "bool"), description=dtype, data=numbers((3,), dtype))
    table.add_column(name="text", description="text", data=["", "ä", "\U0001F9E0"])
    table.add_column(name="rank_4", description="four dimensions", data=numbers((3, 2, 4, 5), "<u2"))
    table.add_column(name="ragged", description="ragged", data=[1, 2, 3, 4], index=[1, 1, 4])
    table.add_column(name="twice", description="doubly ragged", data=[[["a"], ["b", "c"]], [], [["d"]]], index=2)
    table.add_column(name="thrice", description="triply ragged", data=[[[[1, 2], [3]], [[4]]], [[[5]]], [[[6, 7, 8]]]], index=3)
    table.add_column(name="ragged_rows", description="ragged with a second dimension", data=numbers((4, 2)), index=[2, 2, 4])
    table.add_column(name="choice", description="one of a set", col_cls=EnumData, enum=["red", "green"], data=[0, 1, 0])
    table.add_meanings_table(MeaningsTable(target=table["text"], description="what the texts mean", columns=[
        VectorData(name="value", description="a value", data=["", "ä"]), VectorData(name="meaning", description="its meaning", data=["none", "a-umlaut"])]))
    file.add_analysis(table)
    other = DynamicTable(name="regions", description="points into another table", id=[0, 1])
    other.add_column(name="row", description="a row", data=[2, 0], table=table)
    other.add_column(name="rows", description="rows", data=[2, 0, 1], table=table, index=[1, 3])
    file.add_analysis(other)
    many = DynamicTable(name="many", description="300 rows, u16 index", id=list(range(300)))
    many.add_column(name="value", description="v", data=numbers((600,), "<i4"), index=np.arange(2, 602, 2))
    file.add_analysis(many)
    file.add_analysis(DynamicTable(name="empty", description="no columns, no rows"))
    file.add_analysis(DynamicTable(name="no_rows", description="no rows", columns=[VectorData(name="a", description="a", data=np.zeros(0, "<f4"))]))
    aligned = AlignedDynamicTable(name="aligned", description="aligned", columns=[VectorData(name="own", description="o", data=[1, 2])], category_tables=[
        DynamicTable(name="left", description="l", columns=[VectorData(name="a", description="a", data=["x", "y"])]),
        DynamicTable(name="right", description="r", columns=[VectorData(name="a", description="a", data=[0.5, 1.5])])])
    file.add_analysis(aligned)
    nested = VectorData(name="built", description="built by hand", data=[1.0, 2.0, 3.0])
    file.add_analysis(DynamicTable(name="by_hand", description="b", columns=[nested, VectorIndex(name="built_index", data=[1, 3], target=nested)], colnames=["built"]))
    return file


@file_of
def intervals_and_events():
    file = new_file("intervals_and_events")
    series = [TimeSeries(name=f"ts_{n}", data=numbers((20,)), unit="V", rate=10.0) for n in range(2)]
    for one in series:
        file.add_acquisition(one)
    file.add_trial_column("correct", "whether the answer was right")
    file.add_trial(start_time=0.0, stop_time=0.5, correct=True, tags=["a", "b"], timeseries=series)
    file.add_trial(start_time=0.5, stop_time=1.25, correct=False, tags=[], timeseries=[series[1]])
    file.add_epoch(0.0, 1.0, ["first"], series)
    file.add_epoch(1.0, 2.0, [], [series[0]])
    file.add_invalid_time_interval(start_time=0.25, stop_time=0.5)
    own = TimeIntervals(name="licks", description="own intervals")
    own.add_interval(start_time=0.125, stop_time=0.25)
    file.add_time_intervals(own)
    events = EventsTable(name="rewards", description="rewards", source_description="the valve")
    for n in range(3):
        events.add_row(timestamp=n * 0.5, duration=0.125 * n, annotation=f"reward {n}")
    file.add_events_table(events)
    columns = [TimestampVectorData(name="timestamp", description="times", data=[0.5, 1.0], resolution=0.001),
               DurationVectorData(name="duration", description="durations", data=[0.25, 0.5], resolution=0.01)]
    file.add_events_table(EventsTable(name="with_resolution", description="columns made by hand", columns=columns))
    return file


@file_of
def extracellular():
    file = new_file("extracellular")
    probe = file.create_device(name="probe", description="a probe")
    group = file.create_electrode_group("shank0", description="a shank", location="CA1", device=probe, position=(1.5, -2.5, 3.5))
    other = file.create_electrode_group("shank1", description="another", location="CA3", device=probe)
    file.add_electrode_column("label", "a label")
    for n in range(4):
        file.add_electrode(location="CA1", group=group if n < 3 else other, x=n * 1.0, y=2.0, z=-n * 0.5, imp=1e6 + n, filtering="300 Hz", label=f"e{n}",
                           rel_x=0.0, rel_y=n * 20.0, rel_z=0.0, reference="skull")
    def region(rows):
        return file.create_electrode_table_region(rows, "some electrodes")
    raw = ecephys.ElectricalSeries(name="raw", data=numbers((6, 3), "<i2"), electrodes=region([0, 2, 3]), rate=30000.0, conversion=1e-6, offset=0.5,
                                   channel_conversion=[1.0, 2.0, 0.5], filtering="none")
    file.add_acquisition(raw)
    spikes = ecephys.SpikeEventSeries(name="spikes", data=numbers((3, 2, 5), "<f4"), timestamps=[0.1, 0.25, 0.5], electrodes=region([1, 2]))
    file.add_acquisition(spikes)
    module = file.create_processing_module("ecephys", "processed")
    module.add(ecephys.LFP(electrical_series=ecephys.ElectricalSeries(name="lfp", data=numbers((6, 2)), electrodes=region([0, 1]), rate=1000.0)))
    module.add(ecephys.FilteredEphys(electrical_series=ecephys.ElectricalSeries(name="theta", data=numbers((6,)), electrodes=region([3]), rate=1000.0)))
    module.add(ecephys.EventDetection(detection_method="threshold", source_electricalseries=raw, source_idx=[1, 4]))
    module.add(ecephys.FeatureExtraction(electrodes=region([0, 1]), description=["peak", "width", "area"], times=[0.5, 1.0], features=numbers((2, 2, 3), "<f4")))
    units = misc.Units(name="units", description="sorted", electrode_table=file.electrodes, waveform_rate=30000.0, waveform_unit="volts",
                       waveform_time_before_peak_in_ms=0.5, resolution=1 / 30000)
    file.units = units
    units.add_column("quality", "a quality")
    for n in range(3):
        units.add_unit(spike_times=numbers((n + 2,)) / 8, obs_intervals=[[0.0, 1.0], [2.0, 3.0 + n]], electrodes=[n, 3], electrode_group=group if n else other,
                       waveform_mean=numbers((5, 2), "<f4"), waveform_sd=numbers((5, 2), "<f4"), quality="good",
                       waveforms=[[[float(event + n)] * 5, [0.5 * event] * 5] for event in range(n + 2)])
    return file


@file_of
def miscellaneous():
    file = new_file("miscellaneous")
    file.add_acquisition(misc.AbstractFeatureSeries(name="features", feature_units=["m", "s"], features=["size", "time"], data=numbers((4, 2)), rate=1.0))
    file.add_acquisition(misc.IntervalSeries(name="intervals", data=np.array([1, -1, 2, -2], "<i1"), timestamps=[0.0, 1.0, 2.0, 4.0]))
    source = TimeSeries(name="source", data=numbers((6, 3)), unit="V", rate=10.0)
    file.add_acquisition(source)
    probe = file.create_device(name="probe")
    group = file.create_electrode_group("g", description="g", location="l", device=probe)
    for _ in range(3):
        file.add_electrode(location="l", group=group)
    bands = misc.FrequencyBandsTable()
    for n in range(2):
        bands.add_row(band_name=f"band{n}", band_limits=[n * 4.0, n * 4.0 + 4], band_mean=n * 4.0 + 2, band_stdev=0.5)
    file.create_processing_module("m", "m").add(misc.DecompositionSeries(
        name="decomposed", data=numbers((6, 3, 2)), metric="power", bands=bands, source_timeseries=source, rate=10.0,
        source_channels=file.create_electrode_table_region([0, 1, 2], "all")))
    return file


@file_of
def behaviour():
    file = new_file("behaviour")
    def place(name, columns):
        return behavior.SpatialSeries(name=name, data=numbers((5, columns)), reference_frame="the corner", rate=50.0, unit="meters")
    module = file.create_processing_module("behavior", "behavior")
    module.add(behavior.Position(spatial_series=[place("at", 3), place("also_at", 2)]))
    module.add(behavior.CompassDirection(spatial_series=behavior.SpatialSeries(name="head", data=numbers((5,)), reference_frame="north", unit="radians", timestamps=numbers((5,)))))
    module.add(behavior.EyeTracking(spatial_series=place("eye", 2)))
    module.add(behavior.PupilTracking(time_series=TimeSeries(name="pupil", data=numbers((5,)), unit="mm", rate=50.0)))
    module.add(behavior.BehavioralTimeSeries(time_series=TimeSeries(name="speed", data=numbers((5,)), unit="m/s", rate=50.0)))
    module.add(behavior.BehavioralEpochs(interval_series=misc.IntervalSeries(name="runs", data=np.array([1, -1], "<i1"), timestamps=[1.0, 2.0])))
    return file


@file_of
def images():
    file = new_file("images")
    grey = GrayscaleImage(name="grey", data=numbers((4, 3), "<u1"), description="g", resolution=12.5)
    colour = RGBImage(name="colour", data=numbers((4, 3, 3), "<u1"))
    alpha = RGBAImage(name="alpha", data=numbers((4, 3, 4), "<f4"))
    plain = Image(name="plain", data=numbers((5, 2), "<i2"))
    outside = ExternalImage(name="outside", data="picture.png", image_format="PNG", image_mode="RGB", description="elsewhere")
    several = Images(name="several", images=[grey, colour, alpha], description="three", order_of_images=ImageReferences(name="order_of_images", data=[colour, alpha, grey]))
    file.add_acquisition(several)
    file.add_acquisition(Images(name="more", images=[plain, outside]))
    camera = file.create_device(name="camera")
    file.add_acquisition(image.ImageSeries(name="series", data=numbers((3, 4, 5), "<u1"), unit="n.a.", rate=30.0, format="raw", dimension=[4, 5], device=camera))
    file.add_acquisition(image.ImageSeries(name="coloured", data=numbers((3, 4, 5, 3), "<u1"), unit="n.a.", rate=30.0))
    file.add_acquisition(image.ImageSeries(name="external", external_file=["a.avi", "b.avi"], starting_frame=[0, 7], format="external", rate=30.0, num_samples=20, unit="n.a."))
    file.add_stimulus(image.OpticalSeries(name="optical", data=numbers((3, 4, 5), "<u1"), unit="n.a.", rate=30.0, distance=0.5, field_of_view=[0.25, 0.5], orientation="up"))
    file.add_stimulus_template(Images(name="templates", images=[GrayscaleImage(name="one", data=numbers((2, 3)))], description="shown"))
    file.add_stimulus(image.IndexSeries(name="shown", data=np.array([0, 0], "<u4"), indexed_images=file.stimulus_template["templates"], unit="N/A", timestamps=[0.0, 1.0]))
    return file


@file_of
def optogenetics():
    file = new_file("optogenetics")
    laser = file.create_device(name="laser")
    site = file.create_ogen_site(name="site", device=laser, description="fibre", excitation_lambda=473.0, location="VTA")
    file.add_stimulus(ogen.OptogeneticSeries(name="power", data=numbers((6,)), site=site, rate=1000.0))
    file.add_stimulus(ogen.OptogeneticSeries(name="powers", data=numbers((6, 2)), site=site, rate=1000.0))
    return file


@file_of
def optical_physiology():
    return ophys_session.session()


@file_of
def intracellular():
    file = new_file("intracellular")
    rig = file.create_device(name="amplifier")
    cell = file.create_icephys_electrode(name="electrode", device=rig, description="glass", slice="s", seal="1 GOhm", location="V1", resistance="5 MOhm",
                                         filtering="10 kHz", initial_access_resistance="12 MOhm", cell_id="c1")
    common = dict(electrode=cell, rate=20000.0, sweep_number=3)
    clamp = icephys.CurrentClampSeries(name="clamp", data=numbers((8,)), gain=2.0, bias_current=1e-12, bridge_balance=5e6, capacitance_compensation=1e-12, **common)
    pulse = icephys.CurrentClampStimulusSeries(name="pulse", data=numbers((8,)), gain=0.5, stimulus_description="pulse", **common)
    zero = icephys.IZeroClampSeries(name="zero", data=numbers((8,)), gain=1.0, electrode=cell, rate=20000.0)
    voltage = icephys.VoltageClampSeries(name="voltage", data=numbers((8,)), gain=1.0, capacitance_fast=1e-12, capacitance_slow=2e-12, resistance_comp_bandwidth=1e3,
                                         resistance_comp_correction=70.0, resistance_comp_prediction=80.0, whole_cell_capacitance_comp=1e-11,
                                         whole_cell_series_resistance_comp=1e7, **common)
    step = icephys.VoltageClampStimulusSeries(name="step", data=numbers((8,)), gain=1.0, **common)
    file.add_acquisition(icephys.PatchClampSeries(name="bare", data=numbers((4,)), unit="V", electrode=cell, gain=1.0, rate=10.0))
    for one in (clamp, zero, voltage):
        file.add_acquisition(one)
    for one in (pulse, step):
        file.add_stimulus(one, use_sweep_table=False)
    template = TimeSeries(name="template", data=numbers((8,)), unit="A", rate=20000.0)
    file.add_stimulus_template(template)
    file.intracellular_recordings = icephys.IntracellularRecordingsTable()
    rows = [
        file.add_intracellular_recording(electrode=cell, stimulus=pulse, stimulus_start_index=1, stimulus_index_count=3, stimulus_template=template,
                                         stimulus_template_start_index=0, stimulus_template_index_count=4, response=clamp, response_start_index=2, response_index_count=5),
        file.add_intracellular_recording(electrode=cell, stimulus=step, response=voltage),
        file.add_intracellular_recording(electrode=cell, response=zero),
    ]
    file.intracellular_recordings.add_column(name="tag", description="a tag", data=["a", "b", "c"])
    file.intracellular_recordings.add_column(name="temperature", description="t", data=[30.5, 31.0, 32.5], category="electrodes")
    first = file.add_icephys_simultaneous_recording(recordings=rows[:2])
    second = file.add_icephys_simultaneous_recording(recordings=rows[2:])
    sequence = file.add_icephys_sequential_recording(simultaneous_recordings=[first, second], stimulus_type="square")
    repetition = file.add_icephys_repetition(sequential_recordings=[sequence])
    file.add_icephys_experimental_condition(repetitions=[repetition])
    return file


@file_of
def deprecated():
    file = new_file("deprecated")
    file.add_acquisition(as_read(misc.AnnotationSeries, name="notes", data=["one", "zwö"], timestamps=[0.5, 1.5]))
    module = file.create_processing_module("old", "types that are not made any more")
    module.add(as_read(behavior.BehavioralEvents, time_series=TimeSeries(name="event", data=[1.0], unit="V", timestamps=[1.0])))
    clustering = as_read(ecephys.Clustering, description="clusters", num=[0, 1, 0], peak_over_rms=[2.5, 3.5], times=[0.5, 1.0, 1.5])
    module.add(clustering)
    module.add(as_read(ecephys.ClusterWaveforms, clustering_interface=clustering, waveform_filtering="none", waveform_mean=numbers((2, 4), "<f4"), waveform_sd=numbers((2, 4), "<f4")))
    movie = image.ImageSeries(name="movie", data=numbers((3, 4, 5), "<u1"), unit="n.a.", rate=30.0)
    file.add_acquisition(movie)
    file.add_acquisition(as_read(image.ImageMaskSeries, name="mask", data=numbers((3, 4, 5), "<u1"), unit="n.a.", masked_imageseries=movie, rate=30.0))
    file.add_acquisition(as_read(image.IndexSeries, name="index", data=np.array([2, 0], "<u4"), indexed_timeseries=movie, unit="N/A", rate=1.0))
    rig = file.create_device(name="amplifier")
    cell = file.create_icephys_electrode(name="electrode", device=rig, description="glass")
    sweep = icephys.CurrentClampSeries(name="sweep", data=numbers((8,)), electrode=cell, gain=1.0, rate=1.0, sweep_number=7)
    file.add_acquisition(sweep)
    table = as_read(icephys.SweepTable, name="sweep_table", description="sweeps")
    table.add_entry(sweep)
    file._in_construct_mode = True
    file.sweep_table = table
    file._in_construct_mode = False
    return file


@file_of
def event_waveform():
    file = new_file("event_waveform")
    probe = file.create_device(name="probe")
    group = file.create_electrode_group("g", description="g", location="l", device=probe)
    file.add_electrode(location="l", group=group)
    spikes = ecephys.SpikeEventSeries(name="spikes", data=numbers((3, 5), "<f4"), timestamps=[0.1, 0.25, 0.5], electrodes=file.create_electrode_table_region([0], "e"))
    # its own constructor sets nothing up, not even when reading
    waveform = ecephys.EventWaveform.__new__(ecephys.EventWaveform, in_construct_mode=True)
    NWBDataInterface.__init__(waveform, name="EventWaveform")
    waveform.add_spike_event_series(spikes)
    file.create_processing_module("old", "a type that is not made any more").add(waveform)
    return file


@file_of
def retinotopy():
    file = new_file("retinotopy")
    made = get_class("ImagingRetinotopy", "core")
    def field(shape):
        return numbers(shape, "<f4")
    file.create_processing_module("retinotopy", "r").add(made(
        name="ImagingRetinotopy", axis_1_phase_map=field((4, 3)), axis_1_phase_map__dimension=np.array([4, 3], "<i4"), axis_1_phase_map__field_of_view=field((2,)),
        axis_1_phase_map__unit="degrees", axis_2_phase_map=field((4, 3)), axis_2_phase_map__dimension=np.array([4, 3], "<i4"),
        axis_2_phase_map__field_of_view=field((2,)), axis_2_phase_map__unit="degrees", axis_descriptions=["altitude", "azimuth"],
        vasculature_image=numbers((4, 3), "<u2"), vasculature_image__bits_per_pixel=np.int32(12), vasculature_image__dimension=np.array([4, 3], "<i4"),
        vasculature_image__field_of_view=field((2,)), vasculature_image__format="raw"))
    return file


@file_of
def external_resources():
    file = new_file("external_resources")
    file.subject = Subject(subject_id="s", species="Mus musculus", age="P90D/P100D", age__reference="gestational", weight="20 g", sex="M")
    file.external_resources = HERD()
    table = DynamicTable(name="animals", description="a", columns=[VectorData(name="species", description="s", data=["Mus musculus", "Rattus norvegicus"])])
    file.add_analysis(table)
    for container, attribute, key, number in ((file.subject, None, "Mus musculus", 10090), (table, "species", "Rattus norvegicus", 10116)):
        file.external_resources.add_ref(container=container, attribute=attribute, key=key, entity_id=f"NCBITaxon:{number}",
                                        entity_uri=f"https://www.ncbi.nlm.nih.gov/Taxonomy/Browser/wwwtax.cgi?id={number}")
    return file


@file_of
def storage():
    file = new_file("storage")
    data = numbers((200, 30), "<i4")
    options = {
        "gzip": dict(compression="gzip"), "gzip_9_shuffle_checksum": dict(compression="gzip", compression_opts=9, shuffle=True, fletcher32=True, chunks=(50, 7)),
        "lzf": dict(compression="lzf", chunks=(64, 30)), "chunks": dict(chunks=(33, 11), maxshape=(None, 30)), "growing": dict(maxshape=(None, None)),
        "fill": dict(chunks=(50, 30), fillvalue=-1),
    }
    if h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP):
        options["szip"] = dict(compression="szip", compression_opts=("nn", 16), chunks=(64, 30))
    for name, option in options.items():
        file.add_acquisition(TimeSeries(name=name, data=H5DataIO(data=data, **option), unit="V", timestamps=H5DataIO(numbers((200,)), compression="gzip")))
    file.add_acquisition(TimeSeries(name="iterated", data=DataChunkIterator(data=(row for row in data), buffer_size=16), unit="V", rate=1.0))
    file.add_acquisition(TimeSeries(name="big_endian", data=numbers((5,), ">i4"), unit="V", rate=1.0))
    return file


@file_of
def unicode_names():
    file = new_file("unicode_names")
    for name in ("äöü", "中文", "\U0001F9E0 brain", "with blank", "quote\"d", "dots.and-dashes"):
        file.add_acquisition(TimeSeries(name=name, data=[1], unit="µV", rate=1.0, description="line\nline\t\U0001F9E0"))
    return file


def write(path, file, libver=None):
    """Writes one file, with object ids made from paths."""
    path = Path(path).resolve()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # HERD's tables hold the ids of the objects as they were when the references were added
        if file.external_resources is None:
            ophys_session.fix_object_ids(file, str(path))
        with h5py.File(path, "w", libver=libver) as handle, NWBHDF5IO(file=handle, mode="w") as io:
            io.write(file)


def linked(folder, libver=None):
    """Two files, of which the first links to the second."""
    target, source = folder / "linked_target.nwb", folder / "links_to_other_file.nwb"
    file = new_file("linked_target")
    file.add_acquisition(TimeSeries(name="original", data=numbers((9,)), unit="V", timestamps=numbers((9,))))
    file.add_acquisition(TimeSeries(name="whole", data=numbers((3,)), unit="V", rate=1.0))
    write(target, file, libver)
    with NWBHDF5IO(str(target), "r") as io:
        other = io.read()
        file = new_file("links_to_other_file")
        original = other.acquisition["original"]
        file.add_acquisition(TimeSeries(name="same_data", data=original.data, unit="V", timestamps=[float(n) for n in range(9)]))
        file.add_acquisition(TimeSeries(name="same_time", data=numbers((9,)), unit="V", timestamps=original))
        file.add_acquisition(other.acquisition["whole"])
        for container in (file, *file.children):
            where = "/" if container is file else f"/acquisition/{container.name}"
            container._AbstractContainer__object_id = str(uuid.uuid5(uuid.NAMESPACE_OID, where))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with NWBHDF5IO(str(source), "w", manager=io.manager) as out:
                out.write(file)


def types_in(path) -> list:
    """The neurodata types in a file."""
    found = set()
    with h5py.File(path, "r") as file:
        def note(_, item):
            if "neurodata_type" in item.attrs:
                found.add(item.attrs["neurodata_type"])
        note("/", file)
        file.visititems(note)
    return sorted(found)


def write_all(folder, libver=None) -> dict:
    """Writes every file into `folder`; returns the manifest."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"files": {}, "failed": {}, "not_written": {}}
    for function in FILES + [linked]:
        name = function.__name__ + ".nwb"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                linked(folder, libver) if function is linked else write(folder / name, function(), libver)
        except Exception as error:  # what PyNWB cannot write is part of the manifest
            manifest["failed"][name] = f"{type(error).__name__}: {error}"
            (folder / name).unlink(missing_ok=True)
    for path in sorted(folder.glob("*.nwb")):
        manifest["files"][path.name] = types_in(path)
    written = {kind for kinds in manifest["files"].values() for kind in kinds}
    catalog = get_type_map().namespace_catalog
    for space in ("core", "hdmf-common", "hdmf-experimental"):
        for kind in catalog.get_namespace(space).get_registered_types():
            if kind not in written:
                manifest["not_written"][kind] = NOT_WRITTEN.get(kind, "unexpected")
    return manifest


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outdir")
    parser.add_argument("--libver", choices=("earliest", "latest"), default=None)
    options = parser.parse_args()
    manifest = write_all(options.outdir, options.libver)
    json.dump(manifest, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 1 if manifest["failed"] or "unexpected" in manifest["not_written"].values() else 0


if __name__ == "__main__":
    sys.exit(main())

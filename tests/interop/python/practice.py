"""Files with one cause for each check of nwbinspector, and one that just fails to be a cause; and what nwbinspector finds in files.

practice.py make FOLDER    writes the files, and cases.json: file -> check -> {"hit": path, "miss": path} (either may be missing)
practice.py inspect LIST   prints, for each file of a list, [check, path of the object, importance] of each finding, as JSON;
                           importance FAILED where a check itself has failed, and one finding "READ" where PyNWB cannot read the file
"""

import datetime
import json
import math
import pathlib
import sys
import warnings

import h5py
import numpy as np

warnings.filterwarnings("ignore")

DAY = datetime.datetime(2024, 3, 5, 9, 41, 7, tzinfo=datetime.timezone.utc)
YEAR = 31557600.0


class Objects:
    """All objects that a check may look at, in one file: `<check>_hit` has a finding of the check, `<check>_miss` has none."""

    def __init__(self, folder, name="objects.nwb", version=None):
        self.path = folder / name
        self.file = new_file()
        self.cases = {}
        self.edits = []
        self.module = self.file.create_processing_module("misc", "what is looked at")
        self.unnamed = 0

    def name(self, check, kind):
        return f"{check}_{kind}"

    def add(self, check, kind, thing, where=None, path=None):
        """Puts an object in, and notes what is expected of it."""
        if where == "acquisition":
            self.file.add_acquisition(thing)
            place = f"/acquisition/{thing.name}"
        elif where is None:
            self.module.add(thing)
            place = f"/processing/misc/{thing.name}"
        else:
            place = path
        self.cases.setdefault(check, {})[kind] = path or place
        return place

    def write(self):
        from pynwb import NWBHDF5IO

        with NWBHDF5IO(str(self.path), "w") as io:
            io.write(self.file)
        with h5py.File(self.path, "r+") as file:
            for edit in self.edits:
                edit(file)
        return self.cases


def new_file(**changes):
    from pynwb import NWBFile
    from pynwb.file import Subject

    subject = changes.pop("subject", {})
    settings = dict(
        session_description="a session",
        identifier="id",
        session_start_time=DAY,
        session_id="one",
        experimenter=["Doe, Jane"],
        experiment_description="what is looked at",
        institution="a house",
        keywords=["one"],
        related_publications=["doi:10.1000/1"],
    )
    settings.update(changes)
    file = NWBFile(**{key: value for key, value in settings.items() if value is not None})
    if subject is not None:
        known = dict(
            subject_id="a", sex="M", species="Mus musculus", age="P90D", description="a mouse", weight="20 g"
        )
        known.update(subject)
        file.subject = Subject(**{key: value for key, value in known.items() if value is not None})
    return file


def series(name, data=None, kind=None, **changes):
    from pynwb import TimeSeries

    settings = dict(name=name, data=np.arange(5.0) if data is None else data, unit="V", rate=10.0, description="some")
    settings.update(changes)
    if settings.get("timestamps") is not None:
        settings.pop("rate")
    return (kind or TimeSeries)(**settings)


def table(name, kind=None, columns=(), ids=None, **settings):
    from hdmf.common import DynamicTable, VectorData

    made = [VectorData(name=key, description="some", data=data) for key, data in columns]
    count = len(made[0].data) if made else 0
    return (kind or DynamicTable)(
        name=name, description="some", columns=made, id=list(range(count)) if ids is None else ids, **settings
    )


def intervals(name, starts, stops, **more):
    from pynwb.epoch import TimeIntervals

    made = TimeIntervals(name=name, description="some")
    for key in more:
        made.add_column(key, "some")
    for row, (start, stop) in enumerate(zip(starts, stops)):
        made.add_row(start_time=float(start), stop_time=float(stop), **{key: more[key][row] for key in more})
    return made


def units(name, spikes, resolution=1 / 30000, **more):
    from pynwb.misc import Units

    made = Units(name=name, description="some", resolution=resolution)
    for row, times in enumerate(spikes):
        made.add_unit(spike_times=times, **{key: values[row] for key, values in more.items()})
    return made


def replace(path, shape, dtype, **options):
    """An edit that puts another dataset, of which nothing is written, in the place of one."""

    def edit(file):
        old = dict(file[path].attrs)
        del file[path]
        made = file.create_dataset(path, shape=shape, dtype=dtype, **options)
        made.attrs.update(old)

    return edit


def rewrite(path, data):
    """An edit that puts other elements in the place of those of a dataset."""

    def edit(file):
        old = dict(file[path].attrs)
        del file[path]
        file.create_dataset(path, data=data).attrs.update(old)

    return edit


def attribute(path, name, value):
    """An edit that sets an attribute."""
    return lambda file: file[path].attrs.__setitem__(name, value)


def fill(objects):
    from hdmf.common import DynamicTableRegion, VectorData
    from pynwb import TimeSeries
    from pynwb.behavior import CompassDirection, SpatialSeries
    from pynwb.device import Device
    from pynwb.ecephys import ElectricalSeries, SpikeEventSeries
    from pynwb.image import GrayscaleImage, ImageSeries, IndexSeries
    from pynwb.base import ImageReferences, Images
    from pynwb.misc import Units
    from pynwb.ogen import OptogeneticSeries, OptogeneticStimulusSite
    from pynwb.ophys import ImageSegmentation, OpticalChannel, PlaneSegmentation, RoiResponseSeries

    file, add = objects.file, objects.add
    n = objects.name

    # Names and descriptions.
    for check, before, after in (
        ("check_name_colons", "colon", {"hit": "a:b", "miss": "a;b"}),
        ("check_name_slashes", "slash", {"hit": "a\\b", "miss": "a|b"}),
    ):
        for kind, name in after.items():
            place = add(check, kind, series(f"{before}_{kind}"), path=f"/processing/misc/{name}")
            # PyNWB refuses to write such names.
            objects.edits.append(lambda file, before=f"{before}_{kind}", name=name: file["/processing/misc"].move(before, name))
    for kind, text in (("hit", "No Description."), ("miss", "no descriptions")):
        add("check_description", kind, series(n("check_description", kind), description=text))

    # Time series.
    def both(check, hit, miss):
        for kind, settings in (("hit", hit), ("miss", miss)):
            add(check, kind, series(n(check, kind), **settings), "acquisition")

    irregular = [0.0, 1.0, 2.5, 3.0, 4.0]
    both("check_regular_timestamps", dict(timestamps=np.arange(5) * 0.1), dict(timestamps=irregular))
    both("check_data_orientation", dict(data=np.zeros((3, 4))), dict(data=np.zeros((4, 4))))
    both("check_timestamps_match_first_dimension", dict(timestamps=irregular), dict(timestamps=irregular))
    objects.edits.append(rewrite("/acquisition/check_timestamps_match_first_dimension_hit/timestamps", irregular[:4]))
    both("check_timestamps_ascending", dict(timestamps=[0.0, 2.0, 1.0, 4.0, 5.0]), dict(timestamps=[0, 2.0, 2.0, np.nan, 2.5]))
    both("check_timestamps_without_nans", dict(timestamps=[0.0, 2.0, np.nan, 4.0, 5.0]), dict(timestamps=irregular))
    both("check_timestamp_of_the_first_sample_is_not_negative", dict(starting_time=-0.1), dict(starting_time=0.0))
    both("check_missing_unit", dict(unit=""), dict(unit=" "))
    both("check_resolution", dict(resolution=0.0), dict(resolution=np.nan))
    both("check_rate_is_not_zero", dict(rate=0.0), dict(rate=0.0, data=np.zeros(1)))
    both("check_rate_is_positive", dict(rate=1.0), dict(rate=1.0))
    objects.edits.append(attribute("/acquisition/check_rate_is_positive_hit/starting_time", "rate", -1.0))
    both("check_rate_not_below_threshold", dict(rate=0.009), dict(rate=0.01))
    both("check_time_series_duration", dict(timestamps=[0.0, 1.0, 2.5, 3.0, YEAR + 1]), dict(timestamps=[0.0, 1.0, 2.5, 3.0, YEAR]))
    both("check_time_series_data_is_not_empty", dict(data=np.zeros((0, 0))), dict(data=np.zeros(1)))
    late = np.cumsum(np.random.default_rng(1).random(300))
    late[250] = 0.0
    add("check_timestamps_ascending", "beyond", series("descends_late", data=np.zeros(300), timestamps=late), "acquisition")
    for kind, count, size in (("hit", 6_300_000, 8), ("miss", 6_250_000, 8)):
        for check, factor in (("check_small_dataset_compression", 1), ("check_large_dataset_compression", 400)):
            name = n(check, kind)
            place = add(check, kind, series(name), "acquisition")
            objects.edits.append(replace(f"{place}/data", (count * factor,), "f8", chunks=(1 << 17,)))
    for kind, text in (("hit", ""), ("miss", "x")):
        name = n("check_empty_string_for_optional_attribute", kind)
        device = file.create_device(name, description="some", manufacturer=text)
        add("check_empty_string_for_optional_attribute", kind, device, "general", f"/general/devices/{name}")

    # Positions.
    def spatial(check, kind, compass=None, **changes):
        settings = dict(kind=SpatialSeries, unit="meters", reference_frame="the cage")
        settings.update(changes)
        made = series(n(check, kind), **settings)
        if compass:
            made = CompassDirection(name=n(check, kind), spatial_series=made)
        add(check, kind, made)

    spatial("check_spatial_series_dims", "hit", data=np.zeros((5, 4)))
    spatial("check_spatial_series_dims", "miss", data=np.zeros((5, 3)))
    spatial("check_spatial_series_radians_magnitude", "hit", unit="radians", data=np.linspace(0, 6.3, 9))
    spatial("check_spatial_series_radians_magnitude", "miss", unit="radians", data=np.linspace(0, math.tau, 9))
    spatial("check_spatial_series_degrees_magnitude", "hit", unit="degrees", data=np.linspace(0, -361, 9))
    spatial("check_spatial_series_degrees_magnitude", "miss", unit="degrees", data=np.linspace(0, -360, 9))
    spatial("check_spatial_series_unit", "hit", unit="m")
    spatial("check_spatial_series_unit", "miss", unit="n.a.")
    spatial("check_compass_direction_unit", "hit", True, unit="pixels")
    spatial("check_compass_direction_unit", "miss", True, unit="degrees", data=np.zeros(5))
    far = np.zeros(300)
    far[250] = 7.0
    add("check_spatial_series_radians_magnitude", "beyond", series("turns_late", far, SpatialSeries, unit="radians", reference_frame="x"))

    # Electrodes.
    device = file.create_device("scope", description="some")
    group = file.create_electrode_group("group", description="some", location="VISp", device=device)
    for place in ("VISp", "V1", "Primary visual area"):
        file.add_electrode(group=group, location=place, x=1.0, y=1.0, z=1.0)
    objects.cases["check_electrodes_location_allen_ccf"] = {"hit": "/"}
    region = lambda count: file.create_electrode_table_region(list(range(count)), "some")

    def electrical(check, kind, electrodes=2, of=ElectricalSeries, data=None, **changes):
        settings = dict(name=n(check, kind), data=np.zeros((5, 2)) if data is None else data, description="some", electrodes=region(electrodes))
        settings.update(dict(rate=1.0) if of is ElectricalSeries else dict(timestamps=irregular))
        settings.update(changes)
        add(check, kind, of(**settings), "acquisition")

    electrical("check_electrical_series_dims", "hit", 3)
    electrical("check_electrical_series_dims", "miss", 2)
    electrical("check_electrical_series_unscaled_data", "hit", data=np.zeros((5, 2), "i2"), channel_conversion=[1.0, 1.0])
    electrical("check_electrical_series_unscaled_data", "miss", data=np.zeros((5, 2), "i2"), channel_conversion=[1.0, 2.0])
    other = table("other_electrodes", columns=[("location", ["VISp", "VISp"])])
    file.processing["misc"].add(other)
    elsewhere = DynamicTableRegion(name="electrodes", data=[0, 1], description="some", table=other)
    electrical("check_electrical_series_reference_electrodes_table", "hit", electrodes=2)
    file.acquisition[n("check_electrical_series_reference_electrodes_table", "hit")].fields.pop("electrodes")
    file.acquisition[n("check_electrical_series_reference_electrodes_table", "hit")].electrodes = elsewhere
    electrical("check_electrical_series_reference_electrodes_table", "miss")

    # Cells and light.
    for kind, place, cell in (("hit", "V1", None), ("miss", "VISp", "a")):
        name = "electrode_" + kind
        file.create_icephys_electrode(name=name, description="some", device=device, location=place, cell_id=cell)
        for check in ("check_intracellular_electrode_cell_id_exists", "check_intracellular_electrode_location_allen_ccf"):
            objects.cases.setdefault(check, {})[kind] = f"/general/intracellular_ephys/{name}"
    for kind in ("hit", "miss"):
        site = OptogeneticStimulusSite(name="site_" + kind, device=device, description="some", excitation_lambda=500.0, location="VISp")
        file.add_ogen_site(site)
        if kind == "miss":
            file.add_stimulus(OptogeneticSeries(name="light", data=np.zeros(3), site=site, rate=1.0, description="some"))
        objects.cases.setdefault("check_optogenetic_stimulus_site_has_optogenetic_series", {})[kind] = f"/general/optogenetics/site_{kind}"

    # Spikes.
    def spikes(check, kind, *times, **changes):
        add(check, kind, units(n(check, kind), times or [[0.5, 1.5]], **changes))

    add("check_units_table_has_spikes", "hit", table(n("check_units_table_has_spikes", "hit"), Units, [("quality", [1.5, 2.5])]))
    spikes("check_units_table_has_spikes", "miss")
    spikes("check_negative_spike_times", "hit", [-0.1, 1.5])
    spikes("check_negative_spike_times", "miss", [0.0, 1.5])
    spikes("check_units_resolution_is_set", "hit", resolution=0.0)
    spikes("check_units_resolution_is_set", "miss", resolution=1e-9)
    spikes("check_units_resolution_is_valid", "hit", resolution=0.011)
    spikes("check_units_resolution_is_valid", "miss", resolution=0.01)
    spikes("check_spike_times_not_in_samples", "hit", [1.0, 2.0], [3.0])
    spikes("check_spike_times_not_in_samples", "miss", [1.0, 2.0], [3.5])
    spikes("check_ascending_spike_times", "hit", [0.5, 1.5], [2.5, 1.5])
    spikes("check_ascending_spike_times", "miss", [0.5, 1.5], [0.5, 0.5])
    add("check_ascending_spike_times", "hit_repeated", units("repeats", [[0.5, 0.5]], resolution=None))
    late = np.cumsum(np.full(300, 0.3))
    late[250] = 0.0
    add("check_ascending_spike_times", "beyond", units("spikes_descend_late", [late]))
    once = np.array([[0.0, 1.0], [2.0, 3.0]])
    spikes("check_spike_times_not_in_unobserved_interval", "hit", [0.5, 1.5], obs_intervals=[once])
    spikes("check_spike_times_not_in_unobserved_interval", "miss", [0.5, 3.0], obs_intervals=[once])
    add("check_spike_times_not_in_unobserved_interval", "beyond", units("fifth_unobserved", [[0.5]] * 4 + [[1.5]], obs_intervals=[once] * 5))
    spikes("check_units_table_duration", "hit", [0.5], [YEAR + 0.6])
    spikes("check_units_table_duration", "miss", [0.5], [YEAR + 0.5])

    # Tables.
    numbers = ("x", [1.5, 2.5])
    add("check_empty_table", "hit", intervals(n("check_empty_table", "hit"), [], []))
    add("check_empty_table", "miss", table(n("check_empty_table", "miss"), columns=[numbers]))
    add("check_single_row", "hit", table(n("check_single_row", "hit"), columns=[("x", [1.5])]))
    add("check_single_row", "miss", table(n("check_single_row", "miss"), columns=[numbers]))
    add("check_ids_unique", "hit", table(n("check_ids_unique", "hit"), columns=[numbers], ids=[4, 4]))
    add("check_ids_unique", "miss", table(n("check_ids_unique", "miss"), columns=[numbers], ids=[4, 3]))
    add("check_ids_unique", "beyond", table("ids_late", columns=[("x", np.arange(300.0))], ids=list(range(299)) + [0]))
    for kind, time in (("hit", -0.5), ("miss", 0.0)):
        check = "check_table_time_columns_are_not_negative"
        add(check, kind, table(n(check, kind), columns=[("go_time", [time, -1.0])]))
    check = "check_column_binary_capability"
    add(check, "hit", table(n(check, "hit"), columns=[("x", [0, 1, 1])]))
    add(check, "miss", table(n(check, "miss"), columns=[("x", [1, 2, 2])]))
    add(check, "hit_texts", table("yes_or_no", columns=[("x", ["yes", "no", "no"])]))
    add(check, "miss_bytes", table("bytes", columns=[("x", np.array([0, 1, 1], "u1"))]))
    add(check, "beyond", table("capitals", columns=[("x", ["Yes", "No"])]))
    check = "check_table_values_for_dict"
    add(check, "hit", table(n(check, "hit"), columns=[("x", ["a", "{'a': 1}"])]))
    add(check, "miss", table(n(check, "miss"), columns=[("x", ["a", "{a} : 1"])]))
    check = "check_col_not_nan"
    add(check, "hit", table(n(check, "hit"), columns=[("x", [np.nan, np.nan])]))
    add(check, "miss", table(n(check, "miss"), columns=[("x", [np.nan, 1.5])]))
    for kind, rows in (("hit", [0, 4]), ("miss", [0, 2]), ("beyond", [0, 3])):
        name = "rows_" + kind
        target = table("target_of_" + kind, columns=[("x", [1.5, 2.5, 3.5])])
        file.processing["misc"].add(target)
        made = table(name, columns=[("y", [1.5, 2.5])])
        made.add_column("row", "some", data=rows[:1] * 2, table=target)
        place = add("check_dynamic_table_region_data_validity", kind, made)
        objects.cases["check_dynamic_table_region_data_validity"][kind] = f"{place}/row"
        objects.edits.append(lambda file, place=place, rows=rows: file[place + "/row"].__setitem__(slice(None), rows))

    # Intervals.
    def times(check, kind, starts, stops, **more):
        add(check, kind, intervals(n(check, kind), starts, stops, **more))

    times("check_time_intervals_start_time_not_constant", "hit", [1, 1], [2, 3])
    times("check_time_intervals_start_time_not_constant", "miss", [1, 1.1], [2, 3])
    times("check_time_interval_time_columns", "hit", [1, 3, 2], [4, 5, 6])
    times("check_time_interval_time_columns", "miss", [1, 2, 2], [4, 6, 5])
    times("check_time_intervals_stop_after_start", "hit", [1, 3], [2, 3])
    times("check_time_intervals_stop_after_start", "miss", [1, 3], [2, 3.001])
    times("check_time_intervals_duration", "hit", [0, 3], [2, 4], go_time=[1.0, YEAR + 1])
    times("check_time_intervals_duration", "miss", [0, 3], [2, 4], go_time=[1.0, YEAR])

    # Movies and images.
    frames = np.zeros((20, 4, 4))
    external = dict(format="external", rate=1.0, num_samples=5, unit="n.a.", description="some")
    for check, hit, miss in (
        ("check_image_series_external_file_valid", "nowhere.avi", "objects.nwb"),
        ("check_image_series_external_file_relative", "/data/a.avi", "objects.nwb"),
    ):
        for kind, path in (("hit", hit), ("miss", miss)):
            made = ImageSeries(name=n(check, kind), external_file=[path], starting_frame=[0], **external)
            add(check, kind, made, "acquisition")
    for kind, count in (("hit", 2_600_000), ("miss", 2_500_000)):
        check = "check_image_series_data_size"
        place = add(check, kind, ImageSeries(name=n(check, kind), data=frames, unit="n.a.", rate=1.0, description="some"), "acquisition")
        objects.edits.append(replace(f"{place}/data", (count, 100, 10), "f8", chunks=(1000, 100, 10)))
    check = "check_image_series_starting_frame_without_external_file"
    for kind in ("beyond", "miss"):
        place = add(check, kind, ImageSeries(name=n(check, kind), data=frames, unit="n.a.", rate=1.0, description="some"), "acquisition")
        if kind == "beyond":
            objects.edits.append(attribute(place, "starting_frame", np.array([0], "i4")))
    for check in ("check_order_of_images_unique", "check_order_of_images_len"):
        for kind in ("hit", "miss"):
            pictures = [GrayscaleImage(name=f"image{number}", data=np.zeros((3, 3)), description="some") for number in range(2)]
            chosen = {"check_order_of_images_unique": [0, 0], "check_order_of_images_len": [0]}[check] if kind == "hit" else [1, 0]
            order = ImageReferences(name="order_of_images", data=[pictures[number] for number in chosen])
            add(check, kind, Images(name=n(check, kind), images=pictures, order_of_images=order, description="some"))
    shown = Images(name="shown", images=[GrayscaleImage(name="image", data=np.zeros((3, 3)), description="some")], description="some")
    file.add_acquisition(shown)
    of_series = series("stack", data=frames, kind=ImageSeries)
    file.add_acquisition(of_series)
    check = "check_index_series_points_to_image"
    for kind in ("hit", "miss"):
        made = IndexSeries(name=n(check, kind), data=np.zeros(5, "u4"), unit="N/A", rate=1.0, description="some", indexed_images=shown)
        place = add(check, kind, made, "acquisition")

    def deprecate(file, name=n(check, "hit")):
        group = file[f"/acquisition/{name}"]
        del group["indexed_images"]
        group["indexed_timeseries"] = h5py.SoftLink("/acquisition/stack")

    objects.edits.append(deprecate)

    # Imaging.
    planes = {}
    for kind, place, emission, excitation in (("hit", "V1", 9.9, 9.9), ("miss", "VISp", 10.0, 10.0)):
        channel = OpticalChannel(name="channel", description="some", emission_lambda=emission)
        planes[kind] = file.create_imaging_plane(
            name="plane_" + kind, optical_channel=channel, description="some", device=device,
            excitation_lambda=excitation, indicator="x", location=place,
        )
        path = f"/general/optophysiology/plane_{kind}"
        for check, below in (("check_imaging_plane_location_allen_ccf", ""), ("check_excitation_lambda_in_nm", ""), ("check_emission_lambda_in_nm", "/channel")):
            objects.cases.setdefault(check, {})[kind] = path + below
    check = "check_plane_segmentation_image_mask_shape_against_ref_images"
    segmentation = ImageSegmentation(name="segmentation")
    objects.module.add(segmentation)
    made = {}
    for kind, size in (("hit", (4, 5)), ("miss", (4, 4))):
        made[kind] = segmentation.create_plane_segmentation(
            name=n(check, kind), description="some", imaging_plane=planes["miss"], reference_images=of_series
        )
        for _ in range(3):
            made[kind].add_roi(image_mask=np.ones(size))
        objects.cases.setdefault(check, {})[kind] = f"/processing/misc/segmentation/{n(check, kind)}"
    rois = lambda count: DynamicTableRegion(name="rois", data=list(range(count)), description="some", table=made["miss"])
    check = "check_roi_response_series_dims"
    for kind, count in (("hit", 3), ("miss", 2)):
        add(check, kind, RoiResponseSeries(name=n(check, kind), data=np.zeros((5, 2)), rois=rois(count), unit="n.a.", rate=1.0, description="some"))
    check = "check_roi_response_series_link_to_plane_segmentation"
    for kind, target in (("hit", other), ("miss", made["miss"])):
        linked = DynamicTableRegion(name="rois", data=[0, 1], description="some", table=target)
        add(check, kind, RoiResponseSeries(name=n(check, kind), data=np.zeros((5, 2)), rois=linked, unit="n.a.", rate=1.0, description="some"))
    for kind, name in (("hit", "calcium"), ("miss", "ophys")):
        file.create_processing_module(name, "some")
        objects.cases.setdefault("check_processing_module_name", {})[kind] = f"/processing/{name}"


# What is of the whole file, or of its subject: the check, settings that are a cause, settings that just are none.
ROOT, SUBJECT = "/", "/general/subject"
WHOLE = [
    ("check_session_start_time_old_date", ROOT, dict(session_start_time=DAY.replace(year=1979)), dict(session_start_time=DAY.replace(year=1981))),
    ("check_session_start_time_future_date", ROOT, dict(session_start_time=DAY.replace(year=2999)), {}),
    ("check_experimenter_exists", ROOT, dict(experimenter=None), {}),
    ("check_experimenter_form", ROOT, dict(experimenter=["Jane Doe"]), dict(experimenter=["O'Neill-Doe, Jane M."])),
    ("check_experiment_description", ROOT, dict(experiment_description=None), {}),
    ("check_institution", ROOT, dict(institution=None), {}),
    ("check_keywords", ROOT, dict(keywords=None), {}),
    ("check_subject_exists", ROOT, dict(subject=None), {}),
    ("check_doi_publications", ROOT, dict(related_publications=["10.1000/1"]), dict(related_publications=["https://doi.org/10.1000/1"])),
    ("check_session_id_no_slashes", ROOT, dict(session_id="a/b"), dict(session_id="a\\b")),
    ("check_electrodes_location_allen_ccf", ROOT, None, {}),
    ("check_file_extension", ROOT, {}, {}),
    ("check_subject_age", SUBJECT, dict(subject=dict(age="90 days")), dict(subject=dict(age="P1DT1H/"))),
    ("check_subject_proper_age_range", SUBJECT, dict(subject=dict(age="P1Y/P12M")), dict(subject=dict(age="P1Y/P13M"))),
    ("check_subject_id_exists", SUBJECT, dict(subject=dict(subject_id=None)), {}),
    ("check_subject_id_no_slashes", SUBJECT, dict(subject=dict(subject_id="a/b")), dict(subject=dict(subject_id="a\\b"))),
    ("check_subject_weight", SUBJECT, dict(subject=dict(weight="20g")), dict(subject=dict(weight="20.5 UG"))),
    ("check_subject_sex", SUBJECT, dict(subject=dict(sex="male")), dict(subject=dict(sex="XX", species="C. elegans"))),
    ("check_subject_species_exists", SUBJECT, dict(subject=dict(species=None)), {}),
    ("check_subject_species_form", SUBJECT, dict(subject=dict(species="mouse")), dict(subject=dict(species="http://purl.obolibrary.org/obo/NCBITaxon_10090"))),
    ("check_sweeptable_deprecated", "/general/intracellular_ephys/sweep_table", {}, {}),
    # Nobody asks of a protein what is asked of an animal.
    ("check_subject_age", SUBJECT, None, dict(subject=dict(subject_id="protein1", age=None, sex=None, species=None))),
]


def sweeps(file):
    """A table that PyNWB reads, and makes no more."""
    from pynwb.icephys import CurrentClampSeries, SweepTable

    device = file.create_device("amplifier", description="some")
    cell = file.create_icephys_electrode(name="cell", description="some", device=device, location="VISp", cell_id="a")
    sweep = CurrentClampSeries(name="sweep", description="some", data=np.arange(5.0), electrode=cell, gain=1.0, rate=1.0, sweep_number=7)
    file.add_acquisition(sweep)
    table = SweepTable.__new__(SweepTable, in_construct_mode=True)
    table.__init__(name="sweep_table", description="some")
    table.add_entry(sweep)
    file.sweep_table = table


def make(folder):
    from pynwb import NWBHDF5IO

    folder.mkdir(parents=True, exist_ok=True)
    objects = Objects(folder)
    fill(objects)
    cases = {objects.path.name: objects.write()}
    for number, (check, path, hit, miss) in enumerate(WHOLE):
        for kind, settings in (("hit", hit), ("miss", miss)):
            if settings is None:
                continue
            name = f"{number:02}_{check}_{kind}" + (".h5" if check == "check_file_extension" and kind == "hit" else ".nwb")
            made = new_file(**settings)
            if check == "check_sweeptable_deprecated":
                sweeps(made)
            with NWBHDF5IO(str(folder / name), "w") as io:
                io.write(made)
            if check == "check_sweeptable_deprecated":
                with h5py.File(folder / name, "r+") as file:
                    file.attrs["nwb_version"] = "2.4.0" if kind == "hit" else "2.3.0"
            cases[name] = {check: {kind: path}}
    (folder / "cases.json").write_text(json.dumps(cases, indent=1))


def path_of(thing, io):
    builder = io.manager.get_builder(thing)
    names = []
    while builder is not None:
        names.append(builder.name)
        builder = builder.parent
    return "/" + "/".join(list(reversed(names))[1:])


def inspect(path):
    from nwbinspector import available_checks
    from nwbinspector._nwb_inspection import _intercept_in_vitro_protein, _read_nwbfile_and_io
    from packaging import version

    found, io = [], None
    try:
        file, io = _read_nwbfile_and_io(nwbfile_path=path)
        own = version.parse(io.nwb_version[0]) if io.nwb_version[0] else None
        for check in _intercept_in_vitro_protein(file, available_checks):
            newer = getattr(check, "nwb_schema_version_gt", None)
            if newer and own is not None and own <= version.parse(newer):
                continue
            for thing in file.objects.values():
                if check.neurodata_type is not None and not issubclass(type(thing), check.neurodata_type):
                    continue
                try:
                    messages = check(thing) or []
                except Exception:
                    found.append([check.__name__, path_of(thing, io), "FAILED"])
                    continue
                for message in messages if isinstance(messages, list) else [messages]:
                    found.append([check.__name__, path_of(thing, io), message.importance.name])
    except Exception:
        found = [["READ", "/", "FAILED"]]
    finally:
        if io is not None:
            try:
                io.close()
            except Exception:
                pass
    return found


def main():
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]))
    else:
        paths = [line for line in pathlib.Path(sys.argv[2]).read_text().splitlines() if line]
        json.dump({path: inspect(path) for path in paths}, sys.stdout)


if __name__ == "__main__":
    main()

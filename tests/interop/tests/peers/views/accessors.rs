//! Every accessor of the views that the session needs, and its value in the form in which PyNWB's fields are compared.

use nwb::ndarray::ArrayD;
use nwb::types::{
    BaseImage, CorrectedImageStack, Data, Device, DeviceModel, DfOverF, DynamicTable, DynamicTableRegion,
    ElectrodesTable, ElementIdentifiers, Fluorescence, GrayscaleImage, Herd, Image, ImageReferences, ImageSegmentation,
    ImageSeries, Images, ImagingPlane, MotionCorrection, NwbFile, OnePhotonSeries, OpticalChannel, PlaneSegmentation,
    ProcessingModule, RepetitionsTable, RoiResponseSeries, SequentialRecordingsTable, Subject, SweepTable,
    TimeIntervals, TimeSeries, TwoPhotonSeries, Units, VectorData, VectorIndex,
};
use nwb::{Children, Collection, Dataset, NeurodataType, Object, Result, Timestamp, Value};
use nwb_interop::walk::{elements, numbers};
use serde_json::{Map, Value as Json, json};

/// Declares the accessors of each type, and the type above it.
macro_rules! accessors {
    ($($view:ident $(: $parent:ident)? { $($accessor:ident),* $(,)? })*) => {
        /// Each type with its own accessors.
        pub(super) const ACCESSORS: &[(&str, &[&str])] = &[$((stringify!($view), &[$(stringify!($accessor)),*])),*];

        /// Adds what the accessors of a type, and of those above it, say of an object.
        fn collect(name: &str, object: &Object, found: &mut Map<String, Json>) -> Result<()> {
            match name {
                $($view::NAME => {
                    #[allow(unused_variables)]
                    let view: $view = object.cast()?;
                    $(found.insert(stringify!($accessor).into(), view.$accessor()?.shown(object)?);)*
                    $(collect($parent::NAME, object, found)?;)?
                    Ok(())
                })*
                _ => Ok(()),
            }
        }
    };
}

accessors! {
    NwbFile {
        nwb_version, file_create_date, identifier, session_description, session_start_time, timestamps_reference_time,
        acquisition, analysis, scratch, processing, stimulus, stimulus_templates, data_collection,
        experiment_description, experimenter, institution, keywords, lab, notes, pharmacology, protocol,
        related_publications, session_id, slices, source_script, source_script_file_name, was_generated_by,
        stimulus_notes, surgery, virus, external_resources, lab_meta_data, devices, device_models, subject,
        electrode_groups, electrodes, icephys_filtering, icephys_electrodes, sweep_table, sequential_recordings,
        repetitions, ogen_sites, imaging_planes, epochs, trials, invalid_times, intervals, events, units,
    }
    Subject {
        age, age_reference, date_of_birth, description, genotype, sex, species, strain, subject_id, weight,
    }
    Device { description, manufacturer, model_number, model_name, serial_number, model }
    DeviceModel { manufacturer, model_number, description }
    ImagingPlane {
        description, excitation_lambda, imaging_rate, indicator, location, manifold, manifold_conversion, manifold_unit,
        origin_coords, origin_coords_unit, grid_spacing, grid_spacing_unit, reference_frame, optical_channels, device,
    }
    OpticalChannel { description, emission_lambda }
    TimeSeries {
        description, comments, data, conversion, offset, resolution, unit, continuity, starting_time, rate,
        starting_time_unit, timestamps, timestamps_interval, timestamps_unit, control, control_description,
    }
    ImageSeries: TimeSeries { dimension, external_file, starting_frame, num_samples, format, device }
    OnePhotonSeries: ImageSeries {
        pmt_gain, scan_line_rate, exposure_time, binning, power, intensity, imaging_plane,
    }
    TwoPhotonSeries: ImageSeries { pmt_gain, scan_line_rate, field_of_view, imaging_plane }
    RoiResponseSeries: TimeSeries { rois }
    ProcessingModule { description, data_interfaces, dynamic_tables }
    MotionCorrection { corrected_image_stacks }
    CorrectedImageStack { corrected, xy_translation, original }
    Images { description, images, order_of_images }
    BaseImage { description }
    Image: BaseImage { resolution }
    GrayscaleImage: Image {}
    ImageReferences {}
    ImageSegmentation { plane_segmentations }
    DynamicTable { colnames, description, id, columns, meanings_tables }
    PlaneSegmentation: DynamicTable {
        image_mask, pixel_mask_index, pixel_mask, voxel_mask_index, voxel_mask, reference_images, imaging_plane,
    }
    VectorData { description }
    VectorIndex: VectorData { target }
    DynamicTableRegion: VectorData { table }
    ElementIdentifiers {}
    Fluorescence { roi_response_series }
    DfOverF { roi_response_series }
}

/// What the views say of an object: the value of each accessor by its name; the elements of a dataset type as `data`.
pub(super) fn of(object: &Object) -> Result<Map<String, Json>> {
    let mut found = Map::new();
    let Some((_, name)) = object.type_name()? else { return Ok(found) };
    collect(name, object, &mut found)?;
    if object.is::<Data>()? {
        found.insert("data".into(), object.dataset()?.shown(object)?);
    }
    Ok(found)
}

/// A value as JSON: objects as `{"object": id}`, several objects as a list sorted by id, arrays of numbers with type, shape and
/// digest, everything else as itself; what is absent or empty as null.
trait Shown {
    /// `of` is the object that the accessor belongs to.
    fn shown(&self, of: &Object) -> Result<Json>;
}

macro_rules! as_they_are {
    ($($kind:ty),*) => {
        $(impl Shown for $kind {
            fn shown(&self, _: &Object) -> Result<Json> {
                Ok(json!(self))
            }
        })*
    };
}

as_they_are!(f64, u64, i64, &str, Vec<&str>);

impl Shown for Vec<i64> {
    fn shown(&self, of: &Object) -> Result<Json> {
        Ok(array(of, &Value::vector(self.clone())))
    }
}

impl Shown for Timestamp {
    fn shown(&self, _: &Object) -> Result<Json> {
        Ok(json!(self.as_str()))
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self, of: &Object) -> Result<Json> {
        self.as_ref().map_or(Ok(Json::Null), |value| value.shown(of))
    }
}

impl Shown for Dataset {
    fn shown(&self, of: &Object) -> Result<Json> {
        // Timestamps that are another series' are that series in PyNWB.
        if let Some(parent) = self.object().parent()
            && self.object() != of
            && parent != *of
            && parent.type_name()?.is_some()
        {
            return shown_object(&parent);
        }
        Ok(array(of, &self.read_value(..)?))
    }
}

impl Shown for Collection {
    fn shown(&self, _: &Object) -> Result<Json> {
        let children = self.group().map(Object::children).transpose()?;
        shown_objects(children.into_iter().flatten().map(|(_, child)| child))
    }
}

impl<T: NeurodataType> Shown for Children<T> {
    fn shown(&self, _: &Object) -> Result<Json> {
        shown_objects(self.iter()?.map(|view| view.map(|view| view.object().clone())))
    }
}

macro_rules! shown_views {
    ($($view:ident),* $(,)?) => {
        $(impl Shown for $view {
            fn shown(&self, _: &Object) -> Result<Json> {
                shown_object(self.object())
            }
        })*
    };
}

shown_views!(
    Device,
    DeviceModel,
    DynamicTable,
    DynamicTableRegion,
    ElectrodesTable,
    ElementIdentifiers,
    Herd,
    ImageReferences,
    ImageSeries,
    ImagingPlane,
    RepetitionsTable,
    SequentialRecordingsTable,
    Subject,
    SweepTable,
    TimeIntervals,
    TimeSeries,
    Units,
    VectorData,
    VectorIndex,
);

fn shown_object(object: &Object) -> Result<Json> {
    Ok(json!({"object": object.object_id()?}))
}

fn shown_objects(objects: impl Iterator<Item = Result<Object>>) -> Result<Json> {
    let mut ids = objects.map(|object| Ok(object?.object_id()?.map(str::to_owned))).collect::<Result<Vec<_>>>()?;
    ids.sort();
    Ok(if ids.is_empty() { Json::Null } else { ids.iter().map(|id| json!({"object": id})).collect() })
}

fn array(of: &Object, value: &Value) -> Json {
    if let Some(dtype) = value
        .dtype()
        .number()
        .map(nwb::model::dtype::Number::name)
        .or_else(|| (*value.dtype() == nwb::model::dtype::Dtype::Bool).then_some("bool"))
    {
        let (sha256, head) = numbers(&of.root(), value);
        return json!({"dtype": dtype, "shape": value.shape().dims(), "sha256": sha256, "head": head});
    }
    let items = elements(&of.root(), value).into_iter().map(|element| match element.get("ref") {
        Some(path) => {
            let target = path.as_str().and_then(|path| of.get(path).ok());
            target.and_then(|target| shown_object(&target).ok()).unwrap_or(Json::Null)
        }
        None => element,
    });
    let shape: Vec<usize> = value.shape().dims().iter().map(|&n| usize::try_from(n).unwrap_or(usize::MAX)).collect();
    match ArrayD::from_shape_vec(shape, items.collect()) {
        Ok(array) => nested(array.view()),
        Err(error) => json!(error.to_string()),
    }
}

fn nested(array: nwb::ndarray::ArrayViewD<'_, Json>) -> Json {
    if array.ndim() == 0 {
        array.iter().next().cloned().unwrap_or_default()
    } else {
        array.outer_iter().map(nested).collect()
    }
}

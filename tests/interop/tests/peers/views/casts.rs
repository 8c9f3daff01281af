//! Every typed object of a file casts to the view of its own type, to those above it, and to no other.

use std::path::Path;

use nwb::schema::embedded;
use nwb::types::{
    AbstractFeatureSeries, AlignedDynamicTable, AnnotationSeries, BaseImage, BehavioralEpochs, BehavioralEvents,
    BehavioralTimeSeries, ClusterWaveforms, Clustering, CompassDirection, Container, CorrectedImageStack, CsrMatrix,
    CurrentClampSeries, CurrentClampStimulusSeries, Data, DecompositionSeries, Device, DeviceModel, DfOverF,
    DurationVectorData, DynamicTable, DynamicTableRegion, ElectricalSeries, ElectrodeGroup, ElectrodesTable,
    ElementIdentifiers, EnumData, EventDetection, EventWaveform, EventsTable, ExperimentalConditionsTable,
    ExternalImage, EyeTracking, FeatureExtraction, FilteredEphys, Fluorescence, FrequencyBandsTable, GrayscaleImage,
    Herd, IZeroClampSeries, Image, ImageMaskSeries, ImageReferences, ImageSegmentation, ImageSeries, Images,
    ImagingPlane, ImagingRetinotopy, IndexSeries, IntervalSeries, IntracellularElectrode, IntracellularElectrodesTable,
    IntracellularRecordingsTable, IntracellularResponsesTable, IntracellularStimuliTable, LabMetaData, Lfp,
    MeaningsTable, MotionCorrection, NwbContainer, NwbData, NwbDataInterface, NwbFile, OnePhotonSeries, OpticalChannel,
    OpticalSeries, OptogeneticSeries, OptogeneticStimulusSite, PatchClampSeries, PlaneSegmentation, Position,
    ProcessingModule, PupilTracking, RepetitionsTable, RgbImage, RgbaImage, RoiResponseSeries, ScratchData,
    SequentialRecordingsTable, SimpleMultiContainer, SimultaneousRecordingsTable, SpatialSeries, SpikeEventSeries,
    Subject, SweepTable, TimeIntervals, TimeSeries, TimeSeriesReferenceVectorData, TimestampVectorData,
    TwoPhotonSeries, Units, VectorData, VectorIndex, VoltageClampSeries, VoltageClampStimulusSeries,
};
use nwb::{NeurodataType, Object};

/// A view: the type that it is of, and how an object is cast to it.
struct View {
    namespace: &'static str,
    name: &'static str,
    cast: fn(&Object) -> nwb::Result<()>,
}

macro_rules! views {
    ($($view:ident),* $(,)?) => {
        [$(View {
            namespace: $view::NAMESPACE,
            name: $view::NAME,
            cast: |object| object.cast::<$view>().map(drop),
        }),*]
    };
}

const VIEWS: [View; 96] = views![
    AbstractFeatureSeries,
    AlignedDynamicTable,
    AnnotationSeries,
    BaseImage,
    BehavioralEpochs,
    BehavioralEvents,
    BehavioralTimeSeries,
    ClusterWaveforms,
    Clustering,
    CompassDirection,
    Container,
    CorrectedImageStack,
    CsrMatrix,
    CurrentClampSeries,
    CurrentClampStimulusSeries,
    Data,
    DecompositionSeries,
    Device,
    DeviceModel,
    DfOverF,
    DurationVectorData,
    DynamicTable,
    DynamicTableRegion,
    ElectricalSeries,
    ElectrodeGroup,
    ElectrodesTable,
    ElementIdentifiers,
    EnumData,
    EventDetection,
    EventWaveform,
    EventsTable,
    ExperimentalConditionsTable,
    ExternalImage,
    EyeTracking,
    FeatureExtraction,
    FilteredEphys,
    Fluorescence,
    FrequencyBandsTable,
    GrayscaleImage,
    Herd,
    IZeroClampSeries,
    Image,
    ImageMaskSeries,
    ImageReferences,
    ImageSegmentation,
    ImageSeries,
    Images,
    ImagingPlane,
    ImagingRetinotopy,
    IndexSeries,
    IntervalSeries,
    IntracellularElectrode,
    IntracellularElectrodesTable,
    IntracellularRecordingsTable,
    IntracellularResponsesTable,
    IntracellularStimuliTable,
    LabMetaData,
    Lfp,
    MeaningsTable,
    MotionCorrection,
    NwbContainer,
    NwbData,
    NwbDataInterface,
    NwbFile,
    OnePhotonSeries,
    OpticalChannel,
    OpticalSeries,
    OptogeneticSeries,
    OptogeneticStimulusSite,
    PatchClampSeries,
    PlaneSegmentation,
    Position,
    ProcessingModule,
    PupilTracking,
    RepetitionsTable,
    RgbImage,
    RgbaImage,
    RoiResponseSeries,
    ScratchData,
    SequentialRecordingsTable,
    SimpleMultiContainer,
    SimultaneousRecordingsTable,
    SpatialSeries,
    SpikeEventSeries,
    Subject,
    SweepTable,
    TimeIntervals,
    TimeSeries,
    TimeSeriesReferenceVectorData,
    TimestampVectorData,
    TwoPhotonSeries,
    Units,
    VectorData,
    VectorIndex,
    VoltageClampSeries,
    VoltageClampStimulusSeries,
];

/// There is a view for each type of the schemas that are compiled in.
pub(super) fn complete() -> Result<(), String> {
    let known = |namespace: &str, name: &str| VIEWS.iter().any(|view| (view.namespace, view.name) == (namespace, name));
    let types = embedded::catalog().types();
    let (count, missing): (usize, Vec<String>) = (
        types.len(),
        embedded::catalog()
            .types()
            .filter(|one| !known(one.namespace(), one.name()))
            .map(|one| format!("{} {}", one.namespace(), one.name()))
            .collect(),
    );
    if missing.is_empty() && count == VIEWS.len() {
        Ok(())
    } else {
        Err(format!("{count} types, {} views; without one: {}", VIEWS.len(), missing.join(", ")))
    }
}

pub(super) fn all(path: &Path) -> Result<(), String> {
    let file = nwb::open(path).map_err(|error| error.to_string())?;
    let objects = file.object().descendants().map_err(|error| error.to_string())?;
    let mut typed = 0;
    for object in objects {
        // Attributes that are no text, and types that nobody knows, are for the cases of the untyped tree.
        let Ok(Some((namespace, name))) = object.type_name() else { continue };
        let name = upgraded(&object).unwrap_or(name);
        let Some(own) = embedded::catalog().find(name).filter(|_| VIEWS.iter().any(|view| view.name == name)) else {
            continue;
        };
        typed += 1;
        let mut above = vec![own];
        while let Some(parent) = above.last().and_then(|last| embedded::catalog().parent(last)) {
            above.push(parent);
        }
        for view in &VIEWS {
            let expected = above.iter().any(|one| (one.namespace(), one.name()) == (view.namespace, view.name));
            let cast = (view.cast)(&object);
            if cast.is_ok() != expected {
                let path = object.path();
                return Err(format!("{path}, a {namespace} {name}, as {} {}: {cast:?}", view.namespace, view.name));
            }
        }
    }
    if typed > 0 { Ok(()) } else { Err("no typed object in the file".into()) }
}

/// The type that an object of an old file is seen as, where an upgrade rule says so.
fn upgraded(object: &Object) -> Option<&'static str> {
    object.diagnoses().iter().find_map(|one| match one.code {
        "upgrade.electrodes" => Some(ElectrodesTable::NAME),
        "upgrade.bands" => Some(FrequencyBandsTable::NAME),
        "upgrade.series-references" => Some(TimeSeriesReferenceVectorData::NAME),
        _ => None,
    })
}

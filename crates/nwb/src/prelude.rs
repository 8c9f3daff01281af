//! What almost every program needs: `use nwb::prelude::*`.
//!
//! All neurodata types but the two roots of hdmf-common, `Data` and `Container`; the setters of all types, without their names;
//! what drafts are made from.

pub use nwb_model::data::Data;
pub use nwb_model::dataset::Dataset;
pub use nwb_model::draft::{Child, Draft, External, Handle, Link};
pub use nwb_model::dynamic::{Dynamic, DynamicDraft, Field, FieldContent, FieldKind};
pub use nwb_model::edit::Edit;
pub use nwb_model::ext::{
    Age, Cell, CellKind, Columns, Coordinates, Entity, ExternalResources, FrequencyBand, ImageData, Interval,
    NewColumn, Period, Ragged, Recording, RowBuilder, RowIds, SeriesData, SeriesSpan, Sex, Shown, Software, Timestamps,
    Timing, Weight,
};
pub use nwb_model::file::File;
pub use nwb_model::place::Place;
pub use nwb_model::profile::Profile;
pub use nwb_model::selection::Along;
pub use nwb_model::time::Timestamp;
pub use nwb_model::tree::Object;
pub use nwb_model::types::set::{
    AbstractFeatureSeriesSet as _, AlignedDynamicTableSet as _, BaseImageSet as _, BehavioralEpochsSet as _,
    BehavioralEventsSet as _, BehavioralTimeSeriesSet as _, ClusterWaveformsSet as _, ClusteringSet as _,
    CompassDirectionSet as _, CorrectedImageStackSet as _, CsrMatrixSet as _, CurrentClampSeriesSet as _,
    DecompositionSeriesSet as _, DeviceModelSet as _, DeviceSet as _, DfOverFSet as _, DurationVectorDataSet as _,
    DynamicTableRegionSet as _, DynamicTableSet as _, ElectricalSeriesSet as _, ElectrodeGroupSet as _,
    ElectrodesTableSet as _, EnumDataSet as _, EventDetectionSet as _, EventWaveformSet as _, EventsTableSet as _,
    ExperimentalConditionsTableSet as _, ExternalImageSet as _, EyeTrackingSet as _, FeatureExtractionSet as _,
    FilteredEphysSet as _, FluorescenceSet as _, FrequencyBandsTableSet as _, HerdSet as _, ImageMaskSeriesSet as _,
    ImageSegmentationSet as _, ImageSeriesSet as _, ImageSet as _, ImagesSet as _, ImagingPlaneSet as _,
    ImagingRetinotopySet as _, IndexSeriesSet as _, IntracellularElectrodeSet as _,
    IntracellularElectrodesTableSet as _, IntracellularRecordingsTableSet as _, IntracellularResponsesTableSet as _,
    IntracellularStimuliTableSet as _, LfpSet as _, MeaningsTableSet as _, MotionCorrectionSet as _, NwbFileSet as _,
    OnePhotonSeriesSet as _, OpticalChannelSet as _, OpticalSeriesSet as _, OptogeneticSeriesSet as _,
    OptogeneticStimulusSiteSet as _, PatchClampSeriesSet as _, PlaneSegmentationSet as _, PositionSet as _,
    ProcessingModuleSet as _, PupilTrackingSet as _, RepetitionsTableSet as _, RoiResponseSeriesSet as _,
    ScratchDataSet as _, SequentialRecordingsTableSet as _, SimpleMultiContainerSet as _,
    SimultaneousRecordingsTableSet as _, SpatialSeriesSet as _, SubjectSet as _, SweepTableSet as _,
    TimeIntervalsSet as _, TimeSeriesSet as _, TimestampVectorDataSet as _, TwoPhotonSeriesSet as _, UnitsSet as _,
    VectorDataSet as _, VectorIndexSet as _, VoltageClampSeriesSet as _,
};
pub use nwb_model::types::{
    AbstractFeatureSeries, AbstractFeatureSeriesInit, AlignedDynamicTable, AlignedDynamicTableInit, AnnotationSeries,
    AnnotationSeriesInit, BaseImage, BaseImageInit, BehavioralEpochs, BehavioralEpochsInit, BehavioralEvents,
    BehavioralEventsInit, BehavioralTimeSeries, BehavioralTimeSeriesInit, ClusterWaveforms, ClusterWaveformsInit,
    Clustering, ClusteringInit, CompassDirection, CompassDirectionInit, CorrectedImageStack, CorrectedImageStackInit,
    CsrMatrix, CsrMatrixInit, CurrentClampSeries, CurrentClampSeriesInit, CurrentClampStimulusSeries,
    CurrentClampStimulusSeriesInit, DecompositionSeries, DecompositionSeriesInit, Device, DeviceInit, DeviceModel,
    DeviceModelInit, DfOverF, DfOverFInit, DurationVectorData, DurationVectorDataInit, DynamicTable, DynamicTableInit,
    DynamicTableRegion, DynamicTableRegionInit, ElectricalSeries, ElectricalSeriesInit, ElectrodeGroup,
    ElectrodeGroupInit, ElectrodesTable, ElectrodesTableInit, ElementIdentifiers, ElementIdentifiersInit, EnumData,
    EnumDataInit, EventDetection, EventDetectionInit, EventWaveform, EventWaveformInit, EventsTable, EventsTableInit,
    ExperimentalConditionsTable, ExperimentalConditionsTableInit, ExternalImage, ExternalImageInit, EyeTracking,
    EyeTrackingInit, FeatureExtraction, FeatureExtractionInit, FilteredEphys, FilteredEphysInit, Fluorescence,
    FluorescenceInit, FrequencyBandsTable, FrequencyBandsTableInit, GrayscaleImage, GrayscaleImageInit, Herd, HerdInit,
    IZeroClampSeries, IZeroClampSeriesInit, Image, ImageInit, ImageMaskSeries, ImageMaskSeriesInit, ImageReferences,
    ImageReferencesInit, ImageSegmentation, ImageSegmentationInit, ImageSeries, ImageSeriesInit, Images, ImagesInit,
    ImagingPlane, ImagingPlaneInit, ImagingRetinotopy, ImagingRetinotopyInit, IndexSeries, IndexSeriesInit,
    IntervalSeries, IntervalSeriesInit, IntracellularElectrode, IntracellularElectrodeInit,
    IntracellularElectrodesTable, IntracellularElectrodesTableInit, IntracellularRecordingsTable,
    IntracellularRecordingsTableInit, IntracellularResponsesTable, IntracellularResponsesTableInit,
    IntracellularStimuliTable, IntracellularStimuliTableInit, LabMetaData, LabMetaDataInit, Lfp, LfpInit,
    MeaningsTable, MeaningsTableInit, MotionCorrection, MotionCorrectionInit, NwbContainer, NwbContainerInit, NwbData,
    NwbDataInit, NwbDataInterface, NwbDataInterfaceInit, NwbFile, NwbFileInit, OnePhotonSeries, OnePhotonSeriesInit,
    OpticalChannel, OpticalChannelInit, OpticalSeries, OpticalSeriesInit, OptogeneticSeries, OptogeneticSeriesInit,
    OptogeneticStimulusSite, OptogeneticStimulusSiteInit, PatchClampSeries, PatchClampSeriesInit, PlaneSegmentation,
    PlaneSegmentationInit, Position, PositionInit, ProcessingModule, ProcessingModuleInit, PupilTracking,
    PupilTrackingInit, RepetitionsTable, RepetitionsTableInit, RgbImage, RgbImageInit, RgbaImage, RgbaImageInit,
    RoiResponseSeries, RoiResponseSeriesInit, ScratchData, ScratchDataInit, SequentialRecordingsTable,
    SequentialRecordingsTableInit, SimpleMultiContainer, SimpleMultiContainerInit, SimultaneousRecordingsTable,
    SimultaneousRecordingsTableInit, SpatialSeries, SpatialSeriesInit, SpikeEventSeries, SpikeEventSeriesInit, Subject,
    SweepTable, SweepTableInit, TimeIntervals, TimeIntervalsInit, TimeSeries, TimeSeriesInit,
    TimeSeriesReferenceVectorData, TimeSeriesReferenceVectorDataInit, TimestampVectorData, TimestampVectorDataInit,
    TwoPhotonSeries, TwoPhotonSeriesInit, Units, UnitsInit, VectorData, VectorDataInit, VectorIndex, VectorIndexInit,
    VoltageClampSeries, VoltageClampSeriesInit, VoltageClampStimulusSeries, VoltageClampStimulusSeriesInit,
};
pub use nwb_model::value::Value;
pub use nwb_model::view::{IsA, NeurodataType};
#[cfg(feature = "ophys")]
pub use nwb_ophys::segmentation::{RoiColumns, RoiReading};

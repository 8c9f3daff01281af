//! Neurodata Without Borders (NWB) files in Rust: read, write and edit neurophysiology data.
//!
//! NWB is the standard file format of neurophysiology: one HDF5 file with a recording, all that describes it, and what was made
//! of it. This crate puts the parts together: the [object model](model), the HDF5 backend, the [schema], and
//! [calcium imaging](ophys). Each is a crate of its own and can be used alone.
//!
//! # A calcium-imaging session
//!
//! ## Begin a file
//!
//! What the schema requires is asked for by a struct, and a field that is forgotten does not compile. The rest are chained
//! setters. Nothing is written before [`commit`](Edit::commit).
//!
//! ```
//! use nwb::prelude::*;
//! # fn main() -> nwb::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("session.nwb");
//!
//! let session = NwbFile::new(NwbFileInit {
//!     identifier: "m7-2024-03-05".into(),
//!     session_description: "two-photon imaging while the mouse runs".into(),
//!     session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
//! })
//! .experimenter(["Doe, Jane"])
//! .lab("Lab of Optics")
//! .keywords(["calcium imaging", "running"]);
//! let mut edit = nwb::create(&path, session)?;
//! edit.insert(Subject::new().subject_id("M7").species("Mus musculus").age("P90D"))?;
//!
//! // ## Device, optical channel, imaging plane. `insert` puts each where the schema wants it; `.into()` makes a link of a handle,
//! // and a link to an object of the wrong type does not compile.
//! let scope = edit.insert(Device::new(DeviceInit { name: "Microscope".into() }))?;
//! let green = OpticalChannel::new(OpticalChannelInit {
//!     name: "green".into(),
//!     description: "GCaMP emission".into(),
//!     emission_lambda: 510.0, // nm
//! });
//! let plane = edit.insert(
//!     ImagingPlane::new(ImagingPlaneInit {
//!         name: "plane".into(),
//!         device: scope.into(),
//!         optical_channels: vec![green.into()],
//!         excitation_lambda: 920.0, // nm
//!         indicator: "GCaMP6s".into(),
//!         location: "VISp".into(),
//!     })
//!     .imaging_rate(30.0) // Hz
//!     .grid_spacing(vec![0.8, 0.8])
//!     .grid_spacing_unit("micrometers"),
//! )?;
//!
//! // ## The movie: [frame, width, height]. Arrays of any number type; `Data::rows` takes a stream (a TIFF file, say), and
//! // `ImageData::external_files` frames that stay in files beside this one.
//! let frames = nwb::ndarray::Array3::<u16>::from_shape_fn((50, 16, 12), |(t, x, y)| (100 + t + 3 * x + 5 * y) as u16);
//! let movie = edit.insert_in(
//!     Place::Acquisition,
//!     TwoPhotonSeries::new(TwoPhotonSeriesInit {
//!         name: "TwoPhotonSeries".into(),
//!         imaging_plane: plane.into(),
//!         data: Data::from(frames).chunks(&[50, 16, 12]).shuffle().deflate(4).into(),
//!         unit: "n.a.".into(),
//!         timing: Timing::rate(30.0),
//!     }),
//! )?;
//!
//! // ## Segmentation: a table of ROIs, masks as pixels, as voxels, as images, alone or together.
//! let module = edit.insert(ProcessingModule::new(ProcessingModuleInit {
//!     name: "ophys".into(),
//!     description: "processed imaging data".into(),
//! }))?;
//! let mut masks = nwb::ophys::mask::PixelMasks::new();
//! masks.push_pixels([([3, 2], 1.0), ([4, 2], 0.5)]); // ((x, y), weight)
//! masks.push_pixels([([9, 8], 1.0)]);
//! let rois = PlaneSegmentation::new(PlaneSegmentationInit {
//!     name: "PlaneSegmentation".into(),
//!     description: "two cells".into(),
//!     imaging_plane: plane.into(),
//! })
//! .pixel_masks(&masks)?
//! .column("accepted", "whether a person has accepted it", vec![true, false])
//! .reference_images([movie]);
//! let segmentation =
//!     edit.insert_in(module, ImageSegmentation::new(ImageSegmentationInit { plane_segmentations: vec![rois.into()] }))?;
//! let rois: Handle<PlaneSegmentation> = edit.child(segmentation, "PlaneSegmentation")?;
//!
//! // ## Fluorescence: [frame, roi], with a region that says which row of the table each ROI is.
//! let traces = nwb::ndarray::Array2::<f64>::from_shape_fn((50, 2), |(t, roi)| (t * (roi + 1)) as f64);
//! let series = RoiResponseSeries::new(RoiResponseSeriesInit {
//!     name: "RoiResponseSeries".into(),
//!     data: traces.into(),
//!     unit: "lumens".into(),
//!     timing: Timing::rate(30.0),
//!     rois: DynamicTableRegion::of(rois, "both cells", vec![0, 1]).into(),
//! });
//! edit.insert_in(module, Fluorescence::new(FluorescenceInit { roi_response_series: vec![series.into()] }))?;
//!
//! // ## Write. The file appears under its name when it is complete and synced, or not at all.
//! edit.commit()?;
//!
//! // ## Read. Opening reads the root; everything else is read when it is asked for, and only as much as is asked for.
//! let file = nwb::open(&path)?;
//! let movie: TwoPhotonSeries = file.acquisition()?.get("TwoPhotonSeries")?; // by name
//! let patch = movie.data()?.read::<u16, nwb::ndarray::Ix2>(nwb::ndarray::s![7, 3..5, ..])?;
//! assert_eq!(patch.shape(), [2, 12]);
//! let fluorescence: Fluorescence = file.processing()?.get("ophys")?.data_interfaces()?.all().only()?; // the only one
//! let series = fluorescence.roi_response_series()?.only()?;
//! let trace = series.data()?.read::<f64, nwb::ndarray::Ix1>(nwb::ndarray::s![.., 1])?;
//! assert_eq!(trace[10], 20.0);
//! let rois: PlaneSegmentation = series.rois()?.table()?.object().cast()?;
//! assert_eq!(rois.read_pixel_masks(0..1)?.coordinates(), [[3, 2], [4, 2]]); // of one ROI; the others are not read
//! # Ok(()) }
//! ```
//!
//! Two mistakes that are easy to make elsewhere: where one object was asked for and there are several, the error names them; and
//! reading from a closed file cannot happen, since a view keeps its file open.
//!
//! The same at full length, with motion correction, summary images, volumes, voxel masks, external files, shared timestamps
//! and dF/F, stands [below](#the-whole-session). Sessions of other fields are in the [gallery]: extracellular and intracellular
//! electrophysiology, behaviour, optogenetics, images, events, extensions, scratch. Who knows PyNWB finds each of its calls in
//! [`from_pynwb`].
//!
//! # Change a file
//!
//! ```
//! use nwb::prelude::*;
//! # fn main() -> nwb::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("session.nwb");
//! # nwb::create(&path, NwbFileInit { identifier: "a".into(), session_description: "b".into(), session_start_time: Timestamp::parse("2024-03-05T09:41:07Z")? })?.commit()?;
//! let file = nwb::open(&path)?;
//! let mut edit = file.edit(Default::default())?;
//! let root = edit.root();
//! edit.update(root, |file| file.institution("University of Somewhere"))?;
//! let file = edit.commit()?; // a new snapshot; views of the old one go on reading the old one
//! assert_eq!(file.institution()?, Some("University of Somewhere"));
//! # Ok(()) }
//! ```
//!
//! # What is wrong with a file
//!
//! Whatever can be understood is read, also where something else in the file is damaged, was made by old versions, or by programs
//! that do not keep to the schema. [`File::diagnose`](model::file::File::diagnose) tells what is not as it should be, object by object:
//!
//! ```
//! use nwb::prelude::*;
//! # fn main() -> nwb::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("session.nwb");
//! # nwb::create(&path, NwbFileInit { identifier: "a".into(), session_description: "b".into(), session_start_time: Timestamp::parse("2024-03-05T09:41:07Z")? })?.commit()?;
//! for finding in nwb::open(&path)?.diagnose() {
//!     println!("{finding}"); // nothing, of a file that was written by this crate
//! #   panic!("{finding}");
//! }
//! # Ok(()) }
//! ```
//!
//! # Where things are
//!
//! | | |
//! | --- | --- |
//! | [`open`], [`create`], [`File`], [`Edit`] | files and changes |
//! | [`prelude`] | what almost every program needs |
//! | [`gallery`], [`from_pynwb`] | sessions of each field; the calls of PyNWB |
//! | [`types`] | a view, an initialiser and setters for each neurodata type |
//! | [`ext`] | what is beside them: rows and columns, times, joins, intervals, references to series, ages and weights, ... |
//! | [`dynamic`] | objects of extensions that no code was generated for |
//! | [`Object`], [`Dataset`], [`Value`] | whatever has no type, or one that nobody knows |
//! | [`model`] | the rest of the object model: backends, dtypes, selections, batches of reads, diagnoses, look-ups |
//! | [`schema`] | namespaces, specs, inheritance; namespaces put together in Rust |
//! | [`ophys`] | calcium imaging |
//!
//! # Features
//!
//! | feature | default | |
//! | --- | --- | --- |
//! | `hdf5-static` | yes | the HDF5 backend, with HDF5 built from source and linked in |
//! | `hdf5` | | the HDF5 backend with the system's HDF5, 1.14 or newer |
//! | `ophys` | yes | calcium imaging |
//! | `yaml` | yes | schemas from YAML files, for extensions without generated code |
//! | `arrow` | | tables and time series as Apache Arrow record batches, and back: the module `arrow` |
//! | `csv`, `json`, `parquet` | | record batches as CSV, as lines of JSON, as Parquet |
//! | `mmap` | | contiguous elements without a copy, as a mapped view of the file: [`OpenOptions`] |
//! | `validate` | | what is wrong with files, by the schema and by best practice: the module `validate` |
//! | `mock` | | a plausible object of each type, for tests: the module `mock` |
//! | `plot` | | pictures of ROIs, traces, spikes, images and more, as PNG and SVG |
//!
//! What it is not: it knows no file format and no neurodata type by itself. Everything here is in a crate below, and this one
//! only forwards.
//!
//! # The whole session
//!
//! The example `ophys`. The tests compare what it writes with what PyNWB writes, object by object.
#![doc = concat!("```no_run\n", include_str!("../examples/ophys.rs"), "\n```")]

#[cfg(feature = "hdf5")]
mod file;
#[cfg(all(feature = "hdf5", feature = "ophys"))]
pub mod from_pynwb;
#[cfg(all(feature = "hdf5", feature = "yaml"))]
pub mod gallery;
pub mod prelude;

#[cfg(feature = "hdf5")]
pub use file::{CreateOptions, create, create_with, open, open_with};
#[cfg(feature = "arrow")]
pub use nwb_arrow as arrow;
#[cfg(feature = "hdf5")]
pub use nwb_hdf5::{Durability, FileFacts, NewFile, OpenOptions, Overwrite, Route, facts};
pub use nwb_model::data::{Data, Rows};
pub use nwb_model::dataset::{Block, Dataset, Lossy, Scale};
pub use nwb_model::diagnosis::{Finding, Severity};
pub use nwb_model::draft::{Child, Draft, External, Handle, Link};
pub use nwb_model::edit::{Edit, EditOptions, ObjectIds};
pub use nwb_model::export::{Contents, ExportOptions, ExternalLinks};
pub use nwb_model::file::File;
#[cfg(feature = "mock")]
pub use nwb_model::mock;
pub use nwb_model::place::Place;
pub use nwb_model::portability::Uncommon;
pub use nwb_model::profile::Profile;
pub use nwb_model::repack::{RepackOptions, RepackReport, Repacked};
pub use nwb_model::selection::{Along, Selection};
pub use nwb_model::stream::Stream;
pub use nwb_model::time::{Moment, Timestamp};
pub use nwb_model::tree::{Kind, Object};
pub use nwb_model::value::Value;
pub use nwb_model::view::{Children, Collection, IsA, NeurodataType};
pub use nwb_model::{Error, ErrorKind, Result};
pub use nwb_model::{chrono, dynamic, ext, ndarray, types, uuid};
#[cfg(feature = "ophys")]
pub use nwb_ophys as ophys;
#[cfg(feature = "plot")]
pub use nwb_plot as plot;
#[cfg(feature = "validate")]
pub use nwb_validate as validate;
pub use {nwb_model as model, nwb_schema as schema};

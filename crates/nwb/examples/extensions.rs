//! Extensions without generated code: objects of types that a lab has defined in YAML, written and read by the names of their
//! fields. For types that come with setters and views, see the crate `nwb-codegen`.
//!
//! `cargo run -p nwb --example extensions -- session.nwb`

use std::path::Path;

use nwb::Result;
use nwb::ndarray::Array2;
use nwb::prelude::*;
use nwb::schema::{Strictness, yaml};

/// The namespace, as it stands in `ndx-maze.namespace.yaml`.
const NAMESPACE: &str = "
namespaces:
- name: ndx-maze
  version: 0.2.0
  doc: Mazes and what animals do in them.
  author: [Jane Doe]
  contact: [jane@lab.example]
  schema:
  - namespace: core
  - source: ndx-maze.extensions.yaml
";

/// Its source: metadata of the lab, a series of a type of its own, a table with a column of its own.
const EXTENSIONS: &str = "
groups:
- neurodata_type_def: Maze
  neurodata_type_inc: LabMetaData
  doc: The maze.
  attributes:
  - {name: arms, dtype: int32, doc: How many arms it has.}
  - {name: shape, dtype: text, doc: What it looks like., required: false}
  datasets:
  - {name: outline, dtype: float64, shape: [null, 2], dims: [corner, xy], doc: Its corners in meters.}
  links:
  - {name: camera, target_type: Device, doc: What looks at it.}
- neurodata_type_def: WhiskerSeries
  neurodata_type_inc: TimeSeries
  doc: Angles of whiskers.
  attributes:
  - {name: side, dtype: text, doc: Left or right.}
- neurodata_type_def: Visits
  neurodata_type_inc: DynamicTable
  doc: Visits to the arms.
  datasets:
  - {name: arm, neurodata_type_inc: VectorData, dtype: uint8, doc: Which arm.}
";

/// Writes the session.
pub(crate) fn write(path: &Path) -> Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "m2-maze".into(),
        session_description: "a radial maze".into(),
        session_start_time: Timestamp::parse("2024-03-05T11:00:00+01:00")?,
    });
    let mut edit = nwb::create(path, session.experimenter(["Doe, Jane"]))?;
    edit.insert(Subject::new().subject_id("M2").species("Mus musculus").sex(Sex::Male).age("P60D"))?;

    // From here on the types are known to this file alone, which will carry their specs: no reader has to have them.
    for release in
        yaml::read_namespaces(NAMESPACE, "ndx-maze.namespace.yaml", Strictness::Lenient, |_| Ok(EXTENSIONS.into()))?
    {
        edit.use_namespace(release)?;
    }
    let camera = edit.insert(Device::new(DeviceInit { name: "camera".into() }).description("above the maze"))?;
    let maze = DynamicDraft::new("ndx-maze", "Maze").named("maze").set("arms", 8).set("camera", camera);
    let three_numbers = maze.clone().set("outline", Array2::<f64>::zeros((8, 3)));
    if let Err(refused) = edit.insert(three_numbers) {
        println!("as it should be: {refused}");
    }
    edit.insert(maze.set("outline", Array2::<f64>::zeros((8, 2))))?;

    // A type of theirs has all that the types above it have: `as_a` gives it their setters.
    let whiskers = DynamicDraft::new("ndx-maze", "WhiskerSeries").named("whiskers").set("side", "left");
    edit.insert_in(
        Place::Acquisition,
        whiskers.as_a::<TimeSeries>().data(vec![12.5, 13.0, 11.5]).unit("degrees").timing(Timing::rate(500.0)),
    )?;
    let visits = DynamicDraft::new("ndx-maze", "Visits").named("visits").set("description", "visits to the arms");
    let visits = visits.set("arm", vec![3u8, 1, 7]).as_a::<DynamicTable>().column(
        "food",
        "was there any",
        vec![true, false, true],
    );
    edit.insert_in(Place::Acquisition, visits)?;
    edit.commit()?;
    Ok(())
}

/// Reads it back: nothing but the file is needed, not even the YAML.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    let maze: Dynamic = file.get("/general/maze")?.cast()?;
    println!("{} arms", maze.field("arms")?.required::<i64>()?);
    if let Some(camera) = maze.field("camera")?.object()? {
        println!("seen by {}", camera.name());
    }
    for field in maze.fields()?.iter() {
        println!("  {}: {}", field.name(), field.doc());
    }
    // As what it is to everyone: a time series, with a field more.
    let whiskers: TimeSeries = file.acquisition()?.get("whiskers")?;
    assert_eq!(whiskers.samples_between(0.0, 0.003)?, 0..2);
    assert_eq!(whiskers.object().field("side")?.required::<&str>()?, "left");
    let visits: DynamicTable = file.acquisition()?.get("visits")?;
    assert_eq!(visits.column("arm")?.cells(0..3)?.numbers::<u8>()?, [3, 1, 7]);
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "extensions.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}

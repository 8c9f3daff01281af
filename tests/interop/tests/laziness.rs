//! How many objects of a file are read: opening and one look-up cost the same however many objects there are.

#![allow(clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::path::Path;
use std::sync::Arc;

use nwb::model::memory::Memory;
use nwb::ndarray::Array1;
use nwb::prelude::*;
use nwb::{EditOptions, NewFile};
use nwb_interop::recorded::{Calls, Kept, Recorded};

const SERIES: usize = 2_000;

type Failure = Box<dyn std::error::Error>;

/// A file of so many series, and the backend that counts what is read of it.
fn file_of(folder: &Path, series: usize) -> Result<(File, Arc<Recorded>), Failure> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "many".into(),
        session_description: "many series".into(),
        session_start_time: Timestamp::parse("2024-03-05T09:41:07-07:00")?,
    });
    let mut edit = Edit::create(Memory::new("many"), "many", session, EditOptions::default())?;
    for n in 0..series {
        edit.insert_in(
            Place::Acquisition,
            TimeSeries::new(TimeSeriesInit {
                name: format!("series_{n:05}"),
                data: Array1::from_elem(4, n as f64).into(),
                unit: "V".into(),
                timing: Timing::rate(10.0),
            }),
        )?;
    }
    // From memory into a real file, and back through a backend that counts.
    let store = Kept::new(NewFile::new(folder.join(format!("{series}.nwb"))));
    edit.commit()?.export(&store, &mut |_| {})?;
    let backend = Recorded::new(store.backend().ok_or("nothing was committed")?);
    Ok((File::from_backend(backend.clone())?, backend))
}

/// Objects, names, and datasets that were read.
fn cost(calls: &Calls) -> (usize, usize, usize) {
    (calls.nodes.len(), calls.names.len(), calls.elements.len())
}

#[test]
fn opening_and_one_value_cost_the_same_in_a_small_and_a_large_file() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let costs = [1, SERIES].map(|series| -> Result<_, Failure> {
        let (file, calls) = file_of(folder.path(), series)?;
        let opened = calls.take();
        assert_eq!(file.identifier()?, "many");
        let read = calls.take();
        let last: TimeSeries = file.acquisition()?.get(&format!("series_{:05}", series - 1))?;
        assert_eq!(last.rate()?, Some(10.0));
        let found = calls.take();
        let values: Array1<f64> = last.data()?.read(2..)?;
        assert_eq!(values.to_vec(), [(series - 1) as f64; 2]);
        Ok([opened, read, found, calls.take()].map(|calls| cost(&calls)))
    });
    let [small, large] = costs;
    let (small, large) = (small?, large?);
    assert_eq!(
        small, large,
        "objects, names and datasets read: opening, one text, the last series by its name, half of its data"
    );
    // The root; the text; the series by its name in /acquisition, which is not read, and its starting time; its data.
    assert!(large[0].0 <= 1 && large[1] <= (1, 0, 1) && large[2] <= (2, 1, 1) && large[3].2 == 1, "{large:?}");
    Ok(())
}

#[test]
fn a_group_that_is_asked_for_many_names_is_read() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let (file, calls) = file_of(folder.path(), 100)?;
    calls.take();
    let acquisition = file.acquisition()?;
    for n in 0..100 {
        assert_eq!(acquisition.get::<TimeSeries>(&format!("series_{n:05}"))?.object().name(), format!("series_{n:05}"));
    }
    let calls = calls.take();
    // Each series, and /acquisition.
    assert_eq!(calls.nodes.len(), 101);
    assert!(calls.names.len() < 10, "{:?}", calls.names);
    let missing = file_of(folder.path(), 3)?.0.acquisition()?.get::<TimeSeries>("series_00004").err();
    let missing = missing.ok_or("there is none")?.to_string();
    assert!(missing.contains("series_00004") && missing.contains("series_00000"), "{missing}");
    Ok(())
}

#[test]
fn what_was_read_is_not_read_again() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let (file, calls) = file_of(folder.path(), 3)?;
    let names = file.acquisition()?.names()?.len();
    assert_eq!(names, 3);
    let series: TimeSeries = file.acquisition()?.get("series_00001")?;
    let unit = series.unit()?.to_owned();
    calls.take();
    assert_eq!(file.acquisition()?.names()?.len(), names);
    let again: TimeSeries = file.acquisition()?.get("series_00001")?;
    assert_eq!(again.unit()?, unit);
    assert_eq!(calls.take().reads, 0);
    Ok(())
}

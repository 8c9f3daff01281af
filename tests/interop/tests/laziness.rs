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

fn cost(calls: &Calls) -> (usize, usize) {
    (calls.nodes.len(), calls.elements.len())
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
        "objects and datasets read: opening, one text, the last series by its name, half of its data"
    );
    // The root; the text; /acquisition, the series, its starting time; its data.
    assert!(large[0].0 <= 1 && large[1] <= (1, 1) && large[2].0 <= 4 && large[3].1 == 1, "{large:?}");
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

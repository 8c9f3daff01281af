//! Mocks: of every type, with required members and with every one, in every variant.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use nwb_model::edit::{Edit, EditOptions, ObjectIds};
use nwb_model::file::File;
use nwb_model::memory::Memory;
use nwb_model::mock::{self, Mock};
use nwb_model::types::{Device, TwoPhotonSeries};
use nwb_model::view::NeurodataType;
use nwb_schema::embedded;

/// Types that no slot of an NWB file takes: extensions put them into objects of their own.
const WITHOUT_A_PLACE: [&str; 5] = ["CSRMatrix", "Container", "Data", "NWBData", "SimpleMultiContainer"];

fn edit(mock: &mut Mock) -> Edit {
    let now = nwb_model::time::Timestamp::parse("2024-03-09T08:05:00-07:00").unwrap().zoned();
    let options =
        EditOptions { object_ids: ObjectIds::OfPath(nwb_model::uuid::Uuid::nil()), now, ..EditOptions::default() };
    Edit::create(Memory::new("mock"), "mock", mock.file().unwrap(), options).unwrap()
}

/// All types in one file.
fn all(mut mock: Mock, variant: u32) -> File {
    let mut edit = edit(&mut mock);
    let mut failed = Vec::new();
    for own in embedded::catalog().types().filter(|own| own.name() != "NWBFile") {
        if variant >= mock::variants(embedded::catalog(), own) {
            continue;
        }
        let inserted = mock.insert_named(&mut edit, own.namespace(), own.name());
        match inserted {
            Err(_) if WITHOUT_A_PLACE.contains(&own.name()) => {}
            Ok(path) if !WITHOUT_A_PLACE.contains(&own.name()) => {
                assert_eq!(edit.view().unwrap().get(&path).unwrap().type_name().unwrap().unwrap().1, own.name());
            }
            other => failed.push(format!("{}: {other:?}", own.name())),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    edit.commit().unwrap()
}

#[test]
fn every_type_has_a_mock() {
    all(Mock::new(), 0);
    for variant in 0..6 {
        all(Mock::new().every_member().variant(variant), variant);
    }
}

#[test]
fn mocks_are_told_by_their_seed() {
    let digest = |seed| {
        let file = all(Mock::new().every_member().seed(seed), 0);
        let objects = file.object().descendants().unwrap();
        let values = objects.iter().filter(|object| object.kind().unwrap() == nwb_model::tree::Kind::Dataset);
        values.map(|object| format!("{:?}", object.dataset().unwrap().read_value(..).unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(digest(1), digest(1));
    let (one, other) = (digest(1), digest(2));
    assert_eq!(one.len(), other.len());
    assert!(one != other);
}

#[test]
fn names_are_free_ones_and_needs_are_shared() {
    let mut mock = Mock::new();
    let mut edit = edit(&mut mock);
    for _ in 0..3 {
        mock.insert::<TwoPhotonSeries>(&mut edit).unwrap();
    }
    mock::insert::<Device>(&mut edit).unwrap();
    let file = edit.commit().unwrap();
    let names = |found: nwb_model::view::Children<Device>| found.names().unwrap();
    assert_eq!(
        file.acquisition().unwrap().names().unwrap(),
        ["TwoPhotonSeries", "TwoPhotonSeries_2", "TwoPhotonSeries_3"]
    );
    assert_eq!(names(file.devices().unwrap()), ["Device", "Device_2"]);
    assert_eq!(file.imaging_planes().unwrap().count().unwrap(), 1);
}

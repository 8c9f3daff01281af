//! Reads all of a file through every accessor of every type.

use std::collections::HashMap;
use std::sync::LazyLock;

use nwb_model::file::File;
use nwb_model::mock::accessors::{Accessor, Said, accessors};
use nwb_model::view::NeurodataType as _;
use nwb_schema::embedded;

/// The accessors of each type, with those that it inherits.
static OF_TYPES: LazyLock<HashMap<(&str, &str), Vec<&Accessor>>> = LazyLock::new(|| {
    let all = |own: &nwb_schema::EffectiveType| {
        let is_of = |one: &&Accessor| {
            let declares =
                |name: &nwb_schema::TypeName| name.namespace() == one.namespace && name.name() == one.type_name;
            declares(own.type_name()) || own.ancestors().iter().any(declares)
        };
        accessors().iter().filter(is_of).collect()
    };
    embedded::catalog().types().map(|own| ((own.namespace(), own.name()), all(own))).collect()
});

/// What cannot be read of it.
pub(crate) fn failures(file: &File) -> Vec<String> {
    let mut failed = Vec::new();
    for object in file.object().descendants().unwrap() {
        let Some(own) = object.type_name().unwrap() else { continue };
        for accessor in OF_TYPES.get(&own).into_iter().flatten() {
            let read = (accessor.read)(&object).and_then(|said| match said {
                Said::Dataset(dataset) => dataset.read_value(..).map(drop),
                _ => Ok(()),
            });
            if let Err(error) = read {
                failed.push(format!("{}.{}: {error}", accessor.type_name, accessor.name));
            }
        }
    }
    failed
}

#[test]
fn a_default_of_the_schema_is_read_where_nothing_stands() {
    use crate::changed::Change;
    use nwb_model::types::{SpatialSeries, TimeSeries};

    for (name, unit) in [("SpatialSeries", "meters"), ("DecompositionSeries", "no unit"), ("TimeSeries", "unknown")] {
        let own = crate::types().find(|own| own.name() == name).unwrap();
        let backend = crate::file_with(own, nwb_model::mock::Mock::new()).unwrap();
        let series: Vec<TimeSeries> = crate::changed(&backend, Vec::new()).find().unwrap();
        let series = series.iter().find(|one| one.object().type_name().unwrap().unwrap().1 == name).unwrap();
        let data = series.object().child("data").unwrap().unwrap();
        let file = crate::changed(&backend, vec![Change::NoAttribute(data.address(), "unit".into())]);
        let series: TimeSeries = file.get(series.object().path()).unwrap().cast().unwrap();
        assert_eq!(series.unit().unwrap(), unit);
        assert_eq!(series.object().is::<SpatialSeries>().unwrap(), name == "SpatialSeries");
    }
}

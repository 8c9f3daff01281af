//! The files that the matrix works on: every type of the schemas that are compiled in, in each form that its mock has.

use std::fs;
use std::path::{Path, PathBuf};

use nwb::model::mock::{self, Mock};
use nwb::schema::spec::Dtype;
use nwb::schema::{EffectiveType, Strictness, embedded, yaml};
use nwb::{Edit, EditOptions, NewFile, ObjectIds, Place, Timestamp};

use crate::known::Known;

/// Types that no slot of an NWB file takes; extensions put them into objects of their own.
const WITHOUT_A_PLACE: [&str; 5] = ["CSRMatrix", "Container", "Data", "NWBData", "SimpleMultiContainer"];

/// An object that a mock was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) type_name: String,
    pub(crate) path: String,
}

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) name: String,
    /// The form of its objects: `required`, or `every_` and the variant.
    pub(crate) form: String,
    pub(crate) path: PathBuf,
    pub(crate) cases: Vec<Case>,
    /// What PyNWB says when it cannot read it.
    pub(crate) refused: Option<String>,
}

/// Writes all of them: one with what is required, one for each variant with everything, one for each object that PyNWB cannot read.
pub(crate) fn write(folder: &Path, known: &[Known]) -> Result<Vec<Written>, String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let most = embedded::catalog().types().map(variants).max().unwrap_or(1);
    let required = ("required".to_owned(), Mock::new(), 0);
    let every = (0..most).map(|variant| {
        let mock = Mock::new().every_member().variant(variant).seed(u64::from(variant));
        (format!("every_{variant}"), mock, variant)
    });
    let mut written = Vec::new();
    let mut met = 0;
    for (form, mock, variant) in [required].into_iter().chain(every) {
        let is_known = |own: &EffectiveType| known.iter().find(|row| row.case == format!("{}/{form}", own.name()));
        let all: Vec<&EffectiveType> = embedded::catalog()
            .types()
            .filter(|own| variant < variants(own) && own.name() != "NWBFile" && !WITHOUT_A_PLACE.contains(&own.name()))
            .collect();
        let (alone, together): (Vec<_>, Vec<_>) = all.into_iter().partition(|own| is_known(own).is_some());
        written.push(one(folder, &form, &form, mock.clone(), &together)?);
        for own in alone {
            let name = format!("{} {form}", own.name());
            let refused = is_known(own).map(|row| row.says.clone());
            written.push(Written { refused, ..one(folder, &name, &form, mock.clone(), &[own])? });
            met += 1;
        }
    }
    for (form, mock) in [("required", Mock::new()), ("every_0", Mock::new().every_member())] {
        written.push(hosted(folder, form, mock)?);
    }
    let with_records: Vec<&EffectiveType> = embedded::catalog().types().filter(|own| has_records(own)).collect();
    for row in known.iter().filter(|row| row.case.starts_with("records/")) {
        let form = row.case.trim_start_matches("records/");
        let variant =
            form.trim_start_matches("every_").parse().map_err(|_| format!("README.md: no case {}", row.case))?;
        let mock = Mock::new().every_member().variant(variant).records_in_any_shape();
        let written_here = one(folder, &format!("records {form}"), form, mock, &with_records)?;
        written.push(Written { refused: Some(row.says.clone()), ..written_here });
        met += 1;
    }
    if met == known.len() { Ok(written) } else { Err("README.md has a row for a case that there is not".into()) }
}

/// Whether objects of a type have a column of references or records.
fn has_records(own: &EffectiveType) -> bool {
    let is_record = |dtype: Option<&Dtype>| matches!(dtype, Some(Dtype::Compound(_) | Dtype::Reference { .. }));
    let of_type = own.dataset().is_some_and(|spec| own.is_a_named("VectorData") && is_record(spec.dtype.as_ref()));
    let mut columns = own.members().datasets.iter().filter(|_| own.is_a_named("DynamicTable"));
    of_type || columns.any(|spec| is_record(spec.dtype.as_ref()))
}

fn variants(own: &EffectiveType) -> u32 {
    mock::variants(embedded::catalog(), own)
}

fn one(folder: &Path, name: &str, form: &str, mut mock: Mock, types: &[&EffectiveType]) -> Result<Written, String> {
    let text = |error: nwb::Error| format!("{name}: {error}");
    let path = folder.join(format!("{name}.nwb"));
    let now = Timestamp::parse("2025-01-02T03:04:05.678900+01:00").map_err(text)?.zoned();
    // The same names in two files are two objects.
    let ids = nwb::uuid::Uuid::from_u128(name.bytes().fold(1, |number, byte| number << 3 ^ u128::from(byte)));
    let options = EditOptions { object_ids: ObjectIds::OfPath(ids), now, ..EditOptions::default() };
    let mut edit = Edit::create(NewFile::new(&path), name, mock.file().map_err(text)?, options).map_err(text)?;
    let mut cases = Vec::new();
    let mut types = types.to_vec();
    // Those that have one place in a file come first, so that none that another object needs takes it; and before them the one
    // that one of them needs.
    types.sort_by_key(|own| {
        let root = embedded::catalog().get("core", "NWBFile");
        let home = root.and_then(|root| embedded::catalog().default_home(root, own, None));
        (home.is_none_or(|home| home.name().is_none()), own.name() != "ElectrodesTable")
    });
    for own in &types {
        let path = mock.insert_named(&mut edit, own.namespace(), own.name()).map_err(text)?;
        cases.push(Case { type_name: own.name().to_owned(), path });
    }
    if types.len() > 1 {
        cases.push(Case { type_name: "NWBFile".into(), path: "/".into() });
    }
    if name == "every_0" {
        places(&mut edit, &mut mock).map_err(text)?;
    }
    edit.commit().map_err(text)?;
    Ok(Written { name: name.to_owned(), form: form.to_owned(), path, cases, refused: None })
}

/// An extension with an object that can hold what no slot of an NWB file takes.
const HOSTS: [(&str, &str); 2] = [
    (
        "hosts.namespace.yaml",
        "namespaces: [{name: hosts, version: 0.1.0, doc: Places., schema: [{namespace: core}, {source: hosts.yaml}]}]",
    ),
    (
        "hosts.yaml",
        "
groups:
- neurodata_type_def: Host
  neurodata_type_inc: LabMetaData
  doc: Holds anything.
  datasets:
  - {neurodata_type_inc: Data, doc: Any data., quantity: '*'}
  groups:
  - {neurodata_type_inc: Container, doc: Anything., quantity: '*'}
",
    ),
];

/// The types without a place, in an object of an extension's type.
fn hosted(folder: &Path, form: &str, mut mock: Mock) -> Result<Written, String> {
    use nwb::types::{Container, CsrMatrix, Data, LabMetaData, NwbData, SimpleMultiContainer};
    let text = |error: nwb::Error| error.to_string();
    let name = format!("hosted {form}");
    let path = folder.join(format!("{name}.nwb"));
    let [(document, namespace), (_, source)] = HOSTS;
    let releases = yaml::read_namespaces(namespace, document, Strictness::Strict, |_| Ok(source.to_owned()));
    let options = EditOptions { object_ids: ObjectIds::OfPath(nwb::uuid::Uuid::max()), ..EditOptions::default() };
    let mut edit = Edit::create(NewFile::new(&path), &name, mock.file().map_err(text)?, options).map_err(text)?;
    for release in releases.map_err(|error| error.to_string())? {
        edit.use_namespace(release).map_err(text)?;
    }
    let at = Mock::new().insert_named(&mut edit, "hosts", "Host").map_err(text)?;
    let host = edit.child::<LabMetaData, _>(edit.root(), at.trim_start_matches('/')).map_err(text)?;
    mock.insert_in::<CsrMatrix>(&mut edit, host).map_err(text)?;
    mock.insert_in::<SimpleMultiContainer>(&mut edit, host).map_err(text)?;
    mock.insert_in::<Container>(&mut edit, host).map_err(text)?;
    mock.insert_in::<NwbData>(&mut edit, host).map_err(text)?;
    mock.insert_in::<Data>(&mut edit, host).map_err(text)?;
    edit.commit().map_err(text)?;
    let case = |name: &str| Case { type_name: name.into(), path: format!("{at}/{name}") };
    let cases = WITHOUT_A_PLACE.iter().map(|name| case(name)).collect();
    Ok(Written { name, form: form.to_owned(), path, cases, refused: None })
}

/// Objects in every place of a file that takes objects of several types.
fn places(edit: &mut Edit, mock: &mut Mock) -> nwb::Result<()> {
    use nwb::types::{
        DynamicTable, Images, LabMetaData, NwbContainer, Position, ScratchData, TimeIntervals, TimeSeries,
    };
    for place in [Place::Acquisition, Place::Stimulus] {
        mock.insert_in::<Position>(edit, place.clone())?;
        mock.insert_in::<DynamicTable>(edit, place.clone())?;
        mock.insert_in::<TimeSeries>(edit, place)?;
    }
    for place in [Place::Analysis, Place::Scratch] {
        mock.insert_in::<NwbContainer>(edit, place.clone())?;
        mock.insert_in::<DynamicTable>(edit, place)?;
    }
    mock.insert_in::<TimeSeries>(edit, Place::StimulusTemplates)?;
    mock.insert_in::<Images>(edit, Place::StimulusTemplates)?;
    mock.insert::<ScratchData>(edit)?;
    mock.insert::<LabMetaData>(edit)?;
    for name in ["epochs", "trials", "invalid_times"] {
        mock.insert_as::<TimeIntervals>(edit, Place::Intervals, name)?;
    }
    Ok(())
}

//! What is known of the published types.

use nwb_schema::spec::{Dtype, FlatDtype, Quantity, Shape, TypeSpec};
use nwb_schema::{Catalog, EffectiveType, Kind, Slot, embedded};

fn catalog() -> &'static Catalog {
    embedded::catalog()
}

fn core(name: &str) -> &'static EffectiveType {
    catalog().get("core", name).unwrap_or_else(|| panic!("core sees no {name}"))
}

fn flat(dtype: FlatDtype) -> Option<FlatDtype> {
    Some(dtype)
}

#[test]
fn every_published_type_resolves() {
    let catalog = embedded::build().unwrap();
    assert!(catalog.problems().is_empty());
    let count = |namespace| catalog.types_of(namespace).count();
    assert_eq!((count("core"), count("hdmf-common"), count("hdmf-experimental")), (83, 12, 1));
    for effective in catalog.types() {
        let again = catalog.get("core", effective.name());
        assert_eq!(again.is_some(), effective.namespace() != "hdmf-experimental", "{}", effective.type_name());
        assert_eq!(catalog.find(effective.name()).unwrap().type_name(), effective.type_name());
        let inherited = effective.members().slots().filter(|slot| slot.declared_in() != effective.type_name()).count();
        let parents = catalog.parent(effective).map_or(0, |parent| parent.members().slots().count());
        assert_eq!(inherited, parents, "{}", effective.type_name());
    }
}

#[test]
fn ancestors_and_descendants() {
    let series = core("TwoPhotonSeries");
    let ancestors: Vec<String> = series.ancestors().iter().map(ToString::to_string).collect();
    assert_eq!(
        ancestors,
        ["core.ImageSeries", "core.TimeSeries", "core.NWBDataInterface", "core.NWBContainer", "hdmf-common.Container"]
    );
    assert_eq!((series.kind(), series.source()), (Kind::Group, "nwb.ophys"));
    assert!(series.is_a(core("TimeSeries").type_name()) && !core("TimeSeries").is_a(series.type_name()));
    assert_eq!(series.distance_to(core("TimeSeries").type_name()), Some(2));
    let names = |types: Vec<&EffectiveType>| types.into_iter().map(|it| it.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        names(catalog().children(core("ImageSeries")).collect()),
        ["ImageMaskSeries", "OpticalSeries", "OnePhotonSeries", "TwoPhotonSeries"]
    );
    assert_eq!(catalog().subtypes("core", "TimeSeries").count(), 21);
    assert_eq!(
        names(catalog().types_of_source("hdmf-common", "base").collect()),
        ["Data", "Container", "SimpleMultiContainer"]
    );
    assert_eq!(catalog().get("core", "VectorData").unwrap().namespace(), "hdmf-common");
    assert!(catalog().get("core", "EnumData").is_none());
    assert_eq!(catalog().resolve_type("core", "EnumData").unwrap().namespace(), "hdmf-experimental");
    assert!(catalog().get("hdmf-common", "TimeSeries").is_none());
}

#[test]
fn time_series() {
    let members = core("TimeSeries").members();
    let data = members.dataset("data").unwrap();
    assert_eq!((data.dtype.as_ref(), data.quantity), (None, Quantity::Exactly(1)));
    let attributes: Vec<_> =
        data.attributes.iter().map(|it| (it.name.as_str(), it.required, it.default_value.clone())).collect();
    assert_eq!(
        attributes,
        [
            ("conversion", false, Some(1.0.into())),
            ("offset", false, Some(0.0.into())),
            ("resolution", false, Some((-1.0).into())),
            ("unit", true, None),
            ("continuity", false, None)
        ]
    );
    let timestamps = members.dataset("timestamps").unwrap();
    assert_eq!(timestamps.quantity, Quantity::ZeroOrOne);
    assert_eq!(timestamps.attribute("unit").unwrap().value, Some("seconds".into()));
    assert_eq!(timestamps.attribute("interval").unwrap().value, Some(1.into()));
    let comments = core("TwoPhotonSeries").attribute("comments").unwrap();
    assert_eq!(
        (comments.default_value.clone(), comments.declared_in.name()),
        (Some("no comments".into()), "TimeSeries")
    );
}

#[test]
fn refined_slots_know_who_declared_them() {
    let data = core("TwoPhotonSeries").members().dataset("data").unwrap();
    assert_eq!(data.dtype.as_ref().and_then(Dtype::as_flat), flat(FlatDtype::Numeric));
    assert_eq!(data.shape.as_ref().unwrap().to_string(), "(any, any, any) or (any, any, any, any)");
    assert_eq!(data.declared_in.name(), "TimeSeries");
    assert_eq!(data.refined_in.as_ref().unwrap().name(), "TwoPhotonSeries");
    assert_eq!(data.attribute("unit").unwrap().declared_in.name(), "TimeSeries");
    let first_declared: Vec<_> = core("TwoPhotonSeries")
        .members()
        .slots()
        .filter(|slot| slot.declared_in().name() == "TwoPhotonSeries")
        .map(|slot| slot.name().unwrap())
        .collect();
    assert_eq!(first_declared, ["field_of_view", "imaging_plane"]);

    let electrical = core("ElectricalSeries").members().dataset("data").unwrap();
    let unit = electrical.attribute("unit").unwrap();
    assert_eq!((unit.value.clone(), unit.required), (Some("volts".into()), true));
    assert_eq!(unit.refined_in.as_ref().unwrap().name(), "ElectricalSeries");
    assert_eq!(core("SpikeEventSeries").members().dataset("timestamps").unwrap().quantity, Quantity::Exactly(1));
    let spatial = core("SpatialSeries").members().dataset("data").unwrap().attribute("unit").unwrap();
    assert_eq!((spatial.default_value.clone(), spatial.required), (Some("meters".into()), false));
}

#[test]
fn typed_datasets_take_over_their_type() {
    let segmentation = core("PlaneSegmentation").members();
    let names: Vec<_> = segmentation.datasets.iter().map(|it| it.name.as_deref()).collect();
    assert_eq!(
        names,
        [
            Some("id"),
            None,
            Some("image_mask"),
            Some("pixel_mask_index"),
            Some("pixel_mask"),
            Some("voxel_mask_index"),
            Some("voxel_mask")
        ]
    );
    let pixel_mask = segmentation.dataset("pixel_mask").unwrap();
    let members: Vec<_> = pixel_mask
        .dtype
        .as_ref()
        .unwrap()
        .as_compound()
        .unwrap()
        .iter()
        .map(|it| (it.name.as_str(), it.dtype.as_flat()))
        .collect();
    assert_eq!(
        members,
        [("x", flat(FlatDtype::Uint32)), ("y", flat(FlatDtype::Uint32)), ("weight", flat(FlatDtype::Float32))]
    );
    assert_eq!(pixel_mask.attribute("description").unwrap().declared_in.name(), "VectorData");
    let image_mask = segmentation.dataset("image_mask").unwrap();
    assert!(matches!(&image_mask.shape, Some(Shape::Alternatives(shapes)) if shapes.len() == 2));
    let id = segmentation.dataset("id").unwrap();
    assert_eq!(id.dtype.as_ref().and_then(Dtype::as_flat), flat(FlatDtype::Int32));
    let index = segmentation.dataset("pixel_mask_index").unwrap();
    assert_eq!(index.attributes.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["description", "target"]);
    assert_eq!(index.shape, Some(Shape::One(vec![None])));

    let vector_index = catalog().get("hdmf-common", "VectorIndex").unwrap();
    assert_eq!((vector_index.kind(), vector_index.parent().unwrap().name()), (Kind::Dataset, "VectorData"));
    assert!(vector_index.members().slots().next().is_none());
    let body = vector_index.dataset().unwrap();
    assert_eq!(body.dtype.as_ref().and_then(Dtype::as_flat), flat(FlatDtype::Uint8));
    assert_eq!(vector_index.attribute("target").unwrap().dtype.as_ref().unwrap().target_type(), Some("VectorData"));
    assert_eq!(vector_index.attribute("description").unwrap().declared_in.name(), "VectorData");
    let Some(TypeSpec::Dataset(declared)) = Some(vector_index.declared()) else { panic!() };
    assert_eq!(declared.attributes.len(), 1, "what is declared is not merged");

    let references = core("TimeSeriesReferenceVectorData");
    let body = references.dataset().unwrap();
    assert_eq!(references.default_name(), Some("timeseries"));
    let timeseries = body.dtype.as_ref().unwrap().as_compound().unwrap()[2].clone();
    assert_eq!((timeseries.name.as_str(), timeseries.dtype.target_type()), ("timeseries", Some("TimeSeries")));
    assert_eq!(body.shape.as_ref().unwrap().alternatives().len(), 4, "inherited from VectorData");
}

#[test]
fn typed_groups_take_over_their_type() {
    let stack = core("CorrectedImageStack").members();
    let corrected = stack.group("corrected").unwrap();
    assert_eq!(corrected.type_name.as_ref().unwrap().name(), "ImageSeries");
    assert!(!corrected.refines_members());
    assert!(catalog().members(corrected).dataset("external_file").is_some());

    // A table contains tables of meanings, which are tables.
    let table = catalog().get("hdmf-common", "DynamicTable").unwrap();
    let meanings = table.members().group("meanings_tables").unwrap();
    let slot = &catalog().members(meanings).groups[0];
    assert_eq!(slot.type_name.as_ref().unwrap().name(), "MeaningsTable");
    assert!(catalog().members(slot).group("meanings_tables").is_some());

    let recordings = core("IntracellularRecordingsTable");
    assert_eq!(recordings.fixed_name(), Some("intracellular_recordings"));
    assert_eq!(recordings.attribute("description").unwrap().declared_in.name(), "DynamicTable");
    assert!(recordings.attribute("description").unwrap().value.is_some());
    let electrodes = catalog().members_at(recordings, "electrodes").unwrap();
    assert_eq!(electrodes.dataset("electrode").unwrap().declared_in.name(), "IntracellularElectrodesTable");
}

#[test]
fn nwb_file() {
    let file = core("NWBFile");
    assert_eq!(file.fixed_name(), Some("root"));
    assert_eq!(file.attribute("nwb_version").unwrap().value, Some("2.11.0".into()));
    let general = catalog().members_at(file, "general").unwrap();
    assert!(general.dataset("session_id").is_some());
    assert_eq!(general.group("subject").unwrap().type_name.as_ref().unwrap().name(), "Subject");
    let models = catalog().members_at(file, "general/devices/models").unwrap();
    assert_eq!(models.groups[0].type_name.as_ref().unwrap().name(), "DeviceModel");
    assert!(catalog().members_at(file, "general/nothing").is_none());
    let Some(Slot::Dataset(publications)) = catalog().slot_at(file, "general/related_publications") else { panic!() };
    assert_eq!((publications.quantity, publications.declared_in.name()), (Quantity::ZeroOrOne, "NWBFile"));
    assert_eq!(publications.dims.as_ref().unwrap().alternative(0).unwrap(), ["num_publications"]);
    // Through a typed slot: the subject's own members.
    let Some(Slot::Dataset(age)) = catalog().slot_at(file, "general/subject/age") else { panic!() };
    assert_eq!(age.attribute("reference").unwrap().default_value, Some("birth".into()));
    assert!(catalog().slot_at(file, "identifier").is_some());
}

#[test]
fn children_find_their_slot() {
    let slot = |members, name, child: Option<&str>| catalog().slot_for(members, name, child.map(core));
    let file = core("NWBFile");
    let presentation = catalog().members_at(file, "stimulus/presentation").unwrap();
    let nearest = slot(presentation, "movie", Some("OpticalSeries")).unwrap();
    assert_eq!(nearest.type_name().unwrap().name(), "TimeSeries", "not the wider NWBDataInterface");
    assert_eq!(slot(presentation, "bars", Some("Images")).unwrap().type_name().unwrap().name(), "NWBDataInterface");
    assert_eq!(slot(presentation, "scope", Some("Device")), None);

    let intervals = catalog().members_at(file, "intervals").unwrap();
    assert_eq!(slot(intervals, "trials", Some("TimeIntervals")).unwrap().name(), Some("trials"));
    assert_eq!(slot(intervals, "mine", Some("TimeIntervals")).unwrap().name(), None);

    let table = core("PlaneSegmentation").members();
    assert_eq!(slot(table, "pixel_mask", Some("VectorData")).unwrap().name(), Some("pixel_mask"));
    let index = slot(table, "my_column_index", Some("VectorIndex")).unwrap();
    assert_eq!((index.name(), index.type_name().unwrap().name()), (None, "VectorData"));
    assert!(matches!(slot(table, "imaging_plane", Some("ImagingPlane")), Some(Slot::Link(_))));
    assert!(matches!(slot(table, "reference_images", None), Some(Slot::Group(_))));
    assert_eq!(slot(table, "whatever", None), None);
}

#[test]
fn types_find_their_home() {
    let file = core("NWBFile");
    let home = |name: &str, object: Option<&str>| {
        catalog().default_home(file, core(name), object).map(|home| (home.path.clone(), home.name().map(str::to_owned)))
    };
    let at = |path: &str| Some((path.to_owned(), None));
    let named = |path: &str, name: &str| Some((path.to_owned(), Some(name.to_owned())));
    assert_eq!(home("Device", None), at("general/devices"));
    assert_eq!(home("DeviceModel", None), at("general/devices/models"));
    assert_eq!(home("ImagingPlane", None), at("general/optophysiology"));
    assert_eq!(home("ElectrodeGroup", None), at("general/extracellular_ephys"));
    assert_eq!(home("OptogeneticStimulusSite", None), at("general/optogenetics"));
    assert_eq!(home("ProcessingModule", None), at("processing"));
    assert_eq!(home("ScratchData", None), at("scratch"));
    assert_eq!(home("EventsTable", None), at("events"));
    assert_eq!(home("LabMetaData", None), at("general"));
    assert_eq!(home("Subject", None), named("general", "subject"));
    assert_eq!(home("HERD", None), named("general", "external_resources"));
    assert_eq!(home("Units", None), named("", "units"));
    assert_eq!(home("ElectrodesTable", None), named("general/extracellular_ephys", "electrodes"));
    assert_eq!(home("TimeIntervals", None), at("intervals"));
    assert_eq!(home("TimeIntervals", Some("trials")), named("intervals", "trials"));
    for nowhere in ["TimeSeries", "TwoPhotonSeries", "OpticalChannel", "PlaneSegmentation", "VectorData"] {
        assert_eq!(home(nowhere, None), None, "{nowhere}");
    }
    let homes = catalog().homes(file, core("Device"));
    assert_eq!(
        homes.iter().map(|home| (home.path.as_str(), home.distance)).collect::<Vec<_>>()[0],
        ("general/devices", 0)
    );
    assert_eq!(homes[0].quantity(), Quantity::ZeroOrMany);
}

#[test]
fn catalogs_are_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>(_: &T) {}
    shared(catalog());
    let copy = catalog().clone();
    std::thread::spawn(move || copy.find("Device").unwrap().doc().len()).join().unwrap();
}

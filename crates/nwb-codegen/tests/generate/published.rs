//! The published namespaces.

use nwb_codegen::{GeneratedFile, Layout, generate, published};

use crate::rust::{fields, functions, options, text};

fn files() -> Vec<GeneratedFile> {
    let layout = Layout::Tree { module: "crate::types".to_owned() };
    let namespaces = ["core", "hdmf-common", "hdmf-experimental"];
    generate(published::catalog(), &namespaces, &published::overlay().unwrap(), &options(layout)).unwrap()
}

#[test]
fn every_type_is_generated_once() {
    let files = files();
    let views: Vec<String> = files
        .iter()
        .flat_map(|file| syn::parse_file(&file.text).unwrap().items)
        .filter_map(|item| match item {
            syn::Item::Struct(item) if matches!(item.fields, syn::Fields::Unnamed(_)) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let types = published::catalog().types().count();
    assert!(types > 80, "{types} types");
    assert_eq!(views.len(), types);
}

#[test]
fn series_are_made_as_the_overlay_says() {
    let files = files();
    let of = |source: &str, name: &str| fields(text(&files, &format!("types/core/{source}.rs")), name);
    let two_photon = ["name", "data", "unit", "timing", "imaging_plane"];
    assert_eq!(of("nwb_ophys", "TwoPhotonSeriesInit"), two_photon);
    // A fixed unit is not asked for.
    assert_eq!(of("nwb_ogen", "OptogeneticSeriesInit"), ["name", "data", "timing", "site"]);
    assert_eq!(of("nwb_misc", "AnnotationSeriesInit"), ["name", "data", "timing"]);
    assert_eq!(of("nwb_icephys", "IZeroClampSeriesInit"), ["name", "data", "timing", "electrode"]);
    assert!(
        text(&files, "types/core/nwb_ecephys.rs").contains("pub timing: Timestamps,"),
        "spikes do not come at a rate"
    );
    assert_eq!(of("nwb_file", "NwbFileInit"), ["identifier", "session_description", "session_start_time"]);
}

#[test]
fn the_file_has_the_names_that_people_know() {
    let files = files();
    let functions = functions(text(&files, "types/core/nwb_file.rs"));
    for name in [
        "acquisition",
        "analysis",
        "scratch",
        "processing",
        "stimulus",
        "stimulus_templates",
        "intervals",
        "epochs",
        "trials",
        "invalid_times",
        "events",
        "units",
        "devices",
        "device_models",
        "electrode_groups",
        "electrodes",
        "imaging_planes",
        "icephys_electrodes",
        "ogen_sites",
        "lab_meta_data",
        "subject",
        "external_resources",
        "stimulus_notes",
        "experimenter",
        "keywords",
        "intracellular_recordings",
        "sweep_table",
        "icephys_filtering",
        "source_script_file_name",
        "session_id",
    ] {
        assert!(functions.contains(&format!("NwbFile::{name}")), "{name}");
    }
    assert!(!functions.iter().any(|name| name.contains("general")));
}

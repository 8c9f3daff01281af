//! Rust names for the schema's names.

/// The words of a name, whatever its spelling: `NWBDataInterface` is `NWB Data Interface`, `xy_translation` is `xy translation`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (index, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(index + 1);
        let begins_word = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || before.is_some_and(|before| before.is_uppercase())
                    && after.is_some_and(|after| after.is_lowercase()));
        if begins_word {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The name of a Rust type: `NWBFile` is `NwbFile`, `LFP` is `Lfp`, `IZeroClampSeries` stays.
pub(crate) fn type_name(name: &str) -> String {
    let mut result = String::new();
    for word in words(name) {
        let mut letters = word.chars();
        result.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        result.extend(letters.flat_map(char::to_lowercase));
    }
    result
}

/// The name of a Rust function, field or module, keywords and all: `RoiResponseSeries` is `roi_response_series`.
pub(crate) fn snake(name: &str) -> String {
    let mut result = words(name).join("_").to_lowercase();
    if result.starts_with(|first: char| first.is_numeric()) {
        result.insert(0, '_');
    }
    result
}

/// Names one after the other, without those that are empty.
pub(crate) fn join(prefix: &str, name: &str) -> String {
    match (prefix.is_empty(), name.is_empty()) {
        (false, false) => format!("{prefix}_{name}"),
        _ => format!("{prefix}{name}"),
    }
}

/// The plural of a name in snake case; one that looks like a plural stays.
pub(crate) fn plural(name: &str) -> String {
    let last = name.rsplit('_').next().unwrap_or(name);
    if matches!(last, "series" | "data" | "metadata") {
        return name.to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| last.ends_with(ending));
    if ends(&["ss", "us", "is", "x", "z", "ch", "sh"]) {
        return format!("{name}es");
    }
    if last.ends_with('s') {
        return name.to_owned();
    }
    match name.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{name}s"),
    }
}

/// Names that generated methods must not have: those of the views, the drafts and the traits that everything implements.
const RESERVED: &[&str] = &[
    "add",
    "add_in",
    "as_a",
    "as_ref",
    "begin",
    "borrow",
    "borrow_mut",
    "cast",
    "clone",
    "clone_from",
    "clone_into",
    "cmp",
    "deref",
    "draft_mut",
    "eq",
    "fmt",
    "from",
    "from_object",
    "hash",
    "into",
    "is",
    "name",
    "named",
    "ne",
    "new",
    "object",
    "path",
    "set",
    "to_owned",
    "to_string",
    "try_from",
    "try_into",
    "type_id",
    "with_object_id",
];

/// Names that methods of types of datasets must not have beside these: what reads the elements.
const RESERVED_IN_DATASETS: &[&str] = &["contents", "data", "dataset", "dtype", "read", "shape"];

/// Names of types that the generated code means something else by.
const RESERVED_TYPES: &[&str] = &["Into", "IntoIterator", "None", "Option", "Self", "Some", "String", "T", "Vec"];

/// The name if a method may have it, else with an underscore after it.
pub(crate) fn method(name: &str, is_dataset: bool) -> String {
    let reserved = RESERVED.contains(&name) || is_dataset && RESERVED_IN_DATASETS.contains(&name);
    if reserved || syn::parse_str::<syn::Ident>(name).is_err() { format!("{name}_") } else { name.to_owned() }
}

/// Whether a type may have the name.
pub(crate) fn is_free_for_type(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok() && !RESERVED_TYPES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_camel_case() {
        for (schema, rust) in [
            ("NWBFile", "NwbFile"),
            ("LFP", "Lfp"),
            ("HERD", "Herd"),
            ("RGBImage", "RgbImage"),
            ("RGBAImage", "RgbaImage"),
            ("CSRMatrix", "CsrMatrix"),
            ("DfOverF", "DfOverF"),
            ("IZeroClampSeries", "IZeroClampSeries"),
            ("NWBDataInterface", "NwbDataInterface"),
            ("TwoPhotonSeries", "TwoPhotonSeries"),
            ("my-lab_rig2", "MyLabRig2"),
        ] {
            assert_eq!(type_name(schema), rust);
        }
    }

    #[test]
    fn slots_are_snake_case() {
        for (schema, rust) in [
            ("RoiResponseSeries", "roi_response_series"),
            ("NWBDataInterface", "nwb_data_interface"),
            ("hdmf-common", "hdmf_common"),
            ("nwb.ophys", "nwb_ophys"),
            ("source_electricalseries", "source_electricalseries"),
            ("2 photons", "_2_photons"),
        ] {
            assert_eq!(snake(schema), rust);
        }
    }

    #[test]
    fn plurals_are_english() {
        for (one, many) in [
            ("device", "devices"),
            ("image_series", "image_series"),
            ("lab_meta_data", "lab_meta_data"),
            ("box", "boxes"),
            ("category", "categories"),
            ("array", "arrays"),
            ("time_intervals", "time_intervals"),
            ("vector_index", "vector_indexes"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn reserved_names_get_an_underscore() {
        assert_eq!(method("type", false), "type_");
        assert_eq!(method("name", false), "name_");
        assert_eq!(method("shape", false), "shape");
        assert_eq!(method("shape", true), "shape_");
        assert!(!is_free_for_type("Option"));
    }
}

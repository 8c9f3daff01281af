//! What the library advises its callers, in the words of the program.

/// What the library says, and what it is for somebody at a terminal. Where there is nothing to say instead, nothing is said.
const WORDS: [(&str, &str); 13] = [
    ("choose another name, or say that it may be overwritten", "choose another name, or say --overwrite"),
    (
        "the rest of the dataset can be read; read_lossy reads all that can be",
        "the rest can be read in parts, as in `nwb get FILE 'PATH[0:100]'`",
    ),
    (
        "read its attributes and members: `Object::attributes`, `Object::children`",
        "`nwb tree FILE PATH` lists what is in it",
    ),
    (
        "read the cells of the column: `column(\"waveforms\")?.cells(..)`",
        "`nwb table FILE PATH --columns waveforms` shows them",
    ),
    ("; read them from `data()`", ""),
    ("; read it with Device::model_text", ""),
    ("; get all of them with `objects`", ""),
    ("; read the references as values", ""),
    ("; the object can be read by the names of its members", "; `nwb tree` shows it all the same"),
    ("if the file is sound, raise TiffOptions::max_frame_bytes", "save it with smaller frames"),
    ("choose one with TiffOptions::every", "save one of them as a movie of its own: every"),
    ("; load the namespace", "; the file lacks the namespace"),
    (" and make it known with `use_namespace`", ""),
];

/// A sentence of the library, with remedies that somebody at a terminal can follow.
pub(crate) fn in_own_words(sentence: String) -> String {
    WORDS.iter().fold(sentence, |sentence, (from, to)| match sentence.contains(from) {
        true => sentence.replace(from, to),
        false => sentence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remedies_name_what_the_program_has() {
        let said =
            in_own_words("a.nwb: the name is taken; choose another name, or say that it may be overwritten".into());
        assert_eq!(said, "a.nwb: the name is taken; choose another name, or say --overwrite");
        assert_eq!(in_own_words("nothing to change".into()), "nothing to change");
        assert!(WORDS.iter().all(|(from, to)| !to.contains("::") && from != to));
    }
}

//! The names under which filters are registered with the HDF Group, for messages: a file need not store them.

use nwb_model::backend::Filter;

/// The name of a filter, and what has to be installed for it where that is another.
fn registered(id: u32) -> Option<&'static str> {
    Some(match id {
        1 => "deflate",
        2 => "shuffle",
        3 => "fletcher32",
        4 => "szip",
        5 => "nbit",
        6 => "scaleoffset",
        305 => "LZO",
        307 => "bzip2",
        32000 => "lzf",
        32001 => "Blosc",
        32002 => "MAFISC",
        32003 => "Snappy",
        32004 => "LZ4",
        32005 => "APAX",
        32006 => "CBF",
        32007 => "JPEG-XR",
        32008 => "bitshuffle",
        32009 => "SPDP",
        32010 => "LPC-Rice",
        32011 => "CCSDS-123",
        32012 => "JPEG-LS",
        32013 => "zfp",
        32014 => "fpzip",
        32015 => "Zstandard",
        32016 => "B3D",
        32017 => "SZ",
        32018 => "FCIDECOMP",
        32019 => "JPEG",
        32020 => "VBZ",
        32021 => "FAPEC",
        32022 => "BitGroom",
        32023 => "Granular BitRound",
        32024 => "SZ3",
        32025 => "Delta-Rice",
        32026 => "Blosc2",
        32027 => "FLAC",
        32028 => "SPERR",
        32029 => "TERSE/PROLIX",
        32030 => "FFMPEG",
        _ => return None,
    })
}

/// The filter in words: its registered name, what the file calls it where that says more, and its number.
pub(crate) fn describe(filter: &Filter) -> String {
    let Filter { id, name, .. } = filter;
    match registered(*id) {
        Some(known) if name.is_empty() || name.to_lowercase().contains(&known.to_lowercase()) => {
            format!("\"{known}\" (number {id})")
        }
        Some(known) => format!("\"{known}\" (number {id}, \"{name}\" in the file)"),
        None if name.is_empty() => format!("of number {id}, which is not a registered one that is known here"),
        None => format!("\"{name}\" (number {id})"),
    }
}

#[cfg(test)]
mod tests {
    use nwb_model::backend::Optional;

    use super::*;

    #[test]
    fn filters_have_their_registered_names() {
        let said = |id, name: &str| {
            describe(&Filter { id, name: name.into(), optional: Optional::No, parameters: Vec::new() })
        };
        assert_eq!(said(32015, ""), "\"Zstandard\" (number 32015)");
        assert_eq!(said(32001, "blosc"), "\"Blosc\" (number 32001)");
        assert_eq!(
            said(32008, "bshuf; see github"),
            "\"bitshuffle\" (number 32008, \"bshuf; see github\" in the file)"
        );
        assert_eq!(said(400, "mine"), "\"mine\" (number 400)");
        assert!(said(400, "").starts_with("of number 400"));
    }
}

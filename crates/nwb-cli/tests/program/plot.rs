//! `nwb plot`.

use std::fs;

use crate::ended;
use crate::files::demo;

#[test]
fn chooses_lists_and_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let file = demo().to_str().unwrap();
    let (code, out, err) = ended(["plot", file, "-o", &at("a.png"), "--scale", "1"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("PlaneSegmentation") && out.contains("there is also:\n"), "{out}");
    assert!(fs::read(at("a.png")).unwrap().starts_with(b"\x89PNG"));
    // What is there is not replaced unasked, and nothing is left behind.
    let (code, _, err) = ended(["plot", file, "-o", &at("a.png")]);
    assert!(code == 1 && err.contains("--overwrite"), "{err}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let (code, list, _) = ended(["plot", file, "--list"]);
    let first = list.lines().next().unwrap().split("  ").next().unwrap();
    assert!(code == 0 && out.contains(first), "{list}");
    let (code, svg, _) = ended(["plot", file, first, "-o", "-", "--format", "svg"]);
    assert!(code == 0 && svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));

    for (args, code, words) in [
        (&["/nowhere"][..], 1, "nowhere"),
        (&["-o", "a.gif"], 1, "PNG or SVG"),
        (&["--rois", "x"], 2, "1,5-9"),
        (&["--window", "2:1"], 2, "10:70"),
        (&["--size", "1x1"], 2, "1280x720"),
        (&["/general"], 1, "nothing in it that can be drawn"),
    ] {
        let (found, _, err) = ended(["plot", file].iter().chain(args));
        assert!(found == code && err.contains(words), "{args:?}: {found} {err}");
    }
}

//! What is said to somebody who mistypes, forgets or mixes up something: one sentence that names what was probably meant.

use std::fs;

use crate::ended;
use crate::files::{demo, session};

#[test]
fn every_mistake_has_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::copy(demo(), at("session.nwb")).unwrap();
    fs::copy(session(), at("trials.nwb")).unwrap();
    let (demo, trials) = (&at("session.nwb"), &at("trials.nwb"));
    let pattern = &at("*.nwb");
    let (only, picture) = (&at("ses*.nwb"), &at("picture.png"));
    let dff = "/processing/ophys/DfOverF/RoiResponseSeries";
    for (args, code, said) in [
        // Files.
        (vec!["info", &at("sesion.nwb")], 2, "did you mean"),
        (vec!["tree", &at("session")], 2, "session.nwb?"),
        (vec!["info", &at("no/such/session.nwb")], 2, "there is not even"),
        (vec!["table", pattern], 1, "2 files have such a name, and this command reads one"),
        (vec!["plot", folder.path().to_str().unwrap()], 2, "this is a folder"),
        (vec!["get", "-", "/identifier"], 1, "only lists of files come from standard input"),
        (vec!["export", demo, "-"], 1, "cannot be written to standard output"),
        // Paths.
        (vec!["tree", demo, "/acquisiton"], 1, "did you mean \"acquisition\"?"),
        (vec!["table", trials, "trials"], 1, "did you mean /intervals/trials?"),
        (vec!["table", trials, "trails"], 1, "did you mean /intervals/trials?"),
        (vec!["table", demo, "unicorns"], 1, "` lists the tables"),
        (vec!["plot", demo, "unicorns"], 1, "--list` lists what can be drawn"),
        (vec!["get", demo, "unicorns"], 1, "` lists what there is"),
        (vec!["get", demo, "/nwb_version"], 1, "did you mean /@nwb_version?"),
        (vec!["get", demo, "/acquisition/TwoPhotonSeries/data@unti"], 1, "did you mean \"unit\"?"),
        (vec!["get", demo, "/acquisition/TwoPhotonSeries"], 1, "/acquisition/TwoPhotonSeries/data"),
        (vec!["get", demo, "/acquisition/TwoPhotonSeries/data[0,0"], 1, "the bracket of the part is not closed"),
        (vec!["get", demo, "/acquisition/TwoPhotonSeries/data[60]"], 1, "only 0 to 59"),
        // Columns and conditions.
        (vec!["table", trials, "/intervals/trials", "--columns", "stimulos"], 1, "did you mean \"stimulus\"?"),
        (vec!["table", trials, "/intervals/trials", "--where", "corect", "=", "1"], 1, "did you mean \"correct\"?"),
        (
            vec!["table", trials, "/intervals/trials", "--where", "stimulus", "contain", "a"],
            1,
            "did you mean \"contains\"?",
        ),
        (vec!["table", trials, "/intervals/trials", "--where", "start_time", "like", "1*"], 1, "holds no texts"),
        (vec!["table", trials, "/intervals/trials", "--where", "start_time", "in", "1,two"], 1, "\"two\" is none"),
        (vec!["table", trials, "/intervals/trials", "--rows", "60"], 1, "only 0 to 59"),
        // Types.
        (vec!["find", demo, "TwoPhotonSerie"], 1, "did you mean TwoPhotonSeries?"),
        (vec!["find", "TwoPhotonSeries"], 2, "`nwb find session.nwb TwoPhotonSeries`"),
        (vec!["find", demo], 2, "a type is missing"),
        (vec!["spec", "TwoPhotonSerie"], 1, "did you mean TwoPhotonSeries?"),
        (vec!["spec", demo, "twophotonseries"], 1, "did you mean TwoPhotonSeries?"),
        // Pictures.
        (vec!["plot", demo, dff, "--window", "100:200", "-o", picture], 1, "a part of 0 to 6 s"),
        (vec!["plot", demo, "-o", "x.jpg"], 1, "pictures are PNG or SVG"),
        // The command line itself.
        (vec!["inf", demo], 2, "'info'"),
        (vec!["table", trials, "--colums", "id"], 2, "'--columns'"),
    ] {
        let (ended, out, err) = ended(&args);
        assert_eq!((ended, out.as_str()), (code, ""), "{args:?}: {err}");
        assert!(err.contains(said), "{args:?}: {err}");
        if !err.starts_with("error: ") {
            assert_eq!(err.lines().count(), 1, "{args:?}: {err}");
            assert!(err.starts_with("nwb: ") && !err.contains("::") && !err.contains("os error"), "{args:?}: {err}");
        }
    }
    // A pattern that fits one file is that file.
    assert_eq!(ended(["get", only, "/session_id"]), ended(["get", demo, "/session_id"]));
}

#[test]
fn rows_are_picked_by_every_comparison() {
    let trials = session().to_str().unwrap();
    let ids = |conditions: &[&str]| -> Vec<i64> {
        let mut args = vec!["table", trials, "/intervals/trials", "--columns", "id", "--csv"];
        for condition in conditions.chunks(3) {
            args.extend(["--where"].iter().chain(condition));
        }
        let (code, out, err) = ended(&args);
        assert_eq!(code, 0, "{err}");
        out.lines().skip(1).map(|id| id.parse().unwrap()).collect()
    };
    assert_eq!(ids(&["start_time", "in", "0.5, 4.5,9999"]), [100, 102]);
    assert_eq!(ids(&["stimulus", "like", "no-go*"]).len(), 30);
    assert_eq!(ids(&["stimulus", "like", "go, l?ft", "id", "<", "104"]), [100, 102]);
    assert_eq!(ids(&["start_time", "=", "nan"]), [0i64; 0]);
    assert_eq!(ids(&["start_time", "!=", "nan", "id", ">=", "158"]), [158, 159]);
    let (_, speeds, _) = ended(["table", trials, "/acquisition/speed", "--csv", "--columns", "time"]);
    assert_eq!(speeds, "time\n0.0\n0.1\n0.2\n");
}

#[test]
fn types_are_found_by_patterns() {
    let (code, out, _) = ended(["find", demo().to_str().unwrap(), "*PhotonSeries"]);
    assert_eq!((code, out.lines().count()), (0, 3), "{out}");
}

#[test]
fn standard_output_is_a_dash() {
    let trials = session().to_str().unwrap();
    for args in [
        vec!["table", trials, "/intervals/trials", "--csv"],
        vec!["table", trials, "/intervals/trials", "--json"],
        vec!["get", trials, "/intervals/trials/start_time", "--csv"],
    ] {
        let dashed = [args.clone(), vec!["-o", "-"]].concat();
        assert_eq!(ended(&args), ended(&dashed), "{args:?}");
    }
}

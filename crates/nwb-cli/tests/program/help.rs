//! What the program says of itself, and what it does for shells, terminals and manuals.

use std::fs;

use crate::ended;

const COMMANDS: [&str; 13] = [
    "info",
    "tree",
    "get",
    "table",
    "find",
    "spec",
    "validate",
    "plot",
    "export",
    "repack",
    "demo",
    "completions",
    "man",
];

#[test]
fn help_of_every_command() {
    insta::assert_snapshot!("help", ended(["--help"]).1);
    for command in COMMANDS {
        let (code, help, _) = ended([command, "--help"]);
        assert_eq!(code, 0);
        assert!(help.contains("Examples:\n  nwb "), "{command} has no examples");
        insta::assert_snapshot!(format!("help_{command}"), help);
        // A command that somebody asks for with a typing error.
        let (code, _, err) = ended([&command[..command.len() - 1]]);
        assert!(code == 2 && err.contains(&format!("'{command}'")), "{err}");
    }
}

#[test]
fn completions_and_manual() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script, _) = ended(["completions", shell]);
        assert!(code == 0 && COMMANDS.iter().all(|command| script.contains(command)), "{shell}");
    }
    assert!(ended(["man"]).1.contains(".TH nwb 1"));
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(ended(["man", folder.path().join("man1").to_str().unwrap()]).0, 0);
    for command in COMMANDS {
        let page = fs::read_to_string(folder.path().join(format!("man1/nwb-{command}.1"))).unwrap();
        assert!(page.contains(&format!(".TH nwb-{command} 1")), "{command}");
    }
}

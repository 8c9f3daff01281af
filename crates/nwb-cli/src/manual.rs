//! `nwb completions` and `nwb man`: what shells and `man` want to know of the program, made from the program itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::Shell;

use crate::Cli;
use crate::failure::{Failure, Outcome};
use crate::output;

/// Print a script with which a shell completes commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb completions bash > ~/.local/share/bash-completion/completions/nwb
  nwb completions zsh > ~/.zfunc/_nwb
  nwb completions fish > ~/.config/fish/completions/nwb.fish")]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Print the manual page, or write those of all commands.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nwb man | man -l -
  nwb man ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// The folder to write to; it is made if it is not there, and pages of that name in it are replaced
    folder: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    // The generator does not bear an output that is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "nwb", &mut script);
    output::print(|out| out.write_all(&script))?;
    Ok(Outcome::Done)
}

pub(crate) fn man(args: &ManArgs) -> Result<Outcome, Failure> {
    let mut program = Cli::command();
    program.build();
    let Some(folder) = &args.folder else {
        let page = page(program).map_err(|error| refused(Path::new("nwb.1"), &error))?;
        output::print(|out| out.write_all(&page))?;
        return Ok(Outcome::Done);
    };
    fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
    let mut pages = vec![("nwb.1".to_owned(), program.clone())];
    for command in program.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help") {
        let name: &'static str = Box::leak(format!("nwb-{}", command.get_name()).into_boxed_str());
        pages.push((format!("{name}.1"), command.clone().name(name)));
    }
    for (name, command) in pages {
        let path = folder.join(name);
        page(command).and_then(|page| fs::write(&path, page)).map_err(|error| refused(&path, &error))?;
    }
    Ok(Outcome::Done)
}

fn page(command: clap::Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(page)
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    Failure::Refused(format!("{}: the manual cannot be written: {error}", path.display()))
}

//! The project's maintenance tasks, run as `cargo xtask <task>`.

mod bench;
mod cargo;
mod codegen;
mod demo;
mod peers;
mod process;
mod python;
mod schema;
mod setup;
mod stamp;
mod test;
mod tidy;
mod tree;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The project's maintenance tasks
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// Make a demonstration session: `nwb demo`, with everything that it needs
    Demo {
        /// What `nwb demo` takes: [OUT.nwb] [--movie FILE.tif]
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Measure beside the other implementations of NWB and HDF5: speed, memory, and that both sides have the same values
    Bench(bench::BenchArgs),
    /// Run all checks and tests
    Test {
        /// Only these parts
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<test::Part>,
    },
    /// Fetch the tools that building HDF5 needs, so that plain `cargo build` works; the other tasks do it by themselves
    Setup,
    /// Check the rules of the house that no compiler knows
    Tidy,
    /// Make the views, the embedded specs and whatever else comes from `schema/` anew
    Codegen {
        /// Change nothing; fail if something would change
        #[arg(long)]
        check: bool,
    },
    /// The published schemas in `schema/`
    #[command(subcommand)]
    Schema(schema::SchemaCommand),
}

fn main() -> ExitCode {
    match run(&Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    let root = workspace::root()?;
    match task {
        Task::Demo { arguments } => demo::demo(&root, arguments),
        Task::Bench(arguments) => bench::bench(&root, arguments),
        Task::Test { only } => test::test(&root, only),
        Task::Setup => {
            setup::setup(&root)?;
            println!("ready: {}", setup::TOOLS.join(", "));
            Ok(())
        }
        Task::Tidy => tidy::tidy(&root),
        Task::Codegen { check } => codegen::codegen(&root, *check),
        Task::Schema(command) => schema::run(&root, command),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_demonstration_gets_its_arguments_as_they_are() {
        for given in [&["out.nwb", "--movie", "a.tif"][..], &["--movie=a.tif", "out.nwb"], &["--", "-out.nwb"], &[]] {
            let line = ["cargo xtask", "demo"].iter().chain(given);
            let Task::Demo { arguments } = Arguments::parse_from(line).task else { panic!("not the demonstration") };
            let expected: Vec<_> = given.iter().filter(|word| **word != "--").collect();
            assert!(arguments.iter().eq(expected), "{arguments:?}");
        }
    }

    #[test]
    fn parts_of_the_checks_are_chosen_by_name() {
        let Task::Test { only } = Arguments::parse_from(["cargo xtask", "test", "--only", "fmt,doc"]).task else {
            panic!("not the checks")
        };
        assert_eq!(only, [test::Part::Fmt, test::Part::Doc]);
        assert!(Arguments::try_parse_from(["cargo xtask", "test", "--only", "all"]).is_err());
    }
}

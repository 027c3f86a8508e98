//! `completions` and `manual`: what a shell and `man` know of this command line, made from it.

use std::fs;
use std::path::PathBuf;

use clap::Command;
use clap_complete::Shell;

use super::{Exit, Failure, Terminal};

/// Print what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    zedenregister completions bash > ~/.local/share/bash-completion/completions/zedenregister\n  \
    zedenregister completions fish > ~/.config/fish/completions/zedenregister.fish")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Write the manual pages, one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  zedenregister manual --folder ~/.local/share/man/man1 && man zedenregister-client")]
pub struct Args {
    /// Where to write them; it is made when it is not there
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
}

/// Prints the completions of `program`.
///
/// # Errors
/// [`Failure::Output`].
pub fn complete(args: &CompletionsArgs, mut program: Command, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let name = program.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut program, name, &mut text);
    terminal.out.write_all(&text)?;
    Ok(Exit::Done)
}

/// Writes the manual of `program`.
///
/// # Errors
/// [`Failure::Unavailable`] when the folder cannot be written to.
pub fn run(args: &Args, program: Command, terminal: &mut Terminal<'_>) -> Result<Exit, Failure> {
    let written = fs::create_dir_all(&args.folder).and_then(|()| clap_mangen::generate_to(program, &args.folder));
    written.map_err(|error| {
        Failure::unavailable(
            format!("The manual cannot be written to {}: {error}.", args.folder.display()),
            "Name a folder of your own.",
        )
    })?;
    writeln!(terminal.out, "The manual is in {}.", args.folder.display())?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use clap::{Parser, ValueEnum as _};

    use super::*;

    fn program() -> Command {
        Command::new("zedenregister").subcommand(Command::new("client").subcommand(Command::new("duties")))
    }

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    #[test]
    fn every_command_has_its_page_and_every_shell_its_completions() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("man1");
        let line = Line::try_parse_from(["manual", "--folder", to.to_str().unwrap()]).unwrap();
        let mut out = Vec::new();
        run(&line.args, program(), &mut Terminal { out: &mut out, config_file: None }).unwrap();
        for page in ["zedenregister.1", "zedenregister-client.1", "zedenregister-client-duties.1"] {
            assert!(fs::read_to_string(to.join(page)).unwrap().contains(".TH"), "{page}");
        }
        for shell in Shell::value_variants() {
            let mut out = Vec::new();
            let args = CompletionsArgs { shell: *shell };
            complete(&args, program(), &mut Terminal { out: &mut out, config_file: None }).unwrap();
            assert!(String::from_utf8(out).unwrap().contains("duties"), "{shell}");
        }
        let taken = folder.path().join("file");
        fs::write(&taken, "").unwrap();
        let line = Line::try_parse_from(["manual", "--folder", taken.to_str().unwrap()]).unwrap();
        let mut out = Vec::new();
        let refused = run(&line.args, program(), &mut Terminal { out: &mut out, config_file: None });
        assert_eq!(refused.unwrap_err().code(), 4);
    }
}

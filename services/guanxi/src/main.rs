//! The `guanxi` program.

use std::{io::ErrorKind, process::ExitCode};

use clap::Parser;
use guanxi::cli::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(cli.run()),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(code) => code,
        // `guanxi log tail sales | head` ends well.
        Err(error) if closed_by_reader(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guanxi: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

fn closed_by_reader(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// The error with its causes; those that it names itself are not told again.
fn told(error: &anyhow::Error) -> String {
    error
        .chain()
        .map(ToString::to_string)
        .fold(String::new(), |told, cause| {
            if told.contains(&cause) {
                told
            } else if told.is_empty() {
                cause
            } else {
                format!("{told}: {cause}")
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_an_error_names_itself_is_told_once() {
        let error = anyhow::anyhow!("no such file").context("read a: no such file");
        assert_eq!(told(&error), "read a: no such file");
        let error = anyhow::anyhow!("no such file").context("read a");
        assert_eq!(told(&error), "read a: no such file");
    }
}

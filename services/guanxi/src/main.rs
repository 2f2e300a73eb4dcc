//! The `guanxi` program.

use std::{io::ErrorKind, process::ExitCode};

use clap::Parser;
use guanxi::cli::Cli;

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
            eprintln!("guanxi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn closed_by_reader(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

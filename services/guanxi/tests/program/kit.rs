//! Running the program.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use guanxi_harness::ScratchDir;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// The program, without settings from whoever runs the tests.
pub(crate) fn guanxi() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guanxi"));
    command.env("RUST_LOG", "warn").stdin(Stdio::null());
    for variable in ["GUANXI_DATA", "GUANXI_CONFIG"] {
        command.env_remove(variable);
    }
    command
}

/// What it printed and how it ended.
pub(crate) fn run(arguments: &[&str]) -> Output {
    guanxi().args(arguments).output().unwrap()
}

pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder that goes with the test.
pub(crate) fn scratch() -> ScratchDir {
    ScratchDir::create_in(&std::env::temp_dir()).unwrap()
}

/// A `guanxi dev` that runs, ended with the test.
pub(crate) struct Dev {
    process: Child,
    dir: PathBuf,
}

impl Dev {
    /// Starts it and waits until it is ready.
    pub(crate) fn start(dir: &Path) -> Self {
        let mut process = guanxi()
            .args(["dev", "--dir"])
            .arg(dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().map(Result::unwrap);
        assert_eq!(first.as_deref(), Some("ready"), "it says so when it is");
        // What it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            dir: dir.to_owned(),
        }
    }

    pub(crate) fn endpoints_file(&self) -> PathBuf {
        self.dir.join("endpoints.json")
    }

    pub(crate) fn endpoints(&self) -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(self.endpoints_file()).unwrap()).unwrap()
    }

    /// Another command of the program on what runs here.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let configuration = self.dir.join("guanxi.toml");
        guanxi()
            .arg("--config")
            .arg(configuration)
            .args(arguments)
            .output()
            .unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// Its exit code; fails when it takes too long to end.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not end");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.process.id()).unwrap())
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // Only where the test failed before; an orderly end takes the servers with it.
        if matches!(self.process.try_wait(), Ok(None)) {
            let _ = kill(self.pid(), Signal::SIGTERM);
            let _ = self.process.wait();
        }
    }
}

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

/// A `guanxi dev` or `guanxi demo` that runs, ended with the test.
pub(crate) struct Dev {
    process: Child,
    dir: PathBuf,
}

impl Dev {
    /// Starts `guanxi dev` and waits until it is ready.
    pub(crate) fn start(dir: &Path) -> Self {
        let (dev, said) = Self::started(dir, &["dev"], "ready");
        assert_eq!(said, "ready\n", "it says so when it is, and nothing before");
        dev
    }

    /// Starts `guanxi demo` with these arguments and a generated company; when it has printed a line
    /// that begins so, returns with all that it has printed.
    pub(crate) fn demo(dir: &Path, arguments: &[&str], until: &str) -> (Self, String) {
        Self::started(dir, &[&["demo"], arguments].concat(), until)
    }

    fn started(dir: &Path, arguments: &[&str], until: &str) -> (Self, String) {
        let mut process = guanxi()
            .args(arguments)
            .arg("--dir")
            .arg(dir)
            // Where no real data is beside.
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let dev = Self {
            process,
            dir: dir.to_owned(),
        };
        let mut said = String::new();
        loop {
            let line = lines.next().map(Result::unwrap);
            let line = line.unwrap_or_else(|| panic!("it ended without {until:?}:\n{said}"));
            said = said + &line + "\n";
            if line.starts_with(until) {
                break;
            }
        }
        // What it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        (dev, said)
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

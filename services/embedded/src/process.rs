//! A server's process: started in the foreground, logging to a file, ended with its owner.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{EmbeddedError, error::Attempting};

/// How often a process that should end is looked at.
const POLL: Duration = Duration::from_millis(5);

/// How much of a log an error carries, bytes.
const LOG_TAIL: u64 = 4096;

/// The signals by which a server is asked to end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signals {
    /// Ends in order: what is in flight is finished or rolled back, data is written out.
    pub(crate) orderly: Signal,
    /// Ends at once but still clears up what outlives a process, such as shared memory.
    pub(crate) at_once: Signal,
}

/// A running server. Dropping it ends the server at once and waits until it has ended.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    signals: Signals,
}

impl ServerProcess {
    /// Starts `command` with its output in `log`.
    ///
    /// The process gets a group of its own, so that Ctrl-C at the terminal reaches only us and we
    /// stop it when nobody needs it any more.
    pub(crate) fn spawn(
        mut command: Command,
        log: File,
        signals: Signals,
    ) -> Result<Self, EmbeddedError> {
        use std::os::unix::process::CommandExt;

        let program = command.get_program().to_owned();
        let what = || format!("start {}", Path::new(&program).display());
        let errors = log.try_clone().attempting(what)?;
        command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .process_group(0);
        let child = command.spawn().attempting(what)?;
        Ok(Self { child, signals })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its pid, unless it has ended.
    pub(crate) fn living_pid(&mut self) -> Option<u32> {
        self.ended().is_none().then(|| self.pid())
    }

    /// How it ended, or `None` while it runs.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Returns when it has ended.
    pub(crate) async fn end(&mut self) {
        while self.ended().is_none() {
            tokio::time::sleep(POLL).await;
        }
    }

    /// Ends the server in order; at once if that takes longer than `patience`.
    pub(crate) async fn stop(mut self, patience: Duration) {
        self.signal(self.signals.orderly);
        // What has not ended by then is ended by the drop.
        let _ = tokio::time::timeout(patience, self.end()).await;
    }

    /// Ends it as the system does when memory runs out: no handler runs.
    pub(crate) fn kill(mut self) {
        self.signal(Signal::SIGKILL);
        // Collects the dead, so that its pid no longer looks alive.
        let _ = self.child.wait();
    }

    fn signal(&mut self, signal: Signal) {
        // Only while it is not collected is the pid certainly still its own.
        if self.ended().is_none()
            && let Ok(pid) = i32::try_from(self.child.id())
        {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.signal(self.signals.at_once);
        let deadline = Instant::now() + Duration::from_secs(8);
        while self.ended().is_none() {
            if Instant::now() > deadline {
                self.signal(Signal::SIGKILL);
                let _ = self.child.wait();
                return;
            }
            thread::sleep(POLL);
        }
    }
}

/// The end of a log file, as much as a person wants to read.
pub(crate) fn log_tail(log: &PathBuf) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let start = file.metadata()?.len().saturating_sub(LOG_TAIL);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_else(|error| format!("({} cannot be read: {error})", log.display()))
}

//! Servers that outlived their owner: found by their pid file, ended only after a second look.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How often a dying orphan is looked at.
const POLL: Duration = Duration::from_millis(20);

/// A server as its pid file tells of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Suspect<'a> {
    /// The program's file name.
    pub(crate) program: &'static str,
    /// The directory it works in, which no other server does.
    pub(crate) works_in: &'a Path,
    /// A path that stands in its command line, for systems without `/proc`.
    pub(crate) names: &'a Path,
}

/// What the process with a recorded pid is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No such process, or one that has ended and waits to be collected.
    Gone,
    /// The server of this directory.
    Ours,
    /// Certainly another process, which got the pid later.
    Foreign,
    /// It cannot be told.
    Unknown,
}

/// The pid in a pid file's first line.
pub(crate) fn recorded_pid(pid_file: &Path) -> Option<Pid> {
    let content = fs::read_to_string(pid_file).ok()?;
    let pid: i32 = content.lines().next()?.trim().parse().ok()?;
    // Zero and below would address whole process groups.
    (pid > 1).then(|| Pid::from_raw(pid))
}

impl Suspect<'_> {
    /// What the process `pid` is.
    pub(crate) fn judge(&self, pid: Pid) -> Verdict {
        if !Path::new("/proc/self/cwd").exists() {
            return self.judge_by_ps(pid);
        }
        let process = PathBuf::from(format!("/proc/{pid}"));
        match fs::read_link(process.join("cwd")) {
            Ok(cwd) if cwd == self.works_in => {
                let command = fs::read(process.join("cmdline")).unwrap_or_default();
                let program = command.split(|byte| *byte == 0).next().unwrap_or_default();
                let program = String::from_utf8_lossy(program).into_owned();
                let is_it = Path::new(&program).file_name() == Some(self.program.as_ref());
                if is_it {
                    Verdict::Ours
                } else {
                    Verdict::Unknown
                }
            }
            Ok(_) => Verdict::Foreign,
            Err(error) if error.kind() == ErrorKind::NotFound => Verdict::Gone,
            Err(_) => Verdict::Unknown,
        }
    }

    fn judge_by_ps(&self, pid: Pid) -> Verdict {
        let pid = pid.to_string();
        let Ok(output) = Command::new("ps")
            .args(["-ww", "-o", "command=", "-p", &pid])
            .output()
        else {
            return Verdict::Unknown;
        };
        let command = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if command.is_empty() {
            return Verdict::Gone;
        }
        let path = self.names.to_string_lossy();
        let ours = command.contains(self.program)
            && command.split_whitespace().any(|argument| argument == path);
        if ours {
            Verdict::Ours
        } else {
            Verdict::Unknown
        }
    }

    /// Ends the process if it is ours, going from the gentlest signal to the harshest.
    pub(crate) async fn end(&self, pid: Pid, steps: &[(Signal, Duration)]) {
        for (signal, patience) in steps {
            if self.judge(pid) != Verdict::Ours {
                return;
            }
            let program = self.program;
            tracing::warn!(program, %pid, %signal, "ending a server that outlived its owner");
            let _ = kill(pid, *signal);
            let deadline = Instant::now() + *patience;
            while self.judge(pid) == Verdict::Ours && Instant::now() < deadline {
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

/// Whether any process works in `dir`; `None` where the system does not tell.
pub(crate) fn inhabited(dir: &Path) -> Option<bool> {
    let processes = fs::read_dir("/proc").ok()?;
    let works_here = |process: PathBuf| fs::read_link(process.join("cwd")).is_ok_and(|c| c == dir);
    Some(
        processes
            .flatten()
            .any(|process| works_here(process.path())),
    )
}

//! The `guanxi` program under test: found beside the tests, and built when need be.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};

/// The variable that names the program; without it, it is built beside the tests.
const PROGRAM: &str = "GUANXI_TEST_PROGRAM";

/// Where the program is.
#[derive(Debug, Clone)]
pub struct Program(PathBuf);

impl Program {
    /// The program of this source tree, in the profile of the tests.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn locate() -> anyhow::Result<Self> {
        if let Some(program) = env::var_os(PROGRAM) {
            return Ok(Self(program.into()));
        }
        // target/<profile>/<a program>, or target/<profile>/deps/<a test>
        let test = env::current_exe()?;
        let folder = test.parent();
        let profile = folder.map(|folder| match folder.ends_with("deps") {
            true => folder.parent().unwrap_or(folder),
            false => folder,
        });
        let profile = profile.context("the test stands in no target folder")?;
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "guanxi", "--bin", "guanxi"]);
        build
            .arg("--manifest-path")
            .arg(workspace().join("Cargo.toml"));
        build
            .arg("--target-dir")
            .arg(profile.parent().unwrap_or(profile));
        if profile.ends_with("release") {
            build.arg("--release");
        }
        let status = build.status().context("run cargo")?;
        ensure!(status.success(), "the program cannot be built");
        Ok(Self(profile.join("guanxi")))
    }

    /// A command of it, without the settings of whoever runs the tests.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.0);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("GUANXI_") {
                command.env_remove(name);
            }
        }
        command
    }
}

/// The root of the source tree.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

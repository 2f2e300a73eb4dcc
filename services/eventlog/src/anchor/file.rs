//! The anchor file: one line an anchor, only ever appended to.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use guanxi_events::Position;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Anchor, AnchorKey, AnchorPublicKey};
use crate::{EventLog, LogError};

/// The key in the file, made on first use and readable by its owner only. Any number of processes
/// may be the first: they end up with the same key.
///
/// # Errors
/// When the file cannot be read or written, or holds no key.
pub fn load_or_create_key(path: &Path) -> Result<AnchorKey, LogError> {
    if !path.exists() {
        create_key(path)?;
    }
    let text = std::fs::read_to_string(path).map_err(|error| failed(path, &error))?;
    AnchorKey::from_hex(&text)
}

/// Written whole under another name and then linked, which fails when somebody was quicker: nobody
/// ever reads half a key.
fn create_key(path: &Path) -> Result<(), LogError> {
    let key = AnchorKey::generate()?;
    let draft = path.with_extension(format!("{}.draft", Uuid::new_v4().simple()));
    let create = || -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(key.to_hex().as_bytes())?;
        file.sync_all()?;
        match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        }
    };
    let created = create();
    // Nobody minds a draft that stays behind.
    let _ = std::fs::remove_file(&draft);
    created.map_err(|error| failed(path, &error))
}

/// Appends one anchor, durably; the folder is made when it is not there. Replicas may do so at the
/// same time.
///
/// # Errors
/// When the file cannot be written.
pub fn append_anchor(path: &Path, anchor: &Anchor) -> Result<(), LogError> {
    let mut line = serde_json::to_vec(anchor).map_err(|error| failed(path, &error))?;
    line.push(b'\n');
    let append = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        file.lock()?;
        let end = end_of_lines(&mut file)?;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        file.write_all(&line)?;
        file.sync_all()
    };
    append().map_err(|error| failed(path, &error))
}

/// Where the last whole line ends: a crash may have left a torn one, which never counted.
fn end_of_lines(file: &mut File) -> std::io::Result<u64> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut byte = [0];
    while end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut byte)?;
        if byte == *b"\n" {
            break;
        }
        end -= 1;
    }
    Ok(end)
}

/// All anchors of a file, each with its signature checked.
///
/// # Errors
/// When the file cannot be read, or a line is no anchor or not signed by the key.
pub fn read_anchors(path: &Path, key: &AnchorPublicKey) -> Result<Vec<Anchor>, LogError> {
    let text = std::fs::read_to_string(path).map_err(|error| failed(path, &error))?;
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let lines = (1..).zip(whole.lines());
    let anchors = lines.map(|(number, line)| {
        let at = |error: String| LogError::Anchor(format!("line {number}: {error}"));
        let anchor: Anchor = serde_json::from_str(line).map_err(|error| at(error.to_string()))?;
        anchor.check(key).map_err(|error| at(error.to_string()))?;
        Ok(anchor)
    });
    anchors.collect()
}

/// Notes where the log stands, at intervals and once more at the end, whenever it has moved. A
/// note that fails is tried again at the next interval.
pub async fn keep_anchors(
    log: EventLog,
    key: AnchorKey,
    path: PathBuf,
    every: Duration,
    stop: CancellationToken,
) {
    let key = Arc::new(key);
    let mut noted = Position::START;
    let mut tick = tokio::time::interval(every);
    loop {
        let last = tokio::select! {
            _ = tick.tick() => false,
            () = stop.cancelled() => true,
        };
        match note(&log, &key, &path, noted).await {
            Ok(position) => noted = position,
            Err(error) => tracing::error!(service = %log.service(), %error, "no anchor was set"),
        }
        metrics::gauge!("guanxi_log_anchor_position", "service" => log.service().name())
            .set(noted.0 as f64);
        if last {
            return;
        }
    }
}

async fn note(
    log: &EventLog,
    key: &Arc<AnchorKey>,
    path: &Path,
    noted: Position,
) -> Result<Position, LogError> {
    let head = log.head().await?;
    if head.position > noted {
        let (key, path, service) = (key.clone(), path.to_owned(), log.service());
        tokio::task::spawn_blocking(move || {
            append_anchor(&path, &key.sign(service, &head, Timestamp::now()))
        })
        .await
        .map_err(|error| LogError::Anchor(error.to_string()))??;
    }
    Ok(head.position)
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> LogError {
    LogError::Anchor(format!("{}: {error}", path.display()))
}

//! A bar that shows how far a build is.

use guanxi_projection::Progress;
use indicatif::{ProgressBar, ProgressStyle};

/// A bar over positions of all logs together; hidden where nobody looks.
pub(super) fn bar(what: &str) -> ProgressBar {
    let style = "{msg} {wide_bar} {human_pos}/{human_len} events  {per_sec}  {eta} left";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0)
        .with_style(style)
        .with_message(what.to_owned())
}

/// Moves the bar.
pub(super) fn show(bar: &ProgressBar, progress: Progress<'_>) {
    bar.set_length(progress.total.unsigned_abs());
    bar.set_position(progress.done.unsigned_abs());
}

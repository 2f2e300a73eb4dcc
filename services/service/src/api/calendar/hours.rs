//! Working hours on the wire: `09:00`, `17:30:15`, `24:00`.

use guanxi_events::service::Hours;
use guanxi_proto::service::v1 as wire;
use guanxi_runtime::{Fields, each};

/// A day has at most this many.
const MAX_HOURS: usize = 10;

pub(super) fn hours(
    fields: &mut Fields,
    path: &str,
    given: &[wire::WorkingHours],
) -> Option<Vec<Hours>> {
    each(fields, path, given, MAX_HOURS, |fields, path, given| {
        let from = clock(fields, &format!("{path}.from"), &given.from);
        let until = clock(fields, &format!("{path}.until"), &given.until);
        Some(Hours {
            from: from?,
            until: until?,
        })
    })
}

/// What a clock shows, in seconds from 0:00.
fn clock(fields: &mut Fields, field: &str, text: &str) -> Option<u32> {
    let read = read(text);
    if read.is_none() {
        fields.bad(
            field,
            "must be a time from 00:00 to 24:00, like 09:00 or 17:30:15",
        );
    }
    read
}

fn read(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    });
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    let within = minutes < 60 && seconds < 60 && parts.next().is_none();
    let shown = hours * 3600 + minutes * 60 + seconds;
    (within && shown <= 86_400).then_some(shown)
}

pub(super) fn hours_to_wire(hours: &[Hours]) -> Vec<wire::WorkingHours> {
    let shown = hours.iter().map(|hours| wire::WorkingHours {
        from: show(hours.from),
        until: show(hours.until),
    });
    shown.collect()
}

fn show(seconds: u32) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{rest:02}")
    }
}

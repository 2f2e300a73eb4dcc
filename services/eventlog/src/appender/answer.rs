//! The database function's rows as the callers' answers.

use guanxi_events::{Category, Incarnation, Position, StreamKey, StreamVersion};
use jiff::Timestamp;
use tokio_postgres::{Row, types::Json};

use crate::{AppendError, LogError, Outcome, Receipt, prepared::Prepared};

pub(super) struct Answer {
    pub(super) incarnation: Incarnation,
    /// The last position before the batch.
    pub(super) before: Position,
    /// The last position after the batch.
    pub(super) head: Position,
    /// By command.
    pub(super) outcomes: Vec<Result<Outcome, AppendError>>,
}

/// What the one row of a trusting call says: all were written.
pub(super) fn read_trusting(commands: &[Prepared], rows: &[Row]) -> Result<Answer, LogError> {
    let Some(written) = rows.first() else {
        return Err(silent());
    };
    let mut call = Call::of(written)?;
    let outcomes = commands
        .iter()
        .map(|prepared| Ok(call.written(prepared, Vec::new())))
        .collect();
    Ok(call.answer(outcomes))
}

/// What one call wrote, told command by command.
struct Call {
    incarnation: Incarnation,
    recorded_at: Timestamp,
    before: i64,
    /// The last position so far.
    head: i64,
}

impl Call {
    /// By the row that says where it began.
    fn of(row: &Row) -> Result<Self, LogError> {
        let before = row.try_get("position")?;
        Ok(Self {
            incarnation: Incarnation(row.try_get("incarnation")?),
            recorded_at: row.try_get("recorded_at")?,
            before,
            head: before,
        })
    }

    /// The next command was written.
    fn written(&mut self, prepared: &Prepared, numbers: Vec<(String, i64)>) -> Outcome {
        self.head += prepared.events.len() as i64;
        Outcome::Written(Receipt {
            incarnation: self.incarnation,
            position: Position(self.head),
            recorded_at: self.recorded_at,
            result: prepared.append.result.clone(),
            numbers,
        })
    }

    fn answer(self, outcomes: Vec<Result<Outcome, AppendError>>) -> Answer {
        Answer {
            incarnation: self.incarnation,
            before: Position(self.before),
            head: Position(self.head),
            outcomes,
        }
    }
}

/// What the rows say to each command.
pub(super) fn read(commands: &[Prepared], rows: &[Row]) -> Result<Answer, LogError> {
    let mut own: Vec<Option<&Row>> = vec![None; commands.len()];
    let mut written = None;
    for row in rows {
        match usize::try_from(row.try_get::<_, i32>("command")?).unwrap_or(0) {
            0 => written = Some(row),
            command => {
                if let Some(slot) = own.get_mut(command - 1) {
                    *slot = Some(row);
                }
            }
        }
    }
    let Some(written) = written else {
        return Err(silent());
    };
    let mut call = Call::of(written)?;
    let dealt: Option<Vec<Option<i64>>> = written.try_get("dealt")?;
    let mut dealt = dealt.unwrap_or_default().into_iter();
    let (mut guards, mut claims) = (0, 0);
    let mut outcomes = Vec::with_capacity(commands.len());
    for (prepared, row) in commands.iter().zip(own) {
        let series = prepared.events.iter().flat_map(|event| &event.numbers);
        let drawn: Vec<(String, i64)> = series
            .zip(dealt.by_ref())
            .filter_map(|(series, number)| Some((series.clone(), number?)))
            .collect();
        outcomes.push(match row {
            None => Ok(call.written(prepared, drawn)),
            Some(row) => refusal_or_repeat(prepared, row, call.incarnation, guards, claims)?,
        });
        guards += prepared.append.writes.len() + prepared.append.reads.len();
        claims += prepared.append.claims.len();
    }
    Ok(call.answer(outcomes))
}

/// `guards` and `claims` are how many the commands before it have.
fn refusal_or_repeat(
    prepared: &Prepared,
    row: &Row,
    incarnation: Incarnation,
    guards: usize,
    claims: usize,
) -> Result<Result<Outcome, AppendError>, LogError> {
    let append = &prepared.append;
    let item = row.try_get::<_, Option<i32>>("item")?;
    // From 1 and over the whole batch; only some outcomes have one.
    let item = usize::try_from(item.unwrap_or(1)).unwrap_or(1).max(1);
    Ok(match row.try_get("outcome")? {
        "repeated" => {
            let numbers: Option<Json<Vec<(String, i64)>>> = row.try_get("numbers")?;
            let receipt = Receipt {
                incarnation,
                position: Position(row.try_get("position")?),
                recorded_at: row.try_get("recorded_at")?,
                result: row.try_get("result")?,
                numbers: numbers.map(|Json(numbers)| numbers).unwrap_or_default(),
            };
            // Also of our own resend: what is known may as well be another caller's attempt.
            Ok(Outcome::Repeated(receipt))
        }
        "outlived" => Err(AppendError::Outlived {
            decided_in: prepared.decided_in,
            actual: incarnation,
        }),
        "different" => Err(AppendError::DifferentContent),
        "stale" => {
            let written = append.writes.iter().map(|w| (&w.stream, w.expected));
            let read = append
                .reads
                .iter()
                .map(|(stream, version)| (stream, *version));
            let guard = written.chain(read).nth((item - 1).saturating_sub(guards));
            let (stream, expected) = guard.ok_or_else(|| unknown_item("guard", item))?;
            Err(AppendError::Stale {
                stream: stream.clone(),
                expected,
                actual: StreamVersion(row.try_get("actual")?),
            })
        }
        "taken" => Err(AppendError::ClaimTaken {
            index: (item - 1).saturating_sub(claims),
            holder: StreamKey {
                tenant: append.tenant.clone(),
                category: Category::from(row.try_get::<_, String>("category")?),
                id: row.try_get("id")?,
            },
        }),
        other => {
            return Err(LogError::Corrupt {
                position: Position::START,
                what: format!("the append function said {other:?}"),
            });
        }
    })
}

fn silent() -> LogError {
    LogError::Corrupt {
        position: Position::START,
        what: "the append function said nothing of the batch".to_owned(),
    }
}

fn unknown_item(what: &str, item: usize) -> LogError {
    LogError::Corrupt {
        position: Position::START,
        what: format!("the append function named {what} {item}, which was not sent"),
    }
}

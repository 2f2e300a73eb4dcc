//! `CardBatchService`.

use guanxi_events::loyalty::{CardBatchCreated, CardNumbers, CheckDigit, Dealing};
use guanxi_proto::loyalty::v1::{
    self as wire,
    card_batch_service_server::{CardBatchService, CardBatchServiceServer},
};
use guanxi_runtime::{Commands, Fields, asked, command, found};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use crate::domain::{
    card_batch::{Batch, CardBatch, Command},
    number_format,
};

/// `CardBatchService` on the service's commands.
struct CardBatches {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> CardBatchServiceServer<impl CardBatchService> {
    CardBatchServiceServer::new(CardBatches { commands })
}

#[tonic::async_trait]
impl CardBatchService for CardBatches {
    async fn create_card_batch(
        &self,
        request: Request<wire::CreateCardBatchRequest>,
    ) -> Result<Response<wire::CreateCardBatchResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn close_card_batch(
        &self,
        request: Request<wire::CloseCardBatchRequest>,
    ) -> Result<Response<wire::CloseCardBatchResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_card_batch(
        &self,
        request: Request<wire::GetCardBatchRequest>,
    ) -> Result<Response<wire::GetCardBatchResponse>, Status> {
        let asked_for = &request.get_ref().card_batch_id;
        let id: Uuid = asked(|fields| fields.id("card_batch_id", asked_for))?;
        let (state, version) = self.commands.get::<CardBatch, _>(&request, id).await?;
        let batch = found("card batch", id, &state)?;
        Ok(Response::new(wire::GetCardBatchResponse {
            card_batch: Some(to_wire(id, version.0, batch)),
        }))
    }
}

command!(wire::CreateCardBatchRequest => wire::CreateCardBatchResponse, CardBatch,
|request, fields| {
    let id = fields.new_id("card_batch_id", &request.card_batch_id);
    let program = fields.id("program_id", &request.program_id);
    let name = fields.text("name", &request.name, 1, 100);
    let numbers = numbers(fields, &request.numbers.unwrap_or_default());
    let dealing = fields.choice("dealing", request.dealing, |dealing: wire::CardDealing| {
        Some(match dealing {
            wire::CardDealing::Unspecified | wire::CardDealing::InOrder => Dealing::InOrder,
            wire::CardDealing::ByNumber => Dealing::ByNumber,
        })
    });
    Some((id?, Command::Create(CardBatchCreated {
        program: program?,
        name: name?,
        numbers: numbers?,
        dealing: dealing?,
    })))
});

command!(wire::CloseCardBatchRequest => wire::CloseCardBatchResponse, CardBatch,
|request, fields| {
    let id = fields.id("card_batch_id", &request.card_batch_id);
    let reason = fields.text("reason", &request.reason, 1, 500);
    Some((id?, Command::Close { reason: reason? }))
});

fn numbers(fields: &mut Fields, numbers: &wire::CardNumbers) -> Option<CardNumbers> {
    let prefix = fields.text("numbers.prefix", &numbers.prefix, 0, 20);
    let most = CardBatch::MOST_DIGITS.into();
    let digits = fields.whole("numbers.serial_digits", numbers.serial_digits, 1, most);
    let first = serial(fields, "numbers.first_serial", numbers.first_serial);
    let last = serial(fields, "numbers.last_serial", numbers.last_serial);
    let check = fields.choice(
        "numbers.check_digit",
        numbers.check_digit,
        |check: wire::CheckDigit| {
            Some(match check {
                wire::CheckDigit::Unspecified | wire::CheckDigit::Luhn => CheckDigit::Luhn,
                wire::CheckDigit::None => CheckDigit::None,
            })
        },
    );
    Some(CardNumbers {
        prefix: prefix?,
        digits: u8::try_from(digits?).ok()?,
        first: first?,
        last: last?,
        check: check?,
    })
}

fn serial(fields: &mut Fields, field: &str, number: i64) -> Option<u64> {
    let serial = u64::try_from(number).ok();
    if serial.is_none() {
        fields.bad(field, format!("{number} is below 0"));
    }
    serial
}

fn to_wire(id: Uuid, version: i64, batch: &Batch) -> wire::CardBatch {
    let created = &batch.created;
    let numbers = &created.numbers;
    let left = batch.left().unwrap_or_default();
    let draws = left > 0 && batch.closed.is_none();
    wire::CardBatch {
        id: id.to_string(),
        version,
        program_id: created.program.to_string(),
        name: created.name.clone(),
        numbers: Some(wire::CardNumbers {
            prefix: numbers.prefix.clone(),
            serial_digits: numbers.digits.into(),
            first_serial: to_count(numbers.first),
            last_serial: to_count(numbers.last),
            check_digit: match numbers.check {
                CheckDigit::None => wire::CheckDigit::None,
                CheckDigit::Luhn => wire::CheckDigit::Luhn,
            }
            .into(),
        }),
        dealing: match created.dealing {
            Dealing::InOrder => wire::CardDealing::InOrder,
            Dealing::ByNumber => wire::CardDealing::ByNumber,
        }
        .into(),
        left: to_count(left),
        next_number: if draws {
            number_format::number(numbers, batch.next)
        } else {
            String::new()
        },
        closed_because: batch.closed.clone().unwrap_or_default(),
    }
}

/// Counts are signed on the wire; serial numbers have at most twelve digits.
fn to_count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use guanxi_decider::Decider;
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn request() -> wire::CreateCardBatchRequest {
        wire::CreateCardBatchRequest {
            program_id: Uuid::from_u128(1).to_string(),
            name: "autumn".into(),
            numbers: Some(wire::CardNumbers {
                prefix: "6217".into(),
                serial_digits: 6,
                first_serial: 1,
                last_serial: 999_999,
                check_digit: wire::CheckDigit::Luhn.into(),
            }),
            dealing: wire::CardDealing::InOrder.into(),
            ..Default::default()
        }
    }

    fn bad_fields(request: wire::CreateCardBatchRequest) -> Vec<String> {
        let mut fields = Fields::default();
        let _ = request.parse(&mut fields);
        let violations = fields.finish().unwrap_err().violations;
        violations.into_iter().map(|v| v.field).collect()
    }

    #[test]
    fn a_batch_comes_back_as_it_was_asked_for() {
        let given = request();
        let (id, command) = given.clone().parse(&mut Fields::default()).unwrap();
        let Command::Create(created) = command else {
            panic!("{command:?}")
        };
        let state = CardBatch::evolve(None, &created.into()).unwrap();
        let read = to_wire(id, 1, &state);
        assert_eq!(read.numbers, given.numbers);
        assert_eq!((read.name, read.dealing), (given.name, given.dealing));
        assert_eq!(read.left, 999_999);
        assert_eq!(read.next_number, "62170000012");
        let (prefix, check) = read.next_number.split_at(10);
        assert_eq!(number_format::luhn(prefix).to_string(), check);
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = wire::CreateCardBatchRequest {
            card_batch_id: "x".into(),
            program_id: String::new(),
            name: String::new(),
            numbers: Some(wire::CardNumbers {
                prefix: "1".repeat(21),
                serial_digits: 13,
                first_serial: -1,
                last_serial: -1,
                check_digit: 9,
            }),
            dealing: 9,
            header: None,
        };
        assert_eq!(
            bad_fields(bad),
            [
                "card_batch_id",
                "program_id",
                "name",
                "numbers.prefix",
                "numbers.serial_digits",
                "numbers.first_serial",
                "numbers.last_serial",
                "numbers.check_digit",
                "dealing",
            ]
        );
    }
}

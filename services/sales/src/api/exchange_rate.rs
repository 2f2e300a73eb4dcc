//! `ExchangeRateService`.

use std::fmt;

use guanxi_decider::Refusal;
use guanxi_events::sales::{BOOK_RATES, ExchangeRateSet, exchange_rates_id};
use guanxi_proto::sales::v1::{
    self as wire,
    exchange_rate_service_server::{ExchangeRateService, ExchangeRateServiceServer},
};
use guanxi_runtime::{Commands, Fields, command, date_to_wire, errors};
use iso_currency::Currency;
use jiff::civil::Date;
use rust_decimal::Decimal;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, validity};
use crate::domain::{
    exchange_rates::{Command, ExchangeRates},
    limits,
};

/// An answer has at most this many rates.
const MAX_RATES: usize = 1_000;
/// The name of a source has at most this many characters.
const MAX_SOURCE: usize = 40;

/// `ExchangeRateService` on the service's commands.
struct ExchangeRateRpcs {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> ExchangeRateServiceServer<impl ExchangeRateService> {
    ExchangeRateServiceServer::new(ExchangeRateRpcs { commands })
}

#[tonic::async_trait]
impl ExchangeRateService for ExchangeRateRpcs {
    async fn set_exchange_rate(
        &self,
        request: Request<wire::SetExchangeRateRequest>,
    ) -> Result<Response<wire::SetExchangeRateResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_exchange_rate(
        &self,
        request: Request<wire::GetExchangeRateRequest>,
    ) -> Result<Response<wire::GetExchangeRateResponse>, Status> {
        let query = request.get_ref();
        let (from, to) = (&query.from_currency_code, &query.to_currency_code);
        let (pair, on) = asked(|fields| {
            let pair = pair(fields, &query.source, from, to);
            let on = fields.date("on", query.on.as_ref());
            Some((pair?, on?))
        })?;
        let id = pair.stream();
        let (rates, _) = self.commands.get::<ExchangeRates, _>(&request, id).await?;
        let Some((since, rate)) = rates.rate_on(pair.to, on) else {
            let none = Refusal::not_found("rate of", &pair).figure("on", on);
            return Err(errors::refused(&none));
        };
        Ok(Response::new(wire::GetExchangeRateResponse {
            rate: Some(rate_to_wire(since, rate)),
        }))
    }

    async fn list_exchange_rates(
        &self,
        request: Request<wire::ListExchangeRatesRequest>,
    ) -> Result<Response<wire::ListExchangeRatesResponse>, Status> {
        let query = request.get_ref();
        let (from, to) = (&query.from_currency_code, &query.to_currency_code);
        let (pair, days) = asked(|fields| {
            let pair = pair(fields, &query.source, from, to);
            let days = validity(fields, "days", query.days.as_ref());
            Some((pair?, days?))
        })?;
        let id = pair.stream();
        let (rates, version) = self.commands.get::<ExchangeRates, _>(&request, id).await?;
        let all = rates.on_days(pair.to);
        if all.is_empty() {
            return Err(errors::refused(&Refusal::not_found("rate of", &pair)));
        }
        let within = all.iter().rev().filter(|(day, _)| days.holds_on(**day));
        let listed = within.take(MAX_RATES);
        Ok(Response::new(wire::ListExchangeRatesResponse {
            rates: listed
                .map(|(day, rate)| rate_to_wire(*day, *rate))
                .collect(),
            version: version.0,
        }))
    }
}

command!(wire::SetExchangeRateRequest => wire::SetExchangeRateResponse, ExchangeRates,
|request, fields| {
    let (from, to) = (&request.from_currency_code, &request.to_currency_code);
    let pair = pair(fields, &request.source, from, to);
    let rate = request.rate.unwrap_or_default();
    let on = fields.date("rate.on", rate.on.as_ref());
    let (smallest, most) = (Decimal::new(1, limits::RATE_PLACES), limits::RATE);
    let rate = fields.decimal("rate.rate", &rate.rate, limits::RATE_PLACES, smallest, most);
    let pair = pair?;
    Some((pair.stream(), Command::Set(ExchangeRateSet {
        source: pair.source,
        from: pair.from,
        to: pair.to,
        on: on?,
        rate: rate?,
    })))
});

/// What one unit of a currency is worth in another, by the word of a source.
struct Pair {
    source: String,
    from: Currency,
    to: Currency,
}

impl Pair {
    /// The stream that holds its rates.
    fn stream(&self) -> Uuid {
        exchange_rates_id(&self.source, self.from)
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from.code(), self.to.code());
        write!(f, "{from} in {to} by {}", self.source)
    }
}

fn pair(fields: &mut Fields, source: &str, from: &str, to: &str) -> Option<Pair> {
    let source = if source.is_empty() {
        Some(BOOK_RATES.to_owned())
    } else {
        name_of_source(fields, source)
    };
    let from = fields.currency("from_currency_code", from);
    let to = fields.currency("to_currency_code", to);
    Some(Pair {
        source: source?,
        from: from?,
        to: to?,
    })
}

/// One way to write each source, for it is a part of the stream's id.
fn name_of_source(fields: &mut Fields, source: &str) -> Option<String> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
    if source.len() <= MAX_SOURCE && source.bytes().all(allowed) {
        return Some(source.to_owned());
    }
    let description = format!("is not up to {MAX_SOURCE} of a-z, 0-9, _ and -");
    fields.bad("source", description);
    None
}

fn rate_to_wire(on: Date, rate: Decimal) -> wire::ExchangeRate {
    wire::ExchangeRate {
        on: Some(date_to_wire(on)),
        rate: rate.normalize().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn request(source: &str, to: &str, rate: &str) -> wire::SetExchangeRateRequest {
        wire::SetExchangeRateRequest {
            source: source.into(),
            from_currency_code: "USD".into(),
            to_currency_code: to.into(),
            rate: Some(wire::ExchangeRate {
                on: Some(date_to_wire(Date::constant(2026, 1, 31))),
                rate: rate.into(),
            }),
            ..Default::default()
        }
    }

    #[test]
    fn a_rate_is_read_as_it_was_given_and_belongs_to_its_sources_stream() {
        for (source, name) in [("", "book"), ("book", "book"), ("ecb-2", "ecb-2")] {
            let mut fields = Fields::default();
            let (id, command) = request(source, "EUR", "0.9100000001")
                .parse(&mut fields)
                .unwrap();
            let Command::Set(set) = command;
            assert_eq!(id, exchange_rates_id(name, Currency::USD));
            assert_eq!(set.source, name);
            assert_eq!((set.from, set.to), (Currency::USD, Currency::EUR));
            let back = rate_to_wire(set.on, set.rate);
            assert_eq!(Some(back), request(source, "EUR", "0.9100000001").rate);
        }
    }

    #[test]
    fn every_bad_field_is_named() {
        let mut bad = request("Book", "EURO", "0");
        bad.rate.as_mut().unwrap().on = None;
        bad.from_currency_code.clear();
        let mut fields = Fields::default();
        assert!(bad.parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "source",
                "from_currency_code",
                "to_currency_code",
                "rate.on",
                "rate.rate"
            ]
        );
    }

    #[test]
    fn a_rate_is_above_0_and_has_at_most_10_places() {
        for (rate, good) in [
            ("0.0000000001", true),
            ("1000000000", true),
            ("0", false),
            ("-1", false),
            ("1000000000.1", false),
            ("0.00000000001", false),
        ] {
            let mut fields = Fields::default();
            let parsed = request("", "EUR", rate).parse(&mut fields).is_some();
            assert_eq!(parsed, good, "{rate}");
        }
    }
}

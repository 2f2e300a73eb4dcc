//! `GetControlAccount`.

use guanxi_proto::query::v1::{
    ControlAccount, ControlAmount, GetControlAccountRequest, GetControlAccountResponse,
};
use guanxi_receivables::queries::{self, ControlQuery};
use guanxi_runtime::{Fields, date_to_wire};
use tonic::Status;

use super::{Receivables, reader, request, wire};
use crate::{asked::Asked, failure, request::finished, wire::money};

impl Receivables {
    pub(super) async fn control(
        &self,
        asked: &Asked,
        request: GetControlAccountRequest,
    ) -> Result<GetControlAccountResponse, Status> {
        let query = query(&request, asked)?;
        let mut connection = self.0.connection(asked, &request.after).await?;
        let snapshot = self.0.snapshot(asked, &mut connection).await?;
        let accounts = reader(&snapshot, asked).control(&query).await;
        let accounts = accounts.map_err(|error| failure::postgres(&error))?;
        let agrees = accounts.values().all(queries::ControlAccount::agrees);
        let accounts = accounts
            .iter()
            .map(|(currency, sums)| account(currency, sums, asked.base()));
        Ok(GetControlAccountResponse {
            accounts: accounts.collect::<Result<_, _>>()?,
            agrees,
            as_of: Some(date_to_wire(query.dates.as_of)),
            positions: snapshot.positions().await?,
        })
    }
}

fn query(request: &GetControlAccountRequest, asked: &Asked) -> Result<ControlQuery, Status> {
    let mut fields = Fields::default();
    let dates = request::dates(
        &mut fields,
        request.as_of.as_ref(),
        request.as_known_at.as_ref(),
        request.as_known_at_instant.as_ref(),
        &asked.home.zone,
    );
    let customers = request::ids(&mut fields, "customer_ids", &request.customer_ids);
    let currencies = request::currencies(&mut fields, "currencies", &request.currencies);
    let query = (|| {
        Some(ControlQuery {
            dates: dates?,
            customers: customers?,
            currencies: currencies?,
        })
    })();
    finished(fields, query)
}

fn account(
    currency: &str,
    account: &queries::ControlAccount,
    base: &str,
) -> Result<ControlAccount, Status> {
    let figures = account.figures.iter().map(|(figure, sums)| {
        Ok(ControlAmount {
            figure: wire::figure(*figure).into(),
            amount: Some(money(sums.amount, currency)?),
            booked: Some(money(sums.booked, base)?),
        })
    });
    let balance = account.balance();
    Ok(ControlAccount {
        currency: currency.to_owned(),
        figures: figures.collect::<Result<_, Status>>()?,
        balance: Some(money(balance.amount, currency)?),
        balance_booked: Some(money(balance.booked, base)?),
        open: Some(money(account.open.amount, currency)?),
        open_booked: Some(money(account.open.booked, base)?),
        agrees: account.agrees(),
    })
}

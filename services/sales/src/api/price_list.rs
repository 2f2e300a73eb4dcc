//! `PriceListService`.

use guanxi_decider::Refusal;
use guanxi_events::sales::{PriceListTerms, ProductId, QuantityPrice};
use guanxi_proto::sales::v1::{
    self as wire,
    price_list_service_server::{PriceListService, PriceListServiceServer},
};
use guanxi_runtime::{Commands, Fields, command, errors, money_to_wire};
use rust_decimal::Decimal;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, count_to_wire, each, found, validity, validity_to_wire};
use crate::domain::{
    limits,
    price_list::{Command, PriceList, Prices},
};

/// A product has at most this many prices in one list.
const MAX_PRICES: usize = 100;

/// `PriceListService` on the service's commands.
struct PriceLists {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> PriceListServiceServer<impl PriceListService> {
    PriceListServiceServer::new(PriceLists { commands })
}

#[tonic::async_trait]
impl PriceListService for PriceLists {
    async fn create_price_list(
        &self,
        request: Request<wire::CreatePriceListRequest>,
    ) -> Result<Response<wire::CreatePriceListResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_price_list(
        &self,
        request: Request<wire::ChangePriceListRequest>,
    ) -> Result<Response<wire::ChangePriceListResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_product_prices(
        &self,
        request: Request<wire::SetProductPricesRequest>,
    ) -> Result<Response<wire::SetProductPricesResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_price_list(
        &self,
        request: Request<wire::GetPriceListRequest>,
    ) -> Result<Response<wire::GetPriceListResponse>, Status> {
        let query = request.get_ref();
        let (id, only) = asked(|fields| {
            let id: Option<Uuid> = fields.id("price_list_id", &query.price_list_id);
            let only: Option<Option<ProductId>> =
                fields.optional_id("product_id", &query.product_id);
            Some((id?, only?))
        })?;
        let (state, version) = self.commands.get::<PriceList, _>(&request, id).await?;
        let list = found("price list", id, &state)?;
        Ok(Response::new(wire::GetPriceListResponse {
            price_list: Some(to_wire(id, version.0, list, only)),
        }))
    }

    async fn get_price(
        &self,
        request: Request<wire::GetPriceRequest>,
    ) -> Result<Response<wire::GetPriceResponse>, Status> {
        let query = request.get_ref();
        let (id, product, bought, day) = asked(|fields| {
            let id: Option<Uuid> = fields.id("price_list_id", &query.price_list_id);
            let product: Option<ProductId> = fields.id("product_id", &query.product_id);
            let bought = quantity(fields, "quantity", &query.quantity);
            let day = fields.date("date", query.date.as_ref());
            Some((id?, product?, bought?, day?))
        })?;
        let (state, _) = self.commands.get::<PriceList, _>(&request, id).await?;
        let list = found("price list", id, &state)?;
        let price = list.price_of(product, bought, day).ok_or_else(|| {
            let what = Refusal::not_found("price of product", product);
            errors::refused(&what.figure("quantity", bought).figure("date", day))
        })?;
        Ok(Response::new(wire::GetPriceResponse {
            unit_price: Some(money_to_wire(&price)),
            list_version: count_to_wire(list.version),
        }))
    }
}

command!(wire::CreatePriceListRequest => wire::CreatePriceListResponse, PriceList,
|request, fields| {
    let id = fields.new_id("price_list_id", &request.price_list_id);
    let currency = fields.currency("currency_code", &request.currency_code);
    let terms = terms(fields, &request.terms.unwrap_or_default());
    Some((id?, Command::Create { currency: currency?, terms: terms? }))
});

command!(wire::ChangePriceListRequest => wire::ChangePriceListResponse, PriceList,
|request, fields| {
    let id = fields.id("price_list_id", &request.price_list_id);
    let terms = terms(fields, &request.terms.unwrap_or_default());
    Some((id?, Command::Change(terms?)))
});

command!(wire::SetProductPricesRequest => wire::SetProductPricesResponse, PriceList,
|request, fields| {
    let id = fields.id("price_list_id", &request.price_list_id);
    let product = fields.id("product_id", &request.product_id);
    let prices = each(fields, "prices", &request.prices, MAX_PRICES, price);
    Some((id?, Command::SetPrices { product: product?, prices: prices? }))
});

fn terms(fields: &mut Fields, terms: &wire::PriceListTerms) -> Option<PriceListTerms> {
    let name = fields.text("terms.name", &terms.name, 1, 100);
    let level = fields.optional_text("terms.customer_level", &terms.customer_level, 40);
    let validity = validity(fields, "terms.validity", terms.validity.as_ref());
    Some(PriceListTerms {
        name: name?,
        customer_level: level?,
        validity: validity?,
    })
}

fn price(fields: &mut Fields, path: &str, price: &wire::QuantityPrice) -> Option<QuantityPrice> {
    let from_quantity = if price.from_quantity.is_empty() {
        Some(Decimal::ZERO)
    } else {
        quantity(
            fields,
            &format!("{path}.from_quantity"),
            &price.from_quantity,
        )
    };
    let field = format!("{path}.unit_price");
    let (zero, max) = (Decimal::ZERO, limits::UNIT_PRICE);
    // No currency has more places than 4; the list's own are checked where it is known.
    let unit_price = fields.decimal(&field, &price.unit_price, 4, zero, max);
    let validity = validity(fields, &format!("{path}.validity"), price.validity.as_ref());
    Some(QuantityPrice {
        from_quantity: from_quantity?,
        unit_price: unit_price?,
        validity: validity?,
    })
}

fn quantity(fields: &mut Fields, field: &str, text: &str) -> Option<Decimal> {
    let (zero, max) = (Decimal::ZERO, limits::QUANTITY);
    fields.decimal(field, text, limits::QUANTITY_PLACES, zero, max)
}

fn to_wire(id: Uuid, version: i64, list: &Prices, only: Option<ProductId>) -> wire::PriceList {
    let terms = list.terms.clone();
    let products = list
        .by_product
        .iter()
        .filter(|(product, _)| only.is_none_or(|only| only == **product));
    wire::PriceList {
        id: id.to_string(),
        version,
        list_version: count_to_wire(list.version),
        currency_code: list.currency.code().to_owned(),
        terms: Some(wire::PriceListTerms {
            name: terms.name,
            customer_level: terms.customer_level.unwrap_or_default(),
            validity: Some(validity_to_wire(terms.validity)),
        }),
        products: products
            .map(|(product, prices)| wire::ProductPrices {
                product_id: product.to_string(),
                prices: prices.iter().map(price_to_wire).collect(),
            })
            .collect(),
    }
}

fn price_to_wire(price: &QuantityPrice) -> wire::QuantityPrice {
    wire::QuantityPrice {
        from_quantity: price.from_quantity.normalize().to_string(),
        unit_price: price.unit_price.to_string(),
        validity: Some(validity_to_wire(price.validity)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use guanxi_proto::{google_type::Date, types::v1::DateRange};
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn range(first: i32, last: i32) -> DateRange {
        let day = |day| Date {
            year: 2026,
            month: 1,
            day,
        };
        DateRange {
            first: Some(day(first)),
            last: Some(day(last)),
        }
    }

    fn set(prices: Vec<wire::QuantityPrice>) -> wire::SetProductPricesRequest {
        wire::SetProductPricesRequest {
            price_list_id: Uuid::from_u128(1).to_string(),
            product_id: Uuid::from_u128(2).to_string(),
            prices,
            ..Default::default()
        }
    }

    #[test]
    fn prices_come_back_as_they_were_given() {
        let given = vec![wire::QuantityPrice {
            from_quantity: "2.5".into(),
            unit_price: "4821.50".into(),
            validity: Some(range(1, 31)),
        }];
        let mut fields = Fields::default();
        let (id, command) = set(given.clone()).parse(&mut fields).unwrap();
        let Command::SetPrices { product, prices } = command else {
            unreachable!("a set request sets")
        };
        let terms = PriceListTerms {
            name: "Standard".into(),
            customer_level: None,
            validity: Default::default(),
        };
        let list = Prices {
            version: 2,
            currency: iso_currency::Currency::USD,
            terms,
            by_product: BTreeMap::from([(product, prices)]),
        };
        let all = to_wire(id, 2, &list, None);
        assert_eq!(all.products[0].prices, given);
        let other = ProductId(Uuid::from_u128(99));
        assert!(to_wire(id, 2, &list, Some(other)).products.is_empty());
        assert_eq!(to_wire(id, 2, &list, Some(product)), all);
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = wire::QuantityPrice {
            from_quantity: "1.00001".into(),
            unit_price: "-1".into(),
            validity: Some(range(0, 32)),
        };
        let mut fields = Fields::default();
        assert!(set(vec![bad]).parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "prices[0].from_quantity",
                "prices[0].unit_price",
                "prices[0].validity.first",
                "prices[0].validity.last"
            ]
        );
    }

    #[test]
    fn a_new_list_needs_a_currency_and_a_name() {
        let request = wire::CreatePriceListRequest {
            currency_code: "XX".into(),
            ..Default::default()
        };
        let mut fields = Fields::default();
        assert!(request.parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(named, ["currency_code", "terms.name"]);
    }
}

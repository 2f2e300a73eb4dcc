//! `ProductService`.

use guanxi_events::sales::ProductDetails;
use guanxi_proto::sales::v1::{
    self as wire,
    product_service_server::{ProductService, ProductServiceServer},
};
use guanxi_runtime::{Commands, Fields, command, money_to_wire};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, found, optional_amount};
use crate::domain::{
    limits,
    product::{Command, Item, Product},
};

/// `ProductService` on the service's commands.
struct Products {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> ProductServiceServer<impl ProductService> {
    ProductServiceServer::new(Products { commands })
}

#[tonic::async_trait]
impl ProductService for Products {
    async fn create_product(
        &self,
        request: Request<wire::CreateProductRequest>,
    ) -> Result<Response<wire::CreateProductResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn change_product(
        &self,
        request: Request<wire::ChangeProductRequest>,
    ) -> Result<Response<wire::ChangeProductResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn retire_product(
        &self,
        request: Request<wire::RetireProductRequest>,
    ) -> Result<Response<wire::RetireProductResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reactivate_product(
        &self,
        request: Request<wire::ReactivateProductRequest>,
    ) -> Result<Response<wire::ReactivateProductResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_product(
        &self,
        request: Request<wire::GetProductRequest>,
    ) -> Result<Response<wire::GetProductResponse>, Status> {
        let asked_for = &request.get_ref().product_id;
        let id: Uuid = asked(|fields| fields.id("product_id", asked_for))?;
        let (state, version) = self.commands.get::<Product, _>(&request, id).await?;
        let item = found("product", id, &state)?;
        Ok(Response::new(wire::GetProductResponse {
            product: Some(to_wire(id, version.0, item)),
        }))
    }
}

command!(wire::CreateProductRequest => wire::CreateProductResponse, Product,
|request, fields| {
    let id = fields.new_id("product_id", &request.product_id);
    let details = details(fields, &request.details.unwrap_or_default());
    Some((id?, Command::Create(details?)))
});

command!(wire::ChangeProductRequest => wire::ChangeProductResponse, Product,
|request, fields| {
    let id = fields.id("product_id", &request.product_id);
    let details = details(fields, &request.details.unwrap_or_default());
    Some((id?, Command::Change(details?)))
});

command!(wire::RetireProductRequest => wire::RetireProductResponse, Product,
|request, fields| {
    let id = fields.id("product_id", &request.product_id);
    let reason = fields.optional_text("reason", &request.reason, 500);
    Some((id?, Command::Retire { reason: reason? }))
});

command!(wire::ReactivateProductRequest => wire::ReactivateProductResponse, Product,
|request, fields| {
    let id = fields.id("product_id", &request.product_id);
    Some((id?, Command::Reactivate))
});

fn details(fields: &mut Fields, details: &wire::ProductDetails) -> Option<ProductDetails> {
    let sku = fields.text("details.sku", &details.sku, 1, 64);
    let name = fields.text("details.name", &details.name, 1, 200);
    let unit = fields.text("details.unit", &details.unit, 1, 20);
    let tax_class = fields.optional_text("details.tax_class", &details.tax_class, 40);
    let cost = optional_amount(
        fields,
        "details.cost",
        details.cost.as_ref(),
        limits::UNIT_PRICE,
    );
    Some(ProductDetails {
        sku: sku?,
        name: name?,
        unit: unit?,
        tax_class: tax_class?,
        cost: cost?,
    })
}

fn to_wire(id: Uuid, version: i64, item: &Item) -> wire::Product {
    let details = item.details.clone();
    let status = if item.retired {
        wire::ProductStatus::Retired
    } else {
        wire::ProductStatus::Active
    };
    wire::Product {
        id: id.to_string(),
        version,
        details: Some(wire::ProductDetails {
            cost: details.cost.as_ref().map(money_to_wire),
            sku: details.sku,
            name: details.name,
            unit: details.unit,
            tax_class: details.tax_class.unwrap_or_default(),
        }),
        status: status.into(),
    }
}

#[cfg(test)]
mod tests {
    use guanxi_proto::google_type::Money;
    use guanxi_runtime::CommandRequest;

    use super::*;

    fn cents(units: i64, nanos: i32) -> Money {
        Money {
            currency_code: "USD".into(),
            units,
            nanos,
        }
    }

    fn request(details: wire::ProductDetails) -> wire::CreateProductRequest {
        wire::CreateProductRequest {
            details: Some(details),
            ..Default::default()
        }
    }

    #[test]
    fn details_come_back_as_they_were_given() {
        let given = wire::ProductDetails {
            sku: "GTX-PRO".into(),
            name: "GTX Pro".into(),
            unit: "piece".into(),
            tax_class: "standard".into(),
            cost: Some(cents(4821, 500_000_000)),
        };
        let mut fields = Fields::default();
        let (id, command) = request(given.clone()).parse(&mut fields).unwrap();
        let Command::Create(details) = command else {
            unreachable!("a create request creates")
        };
        let item = Item {
            details,
            retired: true,
        };
        let product = to_wire(id, 2, &item);
        assert_eq!(product.details, Some(given));
        assert_eq!(product.status(), wire::ProductStatus::Retired);
    }

    #[test]
    fn every_bad_field_is_named() {
        let bad = wire::ProductDetails {
            tax_class: "x".repeat(41),
            cost: Some(cents(-1, 0)),
            ..Default::default()
        };
        let mut fields = Fields::default();
        assert!(request(bad).parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        let named: Vec<_> = violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "details.sku",
                "details.name",
                "details.unit",
                "details.tax_class",
                "details.cost"
            ]
        );
    }
}

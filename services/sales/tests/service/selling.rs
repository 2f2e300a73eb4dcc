//! A shop with a known customer and a product, and what is asked of its orders and returns.

use guanxi_events::sales::{CustomerCopied, CustomerCopyEvent};
use guanxi_proto::{google_type::Money, sales::v1 as wire, types::v1::Receipt};
use guanxi_served::written;
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::served::{ANNA, Caller, MANAGER, Served, header};

/// A sales service that knows a customer and a product.
pub struct Shop {
    pub sales: Served,
    pub customer: String,
    pub product: String,
}

impl Shop {
    pub async fn open() -> Self {
        let sales = Served::start().await;
        let customer = Uuid::now_v7();
        let copied = CustomerCopied {
            name: "Cancity".into(),
            ..CustomerCopied::default()
        };
        written(
            &sales.database,
            customer,
            CustomerCopyEvent::from(copied),
            &["COPY"],
        )
        .await;
        let product = sales.product("GTX-PRO").await.unwrap().id;
        Self {
            sales,
            customer: customer.to_string(),
            product,
        }
    }

    /// The same shop at another replica of the service.
    pub async fn replica(&self) -> Self {
        Self {
            sales: self.sales.replica().await,
            customer: self.customer.clone(),
            product: self.product.clone(),
        }
    }

    /// So many pieces at a price without tax.
    pub fn goods(&self, quantity: &str, unit_price: &str) -> wire::SaleLineInput {
        wire::SaleLineInput {
            product_id: self.product.clone(),
            quantity: quantity.into(),
            unit_price: unit_price.into(),
            ..Default::default()
        }
    }

    pub fn place(&self, lines: Vec<wire::SaleLineInput>, confirm: bool) -> wire::PlaceOrderRequest {
        wire::PlaceOrderRequest {
            header: header(),
            customer_id: self.customer.clone(),
            currency_code: "EUR".into(),
            lines,
            confirm,
            ..Default::default()
        }
    }

    pub async fn placed(&self, place: wire::PlaceOrderRequest) -> Result<Receipt, Status> {
        let mut orders = self.sales.orders();
        let placed = orders.place_order(self.sales.by(ANNA, place));
        Ok(placed.await?.into_inner().receipt.unwrap())
    }

    /// A confirmed order of these lines.
    pub async fn confirmed(&self, lines: Vec<wire::SaleLineInput>) -> String {
        self.placed(self.place(lines, true)).await.unwrap().id
    }

    pub async fn confirm(&self, caller: Caller, order: &str, why: &str) -> Result<(), Status> {
        let confirm = wire::ConfirmOrderRequest {
            header: header(),
            order_id: order.to_owned(),
            credit_override_reason: why.to_owned(),
        };
        let mut orders = self.sales.orders();
        orders.confirm_order(self.sales.by(caller, confirm)).await?;
        Ok(())
    }

    /// These lines are delivered; all that is left when there are none.
    pub async fn deliver(&self, order: &str, lines: &[(i32, &str)]) -> Result<(), Status> {
        let deliver = wire::DeliverOrderRequest {
            header: header(),
            order_id: order.to_owned(),
            lines: lines.iter().map(|(line, q)| part(*line, q)).collect(),
            reference: "DN-1".into(),
        };
        let mut orders = self.sales.orders();
        orders.deliver_order(self.sales.by(ANNA, deliver)).await?;
        Ok(())
    }

    pub async fn order(&self, id: &str) -> wire::Order {
        let get = wire::GetOrderRequest {
            order_id: id.to_owned(),
        };
        let mut orders = self.sales.orders();
        let got = orders.get_order(self.sales.by(ANNA, get));
        got.await.unwrap().into_inner().order.unwrap()
    }

    pub async fn limit_credit(&self, units: i64) {
        let limit = wire::SetCreditLimitRequest {
            header: header(),
            customer_id: self.customer.clone(),
            limit: euros(units),
            reason: "as agreed".into(),
        };
        let mut accounts = self.sales.accounts();
        let set = accounts.set_credit_limit(self.sales.by(MANAGER, limit));
        set.await.unwrap();
    }

    /// What the customer's account says that orders will still be billed.
    pub async fn committed(&self) -> Option<Money> {
        let get = wire::GetAccountRequest {
            customer_id: self.customer.clone(),
        };
        let mut accounts = self.sales.accounts();
        let got = accounts.get_account(self.sales.by(ANNA, get));
        got.await.unwrap().into_inner().account.unwrap().committed
    }

    pub fn asking_back(&self, order: &str, quantity: &str) -> wire::RequestReturnRequest {
        wire::RequestReturnRequest {
            header: header(),
            order_id: order.to_owned(),
            lines: vec![wire::ReturnLine {
                line: 1,
                quantity: quantity.into(),
                reason: "broken".into(),
            }],
            ..Default::default()
        }
    }

    pub async fn ask_back(
        &self,
        caller: Caller,
        request: wire::RequestReturnRequest,
    ) -> Result<Receipt, Status> {
        let mut returns = self.sales.returns();
        let asked = returns.request_return(self.sales.by(caller, request));
        Ok(asked.await?.into_inner().receipt.unwrap())
    }

    pub async fn returned(&self, id: &str) -> wire::GetReturnResponse {
        let get = wire::GetReturnRequest {
            return_id: id.to_owned(),
        };
        let mut returns = self.sales.returns();
        let got = returns.get_return(self.sales.by(ANNA, get));
        got.await.unwrap().into_inner()
    }
}

pub fn part(line: i32, quantity: &str) -> wire::LineQuantity {
    wire::LineQuantity {
        line,
        quantity: quantity.to_owned(),
    }
}

pub fn euros(units: i64) -> Option<Money> {
    Some(Money {
        currency_code: "EUR".into(),
        units,
        nanos: 0,
    })
}

/// The code of a refusal, and one of its figures.
pub fn told(status: &Status, figure: &str) -> (String, String) {
    let info = status.get_details_error_info().unwrap();
    let figure = info.metadata.get(figure).cloned().unwrap_or_default();
    (info.reason, figure)
}

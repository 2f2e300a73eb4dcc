//! A sales service of its own for each test, and what its tests ask it for.

use std::ops::Deref;

use guanxi_proto::{
    google_type::{Date, Money},
    sales::v1::{
        self as wire, account_service_client::AccountServiceClient,
        billing_profile_service_client::BillingProfileServiceClient,
        credit_note_service_client::CreditNoteServiceClient,
        exchange_rate_service_client::ExchangeRateServiceClient,
        invoice_service_client::InvoiceServiceClient,
        opportunity_service_client::OpportunityServiceClient,
        order_service_client::OrderServiceClient,
        payment_terms_service_client::PaymentTermsServiceClient,
        pipeline_service_client::PipelineServiceClient,
        price_list_service_client::PriceListServiceClient,
        product_service_client::ProductServiceClient,
        receivable_plan_service_client::ReceivablePlanServiceClient,
        receivables_policy_service_client::ReceivablesPolicyServiceClient,
        return_service_client::ReturnServiceClient,
    },
    types::v1::Receipt,
};
pub use guanxi_served::{ANALYST, ANNA, Caller, IMPORTER, MANAGER, STRANGER, header, reason};
use tonic::{Status, transport::Channel};
use uuid::Uuid;

/// A running service.
pub struct Served(guanxi_served::Served);

impl Deref for Served {
    type Target = guanxi_served::Served;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Served {
    pub async fn start() -> Self {
        Self(guanxi_served::Served::start(guanxi_sales::module).await)
    }

    /// Another replica of the service, on the same database.
    pub async fn replica(&self) -> Self {
        Self(self.0.replica().await)
    }

    pub fn pipelines(&self) -> PipelineServiceClient<Channel> {
        PipelineServiceClient::new(self.channel())
    }

    pub fn opportunities(&self) -> OpportunityServiceClient<Channel> {
        OpportunityServiceClient::new(self.channel())
    }

    pub fn products(&self) -> ProductServiceClient<Channel> {
        ProductServiceClient::new(self.channel())
    }

    pub fn price_lists(&self) -> PriceListServiceClient<Channel> {
        PriceListServiceClient::new(self.channel())
    }

    pub fn accounts(&self) -> AccountServiceClient<Channel> {
        AccountServiceClient::new(self.channel())
    }

    pub fn orders(&self) -> OrderServiceClient<Channel> {
        OrderServiceClient::new(self.channel())
    }

    pub fn invoices(&self) -> InvoiceServiceClient<Channel> {
        InvoiceServiceClient::new(self.channel())
    }

    pub fn credit_notes(&self) -> CreditNoteServiceClient<Channel> {
        CreditNoteServiceClient::new(self.channel())
    }

    pub fn returns(&self) -> ReturnServiceClient<Channel> {
        ReturnServiceClient::new(self.channel())
    }

    pub fn payment_terms(&self) -> PaymentTermsServiceClient<Channel> {
        PaymentTermsServiceClient::new(self.channel())
    }

    pub fn exchange_rates(&self) -> ExchangeRateServiceClient<Channel> {
        ExchangeRateServiceClient::new(self.channel())
    }

    pub fn billing_profiles(&self) -> BillingProfileServiceClient<Channel> {
        BillingProfileServiceClient::new(self.channel())
    }

    pub fn receivable_plans(&self) -> ReceivablePlanServiceClient<Channel> {
        ReceivablePlanServiceClient::new(self.channel())
    }

    pub fn receivables_policies(&self) -> ReceivablesPolicyServiceClient<Channel> {
        ReceivablesPolicyServiceClient::new(self.channel())
    }

    /// A pipeline of prospecting 10 and engaging 40, without switches.
    pub async fn pipeline(&self) -> String {
        let create = wire::CreatePipelineRequest {
            header: header(),
            rules: Some(wire::PipelineRules {
                name: "Hardware".into(),
                stages: vec![stage("prospecting", 10), stage("engaging", 40)],
                may_move_back: false,
                may_reopen: false,
            }),
            ..Default::default()
        };
        let created = self
            .pipelines()
            .create_pipeline(self.by(MANAGER, create))
            .await;
        created.unwrap().into_inner().receipt.unwrap().id
    }

    pub async fn product(&self, sku: &str) -> Result<Receipt, Status> {
        let create = wire::CreateProductRequest {
            header: header(),
            details: Some(wire::ProductDetails {
                sku: sku.into(),
                name: sku.into(),
                unit: "piece".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let created = self
            .products()
            .create_product(self.by(MANAGER, create))
            .await?;
        Ok(created.into_inner().receipt.unwrap())
    }

    pub async fn open(
        &self,
        caller: Caller,
        open: wire::OpenOpportunityRequest,
    ) -> Result<Receipt, Status> {
        let opened = self
            .opportunities()
            .open_opportunity(self.by(caller, open))
            .await?;
        Ok(opened.into_inner().receipt.unwrap())
    }

    pub async fn get(&self, caller: Caller, id: &str) -> Result<wire::Opportunity, Status> {
        let get = wire::GetOpportunityRequest {
            opportunity_id: id.to_owned(),
        };
        let got = self
            .opportunities()
            .get_opportunity(self.by(caller, get))
            .await?;
        Ok(got.into_inner().opportunity.unwrap())
    }
}

pub fn day(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}

pub fn stage(key: &str, probability: i32) -> wire::Stage {
    wire::Stage {
        key: key.into(),
        name: key.into(),
        probability,
        ..Default::default()
    }
}

pub fn dollars(units: i64) -> Option<Money> {
    Some(Money {
        currency_code: "USD".into(),
        units,
        nanos: 0,
    })
}

pub fn opening(pipeline_id: &str) -> wire::OpenOpportunityRequest {
    wire::OpenOpportunityRequest {
        header: header(),
        opportunity_id: Uuid::now_v7().to_string(),
        pipeline_id: pipeline_id.to_owned(),
        details: Some(wire::OpportunityDetails {
            title: "400 graphics cards".into(),
            amount: dollars(1_000),
            ..Default::default()
        }),
        ..Default::default()
    }
}

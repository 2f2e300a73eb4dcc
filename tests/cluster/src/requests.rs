//! Requests as the tests need them, each with a fresh command id.

pub mod account;
pub mod loyalty;
pub mod sla;
pub mod tickets;

use guanxi_proto::{
    customers::v1::{
        ClaimCustomerRequest, CustomerKind, CustomerProfile, FollowUpSchedule, InteractionDetails,
        InteractionKind, OpenPoolRequest, PlanFollowUpRequest, PoolSettings,
        RecordInteractionRequest, RegisterCustomerRequest, ReleaseCustomerRequest,
    },
    google_type::{Date, Money},
    sales::v1::{
        BillingDetails, CreatePipelineRequest, DefinePaymentTermsRequest, DeliverOrderRequest,
        DueRule, ExchangeRate, LoseOpportunityRequest, MoveOpportunityRequest,
        OpenOpportunityRequest, OpportunityDetails, PaymentPortion, PaymentTermsDefinition,
        PipelineRules, PlaceOrderRequest, RequestReturnRequest, ReturnLine, SaleLineInput,
        SetBillingProfileRequest, SetExchangeRateRequest, Stage, WinOpportunityRequest,
    },
    types::v1::CommandHeader,
};
use jiff::Timestamp;
use prost_types::Timestamp as WireTimestamp;
use uuid::Uuid;

/// The stages of [`pipeline`], in order.
pub const STAGES: [&str; 3] = ["prospecting", "engaging", "closing"];

/// A header with a fresh id.
pub fn header() -> Option<CommandHeader> {
    Some(CommandHeader {
        command_id: Uuid::now_v7().to_string(),
        expected_version: None,
        occurred_at: None,
    })
}

/// A header that expects a version.
pub fn expecting(version: i64) -> Option<CommandHeader> {
    header().map(|header| CommandHeader {
        expected_version: Some(version),
        ..header
    })
}

/// A company of the caller's.
pub fn company(name: &str) -> RegisterCustomerRequest {
    RegisterCustomerRequest {
        header: header(),
        profile: Some(CustomerProfile {
            kind: CustomerKind::Company.into(),
            name: name.to_owned(),
            ..CustomerProfile::default()
        }),
        ..RegisterCustomerRequest::default()
    }
}

/// A pool of these members, with no limits or locks.
pub fn pool(members: impl IntoIterator<Item = String>) -> OpenPoolRequest {
    OpenPoolRequest {
        header: header(),
        name: "north".to_owned(),
        settings: Some(PoolSettings::default()),
        members: members.into_iter().collect(),
        ..OpenPoolRequest::default()
    }
}

/// A claim for oneself.
pub fn claim(customer_id: &str, pool_id: &str) -> ClaimCustomerRequest {
    ClaimCustomerRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        pool_id: pool_id.to_owned(),
        ..ClaimCustomerRequest::default()
    }
}

/// A customer given back.
pub fn release(customer_id: &str, pool_id: &str) -> ReleaseCustomerRequest {
    ReleaseCustomerRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        pool_id: pool_id.to_owned(),
        ..ReleaseCustomerRequest::default()
    }
}

/// A call with a customer that was held now.
pub fn conversation(customer_id: &str, summary: &str) -> RecordInteractionRequest {
    RecordInteractionRequest {
        header: header(),
        details: Some(InteractionDetails {
            customer_id: customer_id.to_owned(),
            kind: InteractionKind::Call.into(),
            summary: summary.to_owned(),
            ..InteractionDetails::default()
        }),
        ..RecordInteractionRequest::default()
    }
}

/// A call that is planned for a minute after `reminder`, with a reminder at that instant.
pub fn call_with_reminder(customer_id: &str, reminder: Timestamp) -> PlanFollowUpRequest {
    PlanFollowUpRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        kind: InteractionKind::Call.into(),
        subject: "ask about the offer".to_owned(),
        schedule: Some(FollowUpSchedule {
            planned_at: Some(WireTimestamp {
                seconds: reminder.as_second() + 60,
                nanos: reminder.subsec_nanosecond(),
            }),
            duration_minutes: 30,
            remind_before_minutes: vec![1],
        }),
        ..PlanFollowUpRequest::default()
    }
}

/// A pipeline with the stages [`STAGES`] and no required fields.
pub fn pipeline() -> CreatePipelineRequest {
    let stage = |(key, probability): (&str, i32)| Stage {
        key: key.to_owned(),
        name: key.to_owned(),
        probability,
        ..Stage::default()
    };
    CreatePipelineRequest {
        header: header(),
        pipeline_id: String::new(),
        rules: Some(PipelineRules {
            name: "new business".to_owned(),
            stages: STAGES.into_iter().zip([10, 40, 80]).map(stage).collect(),
            may_move_back: true,
            may_reopen: true,
        }),
    }
}

/// An opportunity in the first stage, worth so many dollars.
pub fn opportunity(pipeline_id: &str, title: &str, amount: i64) -> OpenOpportunityRequest {
    OpenOpportunityRequest {
        header: header(),
        pipeline_id: pipeline_id.to_owned(),
        details: Some(OpportunityDetails {
            title: title.to_owned(),
            amount: Some(dollars(amount)),
            ..OpportunityDetails::default()
        }),
        ..OpenOpportunityRequest::default()
    }
}

/// To another stage.
pub fn move_to(opportunity_id: &str, stage: &str) -> MoveOpportunityRequest {
    MoveOpportunityRequest {
        header: header(),
        opportunity_id: opportunity_id.to_owned(),
        stage: stage.to_owned(),
    }
}

/// Won for what it is worth.
pub fn win(opportunity_id: &str) -> WinOpportunityRequest {
    WinOpportunityRequest {
        header: header(),
        opportunity_id: opportunity_id.to_owned(),
        amount: None,
        reason: "best offer".to_owned(),
    }
}

/// Lost.
pub fn lose(opportunity_id: &str) -> LoseOpportunityRequest {
    LoseOpportunityRequest {
        header: header(),
        opportunity_id: opportunity_id.to_owned(),
        reason: "too dear".to_owned(),
    }
}

/// Payment terms: all of it 30 days after the invoice.
pub fn payment_terms(name: &str) -> DefinePaymentTermsRequest {
    DefinePaymentTermsRequest {
        header: header(),
        payment_terms_id: String::new(),
        definition: Some(PaymentTermsDefinition {
            name: name.to_owned(),
            portions: vec![PaymentPortion {
                percent: "100".to_owned(),
                due_rule: DueRule::DaysAfterInvoice.into(),
                count: 30,
            }],
            early_payment: None,
        }),
    }
}

/// What a dollar is worth in euros in the books, from 2017 on.
pub fn book_rate(rate: &str) -> SetExchangeRateRequest {
    SetExchangeRateRequest {
        header: header(),
        source: String::new(),
        from_currency_code: "USD".to_owned(),
        to_currency_code: "EUR".to_owned(),
        rate: Some(ExchangeRate {
            on: Some(Date {
                year: 2017,
                month: 1,
                day: 1,
            }),
            rate: rate.to_owned(),
        }),
    }
}

/// To whom the invoices of a customer are made out.
pub fn billing_profile(customer_id: &str, title: &str) -> SetBillingProfileRequest {
    SetBillingProfileRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        details: Some(BillingDetails {
            title: title.to_owned(),
            ..BillingDetails::default()
        }),
    }
}

/// A confirmed order of one piece at 100 euros.
pub fn order(customer_id: &str, product_id: &str, text: &str) -> PlaceOrderRequest {
    PlaceOrderRequest {
        header: header(),
        customer_id: customer_id.to_owned(),
        currency_code: "EUR".to_owned(),
        lines: vec![SaleLineInput {
            product_id: product_id.to_owned(),
            text: text.to_owned(),
            quantity: "1".to_owned(),
            unit_price: "100".to_owned(),
            ..SaleLineInput::default()
        }],
        confirm: true,
        ..PlaceOrderRequest::default()
    }
}

/// All that is left of an order is delivered.
pub fn deliver(order_id: &str) -> DeliverOrderRequest {
    DeliverOrderRequest {
        header: header(),
        order_id: order_id.to_owned(),
        ..DeliverOrderRequest::default()
    }
}

/// One piece of an order's first line is to come back.
pub fn ask_back(order_id: &str, reason: &str) -> RequestReturnRequest {
    RequestReturnRequest {
        header: header(),
        order_id: order_id.to_owned(),
        lines: vec![ReturnLine {
            line: 1,
            quantity: "1".to_owned(),
            reason: reason.to_owned(),
        }],
        ..RequestReturnRequest::default()
    }
}

/// Whole US dollars.
pub fn dollars(units: i64) -> Money {
    Money {
        currency_code: "USD".to_owned(),
        units,
        nanos: 0,
    }
}

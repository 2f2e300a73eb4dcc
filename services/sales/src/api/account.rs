//! `AccountService`.

use guanxi_decider::Refusal;
use guanxi_events::{StreamVersion, sales::account::ItemNo};
use guanxi_proto::sales::v1::{
    self as wire,
    account_service_server::{AccountService, AccountServiceServer},
};
use guanxi_runtime::{Commands, errors};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{asked, found};
use crate::domain::{
    account::{Account, Ledger},
    customer_copy::CustomerCopy,
};

mod answers;
pub(super) mod requests;

/// `AccountService` on the service's commands.
struct Accounts {
    commands: Commands,
}

pub(super) fn server(commands: Commands) -> AccountServiceServer<impl AccountService> {
    AccountServiceServer::new(Accounts { commands })
}

#[tonic::async_trait]
impl AccountService for Accounts {
    async fn receive_payment(
        &self,
        request: Request<wire::ReceivePaymentRequest>,
    ) -> Result<Response<wire::ReceivePaymentResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn bounce_payment(
        &self,
        request: Request<wire::BouncePaymentRequest>,
    ) -> Result<Response<wire::BouncePaymentResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reinstate_payment(
        &self,
        request: Request<wire::ReinstatePaymentRequest>,
    ) -> Result<Response<wire::ReinstatePaymentResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn allocate(
        &self,
        request: Request<wire::AllocateRequest>,
    ) -> Result<Response<wire::AllocateResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn deallocate(
        &self,
        request: Request<wire::DeallocateRequest>,
    ) -> Result<Response<wire::DeallocateResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn refund_credit(
        &self,
        request: Request<wire::RefundCreditRequest>,
    ) -> Result<Response<wire::RefundCreditResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn return_refund(
        &self,
        request: Request<wire::ReturnRefundRequest>,
    ) -> Result<Response<wire::ReturnRefundResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn charge_fee(
        &self,
        request: Request<wire::ChargeFeeRequest>,
    ) -> Result<Response<wire::ChargeFeeResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn waive_fee(
        &self,
        request: Request<wire::WaiveFeeRequest>,
    ) -> Result<Response<wire::WaiveFeeResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reschedule_invoice(
        &self,
        request: Request<wire::RescheduleInvoiceRequest>,
    ) -> Result<Response<wire::RescheduleInvoiceResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn request_write_off(
        &self,
        request: Request<wire::RequestWriteOffRequest>,
    ) -> Result<Response<wire::RequestWriteOffResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn approve_write_off(
        &self,
        request: Request<wire::ApproveWriteOffRequest>,
    ) -> Result<Response<wire::ApproveWriteOffResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn reject_write_off(
        &self,
        request: Request<wire::RejectWriteOffRequest>,
    ) -> Result<Response<wire::RejectWriteOffResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn take_back_write_off(
        &self,
        request: Request<wire::TakeBackWriteOffRequest>,
    ) -> Result<Response<wire::TakeBackWriteOffResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn recover_write_off(
        &self,
        request: Request<wire::RecoverWriteOffRequest>,
    ) -> Result<Response<wire::RecoverWriteOffResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn set_credit_limit(
        &self,
        request: Request<wire::SetCreditLimitRequest>,
    ) -> Result<Response<wire::SetCreditLimitResponse>, Status> {
        self.commands.execute(request).await
    }

    async fn get_account(
        &self,
        request: Request<wire::GetAccountRequest>,
    ) -> Result<Response<wire::GetAccountResponse>, Status> {
        let asked_for = &request.get_ref().customer_id;
        let id: Uuid = asked(|fields| fields.id("customer_id", asked_for))?;
        let base = self.commands.base_currency(&request)?;
        let (ledger, version) = self.commands.get::<Account, _>(&request, id).await?;
        if version == StreamVersion::NONE {
            let (known, _) = self.commands.get::<CustomerCopy, _>(&request, id).await?;
            found("customer", id, &known)?;
        }
        Ok(Response::new(wire::GetAccountResponse {
            account: Some(answers::account(id, version.0, &ledger, base)),
        }))
    }

    async fn get_account_item(
        &self,
        request: Request<wire::GetAccountItemRequest>,
    ) -> Result<Response<wire::GetAccountItemResponse>, Status> {
        let query = request.get_ref();
        let (id, choice) = asked(|fields| {
            let id: Option<Uuid> = fields.id("customer_id", &query.customer_id);
            let choice = requests::choice(fields, query.choice.as_ref());
            Some((id?, choice?))
        })?;
        let base = self.commands.base_currency(&request)?;
        let (ledger, _) = self.commands.get::<Account, _>(&request, id).await?;
        let no = choice.find(&ledger);
        let answer = no.and_then(|no| answers::item_with_uses(&ledger, no, base));
        let answer = answer.ok_or_else(|| {
            errors::refused(&Refusal::not_found("such item on the account of", id))
        })?;
        Ok(Response::new(answer))
    }
}

/// One item, by whatever names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Item(ItemNo),
    Payment(guanxi_events::sales::PaymentId),
    CreditNote(guanxi_events::sales::CreditNoteId),
    Refund(guanxi_events::sales::RefundId),
}

impl Choice {
    fn find(self, ledger: &Ledger) -> Option<ItemNo> {
        match self {
            Self::Item(no) => Some(no),
            Self::Payment(id) => ledger.payments.get(&id).copied(),
            Self::CreditNote(id) => ledger.credit_notes.get(&id).copied(),
            Self::Refund(id) => ledger.refunds.get(&id).copied(),
        }
    }
}

//! Which answer belongs to which request, so that a call needs no more than its request.

use guanxi_proto::{METHODS, types::v1::Receipt};
use prost::{Message, Name};

/// A request of an RPC. Its path is found in the contracts by the request's name.
pub trait Rpc: Message + Name + Clone + Default {
    /// The answer.
    type Response: Message + Default;

    /// `/package.Service/Method`
    ///
    /// # Errors
    /// When no contract has such a request.
    fn path() -> anyhow::Result<&'static str> {
        let name = Self::full_name();
        let method = METHODS.iter().find(|method| method.request == name);
        method
            .map(|method| method.path)
            .ok_or_else(|| anyhow::anyhow!("no RPC takes {name}"))
    }
}

/// An answer to a command.
pub trait HasReceipt {
    /// What every command answers.
    fn receipt(&self) -> Receipt;
}

macro_rules! commands {
    ($($package:ident { $($request:ident => $response:ident),* $(,)? })*) => {$($(
        impl Rpc for guanxi_proto::$package::v1::$request {
            type Response = guanxi_proto::$package::v1::$response;
        }
        impl HasReceipt for guanxi_proto::$package::v1::$response {
            fn receipt(&self) -> Receipt {
                self.receipt.clone().unwrap_or_default()
            }
        }
    )*)*};
}

macro_rules! reads {
    ($($package:ident { $($request:ident => $response:ident),* $(,)? })*) => {$($(
        impl Rpc for guanxi_proto::$package::v1::$request {
            type Response = guanxi_proto::$package::v1::$response;
        }
    )*)*};
}

commands! {
    loyalty {
        OpenProgramRequest => OpenProgramResponse,
        DefineTierLadderRequest => DefineTierLadderResponse,
        CreateCardBatchRequest => CreateCardBatchResponse,
        EnrolMemberRequest => EnrolMemberResponse,
        AccruePointsRequest => AccruePointsResponse,
        SetEarningRulesRequest => SetEarningRulesResponse,
        RecordPurchaseRequest => RecordPurchaseResponse,
        RecordReturnRequest => RecordReturnResponse,
        RedeemPointsRequest => RedeemPointsResponse,
        RefundRedemptionRequest => RefundRedemptionResponse,
    }
    customers {
        RegisterCustomerRequest => RegisterCustomerResponse,
        UpdateCustomerRequest => UpdateCustomerResponse,
        RegisterContactRequest => RegisterContactResponse,
        RecordInteractionRequest => RecordInteractionResponse,
        PlanFollowUpRequest => PlanFollowUpResponse,
        OpenPoolRequest => OpenPoolResponse,
        ReleaseCustomerRequest => ReleaseCustomerResponse,
        ClaimCustomerRequest => ClaimCustomerResponse,
        StartDeskTransferRequest => StartDeskTransferResponse,
        TakeDeskTransferBackRequest => TakeDeskTransferBackResponse,
    }
    sales {
        CreatePipelineRequest => CreatePipelineResponse,
        CreateProductRequest => CreateProductResponse,
        CreatePriceListRequest => CreatePriceListResponse,
        DefinePaymentTermsRequest => DefinePaymentTermsResponse,
        SetExchangeRateRequest => SetExchangeRateResponse,
        SetBillingProfileRequest => SetBillingProfileResponse,
        SetReceivablePlanRequest => SetReceivablePlanResponse,
        SetReceivablesPolicyRequest => SetReceivablesPolicyResponse,
        PlaceOrderRequest => PlaceOrderResponse,
        DeliverOrderRequest => DeliverOrderResponse,
        RequestReturnRequest => RequestReturnResponse,
        RequestInvoiceRequest => RequestInvoiceResponse,
        IssueInvoiceRequest => IssueInvoiceResponse,
        IssueCreditNoteRequest => IssueCreditNoteResponse,
        ReceivePaymentRequest => ReceivePaymentResponse,
        BouncePaymentRequest => BouncePaymentResponse,
        SetCreditLimitRequest => SetCreditLimitResponse,
        OpenOpportunityRequest => OpenOpportunityResponse,
        ChangeOpportunityRequest => ChangeOpportunityResponse,
        MoveOpportunityRequest => MoveOpportunityResponse,
        WinOpportunityRequest => WinOpportunityResponse,
        LoseOpportunityRequest => LoseOpportunityResponse,
    }
    service {
        OpenTicketRequest => OpenTicketResponse,
        NoteOnTicketRequest => NoteOnTicketResponse,
        ReplyToTicketRequest => ReplyToTicketResponse,
        SetTicketPendingRequest => SetTicketPendingResponse,
        ResumeTicketRequest => ResumeTicketResponse,
        ResolveTicketRequest => ResolveTicketResponse,
        CloseTicketRequest => CloseTicketResponse,
        ReopenTicketRequest => ReopenTicketResponse,
        AnswerSurveyRequest => AnswerSurveyResponse,
        OpenQueueRequest => OpenQueueResponse,
        DefineCalendarRequest => DefineCalendarResponse,
        SetSlaPoliciesRequest => SetSlaPoliciesResponse,
    }
}

reads! {
    loyalty {
        GetMemberRequest => GetMemberResponse,
    }
    customers {
        GetCustomerRequest => GetCustomerResponse,
        GetFollowUpRequest => GetFollowUpResponse,
        GetDeskTransferRequest => GetDeskTransferResponse,
    }
    sales {
        GetOpportunityRequest => GetOpportunityResponse,
        GetAccountRequest => GetAccountResponse,
    }
    service {
        GetTicketRequest => GetTicketResponse,
        GetQueueRequest => GetQueueResponse,
        GetSurveyRequest => GetSurveyResponse,
    }
    query {
        GetFunnelRequest => GetFunnelResponse,
        ListOpportunitiesRequest => ListOpportunitiesResponse,
        ListOpenItemsRequest => ListOpenItemsResponse,
        GetAgeingRequest => GetAgeingResponse,
        GetControlAccountRequest => GetControlAccountResponse,
        GetCustomerStatementRequest => GetCustomerStatementResponse,
        GetPlanAgainstReceivedRequest => GetPlanAgainstReceivedResponse,
        GetBadDebtsRequest => GetBadDebtsResponse,
        GetCashFlowRequest => GetCashFlowResponse,
        GetPointsBalancesRequest => GetPointsBalancesResponse,
        GetPointsStatementRequest => GetPointsStatementResponse,
        ListPointsLotsRequest => ListPointsLotsResponse,
        GetExpiringPointsRequest => GetExpiringPointsResponse,
        GetPointsLiabilityRequest => GetPointsLiabilityResponse,
        ListTicketsRequest => ListTicketsResponse,
        GetBacklogRequest => GetBacklogResponse,
        GetTicketVolumesRequest => GetTicketVolumesResponse,
        GetServiceFiguresRequest => GetServiceFiguresResponse,
        GetDailyFiguresRequest => GetDailyFiguresResponse,
        GetWorkListRequest => GetWorkListResponse,
    }
}

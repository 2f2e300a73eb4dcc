//! From the messages of `AccountService` to the account's commands.

use guanxi_events::{
    Money,
    sales::{
        PaymentMethod,
        account::{AllocationNo, ItemNo, WriteOffNo},
    },
};
use guanxi_proto::{google_type, sales::v1 as wire};
use guanxi_runtime::{Fields, command};
use rust_decimal::Decimal;

use super::{super::each, Choice};
use crate::{
    api::{amount, due::due_amounts},
    domain::{
        account::{Account, Command, How, Payout, Receive, Source, Target, Use, Wish},
        limits,
    },
};

/// A credit is used for at most this many debits at once.
const MAX_TARGETS: usize = 200;
/// A rate between two currencies is at most a million.
const MAX_RATE: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

command!(wire::ReceivePaymentRequest => wire::ReceivePaymentResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let (use_for, how) = credit_use(fields, request.r#use.as_ref()).unzip();
    let payment = payment(fields, request.payment.as_ref());
    let payment = Receive {
        use_for: use_for?,
        how: how?,
        ..payment?
    };
    Some((id?, Command::Receive(payment)))
});

command!(wire::BouncePaymentRequest => wire::BouncePaymentResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let payment = fields.id("payment_id", &request.payment_id);
    let reason = reason(fields, &request.reason);
    Some((id?, Command::Bounce { payment: payment?, reason: reason? }))
});

command!(wire::ReinstatePaymentRequest => wire::ReinstatePaymentResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let payment = fields.id("payment_id", &request.payment_id);
    let reason = reason(fields, &request.reason);
    Some((id?, Command::Reinstate { payment: payment?, reason: reason? }))
});

command!(wire::AllocateRequest => wire::AllocateResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let from = source(fields, request.source.as_ref());
    let (to, how) = credit_use(fields, request.r#use.as_ref()).unzip();
    Some((id?, Command::Allocate { from: from?, to: to?, how: how? }))
});

command!(wire::DeallocateRequest => wire::DeallocateResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let allocation = number(fields, "allocation", request.allocation);
    let on = fields.optional_date("on", request.on.as_ref());
    let allocation = AllocationNo(allocation?);
    Some((id?, Command::Deallocate { allocation, on: on? }))
});

command!(wire::RefundCreditRequest => wire::RefundCreditResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let refund = fields.new_id("refund_id", &request.refund_id);
    let from = source(fields, request.source.as_ref());
    let amount = optional(fields, "amount", request.amount.as_ref());
    let method = fields.choice("method", request.method, method);
    let reference = fields.optional_text("reference", &request.reference, 100);
    let payout = Payout {
        refund: refund?,
        method: method?,
        reference: reference?,
    };
    Some((id?, Command::Refund { from: from?, amount: amount?, payout }))
});

command!(wire::ReturnRefundRequest => wire::ReturnRefundResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let refund = fields.id("refund_id", &request.refund_id);
    let reason = reason(fields, &request.reason);
    Some((id?, Command::ReturnRefund { refund: refund?, reason: reason? }))
});

command!(wire::ChargeFeeRequest => wire::ChargeFeeResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let amount = amount(fields, "amount", request.amount.as_ref(), limits::AMOUNT);
    let due = fields.optional_date("due", request.due.as_ref());
    let reason = reason(fields, &request.reason);
    Some((id?, Command::ChargeFee { amount: amount?, due: due?, reason: reason? }))
});

command!(wire::WaiveFeeRequest => wire::WaiveFeeResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let item = number(fields, "item", request.item);
    let reason = reason(fields, &request.reason);
    Some((id?, Command::WaiveFee { item: ItemNo(item?), reason: reason? }))
});

command!(wire::RescheduleInvoiceRequest => wire::RescheduleInvoiceResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let invoice = fields.id("invoice_id", &request.invoice_id);
    let instalments = due_amounts(fields, "instalments", &request.instalments);
    Some((id?, Command::Reschedule { invoice: invoice?, instalments: instalments? }))
});

command!(wire::RequestWriteOffRequest => wire::RequestWriteOffResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let item = number(fields, "item", request.item);
    let amount = optional(fields, "amount", request.amount.as_ref());
    let reason = reason(fields, &request.reason);
    let item = ItemNo(item?);
    Some((id?, Command::RequestWriteOff { item, amount: amount?, reason: reason? }))
});

command!(wire::ApproveWriteOffRequest => wire::ApproveWriteOffResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let write_off = number(fields, "write_off", request.write_off);
    Some((id?, Command::ApproveWriteOff(WriteOffNo(write_off?))))
});

command!(wire::RejectWriteOffRequest => wire::RejectWriteOffResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let write_off = number(fields, "write_off", request.write_off);
    let reason = reason(fields, &request.reason);
    let write_off = WriteOffNo(write_off?);
    Some((id?, Command::RejectWriteOff { write_off, reason: reason? }))
});

command!(wire::TakeBackWriteOffRequest => wire::TakeBackWriteOffResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let write_off = number(fields, "write_off", request.write_off);
    let amount = optional(fields, "amount", request.amount.as_ref());
    let on = fields.optional_date("on", request.on.as_ref());
    let reason = reason(fields, &request.reason);
    let command = Command::TakeBackWriteOff {
        write_off: WriteOffNo(write_off?),
        amount: amount?,
        on: on?,
        reason: reason?,
    };
    Some((id?, command))
});

command!(wire::RecoverWriteOffRequest => wire::RecoverWriteOffResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let write_off = number(fields, "write_off", request.write_off);
    let payment = payment(fields, request.payment.as_ref());
    let write_off = WriteOffNo(write_off?);
    Some((id?, Command::Recover { write_off, payment: payment? }))
});

command!(wire::SetCreditLimitRequest => wire::SetCreditLimitResponse, Account,
|request, fields| {
    let id = fields.id("customer_id", &request.customer_id);
    let limit = optional(fields, "limit", request.limit.as_ref());
    let reason = reason(fields, &request.reason);
    Some((id?, Command::SetLimit { limit: limit?, reason: reason? }))
});

fn reason(fields: &mut Fields, text: &str) -> Option<String> {
    fields.text("reason", text, 1, 500)
}

/// A number within the account, from 1.
fn number(fields: &mut Fields, field: &str, number: i32) -> Option<u32> {
    let given = u32::try_from(number).ok().filter(|number| *number > 0);
    if given.is_none() {
        fields.bad(field, format!("{number} is not a number from 1 on"));
    }
    given
}

fn optional(
    fields: &mut Fields,
    field: &str,
    money: Option<&google_type::Money>,
) -> Option<Option<Money>> {
    crate::api::optional_amount(fields, field, money, limits::AMOUNT)
}

/// A payment, which is not used for anything yet.
fn payment(fields: &mut Fields, payment: Option<&wire::ReceivedPayment>) -> Option<Receive> {
    let Some(given) = payment else {
        fields.bad("payment", "must be given");
        return None;
    };
    let payment = fields.new_id("payment.payment_id", &given.payment_id);
    let (field, max) = ("payment.amount", limits::AMOUNT);
    let amount = amount(fields, field, given.amount.as_ref(), max);
    let method = fields.choice("payment.method", given.method, method);
    let reference = fields.optional_text("payment.reference", &given.reference, 100);
    let order = fields.optional_id("payment.order_id", &given.order_id);
    Some(Receive {
        payment: payment?,
        amount: amount?,
        method: method?,
        reference: reference?,
        order: order?,
        use_for: Use::Keep,
        how: How::default(),
    })
}

pub(in crate::api) fn method(method: wire::PaymentMethod) -> Option<PaymentMethod> {
    match method {
        wire::PaymentMethod::Unspecified => None,
        wire::PaymentMethod::BankTransfer => Some(PaymentMethod::BankTransfer),
        wire::PaymentMethod::DirectDebit => Some(PaymentMethod::DirectDebit),
        wire::PaymentMethod::Card => Some(PaymentMethod::Card),
        wire::PaymentMethod::Cheque => Some(PaymentMethod::Cheque),
        wire::PaymentMethod::Cash => Some(PaymentMethod::Cash),
        wire::PaymentMethod::Wallet => Some(PaymentMethod::Wallet),
        wire::PaymentMethod::Other => Some(PaymentMethod::Other),
    }
}

fn source(fields: &mut Fields, source: Option<&wire::CreditSource>) -> Option<Source> {
    use wire::credit_source::From;
    match source.and_then(|source| source.from.as_ref()) {
        Some(From::Item(item)) => {
            number(fields, "source.item", *item).map(|no| Source::Item(ItemNo(no)))
        }
        Some(From::PaymentId(id)) => fields.id("source.payment_id", id).map(Source::Payment),
        Some(From::CreditNoteId(id)) => fields
            .id("source.credit_note_id", id)
            .map(Source::CreditNote),
        None => {
            fields.bad("source", "must name a credit");
            None
        }
    }
}

fn credit_use(fields: &mut Fields, given: Option<&wire::CreditUse>) -> Option<(Use, How)> {
    let none = wire::CreditUse::default();
    let given = given.unwrap_or(&none);
    let targets = each(fields, "use.targets", &given.targets, MAX_TARGETS, target);
    if given.keep && !given.targets.is_empty() {
        fields.bad("use.keep", "cannot be set together with targets");
        return None;
    }
    let on = fields.optional_date("use.on", given.on.as_ref());
    let rate = rate(fields, &given.rate);
    let targets = targets?;
    let use_for = match targets.is_empty() {
        _ if given.keep => Use::Keep,
        true => Use::OldestFirst,
        false => Use::For(targets),
    };
    let how = How {
        on: on?,
        rate: rate?,
        write_off_small_rests: given.write_off_small_rests,
    };
    Some((use_for, how))
}

fn rate(fields: &mut Fields, text: &str) -> Option<Option<Decimal>> {
    if text.is_empty() {
        return Some(None);
    }
    let rate = fields.decimal("use.rate", text, 10, Decimal::ZERO, MAX_RATE)?;
    if rate.is_zero() {
        fields.bad("use.rate", "must be above 0");
        return None;
    }
    Some(Some(rate))
}

fn target(fields: &mut Fields, path: &str, target: &wire::AllocationTarget) -> Option<Wish> {
    use wire::allocation_target::To;
    let to = match &target.to {
        Some(To::Item(item)) => {
            number(fields, &format!("{path}.item"), *item).map(|no| Target::Item(ItemNo(no)))
        }
        Some(To::InvoiceId(id)) => fields
            .id(&format!("{path}.invoice_id"), id)
            .map(Target::Invoice),
        None => {
            fields.bad(path, "must name an item or an invoice");
            None
        }
    };
    let amount = optional(fields, &format!("{path}.amount"), target.amount.as_ref());
    Some(Wish {
        to: to?,
        amount: amount?,
    })
}

pub(super) fn choice(
    fields: &mut Fields,
    choice: Option<&wire::AccountItemChoice>,
) -> Option<Choice> {
    use wire::account_item_choice::By;
    match choice.and_then(|choice| choice.by.as_ref()) {
        Some(By::Item(item)) => {
            number(fields, "choice.item", *item).map(|no| Choice::Item(ItemNo(no)))
        }
        Some(By::PaymentId(id)) => fields.id("choice.payment_id", id).map(Choice::Payment),
        Some(By::CreditNoteId(id)) => fields
            .id("choice.credit_note_id", id)
            .map(Choice::CreditNote),
        Some(By::RefundId(id)) => fields.id("choice.refund_id", id).map(Choice::Refund),
        None => {
            fields.bad("choice", "must name an item");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use guanxi_runtime::CommandRequest;
    use uuid::Uuid;

    use super::*;

    fn bad_fields<R: CommandRequest<Account>>(request: R) -> Vec<String> {
        let mut fields = Fields::default();
        assert!(request.parse(&mut fields).is_none());
        let violations = fields.finish().unwrap_err().violations;
        violations.into_iter().map(|v| v.field).collect()
    }

    #[test]
    fn every_bad_field_of_a_payment_is_named() {
        let request = wire::ReceivePaymentRequest {
            customer_id: "x".into(),
            payment: Some(wire::ReceivedPayment::default()),
            r#use: Some(wire::CreditUse {
                targets: vec![wire::AllocationTarget {
                    to: Some(wire::allocation_target::To::Item(0)),
                    amount: None,
                }],
                rate: "0".into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert_eq!(
            bad_fields(request),
            [
                "customer_id",
                "use.targets[0].item",
                "use.rate",
                "payment.amount",
                "payment.method"
            ]
        );
    }

    #[test]
    fn a_credit_is_kept_or_used_but_not_both() {
        let invoice = Uuid::from_u128(5).to_string();
        let used = |keep, targets: usize| wire::CreditUse {
            keep,
            targets: vec![
                wire::AllocationTarget {
                    to: Some(wire::allocation_target::To::InvoiceId(invoice.clone())),
                    amount: None,
                };
                targets
            ],
            ..Default::default()
        };
        let parsed = |given| credit_use(&mut Fields::default(), Some(&given)).map(|(to, _)| to);
        assert_eq!(parsed(used(false, 0)), Some(Use::OldestFirst));
        assert_eq!(parsed(used(true, 0)), Some(Use::Keep));
        assert!(matches!(parsed(used(false, 1)), Some(Use::For(wishes)) if wishes.len() == 1));
        assert_eq!(parsed(used(true, 1)), None);
    }
}

#!/usr/bin/env python3
"""From an order to its money, through Guanxi's gRPC services: credit limit, order, delivery, invoice,
payment, bounce, return, and what the receivables say, as of a day as it was known on another.

Needs what client.py needs, and the same variables.
"""

import os
import time
import uuid

import grpc
from crm import command_pb2, date_pb2, expect, header, load, money_pb2, token

customer, customer_grpc = load("customers/v1/customer")
account, account_grpc = load("sales/v1/account")
money, _ = load("sales/v1/money_movement")
terms, terms_grpc = load("sales/v1/payment_terms")
product, product_grpc = load("sales/v1/product")
line, _ = load("sales/v1/sale_line")
order, order_grpc = load("sales/v1/order")
returns, returns_grpc = load("sales/v1/order_return")
invoice, invoice_grpc = load("sales/v1/invoice")
credit_note, credit_note_grpc = load("sales/v1/credit_note")
receivables, receivables_grpc = load("query/v1/receivables_service")
figures, _ = load("query/v1/receivables")

ME = token()


def eur(text):
    """12.34 as it goes over the wire."""
    units, _, cents = text.partition(".")
    return money_pb2.Money(
        currency_code="EUR", units=int(units), nanos=int((cents or "0").ljust(9, "0"))
    )


def text(amount):
    """Money as people read it."""
    return f"{amount.units + amount.nanos / 1e9:.2f} {amount.currency_code}"


def done(call, **fields):
    """Sends a command and returns its receipt."""
    request = call.request(header=header(), **fields)
    return call.rpc(request, metadata=ME, timeout=10).receipt


class Command:
    """A command's RPC and the class of its request."""

    def __init__(self, stub, module, name):
        self.rpc = getattr(stub, name)
        self.request = getattr(module, name + "Request")


def main():
    sales = grpc.insecure_channel(os.environ["CRM_SALES"])
    customers = customer_grpc.CustomerServiceStub(
        grpc.insecure_channel(os.environ["CRM_CUSTOMERS"])
    )
    query = receivables_grpc.ReceivablesServiceStub(grpc.insecure_channel(os.environ["CRM_QUERY"]))
    accounts = account_grpc.AccountServiceStub(sales)
    orders = order_grpc.OrderServiceStub(sales)
    invoices = invoice_grpc.InvoiceServiceStub(sales)

    # ── A customer with a credit limit ─────────────────────────────────────────────────────────
    buyer = done(
        Command(customers, customer, "RegisterCustomer"),
        profile=customer.CustomerProfile(kind=customer.CUSTOMER_KIND_COMPANY, name="Silk Road"),
    ).id
    limit = account.SetCreditLimitRequest(
        header=header(), customer_id=buyer, limit=eur("1000"), reason="new customer"
    )
    # The sales service hears of a customer a moment after it was registered.
    for attempt in range(100):
        try:
            accounts.SetCreditLimit(limit, metadata=ME, timeout=10)
            break
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.NOT_FOUND or attempt == 99:
                raise
            time.sleep(0.1)

    half = [
        terms.PaymentPortion(
            percent="50", due_rule=terms.DUE_RULE_DAYS_AFTER_INVOICE, count=0
        ),
        terms.PaymentPortion(
            percent="50", due_rule=terms.DUE_RULE_DAYS_AFTER_INVOICE, count=30
        ),
    ]
    halves = done(
        Command(terms_grpc.PaymentTermsServiceStub(sales), terms, "DefinePaymentTerms"),
        definition=terms.PaymentTermsDefinition(name="half now, half in 30 days", portions=half),
    ).id
    lantern = done(
        Command(product_grpc.ProductServiceStub(sales), product, "CreateProduct"),
        details=product.ProductDetails(sku=f"L-{uuid.uuid4()}", name="Lantern", unit="piece"),
    ).id

    # ── Order, delivery, invoice ───────────────────────────────────────────────────────────────
    place = Command(orders, order, "PlaceOrder")
    ten = line.SaleLineInput(product_id=lantern, quantity="10", unit_price="50", tax_rate="19")
    sold = done(
        place,
        customer_id=buyer,
        currency_code="EUR",
        lines=[ten],
        payment_terms_id=halves,
        confirm=True,
    )
    print(f"{sold.number} is confirmed: ten lanterns, 595.00 EUR with tax")

    more = order.PlaceOrderRequest(
        header=header(), customer_id=buyer, currency_code="EUR", lines=[ten], confirm=True
    )
    found = expect(
        grpc.StatusCode.FAILED_PRECONDITION,
        "another one is above the credit limit: the figures say by how much",
        lambda: orders.PlaceOrder(more, metadata=ME),
    )
    assert found["ErrorInfo"].reason == "CREDIT_LIMIT_EXCEEDED"
    assert found["ErrorInfo"].metadata["above"] == "190.00 EUR", found["ErrorInfo"]

    done(Command(orders, order, "DeliverOrder"), order_id=sold.id)
    billed = done(
        Command(invoices, invoice, "IssueInvoice"),
        subject=invoice.InvoiceSubject(order=invoice.OrderToBill(order_id=sold.id)),
    )
    print(f"{billed.number} is issued")

    # ── Payment and bounce ─────────────────────────────────────────────────────────────────────
    payment = str(uuid.uuid4())
    paid = done(
        Command(accounts, account, "ReceivePayment"),
        customer_id=buyer,
        payment=account.ReceivedPayment(
            payment_id=payment, amount=eur("297.50"), method=money.PAYMENT_METHOD_BANK_TRANSFER
        ),
    )
    print(f"{paid.number} is received: 297.50 EUR, used for what is due first")

    today = query.GetAgeing(
        receivables.GetAgeingRequest(
            after=[paid.token], filter=figures.ReceivablesFilter(customer_ids=[buyer])
        ),
        metadata=ME,
        timeout=10,
    )
    outstanding = today.totals[0].figures.outstanding
    print(f"\noutstanding: {text(outstanding)}")
    assert text(outstanding) == "297.50 EUR"

    bounced = done(
        Command(accounts, account, "BouncePayment"),
        customer_id=buyer,
        payment_id=payment,
        reason="no funds",
    )
    items = query.ListOpenItems(
        receivables.ListOpenItemsRequest(
            after=[bounced.token], filter=figures.ReceivablesFilter(customer_ids=[buyer])
        ),
        metadata=ME,
        timeout=10,
    ).items
    for item in items:
        due = item.due_date
        print(f"  {item.document_number} due {due.year}-{due.month:02}-{due.day:02}: {text(item.open)}")
    assert [text(item.open) for item in items] == ["297.50 EUR", "297.50 EUR"]
    assert {item.document_number for item in items} == {billed.number}

    # ── Two lanterns come back ─────────────────────────────────────────────────────────────────
    back = done(
        Command(returns_grpc.ReturnServiceStub(sales), returns, "RequestReturn"),
        order_id=sold.id,
        lines=[returns.ReturnLine(line=1, quantity="2", reason="broken")],
        at_once=True,
    )
    credited = done(
        Command(credit_note_grpc.CreditNoteServiceStub(sales), credit_note, "IssueCreditNote"),
        subject=credit_note.CreditNoteSubject(
            order=credit_note.OrderToCredit(order_id=sold.id, return_id=back.id)
        ),
        reason="broken",
    )
    print(f"\n{credited.number} credits two of them")

    control = query.GetControlAccount(
        receivables.GetControlAccountRequest(after=[credited.token], customer_ids=[buyer]),
        metadata=ME,
        timeout=10,
    )
    assert control.agrees, "the open items are what was posted"
    book = control.accounts[0]
    for posted in book.figures:
        print(f"  {figures.ControlFigure.Name(posted.figure)[15:]:12} {text(posted.amount):>12}")
    print(f"  {'open':12} {text(book.open):>12}")
    assert text(book.open) == "476.00 EUR"

    # Yesterday there was nothing, whatever is known today.
    yesterday = time.gmtime(time.time() - 2 * 86_400)
    day = date_pb2.Date(year=yesterday.tm_year, month=yesterday.tm_mon, day=yesterday.tm_mday)
    before = query.GetAgeing(
        receivables.GetAgeingRequest(
            after=[credited.token],
            as_of=day,
            filter=figures.ReceivablesFilter(customer_ids=[buyer]),
        ),
        metadata=ME,
        timeout=10,
    )
    assert not before.groups, before

    # ── What is refused ────────────────────────────────────────────────────────────────────────
    found = expect(
        grpc.StatusCode.FAILED_PRECONDITION,
        "an invoice that is credited is not voided: it says what must be voided before",
        lambda: invoices.VoidInvoice(
            invoice.VoidInvoiceRequest(header=header(), invoice_id=billed.id, reason="no"),
            metadata=ME,
        ),
    )
    assert found["ErrorInfo"].reason == "INVOICE_CREDITED"

    found = expect(
        grpc.StatusCode.INVALID_ARGUMENT,
        "every bad field of a payment is named",
        lambda: accounts.ReceivePayment(
            account.ReceivePaymentRequest(
                header=command_pb2.CommandHeader(command_id="no UUID"),
                customer_id=buyer,
                payment=account.ReceivedPayment(amount=eur("-1")),
            ),
            metadata=ME,
        ),
    )
    fields = {violation.field for violation in found["BadRequest"].field_violations}
    assert {"header.command_id", "payment.amount", "payment.method"} <= fields, fields
    print("\nall as it should be")


if __name__ == "__main__":
    main()

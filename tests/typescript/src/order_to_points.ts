/** From an order to its money, through Guanxi's gRPC services. Needs CRM_CUSTOMERS, CRM_SALES,
 * CRM_QUERY (addresses) and CRM_TOKEN (a manager's). */

import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { CustomerKind, CustomerService } from "../generated/guanxi/customers/v1/customer_pb.js";
import { ReceivablesService } from "../generated/guanxi/query/v1/receivables_service_pb.js";
import { AccountService } from "../generated/guanxi/sales/v1/account_pb.js";
import { InvoiceService } from "../generated/guanxi/sales/v1/invoice_pb.js";
import { PaymentMethod } from "../generated/guanxi/sales/v1/money_movement_pb.js";
import { OrderService } from "../generated/guanxi/sales/v1/order_pb.js";
import { ProductService } from "../generated/guanxi/sales/v1/product_pb.js";
import { connect, done, equal, eur, header, once, refused, text } from "./crm.js";

const customers = connect(CustomerService, "CRM_CUSTOMERS");
const products = connect(ProductService, "CRM_SALES");
const orders = connect(OrderService, "CRM_SALES");
const invoices = connect(InvoiceService, "CRM_SALES");
const accounts = connect(AccountService, "CRM_SALES");
const receivables = connect(ReceivablesService, "CRM_QUERY");

console.log("A customer buys ten lanterns");
const registration = {
  header: header(),
  profile: { kind: CustomerKind.COMPANY, name: "Silk Road" },
};
const buyer = await done(customers.registerCustomer(registration));
const again = await done(customers.registerCustomer(registration));
equal(again.number, buyer.number, "the same command again has the same answer");

const lantern = await done(
  products.createProduct({
    header: header(),
    details: { sku: `L-${randomUUID()}`, name: "Lantern", unit: "piece" },
  }),
);
const line = { productId: lantern.id, quantity: "10", unitPrice: "50", taxRate: "19" };
const placing = { customerId: buyer.id, currencyCode: "EUR", lines: [line], confirm: true };
const order = await once("the customer in the sales service", () =>
  done(orders.placeOrder({ header: header(), ...placing })),
);
await orders.deliverOrder({ header: header(), orderId: order.id });
const invoice = await done(
  invoices.issueInvoice({
    header: header(),
    subject: { of: { case: "order", value: { orderId: order.id } } },
  }),
);

console.log("It is paid");
const paid = await done(
  accounts.receivePayment({
    header: header(),
    customerId: buyer.id,
    payment: { paymentId: randomUUID(), amount: eur("595.00"), method: PaymentMethod.CARD },
  }),
);
const control = await receivables.getControlAccount({
  after: [paid.token],
  customerIds: [buyer.id],
});
equal(control.agrees, true, "the open items are what was posted");
equal(text(control.accounts[0]?.open), "0.00 EUR", "open");

console.log("What is wrong is told with its figures");
const bad = await refused(
  Code.InvalidArgument,
  accounts.receivePayment({
    header: header("no UUID"),
    customerId: buyer.id,
    payment: { amount: eur("-1") },
  }),
);
for (const field of ["header.command_id", "payment.amount", "payment.method"]) {
  equal(field in bad.fields, true, field);
}
const settled = await refused(
  Code.FailedPrecondition,
  invoices.voidInvoice({ header: header(), invoiceId: invoice.id, reason: "no" }),
);
equal(settled.reason, "INVOICE_SETTLED", "reason");

console.log("all as it should be");

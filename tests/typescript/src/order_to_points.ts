/** From an order to its money and its points, through Guanxi's gRPC services. Needs CRM_CUSTOMERS,
 * CRM_SALES, CRM_LOYALTY, CRM_QUERY (addresses) and CRM_TOKEN (a manager's). */

import { randomUUID } from "node:crypto";
import { Code } from "@connectrpc/connect";
import { CustomerKind, CustomerService } from "../generated/guanxi/customers/v1/customer_pb.js";
import { CardBatchService } from "../generated/guanxi/loyalty/v1/card_batch_pb.js";
import { EarningRulesService, PointsRounding } from "../generated/guanxi/loyalty/v1/earning_rules_pb.js";
import { MemberService, MemberStatus } from "../generated/guanxi/loyalty/v1/member_pb.js";
import { PointsService } from "../generated/guanxi/loyalty/v1/points_pb.js";
import { PointsExpiry, PointsShortfall, ProgramService } from "../generated/guanxi/loyalty/v1/program_pb.js";
import { PaymentKind, PurchaseService } from "../generated/guanxi/loyalty/v1/purchase_pb.js";
import { RedeemFor, RedemptionService } from "../generated/guanxi/loyalty/v1/redemption_pb.js";
import { PointsService as PointsQueries } from "../generated/guanxi/query/v1/points_service_pb.js";
import { ReceivablesService } from "../generated/guanxi/query/v1/receivables_service_pb.js";
import { AccountService } from "../generated/guanxi/sales/v1/account_pb.js";
import { CreditNoteService } from "../generated/guanxi/sales/v1/credit_note_pb.js";
import { InvoiceService } from "../generated/guanxi/sales/v1/invoice_pb.js";
import { PaymentMethod } from "../generated/guanxi/sales/v1/money_movement_pb.js";
import { OrderService } from "../generated/guanxi/sales/v1/order_pb.js";
import { ReturnService } from "../generated/guanxi/sales/v1/order_return_pb.js";
import { ProductService } from "../generated/guanxi/sales/v1/product_pb.js";
import { connect, done, equal, eur, header, once, refused, text } from "./crm.js";

const customers = connect(CustomerService, "CRM_CUSTOMERS");
const products = connect(ProductService, "CRM_SALES");
const orders = connect(OrderService, "CRM_SALES");
const invoices = connect(InvoiceService, "CRM_SALES");
const accounts = connect(AccountService, "CRM_SALES");
const returns = connect(ReturnService, "CRM_SALES");
const creditNotes = connect(CreditNoteService, "CRM_SALES");
const programs = connect(ProgramService, "CRM_LOYALTY");
const earningRules = connect(EarningRulesService, "CRM_LOYALTY");
const cardBatches = connect(CardBatchService, "CRM_LOYALTY");
const members = connect(MemberService, "CRM_LOYALTY");
const purchases = connect(PurchaseService, "CRM_LOYALTY");
const redemptions = connect(RedemptionService, "CRM_LOYALTY");
const points = connect(PointsService, "CRM_LOYALTY");
const receivables = connect(ReceivablesService, "CRM_QUERY");
const balances = connect(PointsQueries, "CRM_QUERY");

console.log("A program: a point a euro, which can be spent when goods do not come back any more");
const program = await done(
  programs.openProgram({
    header: header(),
    rules: {
      name: "Lantern friends",
      currencyCode: "EUR",
      pointValue: "0.01",
      returnWindowDays: 14,
      expiry: PointsExpiry.NEVER,
      mayEarn: [MemberStatus.ACTIVE],
      maySpend: [MemberStatus.ACTIVE],
      shortfall: PointsShortfall.GO_NEGATIVE,
    },
  }),
);
const spend = { points: "1", per: "1" };
const base = { key: "base", priority: 10, formula: { case: "spend" as const, value: spend } };
await earningRules.setEarningRules({
  header: header(),
  programId: program.id,
  rules: {
    rules: [base],
    rounding: PointsRounding.DOWN,
    paidBy: [PaymentKind.CASH, PaymentKind.CARD],
  },
});
const batch = await done(
  cardBatches.createCardBatch({
    header: header(),
    programId: program.id,
    name: "first cards",
    numbers: { prefix: "6217", serialDigits: 6, lastSerial: 999_999n },
  }),
);

console.log("A customer, who is a member with a card, buys ten lanterns");
const registration = {
  header: header(),
  profile: { kind: CustomerKind.COMPANY, name: "Silk Road" },
};
const buyer = await done(customers.registerCustomer(registration));
const again = await done(customers.registerCustomer(registration));
equal(again.number, buyer.number, "the same command again has the same answer");

const member = await once("the customer in the loyalty service", () =>
  done(
    members.enrolMember({
      header: header(),
      programId: program.id,
      customerId: buyer.id,
      active: true,
      card: { from: { case: "cardBatchId", value: batch.id } },
    }),
  ),
);
const enrolled = await members.getMember({ memberId: member.id });
const card = enrolled.member?.cards[0]?.number ?? "";
equal(card.startsWith("6217"), true, `card ${card}`);

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

/** The member's points, once the read model has come to a token of any log. */
async function standing(token: string) {
  const answer = await balances.getPointsBalances({
    after: [token],
    filter: { memberIds: [member.id] },
  });
  equal(answer.conserves, true, "points conserve");
  return answer.balances[0]?.points;
}

console.log("The payment has earned points, which are pending");
equal((await standing(paid.token))?.pending, "595", "pending");

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

console.log("Two lanterns come back, and so do their points");
const back = await done(
  returns.requestReturn({
    header: header(),
    orderId: order.id,
    lines: [{ line: 1, quantity: "2", reason: "broken" }],
    atOnce: true,
  }),
);
const credited = await done(
  creditNotes.issueCreditNote({
    header: header(),
    subject: { of: { case: "order", value: { orderId: order.id, returnId: back.id } } },
    reason: "broken",
  }),
);
const after = await standing(credited.token);
equal(after?.pending, "476", "pending");
equal(after?.reversed, "119", "taken back");

console.log("At the till: points pay a part, and what is paid otherwise earns");
await points.accruePoints({
  header: header(),
  memberId: member.id,
  points: "500",
  reference: "welcome",
});
await redemptions.redeemPoints({
  header: header(),
  memberId: member.id,
  points: "300",
  bill: eur("40.00"),
  purpose: RedeemFor.PAYMENT,
  reference: "R-17",
});
const sold = await done(
  purchases.recordPurchase({
    header: header(),
    purchaseId: randomUUID(),
    programId: program.id,
    cardNumber: card,
    reference: "R-17",
    lines: [{ item: "lamp oil", quantity: "2", amount: eur("40.00") }],
    payments: [
      { kind: PaymentKind.POINTS, amount: eur("3.00") },
      { kind: PaymentKind.CASH, amount: eur("37.00") },
    ],
  }),
);
const now = await standing(sold.token);
equal(now?.active, "200", "active");
equal(now?.pending, "513", "pending");
equal(now?.spent, "300", "spent");

console.log("More than is there cannot be spent");
const overdraft = await refused(
  Code.FailedPrecondition,
  redemptions.redeemPoints({
    header: header(),
    memberId: member.id,
    points: "201",
    purpose: RedeemFor.REWARD,
  }),
);
equal(overdraft.reason, "NOT_ENOUGH_POINTS", "reason");
for (const [figure, wanted] of Object.entries({ asked: "201", active: "200", pending: "513" })) {
  equal(overdraft.figures[figure], wanted, figure);
}

console.log("all as it should be");

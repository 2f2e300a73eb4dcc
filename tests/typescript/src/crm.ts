/** What the example clients share: channels, headers, money, and refusals as programs read them. */

import { randomUUID } from "node:crypto";
import { Code, ConnectError, createClient, type Client, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { create, type DescService } from "@bufbuild/protobuf";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
} from "../generated/google/rpc/error_details_pb.js";
import { MoneySchema, type Money } from "../generated/google/type/money_pb.js";
import {
  CommandHeaderSchema,
  type CommandHeader,
  type Receipt,
} from "../generated/guanxi/types/v1/command_pb.js";

/** A service of the cluster, by the variable that says where it is: `CRM_SALES=127.0.0.1:7002`. */
export function connect<S extends DescService>(service: S, variable: string): Client<S> {
  const transport = createGrpcTransport({
    baseUrl: `http://${required(variable)}`,
    interceptors: [asMe],
    defaultTimeoutMs: 10_000,
  });
  return createClient(service, transport);
}

/** Who calls. */
const asMe: Interceptor = (next) => (request) => {
  request.header.set("authorization", `Bearer ${required("CRM_TOKEN")}`);
  return next(request);
};

/** What every command carries. Sending a command again with the same id does it once. */
export function header(commandId: string = randomUUID()): CommandHeader {
  return create(CommandHeaderSchema, { commandId });
}

/** The receipt of a command's answer. */
export async function done(answer: Promise<{ receipt?: Receipt }>): Promise<Receipt> {
  const { receipt } = await answer;
  if (receipt === undefined) throw new Error("an answer without a receipt");
  return receipt;
}

/** `12.34` as it goes over the wire: exact, never a float. */
export function eur(text: string): Money {
  const [units = "0", cents = ""] = text.split(".");
  return create(MoneySchema, {
    currencyCode: "EUR",
    units: BigInt(units),
    nanos: Number(cents.padEnd(9, "0")),
  });
}

/** Money as people read it. */
export function text(money: Money | undefined): string {
  if (money === undefined) return "nothing";
  const cents = Math.trunc(Math.abs(money.nanos) / 10_000_000);
  return `${money.units}.${cents.toString().padStart(2, "0")} ${money.currencyCode}`;
}

/** What a refusal tells a program. */
export interface Refused {
  /** `CREDIT_LIMIT_EXCEEDED` */
  reason: string;
  /** The figures behind it, by name. */
  figures: Record<string, string>;
  /** The bad fields, by path. */
  fields: Record<string, string>;
}

/** Makes a call that is to be refused with `code`, and reads what the refusal says. */
export async function refused(code: Code, call: Promise<unknown>): Promise<Refused> {
  try {
    await call;
  } catch (error) {
    const refusal = ConnectError.from(error);
    if (refusal.code !== code) throw error;
    return read(refusal);
  }
  throw new Error(`it was done, but ${Code[code]} was to be the answer`);
}

function read(refusal: ConnectError): Refused {
  const [info] = refusal.findDetails(ErrorInfoSchema);
  const bad = refusal.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations);
  const [rule] = refusal.findDetails(PreconditionFailureSchema).flatMap((d) => d.violations);
  console.log(`  ${Code[refusal.code]}: ${refusal.rawMessage}`);
  return {
    reason: info?.reason ?? rule?.type ?? "",
    figures: info?.metadata ?? {},
    fields: Object.fromEntries(bad.map((field) => [field.field, field.description])),
  };
}

/** Asks again until it is so, for what another service hears of a moment later. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it never came: ${what}`);
}

/** The same for a call that is answered NOT_FOUND until the other service has heard. */
export function once<T>(what: string, call: () => Promise<T>): Promise<T> {
  return eventually(what, async () => {
    try {
      return await call();
    } catch (error) {
      if (ConnectError.from(error).code === Code.NotFound) return undefined;
      throw error;
    }
  });
}

/** What must be so. */
export function equal<T>(found: T, wanted: T, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
  console.log(`  ${what}: ${found}`);
}

function required(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set`);
  return value;
}

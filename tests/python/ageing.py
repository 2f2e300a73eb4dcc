#!/usr/bin/env python3
"""Works out what customers owe, by age, from the events of their accounts: the plain way.

It shares no code with Guanxi, and needs nothing but Python. The events come in the order of the log,
one JSON object a line:

    {"account": "…", "type": "sales.account_invoice_posted", "data": {…}, "recorded_at": "…"}

    tests/python/ageing.py EVENTS 2011-03-31 2011-06-30 [--known 2011-07-15T00:00:00Z]

prints one JSON object a day: by currency, what is not due, overdue for 1-30, 31-60, 61-90, 91-120
days and longer, and the credits that are not used. With --known, only what had been recorded by then
counts; events need recorded_at for that.
"""

import argparse
import datetime
import decimal
import json
import sys

LIMITS = [0, 30, 60, 90, 120]
NEVER = "9999-12-31"


class Account:
    """All that happened to one account."""

    def __init__(self):
        self.items = {}  # number -> item
        self.uses = {}  # key -> settlement
        self.documents = {}  # (kind, id) -> numbers of items

    def take_in(self, kind, data):
        handler = getattr(self, kind.removeprefix("sales.account_"), None)
        if handler is None:
            sys.exit(f"{kind} is unknown")
        handler(data)

    # Items. A debit counts plus, a credit minus.

    def post(self, number, sign, on, due, currency, booked, *document):
        self.items[number] = {
            "sign": sign,
            "on": on,
            "due": due,
            "currency": currency,
            "amount": amount(booked),
            "gone": NEVER,
        }
        self.documents.setdefault(document, []).append(number)

    def gone(self, on, *document):
        for number in self.documents[document]:
            self.items[number]["gone"] = on

    def invoice_posted(self, data):
        self.documents[("invoice", data["invoice"])] = []
        for part in data["instalments"]:
            self.post(part["item"], 1, data["on"], part["due"], data["currency"],
                      part["booked"], "invoice", data["invoice"])

    def invoice_voided(self, data):
        self.gone(data["on"], "invoice", data["invoice"])

    def rescheduled(self, data):
        for at, taken in enumerate(data["taken"]):
            key = ("rescheduled", data["invoice"], data["version"], at)
            self.use(key, data["on"], {taken["item"]: amount(taken["booked"])})
        currency = self.items[data["taken"][0]["item"]]["currency"]
        for part in data["instalments"]:
            self.post(part["item"], 1, data["on"], part["due"], currency,
                      part["booked"], "invoice", data["invoice"])

    def credit_note_posted(self, data):
        self.post(data["item"], -1, data["on"], data["on"], data["currency"],
                  data["booked"], "credit note", data["credit_note"])

    def credit_note_voided(self, data):
        self.gone(data["on"], "credit note", data["credit_note"])

    def fee_charged(self, data):
        self.post(data["item"], 1, data["on"], data["due"], data["currency"],
                  data["booked"], "fee", data["item"])

    def fee_waived(self, data):
        self.gone(data["on"], "fee", data["item"])

    def payment_received(self, data):
        self.post(data["item"], -1, data["on"], data["on"], data["currency"],
                  data["booked"], "payment", data["payment"])

    def payment_bounced(self, data):
        self.gone(data["on"], "payment", data["payment"])

    def payment_reinstated(self, data):
        self.gone(NEVER, "payment", data["payment"])

    def refunded(self, data):
        self.post(data["item"], 1, data["on"], data["on"], data["currency"],
                  data["booked"], "refund", data["refund"])

    def refund_returned(self, data):
        self.gone(data["on"], "refund", data["refund"])

    # What is taken off items: from a day on, and until another if it is taken back.

    def use(self, key, on, taken):
        self.uses[key] = {"on": on, "back": [], "taken": taken}

    def allocated(self, data):
        self.use(("allocation", data["allocation"]), data["on"], {
            data["from"]: amount(data["taken"]) + amount(data.get("surplus")),
            data["to"]: amount(data["settled"]) + amount(data.get("discount"))
            + amount(data.get("shortfall")),
        })

    def deallocated(self, data):
        use = self.uses[("allocation", data["allocation"])]
        use["back"].append((data["on"], use["taken"]))

    def written_off(self, data):
        key = ("write-off", data["write_off"])
        self.use(key, data["on"], {data["item"]: amount(data["booked"])})

    def write_off_taken_back(self, data):
        use = self.uses[("write-off", data["write_off"])]
        back = {item: amount(data["booked"]) for item in use["taken"]}
        use["back"].append((data["on"], back))

    def recovered(self, data):
        self.write_off_taken_back(data)

    # What changes no open item.

    def nothing(self, data):
        pass

    write_off_requested = write_off_rejected = nothing
    credit_limit_set = commitment_set = nothing
    invoice_settled = invoice_unsettled = recovery_taken_back = nothing

    def open_items(self, day):
        """Every item with what is open of it at the end of a day."""
        taken = {}
        for use in self.uses.values():
            if use["on"] > day:
                continue
            for item, much in use["taken"].items():
                taken[item] = taken.get(item, 0) + much
            for on, back in use["back"]:
                if on <= day:
                    for item, much in back.items():
                        taken[item] -= much
        for number, item in self.items.items():
            if item["on"] <= day < item["gone"]:
                yield item, item["amount"] - taken.get(number, 0)


def amount(booked):
    return decimal.Decimal(booked["amount"]) if booked else decimal.Decimal(0)


def ageing(accounts, day):
    """By currency: the buckets, and the credits that are not used."""
    currencies = {}
    for account in accounts.values():
        for item, still_open in account.open_items(day):
            if not still_open:
                continue
            figures = currencies.setdefault(
                item["currency"], {"buckets": [decimal.Decimal(0)] * 6, "credits": decimal.Decimal(0)}
            )
            if item["sign"] < 0:
                figures["credits"] -= still_open
                continue
            age = (date(day) - date(item["due"])).days
            figures["buckets"][sum(age > limit for limit in LIMITS)] += still_open
    return {
        currency: {
            "buckets": [str(bucket) for bucket in figures["buckets"]],
            "credits": str(figures["credits"]),
        }
        for currency, figures in sorted(currencies.items())
    }


def date(text):
    return datetime.date.fromisoformat(text)


def instant(text):
    return datetime.datetime.fromisoformat(text)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("events", help="a file of events, - for standard input")
    arguments.add_argument("days", nargs="+", metavar="day", help="YYYY-MM-DD")
    arguments.add_argument("--known", type=instant, help="what had been recorded by then")
    asked = arguments.parse_args()

    accounts = {}
    with sys.stdin if asked.events == "-" else open(asked.events, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if asked.known and instant(event["recorded_at"]) > asked.known:
                continue
            account = accounts.setdefault(event["account"], Account())
            account.take_in(event["type"], event["data"])
    for day in asked.days:
        print(json.dumps({"day": day, "ageing": ageing(accounts, day)}))


if __name__ == "__main__":
    main()

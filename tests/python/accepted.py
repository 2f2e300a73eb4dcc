#!/usr/bin/env python3
"""Adds up what was accepted of a file of online retail: the file less what the report refuses.

It shares no code with Guanxi, and needs nothing but Python.

    tests/python/accepted.py onlineretail.csv.gz retail-refused.csv

prints one JSON object: the sum over what was accepted of orders and cancellations, each line rounded
half-up to a penny, and how many lines the report refuses, wholly or partly. It fails when the report
names a line that the file does not have so.
"""

import csv
import decimal
import gzip
import json
import sys

PENNY = decimal.Decimal("0.01")


def worth(quantity, price):
    return (quantity * decimal.Decimal(price)).quantize(PENNY, decimal.ROUND_HALF_UP)


def main():
    file, report = sys.argv[1:]
    with open(report, encoding="utf-8", newline="") as lines:
        refused = {int(row["Line"]): row for row in csv.DictReader(lines)}
    count = len(refused)
    accepted = decimal.Decimal(0)
    opened = gzip.open if file.endswith(".gz") else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            quantity = int(row["Quantity"])
            entry = refused.pop(number, None)
            if entry is not None:
                for column in ("InvoiceNo", "Quantity", "CustomerID"):
                    if entry[column] != row[column]:
                        sys.exit(f"line {number}: {column} is {row[column]!r}, not {entry[column]!r}")
                quantity -= int(entry["RefusedQuantity"])
            if not row["InvoiceNo"].startswith("A"):
                accepted += worth(quantity, row["UnitPrice"])
    if refused:
        sys.exit(f"the file has no lines {sorted(refused)}")
    print(json.dumps({"accepted": str(accepted), "refused_lines": count}))


if __name__ == "__main__":
    main()

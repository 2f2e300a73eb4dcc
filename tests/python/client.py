#!/usr/bin/env python3
"""Sells something through Guanxi's gRPC services, and shows every kind of error.

It needs grpcio, grpcio-tools and grpcio-status; the classes of the messages are generated from the
contracts in proto/ when it starts. `guanxi dev` prints the addresses and issues the tokens:

    export CRM_CUSTOMERS=127.0.0.1:7001 CRM_SALES=127.0.0.1:7002 CRM_QUERY=127.0.0.1:7000
    export CRM_TOKEN=$(guanxi --config .guanxi/guanxi.toml token --tenant demo --person anna --role manager)
    export CRM_ANALYST_TOKEN=$(guanxi --config .guanxi/guanxi.toml token --tenant demo --person otto --role analyst)
    tests/python/client.py
"""

import importlib
import os
import pathlib
import sys
import tempfile
import uuid

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def generate(folder):
    """Generates the classes of all messages and services into `folder`."""
    files = [str(file) for file in sorted((PROTO / "guanxi").rglob("*.proto"))]
    # The types of google.type come with grpcio-status; only ours are generated.
    well_known = pathlib.Path(protoc.__file__).parent / "_proto"
    arguments = ["protoc", f"-I{PROTO}", f"-I{well_known}"]
    arguments += [f"--python_out={folder}", f"--grpc_python_out={folder}"]
    if protoc.main(arguments + files) != 0:
        sys.exit("the contracts cannot be compiled")
    sys.path.insert(0, folder)


def load(name):
    """The messages of guanxi/<name>.proto and its services."""
    module = "guanxi." + name.replace("/", ".")
    return importlib.import_module(module + "_pb2"), importlib.import_module(module + "_pb2_grpc")


def header(expected_version=None):
    """What every command carries. Sending a command again with the same id does it once."""
    return command_pb2.CommandHeader(
        command_id=str(uuid.uuid4()), expected_version=expected_version
    )


def token(variable="CRM_TOKEN"):
    """Who calls."""
    return [("authorization", "Bearer " + os.environ[variable])]


def expect(code, what, call):
    """Makes a call that is refused with `code`, and shows what the refusal says."""
    try:
        call()
    except grpc.RpcError as error:
        print(f"\n{what}\n  {error.code().name}: {error.details()}")
        if error.code() != code:
            sys.exit(f"expected {code.name}")
        return details(error)
    sys.exit(f"{what}: expected {code.name}, but it was done")


def details(error):
    """The details of an error, by their kind; each is for programs to read."""
    found = {}
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        for kind in (
            error_details_pb2.ErrorInfo,
            error_details_pb2.BadRequest,
            error_details_pb2.PreconditionFailure,
        ):
            if detail.Is(kind.DESCRIPTOR):
                message = kind()
                detail.Unpack(message)
                found[kind.DESCRIPTOR.name] = message
    if "ErrorInfo" in found:
        info = found["ErrorInfo"]
        print(f"  reason {info.reason}", *(f"{k}={v}" for k, v in sorted(info.metadata.items())))
    for violation in getattr(found.get("BadRequest"), "field_violations", []):
        print(f"  field {violation.field}: {violation.description}")
    for violation in getattr(found.get("PreconditionFailure"), "violations", []):
        print(f"  rule {violation.type}: {violation.description}")
    return found


with tempfile.TemporaryDirectory() as generated:
    generate(generated)
    from google.type import money_pb2

    command_pb2 = importlib.import_module("guanxi.types.v1.command_pb2")
    customer, customer_grpc = load("customers/v1/customer")
    pipeline, pipeline_grpc = load("sales/v1/pipeline")
    opportunity, opportunity_grpc = load("sales/v1/opportunity")
    funnel, funnel_grpc = load("query/v1/funnel_service")
    funnel_types, _ = load("query/v1/funnel")


def main():
    me = token()
    customers = customer_grpc.CustomerServiceStub(
        grpc.insecure_channel(os.environ["CRM_CUSTOMERS"])
    )
    sales = grpc.insecure_channel(os.environ["CRM_SALES"])
    pipelines = pipeline_grpc.PipelineServiceStub(sales)
    opportunities = opportunity_grpc.OpportunityServiceStub(sales)
    funnels = funnel_grpc.FunnelServiceStub(grpc.insecure_channel(os.environ["CRM_QUERY"]))

    def usd(units):
        return money_pb2.Money(currency_code="USD", units=units)

    # ── Selling ────────────────────────────────────────────────────────────────────────────────
    register = customer.RegisterCustomerRequest(
        header=header(),
        profile=customer.CustomerProfile(kind=customer.CUSTOMER_KIND_COMPANY, name="Cancity"),
    )
    registered = customers.RegisterCustomer(register, metadata=me, timeout=10).receipt
    print(f"registered the customer {registered.number} ({registered.id})")

    again = customers.RegisterCustomer(register, metadata=me, timeout=10).receipt
    assert again == registered, "a repeated command gets its first answer"
    print("registered it once more with the same command id: the same answer")

    rules = pipeline.PipelineRules(
        name="new business",
        stages=[
            pipeline.Stage(key="prospecting", name="Prospecting", probability=10),
            pipeline.Stage(key="engaging", name="Engaging", probability=40),
        ],
    )
    create = pipeline.CreatePipelineRequest(header=header(), rules=rules)
    sold_by = pipelines.CreatePipeline(create, metadata=me, timeout=10).receipt.id

    open_request = opportunity.OpenOpportunityRequest(
        header=header(),
        pipeline_id=sold_by,
        details=opportunity.OpportunityDetails(title="200 lamps", amount=usd(12_000)),
    )
    opened = opportunities.OpenOpportunity(open_request, metadata=me, timeout=10).receipt
    print(f"opened the opportunity {opened.id}, version {opened.version}")

    move = opportunity.MoveOpportunityRequest(
        header=header(expected_version=opened.version), opportunity_id=opened.id, stage="engaging"
    )
    moved = opportunities.MoveOpportunity(move, metadata=me, timeout=10).receipt
    win = opportunity.WinOpportunityRequest(
        header=header(), opportunity_id=opened.id, amount=usd(11_500), reason="delivers this year"
    )
    won = opportunities.WinOpportunity(win, metadata=me, timeout=10).receipt
    print(f"moved it (version {moved.version}) and won it (version {won.version})")

    # The query waits until it shows what the token's command did: one reads one's own writes.
    ask = funnel.GetFunnelRequest(
        after=[won.token], filter=funnel_types.OpportunityFilter(pipeline_id=sold_by)
    )
    answer = funnels.GetFunnel(ask, metadata=me, timeout=10)
    group = answer.groups[0]
    print(f"the funnel shows {group.won.count} won, {group.won.sums[0].units} USD:")
    for stage in group.stages:
        print(f"  {stage.name:12} entered {stage.entered}, won {stage.entered_won}")
    assert (group.won.count, group.won.sums[0].units) == (1, 11_500)

    # ── Every kind of error ────────────────────────────────────────────────────────────────────
    found = expect(
        grpc.StatusCode.INVALID_ARGUMENT,
        "a request with several bad fields names them all",
        lambda: opportunities.OpenOpportunity(
            opportunity.OpenOpportunityRequest(
                header=command_pb2.CommandHeader(command_id="not a UUID"),
                pipeline_id="nor this",
                details=opportunity.OpportunityDetails(title="", amount=usd(-1)),
            ),
            metadata=me,
        ),
    )
    fields = {violation.field for violation in found["BadRequest"].field_violations}
    assert {"header.command_id", "pipeline_id", "details.title", "details.amount"} <= fields, fields

    expect(
        grpc.StatusCode.NOT_FOUND,
        "a customer that nobody registered",
        lambda: customers.GetCustomer(
            customer.GetCustomerRequest(customer_id=str(uuid.uuid4())), metadata=me
        ),
    )

    other = customer.RegisterCustomerRequest()
    other.CopyFrom(register)
    other.profile.name = "Bluth Company"
    found = expect(
        grpc.StatusCode.ALREADY_EXISTS,
        "a command id that was used for something else",
        lambda: customers.RegisterCustomer(other, metadata=me),
    )
    assert found["ErrorInfo"].reason == "COMMAND_ID_REUSED"

    stale = opportunity.WinOpportunityRequest()
    stale.CopyFrom(win)
    stale.header.CopyFrom(header(expected_version=opened.version))
    found = expect(
        grpc.StatusCode.ABORTED,
        "a version that is not the current one any more",
        lambda: opportunities.WinOpportunity(stale, metadata=me),
    )
    assert found["ErrorInfo"].metadata["current_version"] == str(won.version)

    # A deal cannot be moved to before it was won: the refusal names the rule with its figures.
    back = opportunity.ReopenOpportunityRequest(
        header=header(), opportunity_id=opened.id, reason="they want more"
    )
    found = expect(
        grpc.StatusCode.FAILED_PRECONDITION,
        "a rule refuses: this pipeline does not let closed deals be opened again",
        lambda: opportunities.ReopenOpportunity(back, metadata=me),
    )
    assert found["ErrorInfo"].reason == "REOPEN_NOT_ALLOWED"

    early = opportunity.OpenOpportunityRequest()
    early.CopyFrom(open_request)
    early.header.CopyFrom(header())
    early.header.occurred_at.FromJsonString("2017-01-01T00:00:00Z")
    found = expect(
        grpc.StatusCode.FAILED_PRECONDITION,
        "a fact dated further back than a manager may: the figures say how far is allowed",
        lambda: opportunities.OpenOpportunity(early, metadata=me),
    )
    assert found["ErrorInfo"].metadata, "a rule refuses with its figures"

    found = expect(
        grpc.StatusCode.PERMISSION_DENIED,
        "an analyst may read, not sell",
        lambda: opportunities.WinOpportunity(win, metadata=token("CRM_ANALYST_TOKEN")),
    )
    assert found["ErrorInfo"].metadata["action"] == "sales.opportunity.win"

    expect(
        grpc.StatusCode.UNAUTHENTICATED,
        "no token",
        lambda: opportunities.WinOpportunity(win),
    )

    expect(
        grpc.StatusCode.DEADLINE_EXCEEDED,
        "a deadline that nobody can keep",
        lambda: funnels.GetFunnel(ask, metadata=me, timeout=0.000_1),
    )
    print("\nall as it should be")


if __name__ == "__main__":
    main()

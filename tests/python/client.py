#!/usr/bin/env python3
"""Sells something through Guanxi's gRPC services, and shows every kind of error.

It needs grpcio, grpcio-tools and grpcio-status. `guanxi dev` prints the addresses and issues the tokens:

    export CRM_CUSTOMERS=127.0.0.1:7001 CRM_SALES=127.0.0.1:7002 CRM_QUERY=127.0.0.1:7000
    export CRM_TOKEN=$(guanxi --config .guanxi/guanxi.toml token --tenant demo --person anna --role manager)
    export CRM_ANALYST_TOKEN=$(guanxi --config .guanxi/guanxi.toml token --tenant demo --person otto --role analyst)
    tests/python/client.py

Where CRM_BUSY names a sales service that takes one call at a time (limits.in_flight = 1), and
CRM_BUSY_TOKEN a manager's token for it, the answer of a server that is too busy is shown as well.
"""

import os
import time
import uuid

import grpc
from crm import command_pb2, expect, header, load, money_pb2, token

def all_at_once(call, requests, metadata):
    """Makes all calls at the same time; the first refusal is raised when all are answered."""
    answers = [call.future(request, metadata=metadata, timeout=10) for request in requests]
    refused = [answer.exception() for answer in answers if answer.exception()]
    if refused:
        raise refused[0]


def overload(address, me):
    """Floods a service that takes one call at a time, then does what it asks for."""
    pipelines = pipeline_grpc.PipelineServiceStub(grpc.insecure_channel(address))
    rules = pipeline.PipelineRules(
        name="flood", stages=[pipeline.Stage(key="only", name="Only", probability=50)]
    )
    requests = [pipeline.CreatePipelineRequest(header=header(), rules=rules) for _ in range(100)]
    found = expect(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        "more calls at once than the server takes on",
        lambda: all_at_once(pipelines.CreatePipeline, requests, me),
    )
    assert found["ErrorInfo"].reason == "OVERLOADED"
    pause = found["RetryInfo"].retry_delay.ToTimedelta().total_seconds()
    assert pause > 0
    # The same command ids: what was done before is not done again.
    time.sleep(pause)
    created = {
        pipelines.CreatePipeline(request, metadata=me, timeout=10).receipt.id
        for request in requests
    }
    assert len(created) == len(requests)
    print(f"  {pause} s later and one by one, all {len(created)} are done")


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

    # Whether closed deals may be opened again is a rule of their pipeline; this one says no.
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

    if "CRM_BUSY" in os.environ:
        overload(os.environ["CRM_BUSY"], token("CRM_BUSY_TOKEN"))
    print("\nall as it should be")


if __name__ == "__main__":
    main()

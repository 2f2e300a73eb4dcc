#!/usr/bin/env python3
"""From a ticket to its rating, through Guanxi's gRPC services: a queue that asks for ratings, a policy
of how long tickets may take, a ticket that is answered, waits and is resolved, the customer's answer to
the survey, and what the figures of the service desk say of it.

Needs what client.py needs: CRM_CUSTOMERS, CRM_SERVICE, CRM_QUERY (addresses), CRM_TOKEN (a manager's).
"""

import os
import time

import grpc
from crm import command_pb2, expect, header, load, token
from google.protobuf.duration_pb2 import Duration

customer, customer_grpc = load("customers/v1/customer")
calendar, calendar_grpc = load("service/v1/calendar")
queue, queue_grpc = load("service/v1/queue")
policy, policy_grpc = load("service/v1/sla_policy")
sla, _ = load("service/v1/ticket_sla")
survey, survey_grpc = load("service/v1/survey")
ticket, _ = load("service/v1/ticket")
values, _ = load("service/v1/values")
tickets, tickets_grpc = load("service/v1/ticket_service")
figures, _ = load("query/v1/service_figures")
queries, queries_grpc = load("query/v1/service_figures_service")

ME = token()
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def ask(rpc, request):
    """Calls as me."""
    return rpc(request, metadata=ME, timeout=10)


def once(what, code, call):
    """Calls until it is not refused with `code` any more, for another part of the cluster hears of
    things a moment later."""
    for _ in range(100):
        try:
            return call()
        except grpc.RpcError as error:
            if error.code() != code:
                raise
            time.sleep(0.1)
    raise SystemExit(f"it never came: {what}")


def desk(service, agent):
    """A queue that gives its tickets to one agent and asks for ratings; and how long they may take."""
    settings = queue.QueueSettings(
        name="Help",
        strategy=queue.ASSIGNMENT_STRATEGY_ROUND_ROBIN,
        reopen_days=7,
        rating=queue.RatingRules(low_score=2, answer_days=14),
    )
    opening = queue.OpenQueueRequest(
        header=header(),
        settings=settings,
        members=[queue.QueueMember(person=agent, available=True)],
    )
    opened = ask(queue_grpc.QueueServiceStub(service).OpenQueue, opening).receipt

    always = [calendar.WorkingHours(**{"from": "00:00", "until": "24:00"})]
    definition = calendar.CalendarDefinition(
        name="Around the clock", time_zone="Asia/Shanghai", **{day: always for day in DAYS}
    )
    calendars = calendar_grpc.CalendarServiceStub(service)
    define = calendar.DefineCalendarRequest(header=header(), definition=definition)
    hours = ask(calendars.DefineCalendar, define).receipt

    def target(minutes):
        return policy.SlaTarget(span=Duration(seconds=60 * minutes))

    targets = policy.SlaPriorityTargets(
        priority=values.PRIORITY_HIGH, first_response=target(30), resolution=target(8 * 60)
    )
    standard = policy.SlaPolicy(
        key="standard", name="Standard", calendar_id=hours.id, targets=[targets]
    )
    setting = policy.SetSlaPoliciesRequest(header=header(), policies=[standard])
    ask(policy_grpc.SlaPolicyServiceStub(service).SetSlaPolicies, setting)
    return opened.id


def main():
    service = grpc.insecure_channel(os.environ["CRM_SERVICE"])
    customers = customer_grpc.CustomerServiceStub(
        grpc.insecure_channel(os.environ["CRM_CUSTOMERS"])
    )
    query = queries_grpc.ServiceFiguresServiceStub(grpc.insecure_channel(os.environ["CRM_QUERY"]))
    desks = tickets_grpc.TicketServiceStub(service)
    surveys = survey_grpc.SurveyServiceStub(service)
    help_queue = desk(service, "bob")

    profile = customer.CustomerProfile(kind=customer.CUSTOMER_KIND_PERSON, name="Wu Mei")
    registering = customer.RegisterCustomerRequest(header=header(), profile=profile)
    wu = ask(customers.RegisterCustomer, registering).receipt

    # ── What is wrong is told, every field of it ───────────────────────────────────────────────
    found = expect(
        grpc.StatusCode.INVALID_ARGUMENT,
        "a ticket without a subject, in no queue that could be",
        lambda: ask(
            desks.OpenTicket,
            tickets.OpenTicketRequest(
                header=command_pb2.CommandHeader(command_id="no UUID"), queue_id="help"
            ),
        ),
    )
    fields = {violation.field for violation in found["BadRequest"].field_violations}
    assert {"header.command_id", "queue_id", "details.subject"} <= fields, fields

    # ── A ticket, and by what it is measured ───────────────────────────────────────────────────
    details = ticket.TicketDetails(
        kind=values.TICKET_KIND_REPAIR,
        channel=values.CHANNEL_WECHAT,
        subject="空调不制冷",
        customer_id=wu.id,
    )
    opening = tickets.OpenTicketRequest(
        header=header(),
        details=details,
        priority=values.PRIORITY_HIGH,
        queue_id=help_queue,
        text="Since yesterday it does not cool.",
    )
    unknown = grpc.StatusCode.FAILED_PRECONDITION
    opened = once("the customer", unknown, lambda: ask(desks.OpenTicket, opening)).receipt
    print(f"\n{opened.number} is open")
    again = ask(desks.OpenTicket, opening).receipt
    assert again.number == opened.number, "the same command again has the same answer"

    def now():
        asked = tickets.GetTicketRequest(ticket_id=opened.id)
        return ask(desks.GetTicket, asked).ticket

    assert now().assignee == "bob", "the queue gave it to who works there"
    assert now().sla.policy_key == "standard"
    for clock in now().sla.clocks:
        minutes = (clock.due_at.ToDatetime() - now().opened_at.ToDatetime()).total_seconds() / 60
        print(f"  {sla.SlaClock.Name(clock.clock)[10:]:14} due after {minutes:.0f} minutes")
    due = {clock.clock for clock in now().sla.clocks}
    assert due == {sla.SLA_CLOCK_FIRST_RESPONSE, sla.SLA_CLOCK_RESOLUTION}, due

    # ── Reply, wait, resolve ───────────────────────────────────────────────────────────────────
    reply = tickets.ReplyToTicketRequest(
        header=header(), ticket_id=opened.id, text="Which model is it?"
    )
    ask(desks.ReplyToTicket, reply)
    waiting = tickets.SetTicketPendingRequest(
        header=header(), ticket_id=opened.id, pending_for=ticket.PENDING_FOR_CUSTOMER
    )
    ask(desks.SetTicketPending, waiting)
    assert now().status == ticket.TICKET_STATUS_PENDING
    resolution = [c for c in now().sla.clocks if c.clock == sla.SLA_CLOCK_RESOLUTION]
    assert resolution[0].state == sla.SLA_CLOCK_STATE_PAUSED, "it stands still while it waits"

    found = expect(
        grpc.StatusCode.FAILED_PRECONDITION,
        "only what is resolved is closed",
        lambda: ask(
            desks.CloseTicket, tickets.CloseTicketRequest(header=header(), ticket_id=opened.id)
        ),
    )
    assert found["ErrorInfo"].reason == "TICKET_NOT_RESOLVED"

    answer = tickets.ReplyToTicketRequest(
        header=header(), ticket_id=opened.id, text="KFR-35.", from_customer=True
    )
    ask(desks.ReplyToTicket, answer)
    assert now().status == ticket.TICKET_STATUS_OPEN, "the customer's answer ends the waiting"
    resolving = tickets.ResolveTicketRequest(
        header=header(), ticket_id=opened.id, text="The valve was replaced."
    )
    ask(desks.ResolveTicket, resolving)

    # ── The customer is asked, and answers ─────────────────────────────────────────────────────
    asking = survey.GetSurveyRequest(survey_id=now().survey_id)
    not_yet = grpc.StatusCode.NOT_FOUND
    asked = once("the survey", not_yet, lambda: ask(surveys.GetSurvey, asking)).survey
    assert (asked.ticket_id, asked.customer_id, asked.agent) == (opened.id, wu.id, "bob"), asked
    rating = survey.AnswerSurveyRequest(
        header=header(), survey_id=asked.id, score=5, comment="So quick!"
    )
    rated = ask(surveys.AnswerSurvey, rating).receipt
    found = expect(
        grpc.StatusCode.FAILED_PRECONDITION,
        "there is one answer to a resolution",
        lambda: ask(
            surveys.AnswerSurvey,
            survey.AnswerSurveyRequest(header=header(), survey_id=asked.id, score=1),
        ),
    )
    assert found["ErrorInfo"].reason == "SURVEY_ANSWERED"

    # ── The figures of the desk, as soon as they show the answer ───────────────────────────────
    only = figures.TicketFilter(queue_ids=[help_queue])
    listing = queries.ListTicketsRequest(after=[rated.token], filter=only)
    [row] = ask(query.ListTickets, listing).tickets
    assert row.state == figures.TICKET_STATE_RESOLVED and row.customer_name == "Wu Mei", row
    assert row.targets == figures.TICKET_TARGETS_MET, "both targets were kept"
    assert row.resolved_by == "bob", "the resolution counts for whose ticket it is"
    asking = queries.GetServiceFiguresRequest(after=[rated.token], filter=only)
    [desk_figures] = ask(query.GetServiceFigures, asking).groups
    kept, said = desk_figures.targets, desk_figures.satisfaction
    print(f"\n{desk_figures.resolved} resolved, {kept.met} targets met, CSAT {said.csat}")
    assert (desk_figures.opened, desk_figures.resolved) == (1, 1), desk_figures
    assert (kept.met, kept.missed) == (2, 0), kept
    assert (said.asked, said.answered, said.mean_score) == (1, 1, "5.00"), said
    print("\nall as it should be")


if __name__ == "__main__":
    main()

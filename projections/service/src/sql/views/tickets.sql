    create or replace view analytics.tickets with (security_barrier) as
    select t.ticket as ticket_id, t.state, t.priority, coalesce(q.name, t.queue::text) as queue, t.agent,
           t.opened_at, t.resolved_at, t.sla_met, t.number as ticket_number, t.kind, t.channel,
           t.category, t.subject, t.customer as customer_id, c.name as customer,
           c.number as customer_number, t.contact as contact_id, t.order_id, t.queue as queue_id,
           t.state_since, t.changed_at, t.pending as pending_for, t.pending_until,
           t.first_response_at, t.first_response_by,
           t.first_response_length / 1000000 as first_response_seconds,
           t.first_response_worked as first_response_in_working_time, t.waiting_since, t.due_at,
           t.resolved_by, (coalesce(r.worked, r.plain)) / 1000000 as resolution_seconds,
           r.worked is not null as resolution_in_working_time, t.resolutions, t.closed_at,
           t.agent_replies, t.customer_replies, t.parent as parent_id,
           t.merged_into as merged_into_id, t.follow_up_of as follow_up_of_id,
           t.policy as sla_policy, t.policy_version as sla_policy_version
      from {schema}.tickets t
      left join {schema}.queues q on q.tenant = t.tenant and q.queue = t.queue
      left join {schema}.customers c on c.tenant = t.tenant and c.customer = t.customer
      left join {schema}.resolutions r
             on r.tenant = t.tenant and r.ticket = t.ticket and r.n = t.resolutions
            and r.reopened_at is null
     where t.tenant = {tenant};

    comment on view analytics.tickets is
        'Every ticket as it stands now, one row each.';
    comment on column analytics.tickets.ticket_id is 'The ticket.';
    comment on column analytics.tickets.state is
        'Where it stands: new, open, pending, resolved, closed, or merged into another one.';
    comment on column analytics.tickets.priority is
        'How urgent it is: critical, high, medium or low.';
    comment on column analytics.tickets.queue is
        'The name of its queue; its id where the queue has none.';
    comment on column analytics.tickets.agent is 'Whose work it is; null for nobody.';
    comment on column analytics.tickets.opened_at is 'When it was opened.';
    comment on column analytics.tickets.resolved_at is
        'When it was resolved; null while it is not, also after a reopening.';
    comment on column analytics.tickets.sla_met is
        'Whether its SLA targets were met: false from the first miss on, true when all that was measured is done in time, null while that is open and where nothing is measured.';
    comment on column analytics.tickets.ticket_number is 'Its number.';
    comment on column analytics.tickets.kind is
        'What it is about: question, request, complaint, return or repair.';
    comment on column analytics.tickets.channel is
        'How it came: phone, email, web, chat, wechat, in_person, api or other.';
    comment on column analytics.tickets.category is 'What it counts under; null for nothing.';
    comment on column analytics.tickets.subject is 'The line that says what it is about.';
    comment on column analytics.tickets.customer_id is 'Whom it is for; null when not told.';
    comment on column analytics.tickets.customer is 'What the customer is called.';
    comment on column analytics.tickets.customer_number is 'The customer''s number.';
    comment on column analytics.tickets.contact_id is
        'Which of the customer''s people; null when not told.';
    comment on column analytics.tickets.order_id is
        'The order that it is about; null when not told.';
    comment on column analytics.tickets.queue_id is 'Its queue.';
    comment on column analytics.tickets.state_since is 'Since when it stands there.';
    comment on column analytics.tickets.changed_at is 'When something about it last changed.';
    comment on column analytics.tickets.pending_for is
        'For what it waits, while it is pending: customer, third_party or date.';
    comment on column analytics.tickets.pending_until is
        'Until when it waits at the latest; null for no end.';
    comment on column analytics.tickets.first_response_at is
        'When an agent first spoke to the customer; null before.';
    comment on column analytics.tickets.first_response_by is 'Who that was.';
    comment on column analytics.tickets.first_response_seconds is
        'How long that took, in whole seconds.';
    comment on column analytics.tickets.first_response_in_working_time is
        'Whether that is working time, as an SLA clock measured it; else it is by the clock on the wall.';
    comment on column analytics.tickets.waiting_since is
        'Since when the customer waits for an answer; null while nobody waits.';
    comment on column analytics.tickets.due_at is
        'When its next SLA target is due; null while nothing is, also while it waits.';
    comment on column analytics.tickets.resolved_by is
        'Who resolved it; null while it is not resolved.';
    comment on column analytics.tickets.resolution_seconds is
        'How long its resolution took from the opening on, in whole seconds; null while it is not resolved.';
    comment on column analytics.tickets.resolution_in_working_time is
        'Whether that is working time, as an SLA clock measured it; else it is by the clock on the wall.';
    comment on column analytics.tickets.resolutions is 'How often it was resolved.';
    comment on column analytics.tickets.closed_at is 'When it was closed; null while it is not.';
    comment on column analytics.tickets.agent_replies is 'How often agents spoke.';
    comment on column analytics.tickets.customer_replies is 'How often the customer spoke.';
    comment on column analytics.tickets.parent_id is
        'The ticket that it is a case of; null for none.';
    comment on column analytics.tickets.merged_into_id is
        'The ticket that it goes on in; null for none.';
    comment on column analytics.tickets.follow_up_of_id is
        'The ticket that it follows up; null for none.';
    comment on column analytics.tickets.sla_policy is
        'The key of the SLA policy by which it is measured; null for none.';
    comment on column analytics.tickets.sla_policy_version is
        'The version of the list of policies.';


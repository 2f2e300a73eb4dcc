    create or replace view analytics.ticket_resolutions with (security_barrier) as
    select r.ticket as ticket_id, r.n as resolution, r.resolved_at, r.agent,
           coalesce(q.name, r.queue::text) as queue, r.plain / 1000000 as seconds,
           r.worked / 1000000 as working_seconds, r.reopened_at, r.queue as queue_id
      from {schema}.resolutions r
      left join {schema}.queues q on q.tenant = r.tenant and q.queue = r.queue
     where r.tenant = {tenant};

    comment on view analytics.ticket_resolutions is
        'Every resolution of every ticket.';
    comment on column analytics.ticket_resolutions.ticket_id is 'The ticket.';
    comment on column analytics.ticket_resolutions.resolution is
        'Which of its resolutions, from 1.';
    comment on column analytics.ticket_resolutions.resolved_at is 'When.';
    comment on column analytics.ticket_resolutions.agent is 'Whose work it was.';
    comment on column analytics.ticket_resolutions.queue is
        'The name of the queue where it was; its id where the queue has none.';
    comment on column analytics.ticket_resolutions.seconds is
        'From the opening on by the clock on the wall, in whole seconds.';
    comment on column analytics.ticket_resolutions.working_seconds is
        'In working time less the pauses, in whole seconds; null where no SLA clock measured it.';
    comment on column analytics.ticket_resolutions.reopened_at is
        'When the ticket was reopened after it; null while it holds.';
    comment on column analytics.ticket_resolutions.queue_id is 'The queue where it was.';

    create or replace view analytics.ticket_clocks with (security_barrier) as
    select k.ticket as ticket_id, k.clock, k.n as run, k.since, k.due_at, k.target / 1000000 as target_seconds,
           k.worked / 1000000 as working_seconds, k.outcome, k.outcome_at, k.breached_at,
           k.escalated_at, k.stopped_at, k.agent, coalesce(q.name, k.queue::text) as queue,
           k.policy as sla_policy, k.policy_version as sla_policy_version, k.queue as queue_id
      from {schema}.clocks k
      left join {schema}.queues q on q.tenant = k.tenant and q.queue = k.queue
     where k.tenant = {tenant};

    comment on view analytics.ticket_clocks is
        'Every run of every SLA clock of every ticket, and what came of it.';
    comment on column analytics.ticket_clocks.ticket_id is 'The ticket.';
    comment on column analytics.ticket_clocks.clock is
        'Which clock: first_response, next_response or resolution.';
    comment on column analytics.ticket_clocks.run is 'Which run of that clock, from 1.';
    comment on column analytics.ticket_clocks.since is 'When it began.';
    comment on column analytics.ticket_clocks.due_at is
        'When its target is due, while it runs; null while the ticket waits.';
    comment on column analytics.ticket_clocks.target_seconds is
        'How much working time it is allowed, in whole seconds.';
    comment on column analytics.ticket_clocks.working_seconds is
        'How much working time it took, in whole seconds; null while it runs.';
    comment on column analytics.ticket_clocks.outcome is
        'What came of it: met or missed; null while that is open.';
    comment on column analytics.ticket_clocks.outcome_at is
        'When that was so: of a miss, when it was due.';
    comment on column analytics.ticket_clocks.breached_at is
        'When its target was missed; null when it was not.';
    comment on column analytics.ticket_clocks.escalated_at is
        'When the miss went to the manager; null when it did not.';
    comment on column analytics.ticket_clocks.stopped_at is 'When it stopped; null while it runs.';
    comment on column analytics.ticket_clocks.agent is
        'Whose work that was: who stopped it, or had the ticket when it was missed; null for nobody.';
    comment on column analytics.ticket_clocks.queue is
        'The name of the queue where it was then; its id where the queue has none.';
    comment on column analytics.ticket_clocks.sla_policy is
        'The key of the policy by which it was measured.';
    comment on column analytics.ticket_clocks.sla_policy_version is
        'The version of the list of policies.';
    comment on column analytics.ticket_clocks.queue_id is 'The queue where it was then.';


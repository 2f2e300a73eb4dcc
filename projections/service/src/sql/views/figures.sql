    create or replace view analytics.service_figures with (security_barrier) as
    select f.day, coalesce(q.name, f.queue::text) as queue, f.agent, f.opened, f.resolved, f.reopened,
           f.responses, f.response_median / 1000000 as response_median_seconds,
           f.response_p90 / 1000000 as response_p90_seconds, f.resolutions,
           f.resolution_median / 1000000 as resolution_median_seconds,
           f.resolution_p90 / 1000000 as resolution_p90_seconds,
           f.first_response_met + f.next_response_met + f.resolution_met as sla_met,
           f.first_response_missed + f.next_response_missed + f.resolution_missed as sla_missed,
           f.first_response_met, f.first_response_missed, f.next_response_met,
           f.next_response_missed, f.resolution_met, f.resolution_missed, f.asked, f.answered,
           f.score_sum, f.satisfied, f.low, f.responses_worked, f.resolutions_worked,
           f.queue as queue_id
      from (select r.tenant, (r.at at time zone {zone})::date as day, r.queue, r.agent,
       {sums}
              from {schema}.facts r
             where r.tenant = {tenant}
             group by 1, 2, 3, 4) f
      left join {schema}.queues q on q.tenant = f.tenant and q.queue = f.queue;

    comment on view analytics.service_figures is
        'The figures of the service desk for each day in the tenant''s time zone, queue and agent. Counts and sums may be added up over rows; medians may not: for other groups compute them from analytics.tickets and analytics.ticket_resolutions.';
    comment on column analytics.service_figures.day is 'The day on which it happened.';
    comment on column analytics.service_figures.queue is
        'The name of the queue where it happened; its id where the queue has none.';
    comment on column analytics.service_figures.agent is
        'Whose work it was; null for nobody. Of what was opened: whose the ticket is today.';
    comment on column analytics.service_figures.opened is 'How many tickets were opened.';
    comment on column analytics.service_figures.resolved is 'How often tickets were resolved.';
    comment on column analytics.service_figures.reopened is
        'How many of those resolutions did not hold: the ticket was reopened since.';
    comment on column analytics.service_figures.responses is
        'How many tickets got their first response.';
    comment on column analytics.service_figures.response_median_seconds is
        'The median time until it, in whole seconds: working time where an SLA clock measured it, else by the clock on the wall.';
    comment on column analytics.service_figures.response_p90_seconds is
        'The time that nine tenths of them do not pass.';
    comment on column analytics.service_figures.resolutions is 'How many of the resolutions hold.';
    comment on column analytics.service_figures.resolution_median_seconds is
        'The median time until those, in whole seconds: working time where an SLA clock measured it, else by the clock on the wall.';
    comment on column analytics.service_figures.resolution_p90_seconds is
        'The time that nine tenths of them do not pass.';
    comment on column analytics.service_figures.sla_met is 'How many SLA targets were met.';
    comment on column analytics.service_figures.sla_missed is
        'How many SLA targets were missed, each on the day when it was due.';
    comment on column analytics.service_figures.first_response_met is
        'How many targets of the first response were met.';
    comment on column analytics.service_figures.first_response_missed is
        'How many of those were missed.';
    comment on column analytics.service_figures.next_response_met is
        'How many targets of a next response were met.';
    comment on column analytics.service_figures.next_response_missed is
        'How many of those were missed.';
    comment on column analytics.service_figures.resolution_met is
        'How many targets of the resolution were met.';
    comment on column analytics.service_figures.resolution_missed is
        'How many of those were missed.';
    comment on column analytics.service_figures.asked is 'How many surveys were sent.';
    comment on column analytics.service_figures.answered is 'How many surveys were answered.';
    comment on column analytics.service_figures.score_sum is
        'The sum of the answers'' scores of 1 to 5.';
    comment on column analytics.service_figures.satisfied is 'How many answers are 4 or 5.';
    comment on column analytics.service_figures.low is
        'How many answers are low ones by the rules under which they were asked for.';
    comment on column analytics.service_figures.responses_worked is
        'How many of the first responses were measured in working time.';
    comment on column analytics.service_figures.resolutions_worked is
        'How many of the resolutions that hold were measured in working time.';
    comment on column analytics.service_figures.queue_id is 'The queue where it happened.';


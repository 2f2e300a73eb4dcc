-- What falls due by itself happens once (P-09): a reminder, an end of waiting, a warning, a miss.
with facts as (
    select tenant, stream_id, version, split_part(type, '/', 1) as type,
           convert_from(data, 'UTF8')::jsonb as data
    from log_customers.events
    where type like 'customers.follow_up_%'
    union all
    select tenant, stream_id, version, split_part(type, '/', 1), convert_from(data, 'UTF8')::jsonb
    from log_service.events
    where type like 'service.ticket_sla_%' or type like 'service.ticket_pending_ended/%'
       or type like 'service.ticket_closed/%' or type like 'service.survey_expired/%'
), dated as (
    -- Terms that are applied anew warn anew, and so does a plan that was put off, perhaps to the same time as before.
    select *, count(*) filter (where type in ('service.ticket_sla_applied', 'service.ticket_sla_started',
                                              'customers.follow_up_rescheduled'))
                  over (partition by tenant, stream_id order by version) as leg,
           data ->> 'clock' as clock, data ->> 'before' as before,
           coalesce(data ->> 'due_at', data ->> 'breached_at', data ->> 'at') as due
    from facts
), fired as (
    select tenant, stream_id, type, clock, before, due, leg, count(*) as times
    from dated
    where type in ('customers.follow_up_reminded', 'customers.follow_up_became_overdue',
                   'service.ticket_sla_warned')
    group by 1, 2, 3, 4, 5, 6, 7
    union all
    select tenant, stream_id, type, clock, before, due, null, count(*)
    from dated
    where type in ('service.ticket_sla_breached', 'service.ticket_sla_escalated', 'service.survey_expired')
       or type in ('service.ticket_pending_ended', 'service.ticket_closed')
          and data ->> 'because' = 'time_came'
    group by 1, 2, 3, 4, 5, 6
), withdrawn as (
    -- A miss that was taken back can be found anew.
    select tenant, stream_id, clock, data ->> 'breached_at' as due, count(*) as times
    from dated where type = 'service.ticket_sla_breach_withdrawn' group by 1, 2, 3, 4
)
select format('%s of %s in %s, due at %s, happened %s times', f.type, stream_id, tenant, due, f.times)
from fired f left join withdrawn w using (tenant, stream_id, clock, due)
where f.times > 1 + coalesce(w.times, 0)
limit 20

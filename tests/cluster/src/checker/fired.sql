-- What falls due by itself happens once (P-09): a reminder, an end of waiting, a warning, a miss.
with facts as (
    select tenant, stream_id, split_part(type, '/', 1) as type, convert_from(data, 'UTF8')::jsonb as data
    from log_customers.events
    where type like 'customers.follow_up_%'
    union all
    select tenant, stream_id, split_part(type, '/', 1), convert_from(data, 'UTF8')::jsonb
    from log_service.events
    where type like 'service.ticket_sla_%' or type like 'service.ticket_pending_ended/%'
       or type like 'service.ticket_closed/%' or type like 'service.survey_expired/%'
), fired as (
    select tenant, stream_id, type, data ->> 'clock' as clock, data ->> 'before' as before,
           coalesce(data ->> 'due_at', data ->> 'breached_at', data ->> 'at') as due, count(*) as times
    from facts
    where type in ('customers.follow_up_reminded', 'customers.follow_up_became_overdue',
                   'service.ticket_sla_warned', 'service.ticket_sla_breached',
                   'service.ticket_sla_escalated', 'service.survey_expired')
       or type in ('service.ticket_pending_ended', 'service.ticket_closed')
          and data ->> 'because' = 'time_came'
    group by 1, 2, 3, 4, 5, 6
), renewed as (
    -- A miss that was taken back can be found anew, terms that are applied anew warn anew, and a plan that was put
    -- off can be due at the same time as before.
    select tenant, stream_id,
           count(*) filter (where type = 'service.ticket_sla_breach_withdrawn') as withdrawn,
           count(*) filter (where type = 'service.ticket_sla_applied') as applied,
           count(*) filter (where type = 'customers.follow_up_rescheduled') as rescheduled
    from facts group by 1, 2
)
select format('%s of %s in %s, due at %s, happened %s times', type, stream_id, tenant, due, times)
from fired join renewed using (tenant, stream_id)
where times > case
    when type = 'service.ticket_sla_warned' then greatest(applied, 1)
    when type like 'service.ticket_sla_%' then 1 + withdrawn
    when type like 'customers.follow_up_%' then 1 + rescheduled
    else 1
end
limit 20

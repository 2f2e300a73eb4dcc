-- Each resolution whose queue asks for a rating asked once, and nothing else asks (V-11).
with resolved as (
    select tenant, stream_id::text as ticket, convert_from(data, 'UTF8')::jsonb ->> 'resolution' as nth,
           count(*) as times
    from log_service.events
    where type like 'service.ticket_resolved/%' and convert_from(data, 'UTF8')::jsonb ? 'rating'
    group by 1, 2, 3
), asked as (
    select tenant, convert_from(data, 'UTF8')::jsonb #>> '{subject,ticket}' as ticket,
           convert_from(data, 'UTF8')::jsonb #>> '{subject,resolution}' as nth, count(*) as times
    from log_service.events where type like 'service.survey_asked/%' group by 1, 2, 3
)
select format('resolution %s of ticket %s of %s is there %s times and was asked about %s times',
              nth, ticket, tenant, coalesce(r.times, 0), coalesce(a.times, 0))
from resolved r full join asked a using (tenant, ticket, nth)
where (coalesce(r.times, 0), coalesce(a.times, 0)) <> (1, 1)
limit 20

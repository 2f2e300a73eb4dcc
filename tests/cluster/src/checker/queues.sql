-- A queue counts for its people exactly the tickets that are theirs: new, open or pending (V-03).
with facts as (
    select tenant, category, stream_id::text as id, position, split_part(type, '/', 1) as type,
           convert_from(data, 'UTF8')::jsonb as data
    from log_service.events
), counted as (
    select tenant, id as queue, data ->> 'ticket' as ticket, data ->> 'person' as person,
           sum(case type when 'service.queue_ticket_taken' then 1 else -1 end) as times
    from facts where type in ('service.queue_ticket_taken', 'service.queue_ticket_left')
    group by 1, 2, 3, 4
), states as (
    select distinct on (tenant, id) tenant, id as ticket, type
    from facts
    where type in ('service.ticket_opened', 'service.ticket_resolved', 'service.ticket_closed',
                   'service.ticket_reopened', 'service.ticket_merged')
    order by tenant, id, position desc
), places as (
    select distinct on (tenant, id) tenant, id as ticket,
           coalesce(data #>> '{to,id}', data #>> '{queue,id}') as queue
    from facts where type in ('service.ticket_opened', 'service.ticket_transferred')
    order by tenant, id, position desc
), people as (
    select distinct on (tenant, id) tenant, id as ticket,
           case type when 'service.ticket_assigned' then data ->> 'to' end as person
    from facts
    where type in ('service.ticket_opened', 'service.ticket_assigned', 'service.ticket_unassigned',
                   'service.ticket_transferred')
    order by tenant, id, position desc
), apart as (
    -- Told again from elsewhere, they count for nobody; and out of a merger, as they were before it.
    select tenant, id as ticket from facts
    where type = 'service.ticket_unmerged'
       or type = 'service.ticket_opened' and data ? 'replay'
), wanted as (
    select tenant, queue, ticket, person, 1 as times
    from states join places using (tenant, ticket) join people using (tenant, ticket)
    where type in ('service.ticket_opened', 'service.ticket_reopened') and person is not null
)
select format('queue %s of %s counts ticket %s %s times for %s, which is theirs %s times', queue, tenant,
              ticket, coalesce(c.times, 0), person, coalesce(w.times, 0))
from wanted w full join counted c using (tenant, queue, ticket, person)
where coalesce(w.times, 0) <> coalesce(c.times, 0)
  and not exists (select from apart a where a.ticket = coalesce(w.ticket, c.ticket))
limit 20

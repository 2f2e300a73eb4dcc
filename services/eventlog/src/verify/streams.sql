-- A page of streams, each with whether its row names its last event.
select s.id, s.category, s.tenant, s.last_position,
       exists (select from log.events e
               where e.position = s.last_position and e.stream_id = s.id and e.version = s.version
                 and e.category = s.category and e.tenant = s.tenant)
       and not exists (select from log.events e
               where e.stream_id = s.id and e.version = s.version + 1
                 and e.category = s.category and e.tenant = s.tenant) as agrees
from log.streams s
where (s.id, s.category, s.tenant) > ($1, $2, $3)
order by s.id, s.category, s.tenant
limit $4

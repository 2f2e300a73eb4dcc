-- What the log says of some promises: tenants, ids of commands, ids and versions of what they changed.
-- A command without its row has no position; `own` tells whether one of its events is the promised one.
select c.first_position, c.position, convert_from(c.result, 'UTF8') as result,
       c.numbers::text as numbers,
       exists (select from {log}.events e
               where e.position between c.first_position and c.position
                 and e.stream_id::text = told.stream and e.version = told.version) as own
from unnest($1::text[], $2::uuid[], $3::text[], $4::bigint[])
     with ordinality as told (tenant, id, stream, version, at)
left join {log}.commands c on (c.tenant, c.id) = (told.tenant, told.id)
order by told.at

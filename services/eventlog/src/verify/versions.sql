-- Events of a page that do not follow version by version, or of which their stream knows nothing.
select e.position
from log.events e
where e.position > $1 and e.position <= $2
  and (e.version < 1
       or (e.version > 1 and not exists (
               select from log.events p
               where p.stream_id = e.stream_id and p.version = e.version - 1
                 and p.category = e.category and p.tenant = e.tenant
                 and p.position < e.position))
       or exists (
               select from log.events p
               where p.stream_id = e.stream_id and p.version = e.version
                 and p.category = e.category and p.tenant = e.tenant
                 and p.position < e.position)
       or not exists (
               select from log.streams s
               where s.id = e.stream_id and s.category = e.category and s.tenant = e.tenant
                 and s.version >= e.version and s.last_position >= e.position))
order by e.position

-- Whoever holds a key exists.
select format('%s/%s/%s holds a key and has no event', c.tenant, c.category, c.id)
from {log}.claims c
left join {log}.streams s on (s.tenant, s.category, s.id) = (c.tenant, c.category, c.id)
where s.id is null
limit 20

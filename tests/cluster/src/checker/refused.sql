-- What a rule refused has written nothing: tenants and ids of commands.
select format('command %s was refused, and is in the log at %s', c.id, c.position)
from unnest($1::text[], $2::uuid[]) as told (tenant, id)
join {log}.commands c on (c.tenant, c.id) = (told.tenant, told.id)

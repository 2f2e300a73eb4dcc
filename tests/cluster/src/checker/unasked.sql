-- The commands whose events people are said to have caused.
select position, tenant,
       (convert_from(meta, 'UTF8')::jsonb ->> 'command_id')::uuid as command_id
from {log}.events
where convert_from(meta, 'UTF8')::jsonb ->> 'actor' not like 'system:%'

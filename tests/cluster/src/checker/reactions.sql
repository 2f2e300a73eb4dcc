-- No reaction's command was refused.
select format('%s parked the event at %s position %s: %s %s', name, source, position, code, reason)
from {log}.parked_reactions
limit 20

-- Nothing is due that has not fired.
select format('the timer of %s/%s/%s is due since %s', tenant, category, id, due_at)
from {log}.timers
where due_at < clock_timestamp() - interval '10 seconds'
limit 20

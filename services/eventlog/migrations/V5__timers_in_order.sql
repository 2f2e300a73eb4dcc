-- Due timers are read a page behind the other, in this order; where many are due at one instant, the
-- instant alone would have each page look through all of them.
create index timers_in_order on timers (due_at, id, category, tenant);
drop index timers_by_due;

-- What only queries look for: with the tables of a build that is read at once, or when it is full.

create index if not exists interactions_customer on interactions (tenant, customer, started_at);
create index if not exists interactions_next on interactions (tenant, next_due) where next_due is not null;
create index if not exists follow_ups_person on follow_ups (tenant, person, planned_at) where open;
create index if not exists opportunities_owner on opportunities (tenant, owner) where open;
create index if not exists tickets_agent on tickets (tenant, agent) where open;
create index if not exists approvals_waiting on approvals (tenant, requested_at) where waits;

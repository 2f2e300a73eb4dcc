-- What only queries look for, and keys that the fold does not look up: with the tables of a build that is
-- read at once, or when it is full.

create unique index if not exists spans_key on spans (tenant, ticket, n);

create index if not exists tickets_opened on tickets (tenant, opened_at, ticket);
create index if not exists tickets_customer on tickets (tenant, customer);
create index if not exists tickets_agent on tickets (tenant, agent, state);
create index if not exists tickets_responded on tickets (tenant, first_response_at);
create index if not exists spans_until on spans (tenant, valid_until, valid_from);
create index if not exists resolutions_at on resolutions (tenant, resolved_at);
create index if not exists resolutions_reopened on resolutions (tenant, reopened_at);
create index if not exists clocks_outcome on clocks (tenant, outcome_at);
create index if not exists surveys_asked on surveys (tenant, asked_at);
create index if not exists surveys_answered on surveys (tenant, answered_at);

    create or replace view analytics.ticket_history with (security_barrier) as
    select h.ticket as ticket_id, h.valid_from, nullif(h.valid_until, 'infinity') as valid_until,
           h.state, h.priority, coalesce(q.name, h.queue::text) as queue, h.agent, h.opened_at,
           h.kind, h.channel, h.category, h.customer as customer_id, h.queue as queue_id
      from {schema}.history h
      left join {schema}.queues q on q.tenant = h.tenant and q.queue = h.queue
     where h.tenant = {tenant};

    comment on view analytics.ticket_history is
        'Every ticket through its time: one row for each span in which nothing that counts changed. As of an instant it is the row with valid_from < instant and (valid_until >= instant or valid_until is null); as of the end of a day: analytics.tickets_on(day).';
    comment on column analytics.ticket_history.ticket_id is 'The ticket.';
    comment on column analytics.ticket_history.valid_from is 'Since when it was so, included.';
    comment on column analytics.ticket_history.valid_until is
        'Until when it was so, not included; null while it is.';
    comment on column analytics.ticket_history.state is
        'Where it stood: new, open, pending, resolved, closed or merged.';
    comment on column analytics.ticket_history.priority is 'How urgent it was.';
    comment on column analytics.ticket_history.queue is
        'The name of the queue where it was, as it is called today; its id where it has none.';
    comment on column analytics.ticket_history.agent is 'Whose work it was; null for nobody.';
    comment on column analytics.ticket_history.opened_at is 'When it was opened.';
    comment on column analytics.ticket_history.kind is 'What it was told to be about.';
    comment on column analytics.ticket_history.channel is 'How it came.';
    comment on column analytics.ticket_history.category is
        'What it counted under; null for nothing.';
    comment on column analytics.ticket_history.customer_id is
        'Whom it was for; null when not told.';
    comment on column analytics.ticket_history.queue_id is 'The queue where it was.';

    create or replace function analytics.tickets_on(day date)
    returns setof analytics.ticket_history
    language sql stable as $body$
        select h.*
          from analytics.ticket_history h,
               (select (day + 1)::timestamp at time zone time_zone as instant
                  from analytics.settings) as the_end
         where h.valid_from < the_end.instant
           and (h.valid_until >= the_end.instant or h.valid_until is null)
    $body$;
    comment on function analytics.tickets_on(date) is
        'Every ticket as it stood at the end of a day in the tenant''s time zone. The backlog of a day: those in the states new, open and pending.';


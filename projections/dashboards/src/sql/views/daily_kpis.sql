    create or replace view analytics.daily_kpis with (security_barrier) as
    select k.day, k.figure, k.owner, k.detail, k.currency, sum(k.count)::bigint as count,
           trim_scale(sum(k.amount)) as amount
      from (select s.tenant, (s.slot at time zone {zone})::date as day, s.figure, s.owner, s.detail,
                   s.currency, s.count, s.amount
              from {schema}.slots s
             where s.tenant = {tenant}
             union all
            select d.tenant, d.day, d.figure, d.owner, d.detail, d.currency, d.count, d.amount
              from {schema}.days d
             where d.tenant = {tenant}) k
     group by 1, 2, 3, 4, 5
    having sum(k.count) <> 0 or sum(k.amount) <> 0;

    comment on view analytics.daily_kpis is
        'The figures of each day of all four services, by owner: add up count, and amount within one currency. Customers: customers_registered, customers_claimed, customers_assigned, customers_handed_over, customers_pooled, interactions, follow_ups_due, follow_ups_done, follow_ups_overdue. Sales: opportunities_opened, opportunities_won, opportunities_lost, orders_confirmed, invoiced, invoices_voided, received, payments_bounced, goods_returned. Service: tickets_opened, tickets_resolved, tickets_reopened, tickets_breached. Loyalty: members_enrolled, points_earned, points_spent, points_returned, points_reversed, points_expired.';
    comment on column analytics.daily_kpis.day is
        'The day: the business date where there is one, else the day in the tenant''s time zone.';
    comment on column analytics.daily_kpis.figure is 'What is counted.';
    comment on column analytics.daily_kpis.owner is
        'Whose it is: the owner, staff or agent; of a payment, who looks after the customer; of a return, who asked for it. Empty for nobody.';
    comment on column analytics.daily_kpis.detail is
        'What it is told apart by: the kind of an interaction, follow-up or ticket, the reason of a return, the clock of a missed target, the program (its id) of members and points. Empty for nothing.';
    comment on column analytics.daily_kpis.currency is
        'ISO 4217 code of the amount; empty for points, and where there is no amount.';
    comment on column analytics.daily_kpis.count is 'How many.';
    comment on column analytics.daily_kpis.amount is
        'What they come to: money in units of the currency, tax included, or points. Never add amounts of different currencies, or points of different programs.';


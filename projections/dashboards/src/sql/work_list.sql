-- $2 the person, $3 now, $4 the last day that counts as due, $5 its end, $6 the zone, $7 approvals.
with waiting as (
    select 'follow_up' as kind, case when f.ends_at < $3::timestamptz then 'overdue' else 'due' end as reason, f.id,
           null::int as number, null::text as document_number, f.subject as title, f.customer,
           f.opportunity, f.planned_at as due_at, null::numeric as amount, null::text as currency,
           null::text as requested_by, null::text as priority
      from {schema}.follow_ups f
     where f.tenant = $1 and f.person = $2 and f.open and f.planned_at < $5
    union all
    -- A next action stands until somebody has dealt with the customer again.
    select 'next_action', case when i.next_due < ($3::timestamptz at time zone $6::text)::date then 'overdue' else 'due' end,
           i.id, null, null, i.next_action, i.customer, i.opportunity,
           i.next_due::timestamp at time zone $6::text, null, null, null, null
      from {schema}.interactions i
     where i.tenant = $1 and coalesce(i.next_person, i.staff) = $2 and i.next_due <= $4
       and not exists (select from {schema}.interactions later
                        where later.tenant = i.tenant and later.customer = i.customer
                          and (later.started_at, later.id) > (i.started_at, i.id))
    union all
    select 'opportunity', case when o.rots_at <= $3 then 'rotting' else 'close_date_passed' end, o.id,
           null, null, o.title, o.customer, null,
           case when o.rots_at <= $3 then o.rots_at
                else o.expected_close::timestamp at time zone $6::text end,
           o.amount, o.currency, null, null
      from (select o.*, o.stage_since + make_interval(hours => 24 * s.rotting_days) as rots_at
              from {schema}.opportunities o
              left join {schema}.stages s
                     on s.tenant = o.tenant and s.pipeline = o.pipeline and s.stage = o.stage
             where o.tenant = $1 and o.owner = $2 and o.open) o
     where o.rots_at <= $3 or o.expected_close < ($3::timestamptz at time zone $6::text)::date
    union all
    select 'ticket', case when t.due_at < $3 then 'overdue' when t.due_at < $5 then 'due'
                          else 'assigned' end,
           t.id, null, t.number, t.subject, t.customer, null, t.due_at, null, null, null, t.priority
      from (select t.*, least(t.first_due, t.next_due, t.resolution_due, t.pending_until) as due_at
              from {schema}.tickets t
             where t.tenant = $1 and t.agent = $2 and t.open and not t.merged) t
    union all
    -- Who asks does not approve.
    select a.kind, 'asked', a.subject, nullif(a.number, 0), null, a.reason, a.customer, null,
           a.requested_at, null, null, a.requested_by, null
      from {schema}.approvals a
     where a.tenant = $1 and a.waits and $7 and a.requested_by <> $2
), ranked as (
    select w.*, row_number() over (partition by w.kind order by w.due_at nulls last, w.id, w.number) as n
      from waiting w
)
select r.*, c.name as customer_name
  from ranked r
  left join {schema}.customers c on c.tenant = $1 and c.id = r.customer
 where r.n <= $8
 order by r.kind, r.n

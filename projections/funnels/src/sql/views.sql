-- What analysts see of this model. The views belong to the owner of the schema `analytics`, who may
-- read the model; analysts may read the views and nothing else, and of them only the rows of the
-- tenant that their login stands for. Without that schema there are no analysts.
do $views$
declare
    owner  name := (select pg_get_userbyid(nspowner) from pg_namespace where nspname = 'analytics');
    before text := current_setting('role');
begin
    if owner is null then
        return;
    end if;
    execute format('grant usage on schema {schema} to %I', owner);
    execute format('grant select on {schema}.history, {schema}.stays, {schema}.stages_now, '
                   '{schema}.opportunities to %I', owner);
    perform set_config('role', owner, true);

    create or replace view analytics.opportunities with (security_barrier) as
    select o.id as opportunity_id, o.status, o.stage, o.amount, o.currency, o.owner, o.created_at,
           o.closed_at, o.team, o.pipeline as pipeline_id, s.pipeline_name as pipeline,
           s.name as stage_name, o.source, o.customer as customer_id, o.title, o.probability,
           o.expected_close, o.priority, o.stage_since, o.close_reason,
           case when o.status = 'open'
                 and o.stage_since + make_interval(hours => 24 * s.rotting_days) <= now()
                then o.stage_since + make_interval(hours => 24 * s.rotting_days)
           end as rotting_since
      from {schema}.opportunities o
      left join {schema}.stages_now s
             on s.tenant = o.tenant and s.pipeline = o.pipeline and s.stage = o.stage
     where o.tenant = (select l.tenant from analytics_access.logins l where l.login = session_user);

    comment on view analytics.opportunities is
        'Every opportunity as it stands now, one row each.';
    comment on column analytics.opportunities.opportunity_id is 'The opportunity.';
    comment on column analytics.opportunities.status is 'What became of it: open, won or lost.';
    comment on column analytics.opportunities.stage is
        'Where it stands, or where it was closed; the key that stays when a stage is renamed.';
    comment on column analytics.opportunities.amount is
        'What it is expected to bring, in units of the currency; of a won one, what it brought. Null when not known. Never add amounts of different currencies.';
    comment on column analytics.opportunities.currency is 'ISO 4217 code of the amount.';
    comment on column analytics.opportunities.owner is 'Who works on it.';
    comment on column analytics.opportunities.created_at is 'When it was opened.';
    comment on column analytics.opportunities.closed_at is
        'When it was won or lost; null while it is open.';
    comment on column analytics.opportunities.team is 'The team that it counts for; null for none.';
    comment on column analytics.opportunities.pipeline_id is 'Its pipeline.';
    comment on column analytics.opportunities.pipeline is 'The name of its pipeline.';
    comment on column analytics.opportunities.stage_name is
        'The name of its stage, as it is called today.';
    comment on column analytics.opportunities.source is 'Where it came from; null when not told.';
    comment on column analytics.opportunities.customer_id is
        'Whom it is with; null when nobody is named.';
    comment on column analytics.opportunities.title is 'What the deal is about.';
    comment on column analytics.opportunities.probability is 'How likely it is won, in per cent.';
    comment on column analytics.opportunities.expected_close is
        'The day on which it is expected to close; null when not told.';
    comment on column analytics.opportunities.priority is 'Whether it bears the priority mark.';
    comment on column analytics.opportunities.stage_since is 'When it came to its stage.';
    comment on column analytics.opportunities.close_reason is
        'Why it was won or lost; null while it is open.';
    comment on column analytics.opportunities.rotting_since is
        'Since when it rots: it is open and has stood in its stage for the stage''s rotting days (of 24 hours, by the rules of today). Null while it does not, and where the stage has none.';

    create or replace view analytics.opportunity_history with (security_barrier) as
    select h.opportunity as opportunity_id, h.valid_from,
           nullif(h.valid_until, 'infinity') as valid_until, h.status, h.stage, h.amount, h.currency,
           h.owner, h.created_at, h.closed_at, h.team, h.pipeline as pipeline_id, h.source,
           h.customer as customer_id, h.title, h.probability, h.expected_close, h.priority,
           h.stage_since, h.close_reason
      from {schema}.history h
     where h.tenant = (select l.tenant from analytics_access.logins l where l.login = session_user)
       and h.valid_from < h.valid_until;

    comment on view analytics.opportunity_history is
        'Every opportunity through its time: one row for each span in which nothing about it changed. As of an instant it is the row with valid_from < instant and (valid_until >= instant or valid_until is null); as of the end of a day: analytics.opportunities_on(day).';
    comment on column analytics.opportunity_history.opportunity_id is 'The opportunity.';
    comment on column analytics.opportunity_history.valid_from is 'Since when it was so, included.';
    comment on column analytics.opportunity_history.valid_until is
        'Until when it was so, not included; null while it is.';
    comment on column analytics.opportunity_history.status is
        'What had become of it: open, won or lost.';
    comment on column analytics.opportunity_history.stage is
        'Where it stood, or where it had been closed.';
    comment on column analytics.opportunity_history.amount is
        'What it was expected to bring, in units of the currency; of a won one, what it brought.';
    comment on column analytics.opportunity_history.currency is 'ISO 4217 code of the amount.';
    comment on column analytics.opportunity_history.owner is 'Who worked on it.';
    comment on column analytics.opportunity_history.created_at is 'When it was opened.';
    comment on column analytics.opportunity_history.closed_at is
        'When it had been won or lost; null while it was open.';
    comment on column analytics.opportunity_history.team is
        'The team that it counted for; null for none.';
    comment on column analytics.opportunity_history.pipeline_id is 'Its pipeline.';
    comment on column analytics.opportunity_history.source is
        'Where it came from; null when not told.';
    comment on column analytics.opportunity_history.customer_id is
        'Whom it was with; null when nobody was named.';
    comment on column analytics.opportunity_history.title is 'What the deal was about.';
    comment on column analytics.opportunity_history.probability is
        'How likely it was won, in per cent.';
    comment on column analytics.opportunity_history.expected_close is
        'The day on which it was expected to close; null when not told.';
    comment on column analytics.opportunity_history.priority is
        'Whether it bore the priority mark.';
    comment on column analytics.opportunity_history.stage_since is 'When it had come to its stage.';
    comment on column analytics.opportunity_history.close_reason is
        'Why it had been won or lost; null while it was open.';

    create or replace function analytics.opportunities_on(day date)
    returns setof analytics.opportunity_history
    language sql stable as $body$
        select h.*
          from analytics.opportunity_history h,
               (select (day + 1)::timestamp at time zone time_zone as instant
                  from analytics.settings) as the_end
         where h.valid_from < the_end.instant
           and (h.valid_until >= the_end.instant or h.valid_until is null)
    $body$;
    comment on function analytics.opportunities_on(date) is
        'Every opportunity as it stood at the end of a day in the tenant''s time zone.';

    create or replace view analytics.stage_stays with (security_barrier) as
    select y.opportunity as opportunity_id, y.pipeline as pipeline_id, y.stage,
           s.name as stage_name, y.entered_at, nullif(y.left_at, 'infinity') as left_at
      from {schema}.stays y
      left join {schema}.stages_now s
             on s.tenant = y.tenant and s.pipeline = y.pipeline and s.stage = y.stage
     where y.tenant = (select l.tenant from analytics_access.logins l where l.login = session_user);

    comment on view analytics.stage_stays is
        'Every stay of an opportunity in a stage, also one that was left at once: for times in a stage and conversion.';
    comment on column analytics.stage_stays.opportunity_id is 'The opportunity.';
    comment on column analytics.stage_stays.pipeline_id is 'Its pipeline.';
    comment on column analytics.stage_stays.stage is 'The stage.';
    comment on column analytics.stage_stays.stage_name is
        'The name of the stage, as it is called today.';
    comment on column analytics.stage_stays.entered_at is 'When it came to the stage.';
    comment on column analytics.stage_stays.left_at is
        'When it left for another stage or was won or lost; null while it stands there.';

    create or replace view analytics.funnel_stages with (security_barrier) as
    select s.pipeline as pipeline_id, s.pipeline_name as pipeline, s.ordinal, s.stage,
           s.name as stage_name, o.currency,
           count(*) filter (where o.status = 'open') as open_count,
           coalesce(sum(o.amount) filter (where o.status = 'open'), 0) as open_amount,
           count(*) filter (where o.status = 'won') as won_count,
           coalesce(sum(o.amount) filter (where o.status = 'won'), 0) as won_amount,
           count(*) filter (where o.status = 'lost') as lost_count,
           coalesce(sum(o.amount) filter (where o.status = 'lost'), 0) as lost_amount
      from {schema}.stages_now s
      left join {schema}.opportunities o
             on o.tenant = s.tenant and o.pipeline = s.pipeline and o.stage = s.stage
     where s.tenant = (select l.tenant from analytics_access.logins l where l.login = session_user)
     group by s.pipeline, s.pipeline_name, s.ordinal, s.stage, s.name, o.currency;

    comment on view analytics.funnel_stages is
        'What stands in each stage now: one row for each pipeline, stage and currency.';
    comment on column analytics.funnel_stages.pipeline_id is 'The pipeline.';
    comment on column analytics.funnel_stages.pipeline is 'The name of the pipeline.';
    comment on column analytics.funnel_stages.ordinal is
        'The place of the stage in the pipeline, from 1.';
    comment on column analytics.funnel_stages.stage is
        'The stage; the key that stays when it is renamed.';
    comment on column analytics.funnel_stages.stage_name is
        'The name of the stage, as it is called today.';
    comment on column analytics.funnel_stages.currency is
        'ISO 4217 code of the amounts; null for opportunities without an amount.';
    comment on column analytics.funnel_stages.open_count is 'How many stand there and are open.';
    comment on column analytics.funnel_stages.open_amount is 'What those are expected to bring.';
    comment on column analytics.funnel_stages.won_count is 'How many were won there.';
    comment on column analytics.funnel_stages.won_amount is 'What those brought.';
    comment on column analytics.funnel_stages.lost_count is 'How many were lost there.';
    comment on column analytics.funnel_stages.lost_amount is 'What those had been expected to bring.';

    perform set_config('role', before, true);
end
$views$;


-- The projector reads every log. The queries need to know how far each log and its reactions are, and
-- whose an event is that was set aside: not what stands in it.
grant usage on schema log_{service} to guanxi_projector, guanxi_query;
grant select on log_{service}.events, log_{service}.head to guanxi_projector;
grant select on log_{service}.head, log_{service}.reactions, log_{service}.parked_reactions
   to guanxi_query;
grant select (position, recorded_at, tenant) on log_{service}.events to guanxi_query;

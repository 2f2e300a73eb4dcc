
-- The service of {service} on its own log. What was written to it stays: events, commands and
-- lives are never changed nor taken away.
grant usage on schema log_{service} to guanxi_{service};
grant select on log_{service}.lives to guanxi_{service};
grant select, update on log_{service}.head to guanxi_{service};
grant select, insert on log_{service}.events, log_{service}.commands to guanxi_{service};
grant select, insert, update on log_{service}.streams, log_{service}.series to guanxi_{service};
grant select, insert, update, delete
   on log_{service}.claims, log_{service}.timers, log_{service}.snapshots to guanxi_{service};
grant select, insert, update on log_{service}.reactions to guanxi_{service};
grant select, insert on log_{service}.parked_reactions to guanxi_{service};
grant execute on all functions in schema log_{service} to guanxi_{service};

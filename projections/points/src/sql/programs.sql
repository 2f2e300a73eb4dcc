select distinct on (a.program) a.program, a.name, a.currency, a.places, a.point_value, opened.shop
  from {schema}.programs a
  left join {schema}.programs opened
         on opened.tenant = a.tenant and opened.program = a.program and opened.version = 1
 where a.tenant = {tenant} and a.at < {until} and a.recorded_at < {known}
 order by a.program, a.version desc

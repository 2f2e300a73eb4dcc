select distinct on (r.from_currency) r.from_currency as currency, r.rate
  from {schema}.rates r
 where r.tenant = {tenant} and r.source = 'book' and r.to_currency = {base}
   and r.valid_from <= {as_of} and r.recorded_at < {known}
 order by r.from_currency, r.valid_from desc, r.version desc

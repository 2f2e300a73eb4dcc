-- The zone ($11) is in the key only where days or months are told apart, and a parameter needs a type.
select {key} as key,
       {sums}
  from {schema}.facts r
 where {matches}
   and ($9::timestamptz is null or r.at >= $9)
   and ($10::timestamptz is null or r.at < $10)
 group by 1
 order by 1
 limit case when $11::text is not null then $12::bigint end

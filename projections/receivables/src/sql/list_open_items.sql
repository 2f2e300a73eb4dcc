select a.customer, c.name as customer_name, c.number as customer_number, a.item, a.kind,
       a.document, d.number as document_number, a.order_id, a.dated, a.due, a.age, a.bucket,
       a.owner, a.team, a.currency, a.amount, a.open, a.open_base, a.converted
  from aged a
  left join {schema}.customers c on c.tenant = $1 and c.customer = a.customer
  left join {schema}.documents d
    on d.tenant = $1 and d.document = a.document and d.kind = a.kind
 where a.open <> 0
   and (cardinality($11::int[]) = 0 or a.bucket = any ($11))
   and (cardinality($12::text[]) = 0 or a.kind = any ($12))
   and ($13::date is null or (a.due, a.customer, a.item) > ($13, $14::uuid, $15::bigint))
 order by a.due, a.customer, a.item
 limit $16

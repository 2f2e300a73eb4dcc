//! Rows as columns, for statements that write all rows of a batch at once with `unnest`.

/// Declares a row and its columns: the names and the order are the statement's parameters. One of the
/// columns is `tenant`. Where it is used, `tokio_postgres` must be a dependency.
#[macro_export]
macro_rules! columns {
    ($(#[$doc:meta])* $columns:ident of $row:ident { $($column:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        struct $row<'a> {
            $($column: $type),+
        }

        #[derive(Default)]
        struct $columns<'a> {
            $($column: Vec<$type>),+
        }

        impl<'a> $columns<'a> {
            fn push(&mut self, row: $row<'a>) {
                $(self.$column.push(row.$column);)+
            }

            /// Writes them, if there are any.
            async fn write(
                &self,
                write: &$crate::Write<'_>,
                sql: &str,
            ) -> Result<(), tokio_postgres::Error> {
                if self.tenant.is_empty() {
                    return Ok(());
                }
                let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
                    &[$(&self.$column),+];
                write.execute(sql, params).await?;
                Ok(())
            }
        }
    };
}

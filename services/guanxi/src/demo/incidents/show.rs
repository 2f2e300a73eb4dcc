//! A service desk's months: loaded, counted, shown.

//! The log against a real Postgres.

#[cfg(test)]
mod appends;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod line;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod unknown;
#[cfg(test)]
mod world;

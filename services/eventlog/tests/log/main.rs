//! The log against a real Postgres.

#[cfg(test)]
mod appends;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod commits;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod guards;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod line;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod standby;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod unknown;
#[cfg(test)]
mod wire;
#[cfg(test)]
mod world;

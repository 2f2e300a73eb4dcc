//! The rules of tickets as given / when / then, in a small world of tickets and queues.

mod family;
mod giving;
mod opening;
mod properties;
mod replaying;
mod states;
mod talking;
mod transitions;
mod world;

//! The relay, the stream and the feed on real servers, through everything that happens to them.

mod away;
mod cluster;
mod faults;
mod feeds;
mod kit;
mod resuming;
mod storm;

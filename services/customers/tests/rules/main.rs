//! The rules of the customers service as given / when / then, and as random histories.

mod claims;
mod contacts;
mod customers;
mod desk_transfers;
mod fixtures;
mod follow_ups;
mod histories;
mod interactions;
mod pools;
mod reminders;
mod transfers;
mod world;

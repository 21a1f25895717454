//! Both edges that speak HTTP, fetch and channel, get their client here: one place decides
//! which addresses may be reached, that certificates are verified, and how a failure is put into words.

mod client;
mod coding;
mod connect;
mod failure;
mod guard;
mod proxy;
mod retry_after;

pub use client::{Timeouts, Unusable, client, client_for_pages};
pub use coding::{ACCEPTED, GZIP, Undecodable, decode, gunzip, list};
pub use connect::connect;
pub use failure::Failure;
pub use guard::{Guard, Names, Refused};
pub use proxy::client_through;
pub use retry_after::retry_after;

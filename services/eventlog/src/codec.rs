//! Between an event's data in the clear and the bytes that are stored: the place of encryption.

use guanxi_events::{EventType, StreamKey};

use crate::LogError;

/// Turns JSON text into stored bytes and back. Everything that may hold personal data passes
/// through it before Postgres sees it: events and snapshots.
pub trait PayloadCodec: Send + Sync {
    /// The bytes to store for `data`.
    ///
    /// # Errors
    /// [`LogError::Codec`] when they cannot be made; nothing is written then.
    fn encode(
        &self,
        stream: &StreamKey,
        event_type: &EventType,
        data: Vec<u8>,
    ) -> Result<Vec<u8>, LogError>;

    /// The data of stored bytes. What was erased comes back redacted, never as an error.
    ///
    /// # Errors
    /// [`LogError::Codec`] when they cannot be read now.
    fn decode(
        &self,
        stream: &StreamKey,
        event_type: &EventType,
        stored: Vec<u8>,
    ) -> Result<Vec<u8>, LogError>;
}

/// Stores the data as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainCodec;

impl PayloadCodec for PlainCodec {
    fn encode(&self, _: &StreamKey, _: &EventType, data: Vec<u8>) -> Result<Vec<u8>, LogError> {
        Ok(data)
    }

    fn decode(&self, _: &StreamKey, _: &EventType, stored: Vec<u8>) -> Result<Vec<u8>, LogError> {
        Ok(stored)
    }
}

//! The token of a read-your-own-write: which log, which life of it, how far.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use guanxi_events::{Incarnation, Position, Service};

/// What a command's answer hands out and a query takes as `after`. Opaque to callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The log.
    pub service: Service,
    /// Its life; a token of another life is refused.
    pub incarnation: Incarnation,
    /// The position to be seen.
    pub position: Position,
}

impl Token {
    /// As text, safe in URLs.
    pub fn encode(&self) -> String {
        let plain = format!(
            "1.{}.{}.{}",
            self.service,
            self.incarnation.0.simple(),
            self.position
        );
        BASE64_URL_SAFE_NO_PAD.encode(plain)
    }

    /// From text; none when it is no token of ours.
    pub fn decode(text: &str) -> Option<Self> {
        let plain = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = plain.split('.');
        if parts.next()? != "1" {
            return None;
        }
        let service = Service::from_name(parts.next()?)?;
        let incarnation = parts.next()?.parse().ok()?;
        let position = Position(
            parts
                .next()?
                .parse()
                .ok()
                .filter(|position| *position >= 0)?,
        );
        parts.next().is_none().then_some(Self {
            service,
            incarnation,
            position,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_round_trip_and_nothing_else_is_a_token() {
        let token = Token {
            service: Service::Sales,
            incarnation: Incarnation::new(),
            position: Position(42),
        };
        assert_eq!(Token::decode(&token.encode()), Some(token));
        for bad in [
            "",
            "x",
            "MS5zYWxlcw",
            &token.encode()[1..],
            &format!("{}A", token.encode()),
        ] {
            assert_eq!(Token::decode(bad), None, "{bad:?}");
        }
    }
}

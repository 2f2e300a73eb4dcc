//! One setting as it is given on the command line or written to a file.

use std::str::FromStr;

/// A dotted key of the configuration and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    key: String,
    /// In TOML.
    value: String,
}

impl Setting {
    /// A text value.
    pub fn text(key: &str, value: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            value: toml::Value::String(value.into()).to_string(),
        }
    }

    /// A switch.
    pub fn switch(key: &str, on: bool) -> Self {
        Self {
            key: key.to_owned(),
            value: on.to_string(),
        }
    }

    /// As a line of a TOML file.
    pub fn to_toml(&self) -> String {
        format!("{} = {}", self.key, self.value)
    }
}

impl FromStr for Setting {
    type Err = String;

    /// `key=value`, where the value is TOML, or else text: nobody wants to quote quotes in a shell.
    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text
            .split_once('=')
            .ok_or("a setting is KEY=VALUE, as in limits.in_flight=500")?;
        let (key, value) = (key.trim(), value.trim());
        let setting = Self {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        if setting.to_toml().parse::<toml::Table>().is_ok() {
            return Ok(setting);
        }
        let setting = Self::text(key, value);
        match setting.to_toml().parse::<toml::Table>() {
            Ok(_) => Ok(setting),
            Err(_) => Err(format!(
                "{key:?} is no key; a key is as in database.url or tenants.acme.time_zone"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        text.parse::<Setting>().unwrap().to_toml()
    }

    #[test]
    fn a_value_is_toml_and_otherwise_text() {
        assert_eq!(line("limits.in_flight=500"), "limits.in_flight = 500");
        assert_eq!(line("development=true"), "development = true");
        assert_eq!(
            line("database.url=postgres://u:p@h/d?a=b"),
            r#"database.url = "postgres://u:p@h/d?a=b""#
        );
        assert_eq!(
            line("listen.query='0.0.0.0:80'"),
            "listen.query = '0.0.0.0:80'"
        );
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!("no value".parse::<Setting>().is_err());
        assert!("a key = 1".parse::<Setting>().is_err());
    }
}

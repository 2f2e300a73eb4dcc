//! The two files, line by line as they are: who is a member, and what each flew in a month.

use std::{fs::File, io::Read, path::Path};

use anyhow::Context;
use flate2::read::MultiGzDecoder;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, de::Error as _};

/// The members, within the folder of all data.
pub const MEMBERS: &str = "maven-airline-loyalty-program/customer_loyalty_history.csv.gz";
/// What they flew, within the folder of all data.
pub const ACTIVITY: &str = "maven-airline-loyalty-program/customer_flight_activity.csv.gz";

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MemberRow {
    /// The member's number.
    #[serde(rename = "Loyalty Number")]
    pub number: String,
    /// The province.
    #[serde(rename = "Province")]
    pub province: String,
    /// The card: Star, Nova or Aurora.
    #[serde(rename = "Loyalty Card")]
    pub card: Card,
    #[serde(rename = "Enrollment Year")]
    enrolment_year: i16,
    #[serde(rename = "Enrollment Month")]
    enrolment_month: i8,
    #[serde(rename = "Cancellation Year")]
    cancellation_year: Option<i16>,
    #[serde(rename = "Cancellation Month")]
    cancellation_month: Option<i8>,
}

/// The card of a member, which is its tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
pub enum Card {
    /// The first.
    Star,
    /// The second.
    Nova,
    /// The third.
    Aurora,
}

/// What a member flew, earned and redeemed in a month. Some months have several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ActivityRow {
    /// The member's number.
    #[serde(rename = "Loyalty Number")]
    pub number: String,
    #[serde(rename = "Year")]
    year: i16,
    #[serde(rename = "Month")]
    month: i8,
    /// The points that were earned.
    #[serde(rename = "Points Accumulated", deserialize_with = "exact")]
    pub earned: Decimal,
    /// The points that were redeemed.
    #[serde(rename = "Points Redeemed", deserialize_with = "exact")]
    pub redeemed: Decimal,
    /// What they were worth, in CAD.
    #[serde(rename = "Dollar Cost Points Redeemed", deserialize_with = "exact")]
    pub worth: Decimal,
}

impl MemberRow {
    /// The first day of the month of enrolment.
    pub fn enrolled(&self) -> Option<Date> {
        Date::new(self.enrolment_year, self.enrolment_month, 1).ok()
    }

    /// The first day of the month of cancellation.
    pub fn cancelled(&self) -> Option<Date> {
        Date::new(self.cancellation_year?, self.cancellation_month?, 1).ok()
    }
}

impl ActivityRow {
    /// The first day of the month.
    pub fn month(&self) -> Option<Date> {
        Date::new(self.year, self.month, 1).ok()
    }

    /// A row as the file would have it.
    pub(super) fn new(number: String, month: Date, earned: Decimal, redeemed: Decimal) -> Self {
        Self {
            number,
            year: month.year(),
            month: month.month(),
            earned,
            redeemed,
            worth: (redeemed * Decimal::new(8, 2)).round(),
        }
    }
}

impl MemberRow {
    /// A row as the file would have it.
    pub(super) fn new(number: String, card: Card, enrolled: Date, cancelled: Option<Date>) -> Self {
        Self {
            number,
            province: "Ontario".to_owned(),
            card,
            enrolment_year: enrolled.year(),
            enrolment_month: enrolled.month(),
            cancellation_year: cancelled.map(Date::year),
            cancellation_month: cancelled.map(Date::month),
        }
    }
}

/// Decimals as they stand, never by way of a float.
fn exact<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let text = String::deserialize(from)?;
    text.parse()
        .map_err(|_| D::Error::custom(format!("{text:?} is no decimal")))
}

/// Reads a compressed file's rows.
///
/// # Errors
/// When it cannot be read, lacks a column, or says what cannot be; the record is named.
pub fn read<R: for<'de> Deserialize<'de>>(file: &Path) -> anyhow::Result<Vec<R>> {
    let what = || format!("read {}", file.display());
    let unpacked = MultiGzDecoder::new(File::open(file).with_context(what)?);
    rows(unpacked).with_context(what)
}

/// Reads rows as the files write them.
///
/// # Errors
/// As for [`read`].
pub fn rows<R: for<'de> Deserialize<'de>>(from: impl Read) -> anyhow::Result<Vec<R>> {
    let mut text = csv::ReaderBuilder::new()
        .buffer_capacity(1 << 16)
        .from_reader(Unmarked::new(from));
    // An error of the reader names its record by itself.
    Ok(text.deserialize().collect::<Result<_, _>>()?)
}

/// Leaves out the mark of the byte order that the files begin with.
struct Unmarked<R> {
    from: R,
    begun: bool,
}

const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

impl<R> Unmarked<R> {
    fn new(from: R) -> Self {
        Self { from, begun: false }
    }
}

impl<R: Read> Read for Unmarked<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.begun || into.len() < MARK.len() {
            return self.from.read(into);
        }
        self.begun = true;
        let mut read = 0;
        while read < MARK.len() {
            match self.from.read(&mut into[read..])? {
                0 => break,
                more => read += more,
            }
        }
        if into[..read].starts_with(&MARK) {
            into.copy_within(MARK.len()..read, 0);
            read -= MARK.len();
            if read == 0 {
                return self.from.read(into);
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const ACTIVITIES: &str = "\u{feff}Loyalty Number,Year,Month,Flights Booked,Distance,\
        Points Accumulated,Points Redeemed,Dollar Cost Points Redeemed\r\n";

    #[test]
    fn a_month_is_read_by_its_headings_to_the_quarter_point() {
        let text = format!("{ACTIVITIES}100504,2018,2,11,1474,183.75,322,26\r\n");
        let rows: Vec<ActivityRow> = rows(text.as_bytes()).unwrap();
        assert_eq!(rows[0].number, "100504");
        assert_eq!(rows[0].month(), Some(date(2018, 2, 1)));
        assert_eq!(rows[0].earned, Decimal::new(18_375, 2));
        assert_eq!((rows[0].redeemed, rows[0].worth), (322.into(), 26.into()));
    }

    #[test]
    fn a_member_may_have_cancelled_or_not() {
        let text = "Loyalty Number,Province,Loyalty Card,Enrollment Year,Enrollment Month,\
                    Cancellation Year,Cancellation Month\n\
                    1,Ontario,Star,2016,2,,\n2,Ontario,Aurora,2014,7,2018,1\n";
        let rows: Vec<MemberRow> = rows(text.as_bytes()).unwrap();
        assert_eq!(rows[0].enrolled(), Some(date(2016, 2, 1)));
        assert_eq!(rows[0].cancelled(), None);
        assert_eq!(rows[1].cancelled(), Some(date(2018, 1, 1)));
        assert_eq!(rows[1].card, Card::Aurora);
    }

    #[test]
    fn what_cannot_be_read_names_its_record_and_what_is_wrong() {
        for (bad, what) in [("1,2018,2,1,1,many,0,0", "many"), ("1,2018,2", "fields")] {
            let text = format!("{ACTIVITIES}1,2018,1,1,1,1,0,0\r\n{bad}\r\n");
            let said = format!("{:#}", rows::<ActivityRow>(text.as_bytes()).unwrap_err());
            assert!(said.contains("record 2") && said.contains(what), "{said}");
        }
    }
}

//! The only place that reads the system clock.
//!
//! Two clocks, never confused: the *system* clock drives tokens, sessions, leases, audit and retries; the *legal*
//! clock drives days, duties and reminders. They agree in production. The demonstration lets the legal clock run
//! faster, and tests set both by hand.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC, cut to microseconds so that both databases give back what was stored.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Timestamp)]
pub struct UtcTime(pub(crate) NaiveDateTime);

impl UtcTime {
    /// The instant as a chrono value.
    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// The calendar day of this instant in `zone`: what "on which day was it received" means in law.
    pub fn day_in(self, zone: Tz) -> NaiveDate {
        self.utc().with_timezone(&zone).date_naive()
    }

    /// This instant moved by `by` (backwards when negative); stays put at the ends of representable time.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.checked_add_signed(by).unwrap_or(self.0))
    }

    /// How long ago `earlier` was, seen from this instant; negative when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        self.0 - earlier.0
    }

    /// The first instant of `day` in `zone`. Where a change of clock removes midnight, the first instant that exists.
    pub fn start_of_day(day: NaiveDate, zone: Tz) -> Self {
        let midnight = day.and_time(chrono::NaiveTime::MIN);
        (0..=4)
            .find_map(|half_hours| (midnight + Duration::minutes(30 * half_hours)).and_local_timezone(zone).earliest())
            .map_or(Self(midnight), |local| local.with_timezone(&Utc).into())
    }
}

impl From<DateTime<Utc>> for UtcTime {
    fn from(instant: DateTime<Utc>) -> Self {
        let naive = instant.naive_utc();
        Self(naive.with_nanosecond(naive.nanosecond() / 1_000 * 1_000).unwrap_or(naive))
    }
}

impl std::fmt::Display for UtcTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for UtcTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UtcTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DateTime::<chrono::FixedOffset>::deserialize(deserializer).map(|d| d.with_timezone(&Utc).into())
    }
}

/// Both readings of one moment, taken together at the start of a unit of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// For tokens, sessions, leases, audit, retries.
    pub system: UtcTime,
    /// For days, duties, reminders.
    pub legal: UtcTime,
}

impl Now {
    /// Today in the regime's zone, by the legal clock.
    pub fn today(&self, zone: Tz) -> NaiveDate {
        self.legal.day_in(zone)
    }
}

/// Where the time comes from. Cheap to clone; clones share a test clock.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    /// The legal clock runs `rate` times as fast since both stood at these instants.
    Accelerated {
        system_start: UtcTime,
        legal_start: UtcTime,
        rate: f64,
    },
    Manual(Arc<Mutex<Now>>),
}

impl Clock {
    /// Real time on both clocks.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A demonstration clock: the legal clock stood at `legal_start` when the system clock stood at `system_start`,
    /// and a legal day passes in `day` of real time.
    pub fn accelerated(system_start: UtcTime, legal_start: UtcTime, day: std::time::Duration) -> Self {
        let rate = 86_400.0 / day.as_secs_f64().max(0.001);
        Self(Source::Accelerated { system_start, legal_start, rate })
    }

    /// A clock that stands still until a test moves it.
    pub fn manual(at: UtcTime) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(Now { system: at, legal: at }))))
    }

    /// Both readings now.
    pub fn now(&self) -> Now {
        match &self.0 {
            Source::System => {
                let system = system_now();
                Now { system, legal: system }
            }
            Source::Accelerated { system_start, legal_start, rate } => {
                let system = system_now();
                let elapsed = system.since(*system_start).num_milliseconds();
                #[expect(
                    clippy::cast_precision_loss,
                    clippy::cast_possible_truncation,
                    reason = "a demonstration clock"
                )]
                let passed = Duration::milliseconds((elapsed as f64 * rate) as i64);
                Now { system, legal: legal_start.plus(passed) }
            }
            Source::Manual(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Time elapsed since some fixed moment, never going back when a clock is set: for leases and time-outs.
    pub fn uptime(&self) -> std::time::Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        match &self.0 {
            Source::System | Source::Accelerated { .. } => START.get_or_init(Instant::now).elapsed(),
            // A test that sets its clock back would see it go back; advancing is how tests let time pass.
            Source::Manual(_) => {
                self.now().system.since(UtcTime::from(DateTime::UNIX_EPOCH)).to_std().unwrap_or_default()
            }
        }
    }

    /// Moves a manual clock; both readings advance together. Other clocks are not moved.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(now) = &self.0 {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = Now { system: now.system.plus(by), legal: now.legal.plus(by) };
        }
    }

    /// Sets the legal reading of a manual clock to noon of `day` in `zone`. Other clocks are not moved.
    pub fn set_legal_day(&self, day: NaiveDate, zone: Tz) {
        if let Source::Manual(now) = &self.0 {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            now.legal = UtcTime::start_of_day(day, zone).plus(Duration::hours(12));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
fn system_now() -> UtcTime {
    Utc::now().into()
}

/// The year a date of birth falls in: the only part of it that is kept in clear.
pub fn birth_year(birth_date: NaiveDate) -> i64 {
    i64::from(birth_date.year())
}

impl<DB> diesel::serialize::ToSql<diesel::sql_types::Timestamp, DB> for UtcTime
where
    DB: diesel::backend::Backend,
    NaiveDateTime: diesel::serialize::ToSql<diesel::sql_types::Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, DB>) -> diesel::serialize::Result {
        self.0.to_sql(out)
    }
}

impl<DB> diesel::deserialize::FromSql<diesel::sql_types::Timestamp, DB> for UtcTime
where
    DB: diesel::backend::Backend,
    NaiveDateTime: diesel::deserialize::FromSql<diesel::sql_types::Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self)
    }
}

impl utoipa::PartialSchema for UtcTime {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::DateTime)))
            .into()
    }
}
impl utoipa::ToSchema for UtcTime {}

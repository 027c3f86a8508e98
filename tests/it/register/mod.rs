//! The register's use cases, as their users meet them.

mod access_log;
mod audited;
mod corrections;
mod enrolment;
mod notifications;
mod reading;
mod travel;

//! The statistics: against R's values, under laws that hold for any data, and what is refused.

mod disclosure;
mod golden;
mod laws;
mod refusals;
mod shapes;

//! What the scheduler runs, and the rows it runs by.

mod ticks;

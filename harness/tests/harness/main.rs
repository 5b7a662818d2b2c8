//! The harness, run against implementations of its own: replies judged, runs counted, reports merged.

mod baselines;
mod budgets;
mod buffer_objects;
mod capabilities;
mod check;
mod choosing;
mod copies;
mod differences;
mod judging;
mod lifecycle;
mod merging;
mod random;
mod running;
mod schemas;
mod told;

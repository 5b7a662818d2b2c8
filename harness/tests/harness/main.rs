//! The harness, run against implementations of its own: replies judged, runs counted, reports merged.

mod baselines;
mod buffer_objects;
mod check;
mod copies;
mod judging;
mod lifecycle;
mod merging;
mod random;
mod running;
mod told;

//! # Smoke tests
//!
//! Whether a driver keeps to the [protocol](crate::protocol), found out in about a second of a driver that
//! answers at once: it is started a few times, talked to line by line and with all lines at once, and asked
//! for a few things whose answers are known. What is wrong is reported as [`Mistake`]s.

mod limits;
mod lines;
mod mistake;
mod sense;

use std::collections::BTreeSet;
use std::mem::discriminant;

use pybuf_harness::{Call, Capabilities, Reply, call};
use pybuf_model::Edition;

use crate::exec::Exec;
use crate::process::Error;
use crate::protocol::Claims;
use crate::target::{Target, TargetError};

pub use limits::Limits;
pub use mistake::Mistake;

/// What a smoke test has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What the target says that it is, if it got so far.
    pub name: Option<String>,
    /// What is wrong with it, in the order in which it was found.
    pub mistakes: Vec<Mistake>,
}

/// Checks a target by the name that `--target` takes. Of a driver the lines are checked, of any target
/// the replies. `samples` are cases that make calls of as many kinds
/// as there are.
///
/// # Errors
///
/// If there is no such target, or it cannot be started at all.
pub fn smoke(target: &str, samples: &[Vec<Call>], limits: Limits) -> Result<Found, TargetError> {
    let cases: Vec<Vec<Call>> = sense::cases().into_iter().chain(samples.to_vec()).collect();
    if let Some(command) = target.strip_prefix("exec:") {
        return driver(&Exec::parse(command)?, &cases, limits);
    }
    let target = Target::find(target)?.with_limit(limits.answer);
    let newest = target.editions().last().copied().unwrap_or(Edition::LATEST);
    let mut implementation = target.open(newest)?;
    let each: Vec<&[Call]> = cases.iter().map(Vec::as_slice).collect();
    let replies = implementation.run(&each);
    let Capabilities { name, lacks } = implementation.capabilities();
    let claims = Claims { name, lacks, editions: vec![] };
    Ok(of_sense(claims, vec![], &cases, &replies))
}

fn driver(exec: &Exec, cases: &[Vec<Call>], limits: Limits) -> Result<Found, TargetError> {
    let not_started = |cause| {
        let program = exec.command().get_program().to_string_lossy().into_owned();
        exec.not_opened(Error::Spawn { program, cause })
    };
    let (claims, mut mistakes) = lines::one_by_one(exec, limits).map_err(not_started)?;
    let Some(claims) = claims else {
        return Ok(Found { name: None, mistakes });
    };
    mistakes.extend(lines::other_version(exec, limits).map_err(not_started)?);
    mistakes.extend(lines::end_of_input(exec, limits).map_err(not_started)?);
    match lines::at_once(exec, cases, limits).map_err(not_started)? {
        Ok(replies) => Ok(of_sense(claims, mistakes, cases, &replies)),
        Err(mistake) => {
            // The same again, at another request, is nothing new.
            let is_new = |known: &Mistake| discriminant(known) != discriminant(&mistake);
            if mistakes.iter().all(is_new) {
                mistakes.push(mistake);
            }
            Ok(of_sense(claims, mistakes, &[], &[]))
        }
    }
}

fn of_sense(
    claims: Claims,
    mut mistakes: Vec<Mistake>,
    cases: &[Vec<Call>],
    replies: &[Vec<Reply>],
) -> Found {
    let known = |gap: &String| call::features().any(|feature| feature == gap);
    let unknown = claims.lacks.keys().filter(|gap| !known(gap));
    mistakes.extend(unknown.map(|gap| Mistake::UnknownGap { gap: gap.clone() }));
    let editions = claims.editions.iter().filter_map(|name| name.parse::<Edition>().err());
    mistakes.extend(editions.map(Mistake::UnknownEdition));
    mistakes.extend(twice(&claims.editions).map(|edition| Mistake::EditionTwice { edition }));
    mistakes.extend(sense::mistakes(&claims, cases, replies));
    Found { name: Some(claims.name), mistakes }
}

/// Those that are there more than once.
fn twice(names: &[String]) -> impl Iterator<Item = String> {
    let distinct: BTreeSet<&String> = names.iter().collect();
    let count = |name: &str| names.iter().filter(|other| *other == name).count();
    distinct.into_iter().filter(move |name| count(name) > 1).cloned()
}

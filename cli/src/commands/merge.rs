//! `pybuf merge`.

use std::collections::BTreeMap;
use std::path::Path;

use pybuf_harness::certificate::Certificate;
use pybuf_harness::{Report, Tally, merge as shards};
use pybuf_suites as suites;

use crate::arguments;
use crate::error::{Error, Found};
use crate::report::reporting::Reporting;
use crate::run::{self, json};

pub fn merge(arguments: &arguments::Merge) -> Result<Found, Error> {
    let reporting = Reporting::prepare(&arguments.reporting)?;
    let mut cases = BTreeMap::new();
    let mut tallies = Vec::new();
    let mut target = None;
    for path in &arguments.reports {
        let document = json::read(path)?;
        same_cases(path, &document.tally, &mut cases)?;
        target.get_or_insert(document.target_option);
        tallies.push((path.display().to_string(), document.tally));
    }
    let whole = shards::merge(tallies, suites::ALL)?;
    let of_run = |name: &str| whole.sections.iter().any(|it| it.domain == name);
    let domains: Vec<_> = suites::ALL.iter().copied().filter(|it| of_run(it.name)).collect();
    run::report(reporting, &Report::of(whole, &domains), &target.unwrap_or_default())
}

/// Fails unless the suites of this command consist of the same cases. `ours` has those that are known.
fn same_cases(
    path: &Path,
    tally: &Tally,
    ours: &mut BTreeMap<&'static str, Certificate>,
) -> Result<(), Error> {
    for theirs in &tally.certificates {
        let domain = suites::ALL.iter().find(|domain| domain.name == theirs.domain);
        let ours = domain.map(|it| ours.entry(it.name).or_insert_with(|| Certificate::of(it)));
        if ours.as_deref() != Some(theirs) {
            let (path, domain) = (path.to_owned(), theirs.domain.clone());
            return Err(Error::OtherCases { path, domain });
        }
    }
    Ok(())
}

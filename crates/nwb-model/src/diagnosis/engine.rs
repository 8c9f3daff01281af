//! Rules at work on a file: objects side by side, then the datasets that were asked for, each of them once.

use indexmap::IndexMap;
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::report::{Wanted, read_for};
use super::rules::UNREADABLE_ELEMENTS;
use super::{Finding, Report, Rule, Subject, Survey};
use crate::tree::{Object, ObjectKey};

/// What the rules find in these objects, in the order of the objects and, for each, of the rules.
pub(super) fn examine<'r>(
    objects: &[Object],
    survey: Option<&Survey>,
    rules: impl IntoIterator<Item = &'r dyn Rule>,
) -> Vec<Finding> {
    let rules: Vec<&dyn Rule> = rules.into_iter().collect();
    let mut reports: Vec<Report> = objects
        .par_iter()
        .map(|object| {
            let subject = Subject::new(object, survey);
            let mut report = Report::default();
            for rule in &rules {
                report.begin(*rule, object);
                rule.check(&subject, &mut report);
                report.end();
            }
            report
        })
        .collect();

    let mut datasets: IndexMap<ObjectKey, (Vec<usize>, Vec<Wanted>)> = IndexMap::new();
    for (number, report) in reports.iter_mut().enumerate() {
        for wanted in report.take_wanted() {
            let (numbers, all) = datasets.entry(wanted.key()).or_default();
            numbers.push(number);
            all.push(wanted);
        }
    }
    let read: Vec<(usize, (usize, Vec<Finding>))> = datasets
        .into_values()
        .collect::<Vec<_>>()
        .into_par_iter()
        .flat_map_iter(|(numbers, wanted)| {
            let found = read_for(wanted, UNREADABLE_ELEMENTS);
            // An error of reading stands before what the passes say, at the first that asked.
            let first = numbers.first().copied().unwrap_or(0);
            let errors = found.len() - numbers.len();
            std::iter::repeat_n(first, errors).chain(numbers).zip(found)
        })
        .collect();
    let mut passed: Vec<Vec<(usize, Vec<Finding>)>> = reports.iter().map(|_| Vec::new()).collect();
    for (number, found) in read {
        if let Some(of_object) = passed.get_mut(number) {
            of_object.push(found);
        }
    }
    reports.into_iter().zip(passed).flat_map(|(report, passed)| report.into_findings_with(passed)).collect()
}

//! What rules write down.

use super::pass::{Pass, each_block};
use super::rule::Rule;
use super::{Coverage, Finding, Severity};
use crate::dataset::Dataset;
use crate::tree::{Object, ObjectKey};

/// How many findings of one rule in one object are told one by one.
const TOLD: usize = 100;

/// All that was found so far, and which datasets have yet to be read.
#[derive(Default)]
pub struct Report {
    findings: Vec<Finding>,
    wanted: Vec<Wanted>,
    rule: Option<Work>,
    told: usize,
    untold: usize,
}

/// Which rule is at work, and on what.
#[derive(Clone)]
struct Work {
    code: &'static str,
    severity: Severity,
    peer: Option<&'static str>,
    object: Object,
}

/// A dataset that a rule asks for.
pub(super) struct Wanted {
    work: Work,
    /// How many findings stood before.
    place: usize,
    pub(super) dataset: Dataset,
    pass: Box<dyn Pass>,
}

impl Wanted {
    pub(super) fn key(&self) -> ObjectKey {
        self.dataset.object().key()
    }
}

impl Report {
    /// Writes a finding down, for the rule that is at work.
    pub fn add(&mut self, mut finding: Finding) {
        let Some(work) = &self.rule else { return };
        if self.told == TOLD {
            self.untold += 1;
            return;
        }
        self.told += 1;
        finding.code = work.code;
        finding.peer = finding.peer.or(work.peer);
        if !finding.is_severe_itself {
            finding.severity = work.severity;
        }
        self.findings.push(finding);
    }

    /// Asks for the elements of a dataset. It is read once for all rules that ask for it, after the last of them has asked.
    pub fn read(&mut self, dataset: Dataset, pass: impl Pass + 'static) {
        let Some(work) = self.rule.clone() else { return };
        self.wanted.push(Wanted { work, place: self.findings.len(), dataset, pass: Box::new(pass) });
    }

    pub(super) fn begin(&mut self, rule: &dyn Rule, object: &Object) {
        self.start(Work { code: rule.code(), severity: rule.severity(), peer: rule.peer(), object: object.clone() });
    }

    fn start(&mut self, work: Work) {
        self.rule = Some(work);
        self.told = 0;
        self.untold = 0;
    }

    /// What was too much to be told is counted.
    pub(super) fn end(&mut self) {
        if let (1.., Some(work)) = (self.untold, &self.rule) {
            let more = format!("there are {} more of this kind here", self.untold);
            let finding = Finding::new(work.object.path(), more);
            self.told = 0;
            self.add(finding);
        }
        self.rule = None;
    }

    pub(super) fn take_wanted(&mut self) -> Vec<Wanted> {
        std::mem::take(&mut self.wanted)
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Adds what passes have found where their rules stood.
    pub(super) fn into_findings_with(self, mut passed: Vec<(usize, Vec<Finding>)>) -> Vec<Finding> {
        passed.sort_by_key(|(place, _)| *place);
        let mut passed = passed.into_iter().peekable();
        let mut all = Vec::with_capacity(self.findings.len());
        for (number, finding) in self.findings.into_iter().enumerate() {
            while let Some((_, found)) = passed.next_if(|(place, _)| *place <= number) {
                all.extend(found);
            }
            all.push(finding);
        }
        all.extend(passed.flat_map(|(_, found)| found));
        all
    }
}

/// Reads a dataset for all passes that want it; tells what each has found, and at which place that belongs.
pub(super) fn read_for(wanted: Vec<Wanted>, unreadable: &dyn Rule) -> Vec<(usize, Vec<Finding>)> {
    let Some(dataset) = wanted.first().map(|one| one.dataset.clone()) else { return Vec::new() };
    let mut passes: Vec<(Wanted, bool)> = wanted.into_iter().map(|one| (one, true)).collect();
    let read = each_block(&dataset, |rows, block| {
        for (one, goes_on) in passes.iter_mut().filter(|(_, goes_on)| *goes_on) {
            *goes_on = one.pass.block(rows.clone(), &block) == super::Enough::No;
        }
        Ok(if passes.iter().any(|(_, goes_on)| *goes_on) { super::Enough::No } else { super::Enough::Yes })
    });
    let coverage = match &read {
        Ok(coverage) => coverage.clone(),
        Err(_) => Coverage::Sample("what could be read".into()),
    };
    let mut all = Vec::with_capacity(passes.len() + 1);
    if let Err(error) = &read {
        let mut report = Report::default();
        report.begin(unreadable, dataset.object());
        report.add(Finding::of_error(dataset.object().path(), error));
        let place = passes.iter().map(|(one, _)| one.place).min().unwrap_or(0);
        all.push((place, report.into_findings()));
    }
    for (Wanted { work, place, pass, .. }, goes_on) in passes {
        let mut report = Report::default();
        report.start(work);
        pass.end(&mut report);
        report.end();
        let mut found = report.into_findings();
        if goes_on && coverage != Coverage::All {
            for finding in found.iter_mut().filter(|finding| finding.coverage == Coverage::All) {
                finding.coverage = coverage.clone();
            }
        }
        all.push((place, found));
    }
    all
}

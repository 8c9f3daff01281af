//! Findings for people: by file, then by how bad they are, then by object.

use std::io::{self, Write};

use nwb::model::diagnosis::{Coverage, Finding, Severity};
use nwb::validate::{Outcome, Summary};

use crate::output::{Paint, exact, printable};

pub(super) fn write(out: &mut dyn Write, outcomes: &[Outcome], paint: Paint) -> io::Result<()> {
    for outcome in outcomes.iter().filter(|outcome| outcome.error.is_none() && !outcome.findings.is_empty()) {
        writeln!(out, "{}", paint.strong(&outcome.path.display().to_string()))?;
        let mut findings: Vec<&Finding> = outcome.findings.iter().collect();
        // Those of one severity stay in the order of the objects.
        findings.sort_by_key(|finding| finding.severity);
        let mut at: Option<(Severity, &str)> = None;
        for finding in findings {
            let here = (finding.severity, finding.object.as_str());
            if at.is_none_or(|at| at.0 != here.0) {
                writeln!(out, "  {}", coloured(finding.severity, paint))?;
            }
            if at != Some(here) {
                writeln!(out, "    {}", paint.strong(&exact(&finding.object)))?;
            }
            at = Some(here);
            told(out, finding, paint)?;
        }
        writeln!(out)?;
    }
    let summary = Summary::of(outcomes);
    if summary.files > 1 {
        rules(out, outcomes, &summary, paint)?;
    }
    counts(out, &summary, paint)
}

/// So many rules are named with what they found in all files.
const RULES: usize = 10;

/// What is found most often, and in how many files.
fn rules(out: &mut dyn Write, outcomes: &[Outcome], summary: &Summary, paint: Paint) -> io::Result<()> {
    let mut codes: Vec<(&str, usize)> = summary.codes.iter().map(|(code, count)| (*code, *count)).collect();
    codes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let width = codes.first().map_or(0, |(_, most)| most.to_string().len());
    for (code, count) in codes.iter().take(RULES) {
        let has = |outcome: &&Outcome| outcome.findings.iter().any(|finding| finding.code == *code);
        let files = outcomes.iter().filter(has).count();
        let files = format!("in {files} file{}", if files == 1 { "" } else { "s" });
        writeln!(out, "{count:>width$}  {code}  {}", paint.faint(&files))?;
    }
    if let Some(more @ 1..) = codes.len().checked_sub(RULES) {
        writeln!(out, "{}", paint.faint(&format!("and {more} other rule{}", if more == 1 { "" } else { "s" })))?;
    }
    if codes.is_empty() { Ok(()) } else { writeln!(out) }
}

fn told(out: &mut dyn Write, finding: &Finding, paint: Paint) -> io::Result<()> {
    let mut line = printable(&finding.message);
    match (&finding.expected, &finding.found) {
        (Some(expected), Some(found)) => {
            line.push_str(&format!(" (expected {}, found {})", printable(expected), printable(found)));
        }
        (Some(expected), None) => line.push_str(&format!(" (expected {})", printable(expected))),
        (None, Some(found)) => line.push_str(&format!(" (found {})", printable(found))),
        (None, None) => {}
    }
    if let Some(remedy) = &finding.remedy {
        line.push_str(&format!("; {}", printable(remedy)));
    }
    writeln!(out, "      {line}")?;
    let mut about = vec![finding.code.to_owned()];
    about.extend(finding.peer.map(str::to_owned));
    about.extend(finding.spec.as_deref().map(printable));
    if let Coverage::Sample(sample) = &finding.coverage {
        about.push(format!("looked at {}", printable(sample)));
    }
    writeln!(out, "        {}", paint.faint(&about.join("  ")))
}

fn coloured(severity: Severity, paint: Paint) -> String {
    match severity {
        Severity::Error | Severity::Critical => paint.wrong(severity.name()),
        _ => severity.name().to_owned(),
    }
}

fn counts(out: &mut dyn Write, summary: &Summary, paint: Paint) -> io::Result<()> {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut words = vec![counted(summary.files, "file")];
    words.push(format!("{} without findings", summary.clean));
    if summary.unreadable > 0 {
        words.push(format!("{} that cannot be opened", summary.unreadable));
    }
    for (severity, count) in &summary.severities {
        words.push(match severity {
            Severity::Information => format!("{count} of information"),
            Severity::Critical => format!("{count} critical"),
            severity => counted(*count, severity.name()),
        });
    }
    if summary.ignored > 0 {
        words.push(format!("{} ignored for a reason", summary.ignored));
    }
    writeln!(out, "{}", paint.strong(&words.join(", ")))
}

//! Findings as one page for a browser, which needs nothing else: no network, no other file; without scripts it is a plain table.

use std::fmt::Write as _;

use nwb::model::diagnosis::{Coverage, Finding, Severity};
use nwb::validate::{Outcome, Summary};

use crate::output::exact;

const STYLE: &str = include_str!("report/page.css");
const SCRIPT: &str = include_str!("report/page.js");

/// The page.
pub(super) fn page(outcomes: &[Outcome]) -> String {
    let summary = Summary::of(outcomes);
    let mut page = String::with_capacity(1 << 16);
    page.push_str(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>NWB validation report</title>\n<style>\n",
    );
    page.push_str(STYLE);
    page.push_str("</style>\n</head>\n<body>\n<h1>NWB validation report</h1>\n");
    header(&mut page, outcomes, &summary);
    unreadable(&mut page, outcomes);
    findings(&mut page, outcomes);
    ignored(&mut page, outcomes);
    page.push_str("<script>\n");
    page.push_str(SCRIPT);
    page.push_str("</script>\n</body>\n</html>\n");
    page
}

/// Adds to the page. A text takes whatever it is given.
macro_rules! add {
    ($page:expr, $($part:tt)*) => {
        let _ = writeln!($page, $($part)*);
    };
}

fn header(page: &mut String, outcomes: &[Outcome], summary: &Summary) {
    add!(
        page,
        "<p class=\"faint\">by nwb {}; the schema of NWB and the best practices of nwbinspector</p>",
        env!("CARGO_PKG_VERSION")
    );
    if let [one] = outcomes {
        add!(page, "<p class=\"path\">{}</p>", path(one));
    }
    add!(page, "<ul class=\"counts\">");
    let mut count = |class: &str, number: usize, what: &str| {
        add!(page, "<li><b>{number}</b><span class=\"{class}\">{what}</span></li>");
    };
    count("", summary.files, if summary.files == 1 { "file" } else { "files" });
    count("", summary.clean, "without findings");
    if summary.unreadable > 0 {
        count("error", summary.unreadable, "cannot be opened");
    }
    for severity in Severity::ALL {
        if let Some(number) = summary.severities.get(&severity) {
            count(&format!("severity {severity}"), *number, severity.name());
        }
    }
    if summary.ignored > 0 {
        count("", summary.ignored, "ignored for a reason");
    }
    add!(page, "</ul>");
}

fn unreadable(page: &mut String, outcomes: &[Outcome]) {
    let mut failed = outcomes.iter().filter_map(|one| Some((one, one.error.as_ref()?))).peekable();
    if failed.peek().is_none() {
        return;
    }
    add!(page, "<h2>Files that cannot be opened</h2>\n<table>\n<tbody>");
    for (outcome, error) in failed {
        add!(
            page,
            "<tr><td class=\"path\">{}</td><td>{}</td></tr>",
            path(outcome),
            escaped(&crate::failure::sentence(error))
        );
    }
    add!(page, "</tbody>\n</table>");
}

fn findings(page: &mut String, outcomes: &[Outcome]) {
    if outcomes.iter().all(|outcome| outcome.findings.is_empty()) {
        add!(page, "<h2>Findings</h2>\n<p>There are none.</p>");
        return;
    }
    add!(page, "<h2>Findings</h2>\n<div class=\"tools\" hidden>");
    add!(page, "<input type=\"search\" id=\"search\" placeholder=\"Search\" aria-label=\"Search\">");
    add!(page, "<select id=\"file\" aria-label=\"File\"><option value=\"\">All files</option></select>");
    add!(page, "<select id=\"code\" aria-label=\"Rule\"><option value=\"\">All rules</option></select>");
    for (number, severity) in Severity::ALL.into_iter().enumerate() {
        let is_there = outcomes.iter().flat_map(|one| &one.findings).any(|finding| finding.severity == severity);
        if is_there {
            add!(
                page,
                "<label class=\"{severity}\"><input type=\"checkbox\" name=\"severity\" value=\"{number}\" checked> {severity}</label>"
            );
        }
    }
    add!(page, "<span id=\"shown\" class=\"faint\" role=\"status\"></span>\n</div>");
    add!(page, "<table id=\"findings\">\n<thead><tr>");
    for (key, name) in [("severity", "Severity"), ("file", "File"), ("code", "Rule"), ("object", "Object")] {
        add!(
            page,
            "<th scope=\"col\" class=\"w-{key}\" data-key=\"{key}\"><button type=\"button\">{name}</button></th>"
        );
    }
    add!(page, "<th scope=\"col\">What is wrong, and what to do</th>\n</tr></thead>\n<tbody>");
    for outcome in outcomes {
        let mut of_file: Vec<&Finding> = outcome.findings.iter().collect();
        of_file.sort_by_key(|finding| finding.severity);
        for finding in of_file {
            row(page, outcome, finding);
        }
    }
    add!(page, "</tbody>\n</table>");
}

fn row(page: &mut String, outcome: &Outcome, finding: &Finding) {
    let severity = finding.severity;
    let number = Severity::ALL.iter().position(|one| *one == severity).unwrap_or_default();
    let code = escaped(finding.code);
    add!(page, "<tr data-severity=\"{number}\" data-code=\"{code}\"><td class=\"severity {severity}\">{severity}</td>");
    add!(page, "<td class=\"path\">{}</td>", path(outcome));
    let peer = finding.peer.filter(|peer| *peer != finding.code);
    let peer = peer.map_or_else(String::new, |peer| format!("<br><code class=\"faint\">{}</code>", escaped(peer)));
    add!(page, "<td><code>{code}</code>{peer}</td>");
    add!(page, "<td class=\"path\">{}</td>", escaped(&exact(&finding.object)));
    let _ = write!(page, "<td>{}", escaped(&finding.message));
    let sample = match &finding.coverage {
        Coverage::All => None,
        Coverage::Sample(sample) => Some(sample.as_str()),
    };
    let parts = [
        ("expected", finding.expected.as_deref()),
        ("found", finding.found.as_deref()),
        ("likely cause", finding.cause.as_deref()),
        ("what to do", finding.remedy.as_deref()),
        ("schema", finding.spec.as_deref()),
        ("looked at", sample),
        ("not found by the peer", finding.beyond_peer.as_deref()),
    ];
    if parts.iter().any(|(_, text)| text.is_some()) {
        page.push_str("<dl>");
        for (name, text) in parts {
            if let Some(text) = text {
                let _ = write!(page, "<dt>{name}</dt><dd>{}</dd>", escaped(text));
            }
        }
        page.push_str("</dl>");
    }
    add!(page, "</td></tr>");
}

fn ignored(page: &mut String, outcomes: &[Outcome]) {
    if outcomes.iter().all(|outcome| outcome.ignored.is_empty()) {
        return;
    }
    add!(page, "<h2>Ignored for a reason</h2>\n<table>\n<thead><tr>");
    add!(
        page,
        "<th scope=\"col\">File</th><th scope=\"col\">Rule</th><th scope=\"col\">Object</th><th scope=\"col\">Reason</th>"
    );
    add!(page, "</tr></thead>\n<tbody>");
    for outcome in outcomes {
        for one in &outcome.ignored {
            add!(
                page,
                "<tr><td class=\"path\">{}</td><td><code>{}</code></td><td class=\"path\">{}</td><td>{}</td></tr>",
                path(outcome),
                escaped(one.finding.code),
                escaped(&exact(&one.finding.object)),
                escaped(&one.reason)
            );
        }
    }
    add!(page, "</tbody>\n</table>");
}

fn path(outcome: &Outcome) -> String {
    escaped(&exact(&outcome.path.to_string_lossy()))
}

/// A text as it stands between tags and in attributes. What would turn the direction of writing around is shown by its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(' '),
            c if c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                escaped.extend(c.escape_unicode());
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_are_texts() {
        let hostile = "</script><img src=x onerror=alert(1)> \" ' & \u{202e}x\u{0}";
        let mut outcome = Outcome::of_findings(
            hostile,
            vec![
                Finding::new(hostile, hostile)
                    .expected(hostile)
                    .found(hostile)
                    .remedy(hostile)
                    .cause(hostile)
                    .spec(hostile),
            ],
        );
        outcome.findings[0].coverage = Coverage::Sample(hostile.into());
        let page = page(&[outcome, Outcome::of_error(hostile, nwb::Error::new(nwb::ErrorKind::NotNwb, hostile))]);
        assert!(!page.contains("<img") && !page.contains('\u{202e}') && !page.contains('\u{0}'));
        assert_eq!(page.matches("</script>").count(), 1);
        assert!(page.matches("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &quot; &#39; &amp; ").count() >= 9);
    }

    #[test]
    fn a_page_stands_alone() {
        let page = page(&[Outcome::of_findings("a.nwb", Vec::new())]);
        for outside in ["http:", "https:", "//", "@import", "url(", "src="] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains("There are none."));
    }
}

//! Cached specs that are no specs.

use crate::catalog::{read_release, specifications};
use crate::diagnosis::{Finding, Report, Rule, Severity, Subject};
use crate::tree::NodeRef;
use nwb_schema::ErrorKind;

/// The cached specs are JSON of the specification language.
pub(super) struct CachedSpecs;

impl Rule for CachedSpecs {
    fn code(&self) -> &'static str {
        "specs.unreadable"
    }

    fn severity(&self) -> Severity {
        Severity::Error
    }

    fn doc(&self) -> &'static str {
        "The cached specs are JSON of the specification language."
    }

    fn check(&self, subject: &Subject<'_>, report: &mut Report) {
        if !subject.is_root() {
            return;
        }
        let Ok(Some(cached)) = specifications(subject.node()) else { return };
        for (namespace, version, folder) in versions(cached) {
            let read = read_release(folder);
            // What was read without a fault is JSON.
            let is_read = |name: &str| {
                read.as_ref().is_ok_and(|release| {
                    let is_source = |source: &nwb_schema::spec::Source| source.name == name;
                    release.problems.is_empty() && (name == "namespace" || release.sources.iter().any(is_source))
                })
            };
            let mut told = false;
            for (name, _) in folder.links().unwrap_or_default().iter().filter(|(name, _)| !is_read(name)) {
                // A link that leads nowhere, and what cannot be read, are told where they are.
                let Ok(Some(document)) = folder.child(name) else { continue };
                let Ok(_) = document.node() else { continue };
                let text = document.value().and_then(|value| value.as_text());
                let fault = match &text {
                    Ok(text) => serde_json::from_str::<serde_json::Value>(text).err().map(|error| error.to_string()),
                    Err(error) => Some(error.message().to_owned()),
                };
                // Python writes numbers that JSON has not; the reader of specs takes them.
                if let Some(fault) = fault
                    && !text.is_ok_and(|text| ["NaN", "Infinity"].iter().any(|word| text.contains(word)))
                {
                    told = true;
                    report.add(
                        Finding::new(document.path(), "the cached spec is no JSON")
                            .expected("a JSON text")
                            .found(fault)
                            .remedy("types that only this spec defines are not known"),
                    );
                }
            }
            if told {
                continue;
            }
            match read {
                Err(error) => {
                    report.add(Finding::new(folder.path(), "the cached namespace cannot be read").found(error))
                }
                Ok(release) => {
                    let own = &release.namespace;
                    if own.name != namespace || own.version != version {
                        report.add(
                            Finding::new(folder.path(), "the cached namespace is another one than its folder says")
                                .expected(format!("{namespace} {version}"))
                                .found(format!("{} {}", own.name, own.version)),
                        );
                    }
                    if let Some(problem) = release.problems.first() {
                        // Published releases have shapes and refinements that break the rules, and mean something all the same.
                        let is_harmless = matches!(problem.kind(), ErrorKind::BadShape | ErrorKind::Widening);
                        report.add(
                            Finding::new(
                                folder.path(),
                                "the cached specs are not what the specification language allows",
                            )
                            .found(problem.to_string())
                            .severity(if is_harmless {
                                Severity::Information
                            } else {
                                Severity::Error
                            }),
                        );
                    }
                    let is_there = |name: &str| {
                        cached.link(name).is_ok_and(|link| link.is_some()) || crate::catalog::is_ours(name)
                    };
                    let mut is_whole = true;
                    for include in own.includes().filter(|include| !is_there(&include.namespace)) {
                        is_whole = false;
                        report.add(Finding::new(
                            folder.path(),
                            format!("the namespace includes \"{}\", which is not cached", include.namespace),
                        ));
                    }
                    // What a namespace says can be sound by itself, and not stand with the others.
                    let is_used = subject
                        .node()
                        .catalog()
                        .release(&own.name)
                        .is_some_and(|used| used.namespace.version == own.version);
                    let catalog = subject.node().catalog();
                    let unmade = catalog.problems().iter().find(|problem| {
                        (problem.is_cycle() || problem.kind() == ErrorKind::MissingType)
                            && problem.document().starts_with(&format!("{}/{}/", own.name, own.version))
                    });
                    if let Some(problem) = unmade.filter(|_| is_used && is_whole && release.problems.is_empty()) {
                        report.add(
                            Finding::new(folder.path(), "the cached specs do not say what their types are")
                                .found(problem.to_string())
                                .remedy("objects of these types can be read by the names of their members"),
                        );
                    }
                }
            }
        }
    }
}

/// Each version of each namespace that is cached.
fn versions(cached: NodeRef<'_>) -> Vec<(&str, &str, NodeRef<'_>)> {
    let mut found = Vec::new();
    for (namespace, _) in cached.links().unwrap_or_default() {
        let Ok(Some(group)) = cached.child(namespace) else { continue };
        for (version, _) in group.links().unwrap_or_default() {
            if let Ok(Some(folder)) = group.child(version)
                && folder.links().is_ok_and(|links| !links.is_empty())
            {
                found.push((namespace.as_str(), version.as_str(), folder));
            }
        }
    }
    found
}

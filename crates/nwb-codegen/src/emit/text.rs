//! Documentation, and blank lines between items.

use proc_macro2::TokenStream;
use quote::quote;

/// Documentation comments out of lines of Markdown.
pub(super) fn docs(lines: &[String]) -> TokenStream {
    lines
        .iter()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            quote! { #[doc = #line] }
        })
        .collect()
}

/// The same for what a file as a whole is.
pub(super) fn inner_docs(lines: &[String]) -> TokenStream {
    lines
        .iter()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            quote! { #![doc = #line] }
        })
        .collect()
}

/// Adds lines as a paragraph of their own.
pub(super) fn paragraph(lines: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    let mut more = more.into_iter().peekable();
    if more.peek().is_some() && !lines.is_empty() {
        lines.push(String::new());
    }
    lines.extend(more);
}

/// Sets items and methods apart, which the formatter does not do.
pub(super) fn spaced(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + text.len() / 16);
    let mut before: Option<&str> = None;
    for line in text.lines() {
        if before.is_some_and(|before| stand_apart(before, line)) {
            result.push('\n');
        }
        result.push_str(line);
        result.push('\n');
        before = Some(line);
    }
    result
}

fn stand_apart(before: &str, line: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let ends_method = before == "    }" && indent(line) == 4;
    let ends_item = before == "}" && !line.is_empty() || before.ends_with("{}") && !line.ends_with("{}");
    let ends_constants = ["const ", "type "].iter().any(|it| before.trim_start().starts_with(it))
        && line.trim_start().starts_with("fn ");
    let ends_module_docs = before.starts_with("//!") && !line.starts_with("//!");
    let ends_statement = before.ends_with(';') && indent(before) == 0 && indent(line) == 0;
    let first_word = |line: &str| line.trim_start_matches("pub ").split([' ', ':']).next().map(str::to_owned);
    let goes_on = before == "};" && line.contains("use ")
        || first_word(before) == first_word(line)
        || !before.contains(' ') && line.contains("use ");
    ends_method || ends_item || ends_constants || ends_module_docs || ends_statement && !goes_on
}

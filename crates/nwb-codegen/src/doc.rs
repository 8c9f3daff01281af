//! The schema's texts as Rust documentation.

/// Where a line is broken.
const WIDTH: usize = 110;

/// A part of a text.
enum Block {
    Paragraph(String),
    Item(String),
    Code(Vec<String>),
}

/// The lines of a schema's text as Markdown: paragraphs and lists filled anew, diagrams kept, marks that mean something to
/// rustdoc escaped.
pub(crate) fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut after_item = false;
    for block in blocks(text) {
        let is_item = matches!(block, Block::Item(_));
        let goes_on = after_item && is_item;
        if !(lines.is_empty() || goes_on) {
            lines.push(String::new());
        }
        after_item = is_item;
        match block {
            Block::Paragraph(text) => fill(&escape(&text), "", &mut lines),
            Block::Item(text) => fill(&escape(&text), "- ", &mut lines),
            Block::Code(code) => {
                lines.push("```text".to_owned());
                lines.extend(code);
                lines.push("```".to_owned());
            }
        }
    }
    lines
}

/// The first sentence of a text, on one line.
pub(crate) fn summary(text: &str) -> String {
    let first = blocks(text).into_iter().find_map(|block| match block {
        Block::Paragraph(text) | Block::Item(text) => Some(text),
        Block::Code(_) => None,
    });
    escape(first_sentence(&first.unwrap_or_default()))
}

fn first_sentence(text: &str) -> &str {
    for (at, _) in text.match_indices(['.', ':']) {
        let (before, after) = text.split_at(at + 1);
        let word = before.rsplit([' ', '(']).next().unwrap_or_default();
        let is_abbreviation =
            matches!(word, "e.g." | "i.e." | "etc." | "vs." | "cf.") || word == "DEPRECATED." || word.len() == 2;
        let ends = after.is_empty() || after.starts_with(' ') && !is_abbreviation;
        if ends && before.ends_with('.') {
            return before;
        }
    }
    text
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            open = false;
            continue;
        }
        if let Some(item) = trimmed.strip_prefix("- ").or_else(|| trimmed.strip_prefix("* ")) {
            blocks.push(Block::Item(item.to_owned()));
            open = true;
            continue;
        }
        match blocks.last_mut() {
            Some(Block::Paragraph(text) | Block::Item(text)) if open => {
                text.push(' ');
                text.push_str(trimmed);
            }
            _ => blocks.push(Block::Paragraph(trimmed.to_owned())),
        }
        open = true;
        // Two colons announce a literal block: the indented lines that follow.
        if trimmed.ends_with("::") {
            if let Some(Block::Paragraph(text) | Block::Item(text)) = blocks.last_mut() {
                text.truncate(text.len() - 1);
            }
            let mut code: Vec<String> = Vec::new();
            while let Some(line) = lines.next_if(|line| line.trim().is_empty() || line.starts_with(' ')) {
                code.push(line.trim_end().to_owned());
            }
            let blank = |line: &String| line.is_empty();
            let margin = code.iter().filter(|line| !blank(line)).map(|line| line.len() - line.trim_start().len()).min();
            for line in &mut code {
                line.drain(..margin.unwrap_or(0).min(line.len()));
            }
            let first = code.iter().position(|line| !blank(line)).unwrap_or(0);
            let last = code.iter().rposition(|line| !blank(line)).map_or(0, |last| last + 1);
            let code: Vec<String> = code.drain(first..last.max(first)).collect();
            if !code.is_empty() {
                blocks.push(Block::Code(code));
            }
            open = false;
        }
    }
    blocks
}

/// Escapes what Markdown or rustdoc would take for a mark; what stands in backticks is left alone.
pub(crate) fn escape(text: &str) -> String {
    let is_code = |part: usize| part % 2 == 1;
    let parts: Vec<&str> = text.split('`').collect();
    let balanced = parts.len() % 2 == 1;
    let mut result = String::with_capacity(text.len() + 16);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            result.push_str(if balanced { "`" } else { "\\`" });
        }
        if balanced && is_code(index) {
            result.push_str(part);
        } else {
            let words: Vec<String> = part.split(' ').map(escape_word).collect();
            result.push_str(&words.join(" "));
        }
    }
    result
}

fn escape_word(word: &str) -> String {
    if let Some(start) = word.find("https://").or_else(|| word.find("http://")) {
        let (before, rest) = word.split_at(start);
        let end = rest.find(|letter: char| "<>()[]\"'".contains(letter)).unwrap_or(rest.len());
        let url = rest.split_at(end).0.trim_end_matches(['.', ',', ';', ':']);
        let after = rest.split_at(url.len()).1;
        return format!("{}<{url}>{}", escape_marks(before), escape_marks(after));
    }
    escape_marks(word)
}

fn escape_marks(word: &str) -> String {
    let mut result = String::with_capacity(word.len() + 4);
    let last = word.chars().count().saturating_sub(1);
    for (index, letter) in word.chars().enumerate() {
        // Inside of a word an underscore is itself.
        let marks = match letter {
            '[' | ']' | '<' | '*' | '\\' => true,
            '_' => index == 0 || index == last,
            _ => false,
        };
        if marks {
            result.push('\\');
        }
        result.push(letter);
    }
    result
}

/// Breaks a text into lines; all but the first are indented as far as the mark before the first is wide.
fn fill(text: &str, mark: &str, lines: &mut Vec<String>) {
    let mut line = mark.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH && !begins_block(word) {
            lines.push(std::mem::replace(&mut line, " ".repeat(mark.len())));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
}

/// Whether a line that begins with the word would be a heading, a list, a quotation or a table.
fn begins_block(word: &str) -> bool {
    let is_number = word.trim_end_matches(['.', ')']);
    word.starts_with(['#', '>', '|', '=', '~'])
        || matches!(word, "-" | "+" | "*")
        || word.starts_with("--")
        || is_number.len() < word.len() && is_number.chars().all(|letter| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_escaped_outside_of_code() {
        assert_eq!(escape("[num events] `[as is]` <b> a_b _c*"), r"\[num events\] `[as is]` \<b> a_b \_c\*");
        assert_eq!(escape("See https://nwb.org/a_b. Then"), "See <https://nwb.org/a_b>. Then");
        assert_eq!(escape("(https://nwb.org/)"), "(<https://nwb.org/>)");
        assert_eq!(escape("one ` alone"), r"one \` alone");
    }

    #[test]
    fn paragraphs_lists_and_diagrams_keep_their_form() {
        let text = "Data indexed\nas said.\n\nConvention:\n  - width: first\n    axis\n  - height\n\nDiagram::\n\n  h ^\n    |\n    0 --> w\n\n\nNote: done.\n";
        let expected = "Data indexed as said.\n\nConvention:\n\n- width: first axis\n- height\n\nDiagram:\n\n```text\nh ^\n  |\n  0 --> w\n```\n\nNote: done.";
        assert_eq!(lines(text).join("\n"), expected);
    }

    #[test]
    fn summaries_end_with_the_sentence() {
        assert_eq!(summary("Base unit, e.g. volts. More."), "Base unit, e.g. volts.");
        assert_eq!(summary("DEPRECATED. Old thing. More"), "DEPRECATED. Old thing.");
        assert_eq!(summary("No end"), "No end");
    }

    #[test]
    fn no_line_begins_with_a_mark() {
        let text = format!("{} - 5 or 3. then", "x".repeat(WIDTH - 1));
        assert_eq!(lines(&text).len(), 2);
        assert!(lines(&text).iter().all(|line| !line.starts_with('-') && !line.starts_with("3.")));
    }
}

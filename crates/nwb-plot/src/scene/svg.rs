//! A scene as SVG: text stays text, and every kind of mark has a class.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Anchor, Area, Mark, Pixels, Run, Sampling, Scene, Shape, Text, Weight, raster};
use crate::Result;
use crate::colour::Colour;

const FONTS: &str = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

impl Scene {
    /// The same scene gives the same text.
    pub(crate) fn to_svg(&self, title: &str) -> Result<String> {
        let mut out = String::new();
        let (width, height) = (number(self.width), number(self.height));
        push(
            &mut out,
            format_args!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\">\n<title>{}</title>\n",
                escape(title)
            ),
        );
        let mut clips: Vec<Area> = Vec::new();
        for clip in self.marks.iter().filter_map(|mark| mark.clip) {
            if !clips.contains(&clip) {
                push(&mut out, format_args!("<clipPath id=\"clip{}\">{}</clipPath>\n", clips.len(), boxed(&clip, "")));
                clips.push(clip);
            }
        }
        push(
            &mut out,
            format_args!("{}\n", boxed(&self.area(), &format!(" class=\"paper\" fill=\"{}\"", code(self.paper)))),
        );
        for mark in &self.marks {
            let clip = mark.clip.and_then(|clip| clips.iter().position(|known| *known == clip));
            let clip = clip.map_or(String::new(), |n| format!(" clip-path=\"url(#clip{n})\""));
            one(&mut out, mark, &clip)?;
        }
        out.push_str("</svg>\n");
        Ok(out)
    }
}

fn one(out: &mut String, mark: &Mark, clip: &str) -> Result<()> {
    let class = mark.class;
    match &mark.shape {
        Shape::Box { area, fill } => {
            push(out, format_args!("{}\n", boxed(area, &format!(" class=\"{class}\"{}{clip}", paint("fill", *fill)))));
        }
        Shape::Lines { lines, colour, width } => path(out, class, lines, ("", *colour, *width), clip),
        Shape::Rings { lines, colour, width } => path(out, class, lines, ("Z", *colour, *width), clip),
        Shape::Text(text) => words(out, class, text),
        Shape::Image { area, pixels, sampling } => {
            let rendering = if *sampling == Sampling::Boxes { " style=\"image-rendering:pixelated\"" } else { "" };
            push(
                out,
                format_args!(
                    "<image class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\"{rendering} href=\"data:image/png;base64,{}\"/>\n",
                    number(area.x),
                    number(area.y),
                    number(area.width),
                    number(area.height),
                    STANDARD.encode(png(pixels)?)
                ),
            );
        }
    }
    Ok(())
}

fn png(pixels: &Pixels) -> Result<Vec<u8>> {
    raster::encode(pixels.columns, pixels.rows, &pixels.rgba, None)
}

fn path(out: &mut String, class: &str, lines: &[Vec<[f64; 2]>], (end, colour, width): (&str, Colour, f64), clip: &str) {
    let mut d = String::new();
    for line in lines {
        for (i, [x, y]) in line.iter().enumerate() {
            push(&mut d, format_args!("{}{} {}", if i == 0 { 'M' } else { 'L' }, number(*x), number(*y)));
        }
        d.push_str(end);
    }
    push(
        out,
        format_args!(
            "<path class=\"{class}\" fill=\"none\"{} stroke-width=\"{}\" stroke-linejoin=\"round\"{clip} d=\"{d}\"/>\n",
            paint("stroke", colour),
            number(width)
        ),
    );
}

fn words(out: &mut String, class: &str, text: &Text) {
    let [x, y] = text.at.map(number);
    let anchor = match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    let weight = if text.weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
    let turn = if text.run == Run::Up { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
    let halo = text.halo.map_or(String::new(), |colour| {
        format!(
            "{} stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
            paint("stroke", colour),
            number(text.size * 0.24)
        )
    });
    push(
        out,
        format_args!(
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" font-size=\"{}\"{}{anchor}{weight}{turn}{halo}>{}</text>\n",
            number(text.size),
            paint("fill", text.colour),
            escape(&text.text)
        ),
    );
}

fn boxed(area: &Area, more: &str) -> String {
    let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(number);
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"{more}/>")
}

fn paint(what: &str, colour: Colour) -> String {
    let opacity = match colour.alpha {
        255 => String::new(),
        alpha => format!(" {what}-opacity=\"{}\"", number(f64::from(alpha) / 255.0)),
    };
    format!(" {what}=\"{}\"{opacity}", code(colour))
}

fn code(colour: Colour) -> String {
    let [r, g, b] = colour.rgb;
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Two digits after the point, and no zeros at the end.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML has no word for these.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// A `String` takes everything.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

//! A finished picture.

use nwb_model::tree::Object;

use crate::choose::{self, Candidate};
use crate::figure::{self, Page};
use crate::scene::Scene;
use crate::{Options, Result};

/// A picture, not yet in any format.
#[derive(Clone, Debug)]
pub struct Picture {
    scene: Scene,
    path: String,
    description: String,
    notes: Vec<String>,
    others: Vec<Candidate>,
}

/// Draws an object. Of a group (or the root, for a file) that holds several that can be drawn, the most telling.
///
/// # Errors
/// When there is nothing to draw, the options ask for what is not there, or something cannot be read.
pub fn plot(object: &Object, options: &Options) -> Result<Picture> {
    let (chosen, subject, others) = choose::choose(object, options.view)?;
    let [width, height] = options.size.map(f64::from);
    let ink = options.ink();
    let mut page = Page { scene: Scene::new(width, height, ink.paper), ink, notes: Vec::new() };
    figure::draw(&subject, options, &mut page).map_err(|error| match error.path() {
        Some(_) => error,
        None => error.at(chosen.path()).in_file(object.file()),
    })?;
    Ok(Picture {
        scene: page.scene,
        path: chosen.path().into(),
        description: chosen.description().into(),
        notes: page.notes,
        others,
    })
}

impl Picture {
    /// The path of the object that it shows.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it shows, in a few words.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What was left out, and how to see it.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What else could have been drawn where it was left open what is; none where it was not.
    #[must_use]
    pub fn others(&self) -> &[Candidate] {
        &self.others
    }

    /// The picture as SVG. Text stays text; each kind of mark has a class.
    ///
    /// # Errors
    /// When an image in it cannot be encoded.
    pub fn to_svg(&self) -> Result<String> {
        self.scene.to_svg(&self.description)
    }

    /// The picture as PNG, `scale` pixels for each unit of its size: 2 is fit for slides.
    ///
    /// # Errors
    /// When it would have no pixel, or more than 400 million.
    pub fn to_png(&self, scale: f64) -> Result<Vec<u8>> {
        self.scene.to_png(scale)
    }
}

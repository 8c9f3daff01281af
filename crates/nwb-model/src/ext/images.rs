//! Images: their pixels, and the order in which an [`Images`] has them.

pub(super) mod data;
pub(super) mod external_frames;

use std::path::PathBuf;

use ndarray::{Array, Array2, Array3, Dimension};

use crate::data::Data;
use crate::dataset::Dataset;
use crate::draft::Handle;
use crate::edit::Edit;
use crate::element::Element;
use crate::error::{Error, ErrorKind, Result};
use crate::ext::file_path::beside;
use crate::ext::series::rows;
use crate::types::{
    self, BaseImage, ExternalImage, GrayscaleImage, Image, ImageReferences, ImageReferencesInit, Images, IndexSeries,
    RgbImage, RgbaImage,
};
use crate::view::{Children, NeurodataType};

impl types::Data {
    /// Its elements: a handle, nothing is read yet.
    ///
    /// # Errors
    /// When it is no dataset.
    pub fn dataset(&self) -> Result<Dataset> {
        self.object().dataset()
    }
}

impl Image {
    /// The pixels, x first: `[x, y]` for a grayscale image, `[x, y, 3]` for red, green, blue, `[x, y, 4]` with alpha.
    ///
    /// # Errors
    /// When they do not convert to `T` without loss, have another number of axes, or cannot be read.
    pub fn pixels<T: Element, D: Dimension>(&self) -> Result<Array<T, D>> {
        self.dataset()?.read(..)
    }
}

impl GrayscaleImage {
    /// The brightness of each pixel, `[x, y]`.
    ///
    /// # Errors
    /// When it does not convert to `T` without loss, has another number of axes, or cannot be read.
    pub fn grays<T: Element>(&self) -> Result<Array2<T>> {
        self.pixels()
    }
}

impl RgbImage {
    /// The colour of each pixel, `[x, y, 3]`: red, green, blue.
    ///
    /// # Errors
    /// When it does not convert to `T` without loss, has another number of axes, or cannot be read.
    pub fn colors<T: Element>(&self) -> Result<Array3<T>> {
        self.pixels()
    }
}

impl RgbaImage {
    /// The colour of each pixel, `[x, y, 4]`: red, green, blue, alpha.
    ///
    /// # Errors
    /// When it does not convert to `T` without loss, has another number of axes, or cannot be read.
    pub fn colors<T: Element>(&self) -> Result<Array3<T>> {
        self.pixels()
    }
}

impl ExternalImage {
    /// The image file, as it stands in the NWB file.
    ///
    /// # Errors
    /// When it is no text.
    pub fn file(&self) -> Result<String> {
        let value = self.dataset()?.read_value(..)?;
        value.as_text().map(str::to_owned).map_err(|error| self.object().fail(error))
    }

    /// Where the image file is: relative to the folder of the NWB file; absolute paths and URLs as they stand.
    ///
    /// # Errors
    /// When it is no text.
    pub fn path(&self) -> Result<PathBuf> {
        Ok(beside(self.object(), &self.file()?))
    }
}

impl ImageReferences {
    /// The images, in order.
    ///
    /// # Errors
    /// When a reference is null, leads to what is no image, or something cannot be read.
    pub fn images(&self) -> Result<Vec<BaseImage>> {
        let found = self.dataset()?.read_references(..)?;
        found.into_iter().map(|image| image.ok_or_else(|| self.null())?.cast()).collect()
    }

    fn null(&self) -> Error {
        self.object().fail(Error::new(ErrorKind::Malformed, "a reference to an image is null"))
    }
}

impl Images {
    /// The images in their order: that of `order_of_images`, or by the bytes of their names where there is none.
    ///
    /// # Errors
    /// When an image cannot be read.
    pub fn in_order(&self) -> Result<Vec<BaseImage>> {
        match self.order_of_images()? {
            Some(order) => order.images(),
            None => self.images()?.iter()?.collect(),
        }
    }
}

/// What a sample of an [`IndexSeries`] says was shown.
#[derive(Clone, Debug)]
pub enum Shown {
    /// An image of an `Images`.
    Image(BaseImage),
    /// A frame of a series of images, as in files before NWB 2.5.
    Frame(types::ImageSeries, u64),
}

impl IndexSeries {
    /// What was shown at a sample.
    ///
    /// # Errors
    /// When there is no such sample, it refers to an image that is not there, or the images have no order to count in.
    pub fn shown(&self, sample: u64) -> Result<Shown> {
        let index = self.data()?.read::<u64, ndarray::Ix1>(rows(&(sample..sample.saturating_add(1))))?;
        let index = index.first().copied().unwrap_or(0);
        let fail = |error: Error| self.object().fail(error.by_spec("core IndexSeries"));
        let outside = |count: u64| {
            fail(
                Error::new(ErrorKind::Malformed, format!("sample {sample} refers to an image that is not there"))
                    .expected(format!("indices below {count}"))
                    .found(index.to_string()),
            )
        };
        let Some(images) = self.indexed_images()? else {
            let Some(series) = self.indexed_timeseries()? else {
                return Err(fail(
                    Error::new(ErrorKind::Malformed, "the series does not say which images it is an index of")
                        .expected("a link \"indexed_images\""),
                ));
            };
            let count = series.sample_count()?;
            return if index < count { Ok(Shown::Frame(series, index)) } else { Err(outside(count)) };
        };
        let order = match images.order_of_images()? {
            Some(order) => order.images()?,
            None => self.single(&images.images()?)?,
        };
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        order.get(place).cloned().map(Shown::Image).ok_or_else(|| outside(order.len() as u64))
    }

    /// One image is in order by itself.
    fn single(&self, images: &Children<BaseImage>) -> Result<Vec<BaseImage>> {
        let all: Vec<BaseImage> = images.iter()?.collect::<Result<_>>()?;
        if all.len() <= 1 {
            return Ok(all);
        }
        Err(self.object().fail(
            Error::new(ErrorKind::Malformed, "the series counts images that have no order")
                .expected("\"order_of_images\" among the indexed images")
                .by_spec("core Images.order_of_images"),
        ))
    }
}

impl Edit {
    /// Says in which order the images of an [`Images`] are, by their names: what an `IndexSeries` counts in.
    ///
    /// ```no_run
    /// # use nwb_model::{draft::Handle, edit::Edit, types::Images};
    /// # fn example(edit: &mut Edit, faces: Handle<Images>) -> nwb_model::Result<()> {
    /// edit.order_images(faces, ["happy", "neutral", "sad"])?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When one of them is not there, or there is an order already.
    pub fn order_images(
        &mut self,
        images: Handle<Images>,
        names: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Handle<ImageReferences>> {
        let mut order = Vec::new();
        for name in names {
            order.push(self.child::<BaseImage, _>(images, name.as_ref())?);
        }
        self.insert_in(images, ImageReferences::new(ImageReferencesInit { data: Data::references(order) }))
    }
}

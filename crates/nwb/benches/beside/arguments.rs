//! What a workload is told.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::Failure;

/// Words of the form `NAME=VALUE`.
#[derive(Debug)]
pub(crate) struct Arguments(BTreeMap<String, String>);

impl Arguments {
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let pairs = words.map(|word| match word.split_once('=') {
            Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
            None => Err(format!("{word}: NAME=VALUE is expected").into()),
        });
        pairs.collect::<Result<_, Failure>>().map(Self)
    }

    /// The text of that name.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Failure> {
        self.0.get(name).map(String::as_str).ok_or_else(|| format!("{name}= is missing").into())
    }

    /// The number of that name.
    pub(crate) fn number<T: FromStr>(&self, name: &str) -> Result<T, Failure> {
        number(name, self.text(name)?)
    }

    /// The numbers of that name, with commas between them.
    pub(crate) fn numbers<T: FromStr>(&self, name: &str) -> Result<Vec<T>, Failure> {
        self.text(name)?.split(',').map(|word| number(name, word)).collect()
    }
}

fn number<T: FromStr>(name: &str, word: &str) -> Result<T, Failure> {
    word.parse().map_err(|_| format!("{name}={word}: a number is expected").into())
}

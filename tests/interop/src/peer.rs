//! PyNWB and h5py: one Python process (`python/peer.py`) that answers questions line by line.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value as Json, json};

/// The Python with PyNWB that the tests use, if there is one: the environment's `NWB_PEER_PYTHON`.
#[must_use]
pub fn python() -> Option<PathBuf> {
    std::env::var_os("NWB_PEER_PYTHON").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Whether a case that is left out counts as failed: `NWB_REQUIRE_PEERS=1`.
#[must_use]
pub fn required() -> bool {
    std::env::var("NWB_REQUIRE_PEERS").is_ok_and(|value| value == "1")
}

/// The folder of the Python tools.
#[must_use]
pub fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

/// A running `peer.py`.
#[derive(Debug)]
pub struct Peer {
    pipe: Mutex<Pipe>,
}

#[derive(Debug)]
struct Pipe {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts it.
    ///
    /// # Errors
    /// When Python does not start.
    pub fn start(python: &Path) -> Result<Self, String> {
        let mut child = Command::new(python)
            .arg("-B")
            .arg(tools().join("peer.py"))
            // Raw data in external files: beside the file, as our backend looks for them.
            .env("HDF5_EXTFILE_PREFIX", "${ORIGIN}")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", python.display()))?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().ok_or("Python has no output")?;
        Ok(Self { pipe: Mutex::new(Pipe { child, questions, answers: BufReader::new(answers) }) })
    }

    /// Asks one question, `{"do": name, ...}`, and waits for the answer.
    ///
    /// # Errors
    /// When the tool fails: its message.
    pub fn ask(&self, question: &Json) -> Result<Json, String> {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = |error: std::io::Error| format!("the Python process has ended: {error}");
        let questions = pipe.questions.as_mut().ok_or("the Python process has no input")?;
        writeln!(questions, "{question}").and_then(|()| questions.flush()).map_err(failed)?;
        let mut line = String::new();
        if pipe.answers.read_line(&mut line).map_err(failed)? == 0 {
            return Err(format!("the Python process has ended while it worked on {question}"));
        }
        let mut answer: Json = serde_json::from_str(&line).map_err(|error| format!("{error} in {line}"))?;
        match answer.get("error") {
            Some(error) => Err(format!("{question}: {}", error.as_str().unwrap_or_default())),
            None => Ok(answer["ok"].take()),
        }
    }

    /// What differs between two files (or walks of files), object by object.
    ///
    /// # Errors
    /// When a file cannot be walked.
    pub fn compare(&self, a: &Path, b: &Path) -> Result<Vec<Difference>, String> {
        let found = self.ask(&json!({"do": "compare", "a": a, "b": b}))?;
        Ok(found.as_array().into_iter().flatten().map(Difference::of).collect())
    }

    /// What differs between what PyNWB holds of two files.
    ///
    /// # Errors
    /// When PyNWB cannot read a file.
    pub fn compare_fields(&self, a: &Path, b: &Path) -> Result<Vec<Difference>, String> {
        let found = self.ask(&json!({"do": "compare_fields", "a": a, "b": b}))?;
        Ok(found.as_array().into_iter().flatten().map(Difference::of).collect())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Ok(pipe) = self.pipe.get_mut() {
            pipe.questions.take();
            let _ = pipe.child.wait();
        }
    }
}

/// One difference between two files.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The object's path; an attribute as `/object@name`; of PyNWB's fields, the tool's own path.
    pub path: String,
    /// The classes it belongs to, as `compare.py` names them.
    pub classes: Vec<String>,
    /// A line for people.
    pub text: String,
}

impl Difference {
    fn of(json: &Json) -> Self {
        let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        let classes = json["classes"].as_array().into_iter().flatten().filter_map(Json::as_str);
        Self { path: text("path"), classes: classes.map(str::to_owned).collect(), text: text("text") }
    }
}

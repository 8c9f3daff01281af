//! The table: what is measured, beside whom, and what is to be reached.

use std::path::{Path, PathBuf};

use super::plan::Plan;
use super::side::{Clock, Side};

/// Where everything is.
#[derive(Debug)]
pub(crate) struct Places {
    /// Our workloads, and our program.
    pub(crate) beside: PathBuf,
    pub(crate) nwb: PathBuf,
    /// The peers' Python, the folder of its programs, and our scripts for it.
    pub(crate) python: PathBuf,
    pub(crate) scripts: PathBuf,
    /// What the tests compare files with.
    pub(crate) interop: PathBuf,
    /// HDF5's own program, if there is one.
    pub(crate) h5repack: Option<PathBuf>,
    /// The files to measure with, and those that are written.
    pub(crate) data: PathBuf,
    pub(crate) out: PathBuf,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// What the peer is asked.
    pub(crate) peer: &'static str,
    pub(crate) ours: Side,
    pub(crate) theirs: Theirs,
    /// Pure inflating of the same chunks.
    pub(crate) limit: Option<Side>,
    pub(crate) reach: Reach,
    /// What would be better still, in the table's words.
    pub(crate) beyond: &'static str,
    pub(crate) check: Check,
    /// More rounds than these are not worth their time.
    pub(crate) rounds: usize,
    /// What bounds it, as profiles say.
    pub(crate) bound: &'static str,
}

/// The other side of a row.
#[derive(Debug)]
pub(crate) enum Theirs {
    /// There is none.
    Nobody,
    Side(Side),
    /// `h5repack` with the chunks and filters that the file at the path got from us.
    H5Repack(PathBuf),
    /// It is not on this machine, and how it would be.
    Missing(&'static str),
}

/// What a row is to reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reach {
    /// So many times as fast as the peer.
    Times(f64),
    /// At most so many bytes.
    Memory(u64),
    /// At most so many seconds.
    Seconds(f64),
}

/// How it is known that both sides did the same.
#[derive(Debug)]
pub(crate) enum Check {
    /// The digests of all values are the same in every round.
    Digest,
    /// PyNWB opens and validates our file, and has the same objects and values as its own; ours is at most so many times as long.
    Written { ours: PathBuf, theirs: PathBuf, longer: Option<f64> },
    /// h5py finds the movie in our file whose digest was told.
    Movie(PathBuf),
    /// Both files have the same objects and values as the first.
    Copies { of: PathBuf, ours: PathBuf, theirs: PathBuf },
    /// Each finding of the peer is one of ours.
    Findings { file: PathBuf, tool: &'static str },
    /// What ends well.
    Ends,
}

impl Places {
    fn ours(&self, workload: &str, arguments: &[(&str, String)]) -> Side {
        let pairs = arguments.iter().map(|(name, value)| format!("{name}={value}"));
        let arguments = std::iter::once(workload.to_owned()).chain(pairs).collect();
        Side { program: self.beside.clone(), arguments, clock: Clock::Inside, makes: Vec::new() }
    }

    fn peer(&self, workload: &str, arguments: &[(&str, String)]) -> Theirs {
        let mut side = self.ours(workload, arguments);
        side.arguments.insert(0, self.scripts.join("peer.py").display().to_string());
        Theirs::Side(Side { program: self.python.clone(), ..side })
    }

    fn data(&self, name: &str) -> String {
        self.data.join(name).display().to_string()
    }

    fn process(program: &Path, arguments: &[&str]) -> Side {
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        Side { program: program.to_path_buf(), arguments, clock: Clock::Outside, makes: Vec::new() }
    }

    /// A program that pip installed beside the peers' Python.
    fn tool(&self, name: &str) -> PathBuf {
        self.python.with_file_name(name).with_extension(std::env::consts::EXE_EXTENSION)
    }
}

impl Row {
    fn new(id: &'static str, title: impl Into<String>, peer: &'static str, ours: Side, theirs: Theirs) -> Self {
        Self {
            id,
            title: title.into(),
            peer,
            ours,
            theirs,
            limit: None,
            reach: Reach::Times(1.0),
            beyond: "",
            check: Check::Digest,
            rounds: usize::MAX,
            bound: "",
        }
    }

    fn reach(self, times: f64, beyond: &'static str) -> Self {
        Self { reach: Reach::Times(times), beyond, ..self }
    }

    fn check(self, check: Check) -> Self {
        Self { check, ..self }
    }

    fn rounds(self, rounds: usize) -> Self {
        Self { rounds, ..self }
    }

    fn bound(self, bound: &'static str) -> Self {
        Self { bound, ..self }
    }
}

/// Every row, in the order of the table.
pub(crate) fn rows(places: &Places, plan: &Plan) -> Vec<Row> {
    let mut rows = reading(places, plan);
    rows.extend(writing(places, plan));
    rows.extend(metadata(places, plan));
    rows.extend(tables(places, plan));
    rows.extend(texts(places, plan));
    rows.extend(whole(places, plan));
    rows.extend(validation(places, plan));
    rows.sort_by_key(|row| {
        let digits = row.id.trim_end_matches(|c: char| !c.is_ascii_digit());
        (digits.parse::<u32>().unwrap_or(u32::MAX), row.id)
    });
    rows
}

fn reading(places: &Places, plan: &Plan) -> Vec<Row> {
    let movie = format!("{} x {} uint16 movie, {} MB", plan.edge, plan.edge, plan.megabytes(plan.frames));
    let of = |name: &str| vec![("file", places.data("movie.nwb")), ("path", format!("/acquisition/{name}/data"))];
    let both = |workload: &str, arguments: &[(&str, String)]| {
        (places.ours(workload, arguments), places.peer(workload, arguments))
    };
    let row = |id, title: String, peer, workload: &str, arguments: &[(&str, String)]| {
        let (ours, theirs) = both(workload, arguments);
        Row::new(id, title, peer, ours, theirs)
    };
    let with = |name: &str, more: (&'static str, String)| [of(name), vec![more]].concat();
    let limit = |name: &str| {
        let chunks = ("chunks", places.data(&format!("{name}.chunks")));
        Some(places.ours("inflate", &with(name, chunks)))
    };
    let at = || ("at", plan.patch().map(|n| n.to_string()).join(","));
    let frames = || ("frames", joined(&plan.single_frames()));
    let scattered = |name: &str| {
        let path = format!("/acquisition/{name}/data");
        vec![("file", places.data("traces.nwb")), ("path", path), ("rows", places.data("rows.txt"))]
    };
    let tiles = joined(&plan.chunks);
    let whole = plan.frames_per_chunk;
    vec![
        Row {
            limit: limit("tiles"),
            ..row(
                "1",
                format!("full read, gzip 4 + shuffle, chunks ({tiles}) of a {movie}"),
                "h5py `read_direct`",
                "full",
                &of("tiles"),
            )
            .reach(5.0, "90 % of pure inflate")
            .bound("inflating; the rest is undoing the shuffle and placing the tiles")
        },
        Row {
            limit: limit("picked"),
            ..row("2", "the same, chunks as h5py picks them".into(), "h5py `read_direct`", "full", &of("picked"))
                .reach(3.5, "5")
                .bound("inflating, and placing rows of 64 bytes")
        },
        Row {
            limit: limit("whole"),
            ..row(
                "3",
                format!("the same, gzip 4 without shuffle, chunks of {whole} whole frames"),
                "h5py `read_direct`",
                "full",
                &of("whole"),
            )
            .reach(4.5, "98 % of pure inflate")
            .bound("inflating")
        },
        row("4", "contiguous, into touched memory".into(), "h5py `read_direct`", "full", &of("contiguous"))
            .reach(1.9, "memory bandwidth")
            .bound("the kernel's copy out of the page cache, on all cores: memory bandwidth"),
        row("4b", "contiguous, owning".into(), "h5py `dataset[:]`", "owning", &of("contiguous"))
            .reach(1.0, "memory bandwidth")
            .bound("the kernel giving out fresh pages"),
        row(
            "5",
            format!("{0} x {0} patch over all frames, chunks ({tiles})", plan.patch()[2]),
            "h5py `read_direct`",
            "patch",
            &with("tiles", at()),
        )
        .reach(4.5, "")
        .bound("inflating whole tiles: three quarters of the profile"),
        row(
            "5b",
            "the same patch, chunks as h5py picks them".into(),
            "h5py `read_direct`",
            "patch",
            &with("picked", at()),
        )
        .reach(3.5, "")
        .bound("inflating"),
        row(
            "6",
            "20 single frames, chunks as h5py picks them".into(),
            "h5py `read_direct`, each",
            "frames",
            &with("picked", frames()),
        )
        .reach(3.5, "")
        .bound("inflating"),
        row(
            "6b",
            format!("20 single frames, chunks of {whole} whole frames"),
            "h5py `read_direct`, each",
            "frames",
            &with("whole", frames()),
        )
        .reach(3.0, "")
        .bound("inflating: each frame is in one chunk, which one core does; 84 % of the profile"),
        row(
            "6c",
            format!("20 single frames, chunks ({tiles})"),
            "h5py `read_direct`, each",
            "frames",
            &with("tiles", frames()),
        )
        .reach(3.5, "")
        .bound("inflating"),
        row(
            "7",
            format!("{} scattered rows of an [{}, 64] int16 array, chunks (1000, 64)", plan.scattered, plan.rows),
            "h5py, one call with a list",
            "rows",
            &scattered("blocks"),
        )
        .reach(3.5, "")
        .bound("inflating"),
        row(
            "7b",
            "the same, chunks as h5py picks them".into(),
            "h5py, one call with a list",
            "rows",
            &scattered("picked"),
        )
        .reach(3.5, "")
        .bound("inflating"),
    ]
}

/// A workload that writes: our file and the peer's, and what they are told beside the path.
fn written(places: &Places, workload: &str, arguments: &[(&str, String)]) -> (Side, Theirs, Check) {
    let ours = places.out.join(format!("{workload}.ours.nwb"));
    let theirs = places.out.join(format!("{workload}.theirs.nwb"));
    let to = |path: &Path| [arguments, &[("out", path.display().to_string())]].concat();
    let mut our_side = places.ours(workload, &to(&ours));
    our_side.makes.push(ours.clone());
    let mut their_side = places.peer(workload, &to(&theirs));
    if let Theirs::Side(side) = &mut their_side {
        side.makes.push(theirs.clone());
    }
    (our_side, their_side, Check::Written { ours, theirs, longer: None })
}

fn writing(places: &Places, plan: &Plan) -> Vec<Row> {
    let shape = [plan.frames, plan.edge, plan.edge];
    let arguments = [("data", places.data("movie.raw")), ("shape", joined(&shape)), ("chunks", joined(&plan.chunks))];
    let (ours, theirs, check) = written(places, "write_movie", &arguments);
    let check = match check {
        Check::Written { ours, theirs, .. } => Check::Written { ours, theirs, longer: Some(1.01) },
        other => other,
    };
    let movie = Row::new(
        "8",
        "write the movie, gzip 4 + shuffle, at most 1.01 times as long a file",
        "PyNWB `H5DataIO`, same chunks",
        ours,
        theirs,
    )
    .reach(3.5, "4.5")
    .check(check)
    .bound("deflating on all cores, which they do 95 % of the time");

    let out = places.out.join("stream.nwb");
    let frames = plan.stream_frames();
    let mut stream = places.ours(
        "stream",
        &[
            ("frames", frames.to_string()),
            ("edge", plan.edge.to_string()),
            ("seed", plan.seed.to_string()),
            ("out", out.display().to_string()),
        ],
    );
    stream.makes.push(out.clone());
    let title = format!("write a {} MB movie from a stream, peak memory", plan.megabytes(frames));
    let stream = Row {
        reach: Reach::Memory(300_000_000),
        ..Row::new("15", title, "", stream, Theirs::Nobody)
            .check(Check::Movie(out))
            .rounds(1)
            .bound("the budget for what waits to be written")
    };
    vec![movie, stream, repack(places, plan)]
}

fn repack(places: &Places, plan: &Plan) -> Row {
    let (ours, theirs) = (places.out.join("repack.ours.nwb"), places.out.join("repack.theirs.nwb"));
    let mut side = places.ours(
        "repack",
        &[("file", places.data("big.nwb")), ("profile", "portable".into()), ("out", ours.display().to_string())],
    );
    side.clock = Clock::Outside;
    side.makes.push(ours.clone());
    let other = match &places.h5repack {
        Some(_) => Theirs::H5Repack(theirs.clone()),
        None => Theirs::Missing("`h5repack` is not on PATH: it is in the package hdf5-tools on Debian and Ubuntu"),
    };
    let title = format!(
        "repack a {} MB movie from the chunks that h5py picks to those of `portable`",
        plan.megabytes(plan.big_frames)
    );
    Row::new("16", title, "`h5repack`, same chunks and filters", side, other)
        .reach(3.0, "")
        .check(Check::Copies { of: places.data.join("big.nwb"), ours, theirs })
        .rounds(3)
        .bound("deflating, then reading all of it again to compare")
}

fn metadata(places: &Places, plan: &Plan) -> Vec<Row> {
    let file = |name: &str| ("file", places.data(name));
    let last = |series: u64| ("name", format!("series_{:05}", series - 1));
    let many = [file("objects.nwb"), last(plan.series)];
    let fewer = [file("fewer.nwb"), last(plan.series / 10)];
    let all = [file("objects.nwb")];
    let (series, columns) = (plan.series, plan.columns);
    vec![
        Row::new(
            "9",
            format!("open a file of {series} series and a {columns}-column table, get one scalar of the last series"),
            "PyNWB `read()`",
            places.ours("scalar", &many),
            places.peer("scalar", &many),
        )
        .reach(1000.0, "cost independent of the number of objects")
        .bound("bringing up the catalog of the types"),
        Row::new(
            "9b",
            "the same beside a file of a tenth as many objects",
            "this library",
            places.ours("scalar", &many),
            Theirs::Side(places.ours("scalar", &fewer)),
        )
        .reach(0.8, "1: cost independent of the number of objects")
        .check(Check::Ends),
        Row::new(
            "10",
            "the same file, every object and attribute, typed",
            "PyNWB `read()`",
            places.ours("typed", &all),
            places.peer("typed", &all),
        )
        .reach(80.0, "200")
        .bound("taking and giving back memory for values and names: a quarter to a third of the profile"),
        Row::new(
            "10b",
            "the same, and the values of every dataset",
            "PyNWB `read()`, `data[:]`",
            places.ours("typed_values", &all),
            places.peer("typed_values", &all),
        )
        .reach(80.0, "200")
        .bound("taking and giving back memory for values and names: a quarter to a third of the profile"),
    ]
}

fn tables(places: &Places, plan: &Plan) -> Vec<Row> {
    let rois = [("data", places.data("rois.raw")), ("pixels", plan.pixels.to_string())];
    let units = [("data", places.data("units.raw")), ("spikes", plan.spikes.to_string())];
    let row = |id, title, peer, workload: &str, arguments: &[(&str, String)]| {
        let (ours, theirs, check) = written(places, workload, arguments);
        Row::new(id, title, peer, ours, theirs).check(check)
    };
    vec![
        row(
            "11",
            format!("{} ROIs x {} pixels: build and write", plan.rois, plan.pixels),
            "PyNWB `add_roi`",
            "rois",
            &rois,
        )
        .reach(40.0, "80")
        .bound("copying, fresh pages, and syncing the file; the peer does not sync"),
        row(
            "12",
            format!("{} units x {} spikes: build and write", plan.units, plan.spikes),
            "PyNWB `add_unit`",
            "units",
            &units,
        )
        .reach(80.0, "200")
        .bound("copying, fresh pages, and syncing the file; the peer does not sync"),
    ]
}

fn texts(places: &Places, plan: &Plan) -> Vec<Row> {
    let read = [("file", places.data("texts.nwb")), ("path", "/scratch/notes".to_owned())];
    let (ours, theirs, _) = written(places, "write_texts", &[("texts", places.data("texts.txt"))]);
    vec![
        Row::new(
            "13",
            format!("{} strings: read", plan.texts),
            "h5py `dataset[:]`",
            places.ours("read_texts", &read),
            places.peer("read_texts", &read),
        )
        .reach(2.0, "10")
        .bound("the kernel giving out fresh pages: two fifths of the profile"),
        Row::new("13b", format!("{} strings: write", plan.texts), "h5py `create_dataset`", ours, theirs)
            .reach(1.8, "10")
            .bound("the kernel taking in 54 MB, and the sync, which h5py does not do"),
    ]
}

fn whole(places: &Places, _plan: &Plan) -> Vec<Row> {
    let tiny = places.data("tiny.nwb");
    let show = "import sys, pynwb\nwith pynwb.NWBHDF5IO(sys.argv[1], 'r') as io: print(io.read())";
    vec![
        Row::new(
            "14",
            "`nwb info` of a tiny file, whole process",
            "Python opening and printing it",
            Places::process(&places.nwb, &["info", &tiny]),
            Theirs::Side(Places::process(&places.python, &["-c", show, &tiny])),
        )
        .reach(50.0, "100")
        .check(Check::Ends),
    ]
}

fn validation(places: &Places, plan: &Plan) -> Vec<Row> {
    let objects = format!("a file of {} objects", plan.series);
    let files = [("17", "a tiny file", "tiny.nwb"), ("18", objects.as_str(), "objects.nwb")];
    let mut rows = Vec::new();
    for (id, what, name) in files {
        let file = places.data(name);
        let schema = Places::process(&places.nwb, &["validate", "--only", "schema", &file]);
        let all = Places::process(&places.nwb, &["validate", &file]);
        let row = |id, title: String, ours, tool: &'static str| {
            let theirs = Theirs::Side(Places::process(&places.tool(tool), &[&file]));
            Row::new(id, title, tool, ours, theirs)
                .reach(50.0, "")
                .check(Check::Findings { file: places.data.join(name), tool })
        };
        rows.push(row(id, format!("validate {what} by its schema, whole process"), schema, "pynwb-validate"));
        let id = if id == "17" { "17b" } else { "18b" };
        rows.push(row(id, format!("validate {what} by schema and best practice, whole process"), all, "nwbinspector"));
    }
    let folder = places.data("many");
    let title = format!("validate a folder of {} files by schema and best practice", plan.files);
    rows.push(Row {
        reach: Reach::Seconds(10.0),
        ..Row::new("19", title, "", Places::process(&places.nwb, &["validate", &folder]), Theirs::Nobody)
            .check(Check::Ends)
    });
    rows
}

fn joined(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(",")
}

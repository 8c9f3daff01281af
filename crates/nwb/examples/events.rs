//! Events: TTL pulses, stimuli of some duration, licks; what their codes mean, and all of them in one line of time.
//!
//! `cargo run -p nwb --example events -- session.nwb`

use std::path::Path;

use nwb::Result;
use nwb::prelude::*;

/// Writes the session.
pub(crate) fn write(path: &Path) -> Result<()> {
    let session = NwbFile::new(NwbFileInit {
        identifier: "m5-events".into(),
        session_description: "tones and licks".into(),
        session_start_time: Timestamp::parse("2024-03-05T11:00:00+01:00")?,
    });
    let mut edit = nwb::create(path, session.experimenter(["Doe, Jane"]))?;
    edit.insert(Subject::new().subject_id("M5").species("Mus musculus").sex(Sex::Female).age("P100D"))?;

    // Instants: a time each, and whatever else is known of them. Codes come with their meanings.
    let pulses = EventsTable::new(EventsTableInit {
        name: "ttl".into(),
        description: "pulses on the lines of the acquisition board".into(),
        timestamp: vec![0.10, 0.60, 1.10, 2.05].into(),
    })
    .source_description("the digital inputs, thresholded by the board")
    .column("line", "the input that went up", vec![1u8, 1, 1, 2])
    .with_meanings("line", vec![1u8, 2], ["frame of the camera", "the tone begins"]);
    edit.insert(pulses)?;

    // Row by row, with durations; the kind of tone is one of some terms, and stored as a number.
    let mut tones = EventsTable::draft("tones", "tones that were played").rows()?;
    tones.column("kind", "which tone", CellKind::terms(["go", "no-go"]))?;
    for (start, duration, kind) in [(2.05, 0.5, "go"), (6.3, 0.5, "no-go"), (9.8, 0.25, "go")] {
        tones.push(&[
            ("timestamp", start.into()),
            ("duration", duration.into()),
            ("annotation", "played on the left".into()),
            ("kind", kind.into()),
        ])?;
    }
    edit.insert(tones.finish()?)?;
    let licks = EventsTable::new(EventsTableInit {
        name: "licks".into(),
        description: "contacts with the spout".into(),
        timestamp: vec![2.4, 2.52, 10.1].into(),
    });
    edit.insert(licks)?;

    // Notes of the experimenter are a series of their own.
    let notes = AnnotationSeries::of("notes", [(5.0, "sneezed"), (11.0, "asleep")]);
    edit.insert_in(Place::Acquisition, notes.description("what was seen on the camera"))?;
    edit.commit()?;
    Ok(())
}

/// Reads it back.
pub(crate) fn read(path: &Path) -> Result<()> {
    let file = nwb::open(path)?;
    let all = file.all_events()?; // of all tables, by time
    for event in &all {
        println!("{:6.2} s {:?} {}", event.time, event.duration, event.source());
    }
    let order: Vec<&str> = all.iter().map(|event| event.source()).collect();
    assert_eq!(order, ["ttl", "ttl", "ttl", "tones", "ttl", "licks", "licks", "tones", "tones", "licks"]);

    let tones: EventsTable = file.events()?.get("tones")?;
    assert_eq!(tones.column("kind")?.read_decoded(..)?.texts()?, ["go", "no-go", "go"]);
    assert_eq!(tones.between(5.0, 9.0)?.len(), 1);
    let pulses: EventsTable = file.events()?.get("ttl")?;
    if let Some(meanings) = pulses.meanings_of("line")? {
        println!("line 2: {:?}", meanings.meaning_of(2u8)?);
    }
    let notes: AnnotationSeries = file.acquisition()?.get("notes")?;
    println!("{:?}", notes.annotations()?);
    Ok(())
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "events.nwb".into());
    write(path.as_ref())?;
    read(path.as_ref())
}

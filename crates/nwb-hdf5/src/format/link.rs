//! Groups of the new form: links in messages, or in dense storage.

use nwb_model::backend::{Address, Link};

use super::blocks::Source;
use super::cursor::Cursor;
use super::dense::{self, Dense};
use super::header::{Header, Kind};
use super::{Declined, Known, to_usize};
use crate::names;

/// The links of a group, sorted by the bytes of their names.
pub(super) fn links(source: &mut Source<'_>, header: &Header) -> Known<Vec<(String, Link)>> {
    let dense = info(header.own(Kind::LINK_INFO)?)?;
    let mut found: Vec<(Vec<u8>, Link)> = Vec::new();
    for message in header.messages().filter(|message| message.kind == Kind::LINK) {
        if dense.is_some() {
            return Err(Declined("links in messages and in dense storage"));
        }
        found.push(read(message.own()?)?);
    }
    if let Some(dense) = dense {
        for stored in dense::objects(source, &dense, dense::LINKS)? {
            let (name, link) = read(&stored.body)?;
            stored.check_name(&name)?;
            found.push((name, link));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    if found.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err(Declined("two links of one name"));
    }
    Ok(found.into_iter().map(|(name, link)| (names::from_file(&name), link)).collect())
}

/// The link of this name, if it is soon found.
pub(super) fn find(source: &mut Source<'_>, header: &Header, name: &[u8]) -> Known<Option<Link>> {
    let is_sought = |(found, link)| (found == name).then_some(link);
    if let Some(dense) = info(header.own(Kind::LINK_INFO)?)? {
        let body = dense::link(source, &dense, name)?;
        return Ok(body.map(|body| read(&body)).transpose()?.and_then(is_sought));
    }
    for message in header.messages().filter(|message| message.kind == Kind::LINK) {
        if let Some(link) = is_sought(read(message.own()?)?) {
            return Ok(Some(link));
        }
    }
    Ok(None)
}

/// Where dense storage is, if there is some.
fn info(body: &[u8]) -> Known<Option<Dense>> {
    let mut cursor = Cursor::new(body);
    cursor.require(&[0])?;
    let flags = cursor.u8()?;
    if flags & !3 != 0 {
        return Err(Declined("unknown flags of links"));
    }
    cursor.skip(if flags & 1 == 0 { 0 } else { 8 })?;
    let dense = Dense::new(Address(cursor.u64()?), Address(cursor.u64()?));
    // The same in the order of creation.
    cursor.skip(if flags & 2 == 0 { 0 } else { 8 })?;
    Ok(dense)
}

/// The library takes a name for a path where it asks for what a link leads to.
pub(super) fn check_name(name: &[u8]) -> Known<()> {
    if name.is_empty() || name == b"." || name.iter().any(|byte| matches!(byte, 0 | b'/')) {
        return Err(Declined("a link with an unusual name"));
    }
    Ok(())
}

fn read(body: &[u8]) -> Known<(Vec<u8>, Link)> {
    const HARD: u8 = 0;
    const SOFT: u8 = 1;
    const EXTERNAL: u8 = 64;
    let mut cursor = Cursor::new(body);
    cursor.require(&[1])?;
    let flags = cursor.u8()?;
    if flags & 0xe0 != 0 {
        return Err(Declined("a link with unknown flags"));
    }
    let kind = if flags & 8 == 0 { HARD } else { cursor.u8()? };
    cursor.skip(if flags & 4 == 0 { 0 } else { 8 })?;
    if flags & 16 != 0 && cursor.u8()? > 1 {
        return Err(Declined("a link with a name in an unknown character set"));
    }
    let len = to_usize(cursor.number(1 << (flags & 3))?)?;
    let name = cursor.take(len)?;
    check_name(name)?;
    let link = match kind {
        HARD => Link::Hard(Address(cursor.u64()?).non_null().ok_or(Declined("a link that leads nowhere"))?),
        SOFT => {
            let len = usize::from(cursor.u16()?);
            let target = cursor.take(len)?;
            if target.is_empty() || target.contains(&0) {
                return Err(Declined("a soft link with an unusual target"));
            }
            Link::Soft(names::from_file(target))
        }
        EXTERNAL => {
            let len = usize::from(cursor.u16()?);
            let mut target = Cursor::new(cursor.take(len)?);
            // Version and flags.
            target.require(&[0])?;
            Link::External { file: names::from_file(target.text()?), path: names::from_file(target.text()?) }
        }
        _ => return Err(Declined("a link of a class that a program has defined for itself")),
    };
    Ok((name.to_vec(), link))
}

//! Groups, datasets and named datatypes, and the links between them.

use std::ffi::{CStr, c_char, c_void};

use hdf5_sys::h5::{H5_INDEX_NAME, H5_ITER_NATIVE, haddr_t, herr_t};
use hdf5_sys::h5a::{H5A_info_t, H5Aexists, H5Aiterate2};
use hdf5_sys::h5d::{H5Dcreate_anon, H5Dcreate2};
use hdf5_sys::h5g::H5Gcreate2;
use hdf5_sys::h5i::{H5I_DATASET, H5I_DATATYPE, H5I_GROUP, H5Iget_type, hid_t};
use hdf5_sys::h5l::{H5L_info2_t, H5L_type_t, H5Lcreate_external, H5Lcreate_soft, H5Lexists, H5Lget_val, H5Literate2};
use hdf5_sys::h5o::{H5O_info2_t, H5O_token_t, H5Oget_info3, H5Olink, H5Oopen, H5Oopen_by_token};
use hdf5_sys::h5p::H5P_DEFAULT;
use hdf5_sys::h5t::H5Tcommit2;

use super::datatype::Type;
use super::error::{Cause, Outcome, c_string, call, locked};
use super::file::FileId;
use super::id::{AttributeKind, Id, ObjectKind};
use super::plist::Plist;
use super::space::Space;

/// A group, a dataset or a named datatype.
pub(crate) type Object = Id<ObjectKind>;

/// Only the fields that are asked for below.
const BASIC_INFO: u32 = 1;

// The sys crate leaves these two out; they have been in the library since 1.12.
unsafe extern "C" {
    fn H5VLnative_addr_to_token(location: hid_t, address: haddr_t, token: *mut H5O_token_t) -> herr_t;
    fn H5VLnative_token_to_addr(location: hid_t, token: H5O_token_t, address: *mut haddr_t) -> herr_t;
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectClass {
    Group,
    Dataset,
    Datatype,
}

/// A link as it is stored.
#[derive(Clone, Debug)]
pub(crate) enum RawLink {
    Hard(u64),
    Soft(Vec<u8>),
    External {
        file: Vec<u8>,
        path: Vec<u8>,
    },
    /// A class that a program has defined for itself.
    User(i32),
}

/// Opening and looking.
impl Object {
    pub(crate) fn root(file: &FileId) -> Outcome<Self> {
        // SAFETY: the identifier is a file, the name a C string.
        Self::from_call(|| unsafe { H5Oopen(file.raw(), c"/".as_ptr(), H5P_DEFAULT) })
    }

    /// Opens what lies at an address; an error where no object lies.
    pub(crate) fn open(file: &FileId, address: u64) -> Outcome<Self> {
        let mut token = H5O_token_t::default();
        // SAFETY: the identifier is a file, the token a valid place.
        call(|| unsafe { H5VLnative_addr_to_token(file.raw(), address, &mut token) })?;
        // SAFETY: the identifier is a file. The library checks what it finds there.
        Self::from_call(|| unsafe { H5Oopen_by_token(file.raw(), token) })
    }

    pub(crate) fn class(&self) -> Outcome<ObjectClass> {
        // SAFETY: the identifier is valid.
        match locked(|| unsafe { H5Iget_type(self.raw()) }) {
            H5I_GROUP => Ok(ObjectClass::Group),
            H5I_DATASET => Ok(ObjectClass::Dataset),
            H5I_DATATYPE => Ok(ObjectClass::Datatype),
            _ => Err(Cause::new("the object is of a kind that this HDF5 does not know")),
        }
    }

    pub(crate) fn address(&self) -> Outcome<u64> {
        address_of(self.raw())
    }

    /// As a datatype, if it is one.
    pub(crate) fn into_datatype(self) -> Outcome<Type> {
        match self.class()? {
            ObjectClass::Datatype => Ok(self.recast()),
            _ => Err(Cause::new("the object is no named datatype")),
        }
    }

    /// The names of the attributes, in the order that the file has them in.
    pub(crate) fn attribute_names(&self) -> Outcome<Vec<Vec<u8>>> {
        let mut names: Vec<Vec<u8>> = Vec::new();
        let mut position = 0;
        // SAFETY: the callback gets the vector, which outlives the call.
        call(|| unsafe {
            H5Aiterate2(
                self.raw(),
                H5_INDEX_NAME,
                H5_ITER_NATIVE,
                &mut position,
                Some(collect_attribute),
                (&raw mut names).cast(),
            )
        })?;
        Ok(names)
    }

    /// The links of a group.
    pub(crate) fn links(&self) -> Outcome<Vec<(Vec<u8>, RawLink)>> {
        let mut found: Vec<FoundLink> = Vec::new();
        let mut position = 0;
        // SAFETY: the callback gets the vector, which outlives the call.
        call(|| unsafe {
            H5Literate2(
                self.raw(),
                H5_INDEX_NAME,
                H5_ITER_NATIVE,
                &mut position,
                Some(collect_link),
                (&raw mut found).cast(),
            )
        })?;
        found
            .into_iter()
            .map(|(name, class, detail)| {
                let link = match class {
                    HARD => RawLink::Hard(detail),
                    SOFT => {
                        let mut target = self.link_value(&name, detail)?;
                        target.truncate(target.iter().position(|&byte| byte == 0).unwrap_or(target.len()));
                        RawLink::Soft(target)
                    }
                    EXTERNAL => {
                        let value = self.link_value(&name, detail)?;
                        // A byte of version and flags, then two texts that end with a null.
                        let mut texts = value.get(1..).unwrap_or_default().split(|&byte| byte == 0);
                        match (texts.next(), texts.next()) {
                            (Some(file), Some(path)) => RawLink::External { file: file.to_vec(), path: path.to_vec() },
                            _ => return Err(Cause::new("an external link is damaged")),
                        }
                    }
                    class => RawLink::User(class),
                };
                Ok((name, link))
            })
            .collect()
    }

    fn link_value(&self, name: &[u8], size: u64) -> Outcome<Vec<u8>> {
        let name = c_string(name)?;
        // A link lies in a header or heap, so its size is small; the library says so, not the file.
        let size = usize::try_from(size).ok().filter(|&size| size <= 1 << 20);
        let mut value = vec![0u8; size.ok_or_else(|| Cause::new("a link is too long"))?];
        // SAFETY: the buffer is as large as is said, the name a C string.
        call(|| unsafe { H5Lget_val(self.raw(), name.as_ptr(), value.as_mut_ptr().cast(), value.len(), H5P_DEFAULT) })?;
        Ok(value)
    }
}

/// Making.
impl Object {
    pub(crate) fn has_link(&self, name: &[u8]) -> Outcome<bool> {
        let name = c_string(name)?;
        // SAFETY: the identifier is a group, the name a C string.
        call(|| unsafe { H5Lexists(self.raw(), name.as_ptr(), H5P_DEFAULT) }).map(|answer| answer > 0)
    }

    pub(crate) fn has_attribute(&self, name: &[u8]) -> Outcome<bool> {
        let name = c_string(name)?;
        // SAFETY: the identifier is an object, the name a C string.
        call(|| unsafe { H5Aexists(self.raw(), name.as_ptr()) }).map(|answer| answer > 0)
    }

    pub(crate) fn create_group(&self, name: &[u8]) -> Outcome<Self> {
        let (link, create) = (Plist::link_create(name)?, Plist::group_create()?);
        let name = c_string(name)?;
        // SAFETY: the identifiers are of the kinds asked for, the name is a C string.
        Self::from_call(|| unsafe { H5Gcreate2(self.raw(), name.as_ptr(), link.raw(), create.raw(), H5P_DEFAULT) })
    }

    pub(crate) fn create_dataset(&self, name: &[u8], of: &Type, space: &Space, create: &Plist) -> Outcome<Self> {
        let (link, access) = (Plist::link_create(name)?, Plist::dataset_access()?);
        let name = c_string(name)?;
        // SAFETY: as above.
        Self::from_call(|| unsafe {
            H5Dcreate2(self.raw(), name.as_ptr(), of.raw(), space.raw(), link.raw(), create.raw(), access.raw())
        })
    }

    /// Makes a dataset without a name in the file of this object. It goes when it is closed, unless it was linked by then.
    pub(crate) fn create_loose_dataset(&self, of: &Type, space: &Space, create: &Plist) -> Outcome<Self> {
        let access = Plist::dataset_access()?;
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Dcreate_anon(self.raw(), of.raw(), space.raw(), create.raw(), access.raw()) })
    }

    /// Makes a named datatype of a transient one.
    pub(crate) fn commit_datatype(&self, name: &[u8], of: Type) -> Outcome<Self> {
        let (link, create) = (Plist::link_create(name)?, Plist::datatype_create()?);
        let name = c_string(name)?;
        // SAFETY: as above; the type is transient.
        call(|| unsafe { H5Tcommit2(self.raw(), name.as_ptr(), of.raw(), link.raw(), create.raw(), H5P_DEFAULT) })?;
        Ok(of.recast())
    }

    pub(crate) fn link_hard(&self, name: &[u8], target: &Self) -> Outcome<()> {
        let link = Plist::link_create(name)?;
        let name = c_string(name)?;
        // SAFETY: as above.
        call(|| unsafe { H5Olink(target.raw(), self.raw(), name.as_ptr(), link.raw(), H5P_DEFAULT) }).map(drop)
    }

    pub(crate) fn link_soft(&self, name: &[u8], target: &[u8]) -> Outcome<()> {
        let link = Plist::link_create(name)?;
        let (name, target) = (c_string(name)?, c_string(target)?);
        // SAFETY: as above.
        call(|| unsafe { H5Lcreate_soft(target.as_ptr(), self.raw(), name.as_ptr(), link.raw(), H5P_DEFAULT) })
            .map(drop)
    }

    pub(crate) fn link_external(&self, name: &[u8], file: &[u8], path: &[u8]) -> Outcome<()> {
        let link = Plist::link_create(name)?;
        let (name, file, path) = (c_string(name)?, c_string(file)?, c_string(path)?);
        // SAFETY: as above.
        call(|| unsafe {
            H5Lcreate_external(file.as_ptr(), path.as_ptr(), self.raw(), name.as_ptr(), link.raw(), H5P_DEFAULT)
        })
        .map(drop)
    }
}

impl Type {
    /// Where the named datatype lies that this type was taken from; `None` if it is transient.
    pub(crate) fn committed_address(&self) -> Outcome<Option<u64>> {
        if self.is_committed()? { address_of(self.raw()).map(Some) } else { Ok(None) }
    }
}

impl Id<AttributeKind> {
    pub(crate) fn open(object: &Object, name: &[u8]) -> Outcome<Self> {
        let name = c_string(name)?;
        // SAFETY: the identifier is an object, the name a C string.
        Self::from_call(|| unsafe { hdf5_sys::h5a::H5Aopen(object.raw(), name.as_ptr(), H5P_DEFAULT) })
    }

    pub(crate) fn create(object: &Object, name: &[u8], of: &Type, space: &Space) -> Outcome<Self> {
        let create = Plist::attribute_create(name)?;
        let name = c_string(name)?;
        // SAFETY: as above.
        Self::from_call(|| unsafe {
            hdf5_sys::h5a::H5Acreate2(object.raw(), name.as_ptr(), of.raw(), space.raw(), create.raw(), H5P_DEFAULT)
        })
    }
}

fn address_of(object: hid_t) -> Outcome<u64> {
    // SAFETY: the record is plain numbers, and zero is one of each; its kind is that of a group then.
    let mut info: H5O_info2_t = unsafe { std::mem::zeroed() };
    // SAFETY: the identifier is an object, the record a valid place.
    call(|| unsafe { H5Oget_info3(object, &mut info, BASIC_INFO) })?;
    let mut address = 0;
    // SAFETY: the token is of this object's file.
    call(|| unsafe { H5VLnative_token_to_addr(object, info.token, &mut address) })?;
    Ok(address)
}

/// Name, class, and address or size of the value.
type FoundLink = (Vec<u8>, i32, u64);

const HARD: i32 = H5L_type_t::H5L_TYPE_HARD as i32;
const SOFT: i32 = H5L_type_t::H5L_TYPE_SOFT as i32;
const EXTERNAL: i32 = H5L_type_t::H5L_TYPE_EXTERNAL as i32;

unsafe extern "C" fn collect_link(
    group: hid_t,
    name: *const c_char,
    info: *const H5L_info2_t,
    found: *mut c_void,
) -> herr_t {
    // The class is read as a number: classes that programs define are no members of the enumeration.
    // SAFETY: the library passes a valid record and name, and the vector that `links` gave it.
    let (name, class, found) = unsafe {
        let class = (&raw const (*info).type_).cast::<i32>().read();
        (CStr::from_ptr(name).to_bytes().to_vec(), class, &mut *found.cast::<Vec<FoundLink>>())
    };
    // SAFETY: a hard link has a token in the union, any other class a size; both are plain data at the union's start.
    let detail = unsafe {
        let place = &raw const (*info).u;
        if class == HARD {
            let mut address = u64::MAX;
            if H5VLnative_token_to_addr(group, place.cast::<H5O_token_t>().read(), &mut address) < 0 {
                return -1;
            }
            address
        } else {
            place.cast::<usize>().read() as u64
        }
    };
    found.push((name, class, detail));
    0
}

unsafe extern "C" fn collect_attribute(
    _: hid_t,
    name: *const c_char,
    _: *const H5A_info_t,
    names: *mut c_void,
) -> herr_t {
    // SAFETY: the library passes a valid name, and the vector that `attribute_names` gave it.
    unsafe { (*names.cast::<Vec<Vec<u8>>>()).push(CStr::from_ptr(name).to_bytes().to_vec()) };
    0
}

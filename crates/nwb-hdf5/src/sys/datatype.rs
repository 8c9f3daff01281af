//! Datatypes: taking them apart and putting them together.

use std::ffi::{CStr, c_char, c_uint, c_void};
use std::ptr;

use hdf5_sys::h5::H5free_memory;
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5t::{
    H5T_C_S1, H5T_COMPOUND, H5T_CSET_ASCII, H5T_CSET_UTF8, H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_ORDER_BE, H5T_ORDER_LE,
    H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I32LE, H5T_STD_I64LE, H5T_STD_REF_DSETREG, H5T_STD_REF_OBJ, H5T_STD_U8LE,
    H5T_STD_U16LE, H5T_STD_U32LE, H5T_STD_U64LE, H5T_STR_NULLPAD, H5T_STR_NULLTERM, H5T_STR_SPACEPAD, H5T_VARIABLE,
    H5T_class_t, H5Tarray_create2, H5Tcommitted, H5Tcopy, H5Tcreate, H5Tdecode, H5Tencode, H5Tenum_create,
    H5Tenum_insert, H5Tequal, H5Tget_array_dims2, H5Tget_array_ndims, H5Tget_class, H5Tget_cset, H5Tget_member_name,
    H5Tget_member_offset, H5Tget_member_type, H5Tget_member_value, H5Tget_nmembers, H5Tget_offset, H5Tget_order,
    H5Tget_precision, H5Tget_sign, H5Tget_size, H5Tget_strpad, H5Tget_super, H5Tget_tag, H5Tinsert, H5Tis_variable_str,
    H5Tset_cset, H5Tset_ebias, H5Tset_fields, H5Tset_order, H5Tset_size, H5Tset_strpad, H5Tvlen_create,
};
use nwb_model::dtype::{ByteOrder, Charset, Number, Padding, TextLength, TextType};

use super::error::{Cause, Outcome, c_string, call, locked};
use super::id::{Id, TypeKind};

/// A datatype, of the file or transient.
pub(crate) type Type = Id<TypeKind>;

/// The class of a datatype.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Integer,
    Float,
    Time,
    String,
    Bitfield,
    Opaque,
    Compound,
    Reference,
    Enum,
    Sequence,
    Array,
    Other,
}

/// Reading.
impl Type {
    pub(crate) fn class(&self) -> Class {
        // SAFETY: the identifier is a datatype.
        match locked(|| unsafe { H5Tget_class(self.raw()) }) {
            H5T_class_t::H5T_INTEGER => Class::Integer,
            H5T_class_t::H5T_FLOAT => Class::Float,
            H5T_class_t::H5T_TIME => Class::Time,
            H5T_class_t::H5T_STRING => Class::String,
            H5T_class_t::H5T_BITFIELD => Class::Bitfield,
            H5T_class_t::H5T_OPAQUE => Class::Opaque,
            H5T_class_t::H5T_COMPOUND => Class::Compound,
            H5T_class_t::H5T_REFERENCE => Class::Reference,
            H5T_class_t::H5T_ENUM => Class::Enum,
            H5T_class_t::H5T_VLEN => Class::Sequence,
            H5T_class_t::H5T_ARRAY => Class::Array,
            _ => Class::Other,
        }
    }

    pub(crate) fn size(&self) -> usize {
        // SAFETY: as above.
        locked(|| unsafe { H5Tget_size(self.raw()) })
    }

    pub(crate) fn precision(&self) -> usize {
        // SAFETY: as above.
        locked(|| unsafe { H5Tget_precision(self.raw()) })
    }

    /// Where the significant bits begin.
    pub(crate) fn bit_offset(&self) -> i32 {
        // SAFETY: as above.
        locked(|| unsafe { H5Tget_offset(self.raw()) })
    }

    pub(crate) fn is_signed(&self) -> bool {
        // SAFETY: as above.
        locked(|| unsafe { H5Tget_sign(self.raw()) }) == hdf5_sys::h5t::H5T_SGN_2
    }

    /// The byte order; `None` for orders that have long died out.
    pub(crate) fn order(&self) -> Option<ByteOrder> {
        // SAFETY: as above.
        match locked(|| unsafe { H5Tget_order(self.raw()) }) {
            H5T_ORDER_LE => Some(ByteOrder::Little),
            H5T_ORDER_BE => Some(ByteOrder::Big),
            _ => None,
        }
    }

    pub(crate) fn equals(&self, other: &Self) -> Outcome<bool> {
        // SAFETY: both identifiers are datatypes.
        call(|| unsafe { H5Tequal(self.raw(), other.raw()) }).map(|answer| answer > 0)
    }

    pub(crate) fn is_committed(&self) -> Outcome<bool> {
        // SAFETY: the identifier is a datatype.
        call(|| unsafe { H5Tcommitted(self.raw()) }).map(|answer| answer > 0)
    }

    /// Which reference it is: 0 to an object, 1 to a region, others for those of HDF5 1.12 or newer.
    ///
    /// The library's comparison also asks whether elements are in memory or in the file, and within sequences of named
    /// datatypes it takes them for the latter; so the encoding is asked: two bytes of its own, the class, then the kind.
    pub(crate) fn reference_kind(&self) -> Outcome<u8> {
        let encoding = self.copy()?.encode()?;
        encoding.get(3).map(|flags| flags & 0xf).ok_or_else(|| Cause::new("the reference type cannot be told"))
    }

    /// How text is stored; `None` where padding or character set have no name.
    pub(crate) fn text(&self) -> Outcome<Option<TextType>> {
        // SAFETY: the identifier is a string datatype; the answers are checked for errors by having no match.
        let (variable, padding, charset) =
            locked(|| unsafe { (H5Tis_variable_str(self.raw()), H5Tget_strpad(self.raw()), H5Tget_cset(self.raw())) });
        let padding = match padding {
            H5T_STR_NULLTERM => Padding::NullTerminated,
            H5T_STR_NULLPAD => Padding::NullPadded,
            H5T_STR_SPACEPAD => Padding::SpacePadded,
            _ => return Ok(None),
        };
        let charset = match charset {
            H5T_CSET_ASCII => Charset::Ascii,
            H5T_CSET_UTF8 => Charset::Utf8,
            _ => return Ok(None),
        };
        let length = match variable {
            0 => TextLength::Fixed(self.size()),
            1.. => TextLength::Variable,
            _ => return Err(Cause::new("the text's length is unknown")),
        };
        Ok(Some(TextType { length, padding, charset }))
    }

    /// The tag of an opaque type.
    pub(crate) fn tag(&self) -> String {
        locked(|| {
            // SAFETY: the library hands out a string of its own heap, which `owned_text` frees.
            unsafe { owned_text(H5Tget_tag(self.raw())) }
        })
        .map(|tag| String::from_utf8_lossy(&tag).into_owned())
        .unwrap_or_default()
    }

    /// What an enumeration, array or sequence is made of.
    pub(crate) fn base(&self) -> Outcome<Self> {
        // SAFETY: the identifier is a datatype.
        Self::from_call(|| unsafe { H5Tget_super(self.raw()) })
    }

    pub(crate) fn array_dims(&self) -> Outcome<Vec<u64>> {
        // SAFETY: the identifier is a datatype.
        let rank = call(|| unsafe { H5Tget_array_ndims(self.raw()) })?;
        let mut dims = vec![0; usize::try_from(rank).unwrap_or(0)];
        // SAFETY: there is room for the rank.
        call(|| unsafe { H5Tget_array_dims2(self.raw(), dims.as_mut_ptr()) })?;
        Ok(dims)
    }

    /// How many members a compound or an enumeration has.
    pub(crate) fn member_count(&self) -> Outcome<u32> {
        // SAFETY: the identifier is a datatype.
        let count = call(|| unsafe { H5Tget_nmembers(self.raw()) })?;
        u32::try_from(count).map_err(|_| Cause::new("the type has a negative number of members"))
    }

    pub(crate) fn member_name(&self, index: u32) -> Outcome<Vec<u8>> {
        locked(|| {
            // SAFETY: the library hands out a string of its own heap, which `owned_text` frees.
            unsafe { owned_text(H5Tget_member_name(self.raw(), index as c_uint)) }.ok_or_else(Cause::take)
        })
    }

    pub(crate) fn member_offset(&self, index: u32) -> usize {
        // SAFETY: the identifier is a compound datatype with that many members.
        locked(|| unsafe { H5Tget_member_offset(self.raw(), index as c_uint) })
    }

    pub(crate) fn member_type(&self, index: u32) -> Outcome<Self> {
        // SAFETY: as above.
        Self::from_call(|| unsafe { H5Tget_member_type(self.raw(), index as c_uint) })
    }

    /// The bytes of the value of an enumeration's member, in the enumeration's byte order.
    pub(crate) fn member_value(&self, index: u32) -> Outcome<Vec<u8>> {
        let mut value = vec![0u8; self.size()];
        // SAFETY: the value has the size of the type.
        call(|| unsafe { H5Tget_member_value(self.raw(), index as c_uint, value.as_mut_ptr().cast()) })?;
        Ok(value)
    }

    /// The whole type as bytes.
    pub(crate) fn encode(&self) -> Outcome<Vec<u8>> {
        let mut size = 0;
        // SAFETY: without a buffer the call gives the size alone.
        call(|| unsafe { H5Tencode(self.raw(), ptr::null_mut(), &mut size) })?;
        let mut bytes = vec![0u8; size];
        // SAFETY: the buffer has the size that was asked for.
        call(|| unsafe { H5Tencode(self.raw(), bytes.as_mut_ptr().cast(), &mut size) })?;
        Ok(bytes)
    }
}

/// Making.
impl Type {
    pub(crate) fn decode(bytes: &[u8]) -> Outcome<Self> {
        if bytes.is_empty() {
            return Err(Cause::new("the encoded type is empty"));
        }
        #[cfg(hdf5_2)]
        // SAFETY: the library reads no further than the size says.
        return Self::from_call(|| unsafe { H5Tdecode(bytes.as_ptr().cast(), bytes.len()) });
        #[cfg(not(hdf5_2))]
        {
            // This call takes no size: an encoding that was cut short runs into zeros, at which decoding stops.
            let mut padded = bytes.to_vec();
            padded.resize(bytes.len() + (1 << 20), 0);
            // SAFETY: no encoding of a type is as long as the padding.
            Self::from_call(|| unsafe { H5Tdecode(padded.as_ptr().cast()) })
        }
    }

    pub(crate) fn copy(&self) -> Outcome<Self> {
        Self::copy_of(|| self.raw())
    }

    fn copy_of(of: impl FnOnce() -> hid_t) -> Outcome<Self> {
        // SAFETY: the identifier is a datatype.
        Self::from_call(|| unsafe { H5Tcopy(of()) })
    }

    pub(crate) fn number(number: Number, order: ByteOrder) -> Outcome<Self> {
        let little = Self::copy_of(|| match number {
            Number::I8 => *H5T_STD_I8LE,
            Number::I16 => *H5T_STD_I16LE,
            Number::I32 => *H5T_STD_I32LE,
            Number::I64 => *H5T_STD_I64LE,
            Number::U8 => *H5T_STD_U8LE,
            Number::U16 => *H5T_STD_U16LE,
            Number::U32 => *H5T_STD_U32LE,
            Number::U64 => *H5T_STD_U64LE,
            Number::F16 | Number::F32 => *H5T_IEEE_F32LE,
            Number::F64 => *H5T_IEEE_F64LE,
        })?;
        if number == Number::F16 {
            // IEEE's half: sign in bit 15, 5 bits of exponent from bit 10 on, 10 of mantissa from bit 0 on.
            // SAFETY: the identifier is a transient floating-point datatype.
            call(|| unsafe { H5Tset_fields(little.raw(), 15, 10, 5, 0, 10) })?;
            // SAFETY: as above.
            call(|| unsafe { H5Tset_size(little.raw(), 2) })?;
            // SAFETY: as above.
            call(|| unsafe { H5Tset_ebias(little.raw(), 15) })?;
        }
        if order == ByteOrder::Big {
            // SAFETY: as above.
            call(|| unsafe { H5Tset_order(little.raw(), H5T_ORDER_BE) })?;
        }
        Ok(little)
    }

    pub(crate) fn new_text(text: &TextType) -> Outcome<Self> {
        let of = Self::copy_of(|| *H5T_C_S1)?;
        let size = match text.length {
            TextLength::Variable => H5T_VARIABLE,
            TextLength::Fixed(size) => size,
        };
        let padding = match text.padding {
            Padding::NullTerminated => H5T_STR_NULLTERM,
            Padding::NullPadded => H5T_STR_NULLPAD,
            Padding::SpacePadded => H5T_STR_SPACEPAD,
        };
        let charset = match text.charset {
            Charset::Ascii => H5T_CSET_ASCII,
            Charset::Utf8 => H5T_CSET_UTF8,
        };
        // SAFETY: the identifier is a transient string datatype.
        call(|| unsafe { H5Tset_size(of.raw(), size) })?;
        // SAFETY: as above.
        call(|| unsafe { H5Tset_strpad(of.raw(), padding) })?;
        // SAFETY: as above.
        call(|| unsafe { H5Tset_cset(of.raw(), charset) })?;
        Ok(of)
    }

    pub(crate) fn reference() -> Outcome<Self> {
        Self::copy_of(|| *H5T_STD_REF_OBJ)
    }

    pub(crate) fn region_reference() -> Outcome<Self> {
        Self::copy_of(|| *H5T_STD_REF_DSETREG)
    }

    pub(crate) fn compound(size: usize) -> Outcome<Self> {
        // SAFETY: no pointers.
        Self::from_call(|| unsafe { H5Tcreate(H5T_COMPOUND, size) })
    }

    pub(crate) fn insert(&self, name: &[u8], offset: usize, member: &Self) -> Outcome<()> {
        let name = c_string(name)?;
        // SAFETY: both identifiers are datatypes, the name is a C string.
        call(|| unsafe { H5Tinsert(self.raw(), name.as_ptr(), offset, member.raw()) }).map(drop)
    }

    pub(crate) fn enumeration(base: &Self) -> Outcome<Self> {
        // SAFETY: the identifier is a datatype.
        Self::from_call(|| unsafe { H5Tenum_create(base.raw()) })
    }

    /// Adds a member to an enumeration; the value has the enumeration's size and byte order.
    pub(crate) fn insert_value(&self, name: &[u8], value: &[u8]) -> Outcome<()> {
        let name = c_string(name)?;
        if value.len() != self.size() {
            return Err(Cause::new("the value of a member has another size than its enumeration"));
        }
        // SAFETY: the value has the size of the type, the name is a C string.
        call(|| unsafe { H5Tenum_insert(self.raw(), name.as_ptr(), value.as_ptr().cast()) }).map(drop)
    }

    pub(crate) fn array(element: &Self, dims: &[u64]) -> Outcome<Self> {
        let rank = c_uint::try_from(dims.len()).map_err(|_| Cause::new("the array has too many axes"))?;
        // SAFETY: there are `rank` dimensions.
        Self::from_call(|| unsafe { H5Tarray_create2(element.raw(), rank, dims.as_ptr()) })
    }

    pub(crate) fn sequence(element: &Self) -> Outcome<Self> {
        // SAFETY: the identifier is a datatype.
        Self::from_call(|| unsafe { H5Tvlen_create(element.raw()) })
    }
}

/// Copies and frees a string that the library has allocated.
///
/// # Safety
/// `text` is null, or a string that came from the library and belongs to the caller.
unsafe fn owned_text(text: *mut c_char) -> Option<Vec<u8>> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller says so.
    let copy = unsafe { CStr::from_ptr(text) }.to_bytes().to_vec();
    // SAFETY: it was allocated by the library, and nothing points to it any more.
    unsafe { H5free_memory(text.cast::<c_void>()) };
    Some(copy)
}

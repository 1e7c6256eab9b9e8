//! Where a phrase of the tables counts.

use super::texts::Field;

/// Fields of a listing, and whether listings of media are meant too, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Places(u8);

/// In media a title names a work and not a thing.
const MEDIA: u8 = 1 << 7;

impl Places {
    pub(super) const ALL: Self = Self(u8::MAX);

    /// A bullet point's words may be the description's too.
    pub(super) fn of(fields: &[Field]) -> Self {
        let bits = fields.iter().map(|field| match field {
            Field::Bullets => bit(Field::Bullets) | bit(Field::Description),
            field => bit(*field),
        });
        Self(bits.fold(0, |places, bits| places | bits))
    }

    pub(super) fn in_media(self, too: bool) -> Self {
        if too { Self(self.0 | MEDIA) } else { Self(self.0 & !MEDIA) }
    }

    /// The title instead of these fields.
    pub(super) fn in_title(self) -> Self {
        Self(self.0 & MEDIA | bit(Field::Title))
    }

    /// `media`: it is a listing of media.
    #[inline]
    pub(super) fn count(self, field: Field, media: bool) -> bool {
        self.0 & bit(field) != 0 && (!media || self.0 & MEDIA != 0)
    }
}

const fn bit(field: Field) -> u8 {
    1 << field as u8
}

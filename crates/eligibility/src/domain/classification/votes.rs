//! What the nearest references say together: each votes for its code, less for its heading and chapter.

use std::collections::BTreeMap;

use kernel::HsCode;

use super::index::{Near, SAME};

/// References that vote.
pub(super) const NEIGHBOURS: usize = 40;
/// What a vote counts for its own code, for the others of its heading, and of its chapter.
const OF_CODE: u64 = 20;
const OF_HEADING: u64 = 4;
const OF_CHAPTER: u64 = 1;
/// Confidence below which a suggestion is none, in a thousand.
const FLOOR: u16 = 30;

/// A code with its votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vote {
    pub(super) code: HsCode,
    pub(super) confidence: u16,
    /// The nearest reference of the code.
    pub(super) nearest: usize,
}

/// Codes by votes, the most first; of equal votes the lower code.
pub(super) fn ranked(near: impl Iterator<Item = (HsCode, Near)>) -> Vec<Vote> {
    let (mut codes, mut wider) = (BTreeMap::<HsCode, (u64, Near)>::new(), BTreeMap::<String, u64>::new());
    let mut all = 0;
    for (code, near) in near {
        let vote = near.similarity * near.similarity;
        codes.entry(code).or_insert((0, near)).0 += vote;
        *wider.entry(code.heading().to_owned()).or_default() += vote;
        *wider.entry(code.chapter().to_owned()).or_default() += vote;
        all += (OF_CODE + OF_HEADING + OF_CHAPTER) * vote;
    }
    let mut ranked: Vec<(u64, Vote)> = Vec::with_capacity(codes.len());
    for (code, (votes, near)) in codes {
        let votes = OF_CODE * votes + OF_HEADING * wider[code.heading()] + OF_CHAPTER * wider[code.chapter()];
        let confidence = confidence(1_000 * votes / all.max(1), near.similarity);
        if confidence >= FLOOR {
            ranked.push((votes, Vote { code, confidence, nearest: near.reference }));
        }
    }
    ranked.sort_by_key(|(votes, vote)| (std::cmp::Reverse(*votes), vote.code));
    ranked.into_iter().map(|(_, vote)| vote).collect()
}

/// Of a code's share of the votes, in a thousand, and the similarity of its nearest reference.
fn confidence(share: u64, similarity: u64) -> u16 {
    u16::try_from((share * similarity / SAME).min(1_000)).unwrap_or(1_000)
}

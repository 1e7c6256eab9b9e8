//! What the nearest references say together: each votes for its code, less for its heading and chapter.

use std::collections::BTreeMap;

use kernel::HsCode;

use super::index::{Near, SAME};

/// References that vote.
pub(super) const NEIGHBOURS: usize = 80;
/// What a vote counts for its own code, for the others of its heading, and of its chapter.
const OF_CODE: u64 = 20;
const OF_HEADING: u64 = 4;
const OF_CHAPTER: u64 = 1;
/// Confidence below which a suggestion is none, in a thousand.
pub(super) const FLOOR: u16 = 10;
/// Similarity of a code's nearest reference below which its votes count for less.
const ALIKE: u64 = SAME / 10;
/// Share of the votes, in a thousand, below which codes are less often right than the share says.
const LIKELY: u64 = 300;

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

/// Of a code's share of the votes, in a thousand, and the similarity of its nearest reference: about how often such a code was
/// right among goods of known codes.
fn confidence(share: u64, similarity: u64) -> u16 {
    let share = share * similarity.min(ALIKE) / ALIKE;
    let confidence = if share < LIKELY { share * share / LIKELY } else { share };
    u16::try_from(confidence.min(1_000)).unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn ranked_of(votes: &[(&str, u64)]) -> Vec<(String, u16)> {
        let near = votes.iter().zip(0..).map(|((code, similarity), reference)| {
            (code.parse().unwrap(), Near { reference, similarity: *similarity })
        });
        ranked(near).into_iter().map(|vote| (vote.code.to_string(), vote.confidence)).collect()
    }

    #[test]
    fn who_is_alone_is_sure_only_where_it_is_alike() {
        assert_eq!(ranked_of(&[("610910", SAME)]), [("610910".to_owned(), 1_000)]);
        assert_eq!(ranked_of(&[("610910", ALIKE / 2)]), [("610910".to_owned(), 500)]);
        assert_eq!(ranked_of(&[("610910", 1)]), []);
        assert_eq!(ranked_of(&[]), []);
    }

    #[test]
    fn a_heading_and_a_chapter_help_their_codes() {
        // Two of a heading against one of the same similarity elsewhere.
        let codes = ranked_of(&[("950300", 5_000), ("610910", 5_000), ("610990", 5_000)]);
        let codes: Vec<&str> = codes.iter().map(|(code, _)| code.as_str()).collect();
        assert_eq!(codes, ["610910", "610990", "950300"]);
    }

    #[test]
    fn confidences_are_shares_of_a_whole() {
        let ranked = ranked_of(&[("950300", 8_000), ("610910", 4_000), ("420292", 100)]);
        assert!(ranked.iter().map(|(_, confidence)| u32::from(*confidence)).sum::<u32>() <= 1_000);
        assert!(ranked[0].1 > 700 && ranked.iter().all(|(code, _)| code != "420292"), "{ranked:?}");
    }
}

//! Between requests, domain and answers.

use std::collections::BTreeSet;

use chassis::Error;
use kernel::{Country, CountrySet, SellerId};
use wire::convert::{parse, timestamp};
use wire::enrollment::v1;

use crate::app::Product;
use crate::domain::{
    Channel, Destination, Effect, Excluded, Exclusion, Grounds, Language, Membership, Named, Preview, Region,
    Regions, Seller, State, Upload, UploadMode, UploadState,
};
use crate::publish::codes;
use crate::store::authorities::Authority;
use crate::store::history::Changed;

/// Most countries a request may list: all there are.
const MAX_COUNTRIES: usize = Country::COUNT;
/// Most destinations a request may list: all countries, and more regions than there are.
const MAX_DESTINATIONS: usize = Country::COUNT + 50;
/// Longest reason, in characters.
const MAX_REASON: usize = 500;

/// A reason of 1 to 500 characters.
pub(crate) fn reason(text: &str) -> Result<&str, Error> {
    let length = text.trim().chars().count();
    if (1..=MAX_REASON).contains(&length) {
        return Ok(text.trim());
    }
    Err(Error::invalid("reason", format!("must have 1 to {MAX_REASON} characters: say why")))
}

/// A list of countries without repeats being an error.
pub(crate) fn countries(listed: &[String]) -> Result<CountrySet, Error> {
    if listed.len() > MAX_COUNTRIES {
        return Err(Error::limit_exceeded("country_codes", format!("has more than {MAX_COUNTRIES} entries")));
    }
    let parsed = listed.iter().enumerate().map(|(i, code)| parse(&format!("country_codes[{i}]"), code));
    Ok(parsed.collect::<Result<_, _>>()?)
}

/// Countries and regions of a list, with their grounds.
pub(crate) fn named(
    field: &str,
    listed: &[v1::ExcludedDestination],
    regions: &Regions,
) -> Result<Named, Error> {
    bounded(field, listed.len())?;
    let one = |(i, listed): (usize, &v1::ExcludedDestination)| {
        let field = format!("{field}[{i}]");
        let grounds = v1::ExclusionGrounds::try_from(listed.grounds)
            .map_err(|_| Error::invalid(&format!("{field}.grounds"), "is none of ExclusionGrounds"))?;
        Ok((
            destination(&format!("{field}.destination"), &listed.destination, regions)?,
            self::grounds(grounds),
        ))
    };
    listed.iter().enumerate().map(one).collect()
}

/// Countries and regions of a list.
pub(crate) fn destinations(
    field: &str,
    listed: &[String],
    regions: &Regions,
) -> Result<BTreeSet<Destination>, Error> {
    bounded(field, listed.len())?;
    let one = |(i, text): (usize, &String)| destination(&format!("{field}[{i}]"), text, regions);
    listed.iter().enumerate().map(one).collect()
}

fn destination(field: &str, text: &str, regions: &Regions) -> Result<Destination, Error> {
    regions.destination(text).map_err(|error| Error::invalid(field, error.to_string()))
}

fn bounded(field: &str, count: usize) -> Result<(), Error> {
    if count <= MAX_DESTINATIONS {
        return Ok(());
    }
    Err(Error::limit_exceeded(field, format!("has more than {MAX_DESTINATIONS} entries")))
}

/// Grounds, where they were given.
pub(crate) fn grounds(grounds: v1::ExclusionGrounds) -> Option<Grounds> {
    match grounds {
        v1::ExclusionGrounds::Unspecified => None,
        v1::ExclusionGrounds::DistributionAgreement => Some(Grounds::DistributionAgreement),
        v1::ExclusionGrounds::Risk => Some(Grounds::Risk),
        v1::ExclusionGrounds::Other => Some(Grounds::Other),
    }
}

fn excluded(excluded: &Excluded) -> Vec<v1::ExcludedDestination> {
    let one = |(destination, grounds): (&Destination, &Option<Grounds>)| v1::ExcludedDestination {
        destination: destination.to_string(),
        grounds: shown_grounds(*grounds).into(),
    };
    excluded.named().iter().map(one).collect()
}

fn shown_grounds(grounds: Option<Grounds>) -> v1::ExclusionGrounds {
    match grounds {
        None => v1::ExclusionGrounds::Unspecified,
        Some(Grounds::DistributionAgreement) => v1::ExclusionGrounds::DistributionAgreement,
        Some(Grounds::Risk) => v1::ExclusionGrounds::Risk,
        Some(Grounds::Other) => v1::ExclusionGrounds::Other,
    }
}

/// A product by its ASIN or by one of the seller's SKUs.
pub(crate) fn product(asin: &str, sku: &str) -> Result<Product, Error> {
    match (asin.is_empty(), sku.is_empty()) {
        (_, true) => Ok(Product::Asin(parse("asin", asin)?)),
        (true, false) => Ok(Product::Sku(parse("sku", sku)?)),
        (false, false) => Err(Error::invalid("sku", "asin is there, too: name the product once")),
    }
}

/// A region with its members on a day.
pub(crate) fn region(region: &Region, membership: &Membership, members: CountrySet) -> v1::Region {
    v1::Region {
        region: region.to_string(),
        name: membership.name.clone(),
        name_zh: membership.name_zh.clone(),
        country_codes: codes(members),
    }
}

/// A seller with the authority in force.
pub(crate) fn enrollment(seller: &Seller, authority: Option<&Authority>) -> v1::Enrollment {
    let participation = &seller.participation;
    let state = match participation.state {
        State::Enabled => v1::EnrollmentState::Enabled,
        State::Disabled => v1::EnrollmentState::Disabled,
        State::NotEnrolled => v1::EnrollmentState::NotEnrolled,
    };
    v1::Enrollment {
        seller_id: seller.id.to_string(),
        state: state.into(),
        since_time: Some(timestamp(participation.since)),
        changed_by: participation.by.clone(),
        reason: participation.reason.clone(),
        authority: authority.map(self::authority),
        excluded_country_codes: codes(seller.excluded.countries()),
        product_exclusion_count: seller.product_exclusions,
        settings_version: seller.version,
        excluded_destinations: excluded(&seller.excluded),
    }
}

/// One record of the authority ledger.
pub(crate) fn authority(authority: &Authority) -> v1::Authority {
    v1::Authority {
        authority_id: authority.id.to_string(),
        seller_id: authority.seller.to_string(),
        terms_version: authority.terms_version.clone(),
        terms_sha256: authority.terms_sha256.clone(),
        granted_time: Some(timestamp(authority.granted_at)),
        granted_by: authority.granted_by.clone(),
        ended_time: authority.ended.as_ref().map(|(at, _)| timestamp(*at)),
        ended_by: authority.ended.as_ref().map(|(_, by)| by.clone()).unwrap_or_default(),
        revoked: authority.revoked.is_some(),
        channel: channel(authority.channel).into(),
        revoked_time: authority.revoked.as_ref().map(|(at, _)| timestamp(*at)),
        revoked_by: authority.revoked.as_ref().map(|(_, by)| by.clone()).unwrap_or_default(),
    }
}

/// One row of the history.
pub(crate) fn changed(changed: &Changed) -> v1::SettingsChange {
    v1::SettingsChange {
        seller_id: changed.seller.to_string(),
        settings_version: changed.version,
        change: changed.change.clone(),
        changed_time: Some(timestamp(changed.at)),
        changed_by: changed.by.clone(),
        channel: channel(changed.channel).into(),
        reason: changed.reason.clone(),
        before_json: changed.before.to_string(),
        after_json: changed.after.to_string(),
    }
}

fn channel(channel: Option<Channel>) -> v1::Channel {
    match channel {
        None => v1::Channel::Unspecified,
        Some(Channel::Registration) => v1::Channel::Registration,
        Some(Channel::Programme) => v1::Channel::Programme,
        Some(Channel::Seller) => v1::Channel::Seller,
        Some(Channel::Operator) => v1::Channel::Operator,
    }
}

/// One excluded product.
pub(crate) fn exclusion(seller: SellerId, exclusion: &Exclusion) -> v1::ProductExclusion {
    v1::ProductExclusion {
        seller_id: seller.to_string(),
        asin: exclusion.asin.to_string(),
        country_codes: codes(exclusion.scope.excluded.countries()),
        destinations: exclusion.scope.excluded.named().keys().map(ToString::to_string).collect(),
        grounds: shown_grounds(exclusion.scope.grounds).into(),
        reason: exclusion.reason.clone(),
        changed_time: Some(timestamp(exclusion.at)),
        changed_by: exclusion.by.clone(),
    }
}

/// What is to be done with a file.
pub(crate) fn upload_mode(mode: v1::ExclusionUploadMode) -> Result<UploadMode, Error> {
    match mode {
        v1::ExclusionUploadMode::Merge => Ok(UploadMode::Merge),
        v1::ExclusionUploadMode::Replace => Ok(UploadMode::Replace),
        v1::ExclusionUploadMode::Remove => Ok(UploadMode::Remove),
        v1::ExclusionUploadMode::Unspecified => {
            Err(Error::invalid("mode", "must be said: MERGE, REPLACE or REMOVE"))
        }
    }
}

/// English unless another is asked for.
pub(crate) fn language(language: v1::Language) -> Language {
    match language {
        v1::Language::SimplifiedChinese => Language::SimplifiedChinese,
        v1::Language::Unspecified | v1::Language::English => Language::English,
    }
}

/// What a change of many products does.
pub(crate) fn effect(effect: &Effect) -> v1::ExclusionsEffect {
    v1::ExclusionsEffect {
        added: effect.added,
        changed: effect.changed,
        removed: effect.removed,
        unchanged: effect.unchanged,
        products: effect.products,
        non_media_products: effect.non_media,
    }
}

pub(super) fn preview(preview: Preview) -> v1::ExclusionsPreview {
    v1::ExclusionsPreview {
        stopping: preview.stopping,
        narrowing: preview.narrowing,
        widening: preview.widening,
    }
}

/// An exclusion file that was sent.
pub(crate) fn upload(upload: &Upload) -> v1::ExclusionUpload {
    let refused = upload.refused.as_ref();
    v1::ExclusionUpload {
        upload_id: upload.id.to_string(),
        seller_id: upload.seller.to_string(),
        state: upload_state(upload.state).into(),
        mode: shown_mode(upload.mode).into(),
        dry_run: upload.dry_run,
        accept_good_lines: upload.accept_good_lines,
        file_name: upload.file_name.clone(),
        reason: upload.reason.clone(),
        uploaded_by: upload.by.clone(),
        started_time: Some(timestamp(upload.started_at)),
        finished_time: upload.finished_at.map(timestamp),
        lines: upload.lines,
        refused_lines: upload.refused_lines,
        repeated_lines: upload.repeated_lines,
        effect: upload.effect.as_ref().map(effect),
        preview: upload.preview.map(preview),
        settings_version: upload.settings_version.unwrap_or_default(),
        refusal_code: refused.map(|refused| refused.code.clone()).unwrap_or_default(),
        refusal: refused.map(|refused| refused.english.clone()).unwrap_or_default(),
        refusal_zh: refused.map(|refused| refused.chinese.clone()).unwrap_or_default(),
    }
}

fn upload_state(state: UploadState) -> v1::ExclusionUploadState {
    match state {
        UploadState::Receiving => v1::ExclusionUploadState::Receiving,
        UploadState::Applying => v1::ExclusionUploadState::Applying,
        UploadState::Done => v1::ExclusionUploadState::Done,
        UploadState::Refused => v1::ExclusionUploadState::Refused,
        UploadState::Interrupted => v1::ExclusionUploadState::Interrupted,
    }
}

fn shown_mode(mode: UploadMode) -> v1::ExclusionUploadMode {
    match mode {
        UploadMode::Merge => v1::ExclusionUploadMode::Merge,
        UploadMode::Replace => v1::ExclusionUploadMode::Replace,
        UploadMode::Remove => v1::ExclusionUploadMode::Remove,
    }
}

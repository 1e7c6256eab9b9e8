//! `enrollment.v1`: who may call, and which function answers.

mod commands;
pub(crate) mod convert;
mod errors;
mod files;
mod history;
mod queries;
mod uploads;

use std::sync::Arc;

use chassis::{Clock, Role, RoleRow};
use futures::stream::BoxStream;
use sqlx::PgPool;
use tonic::{Request, Response, Status, Streaming};
use wire::enrollment::v1::enrollment_service_server::EnrollmentService;
use wire::enrollment::v1::*;

use crate::app::Uploads;
use crate::clients::Eligibility;
use crate::domain::{Messages, Policy};
use crate::remembered::Remembered;

/// Who reads settings. The storefront shows why a product is not offered.
const READERS: &[Role] = &[Role::Operator, Role::Seller, Role::Service, Role::Auditor];
/// Who changes a seller's settings: the seller, or an operator for it.
const EDITORS: &[Role] = &[Role::Operator, Role::Seller];

/// Who may call what; everything else is denied.
pub(crate) const ROLES: &[RoleRow] = &[
    ("/fbaexport.enrollment.v1.EnrollmentService/GetEnrollment", READERS),
    (
        "/fbaexport.enrollment.v1.EnrollmentService/ListEnrollments",
        &[Role::Operator, Role::Service, Role::Auditor],
    ),
    ("/fbaexport.enrollment.v1.EnrollmentService/EnableExport", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/DisableExport", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/RevokeAuthority", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/GetAuthority", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/ListAuthorities", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/GetAuthorityAsOf", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/ListHistory", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/DownloadHistory", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/ReplaceExcludedCountries", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/PatchExcludedCountries", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/ListRegions", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/ExcludeProduct", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/IncludeProduct", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/ListProductExclusions", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/UploadExclusions", EDITORS),
    ("/fbaexport.enrollment.v1.EnrollmentService/GetExclusionUpload", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/ListExclusionUploads", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/DownloadExclusionReport", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/DownloadExclusions", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/GetExclusionTemplate", READERS),
    ("/fbaexport.enrollment.v1.EnrollmentService/RestoreExclusions", EDITORS),
];

/// The service's API.
pub(crate) struct EnrollmentApi {
    pub(crate) pool: PgPool,
    pub(crate) policy: Arc<Policy>,
    pub(crate) messages: Arc<Messages>,
    pub(crate) clock: Clock,
    pub(crate) uploads: Uploads,
    pub(crate) eligibility: Eligibility,
    pub(crate) remembered: Arc<Remembered>,
}

/// What a method of the API answers.
type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl EnrollmentService for EnrollmentApi {
    async fn get_enrollment(&self, request: Request<GetEnrollmentRequest>) -> Answer<GetEnrollmentResponse> {
        Ok(self.enrollment(&request).await?)
    }

    async fn list_enrollments(
        &self,
        request: Request<ListEnrollmentsRequest>,
    ) -> Answer<ListEnrollmentsResponse> {
        Ok(self.enrollments(request.get_ref()).await?)
    }

    async fn enable_export(&self, request: Request<EnableExportRequest>) -> Answer<EnableExportResponse> {
        Ok(self.enable(&request).await?)
    }

    async fn disable_export(&self, request: Request<DisableExportRequest>) -> Answer<DisableExportResponse> {
        Ok(self.disable(&request).await?)
    }

    async fn revoke_authority(
        &self,
        request: Request<RevokeAuthorityRequest>,
    ) -> Answer<RevokeAuthorityResponse> {
        Ok(self.revoke(&request).await?)
    }

    async fn get_authority(&self, request: Request<GetAuthorityRequest>) -> Answer<GetAuthorityResponse> {
        Ok(self.authority(&request).await?)
    }

    async fn list_authorities(
        &self,
        request: Request<ListAuthoritiesRequest>,
    ) -> Answer<ListAuthoritiesResponse> {
        Ok(self.authorities(&request).await?)
    }

    async fn get_authority_as_of(
        &self,
        request: Request<GetAuthorityAsOfRequest>,
    ) -> Answer<GetAuthorityAsOfResponse> {
        Ok(self.authority_as_of(&request).await?)
    }

    async fn list_history(&self, request: Request<ListHistoryRequest>) -> Answer<ListHistoryResponse> {
        Ok(self.history(&request).await?)
    }

    type DownloadHistoryStream = BoxStream<'static, Result<DownloadHistoryResponse, Status>>;

    async fn download_history(
        &self,
        request: Request<DownloadHistoryRequest>,
    ) -> Answer<Self::DownloadHistoryStream> {
        Ok(self.history_file(&request).await?)
    }

    async fn replace_excluded_countries(
        &self,
        request: Request<ReplaceExcludedCountriesRequest>,
    ) -> Answer<ReplaceExcludedCountriesResponse> {
        Ok(self.replace_countries(&request).await?)
    }

    async fn patch_excluded_countries(
        &self,
        request: Request<PatchExcludedCountriesRequest>,
    ) -> Answer<PatchExcludedCountriesResponse> {
        Ok(self.patch_countries(&request).await?)
    }

    async fn list_regions(&self, request: Request<ListRegionsRequest>) -> Answer<ListRegionsResponse> {
        Ok(self.regions(request.get_ref())?)
    }

    async fn exclude_product(
        &self,
        request: Request<ExcludeProductRequest>,
    ) -> Answer<ExcludeProductResponse> {
        Ok(self.exclude(&request).await?)
    }

    async fn include_product(
        &self,
        request: Request<IncludeProductRequest>,
    ) -> Answer<IncludeProductResponse> {
        Ok(self.include(&request).await?)
    }

    async fn list_product_exclusions(
        &self,
        request: Request<ListProductExclusionsRequest>,
    ) -> Answer<ListProductExclusionsResponse> {
        Ok(self.product_exclusions(&request).await?)
    }

    type UploadExclusionsStream = BoxStream<'static, Result<UploadExclusionsResponse, Status>>;

    async fn upload_exclusions(
        &self,
        request: Request<Streaming<UploadExclusionsRequest>>,
    ) -> Answer<Self::UploadExclusionsStream> {
        Ok(self.upload(request).await?)
    }

    async fn get_exclusion_upload(
        &self,
        request: Request<GetExclusionUploadRequest>,
    ) -> Answer<GetExclusionUploadResponse> {
        Ok(self.exclusion_upload(&request).await?)
    }

    async fn list_exclusion_uploads(
        &self,
        request: Request<ListExclusionUploadsRequest>,
    ) -> Answer<ListExclusionUploadsResponse> {
        Ok(self.exclusion_uploads(&request).await?)
    }

    type DownloadExclusionReportStream = BoxStream<'static, Result<DownloadExclusionReportResponse, Status>>;

    async fn download_exclusion_report(
        &self,
        request: Request<DownloadExclusionReportRequest>,
    ) -> Answer<Self::DownloadExclusionReportStream> {
        Ok(self.exclusion_report(&request).await?)
    }

    type DownloadExclusionsStream = BoxStream<'static, Result<DownloadExclusionsResponse, Status>>;

    async fn download_exclusions(
        &self,
        request: Request<DownloadExclusionsRequest>,
    ) -> Answer<Self::DownloadExclusionsStream> {
        Ok(self.exclusion_file(&request).await?)
    }

    async fn get_exclusion_template(
        &self,
        request: Request<GetExclusionTemplateRequest>,
    ) -> Answer<GetExclusionTemplateResponse> {
        Ok(Response::new(self.template(request.get_ref())))
    }

    async fn restore_exclusions(
        &self,
        request: Request<RestoreExclusionsRequest>,
    ) -> Answer<RestoreExclusionsResponse> {
        Ok(self.restore(&request).await?)
    }
}

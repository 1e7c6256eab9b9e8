//! Files of exclusions: the template, the list, and what became of each line of an upload.

use std::collections::VecDeque;
use std::sync::Arc;

use chassis::Error;
use futures::stream::BoxStream;
use kernel::SellerId;
use messaging::calls::database;
use messaging::{Rows, download};
use sqlx::PgConnection;
use tabular::{Delimiter, write_field};
use tonic::{Request, Response, Status};
use uuid::Uuid;
use wire::enrollment::v1::*;

use super::queries::own_seller;
use super::{EnrollmentApi, convert, uploads};
use crate::app;
use crate::domain::{COLUMNS, Language, Messages, Refused, Regions, Upload, UploadState};
use crate::store::{self, exclusions::Line, uploads::Found};

const ENGLISH: &str = include_str!("../../../../data/enrollment/exclusion_template.en.tsv");
const CHINESE: &str = include_str!("../../../../data/enrollment/exclusion_template.zh.tsv");
/// Lines read at a time.
const PAGE: i64 = 4_000;
/// Lines of a report written at a time that have the same result.
const RUN: i64 = 4_000;
/// Bytes of a report after which the caller gets them.
const ENOUGH: usize = 256 * 1024;

/// The list, from after the last line written.
struct List {
    seller: SellerId,
    version: i64,
    after: String,
}

/// A report, line by line.
struct Report {
    upload: Uuid,
    /// Result of a line that nothing is said of.
    good: &'static str,
    language: Language,
    messages: Arc<Messages>,
    /// The next line.
    next: i64,
    last: i64,
    found: VecDeque<Found>,
    all_found: bool,
}

impl EnrollmentApi {
    pub(super) fn template(&self, asked: &GetExclusionTemplateRequest) -> GetExclusionTemplateResponse {
        GetExclusionTemplateResponse {
            file: template(self.policy.regions(), convert::language(asked.language())),
        }
    }

    pub(super) async fn exclusion_file(
        &self,
        request: &Request<DownloadExclusionsRequest>,
    ) -> Result<Response<BoxStream<'static, Result<DownloadExclusionsResponse, Status>>>, Error> {
        let asked = request.get_ref();
        let id = own_seller(request, &asked.seller_id)?;
        let mut db = self.snapshot().await?;
        let seller = store::sellers::get(&mut db, id).await.map_err(database)?;
        let actual = seller.ok_or(app::Error::SellerNotFound(id))?.version;
        let version = if asked.settings_version == 0 { actual } else { asked.settings_version };
        if !(1..=actual).contains(&version) {
            return Err(app::Error::from(Refused::NoSuchVersion { asked: version, actual }).into());
        }
        let list = List { seller: id, version, after: String::new() };
        let header = format!("{}\n", COLUMNS.join("\t"));
        Ok(Response::new(download(db, header, list, |chunk| DownloadExclusionsResponse { chunk })))
    }

    pub(super) async fn exclusion_report(
        &self,
        request: &Request<DownloadExclusionReportRequest>,
    ) -> Result<Response<BoxStream<'static, Result<DownloadExclusionReportResponse, Status>>>, Error> {
        let asked = request.get_ref();
        let mut db = self.snapshot().await?;
        let upload = uploads::known(&mut db, request, &asked.upload_id).await?;
        if !upload.state.is_final() {
            return Err(Error::wrong_state(format!(
                "upload {} is not at its end: ask for it until it is",
                upload.id
            )));
        }
        let report = Report::new(&upload, convert::language(asked.language()), self.messages.clone());
        let header = report.header(&upload);
        Ok(Response::new(download(db, header, report, |chunk| DownloadExclusionReportResponse { chunk })))
    }
}

/// An empty file with its instructions. The regions there are come after them.
fn template(regions: &Regions, language: Language) -> Vec<u8> {
    let mut text = match language {
        Language::English => ENGLISH,
        Language::SimplifiedChinese => CHINESE,
    }
    .to_owned();
    for (region, membership) in regions.iter() {
        let name = match language {
            Language::English => &membership.name,
            Language::SimplifiedChinese => &membership.name_zh,
        };
        text += &format!("#   {region}: {name}\n");
    }
    text += &COLUMNS.join("\t");
    text.push('\n');
    // Spreadsheets take a file without this mark for one of their own code page.
    [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat()
}

impl Rows for List {
    async fn append(&mut self, db: &mut PgConnection, text: &mut Vec<u8>) -> sqlx::Result<bool> {
        let lines = store::exclusions::lines_at(db, self.seller, self.version, &self.after, PAGE).await?;
        let Some(last) = lines.last() else { return Ok(false) };
        self.after.clone_from(&last.asin);
        lines.iter().for_each(|line| list_line(text, line));
        Ok(true)
    }
}

fn list_line(text: &mut Vec<u8>, line: &Line) {
    let destinations = if line.destinations.is_empty() { "ALL" } else { &line.destinations };
    let fields = ["", &line.asin, destinations, line.grounds.as_deref().unwrap_or_default(), &line.reason];
    write_line(text, &fields);
}

impl Report {
    fn new(upload: &Upload, language: Language, messages: Arc<Messages>) -> Self {
        let good = if upload.state == UploadState::Done { "ACCEPTED" } else { "NOT_APPLIED" };
        let (found, all_found) = (VecDeque::new(), false);
        Self {
            upload: upload.id,
            good,
            language,
            messages,
            next: 1,
            last: upload.file_lines,
            found,
            all_found,
        }
    }

    /// The names of the columns and, of a refused file, why: line 0 is the whole file.
    fn header(&self, upload: &Upload) -> Vec<u8> {
        let mut text = Vec::new();
        write_line(&mut text, &["line", "result", "column", "message"]);
        if let Some(refused) = &upload.refused {
            let message = match self.language {
                Language::English => &refused.english,
                Language::SimplifiedChinese => &refused.chinese,
            };
            write_line(&mut text, &["0", &refused.code, "", message]);
        }
        text
    }

    fn write(&self, text: &mut Vec<u8>, found: &Found) {
        let code = self.messages.code(&found.problem);
        let message = self.messages.text(&found.problem, &[&found.detail], self.language);
        for line in found.line.max(self.next)..=found.until_line.min(self.next + RUN - 1) {
            write_line(text, &[&line.to_string(), code, &found.place, &message]);
        }
    }

    fn write_good(&self, text: &mut Vec<u8>, until: i64) {
        for line in self.next..=until {
            text.extend_from_slice(line.to_string().as_bytes());
            text.push(b'\t');
            text.extend_from_slice(self.good.as_bytes());
            text.extend_from_slice(b"\t\t\n");
        }
    }
}

impl Rows for Report {
    async fn append(&mut self, db: &mut PgConnection, text: &mut Vec<u8>) -> sqlx::Result<bool> {
        if self.found.is_empty() && !self.all_found {
            let found = store::uploads::findings(db, self.upload, self.next - 1, PAGE).await?;
            self.all_found = found.is_empty();
            self.found.extend(found);
        }
        while text.len() < ENOUGH {
            if self.next > self.last {
                return Ok(false);
            }
            let Some(found) = self.found.front().cloned() else { break };
            if self.next < found.line {
                let until = (found.line - 1).min(self.next + RUN - 1);
                self.write_good(text, until);
                self.next = until + 1;
                return Ok(true);
            }
            self.write(text, &found);
            self.next = (found.until_line + 1).min(self.next + RUN);
            if self.next > found.until_line {
                self.found.pop_front();
            }
        }
        if self.found.is_empty() && self.all_found {
            let until = self.last.min(self.next + RUN - 1);
            self.write_good(text, until);
            self.next = until + 1;
        }
        Ok(self.next <= self.last)
    }
}

fn write_line(text: &mut Vec<u8>, fields: &[&str]) {
    for (number, field) in fields.iter().enumerate() {
        if number > 0 {
            text.push(b'\t');
        }
        write_field(text, field, Delimiter::Tab);
    }
    text.push(b'\n');
}

//! Exclusion files: sent, carried out or refused, reported line by line, taken back.

use chassis::reason_of;
use futures::TryStreamExt;
use testbed::until;
use wire::ErrorReason;
use wire::enrollment::events::v1::ProductExclusionsChanged;
use wire::enrollment::events::v1::enrollment_event::Event;
use wire::enrollment::v1::upload_exclusions_request::{Part, UploadEnd, UploadHeader};
use wire::enrollment::v1::*;

use crate::support::{Client, SELLER, World};

use ExclusionUploadMode::{Merge, Remove, Replace};

fn header(request_id: &str, mode: ExclusionUploadMode) -> UploadHeader {
    UploadHeader {
        request_id: request_id.to_owned(),
        seller_id: SELLER.to_owned(),
        mode: mode.into(),
        dry_run: false,
        accept_good_lines: false,
        reason: "licences".to_owned(),
        file_name: "exclusions.tsv".to_owned(),
        expected_settings_version: 0,
    }
}

/// The messages of a file that comes in pieces of 7 bytes.
fn parts(header: UploadHeader, file: &str) -> Vec<UploadExclusionsRequest> {
    let chunks = file.as_bytes().chunks(7).map(|chunk| Part::Chunk(chunk.to_vec()));
    let end = Part::End(UploadEnd { size_bytes: file.len().try_into().unwrap() });
    let parts = [Part::Header(header)].into_iter().chain(chunks).chain([end]);
    parts.map(|part| UploadExclusionsRequest { part: Some(part) }).collect()
}

/// Sends messages and answers with the last that is said of the upload.
async fn send(
    client: &mut Client,
    messages: Vec<UploadExclusionsRequest>,
) -> Result<ExclusionUpload, tonic::Status> {
    let answers = client.upload_exclusions(futures::stream::iter(messages)).await?.into_inner();
    let answers: Vec<_> = answers.try_collect().await?;
    Ok(answers.into_iter().next_back().unwrap().upload.unwrap())
}

async fn upload(client: &mut Client, header: UploadHeader, file: &str) -> ExclusionUpload {
    send(client, parts(header, file)).await.unwrap()
}

/// The list as a file, without its header.
async fn list(client: &mut Client, settings_version: i64) -> String {
    let request = DownloadExclusionsRequest { seller_id: SELLER.to_owned(), settings_version };
    let chunks = client.download_exclusions(request).await.unwrap().into_inner();
    let chunks: Vec<_> = chunks.map_ok(|piece| piece.chunk).try_collect().await.unwrap();
    let text = String::from_utf8(chunks.concat()).unwrap();
    text.strip_prefix("sku\tasin\tdestinations\treason\tnote\n").unwrap().to_owned()
}

async fn report(client: &mut Client, upload: &ExclusionUpload, language: Language) -> String {
    let request =
        DownloadExclusionReportRequest { upload_id: upload.upload_id.clone(), language: language.into() };
    let chunks = client.download_exclusion_report(request).await.unwrap().into_inner();
    let chunks: Vec<_> = chunks.map_ok(|piece| piece.chunk).try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

fn effect(upload: &ExclusionUpload) -> (i64, i64, i64, i64, i64) {
    let effect = upload.effect.unwrap();
    (effect.added, effect.changed, effect.removed, effect.unchanged, effect.products)
}

#[tokio::test]
async fn a_file_becomes_the_list_and_every_line_has_its_result() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed("KETTLE-1", "B000000005", false).await;
    let mut client = world.seller(SELLER);
    let file = "# mine\r\nasin;sku;destinations;reason;note\r\n\
                B000000001;;ALL;;\r\n\
                B000000002;;GREATER_CHINA|DE;RISK;=watch\r\n\
                ;KETTLE-1;FR;DISTRIBUTION_AGREEMENT;\r\n\
                \r\n\
                B000000001;;ALL;;again\r\n";
    let done = upload(&mut client, header("1", Merge), file).await;
    assert_eq!((done.state(), done.settings_version, done.lines), (ExclusionUploadState::Done, 2, 4));
    assert_eq!((effect(&done), done.refused_lines, done.repeated_lines), ((3, 0, 0, 0, 3), 0, 1));
    assert_eq!(
        list(&mut client, 0).await,
        "\tB000000001\tALL\t\t\n\tB000000002\tDE|GREATER_CHINA\tRISK\t'=watch\n\
         \tB000000005\tFR\tDISTRIBUTION_AGREEMENT\t\n"
    );
    assert_eq!(
        report(&mut client, &done, Language::Unspecified).await,
        "line\tresult\tcolumn\tmessage\n\
         1\tSKIPPED\t\theader, comment or empty line\n2\tSKIPPED\t\theader, comment or empty line\n\
         3\tACCEPTED\t\t\n4\tACCEPTED\t\t\n5\tACCEPTED\t\t\n6\tSKIPPED\t\theader, comment or empty line\n\
         7\tDUPLICATE_ROW\t\tsays the same as line 3: nothing to do\n"
    );
    let Event::ProductExclusionsChanged(part) = &world.events(SELLER, 2).await[1].1 else { panic!() };
    let excluded: Vec<_> =
        part.excluded.iter().map(|group| (group.country_codes.join("|"), &group.asins)).collect();
    assert_eq!(excluded[0].0, "");
    assert_eq!(excluded[1], ("CN|DE|HK|MO|TW".to_owned(), &vec!["B000000002".to_owned()]));
    assert_eq!((part.part, part.parts, part.settings_version), (1, 1, 2));
}

#[tokio::test]
async fn one_bad_line_refuses_the_file_unless_the_good_ones_are_to_be_accepted() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed("KETTLE-1", "B000000005", false).await;
    let mut client = world.seller(SELLER);
    let file = "sku,asin,destinations\nKETTLE-1,,ALL\nKETTLE-1,B000000006,ALL\nNONE,,ALL\n,B000000001,DE\n\
                ,B000000001,FR\n,B000000002,XX\n";
    let refused = upload(&mut client, header("1", Replace), file).await;
    assert_eq!(
        (refused.state(), refused.settings_version, refused.refused_lines),
        (ExclusionUploadState::Refused, 0, 5)
    );
    assert_eq!(refused.refusal_code, "BAD_LINES");
    assert!(refused.refusal.starts_with("5 lines have errors") && refused.refusal_zh.starts_with("有 5 行"));
    assert_eq!(list(&mut client, 0).await, "");
    let english = report(&mut client, &refused, Language::English).await;
    let lines: Vec<_> = english.lines().skip(3).collect();
    assert_eq!(lines[0], "2\tNOT_APPLIED\t\t");
    assert_eq!(
        lines[1],
        "3\tUNKNOWN_ASIN\tasin\tthe SKU is an offer of B000000005: correct the ASIN or leave it empty"
    );
    assert_eq!(lines[2], "4\tUNKNOWN_SKU\tsku\tNONE is not a SKU of yours: copy it from your inventory");
    assert_eq!(
        lines[3],
        "5\tCONFLICTING_ROWS\t\tlines of this file say different things of B000000001: keep one"
    );
    assert!(lines[5].starts_with("7\tUNKNOWN_COUNTRY\tdestinations\tXX is not"), "{}", lines[5]);
    let chinese = report(&mut client, &refused, Language::SimplifiedChinese).await;
    assert!(chinese.contains("4\tUNKNOWN_SKU\tsku\tNONE 不是您的 SKU"), "{chinese}");

    let accepting = UploadHeader { accept_good_lines: true, ..header("2", Replace) };
    let done = upload(&mut client, accepting, file).await;
    assert_eq!((done.state(), done.refused_lines, effect(&done).0), (ExclusionUploadState::Done, 5, 1));
    assert_eq!(list(&mut client, 0).await, "\tB000000005\tALL\t\t\n");
}

#[tokio::test]
async fn files_are_tried_merged_replaced_and_taken_back_to_any_version() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let two = "asin,destinations\nB000000001,ALL\nB000000002,DE\n";
    let tried = upload(&mut client, UploadHeader { dry_run: true, ..header("1", Merge) }, two).await;
    assert_eq!(
        (tried.state(), tried.settings_version, effect(&tried)),
        (ExclusionUploadState::Done, 0, (2, 0, 0, 0, 2))
    );
    assert_eq!(tried.preview, None, "eligibility does not answer here");
    assert_eq!(world.known(SELLER).await.settings_version, 1);
    upload(&mut client, header("2", Merge), two).await;
    let changed =
        upload(&mut client, header("3", Merge), "asin,destinations\nB000000001,ALL\nB000000002,FR\n").await;
    assert_eq!(effect(&changed), (0, 1, 0, 1, 2));
    let replaced = upload(&mut client, header("4", Replace), "asin,destinations\nB000000003,EU27\n").await;
    assert_eq!((effect(&replaced), replaced.settings_version), ((1, 0, 2, 0, 1), 4));
    let removed = upload(&mut client, header("5", Remove), "asin\nB000000003\nB000000009\n").await;
    assert_eq!((effect(&removed), list(&mut client, 0).await.as_str()), ((0, 0, 1, 1, 0), ""));
    assert_eq!(list(&mut client, 2).await, "\tB000000001\tALL\t\t\n\tB000000002\tDE\t\t\n");
    assert_eq!(list(&mut client, 3).await, "\tB000000001\tALL\t\t\n\tB000000002\tFR\t\t\n");
    assert_eq!(list(&mut client, 4).await, "\tB000000003\tEU27\t\t\n");

    let restore = RestoreExclusionsRequest {
        request_id: "6".to_owned(),
        seller_id: SELLER.to_owned(),
        settings_version: 3,
        reason: "a mistake".to_owned(),
        dry_run: false,
        expected_settings_version: 5,
    };
    let dry_run = RestoreExclusionsRequest { request_id: "5".to_owned(), dry_run: true, ..restore.clone() };
    let tried = client.restore_exclusions(dry_run).await.unwrap().into_inner();
    assert_eq!((tried.settings_version, tried.effect.unwrap().added, tried.preview), (5, 2, None));
    let restored = client.restore_exclusions(restore.clone()).await.unwrap().into_inner();
    assert_eq!((restored.settings_version, restored.effect.unwrap().added), (6, 2));
    assert_eq!(list(&mut client, 6).await, list(&mut client, 3).await);
    let again = RestoreExclusionsRequest {
        request_id: "7".to_owned(),
        expected_settings_version: 0,
        ..restore.clone()
    };
    assert!(client.restore_exclusions(again).await.unwrap().into_inner().already_applied);
    let later = RestoreExclusionsRequest { request_id: "8".to_owned(), settings_version: 99, ..restore };
    let refused = client.restore_exclusions(later).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::VersionConflict));
    let changes = client
        .list_history(ListHistoryRequest { seller_id: SELLER.to_owned(), ..Default::default() })
        .await
        .unwrap()
        .into_inner()
        .changes;
    assert_eq!(changes[4].change, "PRODUCTS_CHANGED");
    assert!(changes[5].after_json.contains(r#""restored_version":3"#), "{}", changes[5].after_json);
}

#[tokio::test]
async fn a_file_that_breaks_off_changes_nothing_and_may_be_sent_again() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    let file = "asin,destinations\nB000000001,ALL\n";
    let mut messages = parts(header("1", Merge), file);
    messages.pop();
    let refused = send(&mut client, messages).await.unwrap_err();
    assert!(refused.message().contains("ended before its end"), "{refused:?}");
    let mut messages = parts(header("1", Merge), file);
    messages.remove(2);
    let refused = send(&mut client, messages).await.unwrap_err();
    assert!(refused.message().contains("bytes arrived"), "{refused:?}");
    let request = ListExclusionUploadsRequest { seller_id: SELLER.to_owned(), ..Default::default() };
    // The refusal may come before it is written down.
    let uploads = until("the upload is interrupted", async || {
        let uploads = client.list_exclusion_uploads(request.clone()).await.unwrap().into_inner().uploads;
        let interrupted = uploads.len() == 1 && uploads[0].state() == ExclusionUploadState::Interrupted;
        if interrupted { Ok(uploads) } else { Err(uploads) }
    })
    .await;
    assert_eq!(list(&mut client, 0).await, "");

    let done = upload(&mut client, header("1", Merge), file).await;
    assert_eq!((done.state(), &done.upload_id), (ExclusionUploadState::Done, &uploads[0].upload_id));
    // Whatever follows the header: it was done.
    assert_eq!(upload(&mut client, header("1", Merge), "nonsense").await, done);
    let other = send(&mut client, parts(header("1", Remove), file)).await.unwrap_err();
    assert_eq!(reason_of(&other), Some(ErrorReason::RequestIdReused));
    let request = GetExclusionUploadRequest { upload_id: done.upload_id.clone() };
    assert_eq!(client.get_exclusion_upload(request).await.unwrap().into_inner().upload, Some(done));
    let request = GetExclusionUploadRequest { upload_id: uuid::Uuid::nil().to_string() };
    let unknown = client.get_exclusion_upload(request).await.unwrap_err();
    assert_eq!(reason_of(&unknown), Some(ErrorReason::UploadNotFound));
}

#[tokio::test]
async fn what_is_no_exclusion_file_is_refused_whole() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    for (n, (file, code)) in [
        ("", "HEADER_MISMATCH"),
        ("name,price\nkettle,1\n", "HEADER_MISMATCH"),
        ("sku\nA\n", "HEADER_MISMATCH"),
        ("PK\u{3}\u{4}zipped", "ENCODING"),
        ("asin\tdestinations\n\0\0\0\n", "ENCODING"),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = upload(&mut client, header(&n.to_string(), Merge), file).await;
        assert_eq!(
            (refused.state(), refused.refusal_code.as_str()),
            (ExclusionUploadState::Refused, code),
            "{file:?}"
        );
        let report = report(&mut client, &refused, Language::English).await;
        assert!(report.lines().nth(1).unwrap().starts_with(&format!("0\t{code}\t\t")), "{report}");
    }
    let stale = UploadHeader { expected_settings_version: 9, ..header("9", Merge) };
    let refused = send(&mut client, parts(stale, "asin\n")).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::VersionConflict));
}

#[tokio::test]
async fn two_files_at_once_come_one_after_the_other() {
    let world = World::start().await;
    world.enrolled().await;
    let file = |from: u32| {
        let lines = (from..from + 2_000).map(|n| format!("B{n:09},ALL\n"));
        format!("asin,destinations\n{}", lines.collect::<String>())
    };
    let (mut one, mut other) = (world.seller(SELLER), world.operator());
    let send = |client: &mut Client, id: &str, from: u32| {
        let (messages, mut client) = (parts(header(id, Merge), &file(from)), client.clone());
        async move { send(&mut client, messages).await.unwrap() }
    };
    let (first, second) = futures::join!(send(&mut one, "1", 1), send(&mut other, "2", 1_001));
    let mut versions = [first.settings_version, second.settings_version];
    versions.sort_unstable();
    // The later one finds half of its products there: 3 parts, and 2.
    assert_eq!(versions, [4, 6]);
    let now = world.known(SELLER).await;
    assert_eq!((now.product_exclusion_count, now.settings_version), (3_000, 6));
    let events = world.events(SELLER, 6).await;
    let parts: Vec<_> = events.iter().filter_map(|(_, event)| part(event)).collect();
    assert_eq!(
        parts.iter().map(|part| (part.part, part.parts)).collect::<Vec<_>>(),
        [(1, 3), (2, 3), (3, 3), (1, 2), (2, 2)]
    );
    let told: usize = parts.iter().flat_map(|part| &part.excluded).map(|group| group.asins.len()).sum();
    assert_eq!(told, 3_000);
}

fn part(event: &Event) -> Option<&ProductExclusionsChanged> {
    match event {
        Event::ProductExclusionsChanged(part) => Some(part),
        _ => None,
    }
}

#[tokio::test]
async fn a_million_products_that_are_not_media_are_the_most() {
    let world = World::start().await;
    world.enrolled().await;
    world.listed("BOOK-1", "B000000001", true).await;
    for statement in [
        "INSERT INTO product_exclusions (seller_id, asin, countries, reason, changed_at, changed_by, since_version)
         SELECT $1, 'B1' || lpad(n::text, 8, '0'), '', '', now(), 'test', 1 FROM generate_series(1, 999999) AS n",
        "UPDATE sellers SET product_exclusion_count = 999999 WHERE seller_id = $1",
    ] {
        sqlx::query(statement).bind(SELLER).execute(&world.pool).await.unwrap();
    }
    let mut client = world.seller(SELLER);
    let file = "asin,destinations\nB000000002,ALL\nB000000001,ALL\nB000000003,ALL\n";
    let refused = upload(&mut client, header("1", Merge), file).await;
    assert_eq!(refused.refusal_code, "LIMIT_EXCEEDED");
    assert_eq!(
        refused.refusal,
        "the list would have 1000001 products that are not media, 1000000 is the most, and line 4 is the first over it: \
         exclude fewer"
    );
    let with_media = "asin,destinations\nB000000002,ALL\nB000000001,ALL\n";
    let tried = upload(&mut client, UploadHeader { dry_run: true, ..header("2", Merge) }, with_media).await;
    assert_eq!(
        (tried.state(), tried.effect.unwrap().non_media_products),
        (ExclusionUploadState::Done, 1_000_000)
    );
    let accepting = UploadHeader { accept_good_lines: true, ..header("3", Merge) };
    let done = upload(&mut client, accepting, file).await;
    assert_eq!((effect(&done), done.refused_lines), ((2, 0, 0, 0, 1_000_001), 1));
    let report = report(&mut client, &done, Language::English).await;
    assert!(report.lines().next_back().unwrap().starts_with("4\tLIMIT_EXCEEDED\t"), "{report}");

    let one = ExcludeProductRequest {
        request_id: "4".to_owned(),
        seller_id: SELLER.to_owned(),
        asin: "B000000003".to_owned(),
        reason: "licence".to_owned(),
        ..Default::default()
    };
    let refused = client.exclude_product(one).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(ErrorReason::LimitExceeded));
    assert!(refused.message().contains("1000000 products that are not media"), "{refused:?}");
}

#[tokio::test]
async fn products_excluded_by_region_follow_its_members() {
    let world = World::start_at("2020-01-31T08:00:00Z").await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    upload(&mut client, header("1", Merge), "asin,destinations\nB000000001,EEA\nB000000002,GB\n").await;
    world.time.move_to("2020-02-01T00:00:00Z");
    let events = world.events(SELLER, 3).await;
    let changed = part(&events[2].1).unwrap();
    assert_eq!((changed.excluded.len(), &changed.excluded[0].asins), (1, &vec!["B000000001".to_owned()]));
    assert_eq!(changed.excluded[0].country_codes.len(), 30);
    let request = ListProductExclusionsRequest {
        seller_id: SELLER.to_owned(),
        country_code: "GB".to_owned(),
        ..Default::default()
    };
    let in_britain = client.list_product_exclusions(request).await.unwrap().into_inner().exclusions;
    assert_eq!(in_britain.iter().map(|product| product.asin.as_str()).collect::<Vec<_>>(), ["B000000002"]);
}

#[tokio::test]
async fn the_template_is_an_empty_file_in_both_languages() {
    let world = World::start().await;
    world.enrolled().await;
    let mut client = world.seller(SELLER);
    for (n, language) in [Language::English, Language::SimplifiedChinese].into_iter().enumerate() {
        let request = GetExclusionTemplateRequest { language: language.into() };
        let file = client.get_exclusion_template(request).await.unwrap().into_inner().file;
        let file = String::from_utf8(file).unwrap();
        assert!(file.contains("#   GREATER_CHINA: "), "{file}");
        let filled = format!("{file}\tB000000001\tALL\t\t\n");
        let done = upload(&mut client, header(&n.to_string(), Merge), &filled).await;
        assert_eq!((done.state(), done.lines), (ExclusionUploadState::Done, 1), "{}", done.refusal);
    }
}

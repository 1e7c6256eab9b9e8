//! Rows `monthly-cycle`, `monthly-cycle-memory`, `monthly-cycle-again`, `monthly-cycle-incremental`: eligibility as a process of its
//! own evaluates every product of a catalogue, beside the least that this takes (COPY out, the verdict, COPY into a fresh table, its
//! primary key), and beside an upsert of all rows; then all once more, beside verdicts that stand; then one of a hundred.

use std::time::{Duration, Instant};

use anyhow::ensure;
use backing::Backing;
use bus::{Bus, OutRecord, Producer};
use chassis::{Channel, ClientArgs, ClientChannel, Principal, Role, TokenSource, reason_of};
use eligibility::rules::{Facts, Listing, Rules, Showing};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use kernel::{Dimensions, Length, Weight};
use sqlx::{Connection as _, PgConnection};
use wire::ErrorReason;
use wire::clock::events::v1::{ClockEvent, ClockTicked};
use wire::convert::timestamp;
use wire::eligibility::v1::eligibility_service_client::EligibilityServiceClient;
use wire::eligibility::v1::{CycleState, ListCyclesRequest, StartCycleRequest};

use crate::catalogues;
use crate::five::Five;
use crate::footprint::peak_mb;
use crate::report::{Report, selected};

const ROWS: [&str; 4] =
    ["monthly-cycle", "monthly-cycle-memory", "monthly-cycle-incremental", "monthly-cycle-again"];
/// Products of the large catalogue, and of the small one, beside which memory must not grow.
const MANY: usize = 5_000_000;
const FEW: usize = 1_000_000;
/// Exclusions that sellers have meanwhile.
const EXCLUSIONS: usize = 1_000_000;
/// Of the floor's time; of the upsert's; of the whole cycle's, with one of a hundred changed, and with verdicts that stand.
const FLOOR_GOAL: f64 = 2.5;
const UPSERT_GOAL: f64 = 0.33;
const INCREMENTAL_GOAL: f64 = 0.1;
const AGAIN_GOAL: f64 = 1.2;
/// MB.
const MEMORY_GOAL: f64 = 1_000.0;
/// Of the memory for [`FEW`]: flat, but for what an allocator leaves here and there.
const GROWTH_GOAL: f64 = 1.25;
/// How long a cycle may take at most.
const PATIENCE: Duration = Duration::from_secs(600);
/// Bytes of the header of a binary COPY; of a set of destinations; of what is sent together.
const HEADER: usize = 19;
const DESTINATIONS: usize = 85;
const PIECE: usize = 4 << 20;
/// How often a cycle is asked whether it is completed.
const POLL: Duration = Duration::from_millis(20);

/// Measures the rows that the glob selects.
pub(crate) async fn measure(backing: &Backing, only: &str, report: &mut Report) -> anyhow::Result<()> {
    if !ROWS.iter().any(|row| selected(only, row)) {
        return Ok(());
    }
    let Some(listings) = catalogues::read()? else {
        println!("{}: SKIPPED, there are no real catalogues here", ROWS[0]);
        return Ok(());
    };
    let rules = crate::engines::rules();
    let shown = show(&rules, listings.into_values())?;
    let few = Measured::of(backing, &rules, &shown, FEW).await?;
    let many = Measured::of(backing, &rules, &shown, MANY).await?;
    let millis = |time: Duration| time.as_millis() as f64;
    let cycle = (ROWS[0], millis(many.cycle), "ms");
    report.row(cycle, ("floor", millis(many.floor)), FLOOR_GOAL);
    report.row(cycle, ("upsert of all rows", millis(many.upsert)), UPSERT_GOAL);
    report.row((ROWS[1], many.peak_mb, "MB"), ("goal", MEMORY_GOAL), 1.0);
    report.row((ROWS[1], many.peak_mb, "MB"), ("1,000,000 products", few.peak_mb), GROWTH_GOAL);
    let changed = (ROWS[2], millis(many.incremental), "ms");
    report.row(changed, ("all products", millis(many.cycle)), INCREMENTAL_GOAL);
    let again = (ROWS[3], millis(many.again), "ms");
    report.row(again, ("the first time", millis(many.cycle)), AGAIN_GOAL);
    Ok(())
}

/// What listings show. One of ten was not measured.
pub(crate) fn show(rules: &Rules, listings: impl Iterator<Item = Listing>) -> anyhow::Result<Vec<Showing>> {
    let side = Length::from_micrometres(200_000)?;
    let (sides, weight) = (Dimensions::new(side, side, side), Weight::from_grams(300)?);
    let sized =
        listings.enumerate().map(|(n, one)| if n % 10 == 0 { one } else { one.measured(sides, weight) });
    Ok(sized.map(|listing| rules.show(&listing)).collect())
}

/// What became of a catalogue.
struct Measured {
    cycle: Duration,
    /// The most that the process has used, MB.
    peak_mb: f64,
    again: Duration,
    incremental: Duration,
    floor: Duration,
    upsert: Duration,
}

impl Measured {
    async fn of(
        backing: &Backing,
        rules: &Rules,
        shown: &[Showing],
        products: usize,
    ) -> anyhow::Result<Self> {
        let mut five = Five::start(backing).await;
        five.keep("eligibility");
        let mut database = PgConnection::connect(five.databases["eligibility"].url()).await?;
        fill(&mut database, rules, shown, products).await?;
        let floor = floor(&mut database, five.databases["eligibility"].url(), rules).await?;
        let upsert = upsert(&mut database).await?;
        let mut world = World::of(five)?;
        world.tick(1, "2026-10-15T12:00:00Z").await?;
        let begun = Instant::now();
        world.start().await?;
        world.completed("2026-10", products).await?;
        let cycle = begun.elapsed();
        world.told(&mut database).await?;
        let all = touch(&mut database, "true").await?;
        let begun = Instant::now();
        world.tick(2, "2026-11-01T00:00:00Z").await?;
        world.completed("2026-11", all).await?;
        let again = begun.elapsed();
        world.told(&mut database).await?;
        let changed = change(&mut database, shown.len()).await?;
        let begun = Instant::now();
        world.tick(3, "2026-12-01T00:00:00Z").await?;
        world.completed("2026-12", changed).await?;
        let incremental = begun.elapsed();
        let peak_mb = peak_mb(world.five.processes[0].child.id());
        Ok(Self { cycle, peak_mb, again, incremental, floor, upsert })
    }
}

/// Eligibility alone, and the time that it is told.
pub(crate) struct World {
    pub(crate) five: Five,
    pub(crate) client: EligibilityServiceClient<Channel>,
    bus: Bus,
    /// Connected since the first tick: that takes half a second, which is not the cycle's.
    clock: Producer,
}

impl World {
    pub(crate) fn of(five: Five) -> anyhow::Result<Self> {
        let bus = Bus::new(five.bus.clone(), "bench");
        Ok(Self { client: client(&five)?, clock: Producer::new(&bus)?, bus, five })
    }

    pub(crate) async fn tick(&self, sequence: i64, now: &str) -> anyhow::Result<()> {
        let now: Timestamp = now.parse()?;
        let tick = ClockTicked { now: Some(timestamp(now)) };
        let tick = OutRecord::event::<ClockEvent>(&self.bus, "clock", "clock", sequence, "bench", now, tick);
        Ok(self.clock.send_all(vec![tick]).await?)
    }

    /// Starts the cycle of the month once the time is known.
    pub(crate) async fn start(&mut self) -> anyhow::Result<()> {
        let request = StartCycleRequest { request_id: "bench".to_owned(), month: "2026-10".to_owned() };
        while let Err(status) = self.client.start_cycle(request.clone()).await {
            ensure!(reason_of(&status) == Some(ErrorReason::WrongState), "{status}");
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    pub(crate) async fn completed(&mut self, month: &str, evaluated: usize) -> anyhow::Result<()> {
        let end = Instant::now() + PATIENCE;
        loop {
            let cycles = self.client.list_cycles(ListCyclesRequest::default()).await?.into_inner().cycles;
            let cycle = cycles.into_iter().find(|cycle| cycle.month == month);
            if let Some(cycle) = cycle.filter(|cycle| cycle.state() == CycleState::Completed) {
                let count = usize::try_from(cycle.evaluated_count)?;
                ensure!(count == evaluated, "{month}: {count} of {evaluated} were evaluated");
                return Ok(());
            }
            ensure!(Instant::now() < end, "{month} is not completed:\n{}", self.five.processes[0].log());
            tokio::time::sleep(POLL).await;
        }
    }

    /// Telling what is new takes longer than the cycle, and is not measured: it is stopped, as if it were over.
    pub(crate) async fn told(&self, database: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::raw_sql("DELETE FROM announcements; DELETE FROM messaging.deadlines WHERE kind = 'cycle_announce'; CHECKPOINT")
            .execute(database)
            .await?;
        Ok(())
    }
}

fn client(five: &Five) -> anyhow::Result<EligibilityServiceClient<Channel>> {
    let token = TokenSource::Minted(five.key.clone(), Principal::new("operator:bench", Role::Operator));
    let channel = ClientChannel::connect(ClientArgs::new(&five.endpoints.eligibility, token))?;
    Ok(EligibilityServiceClient::new(channel))
}

/// The catalogue again and again under new ASINs, as intake leaves it; and what sellers have excluded.
pub(crate) async fn fill(
    database: &mut PgConnection,
    rules: &Rules,
    shown: &[Showing],
    products: usize,
) -> anyhow::Result<()> {
    sqlx::raw_sql("CREATE TABLE shown (n integer, facts bytea, size_tier text, evidence text)")
        .execute(&mut *database)
        .await?;
    for (n, one) in (0_i32..).zip(shown) {
        sqlx::query("INSERT INTO shown VALUES ($1, $2, $3, $4)")
            .bind(n)
            .bind(&one.facts)
            .bind(&one.size_tier)
            .bind(&one.evidence)
            .execute(&mut *database)
            .await?;
    }
    let detector =
        sqlx::query_scalar::<_, i32>("INSERT INTO detectors (version) VALUES ($1) RETURNING detector_id");
    let detector = detector.bind(rules.detector()).fetch_one(&mut *database).await?;
    let (kinds, exclusions) = (shown.len(), EXCLUSIONS - 1);
    let statements = format!(
        "INSERT INTO products (shard, asin, detector_id, facts, size_tier, evidence)
         SELECT shard_of(asin), asin, {detector}, facts, size_tier, evidence
           FROM (SELECT 'B' || lpad(n::text, 9, '0') AS asin, n FROM generate_series(0, {products} - 1) AS n) AS numbered
           JOIN shown ON shown.n = numbered.n % {kinds};
         INSERT INTO touched (asin, shard) SELECT asin, shard FROM products;
         INSERT INTO product_exclusions (seller_id, asin)
         SELECT 'A' || lpad((n % 1000)::text, 12, '0'), 'B' || lpad(n::text, 9, '0') FROM generate_series(0, {exclusions}) AS n;
         VACUUM ANALYZE products; VACUUM ANALYZE touched; CHECKPOINT;"
    );
    for statement in statements.split_inclusive(';') {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut *database).await?;
    }
    Ok(())
}

/// The least that it takes: every product out, its verdict, and in again with what a verdict keeps, and the primary key.
async fn floor(database: &mut PgConnection, url: &str, rules: &Rules) -> anyhow::Result<Duration> {
    let mut source = PgConnection::connect(url).await?;
    let begun = Instant::now();
    sqlx::raw_sql(
        "CREATE TABLE floor (asin text COLLATE \"C\", eligible bytea, facts bytea, size_tier text, evidence text)",
    )
    .execute(&mut *database)
    .await?;
    let columns = "asin, facts, size_tier, evidence";
    let mut out = source
        .copy_out_raw(&format!("COPY (SELECT {columns} FROM products) TO STDOUT (FORMAT binary)"))
        .await?;
    let mut into = database
        .copy_in_raw("COPY floor (asin, facts, size_tier, evidence, eligible) FROM STDIN (FORMAT binary)")
        .await?;
    let (mut piece, mut first) = (Vec::new(), true);
    // A message is a row; the first begins with the header, the last is the trailer.
    while let Some(message) = out.try_next().await? {
        let header = if std::mem::take(&mut first) { HEADER } else { 0 };
        piece.extend_from_slice(&message[..header]);
        let row = &message[header..];
        match row.len() {
            0 => {}
            2 => piece.extend_from_slice(row),
            _ => judge(rules, row, &mut piece)?,
        }
        if piece.len() > PIECE {
            into.send(std::mem::take(&mut piece)).await?;
        }
    }
    into.send(piece).await?;
    into.finish().await?;
    sqlx::raw_sql("ALTER TABLE floor ADD PRIMARY KEY (asin)").execute(database).await?;
    Ok(begun.elapsed())
}

/// The row of a product with one field more: its destinations.
fn judge(rules: &Rules, row: &[u8], piece: &mut Vec<u8>) -> anyhow::Result<()> {
    let asin = usize::try_from(i32::from_be_bytes(row[2..6].try_into()?))?;
    let facts: [u8; 32] = row[10 + asin..][..32].try_into()?;
    let outcome = rules.judge(Facts::from_bytes(facts));
    let mut destinations = [0; DESTINATIONS];
    destinations[0] = u8::try_from(outcome.eligible.len()).unwrap_or(u8::MAX);
    piece.extend(5_i16.to_be_bytes());
    piece.extend_from_slice(&row[2..]);
    piece.extend(u32::try_from(DESTINATIONS)?.to_be_bytes());
    piece.extend_from_slice(&destinations);
    Ok(())
}

/// What not to do: writing every row again in the table that is read.
async fn upsert(database: &mut PgConnection) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    sqlx::raw_sql(
        "INSERT INTO floor (asin, facts, size_tier, evidence, eligible)
         SELECT p.asin, p.facts, p.size_tier, p.evidence, f.eligible FROM products p JOIN floor f USING (asin)
         ON CONFLICT (asin) DO UPDATE SET facts = EXCLUDED.facts, size_tier = EXCLUDED.size_tier,
                                          evidence = EXCLUDED.evidence, eligible = EXCLUDED.eligible",
    )
    .execute(&mut *database)
    .await?;
    let took = begun.elapsed();
    sqlx::raw_sql("DROP TABLE floor").execute(&mut *database).await?;
    sqlx::raw_sql("CHECKPOINT").execute(database).await?;
    Ok(took)
}

/// One of a hundred products becomes what another kind is: some of their verdicts stay, of all evidence and facts are others.
async fn change(database: &mut PgConnection, kinds: usize) -> anyhow::Result<usize> {
    let which = "right(asin, 2) = '07'";
    let change = format!(
        "UPDATE products SET facts = s.facts, size_tier = s.size_tier, evidence = s.evidence
           FROM shown s WHERE s.n = (substr(asin, 2)::integer + 1) % {kinds} AND {which}"
    );
    sqlx::query(sqlx::AssertSqlSafe(change)).execute(&mut *database).await?;
    touch(database, which).await
}

/// These products are not what they were; what is known of tables is known as after a while.
async fn touch(database: &mut PgConnection, which: &str) -> anyhow::Result<usize> {
    let touch = format!("INSERT INTO touched (asin, shard) SELECT asin, shard FROM products WHERE {which}");
    let count = sqlx::query(sqlx::AssertSqlSafe(touch)).execute(&mut *database).await?.rows_affected();
    sqlx::raw_sql("ANALYZE verdict_rows; ANALYZE touched; CHECKPOINT").execute(database).await?;
    Ok(usize::try_from(count)?)
}

//! Records that a service refused.

use clap::{Args, Subcommand};
use wire::ErrorReason;
use wire::ops::v1::{
    DropDeadLettersRequest, GetDeadLetterRequest, ListDeadLettersRequest, ReplayDeadLettersRequest,
};

use super::present;
use crate::cli::{Because, Limit, Repeatable};
use crate::client::{Context, Service};
use crate::failure::Failure;
use crate::pages::all_pages;
use crate::views::{DeadLetter, DeadRecord, Dropped, Replayed};

/// Whose dead letters.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct At {
    /// The service that refused them
    #[arg(long)]
    service: Service,
}

/// What can be done with them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What waits, newest first
    List {
        #[command(flatten)]
        at: At,
        /// Only with this reason, e.g. `MALFORMED_RECORD`
        #[arg(long, value_parser = reason)]
        reason: Option<ErrorReason>,
        #[command(flatten)]
        limit: Limit,
    },
    /// One record: why, headers, decoded payload
    Show {
        #[command(flatten)]
        at: At,
        id: String,
    },
    /// Hand records to their handler once more; those refused again stay
    Replay {
        #[command(flatten)]
        at: At,
        /// At most 500
        #[arg(required = true, num_args = 1..=500)]
        ids: Vec<String>,
        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// Give records up for good
    Drop {
        #[command(flatten)]
        at: At,
        /// At most 500
        #[arg(required = true, num_args = 1..=500)]
        ids: Vec<String>,
        #[command(flatten)]
        because: Because,
    },
}

pub(crate) async fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::List { at, reason, limit } => list(context, at, reason, limit).await,
        Command::Show { at, id } => show(context, at, id).await,
        Command::Replay { at: At { service }, ids, repeatable } => {
            let request_id = context.request_id(&repeatable);
            let request = context
                .ask(ReplayDeadLettersRequest { request_id: request_id.clone(), dead_letter_ids: ids });
            let mut client = context.dead_letters(service)?;
            let answer = context.call(service, client.replay_dead_letters(request)).await?;
            let (applied, refused_again) = (answer.applied, answer.refused_again);
            context.print(&Replayed { request_id, applied, refused_again })
        }
        Command::Drop { at: At { service }, ids, because } => {
            let request_id = context.request_id(&because.repeatable);
            let request = context.ask(DropDeadLettersRequest {
                request_id: request_id.clone(),
                dead_letter_ids: ids,
                reason: because.reason,
            });
            let mut client = context.dead_letters(service)?;
            let answer = context.call(service, client.drop_dead_letters(request)).await?;
            context.print(&Dropped { request_id, dropped: answer.dropped })
        }
    }
}

async fn list(context: &Context, at: At, reason: Option<ErrorReason>, limit: Limit) -> Result<(), Failure> {
    let mut client = context.dead_letters(at.service)?;
    let reason = reason.map(ErrorReason::name).unwrap_or_default();
    let listed = all_pages(limit.limit, async |page_size, page_token| {
        let request = ListDeadLettersRequest { page_size, page_token, reason: reason.to_owned() };
        let page = context.call(at.service, client.list_dead_letters(context.ask(request))).await?;
        Ok((page.dead_letters, page.next_page_token))
    });
    context.print_list(listed.await?.shown_as::<DeadLetter>())
}

async fn show(context: &Context, at: At, id: String) -> Result<(), Failure> {
    let request = context.ask(GetDeadLetterRequest { dead_letter_id: id });
    let answer = context.call(at.service, context.dead_letters(at.service)?.get_dead_letter(request)).await?;
    context.print(&DeadRecord {
        dead_letter: present(answer.dead_letter)?,
        headers: answer.headers.into_iter().collect(),
        payload_text: answer.payload_text,
        payload_bytes: answer.payload.len(),
    })
}

fn reason(text: &str) -> Result<ErrorReason, String> {
    ErrorReason::from_name(&text.to_uppercase())
        .ok_or_else(|| "expected a reason with a page in docs/errors, e.g. MALFORMED_RECORD".to_owned())
}

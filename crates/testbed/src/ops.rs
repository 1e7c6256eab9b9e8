//! What the service under test tells its operators and auditors.

use chassis::{Role, Service};
use wire::ops::v1::audit_service_client::AuditServiceClient;
use wire::ops::v1::dead_letter_service_client::DeadLetterServiceClient;
use wire::ops::v1::progress_service_client::ProgressServiceClient;
use wire::ops::v1::{DeadLetter, Fact, GetProgressRequest, ListDeadLettersRequest, StreamFactsRequest};

use crate::{Running, soon, until};

impl<S: Service> Running<S> {
    /// The dead letters, newest first, once there are `count`.
    ///
    /// # Panics
    /// When there are more.
    pub async fn dead_letters(&self, count: usize) -> Vec<DeadLetter> {
        let mut client = DeadLetterServiceClient::new(self.caller(Role::Operator));
        let letters = until("the dead letters are there", async || {
            let list = ListDeadLettersRequest { page_size: 500, ..Default::default() };
            let letters = client.list_dead_letters(list).await.unwrap().into_inner().dead_letters;
            if letters.len() < count { Err(letters) } else { Ok(letters) }
        });
        let letters = letters.await;
        assert_eq!(letters.len(), count, "{letters:?}");
        letters
    }

    /// All facts.
    pub async fn facts(&self) -> Vec<Fact> {
        let mut client = AuditServiceClient::new(self.caller(Role::Auditor));
        let mut stream = client.stream_facts(StreamFactsRequest {}).await.unwrap().into_inner();
        let mut facts = Vec::new();
        while let Some(chunk) = stream.message().await.unwrap() {
            facts.extend(chunk.facts);
        }
        facts
    }

    /// The facts of a kind.
    pub async fn facts_of(&self, kind: &str) -> Vec<Fact> {
        let mut facts = self.facts().await;
        facts.retain(|fact| fact.kind == kind);
        facts
    }

    /// The one fact of a kind and id.
    ///
    /// # Panics
    /// When there is none, or another beside it.
    pub async fn fact(&self, kind: &str, id: &str) -> Fact {
        let mut facts = self.facts_of(kind).await;
        facts.retain(|fact| fact.id == id);
        let [fact] = facts.try_into().unwrap_or_else(|facts| panic!("{kind} {id}: {facts:?}"));
        fact
    }

    /// Waits until everything that was sent to the service is applied: topics have no order among each other.
    pub async fn caught_up(&self) {
        let mut client = ProgressServiceClient::new(self.caller(Role::Auditor));
        soon("nothing is left to consume", async || {
            // In its first moments the service does not know how far behind it is.
            let progress = client.get_progress(GetProgressRequest {}).await;
            progress.is_ok_and(|progress| progress.get_ref().consumer_lag == 0)
        })
        .await;
    }
}

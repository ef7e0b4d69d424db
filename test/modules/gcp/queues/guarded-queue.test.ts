import { GuardedQueue, type GuardedQueueProps } from "../../../../modules/gcp/queues/guarded-queue";
import type { Template } from "../../../stacks/template";
import { rolesOf } from "../iam";
import { PUBSUB_AGENT, synthesize } from "../synthesize";

const CONSUMER = { url: "https://x.run.app", timeoutSec: 120, invoker: "push@acme-ml.iam.gserviceaccount.com", ready: [] };

describe("GuardedQueue", () => {
  it("should push to its consumer, with a token of the invoker for it, and wait for its answer and its start", () => {
    const topic = reference(synthesizeQueue(), "google_pubsub_topic", "retrigger-dev-data");

    expect(synthesizeQueue().one("google_pubsub_subscription", { name: "retrigger-dev-data" })).toMatchObject({
      topic,
      ack_deadline_seconds: 180,
      push_config: {
        push_endpoint: `https://x.run.app/${topic}`,
        oidc_token: { service_account_email: "push@acme-ml.iam.gserviceaccount.com", audience: "https://x.run.app" },
      },
    });
  });

  it("should give up on a message after five tries, to a topic whose subscription keeps it longer", () => {
    const template = synthesizeQueue();

    const queue = template.one("google_pubsub_subscription", { name: "retrigger-dev-data" });
    const deadLetters = template.one("google_pubsub_subscription", { name: "retrigger-dev-data-dlq" });
    const topic = reference(template, "google_pubsub_topic", "retrigger-dev-data-dlq");
    expect(queue).toMatchObject({
      dead_letter_policy: { dead_letter_topic: topic, max_delivery_attempts: 5 },
      retry_policy: { minimum_backoff: "60s", maximum_backoff: "600s" },
      message_retention_duration: "604800s",
    });
    expect(deadLetters).toMatchObject({ topic, message_retention_duration: "1209600s" });
    expect(deadLetters).not.toHaveProperty("push_config");
  });

  it("should let Pub/Sub forward dead letters: publish them there, and take them from here", () => {
    expect(rolesOf(synthesizeQueue(), PUBSUB_AGENT)).toEqual([
      { role: "roles/pubsub.subscriber", on: "retrigger-dev-data" },
      { role: "roles/pubsub.publisher", on: "retrigger-dev-data-dlq" },
    ]);
  });

  it("should push nothing before dead letters are kept", () => {
    const template = synthesizeQueue();

    const { depends_on } = template.one("google_pubsub_subscription", { name: "retrigger-dev-data" });
    const [kept = ""] = Object.keys(template.resources("google_pubsub_topic_iam_member"));
    expect(depends_on).toContain(`google_pubsub_topic_iam_member.${kept}`);
    expect(depends_on).toContainEqual(expect.stringMatching(/^google_pubsub_subscription\..*dead-letters/));
  });

  it("should never expire, and keep messages in its region", () => {
    const template = synthesizeQueue();

    expect(template.all("google_pubsub_subscription").map(({ expiration_policy }) => expiration_policy)).toEqual([
      { ttl: "" },
      { ttl: "" },
    ]);
    for (const topic of template.all("google_pubsub_topic")) {
      expect(topic.message_storage_policy).toEqual({ allowed_persistence_regions: ["europe-west4"] });
    }
  });

  it("should keep the order of messages when it is asked to", () => {
    const orderedNames = (template: Template) =>
      template
        .all("google_pubsub_subscription")
        .filter(({ enable_message_ordering }) => enable_message_ordering)
        .map(({ name }) => name);

    expect(orderedNames(synthesizeQueue({ ordered: true }))).toEqual(["retrigger-dev-data"]);
    expect(orderedNames(synthesizeQueue())).toEqual([]);
  });

  it("should refuse a consumer that takes longer than Pub/Sub waits", () => {
    expect(() => synthesizeQueue({}, 541)).toThrow("got a timeout of 541 seconds for data; Pub/Sub allows 540; shorten it");
  });

  it("should not be published to before somebody takes its messages", () => {
    synthesize((stack, deployment) => {
      const queue = new GuardedQueue(stack, "queue", { deployment, role: "data" });

      expect(() => queue.ready).toThrow("nobody takes the messages of data yet; expected pushTo first");
    });
  });
});

// Helpers

function synthesizeQueue(overrides: Partial<GuardedQueueProps> = {}, timeoutSec = 120): Template {
  return synthesize((stack, deployment) => {
    new GuardedQueue(stack, "queue", { deployment, role: "data", ...overrides }).pushTo({ ...CONSUMER, timeoutSec });
  });
}

function reference(template: Template, type: string, name: string): string {
  return template.reference(type, "id", { name });
}

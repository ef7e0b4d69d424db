import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { painter } from "../../../../cli/printout";
import { redrive } from "../../../../cli/redrive/redrive";
import { sqsDeadLetters } from "../../../../cli/redrive/sqs-dead-letters";
import { sqsRejectedMessages } from "../../../../functions/aws/adapters/messaging/queues";
import type { Refusal } from "../../../../functions/core/rejected-message";
import { memoryModelSettings } from "../../../../functions/memory/manifest-store";
import { sqsService } from "../../../cli/redrive/sqs-service";
import { objectMessage, settingsOf, sqsEvent } from "../../../simulation/data-path";
import { CLIENT, type LoopbackServer, startLoopbackServer } from "../loopback-server";

const FIFO = "retrigger-dev-requests-dlq.fifo";
const STANDARD = "retrigger-dev-drift-dlq";
const REFUSAL: Refusal = { reason: "not JSON: {", function: "coordinator", at: Date.UTC(2026, 10, 21, 12), subject: "message" };

describe("sqsRejectedMessages", () => {
  let server: LoopbackServer | undefined;
  let client: SQSClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function start() {
    const service = sqsService({
      [FIFO]: { messages: [], source: "retrigger-dev-requests.fifo" },
      "retrigger-dev-requests.fifo": { messages: [] },
      [STANDARD]: { messages: [], source: "retrigger-dev-drift" },
      "retrigger-dev-drift": { messages: [] },
    });
    server = await startLoopbackServer((request) => service.answer(request));
    const sqs = new SQSClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    client = sqs;
    const deadLetters = (name: string) => sqsRejectedMessages(sqs, `${server?.endpoint}/111122223333/${name}`);
    const examine = (queues: readonly string[], includesBroken = false) =>
      redrive(
        sqsDeadLetters(sqs, { environment: "dev" }, memoryModelSettings([settingsOf()]), () => 0),
        { now: 0, isDryRun: !includesBroken, includesBroken, discardsObsolete: false, queues },
        painter(false),
        () => {},
      );
    return { service, deadLetters, examine };
  }

  it("should keep a message of a FIFO queue in its group, once, with what a redrive tells of it", async () => {
    const { service, deadLetters, examine } = await start();
    const record = recordOf({ id: "m-1", body: "{" });

    await deadLetters(FIFO).keep(record, REFUSAL);
    await deadLetters(FIFO).keep(record, REFUSAL);

    expect(service.messages(FIFO)).toMatchObject([{ body: "{", group: "flight-delay" }]);
    const { data, text } = await examine([FIFO]);
    expect(data).toMatchObject({ letters: [{ sentAt: "1970-01-01T00:00:00.000Z", kind: "broken", reason: "not JSON: {" }] });
    expect(text).toContain("broken: not JSON: {");
  });

  it("should send it again as it was, without what its function wrote beside it", async () => {
    const { service, deadLetters, examine } = await start();
    await deadLetters(FIFO).keep(recordOf({ id: "m-1", body: "{" }), REFUSAL);

    await examine([FIFO], true);

    const [sent] = service.messages("retrigger-dev-requests.fifo");
    expect(sent).toMatchObject({ body: "{", group: "flight-delay" });
    expect(Object.keys(sent?.attributes ?? {})).toEqual([]);
  });

  it("should believe its function about a file that only the function has read", async () => {
    const { deadLetters, examine } = await start();
    const message = objectMessage("m-1", "drift/flight-delay/a.json");
    const refusal: Refusal = { ...REFUSAL, function: "drift-evaluator", reason: "not JSON, or cut short", subject: "content" };

    await deadLetters(STANDARD).keep(recordOf(message), refusal);
    await deadLetters(STANDARD).keep(recordOf(message), { ...refusal, subject: "message", reason: "of no model" });

    const { data } = await examine([STANDARD]);
    expect(data).toMatchObject({
      letters: [
        { kind: "broken", reason: "not JSON, or cut short (the drift-evaluator at 2026-11-21T12:00:00.000Z)" },
        {
          kind: "curable",
          reason: expect.stringMatching(/^can be handled now; .* of no model$/),
          log: expect.stringContaining('"m-1"'),
        },
      ],
    });
  });

  it.each([
    ["of the most that SQS takes", "x".repeat(262_144), {}],
    ["with room for some of the reason", "x".repeat(262_000), {}],
    ["whose reason is empty", "{", { reason: "" }],
  ])("should keep a message %s", async (_case, body, change) => {
    const { service, deadLetters } = await start();

    await deadLetters(STANDARD).keep(recordOf({ id: "m-1", body }, false), { ...REFUSAL, ...change });

    expect(service.messages(STANDARD).map((message) => message.body)).toEqual([body]);
  });

  it("should reject when the queue refuses", async () => {
    const { deadLetters } = await start();
    const { attributes, ...record } = recordOf({ id: "m-1", body: "{" });
    const { MessageGroupId: _none, ...ungrouped } = attributes;

    await expect(deadLetters(FIFO).keep({ ...record, attributes: ungrouped }, REFUSAL)).rejects.toThrow("MessageGroupId");
  });
});

// Helpers

function recordOf(message: { readonly id: string; readonly body: string }, isFifo = true): SQSRecord {
  const [record] = sqsEvent([message]).Records;
  if (record === undefined) throw new Error("no record");
  const { MessageGroupId: _group, ...attributes } = record.attributes;
  return isFifo && message.body === "{" ? record : { ...record, attributes };
}

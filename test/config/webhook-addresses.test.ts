// The address of a webhook lets anybody who has it write to the chat, and logs of CI keep what is printed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { validate } from "../../cli/commands/validate";
import { painter } from "../../cli/printout";
import { isMapping } from "../../functions/core/json-path";
import { temporaryFolder } from "../modules/temporary-project";

const FIXTURES = join(__dirname, "../fixtures/config");
const TOLD = "secret: got an address (not shown); expected the ";
const REMEDY = "; if it was committed, make a new webhook";
/** What must not be printed, in each address. */
const SECRET = "XXXXsecretXXXX";
const ADDRESSES = [
  `https://hooks.slack.com/services/T00000000/B00000000/${SECRET}`,
  `https://acme.webhook.office.com/webhookb2/${SECRET}/IncomingWebhook/1/2`,
  `https://prod-12.westeurope.logic.azure.com:443/workflows/${SECRET}/triggers/manual/paths/invoke?sig=${SECRET}`,
];

describe("the address of a webhook", () => {
  it.each([
    ["aws.notifications.slack.secret", "chats-on-aws.yaml", ["aws", "notifications", "slack", "secret"]],
    ["aws.notifications.teams.secret", "chats-on-aws.yaml", ["aws", "notifications", "teams", "secret"]],
    ["gcp.notifications.slack.secret", "chats-on-google-cloud.yaml", ["gcp", "notifications", "slack", "secret"]],
    ["gcp.notifications.teams.secret", "chats-on-google-cloud.yaml", ["gcp", "notifications", "teams", "secret"]],
  ])("should be refused unseen in %s, whatever its host", (place, fixture, path) => {
    for (const address of [...ADDRESSES, `https://chat.acme.example/${SECRET}`]) {
      const printed = printedOf(fixture, path, address);

      expect(printed).not.toContain(SECRET);
      expect(printed).toContain(place.replace("secret", TOLD));
      expect(printed).toContain(REMEDY);
    }
  });

  it("should be refused unseen under its former name", () => {
    const printed = printedOf("chats-on-google-cloud.yaml", ["gcp", "notifications"], { slackWebhookSecret: ADDRESSES[0] });

    expect(printed).toContain("gcp.notifications.slackWebhookSecret: got an address (not shown); expected the name");
    expect(printed).not.toContain(SECRET);
  });

  it.each(["slack", "teams"])("should be refused unseen as %s itself, with what to write", (chat) => {
    const printed = printedOf("chats-on-aws.yaml", ["aws", "notifications", chat], ADDRESSES[0]);

    expect(printed).toContain(`${chat}: got an address (not shown); expected a mapping with secret`);
    expect(printed).toContain(REMEDY);
    expect(printed).not.toContain(SECRET);
  });

  it.each(["company-aws.yaml", "company-gcp.yaml"])("should not be printed wherever it is written in %s", (fixture) => {
    const places = placesIn(contentOf(fixture));
    // As a value, in a list, as a key, and as the value of an unknown key.
    const forms = [ADDRESSES[0], [ADDRESSES[1]], { [String(ADDRESSES[0])]: 1 }, { webhok: ADDRESSES[2] }];
    const written = places.map((path, index) => [path, forms[index % forms.length]] as const);
    const shown = [...written, [["environment"], ADDRESSES[0]] as const].filter(([path, value]) =>
      printedOf(fixture, path, value).includes(SECRET),
    );

    expect(places.length).toBeGreaterThan(10);
    expect(shown).toEqual([]);
  });

  it("should not be printed of what is no YAML", () => {
    const text = `environment: dev\naws: ${ADDRESSES[0]}: x\n  "${ADDRESSES[1]}\n  !<${ADDRESSES[2]}> x\n`;

    expect(validated(text)).not.toContain(SECRET);
  });
});

// Helpers

function contentOf(fixture: string): unknown {
  return parse(readFileSync(join(FIXTURES, fixture), "utf8"));
}

/** Text and JSON that `validate` prints of a fixture with a value in one place. */
function printedOf(fixture: string, path: readonly string[], value: unknown): string {
  return validated(stringify(withValue(contentOf(fixture), path, value)));
}

function validated(text: string): string {
  const file = join(temporaryFolder({ "retrigger.yaml": text }), "retrigger.yaml");
  const printed = validate([file], {}, painter(false));
  return `${printed.text}\n${JSON.stringify(printed.data)}`;
}

/** The paths of all mappings and values, but of what is in lists. */
function placesIn(content: unknown): string[][] {
  if (!isMapping(content)) return [];
  return Object.entries(content).flatMap(([key, value]) => [[key], ...placesIn(value).map((path) => [key, ...path])]);
}

function withValue(content: unknown, [key, ...below]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const mapping = isMapping(content) ? content : {};
  return { ...mapping, [key]: withValue(mapping[key], below, value) };
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { sagemakerEventsJsonSchema } from "../../config/json-schemas";
import { SAGEMAKER_EVENTS } from "../../functions/core/sagemaker-events/catalogue";
import type { EventEntry } from "../../functions/core/sagemaker-events/event-entry";
import { NAMES, sample } from "../core/sagemaker-events/samples";

const ROOT = join(__dirname, "../..");
const ENTRIES: readonly EventEntry[] = SAGEMAKER_EVENTS;

describe("sagemaker-events.schema.json", () => {
  it("should be what the catalogue says now; `npm run schema` writes it", () => {
    expect(readFileSync(join(ROOT, "sagemaker-events.schema.json"), "utf8")).toBe(sagemakerEventsJsonSchema());
  });

  it.each(NAMES)("should accept the sample of %s, as a whole and by its own definition only", (name) => {
    const accepting = NAMES.filter((other) => validator(other)(sample(name)));

    expect(accepting).toEqual([name]);
    expect(validator()(sample(name))).toBe(true);
  });

  it("should refuse what the functions would", () => {
    const validate = validator("endpoint");

    expect(validate(sample("endpoint", { detail: { EndpointStatus: 3 } }))).toBe(false);
    expect(validate(sample("endpoint", { source: ["aws.sagemaker"] }))).toBe(false);
    expect(validate(sample("endpoint", { detail: { EndpointStatus: "Dreaming", Invented: true } }))).toBe(true);
  });
});

describe("docs/sagemaker-events.md", () => {
  it("should say of every event what the catalogue says", () => {
    const rows = readFileSync(join(ROOT, "docs/sagemaker-events.md"), "utf8").matchAll(
      /^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| [^|]+ \|$/gm,
    );

    expect([...rows].map(([, name, detailType, status]) => [name, detailType, status])).toEqual(
      ENTRIES.map(({ name, detailType, status }) => [
        name,
        detailType,
        status === undefined ? "none" : `\`${status.path}\`: ${status.values.join(", ")}`,
      ]),
    );
  });
});

// Helpers

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
ajv.addSchema(JSON.parse(sagemakerEventsJsonSchema()), "events");

function validator(name?: string) {
  const validate = ajv.getSchema(name === undefined ? "events" : `events#/$defs/${name}`);
  if (validate === undefined) throw new Error(`no definition of ${name}`);
  return validate;
}

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's templates look like JavaScript's
import fc from "fast-check";
import { type ModelSettings, modelSettingsSchema } from "../../../functions/core/model-settings";
import { type FirestoreValue, type Plain, StateStore, type StateStoreProps, toValue } from "../../../modules/gcp/state-store";
import type { Template } from "../../stacks/template";
import { settingsOf, synthesize } from "./synthesize";

describe("StateStore", () => {
  it("should be a database of its own: recoverable and protected", () => {
    expect(synthesizeState([]).one("google_firestore_database")).toMatchObject({
      name: "retrigger-dev",
      location_id: "eur3",
      type: "FIRESTORE_NATIVE",
      point_in_time_recovery_enablement: "POINT_IN_TIME_RECOVERY_ENABLED",
      delete_protection_state: "DELETE_PROTECTION_ENABLED",
    });
  });

  it.each([
    ["refuse", "DELETE", "DELETE_PROTECTION_ENABLED"],
    ["delete", "DELETE", "DELETE_PROTECTION_DISABLED"],
    ["keep", "ABANDON", "DELETE_PROTECTION_ENABLED"],
  ] as const)("should %s to be destroyed as it is told", (onDestroy, deletion_policy, delete_protection_state) => {
    const template = synthesizeState([], onDestroy);

    expect(template.one("google_firestore_database")).toMatchObject({ deletion_policy, delete_protection_state });
  });

  it("should neither be lost nor left in the way by a destroy that nobody prepared", () => {
    expect(synthesizeState([]).one("google_firestore_database")).toMatchObject({
      deletion_policy: "DELETE",
      delete_protection_state: "DELETE_PROTECTION_ENABLED",
    });
  });

  it("should forget what has expired, without an index of times that only grow", () => {
    const fields = synthesizeState([]).all("google_firestore_field");

    expect(fields.map(({ collection }) => collection)).toEqual(["decisions", "drifts", "runs", "segments"]);
    for (const field of fields) expect(field).toMatchObject({ field: "expireAt", ttl_config: {}, index_config: {} });
  });

  it("should hold the settings of each model as the functions read them", () => {
    const models = [settingsOf("churn"), settingsOf("ranking", { suffixes: [".csv"] }, { caching: true })];

    const documents = synthesizeState(models).all("google_firestore_document");

    expect(documents.map(({ collection, document_id }) => [collection, document_id])).toEqual([
      ["settings", "churn"],
      ["settings", "ranking"],
    ]);
    expect(documents.map(({ fields }) => modelSettingsSchema.parse(settingsIn(fields)))).toEqual(models);
  });

  it("should leave out what is not set, instead of writing nothing in its place", () => {
    const { windowMs: _never, ...batch } = settingsOf("churn").batch;

    const { text } = synthesizeState([{ ...settingsOf("churn"), batch }]);

    expect(text).toContain("dedupeHorizonMs");
    expect(text).not.toContain("windowMs");
  });

  it("should keep Terraform from reading a template in what a user wrote", () => {
    const pipeline = { name: "p", parameters: { Query: "${secret} %{if}" } };

    expect(synthesizeState([{ ...settingsOf("churn"), pipeline }]).text).toContain("$${secret} %%{if}");
  });
});

describe("toValue", () => {
  it("should write whole numbers as integers, in text, and all others as they are", () => {
    expect([toValue(3), toValue(-0.5), toValue(2 ** 60)]).toEqual([
      { integerValue: "3" },
      { doubleValue: -0.5 },
      { doubleValue: 2 ** 60 },
    ]);
  });

  it("should write empty lists and maps as Firestore answers them, or every plan shows a change", () => {
    expect([toValue([]), toValue({}), toValue({ a: undefined })]).toEqual([{ arrayValue: {} }, { mapValue: {} }, { mapValue: {} }]);
  });

  it("should be read back as it was", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: "grapheme" }), (json) => {
        fc.pre(!JSON.stringify(json).includes("null"));
        const value = json as Plain;

        expect(plain(JSON.parse(JSON.stringify(toValue(value))))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

// Helpers

function synthesizeState(models: readonly ModelSettings[], onDestroy?: StateStoreProps["onDestroy"]): Template {
  return synthesize((stack, deployment) => {
    const choice = onDestroy === undefined ? {} : { onDestroy };
    new StateStore(stack, "state", { deployment, database: "retrigger-dev", location: "eur3", models, ...choice });
  });
}

function settingsIn(fields: unknown): unknown {
  const { settings }: { settings: FirestoreValue } = JSON.parse(String(fields));
  return plain(settings);
}

/** A value as a client of Firestore reads it. */
function plain(value: FirestoreValue): unknown {
  if ("stringValue" in value) return value.stringValue;
  if ("integerValue" in value) return Number(value.integerValue);
  if ("doubleValue" in value) return value.doubleValue;
  if ("booleanValue" in value) return value.booleanValue;
  if ("arrayValue" in value) return (value.arrayValue.values ?? []).map(plain);
  return Object.fromEntries(Object.entries(value.mapValue.fields ?? {}).map(([name, member]) => [name, plain(member)]));
}

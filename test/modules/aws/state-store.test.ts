// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's templates look like JavaScript's
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { fromItem } from "../../../functions/aws/adapters/dynamodb/attribute-values";
import { modelSettingsSchema } from "../../../functions/core/model-settings";
import { StateStore } from "../../../modules/aws/state-store";
import type { Template } from "../../stacks/template";
import { settingsOf, synthesize } from "./synthesize";

describe("StateStore", () => {
  it("should be encrypted, recoverable, protected, and forget what has expired", () => {
    const template = synthesize((stack, deployment) => {
      new StateStore(stack, "state", { deployment, models: [], usdPerHour: {} });
    });

    expect(template.one("aws_dynamodb_table")).toMatchObject({
      name: "retrigger-dev-state",
      billing_mode: "PAY_PER_REQUEST",
      hash_key: "pk",
      range_key: "sk",
      attribute: [
        { name: "pk", type: "S" },
        { name: "sk", type: "S" },
      ],
      ttl: { attribute_name: "expires_at", enabled: true },
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true },
      deletion_protection_enabled: true,
    });
  });

  it("should let the table go when it is told to", () => {
    const template = synthesize((stack, deployment) => {
      new StateStore(stack, "state", { deployment, models: [], usdPerHour: {}, deletionProtection: false });
    });

    expect(template.one("aws_dynamodb_table").deletion_protection_enabled).toBe(false);
  });

  it("should hold the settings of each model as the functions read them", () => {
    const models = [settingsOf("demand"), settingsOf("flight-delay", { suffixes: [".csv"] })];

    const template = synthesize((stack, deployment) => {
      new StateStore(stack, "state", { deployment, models, usdPerHour: {} });
    });

    const rows = rowsOf(template).filter(({ pk }) => pk === "settings");
    expect(rows.map(({ pk, sk }) => [pk, sk])).toEqual([
      ["settings", "demand"],
      ["settings", "flight-delay"],
    ]);
    expect(rows.map(({ settings }) => modelSettingsSchema.parse(settings))).toEqual(models);
  });

  it("should leave out what is not set, instead of writing nothing in its place", () => {
    const { windowMs: _never, ...batch } = settingsOf("flight-delay").batch;

    const template = synthesize((stack, deployment) => {
      new StateStore(stack, "state", { deployment, models: [{ ...settingsOf("flight-delay"), batch }], usdPerHour: {} });
    });

    expect(template.text).toContain("dedupeHorizonMs");
    expect(template.text).not.toContain("windowMs");
  });

  it("should keep Terraform from reading a template in what a user wrote", () => {
    const parameters = { Query: "${secret} %{if}" };

    const template = synthesize((stack, deployment) => {
      const pipeline = { name: "p", parameters };
      new StateStore(stack, "state", { deployment, models: [{ ...settingsOf("flight-delay"), pipeline }], usdPerHour: {} });
    });

    expect(template.text).toContain("$${secret} %%{if}");
  });

  it("should hold the prices in one row, as a map of numbers", () => {
    const template = synthesize((stack, deployment) => {
      new StateStore(stack, "state", { deployment, models: [], usdPerHour: { "ml.m5.large": 0.115, "ml.g5.xlarge": 1.408 } });
    });

    expect(JSON.parse(String(template.one("aws_dynamodb_table_item").item))).toEqual({
      pk: { S: "prices" },
      sk: { S: "sagemaker" },
      shape: { N: "1" },
      usdPerHour: { M: { "ml.m5.large": { N: "0.115" }, "ml.g5.xlarge": { N: "1.408" } } },
    });
  });
});

// Helpers

function rowsOf(template: Template): Record<string, unknown>[] {
  return template.all("aws_dynamodb_table_item").map(({ item }) => {
    const attributes: Record<string, AttributeValue> = JSON.parse(String(item));
    return fromItem(attributes);
  });
}

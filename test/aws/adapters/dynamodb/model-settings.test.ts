import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { toItem } from "../../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoModelSettings } from "../../../../functions/aws/adapters/dynamodb/model-settings";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";
import { itReadsModelSettings, modelSettingsOf, type SettingsWorld } from "../../../contracts/model-settings.contract";

describeWithDynamoDb("dynamoModelSettings", (dynamoDb) => {
  async function open(): Promise<SettingsWorld> {
    const table = await dynamoDb().createTable();
    let time = 0;
    return {
      source: dynamoModelSettings(dynamoDb().client, table, { maxAgeMs: 60_000, now: () => time }),
      put: (model, settings, shape) => {
        // Without what is undefined, as Terraform writes it.
        const row = JSON.parse(JSON.stringify({ pk: "settings", sk: model, settings, shape }));
        return dynamoDb().client.send(new PutItemCommand({ TableName: table, Item: toItem(row) }));
      },
      advance: (ms) => {
        time += ms;
      },
    };
  }

  itReadsModelSettings(open);

  it("should read rows of more than a page", async () => {
    const { source, put } = await open();
    const names = Array.from({ length: 6 }, (_, n) => `model-${n}`);
    for (const name of names) await put(name, modelSettingsOf(name, { long: "x".repeat(300_000) }));
    expect((await source.list()).map(({ model }) => model)).toEqual(names);
  });
});

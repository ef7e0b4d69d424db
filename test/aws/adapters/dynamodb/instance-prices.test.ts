import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Plain, toItem } from "../../../../functions/aws/adapters/dynamodb/attribute-values";
import { dynamoInstancePrices } from "../../../../functions/aws/adapters/dynamodb/model-settings";
import { describeWithDynamoDb } from "../../../contracts/dynamodb-endpoint";

describeWithDynamoDb("dynamoInstancePrices", (dynamoDb) => {
  async function pricesAt() {
    const table = await dynamoDb().createTable();
    const clock = { time: 0 };
    const prices = dynamoInstancePrices(dynamoDb().client, table, 60_000, () => clock.time);
    const put = (usdPerHour: Plain, shape?: number) => {
      const Item = toItem({ pk: "prices", sk: "sagemaker", usdPerHour, shape });
      return dynamoDb().client.send(new PutItemCommand({ TableName: table, Item }));
    };
    return { prices, put, clock };
  }

  it("should know no price without a row", async () => {
    const { prices } = await pricesAt();
    expect(await prices()).toEqual(new Map());
  });

  it("should read the row again only after the greatest age", async () => {
    // Arrange
    const { prices, put, clock } = await pricesAt();
    await put({ "ml.m5.xlarge": 0.23, "ml.g5.xlarge": 1.408 });
    const first = await prices();
    await put({ "ml.m5.xlarge": 0.5 });

    // Act
    clock.time = 59_999;
    const young = await prices();
    clock.time = 60_000;
    const old = await prices();

    // Assert
    expect(young).toBe(first);
    expect(first).toEqual(
      new Map([
        ["ml.m5.xlarge", 0.23],
        ["ml.g5.xlarge", 1.408],
      ]),
    );
    expect(old).toEqual(new Map([["ml.m5.xlarge", 0.5]]));
  });

  it("should refuse the row of a later version, and read one of its own", async () => {
    const { prices, put } = await pricesAt();
    await put({ "ml.m5.xlarge": 0.23 }, 2);
    await expect(prices()).rejects.toMatchObject({
      message: expect.stringMatching(/^the prices in test-.* cannot be read/),
      cause: expect.objectContaining({ message: expect.stringContaining("got a row of shape 2, expected at most 1") }),
    });

    await put({ "ml.m5.xlarge": 0.23 }, 1);
    expect(await prices()).toEqual(new Map([["ml.m5.xlarge", 0.23]]));
  });

  it.each<[string, Plain]>([
    ["a text", { "ml.m5.xlarge": "0.23" }],
    ["less than nothing", { "ml.m5.xlarge": -1 }],
  ])("should reject a price that is %s, and go on once it is corrected", async (_, row) => {
    const { prices, put } = await pricesAt();
    await put(row);
    await expect(prices()).rejects.toThrow(/prices in .* are not valid; deploy them again[\s\S]*ml\.m5\.xlarge/);
    await put({ "ml.m5.xlarge": 0.23 });
    expect((await prices()).get("ml.m5.xlarge")).toBe(0.23);
  });
});

import { awsSchema } from "../../../../config/sections/aws/aws";
import { instancePrices } from "../../../../config/sections/aws/prices";

describe("instancePrices", () => {
  it("should ship prices that the configuration itself would accept", () => {
    const { prices } = awsSchema.parse({ region: "eu-central-1", prices: instancePrices({}) });

    expect(Object.keys(prices).length).toBeGreaterThanOrEqual(15);
  });

  it("should put configured prices over the shipped ones, in the order of names", () => {
    const prices = instancePrices({ "ml.g5.xlarge": 2, "ml.a1.new": 3 });

    expect(prices).toMatchObject({ "ml.g5.xlarge": 2, "ml.a1.new": 3, "ml.m5.xlarge": 0.23 });
    expect(Object.keys(prices)[0]).toBe("ml.a1.new");
  });
});

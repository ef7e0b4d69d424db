import protocol from "@google-cloud/aiplatform/build/protos/protos.json";
import { protobuf } from "google-gax";
import { PROTOCOL_ROOTS, trimmedProtos } from "../../../modules/bundle/vertex-protocol";

describe("trimmedProtos", () => {
  it("should keep what the roots refer to, by the innermost scope that knows the name, and nothing else", () => {
    expect(JSON.parse(trimmedProtos(SHOP, ["shop.v1.Shop"]))).toEqual({
      options: { syntax: "proto3" },
      nested: {
        shop: {
          nested: {
            v1: {
              nested: {
                Shop: SHOP.nested.shop.nested.v1.nested.Shop,
                Order: {
                  fields: SHOP.nested.shop.nested.v1.nested.Order.fields,
                  nested: { Item: SHOP.nested.shop.nested.v1.nested.Order.nested.Item },
                },
                Receipt: SHOP.nested.shop.nested.v1.nested.Receipt,
                Currency: SHOP.nested.shop.nested.v1.nested.Currency,
              },
            },
          },
        },
        common: { nested: { Money: SHOP.nested.common.nested.Money } },
      },
    });
  });

  it("should name a root that is not there", () => {
    expect(() => trimmedProtos(SHOP, ["shop.v1.Cart"])).toThrow(/the protocol has no shop\.v1\.Cart/);
  });

  it("should leave a fraction of Vertex AI's protocol, complete in itself and with the same bytes on the wire", () => {
    // Act
    const text = trimmedProtos(protocol, PROTOCOL_ROOTS);

    // Assert
    expect(text.length).toBeLessThan(JSON.stringify(protocol).length / 20);
    const whole = protobuf.Root.fromJSON(protocol);
    const trimmed = protobuf.Root.fromJSON(JSON.parse(text));
    expect(() => trimmed.resolveAll()).not.toThrow();
    const encode = (root: protobuf.Root) => {
      const type = root.lookupType("google.cloud.aiplatform.v1.CreatePipelineJobRequest");
      return Buffer.from(type.encode(type.fromObject(REQUEST)).finish()).toString("hex");
    };
    expect(encode(trimmed)).toBe(encode(whole));
  });
});

// Helpers

const SHOP = {
  options: { syntax: "proto3" },
  nested: {
    shop: {
      nested: {
        v1: {
          nested: {
            Shop: { methods: { Buy: { requestType: "Order", responseType: "shop.v1.Receipt" } } },
            Order: {
              fields: {
                items: { rule: "repeated", type: "Item", id: 1 },
                prices: { keyType: "string", type: "common.Money", id: 2 },
              },
              nested: {
                Item: { fields: { name: { type: "string", id: 1 }, receipt: { type: "Receipt", id: 2 } } },
                Unused: { fields: {} },
              },
            },
            Receipt: { fields: { currency: { type: "Currency", id: 1 } } },
            Currency: { values: { EUR: 0 } },
            Item: { fields: {} },
            Cart2: { fields: { order: { type: "Order", id: 1 } } },
          },
        },
        v2: { nested: { Order: { fields: {} } } },
      },
    },
    common: { nested: { Money: { fields: { cents: { type: "int64", id: 1 } } }, Address: { fields: {} } } },
  },
};

const REQUEST = {
  parent: "projects/p/locations/l",
  pipelineJobId: "id",
  pipelineJob: {
    displayName: "name",
    labels: { "managed-by": "retrigger" },
    createTime: { seconds: 5, nanos: 6 },
    state: "PIPELINE_STATE_RUNNING",
    pipelineSpec: { fields: { root: { structValue: { fields: { x: { numberValue: 1 } } } } } },
    runtimeConfig: {
      gcsOutputDirectory: "gs://b/o",
      parameters: { a: { intValue: 3 } },
      parameterValues: { b: { listValue: { values: [{ boolValue: true }, { nullValue: 0 }] } } },
    },
    jobDetail: { taskDetails: [{ taskId: 1, state: "FAILED", error: { code: 3, message: "oh" } }] },
  },
};

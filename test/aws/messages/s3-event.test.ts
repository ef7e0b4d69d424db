import fc from "fast-check";
import { parseObjectCreated } from "../../../functions/aws/messages/s3-event";
import { PoisonMessageError } from "../../../functions/core/errors";
import objectCreated from "../fixtures/object-created.json";

describe("parseObjectCreated", () => {
  it("should read bucket, raw key, version and size", () => {
    const parsed = parseObjectCreated(JSON.stringify(objectCreated));

    expect(parsed).toEqual({
      bucket: "data",
      object: { key: "in/2026/11/12/red flower+1:00.csv", version: "617f08299329d189", bytes: 5 },
      versionId: "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
    });
  });

  it("should take the sequencer for the version where the bucket keeps none, then the etag", () => {
    const { "version-id": _versionId, ...unversioned } = objectCreated.detail.object;
    const { sequencer: _sequencer, ...tagged } = unversioned;

    expect(parseObjectCreated(bodyWith(unversioned)).object.version).toBe("617f08299329d189");
    expect(parseObjectCreated(bodyWith(tagged)).object.version).toBe("b1946ac92492d2347c6235b4d2611184");
  });

  it.each([
    ["not JSON", "{"],
    ["an empty body", ""],
    ["another source", JSON.stringify({ ...objectCreated, source: "aws.ec2" })],
    ["a deletion", JSON.stringify({ ...objectCreated, "detail-type": "Object Deleted" })],
    ["no key", bodyWith({ size: 5 })],
    ["an empty key", bodyWith({ key: "" })],
    ["a key of 1 MB", bodyWith({ key: "x".repeat(1_000_000) })],
    ["a key over 1024 bytes in UTF-8", bodyWith({ key: "é".repeat(513) })],
    ["a size that is no size", bodyWith({ key: "in/a", size: -1 })],
    ["an array", "[]"],
    ["null", "null"],
    ["a prototype in place of the detail", '{"source":"aws.s3","detail-type":"Object Created","__proto__":{"detail":{}}}'],
  ])("should refuse %s", (_name, body) => {
    expect(() => parseObjectCreated(body)).toThrow(PoisonMessageError);
  });

  it("should refuse any JSON that is no such event, without leaving a trace on prototypes", () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        expect(() => parseObjectCreated(body)).toThrow(PoisonMessageError);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});

// Helpers

function bodyWith(object: object): string {
  return JSON.stringify({ ...objectCreated, detail: { ...objectCreated.detail, object } });
}

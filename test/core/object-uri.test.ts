import { capturePrefix, objectUri } from "../../functions/core/object-uri";

describe("objectUri", () => {
  it.each([
    ["s3://acme/a/b.json", { bucket: "acme", key: "a/b.json" }],
    ["gs://acme_1/a", { bucket: "acme_1", key: "a" }],
    ["s3://acme/", { bucket: "acme", key: "" }],
    ["s3://acme/a\nb", { bucket: "acme", key: "a\nb" }],
    ["s3://acme", { bucket: "acme", key: "" }],
  ])("should take %s apart", (uri, expected) => {
    expect(objectUri(uri)).toEqual(expected);
  });

  it.each(["acme/a", "https://acme/a", "s3://", "s3:///a", ""])("should refuse %j", (uri) => {
    expect(() => objectUri(uri)).toThrow("expected s3://bucket/key or gs://bucket/key");
  });
});

describe("capturePrefix", () => {
  it.each([
    ["s3://acme/flights/AllTraffic/{yyyy}/{mm}/{dd}/{hh}/", "flights/AllTraffic/"],
    ["s3://acme/flights/*/{yyyy}/{mm}/{dd}/{hh}/", "flights/"],
    ["gs://acme/day={yyyy}-{mm}-{dd}/", "day="],
    ["gs://acme/{yyyy}/{mm}/{dd}/", ""],
    ["s3://acme/a*\nb", "a"],
  ])("should be what every key below %s starts with", (location, key) => {
    expect(capturePrefix(location)).toEqual({ bucket: "acme", key });
  });
});

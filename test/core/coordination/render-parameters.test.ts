import { renderParameters, unknownPlaceholders } from "../../../functions/core/coordination/render-parameters";
import type { TrainingRequest } from "../../../functions/core/training-request";

describe("renderParameters", () => {
  it("should fill in what the request says, and leave the rest as it is", () => {
    const parameters = {
      ManifestUri: "{manifestUri}",
      Label: "{model}: {cause} by {reason}, {objects} objects, {bytes} bytes",
      RequestId: "{requestId}",
      TrainingMode: "full",
      Hyperparameters: '{"depth": 3, "nested": {}}',
      Unknown: "{constructor} {toString}",
    };

    expect(renderParameters(parameters, REQUEST)).toEqual({
      ManifestUri: "s3://b/1.manifest",
      Label: "m: data by window, 2 objects, 20 bytes",
      RequestId: "data/m/1",
      TrainingMode: "full",
      Hyperparameters: '{"depth": 3, "nested": {}}',
      Unknown: "{constructor} {toString}",
    });
  });
});

describe("renderParameters of a request without data", () => {
  it("should leave out what would be empty, so that the pipeline's default holds", () => {
    const parameters = { ManifestUri: "{manifestUri}", Objects: "{objects}" };

    expect(renderParameters(parameters, { ...REQUEST, manifests: [] })).toEqual({ Objects: "0" });
  });
});

describe("unknownPlaceholders", () => {
  it("should name each that no request can fill", () => {
    expect(unknownPlaceholders("{manifestUri} {manifestURL} {toString}")).toEqual(["manifestURL", "toString"]);
  });

  it.each([
    ["{manifest_uri}", "manifest_uri"],
    ["{manifest-uri}", "manifest-uri"],
    ["{{manifestUri}}", "manifestUri"],
    ["{ manifestUri }", "manifestUri"],
    [`$${"{manifestUri}"}`, "manifestUri"],
    ["a {request_id} b", "request_id"],
  ])("should name what is spelt otherwise: %s", (text, name) => {
    expect(unknownPlaceholders(text)).toEqual([name]);
  });

  it.each(['{"a": 1}', '{"a": {"b": {}}}', '{"objects": {objects}}', '{"x":{"n":{objects}}}', "{}", "{1,2}", "{{$.inputs}}"])(
    "should leave JSON and other braces alone: %s",
    (text) => {
      expect(unknownPlaceholders(text)).toEqual([]);
    },
  );
});

// Helpers

const REQUEST: TrainingRequest = {
  id: "data/m/1",
  model: "m",
  causes: [{ type: "data", generation: 1, reason: "window", openedAt: 0, sealedAt: 1 }],
  priority: 4,
  manifests: [{ uri: "s3://b/1.manifest", objects: 2, bytes: 20 }],
  requestedAt: 1,
};

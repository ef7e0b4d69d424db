import { quietMetadataWarning } from "../../cli/quiet-warnings";

describe("quietMetadataWarning", () => {
  it("should keep back the warning that no metadata server answered, and no other", () => {
    const told: unknown[] = [];
    const own = { emitWarning: (...args: unknown[]) => void told.push(args) };
    quietMetadataWarning(own);

    own.emitWarning("received unexpected error = All promises were rejected", "MetadataLookupWarning");
    own.emitWarning("received unexpected error", { type: "MetadataLookupWarning" });
    own.emitWarning(Object.assign(new Error("it"), { name: "MetadataLookupWarning" }));
    own.emitWarning("old", "DeprecationWarning", "DEP1");
    own.emitWarning("plain");

    expect(told).toEqual([["old", "DeprecationWarning", "DEP1"], ["plain"]]);
  });
});

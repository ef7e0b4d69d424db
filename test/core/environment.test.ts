import { readEnvironment } from "../../functions/core/environment";

describe("readEnvironment", () => {
  it("should return the addresses that are asked for", () => {
    const read = readEnvironment({ RETRIGGER_STATE: "table", RETRIGGER_REQUESTS: "queue", PATH: "/" }, ["state", "requests"]);

    expect(read).toEqual({ state: "table", requests: "queue" });
  });

  it("should name all that is missing", () => {
    expect(() => readEnvironment({ RETRIGGER_STATE: "" }, ["state", "requests"])).toThrow(
      "not set: RETRIGGER_STATE, RETRIGGER_REQUESTS",
    );
  });
});

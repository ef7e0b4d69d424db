import { explain } from "../../functions/core/errors";

describe("explain", () => {
  it("should say what failed before an error's message, and what to do behind it, once", () => {
    const error = new Error("refused");

    for (const failed of ["reading the table", "another call"]) explain(error, failed, "try it later");

    expect(error.message).toBe("reading the table: refused; try it later");
  });

  it.each([
    ["whose class has its message", new DOMException("the call was aborted", "AbortError")],
    ["that is frozen", Object.freeze(new Error("the call was aborted"))],
    ["whose message is read-only", Object.defineProperty(new Error(), "message", { value: "the call was aborted" })],
  ])("should leave an error as it is %s", (_, error) => {
    explain(error, "reading the table");

    expect(error.message).toBe("the call was aborted");
  });
});

import "../../stacks/fast-start";

describe("stack traces", () => {
  it("should be those of errors alone", () => {
    const token = { stack: "" };
    Error.captureStackTrace(token);

    const { stack } = new RangeError("out of range");

    expect(stack).toMatch(/^RangeError: out of range\n {4}at .*fast-start\.test\.ts:\d+:\d+/);
    expect(token.stack).toBe("");
  });
});

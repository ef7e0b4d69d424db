import { MAX_PATTERN_CHARACTERS } from "../../eventbridge/object-pattern";
import { patternMistakes } from "../../eventbridge/pattern-mistakes";

describe("patternMistakes", () => {
  it("should find none in what EventBridge takes", () => {
    const pattern = {
      source: ["aws.sagemaker", { prefix: "acme." }],
      detail: {
        state: [{ "anything-but": ["a", "b"] }, { "anything-but": { wildcard: ["*x", "y*"] } }, null, true, 5],
        score: [{ numeric: [">", 0, "<=", 5] }, { numeric: ["=", -5e9] }],
        ip: [{ cidr: "10.0.0.0/8" }, { cidr: "::/0" }],
        $or: [{ one: [{ exists: false }] }, { two: [{ suffix: { "equals-ignore-case": "x" } }] }],
        // fields may be called as operators are
        prefix: ["x"],
      },
    };

    expect(patternMistakes(pattern)).toEqual([]);
  });

  it.each<[string, unknown, (string | number)[], string]>([
    ["no mapping", ["x"], [], 'got ["x"]; expected fields of an event'],
    ["nothing", {}, [], "got no fields; expected at least one"],
    ["an empty level", { detail: {} }, ["detail"], "got no fields"],
    ["a scalar", { source: "aws.s3" }, ["source"], 'got "aws.s3"; expected a list, as in ["aws.s3"]'],
    ["an empty list", { source: [] }, ["source"], "got an empty list; expected at least one value"],
    ["a list in a list", { source: [["x"]] }, ["source", 0], "expected no list in a list"],
    ["an unknown operator", { a: ["x", { prefx: "y" }] }, ["a", 1], 'got the operator "prefx"; did you mean prefix?'],
    ["an operator in another case", { a: [{ "Anything-But": "y" }] }, ["a", 0], "did you mean anything-but?"],
    ["two operators in one", { a: [{ prefix: "x", suffix: "y" }] }, ["a", 0], "expected exactly one operator"],
    ["no operator", { a: [{}] }, ["a", 0], "expected exactly one operator"],
    ["an operator outside a list", { a: { prefix: "x" } }, ["a"], 'expected a list around it, as in [{"prefix":"x"}]'],
    ["a number to begin with", { a: [{ prefix: 5 }] }, ["a", 0], "got 5 for prefix; expected one text"],
    ["a list to begin with", { a: [{ prefix: ["x"] }] }, ["a", 0], 'got ["x"] for prefix; expected one text'],
    ["a part of no text", { a: [{ suffix: { wildcard: "x" } }] }, ["a", 0], "for suffix; expected a text, or"],
    [
      "a list whatever its case",
      { a: [{ "equals-ignore-case": ["x"] }] },
      ["a", 0],
      "expected one text; write an operator for each",
    ],
    ["anything but nothing", { a: [{ "anything-but": [] }] }, ["a", 0], "expected a text or a number, or a list"],
    ["anything but null", { a: [{ "anything-but": null }] }, ["a", 0], "got null for anything-but"],
    ["anything but of two types", { a: [{ "anything-but": ["x", 5] }] }, ["a", 0], "only texts or only numbers"],
    [
      "anything but an operator",
      { a: [{ "anything-but": { cidr: "10.0.0.0/8" } }] },
      ["a", 0],
      "or one of the operators prefix, suffix",
    ],
    ["anything but every text", { a: [{ "anything-but": { prefix: "" } }] }, ["a", 0], "got an empty text for anything-but prefix"],
    ["anything but no prefix", { a: [{ "anything-but": { prefix: [] } }] }, ["a", 0], "got an empty list for anything-but prefix"],
    ["stars in a row", { a: [{ wildcard: "a**b" }] }, ["a", 0], 'got the wildcard "a**b"; expected no two * in a row; write one'],
    ["stars in a row to exclude", { a: [{ "anything-but": { wildcard: ["a", "**"] } }] }, ["a", 0], "no two * in a row"],
    ["a stray backslash", { a: [{ wildcard: "a\\b" }] }, ["a", 0], "expected \\ only before * or another \\"],
    ["a backslash at the end", { a: [{ wildcard: "a\\" }] }, ["a", 0], "write \\\\ for a backslash"],
    ["a block of one address", { a: [{ cidr: "10.0.0.1/32" }] }, ["a", 0], "write a single address as a value"],
    ["a block of no address", { a: [{ cidr: "10.0.0/8" }] }, ["a", 0], 'got the block "10.0.0/8"'],
    ["a block of too many bits", { a: [{ cidr: "::1/128" }] }, ["a", 0], "2001:db8::/32 (0 to 127)"],
    ["a block of two sizes", { a: [{ cidr: "10.0.0.0/8/8" }] }, ["a", 0], "got the block"],
    ["exists as text", { a: [{ exists: "true" }] }, ["a", 0], 'got "true" for exists; expected true or false'],
    ["an unknown sign", { a: [{ numeric: ["!=", 5] }] }, ["a", 0], "expected a sign of = < <= > >="],
    ["a number as text", { a: [{ numeric: [">", "5"] }] }, ["a", 0], "for numeric; expected a sign"],
    ["half a range", { a: [{ numeric: [">", 5, "<"] }] }, ["a", 0], "for numeric; expected a sign"],
    ["a range from above", { a: [{ numeric: ["<", 5, ">", 0] }] }, ["a", 0], "a range with its lower end first"],
    ["a range of nothing", { a: [{ numeric: [">", 5, "<", 5] }] }, ["a", 0], "expected the lower end below the upper one"],
    ["a number too large", { a: [{ numeric: ["<", 5.1e9] }] }, ["a", 0], "got 5100000000 for numeric; expected -5e9 to 5e9"],
    ["no number", { a: [Number.NaN] }, ["a", 0], "got NaN; expected a text, a number"],
    ["$or of one", { $or: [{ a: ["x"] }] }, ["$or"], "expected a list of at least two patterns"],
    ["$or of values", { $or: ["x", { a: ["y"] }] }, ["$or", 0], 'got "x"; expected a pattern'],
    [
      "$or of operators",
      { $or: [{ prefix: ["x"] }, { a: ["y"] }] },
      ["$or", 0],
      "got prefix as a field in $or, where it is an operator",
    ],
    ["a mistake in $or", { $or: [{ a: "x" }, { b: ["y"] }] }, ["$or", 0, "a"], "expected a list"],
    ["a field beside $or", { a: ["x"], $or: [{ a: ["y"] }, { b: ["z"] }] }, ["$or"], "asks for a a second time"],
    ["a deeper field", { d: { a: ["x"] }, $or: [{ d: { a: ["y"] } }, { b: ["z"] }] }, ["$or"], "asks for d.a a second time"],
  ])("should find %s", (_case, pattern, path, message) => {
    expect(patternMistakes(pattern)).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  it("should find all of them at once", () => {
    const pattern = { source: "x", detail: { a: [], b: [{ prefx: 1 }, { cidr: "x" }], c: {} } };

    expect(patternMistakes(pattern).map(({ path }) => path.join("."))).toEqual([
      "source",
      "detail.a",
      "detail.b.0",
      "detail.b.1",
      "detail.c",
    ]);
  });

  it("should allow as many characters as EventBridge, and no more", () => {
    const patternOf = (length: number) => ({ a: ["x".repeat(length - JSON.stringify({ a: [""] }).length)] });

    expect(patternMistakes(patternOf(MAX_PATTERN_CHARACTERS))).toEqual([]);
    expect(patternMistakes(patternOf(MAX_PATTERN_CHARACTERS + 1))).toMatchObject([
      { path: [], message: expect.stringContaining("got 2049 characters of JSON; at most 2048 are allowed") },
    ]);
  });

  it("should allow a thousand combinations of $or, and no more", () => {
    const either = (count: number, letter: string) => ({
      $or: Array.from({ length: count }, (_, index) => ({ [`${letter}${index}`]: ["x"] })),
    });
    const combinations = (pattern: object) => patternMistakes(pattern).filter(({ message }) => message.includes("combinations"));

    expect(combinations({ ...either(50, "a"), detail: either(20, "b") })).toEqual([]);
    expect(combinations({ ...either(77, "a"), detail: either(13, "b") })).toMatchObject([
      { message: expect.stringContaining("got 1001 combinations of $or; at most 1000") },
    ]);
  });
});

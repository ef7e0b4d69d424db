import * as z from "zod/mini";
import { PoisonMessageError } from "../../functions/core/errors";
import { boundedRecord, jsonExcess, quotingNonFinite, readList, withoutNonFinite } from "../../functions/core/outside-json";

const LIMITS = { values: 6, containers: 3, depth: 2 };

describe("jsonExcess", () => {
  it.each([
    ["[1,2,3,4,5,6]", undefined],
    ["[1,2,3,4,5,6,7]", "more than 6 values"],
    ["[{},{}]", undefined],
    ["[{},{},{}]", "more than 3 objects and lists"],
    ['{"a":[]}', undefined],
    ['{"a":[[]]}', "more than 2 objects and lists within each other"],
    ['["[[[[{{{{,,,,,,,,"]', undefined],
    ['["a\\"[[[[,,,,,,,,"]', undefined],
    ['["a\\\\",[],[],[]]', "more than 3 objects and lists"],
    ['["never ends [[[[,,,,,,,,', undefined],
  ])("should count what %s holds outside of its strings", (text, excess) => {
    const expected = excess === undefined ? undefined : `got JSON of ${excess}, expected fewer`;
    expect(jsonExcess(text, LIMITS)).toBe(expected);
  });
});

describe("withoutNonFinite", () => {
  it("should put null in the place of numbers that JSON lacks, and nowhere else", () => {
    const text = '[NaN,-Infinity,Infinity,"NaN -Infinity \\"NaN",-1]';

    expect(withoutNonFinite(text)).toEqual({ json: '[null,null,null,"NaN -Infinity \\"NaN",-1]' });
  });

  it("should do so for more of them than it puts together at a time", () => {
    const { json } = withoutNonFinite(`[${Array.from({ length: 25_001 }, () => "NaN").join()}]`);

    expect(JSON.parse(json)).toEqual(Array.from({ length: 25_001 }, () => null));
  });
});

describe("quotingNonFinite", () => {
  it("should write numbers that JSON lacks as texts, with their sign, and nothing else", () => {
    const text = '[NaN,-Infinity,Infinity,"NaN -Infinity",-1]';

    expect(quotingNonFinite(text)).toEqual({ json: '["NaN","-Infinity","Infinity","NaN -Infinity",-1]' });
  });

  it("should refuse what is too large to be parsed", () => {
    expect(quotingNonFinite("[1,2,3,4,5,6,NaN]", LIMITS)).toEqual({
      json: "",
      excess: "got JSON of more than 6 values, expected fewer",
    });
  });
});

describe("readList", () => {
  it("should read no element behind the tenth complaint", () => {
    let reads = 0;
    const elements = Array.from({ length: 1_000 }, () =>
      Object.defineProperty({}, "name", {
        get: () => {
          reads++;
          return 1;
        },
        enumerable: true,
      }),
    );

    const { issues } = readList(z.object({ name: z.string() }), elements, ["features"]);

    expect(issues?.map(({ path }) => path.join("."))).toEqual(Array.from({ length: 10 }, (_, index) => `features.${index}.name`));
    expect(reads).toBe(10);
  });
});

describe("boundedRecord", () => {
  it("should look at no member of a record that has too many", () => {
    let reads = 0;
    const members = new Proxy(Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`a${index}`, "x"])), {
      get: (target, key) => {
        reads++;
        return Reflect.get(target, key);
      },
    });

    const { error } = boundedRecord(z.record(z.string(), z.number()), 1_000, "too many").safeParse(members);

    expect(error?.issues.map(({ message }) => message)).toEqual(["too many"]);
    expect(reads).toBe(0);
  });
});

describe("PoisonMessageError", () => {
  it("should say no more than one reads, in characters that can be printed", () => {
    const { message } = new PoisonMessageError(`got \u0000\u202e\ud800\n${"x".repeat(10_000)}`);

    expect(message).toMatch(/^got {2}x+…$/);
    expect(message.length).toBeLessThanOrEqual(600);
  });
});

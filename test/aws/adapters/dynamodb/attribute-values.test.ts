import * as fc from "fast-check";
import {
  fromAttribute,
  fromItem,
  type Plain,
  toAttribute,
  toItem,
} from "../../../../functions/aws/adapters/dynamodb/attribute-values";

describe("attribute values", () => {
  it("should give back any values", () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plainArbitrary()), (values) => {
        expect(fromItem(toItem(values))).toEqual({ ...values });
      }),
    ));

  it("should keep a value of the name __proto__", () => {
    expect(Object.keys(fromItem(toItem(JSON.parse('{"__proto__": 1}'))))).toEqual(["__proto__"]);
  });

  it("should read what others write: true, null", () => {
    expect([{ BOOL: false }, { NULL: true } as const].map(fromAttribute)).toEqual([false, null]);
    expect(toAttribute(new Uint8Array([1]))).toEqual({ B: new Uint8Array([1]) });
  });

  it("should leave out what is undefined", () => {
    expect(toItem({ a: undefined, b: { c: undefined } })).toEqual({ b: { M: {} } });
  });

  it("should make of a set, such as a person's note beside a row, what no schema of a row takes", () => {
    expect(fromItem({ note: { SS: ["a"] }, n: { N: "1" } })).toEqual({ note: new Set(["a"]), n: 1 });
  });
});

// Helpers

function plainArbitrary(): fc.Arbitrary<Plain> {
  const { value } = fc.letrec<{ value: Plain }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    ),
  }));
  return value;
}

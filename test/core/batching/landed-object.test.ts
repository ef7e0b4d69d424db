import fc from "fast-check";
import { utf8Bytes } from "../../../functions/core/batching/landed-object";

describe("utf8Bytes", () => {
  it("should be the length of the text as it is encoded, with a lone surrogate as the character that replaces it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "é", "語", "🦩", "\ud83e", "\udda9", "\0") }), (text) => {
        expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
      }),
      { seed: jest.getSeed() },
    );
  });
});

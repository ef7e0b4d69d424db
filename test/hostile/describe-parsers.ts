import { type Parser, refusalsOf } from "./parser";

/** Registers a test for each of the parsers: mutants of its inputs are read as what they are, or refused in a few words. */
export function describeParsers(room: string, parsers: readonly Parser[]): void {
  describe(`hostile ${room}`, () => {
    let refused = 0;

    it.each(parsers)("should be read as what it is, or refused in words that can be printed: $name", async (parser) => {
      const prototype = Object.getOwnPropertyNames(Object.prototype);

      const refusals = await refusalsOf(parser);

      for (const refusal of refusals) expect(refusal.replaceAll("\n", "")).toMatch(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}]*$/u);
      refused += refusals.length;
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
      expect(Reflect.get({}, "polluted")).toBeUndefined();
    });

    it("should have been given what must be refused", () => {
      expect(refused).toBeGreaterThan(parsers.length);
    });
  });
}

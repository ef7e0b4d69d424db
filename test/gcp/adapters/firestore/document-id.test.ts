import fc from "fast-check";
import { documentId, textOf } from "../../../../functions/gcp/adapters/firestore/documents";

describe("documentId", () => {
  it("should be an id that Firestore takes, of which the text can be read back", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ minLength: 1, unit: "grapheme" }), fc.constantFrom(".", "..", "__a__", "a/b", "%", "%2E")),
        (text) => {
          const id = documentId(text);
          expect(id).not.toMatch(/\/|^\.{1,2}$|^__.*__$/);
          expect(textOf(id)).toBe(text);
        },
      ),
    );
  });

  it("should leave a model's name as it is", () => {
    expect(documentId("flight-delay-2")).toBe("flight-delay-2");
  });
});

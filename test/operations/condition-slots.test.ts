import fc from "fast-check";
import { CONDITION_SPACES, conditionSlots, mostTerms, roleOfSlot } from "../../operations/condition-slots";

const space = fc.constantFrom(...Object.values(CONDITION_SPACES));
const terms = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 120 });

describe("conditionSlots", () => {
  it("should have room for 300 models on one bucket, of which a captured one has two files", () => {
    const { templates, artifacts, captures, captureFiles } = CONDITION_SPACES;

    expect([templates, artifacts, captures].map(mostTerms)).toEqual([520, 520, 480]);
    expect(mostTerms(captureFiles)).toBe(960);
  });

  it("should place every term once, by no more conditions and operators than IAM allows while conditions are replaced", () => {
    fc.assert(
      fc.property(space, terms, (own, all) => {
        const slots = [...conditionSlots(all, own)];

        expect(slots.flatMap(([, placed]) => placed).sort()).toEqual([...all].sort());
        for (const [place, placed] of slots) {
          expect(roleOfSlot(place)).toBeLessThan(own.roles);
          expect(placed.length + (own.hasBucketTerm ? 1 : 0)).toBeLessThanOrEqual(13);
        }
        const roles = slots.map(([place]) => roleOfSlot(place));
        for (const role of roles) expect(roles.filter((other) => other === role).length).toBeLessThanOrEqual(10);
      }),
    );
  });

  it("should take no notice of the order, nor of repetitions", () => {
    fc.assert(
      fc.property(space, terms, (own, all) => {
        expect(conditionSlots([...all, ...all].reverse(), own)).toEqual(conditionSlots(all, own));
      }),
    );
  });

  it("should change one condition for one term more, two where its place is full", () => {
    const all = Array.from({ length: 300 }, (_, index) => `template-${index}`);
    const own = CONDITION_SPACES.templates;
    const textOf = (slots: ReturnType<typeof conditionSlots>) =>
      new Map([...slots].map(([place, placed]) => [place, placed.join()]));

    const before = textOf(conditionSlots(all, own));
    const changed = Array.from({ length: 50 }, (_, index) => {
      const after = textOf(conditionSlots([...all, `another-${index}`], own));
      return [...after].filter(([place, text]) => before.get(place) !== text).length;
    });

    expect(Math.max(...changed)).toBeLessThanOrEqual(2);
    expect(changed.filter((count) => count === 1).length).toBeGreaterThan(40);
  });

  it("should be filled to the last place, and say so", () => {
    const own = CONDITION_SPACES.reports;
    const all = Array.from({ length: mostTerms(own) }, (_, index) => `folder-${index}/`);

    expect([...conditionSlots(all, own).values()].flat()).toHaveLength(120);
    expect(() => conditionSlots([...all, "one-more/"], own)).toThrow("got 121 terms; expected at most 120; use another bucket");
  });
});

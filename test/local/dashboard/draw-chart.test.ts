import fc from "fast-check";
import { drawChart, shortNumber, timeMarks, valueMarks } from "../../../local/dashboard/draw-chart";
import type { ChartLine } from "../../../local/dashboard/panel";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("drawChart", () => {
  it("should draw neighbouring values as one line of steps, and a value alone as a dot", () => {
    const svg = drawn(false, lineOf([1, 1, 2, undefined, undefined, 2]));

    expect(svg.match(/ d="[^"]*"/g)).toEqual([' d="M40 69H134V8H181M275 8H322"']);
    expect(svg.match(/<circle /g)).toHaveLength(1);
  });

  it("should stack areas, and draw none for 0", () => {
    const svg = drawn(true, lineOf([1, 0]), lineOf([1, undefined]));

    expect(svg.match(/ d="[^"]*"/g)).toEqual([' d="M40 130V69H181V130Z"', ' d="M40 69V8H181V69Z"']);
  });

  it("should say that there is no data, and draw no values beside an axis", () => {
    expect(drawn(false)).toContain(">no data in this run</text>");
    expect(drawn(false, lineOf([undefined]))).toContain(">no data in this run</text>");
    expect(drawn(false)).not.toContain('class="value"');
    expect(drawn(false, lineOf([0]))).not.toContain("no data");
  });

  it("should draw within its frame, whatever the values are", () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.array(fc.option(values(), { nil: undefined }), { maxLength: 10 }), { maxLength: 12 }),
        (isStacked, lines) => {
          const svg = drawn(isStacked, ...lines.map(lineOf));

          expect(svg).not.toMatch(/NaN|Infinity|undefined/);
          for (const [, command, first, second] of svg.matchAll(/([MHV])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
            const [x, y] = command === "M" ? [first, second] : command === "H" ? [first, 8] : [40, first];
            expect(Number(x)).toBeGreaterThanOrEqual(40);
            expect(Number(x)).toBeLessThanOrEqual(323);
            expect(Number(y)).toBeGreaterThanOrEqual(7.9);
            expect(Number(y)).toBeLessThanOrEqual(130.1);
          }
        },
      ),
    );
  });
});

describe("valueMarks", () => {
  it("should be few, even, and around the values and 0", () => {
    fc.assert(
      fc.property(values(), values(), (one, other) => {
        const [lowest, highest] = [Math.min(one, other), Math.max(one, other)];

        const marks = valueMarks(lowest, highest, 4);

        expect(marks.length).toBeGreaterThanOrEqual(2);
        expect(marks.length).toBeLessThanOrEqual(6);
        expect(marks[0]).toBeLessThanOrEqual(Math.min(0, lowest) + 1e-200);
        expect(marks.at(-1)).toBeGreaterThanOrEqual(Math.max(0, highest) - 1e-200);
      }),
    );
  });

  it.each([
    [0, 0, [0, 0.5, 1]],
    [0, 1, [0, 0.5, 1]],
    [0, 0.31, [0, 0.1, 0.2, 0.3, 0.4]],
    [-30, 60, [-50, 0, 50, 100]],
    [-1, 0, [-1, -0.5, 0]],
  ])("should mark %d to %d", (lowest, highest, marks) => {
    expect(valueMarks(lowest, highest, 4).map((mark) => Number(mark.toFixed(6)) + 0)).toEqual(marks);
  });
});

describe("timeMarks", () => {
  it.each([
    [6 * HOUR_MS, ["1 Jan", "03:00"]],
    [3 * DAY_MS, ["1 Jan", "2 Jan", "3 Jan"]],
    [31 * DAY_MS, ["1 Jan", "15 Jan", "29 Jan"]],
  ])("should mark days, or hours of a day, of %d ms", (length, labels) => {
    const from = Date.UTC(2001, 0, 1);

    expect(timeMarks(from, from + length, 4).map(({ label }) => label)).toEqual(expect.arrayContaining(labels));
    expect(timeMarks(from, from + length, 4).length).toBeLessThanOrEqual(5);
  });
});

describe("shortNumber", () => {
  it.each([
    [0, "0"],
    [0.0512, "0.0512"],
    [-12.34, "-12.3"],
    [1_910, "1910"],
    [12_500, "12.5k"],
    [3_000_000, "3M"],
    [2 ** 360, "2.3e+108"],
  ])("should write %d as %s", (value, text) => {
    expect(shortNumber(value)).toBe(text);
  });
});

// Helpers

function drawn(isStacked: boolean, ...lines: readonly ChartLine[]): string {
  const hours = Math.max(1, ...lines.map(({ values }) => values.length));
  return drawChart({ title: "t", isStacked, lines }, { from: 0, until: hours * HOUR_MS }, 330).text;
}

function lineOf(values: readonly (number | undefined)[]): ChartLine {
  return { label: "l", periodMs: HOUR_MS, values, statistic: "Sum", isSum: true };
}

function values() {
  return fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ min: -1e15, max: 1e15, noNaN: true }),
    fc.constantFrom(1e-300, 2 ** 360, -(2 ** 360)),
  );
}

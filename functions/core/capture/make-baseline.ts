import type { Baseline, BaselineFeature } from "./baseline";
import type { CaptureWindow } from "./capture-windows";
import { type FeatureTally, typeOf } from "./feature-tally";
import { frequentNames } from "./frequent-names";
import { referenceBins } from "./reference-bins";
import type { WindowSummary } from "./window-summary";

/** Characters of names, as JSON writes them, over all features: a report holds them twice, and must stay readable. */
const MAX_NAME_CHARS = 2_000_000;

/** The baseline that a window's rows make; its features stand in code-unit order. */
export function makeBaseline(model: string, window: CaptureWindow, { rows, features }: WindowSummary): Baseline {
  const sorted = features.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let charsLeft = MAX_NAME_CHARS;
  const isRoom = (name: string) => {
    charsLeft -= JSON.stringify(name).length;
    return charsLeft >= 0;
  };
  return {
    version: 1,
    model,
    window: { start: window.start, end: window.end },
    rows,
    features: sorted.map((tally) => featureOf(tally, isRoom)),
  };
}

function featureOf(tally: FeatureTally, isRoom: (name: string) => boolean): BaselineFeature {
  const { name, kind, isCode, texts, numbers, numericTexts, names, sketch } = tally;
  if (typeOf(tally) === "categories") {
    const counts = frequentNames(names).filter(([category]) => isRoom(category));
    return { name, kind, type: "categories", isCode, present: texts + numericTexts, counts };
  }
  const histogram = referenceBins(sketch?.bins() ?? []);
  if (histogram === undefined) return { name, kind, type: "empty", present: 0 };
  return { name, kind, type: "numbers", present: numbers, histogram };
}

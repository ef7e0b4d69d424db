import { type NameSink, nameHash } from "../counters";
import { emptyTally, type FeatureTally } from "../feature-tally";
import { createWindowSummary, type NewColumn, type SummaryOptions, type WindowSummary } from "../window-summary";
import { createReservoir, type Reservoir, reservoirSize } from "./reservoir";

/** Distinct names that are tracked of one feature, and of all together. */
const MAX_NAMES_OF_FEATURE = 2_000;
const MAX_NAMES = 200_000;

/** A name is frequent that so many at most can be: with such a share of the values. */
const FREQUENT = 1_000;

/** The key that readers of JSON leave out of objects, for their safety; it counts with the names that are not tracked. */
const UNNAMEABLE = "__proto__";

/** A name that was seen: how often, and in which slices first and last, counted from 0. */
export interface SeenName {
  count: number;
  readonly first: number;
  last: number;
}

/** What the first reading of a span tells of a feature. */
export interface SurveyedFeature extends FeatureTally {
  readonly names: ReadonlyMap<string, SeenName>;
  readonly sample: Reservoir;
}

/** The first reading of a span: a sample of each feature's numbers, and its names. */
export interface Survey {
  readonly summary: WindowSummary<SurveyedFeature>;
  /** Rows that are added from now on are of another window, which is this slice of the span. */
  turnTo(slice: number): void;
}

/** An empty survey of a model's captures. */
export function createSurvey(model: string, options: Omit<SummaryOptions<SurveyedFeature>, "known" | "begin">): Survey {
  let slice = 0;
  let namesLeft = MAX_NAMES;
  let features = 0;

  /**
   * Of too many names those are tracked that are frequent, and of the others an even share by their hashes: the first ones would
   * make the first slices unlike the rest.
   */
  function trackNames(names: Map<string, SeenName>): NameSink {
    let limit = 2 ** 32;
    let values = 0;

    function leaveOut(): void {
      limit /= 2;
      for (const [name, { count }] of names) {
        if (count * FREQUENT >= values || nameHash(name) < limit) continue;
        names.delete(name);
        namesLeft++;
      }
    }

    return {
      add(name) {
        values++;
        const known = names.get(name);
        if (known !== undefined) {
          known.count++;
          known.last = slice;
        } else if (name !== UNNAMEABLE && namesLeft > 0 && (limit === 2 ** 32 || nameHash(name) < limit)) {
          namesLeft--;
          names.set(detached(name), { count: 1, first: slice, last: slice });
          if (names.size > MAX_NAMES_OF_FEATURE) leaveOut();
        }
      },
    };
  }

  function begin({ name, kind, isCode }: NewColumn): SurveyedFeature {
    features++;
    const names = new Map<string, SeenName>();
    const sample = createReservoir(`${model} ${name}`, reservoirSize(features));
    const tally = emptyTally(
      { name, kind, isCode, type: isCode ? "categories" : undefined },
      { numbersInto: sample, namesInto: trackNames(names) },
    );
    return Object.assign(tally, { names, sample });
  }

  const summary = createWindowSummary({ ...options, known: [], begin });
  return {
    summary,
    turnTo(next) {
      slice = next;
      summary.beginWindow();
    },
  };
}

/** A copy: a part of a text keeps the whole alive, here a line of captured requests. */
function detached(text: string): string {
  return [...text].join("");
}

import { type DriftKind, MAX_FEATURES } from "../drift/drift-report";
import { sourceKind } from "../drift/sources/source-report";
import type { ModelSettings } from "../model-settings";
import { type Baseline, LONGEST_COLUMN } from "./baseline";
import type { CaptureSettings } from "./capture-settings";
import { countValue, type FeatureTally, type FeatureType, type TallyContext } from "./feature-tally";
import type { CapturedRow, NamedValues } from "./lines/captured-row";
import type { QuantileSketch } from "./ports";

/** Distinct names over all features of a window without a baseline. */
const MAX_NAMES = 200_000;

/** How many columns that the baseline lacks are named. */
const NAMED_COLUMNS = 10;

/** What a window's rows hold, in memory that does not grow with them. */
export interface WindowSummary {
  readonly rows: number;
  /** In the order of the baseline; without one, in the order in which they were seen. */
  readonly features: readonly FeatureTally[];
  /** Values of columns that no report has room for: more than MAX_FEATURES, or without a name, or with one too long. */
  readonly leftOutValues: number;
  /** The first of the columns that the baseline lacks; what they hold is not compared. */
  readonly unknownColumns: readonly string[];
  add(row: CapturedRow): void;
}

/** How a window is summarised. */
export interface SummaryOptions {
  readonly capture: CaptureSettings;
  readonly columns: ModelSettings["drift"]["columns"];
  readonly newSketch: () => QuantileSketch;
  /** Undefined for the window that becomes the baseline. */
  readonly baseline: Baseline | undefined;
}

/** An empty summary. A name that stands twice in a row counts once, as an input before an output. */
export function createWindowSummary({ capture, columns, newSketch, baseline }: SummaryOptions): WindowSummary {
  const compared = new Set(capture.features);
  const codes = new Set(capture.categories);
  const isCompared = (name: string) => compared.size === 0 || compared.has(name);
  const context: TallyContext = { newSketch, namesLeft: MAX_NAMES };
  const tallies = new Map<string, FeatureTally>();
  const unknown = new Set<string>();
  let rows = 0;
  let leftOutValues = 0;

  for (const feature of baseline?.features ?? []) {
    if (!isCompared(feature.name)) continue;
    const { name, kind, type } = feature;
    const [isCode, counts] = type === "categories" ? [feature.isCode, feature.counts] : [false, []];
    tallies.set(name, tallyOf(name, kind, type, isCode, new Set(counts.map(([known]) => known))));
  }

  /** The tally of a column that is seen for the first time; undefined when it is not compared. */
  function begin(name: string, isOutput: boolean): FeatureTally | undefined {
    if (!isCompared(name)) return undefined;
    if (tallies.size >= MAX_FEATURES || name === "" || name.length > LONGEST_COLUMN) {
      leftOutValues++;
      return undefined;
    }
    if (baseline !== undefined) {
      if (unknown.size < NAMED_COLUMNS) unknown.add(name);
      return undefined;
    }
    const kind = sourceKind({ columns }, name);
    const type = codes.has(name) ? "categories" : undefined;
    const tally = tallyOf(name, isOutput && kind === "data" ? "prediction" : kind, type, codes.has(name));
    tallies.set(name, tally);
    return tally;
  }

  function addValues({ names, values, isTyped }: NamedValues, isOutput: boolean): void {
    for (let index = 0; index < values.length; index++) {
      const name = names[index] ?? "";
      const tally = tallies.get(name) ?? begin(name, isOutput);
      if (tally === undefined || tally.lastRow === rows) continue;
      tally.lastRow = rows;
      countValue(tally, values[index], isTyped, context);
    }
  }

  return {
    get rows() {
      return rows;
    },
    get features() {
      return [...tallies.values()];
    },
    get leftOutValues() {
      return leftOutValues;
    },
    get unknownColumns() {
      return [...unknown];
    },
    add({ inputs, outputs }) {
      rows++;
      if (inputs !== undefined) addValues(inputs, false);
      if (outputs !== undefined) addValues(outputs, true);
    },
  };
}

function tallyOf(
  name: string,
  kind: DriftKind,
  type: FeatureType | undefined,
  isCode: boolean,
  known?: ReadonlySet<string>,
): FeatureTally {
  return {
    name,
    kind,
    type,
    isCode,
    isClosed: known !== undefined,
    names: new Map([...(known ?? [])].map((text) => [text, { count: 0 }])),
    sketch: undefined,
    numbers: 0,
    texts: 0,
    numericTexts: 0,
    misfits: 0,
    lastRow: 0,
  };
}

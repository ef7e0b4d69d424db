import { type DriftKind, MAX_FEATURES } from "../drift/drift-report";
import { sourceKind } from "../drift/sources/source-report";
import type { ModelSettings } from "../model-settings";
import { LONGEST_COLUMN } from "./baseline/baseline-feature";
import type { CaptureSettings } from "./capture-settings";
import { nameHash } from "./counters";
import { countValue, type FeatureTally } from "./feature-tally";
import type { CapturedRow, NamedValues } from "./lines/captured-row";

/** How many columns that the baseline lacks are named. */
const NAMED_COLUMNS = 10;

/** What a window's rows hold, in memory that does not grow with them. */
export interface WindowSummary<Tally extends FeatureTally = FeatureTally> {
  /** Rows that count: of each unit the first, where there are units. */
  readonly rows: number;
  /** In the order of the baseline; without one, in the order in which they were seen. */
  readonly features: readonly Tally[];
  /** Values of columns that no report has room for: more than MAX_FEATURES, or without a name, or with one too long. */
  readonly leftOutValues: number;
  /** The first of the columns that the baseline lacks; what they hold is not compared. */
  readonly unknownColumns: readonly string[];
  /** Rows that were left out because nobody knows their unit. */
  readonly rowsWithoutUnit: number;
  add(row: CapturedRow): void;
  /** Rows that are added from now on are of another window: units count anew. */
  beginWindow(): void;
}

/** A column that is seen for the first time. */
export interface NewColumn {
  readonly name: string;
  readonly kind: DriftKind;
  /** Its numbers are names, such as codes. */
  readonly isCode: boolean;
}

/** How a window is summarised. */
export interface SummaryOptions<Tally extends FeatureTally> {
  readonly capture: CaptureSettings;
  readonly columns: ModelSettings["drift"]["columns"];
  /** What the baseline has. */
  readonly known: readonly Tally[];
  /** Begins the tally of a column that is not known. @default - such columns are not compared */
  readonly begin?: (column: NewColumn) => Tally;
}

/** An empty summary. A name that stands twice in a row counts once, as an input before an output. */
export function createWindowSummary<Tally extends FeatureTally>(options: SummaryOptions<Tally>): WindowSummary<Tally> {
  const { capture, columns, known, begin } = options;
  const compared = new Set(capture.features);
  const codes = new Set(capture.categories);
  const isCompared = (name: string) => (compared.size === 0 || compared.has(name)) && name !== capture.unit;
  const tallies = new Map(known.filter(({ name }) => isCompared(name)).map((tally) => [tally.name, tally]));
  const unknown = new Set<string>();
  const beginUnits = () => (capture.unit === undefined ? undefined : firstRows(capture.unit));
  let units = beginUnits();
  let rows = 0;
  let leftOutValues = 0;
  let rowsWithoutUnit = 0;

  /** The tally of a column that is seen for the first time; undefined when it is not compared. */
  function begun(name: string, isOutput: boolean): FeatureTally | undefined {
    if (!isCompared(name)) return undefined;
    if (tallies.size >= MAX_FEATURES || name === "" || name.length > LONGEST_COLUMN) {
      leftOutValues++;
      return undefined;
    }
    if (begin === undefined) {
      if (unknown.size < NAMED_COLUMNS) unknown.add(name);
      return undefined;
    }
    const kind = sourceKind({ columns }, name);
    const tally = begin({ name, kind: isOutput && kind === "data" ? "prediction" : kind, isCode: codes.has(name) });
    tallies.set(name, tally);
    return tally;
  }

  function addValues({ names, values, isTyped }: NamedValues, isOutput: boolean): void {
    for (let index = 0; index < values.length; index++) {
      const name = names[index] ?? "";
      const tally = tallies.get(name) ?? begun(name, isOutput);
      if (tally === undefined || tally.lastRow === rows) continue;
      tally.lastRow = rows;
      countValue(tally, values[index], isTyped);
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
    get rowsWithoutUnit() {
      return rowsWithoutUnit;
    },
    add(row) {
      const isFirst = units === undefined || units(row);
      if (isFirst === undefined) rowsWithoutUnit++;
      if (isFirst !== true) return;
      rows++;
      if (row.inputs !== undefined) addValues(row.inputs, false);
      if (row.outputs !== undefined) addValues(row.outputs, true);
    },
    beginWindow() {
      units = beginUnits();
    },
  };
}

/** Units that are known at most; of more, an even share by their hashes is looked at. */
const MAX_UNITS = 1_000_000;

/** Tells the first row of each unit of a window: rows of one unit, such as a user, say the same; undefined for one of no unit. */
function firstRows(column: string): (row: CapturedRow) => boolean | undefined {
  const seen = new Set<number>();
  let limit = 2 ** 32;
  return ({ inputs, outputs }) => {
    const unit = valueIn(inputs, column) ?? valueIn(outputs, column);
    if (unit === undefined || unit === null || unit === "") return undefined;
    const hash = nameHash(typeof unit === "string" ? unit : JSON.stringify(unit));
    if (hash >= limit || seen.has(hash)) return false;
    seen.add(hash);
    if (seen.size > MAX_UNITS) {
      limit /= 2;
      for (const one of seen) if (one >= limit) seen.delete(one);
    }
    return true;
  };
}

function valueIn(side: NamedValues | undefined, column: string): unknown {
  const index = side?.names.indexOf(column) ?? -1;
  return index < 0 ? undefined : side?.values[index];
}

import { FEATURE_FORMS, FEATURE_NAMES } from "../../test/simulation/drift-features";
import { createStream } from "../../test/simulation/drift-streams";
import { watchStream } from "../../test/simulation/watched-stream";
import { median, type Row } from "../table";
import { CALM_STREAMS, type CalmStream, DAY_MS, HOUR_MS, hourly, WEEK_MS } from "./calm-streams";
import { commonRules, RULES, type Rule } from "./common-rules";
import { DRIFTING_STREAMS, type DriftingStream, drifting } from "./drifts";
import { countRequests, isRequest } from "./episodes";

/** Windows that the common rules are looked at in: they alarm in most of them, or in hardly any. */
const RULED_WINDOWS = 48;

const NORMAL_FEATURES = FEATURE_NAMES.filter((_, feature) => FEATURE_FORMS[feature] === "normal");

/** What is requested of streams in which nothing drifts, and how long a drift takes to be found, beside rules that others use. */
export async function driftFigures(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const stream of CALM_STREAMS) rows.push(await calmRow(stream));
  for (const stream of DRIFTING_STREAMS) rows.push(await driftRow(stream));
  rows.push(await twoSpikes());
  return rows;
}

async function calmRow(calm: CalmStream): Promise<Row> {
  const { what, options, watching, weeks, seeds, budget, design } = calm;
  let [episodes, ruled] = [0, 0];
  const alarms = new Map<Rule, number>();
  for (let seed = 1; seed <= seeds; seed++) {
    const stream = createStream(options(seed));
    const { periodMs } = stream.options;
    const first = watching.baselineMs / periodMs;
    const rules = commonRules(stream, first);
    const counted = countRequests();
    for await (const { window, evaluation } of watchStream(stream, watching)) {
      await counted.add(evaluation);
      if (window - first < RULED_WINDOWS) {
        ruled++;
        for (const rule of rules(window)) alarms.set(rule, (alarms.get(rule) ?? 0) + 1);
      }
      if (window + 1 >= first + (weeks * WEEK_MS) / periodMs) break;
    }
    episodes += counted.requests;
  }
  const rate = episodes / (weeks * seeds);
  return {
    what: `calm: ${what}`,
    measured: `${rate.toFixed(2)} requests a week in ${weeks * seeds} weeks`,
    baseline: `windows with alarm: ${RULES.map((rule) => `${rule} ${percent((alarms.get(rule) ?? 0) / ruled)}`).join(", ")}`,
    ratio: "",
    budget: `${budget === undefined ? "" : `${Number(budget.toFixed(2))}; `}design: ${design}`,
    ...(budget !== undefined && { isWithin: rate <= budget }),
  };
}

async function driftRow(drift: DriftingStream): Promise<Row> {
  const { what, watching, windows, seeds, budget, design } = drift;
  const delays: number[] = [];
  const ofRules = new Map(RULES.map((rule): [Rule, number[]] => [rule, []]));
  for (let seed = 1; seed <= seeds; seed++) {
    const stream = createStream(drifting(drift, seed));
    const first = watching.baselineMs / stream.options.periodMs;
    const rules = commonRules(stream, first);
    const found = new Map<string, number>();
    const alarmed = new Map<Rule, number>();
    for await (const { window, evaluation } of watchStream(stream, watching)) {
      const since = window - first + 1;
      for (const { name, severity } of evaluation.features) {
        if (isRequest({ severity }) && !found.has(name)) found.set(name, since);
      }
      for (const rule of rules(window)) if (!alarmed.has(rule)) alarmed.set(rule, since);
      if (since >= windows) break;
    }
    delays.push(...NORMAL_FEATURES.map((name) => found.get(name) ?? Number.POSITIVE_INFINITY));
    for (const [rule, of] of ofRules) of.push(alarmed.get(rule) ?? Number.POSITIVE_INFINITY);
  }
  const share = (limit: number) => percent(delays.filter((delay) => delay <= limit).length / delays.length);
  return {
    what,
    measured: `${told(median(delays))} windows in the median, ${share(3)} within 3, ${share(windows)} within ${windows}`,
    baseline: [...ofRules].map(([rule, of]) => `${rule}: ${told(median(of))}`).join(", "),
    ratio: "",
    budget: `${budget === undefined ? "" : `${budget}; `}design: ${design}`,
    ...(budget !== undefined && { isWithin: median(delays) <= budget }),
  };
}

/** Two spikes within three windows are a drift by the policy's two of three. */
async function twoSpikes(): Promise<Row> {
  const first = DAY_MS / HOUR_MS;
  const isSpike = (window: number) => window === first + 50 || window === first + 52;
  const stream = createStream({ ...hourly(1), shift: (_, window) => (isSpike(window) ? 1 : 0) });
  const requests: number[] = [];
  for await (const { window, evaluation } of watchStream(stream, { baselineMs: DAY_MS })) {
    if (isRequest(evaluation)) requests.push(window - first);
    if (window >= first + 60) break;
  }
  return {
    what: "spikes of +1 sd in all features in windows 50 and 52",
    measured: `requested in window ${requests[0] ?? "none"}`,
    baseline: "",
    ratio: "",
    budget: "design: 52",
    isWithin: requests[0] === 52,
  };
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function told(windows: number): string {
  return Number.isFinite(windows) ? String(windows) : "never";
}

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { collectMetrics } from "../../../local/dashboard/collect-metrics";
import { writeDashboard } from "../../../local/dashboard/write-dashboard";
import { describeWithChromium } from "./chromium";

const ROOT = join(__dirname, "../../..");
/** Below the packages that the bundle leaves out. */
const BUNDLE = join(ROOT, "dist/test/local/dashboard/start.js");
const DAY_MS = 86_400_000;

/** What a run without a monitor leaves empty. */
const NO_MONITOR = ["Drift score by feature", "Severity of detected drift: 0 none to 4 critical"];
/** Neither scenario configures a monitor in the cloud, without which nobody waits for a report. */
const NO_CLOUD_MONITOR = "Time since a drift report, seconds";
/** What a run without data leaves empty. */
const NO_DATA = [
  "Time since new data, seconds",
  "Objects of a batch",
  "From landing: to the batch's seal, to the run's start, seconds",
];

const folder = mkdtempSync(join(tmpdir(), "retrigger-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** One week of flights, through the functions of both clouds. */
let week: string;

beforeAll(() => {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outfile=${BUNDLE}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "local/start.ts"), ...flags]);
  week = start("--until", "2001-01-08", "--cloud", "both");
});

describe("npm start -- --dashboard", () => {
  it("should have data of a week of flights in every widget of both dashboards, but for those that a monitor fills", () => {
    const cards = cardsOf(read(week));

    expect(cards.length).toBeGreaterThan(25);
    expect(emptyOf(cards, 0)).toEqual([...NO_MONITOR, NO_CLOUD_MONITOR]);
    expect(emptyOf(cards, 1)).toEqual([...NO_MONITOR, NO_CLOUD_MONITOR]);
  });

  it("should have drift in the widgets that were empty, when a monitor looks at the flights", () => {
    const cards = cardsOf(read(start("--scenario", "drift", "--until", "2001-02-05")));

    for (const side of [0, 1]) expect(emptyOf(cards, side).filter((title) => NO_MONITOR.includes(title))).toEqual([]);
    expect(emptyOf(cards, 0)).toEqual(expect.arrayContaining([NO_CLOUD_MONITOR, ...NO_DATA.slice(1)]));
  });

  it("should understand every widget, and have each on both dashboards", () => {
    expect(read(week)).not.toMatch(/not understood|not on this dashboard/);
  });

  it("should add up to the same on both dashboards, of one run", () => {
    const cards = cardsOf(read(start("--until", "2001-01-04")));

    for (const title of ["Triggers by type", "Training decisions", "Estimated cost of a day's starts, USD"]) {
      const [aws = [], gcp] = cards.find((card) => card.title === title)?.figures.map(sumsOf) ?? [];
      expect(aws.length).toBeGreaterThan(1);
      expect(gcp).toEqual(aws);
    }
  });

  it("should draw nothing that was not asked for", () => {
    const target = mkdtempSync(join(folder, "plain-"));

    const text = execFileSync(process.execPath, [BUNDLE, "--until", "2001-01-02"], { cwd: target, encoding: "utf8" });

    expect(text).not.toContain("dashboard.html");
    expect(() => read(join(target, ".retrigger"))).toThrow("ENOENT");
  });
});

describe("writeDashboard", () => {
  it("should write equal bytes for equal metrics", async () => {
    const paths = ["one.html", "two.html"].map((name) => join(folder, name));

    for (const path of paths) await write(path, "delay");

    const [one, two] = paths.map((path) => readFileSync(path, "utf8"));
    expect(two).toBe(one);
  });
});

describeWithChromium("the page in Chromium", (page) => {
  it.each([
    { width: 1480, scheme: "light" },
    { width: 1024, scheme: "dark" },
    { width: 390, scheme: "light" },
  ] as const)("should be whole, quiet and without overflow, $width wide and $scheme", async (view) => {
    await page().open(pathToFileURL(join(week, "dashboard.html")).href, view);

    const overflow = await page().evaluate("document.documentElement.scrollWidth - innerWidth");
    const boxes = await page().evaluate(
      "[...document.querySelectorAll('svg')].map((svg) => svg.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))",
    );
    const outside = await page().evaluate(
      "[...document.querySelectorAll('article')].flatMap((card) => [...card.querySelectorAll('figure > *')].filter((one) => one.getBoundingClientRect().right > card.getBoundingClientRect().right).map((one) => one.outerHTML.slice(0, 200)))",
    );
    const colours = await page().evaluate(
      "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]",
    );
    expect(page().complaints()).toEqual([]);
    expect(overflow).toBeLessThanOrEqual(0);
    expect((boxes as number[]).length).toBeGreaterThan(50);
    expect(Math.min(...(boxes as number[]))).toBeGreaterThan(80);
    expect(outside).toEqual([]);
    expect(colours).toEqual(
      view.scheme === "dark" ? ["rgb(16, 19, 23)", "rgb(232, 235, 239)"] : ["rgb(244, 245, 247)", "rgb(27, 31, 36)"],
    );
  });

  it("should run nothing that a name brings along", async () => {
    const path = join(folder, "hostile.html");
    const feature = `</text></svg><img src=x onerror="document.title='run'"><script>document.title='run'</script>`;
    await write(path, feature);

    await page().open(pathToFileURL(path).href, { width: 1480, scheme: "light" });

    expect(await page().evaluate("document.title")).toBe("Retrigger: dashboards of both clouds");
    expect(await page().evaluate("document.querySelectorAll('img, script').length")).toBe(0);
    expect(await page().evaluate("document.body.textContent.includes('onerror=')")).toBe(true);
    expect(page().complaints()).toEqual([]);
  });
});

// Helpers

/** Runs the command with `--dashboard` in a folder of its own; the folder of what it wrote. */
function start(...args: readonly string[]): string {
  const target = mkdtempSync(join(folder, "run-"));
  const text = execFileSync(process.execPath, [BUNDLE, "--dashboard", ...args], { cwd: target, encoding: "utf8" });
  const record = join(target, ".retrigger");
  expect(text).toContain(`Dashboards ${join(record, "dashboard.html")}\n`);
  return record;
}

function read(record: string): string {
  return readFileSync(join(record, "dashboard.html"), "utf8");
}

interface Card {
  readonly title: string;
  /** Of CloudWatch, then of Cloud Monitoring. */
  readonly figures: readonly string[];
}

function cardsOf(page: string): Card[] {
  return page
    .split("<article ")
    .slice(1)
    .map((card) => ({ title: unescaped(/<h3>([^<]*)/.exec(card)?.[1] ?? ""), figures: card.split("<figure>").slice(1) }));
}

function emptyOf(cards: readonly Card[], side: number): string[] {
  return cards.filter(({ figures }) => figures[side]?.includes("no data in this run")).map(({ title }) => title);
}

/** Of the lines that the legend names. */
function sumsOf(figure: string): string[] {
  return [...figure.matchAll(/<b>Σ ([^<]*)/g)].map(([, sum = ""]) => sum);
}

function unescaped(text: string): string {
  return text.replaceAll("&#39;", "'");
}

/** Writes the page of a drift score of a feature of this name. */
async function write(path: string, feature: string): Promise<void> {
  const metrics = collectMetrics();
  metrics.log({ level: "info", event: "feature-drift", model: feature, feature, score: 1 }, 0);
  metrics.log({ level: "info", event: "decided", model: feature, requestId: feature, outcome: feature, reason: feature }, 0);
  const run = { name: "metrics of a test", metrics };
  await writeDashboard(path, { aws: run, gcp: run, about: feature, time: { from: 0, until: DAY_MS }, hasPromoter: false });
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { simulationReport } from "../../../cli/report/simulation-report";
import { type Sample, sampleResult } from "./sample-results";

const PATHS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const EXECUTABLE = process.env.RETRIGGER_CHROMIUM ?? process.env.CHROMIUM ?? PATHS.find((path) => existsSync(path));

/** More than there are looks, of which the last ones are those of hindsight. */
const TEN = ["a", "b", "c", "d", "e", "f", "g", "never", "every 24 days", "oracle"];

const SAMPLES: Readonly<Record<string, Sample>> = {
  one: { models: 1, decisions: 300 },
  "without-errors": { models: 1, decisions: 300, hasErrors: () => false },
  ten: { models: 1, decisions: 100, days: 90, policies: TEN },
  many: { models: 4, decisions: 100, days: 90, hasErrors: (place) => place !== 3 },
};

const FILE = {
  path: `half-${"long".repeat(30)}.csv`,
  lines: 19,
  problems: ["line 2: got a word"],
  problemCount: 81,
  missing: ["no rows"],
};

const VIEWS = [390, 1280].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ width, scheme })));

const suite = EXECUTABLE === undefined ? describe.skip : describe;
const reason =
  EXECUTABLE === undefined ? " (skipped: neither RETRIGGER_CHROMIUM names a Chromium, nor is one in its usual places)" : "";

suite(`simulationReport in Chromium${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-report-"));
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, sample] of Object.entries(SAMPLES)) {
      const { result, columns } = sampleResult(sample);
      writeFileSync(join(folder, `${name}.html`), simulationReport({ result: { ...result, files: [FILE] }, columns }));
    }
    browser = await chromium.launch({
      ...(EXECUTABLE !== undefined && { executablePath: EXECUTABLE }),
      args: ["--no-sandbox", "--disable-gpu"],
    });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  describe.each(Object.keys(SAMPLES))("the report of %s", (name) => {
    it.each(VIEWS)("should have nothing to complain of and fit, $width wide and $scheme", async ({ width, scheme }) => {
      await withPage({ name, width, scheme }, async (page) => {
        await page.evaluate(`for (const details of document.querySelectorAll("details")) details.open = true`);
        await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));

        const findings = await page.evaluate(
          `axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html)))`,
        );

        expect(findings).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      });
    });

    it("should tell all that is essential without its script", async () => {
      await withPage({ name, javaScriptEnabled: false }, async (page) => {
        expect(await page.locator(".headline").first().isVisible()).toBe(true);
        expect(await page.locator("[data-script]:visible").count()).toBe(0);
        const summary = page.locator("details.model > summary").first();
        if (name === "many") await summary.click();
        expect(await page.locator(".policies").first().isVisible()).toBe(true);
        expect(await page.locator(".lane svg").first().isVisible()).toBe(true);
      });
    });
  });

  it("should be reached everywhere by the keyboard, in the order in which it is read", async () => {
    await withPage({ name: "one" }, async (page) => {
      const all = await page.locator("a[href]:visible, input:visible, summary:visible, [tabindex='0']:visible").count();
      const reached: number[] = [];
      for (let step = 0; step < all; step++) {
        await page.keyboard.press("Tab");
        reached.push(Number(await page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)")));
      }

      expect(new Set(reached).size).toBe(all);
      expect(reached).toEqual(reached.toSorted((one, other) => one - other));
    });
  });

  it("should move the price by the keyboard, and say what its row says", async () => {
    await withPage({ name: "one" }, async (page) => {
      await page.locator(".price-range").press("End");

      const said = await page.locator(".by-price tbody tr").last().locator(".said").textContent();
      expect(await page.locator(".headline").textContent()).toBe(said);
      expect(await page.locator(".policies .at-price").textContent()).toBe("5");
      const row = await page.locator(".by-price tbody tr").last().locator("td").first().textContent();
      expect(await page.locator(".policies td.cost").first().textContent()).toBe(row);
      expect(await page.locator(".price-range").getAttribute("aria-valuetext")).toBe("5");
    });
  });

  it("should move the time by the keyboard and the pointer, and say what its row says", async () => {
    await withPage({ name: "one" }, async (page) => {
      await page.locator(".time-range").focus();
      await page.keyboard.press("ArrowRight");
      const second = await page.locator(".by-time tbody tr").nth(1).locator("th").textContent();
      expect(await page.locator(".time-text").textContent()).toContain(`From ${second} UTC`);

      const chart = await page.locator(".drawing:has(.cursor) .axis").boundingBox();
      await page.mouse.move((chart?.x ?? 0) + (chart?.width ?? 0) - 1, (chart?.y ?? 0) - 60);
      const last = await page.locator(".by-time tbody tr").last().locator("th").textContent();
      expect(await page.locator(".time-text").textContent()).toContain(`From ${last} UTC`);
      expect(await page.locator(".cursor").isVisible()).toBe(true);
    });
  });

  it("should dot what is known in hindsight only, whatever its look", async () => {
    await withPage({ name: "ten" }, async (page) => {
      const dashes = await page.evaluate(
        `[...document.querySelectorAll(".line.d2")].map((line) => getComputedStyle(line).strokeDasharray)`,
      );

      expect(dashes).toEqual(["1.5px, 3.5px", "1.5px, 3.5px"]);
    });
  });

  it.each([
    [390, '"Scroll sideways for more'],
    [1280, "none"],
  ])("should say of a table %d wide how the rest of it is seen: %s", async (width, hint) => {
    await withPage({ name: "one", width }, async (page) => {
      const shown = await page.evaluate(`getComputedStyle(document.querySelector(".scroll:has(> .policies)"), "::before").content`);

      expect(shown).toContain(hint);
    });
  });

  it("should tell times of the reader's zone beside UTC", async () => {
    await withPage({ name: "one", timezoneId: "Asia/Tokyo" }, async (page) => {
      expect(await page.locator(".zone").textContent()).toContain("Asia/Tokyo");
      expect(await page.locator("time").first().textContent()).toMatch(/^3 Nov 2025 UTC \(.*9:00.*Asia\/Tokyo\)$/);
    });
  });

  it("should find models by name, open the one that is asked for, and move the price of all", async () => {
    await withPage({ name: "many" }, async (page) => {
      await page.locator("#filter").fill("FRAUD");
      expect(await page.locator("tr[data-model]:visible").count()).toBe(1);
      expect(await page.locator("details.model:visible").count()).toBe(1);
      expect(await page.locator(".found").textContent()).toBe("1 of 4");

      await page.locator("#all-prices").press("Home");
      expect(await page.locator('tr[data-model="m1"] .at-price').textContent()).toBe("0.1");
      const verdict = await page.locator('[data-section="m1"] .verdict').textContent();
      expect(verdict).toBe(
        `${await page.locator('tr[data-model="m1"] .cheapest').textContent()}, ${await page.locator('tr[data-model="m1"] .against').textContent()}`,
      );

      await page.locator('a[href="#m1"]').click();
      expect(await page.locator('[data-section="m1"] .headline').isVisible()).toBe(true);
    });
  });

  interface View {
    readonly name: string;
    readonly width?: number;
    readonly scheme?: "light" | "dark";
    readonly javaScriptEnabled?: boolean;
    readonly timezoneId?: string;
  }

  /** A page without any network, which complains of nothing, and asks for nothing beside itself. */
  async function withPage({ name, width = 1280, scheme = "light", ...more }: View, look: (page: Page) => Promise<void>) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
      offline: true,
      reducedMotion: "reduce",
      ...more,
    });
    const page = await context.newPage();
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) complaints.push(request.url());
    });
    await page.goto(url);
    await look(page);
    expect(complaints).toEqual([]);
    await context.close();
  }
});

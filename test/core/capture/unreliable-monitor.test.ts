import fc from "fast-check";
import { monitorCaptures } from "../../../functions/core/capture/monitor-captures";
import type { CapturePorts, EndpointReader } from "../../../functions/core/capture/ports";
import { randomOf } from "../../simulation/random";
import { DIED, type Fate, randomTurns, runProcess, type Step, unreliable } from "../../simulation/unreliable";
import { BASELINE, folderOf, jsonLines, monitorPorts, reportUri, settingsOf } from "./captures";

const NEVER = Number.POSITIVE_INFINITY;
const SETTINGS = settingsOf({ location: "s3://flights/captured/endpoint/*/{yyyy}/{mm}/{dd}/{hh}/", endpoint: "flights" });
const HOURS = [0, 1, 2, 3];

describe("monitorCaptures, when its processes fail", () => {
  it.each<Fate>(["throws", "dies"])("should make the same files when a call %s, whichever it is", async (fate) => {
    const expected = await undisturbed();
    const calls = await countCalls();

    for (let at = 0; at < calls; at++) {
      const world = createWorld();
      let call = 0;
      await world.run(() => (call++ === at ? fate : "fine"));

      expect(isPartOf(world.files(), expected)).toBe(true);
      await world.run(() => "fine");
      expect(world.files()).toEqual(expected);
    }
    expect(calls).toBeGreaterThan(60);
  });

  it("should make one report per window, whatever fails and however processes overlap", async () => {
    const expected = await undisturbed();
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = randomOf(seed);
        const turns = randomTurns(random);
        const world = createWorld(turns.pause);
        const nextFate = (): Fate => (["dies", "throws"] as const)[random(60)] ?? "fine";

        await turns.interleave(() => Promise.all([1, 2, 3].map(() => world.run(nextFate))));
        await world.run(() => "fine");

        expect(world.files()).toEqual(expected);
        expect(world.rewritten).toEqual([]);
      }),
      { seed: jest.getSeed(), numRuns: 40 },
    );
  });
});

// Helpers

/** Captures of four hours and two variants, and the files that processes make of them. */
function createWorld(pause: () => Promise<void> = async () => undefined) {
  const { ports, captures, files } = monitorPorts(HOURS.length);
  const rewritten: string[] = [];
  for (const hour of HOURS) {
    for (const variant of ["blue", "green"]) {
      const rows = [{ delay: hour, origin: variant }, { delay: 7 }];
      captures.objects.set(`${folderOf(hour).replace("AllTraffic", variant)}1.jsonl`, jsonLines(rows));
    }
  }
  const observed: CapturePorts["files"] = {
    ...files,
    async create(uri, text) {
      const before = files.files.get(uri);
      const isNew = await files.create(uri, text);
      if (before !== undefined && files.files.get(uri) !== before) rewritten.push(uri);
      return isNew;
    },
  };
  const endpoints: EndpointReader = {
    captureOf: async () => ({ isOn: true, samplingPercent: 100, destination: "s3://flights/captured/" }),
  };

  async function monitor(step: Step): Promise<void> {
    const steady = {
      folders: unreliable({ folders: captures.folders }, step).folders,
      list: (prefix: string) => unreliableIterable(() => captures.list(prefix), "list", step),
      lines: (uri: string) => unreliableIterable(() => captures.lines(uri), "lines", step),
    };
    const all = { ...ports, captures: steady, files: unreliable(observed, step), endpoints: unreliable(endpoints, step) };
    await monitorCaptures(all, SETTINGS, NEVER);
  }

  return {
    rewritten,
    files: () => Object.fromEntries([...files.files].sort(([a], [b]) => (a < b ? -1 : 1))),
    /** A process to its end, whatever that is. */
    async run(nextFate: () => Fate): Promise<void> {
      await runProcess(monitor, nextFate, pause).catch((error: unknown) => {
        const failures = [error, error instanceof Error ? error.cause : undefined];
        if (!failures.some((failure) => failure instanceof Error && failure.message.startsWith("injected failure"))) throw error;
        return DIED;
      });
    },
  };
}

async function* unreliableIterable<T>(start: () => AsyncIterable<T>, name: string, step: Step): AsyncIterable<T> {
  await step(`before ${name}`);
  for await (const item of start()) {
    yield item;
    await step(`amid ${name}`);
  }
  await step(`after ${name}`);
}

/** The files of a process that nothing befalls. */
async function undisturbed(): Promise<Record<string, string>> {
  const world = createWorld();
  await world.run(() => "fine");
  expect(Object.keys(world.files())).toEqual([...HOURS.slice(1).map(reportUri), BASELINE]);
  return world.files();
}

/** How often a fate may befall a process. */
async function countCalls(): Promise<number> {
  let calls = 0;
  await createWorld().run(() => {
    calls++;
    return "fine";
  });
  return calls;
}

function isPartOf(files: Readonly<Record<string, string>>, whole: Readonly<Record<string, string>>): boolean {
  return Object.entries(files).every(([uri, text]) => whole[uri] === text);
}

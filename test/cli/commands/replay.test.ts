import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportDecisions } from "../../../cli/commands/decisions";
import { replay, replayExport } from "../../../cli/commands/replay";
import { localControl } from "../../../cli/control/local-control";
import { painter } from "../../../cli/printout";
import type { Decision } from "../../../functions/core/coordination/decision";
import { dataRequest, HOUR_MS, localRun } from "../local-run";

const paint = painter(false);
const MANIFESTS = [{ uri: "s3://flights-landing/a.manifest", objects: 100, bytes: 1e6 }];
const folder = mkdtempSync(join(tmpdir(), "retrigger-replay-"));

afterAll(() => rmSync(folder, { recursive: true }));

describe("replay", () => {
  it("should say how many decisions come out the same, and which cannot be decided again", async () => {
    const control = await runThatWentOn();

    const { text, data, isRefused } = await replay(control, "flight-delay", paint);

    expect(text).toBe(
      "flight-delay\n3 of 3 decisions come out the same\n" +
        "1 more cannot be decided again: an earlier version recorded them, without what they followed from",
    );
    expect(data).toMatchObject([{ model: "flight-delay", decisions: 4, same: 3, differing: 0 }]);
    expect(isRefused).toBe(false);
  });

  it("should say of every model that nothing is recorded of it", async () => {
    const { text } = await replay(await localControl(await localRun(), () => 0), undefined, paint);

    expect(text).toBe("flight-delay\nno decisions are recorded\n\nwest-coast\nno decisions are recorded");
  });

  it("should refuse a model that is not configured", async () => {
    await expect(replay(await runThatWentOn(), "west", paint)).rejects.toThrow("no model west; there are flight-delay, west-coast");
  });
});

describe("replayExport", () => {
  it("should come to the same of what was exported", async () => {
    const path = await exported((decision) => decision);

    const { text } = await replayExport(path, undefined, paint);

    expect(text).toContain("flight-delay\n3 of 3 decisions come out the same\n");
    expect((await replayExport(path, "west-coast", paint)).text).toBe("no decisions are recorded");
  });

  it("should tell what differs, and fail", async () => {
    const path = await exported((decision) =>
      decision.outcome === "duplicate" ? { ...decision, reason: "cooldown\u001b[2J" as Decision["reason"] } : decision,
    );

    const { text, isRefused } = await replayExport(path, undefined, paint);

    expect(isRefused).toBe(true);
    expect(text).toContain("2 of 3 decisions come out the same");
    expect(text).toContain("data/flight-delay/2: recorded is duplicate (cooldown\\u001b[2J), replayed duplicate (duplicate)");
  });

  it("should tell a changed outcome, and fail", async () => {
    const path = await exported((decision) => (decision.outcome === "start" ? { ...decision, outcome: "defer" } : decision));

    const { text, isRefused } = await replayExport(path, undefined, paint);

    expect(isRefused).toBe(true);
    expect(text).toContain("recorded is defer (all-checks-passed), replayed start (all-checks-passed)");
    expect(text).not.toContain("are missing");
  });

  it("should fail where nothing could be compared, and not read as if it had been", async () => {
    const path = await exported(({ inputs: _inputs, number: _number, ...decision }) => decision);

    const { text, isRefused } = await replayExport(path, undefined, paint);

    expect(isRefused).toBe(true);
    expect(text).toBe(
      "flight-delay\nno decision can be decided again, so nothing was compared\n" +
        "4 cannot be decided again: an earlier version recorded them, without what they followed from",
    );
  });

  it("should refuse what is no export, with its line", async () => {
    const path = join(folder, "broken.jsonl");
    writeFileSync(path, '\n{"requestId": 1}\n');

    await expect(replayExport(path, undefined, paint)).rejects.toThrow(
      /broken\.jsonl, line 2 is not a decision; expected a line that/,
    );
    await expect(replayExport(join(folder, "none.jsonl"), undefined, paint)).rejects.toThrow(/could not be read/);
  });
});

// Helpers

/** A local run of an earlier version, after which something was asked for by this one. */
async function runThatWentOn() {
  const control = await localControl(await localRun(dataRequest(1, { manifests: MANIFESTS })), () => 3 * HOUR_MS);
  for (const request of [dataRequest(2, { manifests: MANIFESTS }), dataRequest(3), dataRequest(2)]) await control.trigger(request);
  return control;
}

async function exported(change: (decision: Decision) => Decision): Promise<string> {
  const path = join(folder, "decisions.jsonl");
  const lines: string[] = [];
  for await (const line of exportDecisions(await runThatWentOn(), {})) lines.push(JSON.stringify(change(JSON.parse(line))));
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

import * as z from "zod/mini";
import { historyLineText } from "../../../functions/core/replay/history-line-text";
import { parseHistoryLine } from "../../../functions/core/replay/parse-history-line";

const AT = Date.parse("2026-11-01T02:00:00Z");

// As the command line does.
z.config(z.locales.en());

describe("parseHistoryLine", () => {
  it.each(['"2026-11-01T02:00:00Z"', '"2026-11-01T04:00:00+02:00"', String(AT)])("should read the time %s", (at) => {
    expect(parseHistoryLine(`{"type":"schedule","model":"churn","at":${at},"name":"nightly"}`)).toEqual({
      line: { type: "schedule", model: "churn", at: AT, name: "nightly" },
    });
  });

  it.each([
    ["", "not JSON, or cut short"],
    ['{"type":"landed","model":"churn","at":1', 'it ends with "{\\"type'],
    ["[]", "expected object"],
    ['{"type":"landing","model":"churn","at":1}', "type: "],
    ['{"type":"landed","model":"Churn","at":1}', "model: expected 1 to 40 of a-z"],
    [
      '{"type":"landed","model":"churn","at":"2026-11-01T02:00:00"}',
      "at: expected epoch milliseconds or an ISO 8601 time with its offset",
    ],
    ['{"type":"landed","model":"churn","at":-1}', "at: "],
    ['{"type":"landed","model":"churn","at":1,"keys":1}', "keys"],
    ['{"type":"quality","model":"churn","at":1,"error":12}', "error: "],
    ['{"type":"landed","model":"churn","at":1,"objects":10000001}', "objects: "],
    ['{"type":"run","model":"churn","at":1,"run":"r","status":"failed","costUsd":1e308}', "costUsd: "],
    ['{"type":"\u0000"}'.replace("\u0000", "\\u001b[2J"), "type: "],
  ])("should tell what is wrong with %j", (text, why) => {
    const { line, problem } = parseHistoryLine(text);

    expect(line).toBeUndefined();
    expect(problem).toContain(why);
    expect(problem?.length).toBeLessThanOrEqual(300);
  });
});

describe("historyLineText", () => {
  it("should write what is read again, with times that people can read", () => {
    const line = {
      type: "run",
      model: "churn",
      at: AT,
      run: "r",
      endedAt: AT + 1,
      trainedUntil: 8.64e15,
      status: "failed",
    } as const;

    const text = historyLineText(line);

    expect(text).toContain(
      '"at":"2026-11-01T02:00:00.000Z","run":"r","endedAt":"2026-11-01T02:00:00.001Z","trainedUntil":8640000000000000',
    );
    expect(parseHistoryLine(text)).toEqual({ line });
  });
});

import { toDeflatedJson } from "../../functions/node/deflated-json";
import { decodeHeartbeats, encodeHeartbeats } from "../../functions/node/record-codecs";

const WATCHED = { model: "churn", name: "nightly", cron: "30 2 * * *", timeZone: "UTC", since: 1, settled: 2 };

describe("encodeHeartbeats", () => {
  it("should be read back as it was", () => {
    expect(decodeHeartbeats(encodeHeartbeats("all", { schedules: [WATCHED] }))).toEqual({ schedules: [WATCHED] });
  });

  it("should refuse what could not be read back", () => {
    expect(() => encodeHeartbeats("all", { schedules: [{ ...WATCHED, since: Number.NaN }] })).toThrow(
      /^the record of the watched schedules is not valid and was not saved: .*since/s,
    );
  });

  it("should not be read with a field of a newer program", () => {
    const newer = toDeflatedJson("x", { schedules: [{ ...WATCHED, muted: true }] });

    expect(() => decodeHeartbeats(newer)).toThrow(/muted/);
  });
});

import { join } from "node:path";
import { drift } from "../../../cli/commands/drift";
import { why } from "../../../cli/commands/why";
import { awsControl } from "../../../cli/control/aws-control";
import { gcpControl } from "../../../cli/control/gcp-control";
import { localControl } from "../../../cli/control/local-control";
import { painter } from "../../../cli/printout";
import { dynamoDriftLog } from "../../../functions/aws/adapters/dynamodb/drift-log";
import type { DriftRecord } from "../../../functions/core/drift/ports";
import { driftRequestId } from "../../../functions/core/request-ids";
import { firestoreDriftLog } from "../../../functions/gcp/adapters/firestore/drift-log";
import { appendDrift, RECORD_FOLDER } from "../../../local/files/replay-record";
import { range } from "../../contracts/coordination-samples";
import { driftRecordOf, featureOf, untoldFeature } from "../../contracts/drift-samples";
import { describeWithDynamoDb } from "../../contracts/dynamodb-endpoint";
import { describeWithFirestore } from "../../contracts/firestore-endpoint";
import { driftRequest, HOUR_MS, localRun, START } from "../local-run";

const paint = painter(false);
const MODEL = "flight-delay";
const YEAR_MS = 365 * 24 * HOUR_MS;

describe("drift", () => {
  it("should tell the newest windows first, with what each was taken for", async () => {
    const control = await openRun(recordOf(1), recordOf(3, { severity: "none", features: [] }), recordOf(2));

    const { text, data } = await drift(control, MODEL, 2, paint);

    expect(data).toEqual([recordOf(3, { severity: "none", features: [] }), recordOf(2)]);
    expect(text.split("\n")).toEqual([
      "2001-01-01 02:00:00 – 2001-01-01 03:00:00  hourly: none",
      "  report report-3",
      "  no features",
      "",
      "2001-01-01 01:00:00 – 2001-01-01 02:00:00  hourly: high, risen with this report",
      "  report report-2",
      "  feature  kind  state     severity  score  threshold  why",
      "  fare     data  detected  high      0.3    0.3        psi 0.3 reaches 0.3 (high); chance explains up to 0.01",
      "  gate     data  none      none      –      –          got 3 values on the current side, needs at least 100 to tell",
    ]);
  });

  it.each([
    "asks for a training, drift/flight-delay/2001-01-01T02-00-00-0123456789abcdef",
    "a person refused it; not asked again before 2001-01-31T02:00:00.000Z unless it gets worse",
    "its training failed; not asked again before 2001-01-02T02:00:00.000Z unless it gets worse",
  ])("should say how the drift's episode stands: %s", async (episode) => {
    const control = await openRun({ ...recordOf(1), episode });

    const { text, data } = await drift(control, MODEL, 5, paint);

    expect(text.split("\n").slice(1, 3)).toEqual(["  report report-1", `  ${episode}`]);
    expect(data).toMatchObject([{ episode }]);
  });

  it("should show the worst features, and count the others", async () => {
    // Arrange
    const severe = featureOf("z-critical", { severity: "critical", windowSeverity: "critical" });
    const suspected = featureOf("suspected", { state: "suspected", severity: "none", isRisen: false });
    const others = range(4).map((n) => featureOf(`high-${n}`, { score: 0.3 + n / 10 }));
    const record = { ...recordOf(1, { features: [untoldFeature("gate"), suspected, ...others, severe] }), omittedFeatures: 3 };
    const control = await openRun(record);

    // Act
    const { text } = await drift(control, MODEL, 5, paint);

    // Assert
    const named = text
      .split("\n")
      .slice(3, -1)
      .map((line) => line.trim().split(" ")[0]);
    expect(named).toEqual(["z-critical", "high-3", "high-2", "high-1", "high-0"]);
    expect(text).toMatch(/and 5 more features that drift less, 3 of which were not kept$/);
  });

  it("should show of a suspected drift what its window says", async () => {
    const suspected = featureOf("fare", { state: "suspected", severity: "none", isRisen: false });
    const control = await openRun(recordOf(1, { severity: "none", isRisen: false, features: [suspected] }));

    expect((await drift(control, MODEL, 5, paint)).text).toMatch(/hourly: none\n(.|\n)*fare {5}data {2}suspected {2}high/);
  });

  it("should count the last record of a report that was evaluated again", async () => {
    const control = await openRun(recordOf(1), recordOf(1, { severity: "low" }));
    expect((await drift(control, MODEL, 5, paint)).data).toEqual([recordOf(1, { severity: "low" })]);
  });

  it("should tell that there is none, and name the models when one is unknown", async () => {
    const control = await openRun();

    expect(await drift(control, MODEL, 5, paint)).toEqual({
      data: [],
      text: "no drift report of flight-delay was evaluated yet",
    });
    await expect(drift(control, "nope", 5, paint)).rejects.toThrow("no model nope; there are flight-delay, west-coast");
  });
});

describe("why, of a request that drift raised", () => {
  it("should show the report that raised it, beside the checks", async () => {
    // Arrange
    const record = recordOf(2);
    const { model, monitor, reportId, window } = record.evaluation;
    const request = { ...driftRequest(), id: driftRequestId({ model, monitor, id: reportId, window }) };
    const folder = await localRun(request);
    for (const each of [recordOf(1), record]) await appendDrift(join(folder, RECORD_FOLDER), each);

    // Act
    const { text, data } = await why(await localControl(folder, () => 0), request.id, paint);

    // Assert
    expect(data).toMatchObject({ drift: record });
    expect(text).toMatch(/ fare {5}data {2}detected {2}high (.|\n)* checks, and what would have changed the answer:/);
    expect(text).not.toContain("report-1");
  });
});

describe("why, of a request whose report had the id of another", () => {
  it.each([
    ["before the other", 0],
    ["behind the other", 1],
  ])("should show the evaluation that asked for it, listed %s", async (_, place) => {
    // Arrange
    const other = recordOf(2, {
      severity: "none",
      features: [featureOf("fare", { severity: "none", state: "none", score: 0.01 })],
    });
    const records = [{ ...other, report: { id: "report-2", digest: "0123456789abcdef" } }];
    records.splice(place, 0, { ...recordOf(2), report: { id: "report-2", digest: "123456789abcdef0" } });
    const { model, monitor, reportId, window } = recordOf(2).evaluation;
    const causes = [{ type: "drift", severity: "high", score: 0.1 + 0.2, feature: "fare" }] as const;
    const request = { ...driftRequest(), id: driftRequestId({ model, monitor, id: reportId, window }), causes: [...causes] };
    const folder = await localRun(request);
    for (const record of records) await appendDrift(join(folder, RECORD_FOLDER), record);

    // Act
    const { data, text } = await why(await localControl(folder, () => 0), request.id, paint);

    // Assert
    expect(data).toMatchObject({ drift: records[place] });
    expect(text).toContain("flight-delay: high drift of fare (0.3)\n");
  });
});

describeWithDynamoDb("drift over DynamoDB", (dynamoDb) => {
  it("should read what the deployed evaluator recorded", async () => {
    const { client, createTable, endpoint } = dynamoDb();
    const table = await createTable();
    await dynamoDriftLog(client, table, YEAR_MS).record(recordOf(1));
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const control = awsControl({ state: table }, {}, () => START);

    expect((await drift(control, MODEL, 5, paint)).data).toEqual([recordOf(1)]);
    control.close();
  });
});

describeWithFirestore("drift over Firestore", (firestore) => {
  it("should read what the deployed evaluator recorded", async () => {
    await firestoreDriftLog(firestore().createDatabase(), YEAR_MS).record(recordOf(1));
    const options = { state: "projects/p/databases/retrigger-dev" };
    const control = gcpControl(options, {}, () => START, { open: () => firestore().createClient() });

    expect((await drift(control, MODEL, 5, paint)).data).toEqual([recordOf(1)]);
  });
});

// Helpers

/** The evaluation of the report of an hour, counted from 1. */
function recordOf(hour: number, values: Partial<DriftRecord["evaluation"]> = {}): DriftRecord {
  const end = START + hour * HOUR_MS;
  const features = [untoldFeature("gate"), featureOf("fare")];
  return driftRecordOf({ model: MODEL, reportId: `report-${hour}`, window: { start: end - HOUR_MS, end }, features, ...values });
}

async function openRun(...records: readonly DriftRecord[]) {
  const folder = await localRun();
  for (const record of records) await appendDrift(join(folder, RECORD_FOLDER), record);
  return await localControl(folder, () => 0);
}

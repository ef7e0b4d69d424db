import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Firestore } from "@google-cloud/firestore";
import { type Finding, Pace } from "../../../../cli/doctor/finding";
import { gcpClients } from "../../../../cli/doctor/gcp/account";
import { examineGcp } from "../../../../cli/doctor/gcp/examine-gcp";
import { plannedStack } from "../../../../cli/doctor/planned-stack";
import type { PlannedStack } from "../../../../cli/plan/synthesise";
import { COLLECTIONS, SHAPE_FIELD } from "../../../../functions/core/state-layout";
import type { Answer, LoopbackServer } from "../../../aws/adapters/loopback-server";
import { describeWithFirestore } from "../../../contracts/firestore-endpoint";
import { googleError, jsonAnswer } from "../../../gcp/adapters/google-server";
import {
  AGENTS,
  announcing,
  apis,
  CONFIG,
  CONNECTOR,
  channel,
  denied,
  disabled,
  gone,
  job,
  KEY,
  keyIn,
  letters,
  NOW,
  projectClients,
  requests,
  startProject,
  subscriptions,
  template,
  UNDEPLOYED,
  usable,
  writeSettings,
} from "./project-server";

const LOCATION = "projects/acme-ml/locations/europe-west4";
const TOPIC = "projects/acme-ml/topics/retrigger-dev-data";

/** What is arranged, what is found of it, and what cures it. */
const PROVOKED: readonly (readonly [what: string, arranged: Record<string, Answer>, found: Partial<Finding>, cure: RegExp])[] = [
  [
    "a project that is not there",
    { "cloudresourcemanager.googleapis.com/v1": gone },
    problem("project acme-ml", /does not exist/),
    /gcloud projects list/,
  ],
  [
    "a project that is deleted",
    { "cloudresourcemanager.googleapis.com/v1": jsonAnswer({ lifecycleState: "DELETE_REQUESTED", projectNumber: "42" }) },
    problem("project acme-ml", /is DELETE_REQUESTED/),
    /gcloud projects undelete acme-ml/,
  ],
  [
    "an API that is off",
    { "services:batchGet": apis(["run"]) },
    problem("API run", /is not enabled/),
    /^gcloud services enable run\.googleapis\.com --project acme-ml$/,
  ],
  [
    "a bucket that is not there",
    { "/b/acme-training?": gone },
    problem("bucket acme-training", /^does not exist$/),
    /^gcloud storage buckets create gs:\/\/acme-training --project acme-ml --location europe-west4/,
  ],
  [
    "a created bucket that is gone",
    { "/b/acme-made?": gone },
    problem("bucket acme-made", /gcp\.buckets asks to create it/),
    /^cdktf deploy gcp-stack$/,
  ],
  [
    "a bucket without uniform access",
    { "/b/acme-clicks?": jsonAnswer({ name: "b" }) },
    problem("bucket acme-clicks", /no uniform access/),
    /buckets update gs:\/\/acme-clicks --uniform-bucket-level-access/,
  ],
  [
    "a bucket without announcements",
    { "/b/acme-clicks/notificationConfigs": jsonAnswer({}) },
    problem("bucket acme-clicks", /does not announce new objects of events\//),
    /^cdktf deploy gcp-stack$/,
  ],
  [
    "a bucket that announces elsewhere",
    { "/b/acme-clicks/notificationConfigs": announcing(["retrigger-dev-data", "other/"]) },
    problem("bucket acme-clicks", /does not announce/),
    /^cdktf deploy gcp-stack$/,
  ],
  [
    "somebody's bucket without announcements",
    { "/b/acme-foreign/notificationConfigs": jsonAnswer({}) },
    problem("bucket acme-foreign", /does not announce/),
    new RegExp(
      `notifications create gs://acme-foreign --topic=${TOPIC} --event-types=OBJECT_FINALIZE --payload-format=json --object-prefix=in/`,
    ),
  ],
  [
    "an environment that watches the same objects",
    { "/b/acme-clicks/notificationConfigs": announcing(["retrigger-dev-data", "events/"], ["retrigger-prod-data", "events/eu/"]) },
    {
      level: "warning",
      about: "model clicks",
      message: expect.stringContaining("environment prod watches the same objects, such as gs://acme-clicks/events/eu/example"),
    },
    /data\.prefixes/,
  ],
  [
    "a template that is not there",
    { "/o/clicks.yaml": gone },
    problem("template gs://acme-pipelines/clicks.yaml", /does not exist/),
    /gcloud storage ls gs:\/\/acme-pipelines\//,
  ],
  [
    "a template that is none",
    { "/o/clicks.yaml": { status: 200, body: "a: [" } },
    problem("template gs://acme-pipelines/clicks.yaml", /neither JSON nor YAML/),
    /compile the pipeline again/,
  ],
  [
    "a parameter that the template lacks",
    { "/o/made.yaml": template({}) },
    problem("template gs://acme-pipelines/made.yaml", /of made would be refused: it does not declare rows/),
    /models\.made\.pipeline\.parameters/,
  ],
  [
    "a schedule without a manifest",
    { "/o/clicks.yaml": template({ manifest_uri: { parameterType: "STRING" }, rows: { parameterType: "NUMBER_INTEGER" } }) },
    problem(
      "template gs://acme-pipelines/clicks.yaml",
      /a scheduled training without new data of clicks would be refused: it needs manifest_uri/,
    ),
    /models\.clicks/,
  ],
  [
    "an account that is not there",
    { "/serviceAccounts/training": gone },
    problem("training@acme-ml.iam.gserviceaccount.com", /does not exist/),
    /service-accounts create training --project acme-ml/,
  ],
  [
    "an account that is disabled",
    { "/serviceAccounts/training": jsonAnswer({ email: "e", disabled: true }) },
    problem("training@acme-ml.iam.gserviceaccount.com", /is disabled/),
    /service-accounts enable/,
  ],
  [
    "a model that is not there",
    { "/models/99": gone },
    problem(`${LOCATION}/models/99`, /does not exist/),
    /gcloud ai models list/,
  ],
  [
    "an endpoint that is not there",
    { "/endpoints/42": gone },
    problem(`${LOCATION}/endpoints/42`, /does not exist/),
    /gcloud ai endpoints list/,
  ],
  [
    "an endpoint without a model",
    { "/endpoints/42": jsonAnswer({ name: "e" }) },
    problem(`${LOCATION}/endpoints/42`, /has no model/),
    /deploy-model/,
  ],
  [
    "a monitoring job that is not there",
    { "/modelDeploymentMonitoringJobs/4711": gone },
    problem("monitoring job of clicks", /4711 does not exist/),
    /monitoring\.vertex\.jobId/,
  ],
  [
    "a monitoring job that failed",
    { "/modelDeploymentMonitoringJobs/4711": jsonAnswer({ state: "JOB_STATE_FAILED", error: { message: "no schema" } }) },
    problem("monitoring job of clicks", /is JOB_STATE_FAILED: no schema/),
    /model-monitoring-jobs resume/,
  ],
  [
    "a job that the sweeper did not make",
    { "/modelDeploymentMonitoringJobs?": jsonAnswer({}) },
    problem("monitoring job of made", /the sweeper creates it within an hour/),
    /monitor-not-kept/,
  ],
  [
    "a channel that is gone",
    { "/notificationChannels/7": gone },
    problem("projects/acme-ml/notificationChannels/7", /does not exist/),
    /gcp\.operations\.channels/,
  ],
  [
    "a channel that is not verified",
    { "/notificationChannels/7": jsonAnswer(channel({ verificationStatus: "UNVERIFIED" })) },
    problem("projects/acme-ml/notificationChannels/7", /is not verified/),
    /verify/,
  ],
  [
    "a channel that is disabled",
    { "/notificationChannels?": jsonAnswer({ notificationChannels: [channel({ enabled: false })] }) },
    problem("channel of ada@example.com", /is disabled/),
    /channels update projects\/acme-ml\/notificationChannels\/1 --enabled/,
  ],
  [
    "an address without a channel",
    { "/notificationChannels?": jsonAnswer({}) },
    problem("channel of ada@example.com", /does not exist/),
    /^cdktf deploy gcp-stack$/,
  ],
  [
    "a chat of Teams without a secret",
    { "/secrets/teams": gone },
    problem("projects/acme-ops/secrets/teams", /has no version/),
    /gcloud secrets versions add teams --project acme-ops/,
  ],
  ["a key that is not there", { [KEY]: gone }, problem(`key ${KEY}`, /does not exist/), /^gcloud kms keys create k --keyring r/],
  [
    "a key that signs",
    { [KEY]: jsonAnswer({ name: KEY, purpose: "ASYMMETRIC_SIGN" }) },
    problem(`key ${KEY}`, /is for ASYMMETRIC_SIGN; expected ENCRYPT_DECRYPT/),
    /symmetric/,
  ],
  [
    "a key without a version",
    { [KEY]: keyIn() },
    problem(`key ${KEY}`, /has no primary version/),
    /versions create --primary --key k/,
  ],
  [
    "a key that is disabled",
    { [KEY]: keyIn("DISABLED") },
    problem(`key ${KEY}`, /version 3 is DISABLED/),
    /versions enable 3 --key k/,
  ],
  [
    "a key that will be destroyed",
    { [KEY]: keyIn("DESTROY_SCHEDULED") },
    problem(`key ${KEY}`, /is DESTROY_SCHEDULED/),
    /versions restore 3 --key k --keyring r --location europe-west4 --project acme-keys$/,
  ],
  [
    "an agent that the key's policy does not name",
    { [`${KEY}:getIamPolicy`]: usable(["gcp-sa-firestore"]) },
    {
      level: "warning",
      about: `key ${KEY}`,
      message: expect.stringMatching(/^not known: whether serviceAccount:service-42@gcp-sa-pubsub\.iam.* its ring or project may/),
    },
    /add-iam-policy-binding k .*--member serviceAccount:service-42@gcp-sa-pubsub\.iam/,
  ],
  [
    "agents whom the key's policy allows it on a condition",
    { [`${KEY}:getIamPolicy`]: usable(AGENTS, { expression: "false" }) },
    { level: "warning", about: `key ${KEY}`, message: expect.stringMatching(/^not known: .* on a condition$/) },
    /add-iam-policy-binding/,
  ],
  [
    "a connector that is not there",
    { [CONNECTOR]: gone },
    problem(`connector ${CONNECTOR}`, /does not exist/),
    /connectors list --region europe-west4 --project acme-net/,
  ],
  [
    "a connector that is broken",
    { [CONNECTOR]: jsonAnswer({ state: "ERROR" }) },
    problem(`connector ${CONNECTOR}`, /is ERROR; expected READY/),
    /connectors describe ml/,
  ],
  [
    "a webhook without a secret",
    { "/secrets/slack": gone },
    problem("projects/acme-ml/secrets/slack", /has no version/),
    /gcloud secrets versions add slack --project acme-ml/,
  ],
  [
    "a webhook whose secret is disabled",
    { "/secrets/slack": jsonAnswer({ state: "DISABLED" }) },
    problem("projects/acme-ml/secrets/slack", /is DISABLED; expected ENABLED/),
    /gcloud secrets versions add/,
  ],
  [
    "a job of Cloud Scheduler that is gone",
    { "/jobs/retrigger-dev-sweeper": gone },
    problem("job retrigger-dev-sweeper", /does not exist/),
    /^cdktf deploy gcp-stack$/,
  ],
  [
    "a job that is paused",
    { "/jobs/retrigger-dev-sweeper": job({ state: "PAUSED" }) },
    problem("job retrigger-dev-sweeper", /is PAUSED; expected ENABLED/),
    /^gcloud scheduler jobs resume retrigger-dev-sweeper --project acme-ml --location europe-west4$/,
  ],
  [
    "a job that does not publish",
    { "/jobs/retrigger-dev-sweeper": job({ lastAttemptTime: "2026-12-01T11:40:00Z" }) },
    problem("job retrigger-dev-sweeper", /published last 2026-12-01T11:40:00Z; expected once a minute/),
    /jobs describe/,
  ],
  [
    "a job that never published",
    { "/jobs/retrigger-dev-sweeper": job({ lastAttemptTime: undefined }) },
    problem("job retrigger-dev-sweeper", /published last never/),
    /jobs describe/,
  ],
  [
    "a job that could not publish",
    { "/jobs/retrigger-dev-sweeper": job({ status: { code: 7, message: "denied" } }) },
    problem("job retrigger-dev-sweeper", /could not publish \(7 denied\)/),
    /jobs describe/,
  ],
  [
    "a sweeper that is not invoked",
    { request_count: requests() },
    problem("function retrigger-dev-sweeper", /was not invoked within 15 minutes/),
    /^cdktf deploy gcp-stack$/,
  ],
  [
    "a function that fails",
    { request_count: requests(["retrigger-dev-sweeper", "2xx", 15], ["retrigger-dev-batcher", "5xx", 2]) },
    problem("function retrigger-dev-batcher", /failed 2 times within a day/),
    /gcloud logging read/,
  ],
  [
    "a subscription that is gone",
    { "/subscriptions": subscriptions("data", "requests") },
    problem("subscription retrigger-dev-ticks", /does not exist/),
    /^cdktf deploy gcp-stack$/,
  ],
  [
    "dead letters",
    { num_undelivered_messages: letters({ "data-dlq": 1, "requests-dlq": 0 }) },
    problem("subscription retrigger-dev-data-dlq", /holds about 1 dead letter$/),
    /^retrigger redrive --stack gcp --state projects\/acme-ml\/databases\/retrigger-dev --environment dev --dry-run$/,
  ],
  [
    "dead letters that nobody counted",
    { num_undelivered_messages: letters({ "data-dlq": 0 }) },
    { level: "not-looked-at", about: "subscription retrigger-dev-requests-dlq" },
    /^retrigger redrive/,
  ],
];

/** A refusal of each thing, and the permission that its finding names. */
const REFUSED: readonly (readonly [part: string, about: string, permission: string])[] = [
  ["cloudresourcemanager.googleapis.com/v1", "project acme-ml", "resourcemanager.projects.get"],
  ["firestore.googleapis.com", "database retrigger-dev", "datastore.databases.getMetadata"],
  ["services:batchGet", "APIs", "serviceusage.services.get"],
  ["/b/acme-clicks?", "bucket acme-clicks", "storage.buckets.get"],
  ["/b/acme-clicks/notificationConfigs", "other environments at acme-clicks", "storage.buckets.get"],
  ["/o/clicks.yaml", "template gs://acme-pipelines/clicks.yaml", "storage.objects.get"],
  ["/serviceAccounts/", "training@acme-ml.iam.gserviceaccount.com", "iam.serviceAccounts.get"],
  ["/models/99", `${LOCATION}/models/99`, "aiplatform.models.get"],
  ["/endpoints/42", `${LOCATION}/endpoints/42`, "aiplatform.endpoints.get"],
  ["/modelDeploymentMonitoringJobs/4711", "monitoring job of clicks", "aiplatform.modelDeploymentMonitoringJobs.get"],
  ["/notificationChannels/7", "projects/acme-ml/notificationChannels/7", "monitoring.notificationChannels.get"],
  ["/notificationChannels?", "notification channels", "monitoring.notificationChannels.list"],
  ["/secrets/slack", "projects/acme-ml/secrets/slack", "secretmanager.versions.get"],
  ["/secrets/teams", "projects/acme-ops/secrets/teams", "secretmanager.versions.get"],
  [`${KEY}:getIamPolicy`, `key ${KEY}`, "cloudkms.cryptoKeys.getIamPolicy"],
  [KEY, `key ${KEY}`, "cloudkms.cryptoKeys.get"],
  [CONNECTOR, `connector ${CONNECTOR}`, "vpcaccess.connectors.get"],
  ["/jobs/retrigger-dev-sweeper", "job of the sweeper", "cloudscheduler.jobs.get"],
  ["request_count", "functions", "monitoring.timeSeries.list"],
  ["num_undelivered_messages", "dead letters", "monitoring.timeSeries.list"],
  ["/subscriptions", "subscriptions", "pubsub.subscriptions.list"],
];

describeWithFirestore("examineGcp", (firestore) => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function found(
    arranged: Readonly<Record<string, Answer>> = {},
    prepare: (database: Firestore) => Promise<void> = writeSettings,
  ) {
    server = await startProject(arranged);
    const database = firestore().createDatabase();
    await prepare(database);
    const clients = projectClients(server.endpoint, () => database);
    return (await examineGcp(CONFIG, new Pace(NOW + 120_000, () => NOW), planned, clients, () => NOW)).findings;
  }

  it("should find nothing wrong with a project in order, and have looked at everything", async () => {
    const findings = await found();

    expect(findings.filter(({ level }) => level !== "in-order")).toEqual([]);
    const checks = [
      "credentials",
      "state-database",
      "apis",
      "buckets",
      "shared-prefixes",
      "pipelines",
      "pipeline-accounts",
      "registries",
    ];
    const later = ["endpoints", "monitoring-jobs", "notices", "keys", "network", "functions", "dead-letters", "stored-rows"];
    expect(new Set(findings.map(({ check }) => check))).toEqual(new Set([...checks, ...later]));
  });

  it("should change nothing: every request only reads", async () => {
    await found();

    expect(new Set(server?.received.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  it("should say before the first deployment what comes with it, and no more", async () => {
    const findings = await found(UNDEPLOYED);

    const others = findings.filter(({ level }) => level !== "in-order");
    expect(others.map(({ level, about }) => `${level} ${about}`).sort()).toEqual([
      "not-deployed APIs",
      "not-deployed bucket acme-clicks",
      "not-deployed bucket acme-foreign",
      "not-deployed bucket acme-made",
      "not-deployed channels of 1 addresses",
      "not-deployed database retrigger-dev",
      "not-deployed functions, dead-letters, stored-rows",
      "not-deployed monitoring job of made",
    ]);
    expect(new Set(others.map(({ cure }) => cure))).toEqual(new Set(["cdktf deploy gcp-stack"]));
  });

  it.each(PROVOKED)("should find %s", async (_what, arranged, expected, cure) => {
    const findings = await found(arranged);

    const trouble = findings.filter(({ level }) => level !== "in-order");
    expect(trouble).toContainEqual(expect.objectContaining({ ...expected, cure: expect.stringMatching(cure) }));
    // what is found is what was provoked
    expect(new Set(trouble.map(({ level }) => level))).toEqual(new Set([expected.level]));
  });

  it.each(REFUSED)("should say that it could not look where %s is refused, and go on", async (part, about, permission) => {
    const findings = await found({ [part]: denied });

    const unseen = findings.filter(({ level }) => level === "not-looked-at");
    const cure = `give your account a role with ${permission}; docs/doctor.md has the roles`;
    expect(unseen).toContainEqual(
      expect.objectContaining({ about, cure, message: expect.stringContaining("you are not allowed to look at it") }),
    );
    expect(findings.filter(({ level }) => level === "problem")).toEqual([]);
    expect(findings.filter((one) => one.about === about && one.level === "in-order")).toEqual([]);
  });

  it.each([
    ["cloudresourcemanager.googleapis.com/v1", "project acme-ml"],
    ["/b/acme-training?", "bucket acme-training"],
    ["/models/99", `${LOCATION}/models/99`],
    ["/serviceAccounts/", "training@acme-ml.iam.gserviceaccount.com"],
    ["/endpoints/42", `${LOCATION}/endpoints/42`],
    [KEY, `key ${KEY}`],
    [`${KEY}:getIamPolicy`, `key ${KEY}`],
    [CONNECTOR, `connector ${CONNECTOR}`],
    ["firestore.googleapis.com", "database retrigger-dev"],
    ["/notificationChannels/7", "projects/acme-ml/notificationChannels/7"],
  ])("should not take an empty answer of %s for a good one", async (part, about) => {
    const findings = await found({ [part]: jsonAnswer({}) });

    expect(findings.filter((one) => one.about === about).map(({ level }) => level)).toEqual(["not-looked-at"]);
  });

  it("should name the API that is off where a service refuses", async () => {
    const findings = await found({ "/jobs/retrigger-dev-sweeper": disabled("cloudscheduler") });

    const cure = "gcloud services enable cloudscheduler.googleapis.com --project acme-ml";
    expect(findings).toContainEqual(expect.objectContaining({ level: "not-looked-at", about: "job of the sweeper", cure }));
  });

  it.each([
    ["stays busy", googleError(429, "RESOURCE_EXHAUSTED", "Quota exceeded")],
    ["hangs up", "hang up" as const],
    ["answers with a page of a proxy", { status: 200, body: "<html>\u001b[31m</html>" }],
  ])("should say that it could not look where a service %s", async (_what, answer: Answer) => {
    const findings = await found({ "/models/99": answer });

    const unseen = findings.filter(({ level }) => level === "not-looked-at");
    expect(unseen).toEqual([
      expect.objectContaining({ about: `${LOCATION}/models/99`, message: expect.stringMatching(/no usable answer/) }),
    ]);
    expect(JSON.stringify(unseen)).not.toContain("\u001b");
  });

  it("should find settings that are not deployed, and those that a later version wrote", async () => {
    const findings = await found({}, async (database) => {
      await writeSettings(database, ["made"]);
      await database
        .collection(COLLECTIONS.settings)
        .doc("clicks")
        .update({ [SHAPE_FIELD]: 99 });
    });

    expect(findings.filter(({ level }) => level !== "in-order")).toEqual(
      expect.arrayContaining([
        expect.objectContaining(problem("settings of made", /are not deployed/)),
        expect.objectContaining(problem("settings of clicks", /got a row of shape 99/)),
      ]),
    );
  });

  it("should find a state that cannot be read, and read the others", async () => {
    const findings = await found({}, async (database) => {
      await writeSettings(database);
      await database
        .collection(COLLECTIONS.coordinators)
        .doc("made")
        .set({ version: 1, state: Buffer.from("?"), savedAs: "s" });
    });

    const trouble = findings.filter(({ level }) => level !== "in-order");
    expect(trouble).toEqual([
      expect.objectContaining(problem("states of the coordinator", /coordinators\/made is not a coordinator's state/)),
    ]);
    expect(findings).toContainEqual(expect.objectContaining({ level: "in-order", about: "drift histories" }));
  });

  it("should stop where there are no credentials", async () => {
    server = await startProject();
    const database = firestore().createDatabase();
    const auth = { getRequestHeaders: async () => Promise.reject(new Error("Could not load the default credentials.")) };
    const clients = { ...projectClients(server.endpoint, () => database), auth };

    const { findings } = await examineGcp(CONFIG, new Pace(NOW, () => NOW), planned, clients, () => NOW);

    expect(findings).toEqual([
      expect.objectContaining({
        ...problem("credentials", /Could not load the default credentials/),
        cure: expect.stringContaining("gcloud auth application-default login"),
      }),
      expect.objectContaining({ level: "not-looked-at", about: "everything else", message: expect.stringContaining("15 checks") }),
    ]);
    expect(server.received).toEqual([]);
  });

  it("should not show what a file of credentials holds that is no JSON", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "retrigger-key-")), "key");
    writeFileSync(file, "hunter2-secret");
    const before = process.env.GOOGLE_APPLICATION_CREDENTIALS;
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file;
    try {
      server = await startProject();
      const { auth } = gcpClients();
      const clients = { ...projectClients(server.endpoint, () => firestore().createDatabase()), auth };

      const { findings } = await examineGcp(CONFIG, new Pace(NOW, () => NOW), planned, clients, () => NOW);

      expect(JSON.stringify(findings)).not.toContain("hunt");
      const message = "the file that GOOGLE_APPLICATION_CREDENTIALS names is no JSON";
      expect(findings[0]).toMatchObject({ level: "problem", about: "credentials", message: expect.stringContaining(message) });
    } finally {
      if (before === undefined) delete process.env.GOOGLE_APPLICATION_CREDENTIALS;
      else process.env.GOOGLE_APPLICATION_CREDENTIALS = before;
      rmSync(dirname(file), { recursive: true });
    }
  });

  it("should not take a part of the time series for all", async () => {
    const findings = await found({ "/timeSeries?": jsonAnswer({ timeSeries: [], unreachable: ["europe-west4"] }) });

    expect(findings.filter(({ about }) => about === "functions").map(({ level }) => level)).toEqual(["not-looked-at"]);
  });
});

// Helpers

let plan: PlannedStack | undefined;

/** Synthesised once, which takes a second. */
async function planned(): Promise<PlannedStack> {
  plan ??= plannedStack(CONFIG, ".", "gcp");
  return plan;
}

function problem(about: string, message: RegExp): Partial<Finding> {
  return { level: "problem", about, message: expect.stringMatching(message) };
}

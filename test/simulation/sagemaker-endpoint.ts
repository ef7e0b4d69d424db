// SageMaker's real-time endpoints, Application Auto Scaling of their variants, and what CloudWatch counts of them, without HTTP:
// states that take time on a clock that the test moves, and the refusals of the real services.

import { countedRequests } from "./counted-requests";
import { AwsRefusal, type Fields, variantScaling } from "./variant-scaling";

/** How long things take, and what there is room for. */
export interface SageMakerOptions {
  /** Beginning of the clock, epoch milliseconds. @default - noon of 21 November 2026 */
  readonly now?: number;
  /** From one fleet to another, and from one weight to another, milliseconds. @default 600000 and 30000 */
  readonly updateMs?: number;
  readonly weightsMs?: number;
  /** Until a change of an endpoint is told, and until what was made is found, milliseconds. @default 0 */
  readonly staleMs?: number;
  readonly unseenMs?: number;
  /** Instances that the account may have at once, both fleets of an update counted. @default - as many as are asked for */
  readonly maxInstances?: number;
}

interface Variant {
  readonly name: string;
  readonly model: string;
  readonly type: string;
  instances: number;
  wanted: number;
  weight: number;
  desired: number;
}

type Update = {
  readonly endsAt: number;
  readonly done: () => void;
  readonly pendingConfig?: string;
  /** Of SageMaker's own blue/green: the part that the new fleet answers meanwhile, and its model. */
  readonly canary?: { readonly part: number; readonly model: string };
};

interface Endpoint {
  readonly name: string;
  config: string;
  status: string;
  variants: Variant[];
  shadows: Variant[];
  failure: string | undefined;
  modifiedAt: number;
  update: Update | undefined;
  /** What is told until then. */
  stale: { readonly until: number; readonly told: Fields } | undefined;
}

interface Made {
  readonly at: number;
  readonly fields: Fields;
}

/** What the next update comes to, besides success. */
type Outcome = "rolls back" | "fails";

const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const ACCOUNT = "arn:aws:sagemaker:eu-central-1:123456789012";

export type SimulatedSageMaker = ReturnType<typeof simulatedSageMaker>;

/** A SageMaker with endpoints that have states; every operation and look happens at the time of its clock. */
export function simulatedSageMaker(options: SageMakerOptions = {}) {
  const { updateMs = 600_000, weightsMs = 30_000, staleMs = 0, unseenMs = 0, maxInstances = Number.POSITIVE_INFINITY } = options;
  let now = options.now ?? Date.parse("2026-11-21T12:00:00Z");
  const models = new Map<string, Made>();
  const configs = new Map<string, Made>();
  const packages = new Map<string, Fields>();
  const endpoints = new Map<string, Endpoint>();
  const scaling = variantScaling((endpoint) => (endpoints.get(endpoint)?.variants ?? []).map(({ name }) => name));
  const counts = countedRequests();
  let outcome: Outcome | undefined;

  const has = <T>(map: ReadonlyMap<string, T>, what: string, kind: string, name: unknown): T => {
    const found = map.get(String(name));
    if (found === undefined) throw new AwsRefusal("ValidationException", `Could not find ${what} "${ACCOUNT}:${kind}/${name}".`);
    return found;
  };
  const seen = (map: ReadonlyMap<string, Made>, what: string, kind: string, name: unknown): Fields => {
    const made = map.get(String(name));
    return has(made !== undefined && made.at + unseenMs <= now ? map : new Map<string, Made>(), what, kind, name).fields;
  };
  const make = (map: Map<string, Made>, kind: string, name: unknown, fields: Fields): Fields => {
    if (!NAME.test(String(name))) throw new AwsRefusal("ValidationException", `1 validation error detected: ${kind} name ${name}`);
    if (map.has(String(name))) {
      throw new AwsRefusal("ValidationException", `Cannot create already existing ${kind} "${ACCOUNT}:${kind}/${name}".`);
    }
    map.set(String(name), { at: now, fields: { ...fields, CreationTime: now / 1000 } });
    return {};
  };

  /** Ends what has taken its time. */
  function pass(): void {
    for (const endpoint of endpoints.values()) {
      while (endpoint.update !== undefined && endpoint.update.endsAt <= now) {
        const { done, endsAt } = endpoint.update;
        endpoint.update = undefined;
        endpoint.modifiedAt = endsAt;
        done();
      }
    }
  }

  function describe(endpoint: Endpoint): Fields {
    const { update, failure, stale } = endpoint;
    if (stale !== undefined && stale.until > now) return stale.told;
    const summaries = (variants: readonly Variant[]) =>
      variants.map(({ name, instances, wanted, weight, desired }) => ({
        VariantName: name,
        CurrentInstanceCount: instances,
        DesiredInstanceCount: wanted,
        CurrentWeight: weight,
        DesiredWeight: desired,
      }));
    return {
      EndpointName: endpoint.name,
      EndpointArn: `${ACCOUNT}:endpoint/${endpoint.name}`,
      EndpointConfigName: endpoint.config,
      EndpointStatus: endpoint.status,
      LastModifiedTime: endpoint.modifiedAt / 1000,
      ProductionVariants: summaries(endpoint.variants),
      ...(endpoint.shadows.length > 0 && { ShadowProductionVariants: summaries(endpoint.shadows) }),
      ...(update?.pendingConfig !== undefined && { PendingDeploymentSummary: { EndpointConfigName: update.pendingConfig } }),
      ...(failure !== undefined && { FailureReason: failure }),
      ...Object(configs.get(endpoint.config)?.fields.AsyncInferenceConfig && { AsyncInferenceConfig: {} }),
    };
  }

  /** Begins what takes time; it is told after a while. */
  function begin(endpoint: Endpoint, update: Omit<Update, "endsAt">, lastsMs: number, isRollback = false): void {
    if (staleMs > 0) endpoint.stale = { until: now + staleMs, told: describe({ ...endpoint, stale: undefined }) };
    endpoint.status = isRollback ? "RollingBack" : "Updating";
    endpoint.modifiedAt = now;
    endpoint.update = { ...update, endsAt: (endpoint.update?.endsAt ?? now) + lastsMs };
  }

  function open(name: unknown): Endpoint {
    const endpoint = has(endpoints, "endpoint", "endpoint", name);
    if (endpoint.status === "InService" || endpoint.status === "UpdateRollbackFailed") return endpoint;
    const how = endpoint.update === undefined ? `in the status ${endpoint.status}` : "in-progress endpoint";
    throw new AwsRefusal("ValidationException", `Cannot update ${how} "${ACCOUNT}:endpoint/${name}".`);
  }

  function checkRoom(more: number): void {
    const used = [...endpoints.values()].flatMap(({ variants, shadows }) => [...variants, ...shadows]);
    const needed = used.reduce((sum, { wanted }) => sum + wanted, more);
    if (needed <= maxInstances) return;
    throw new AwsRefusal(
      "ResourceLimitExceeded",
      `The account-level service limit is ${maxInstances} Instances; ${needed} needed.`,
    );
  }

  function fleetOf(list: unknown): Variant[] {
    return fieldsList(list).map((one) => {
      const [instances, weight] = [Number(one.InitialInstanceCount ?? 1), Number(one.InitialVariantWeight ?? 1)];
      const names = { name: String(one.VariantName), model: String(one.ModelName), type: String(one.InstanceType) };
      return { ...names, instances, wanted: instances, weight, desired: weight };
    });
  }

  function updateEndpoint(input: Fields): Fields {
    const endpoint = open(input.EndpointName);
    const config = has(configs, "endpoint configuration", "endpoint-config", input.EndpointConfigName).fields;
    const [variants, shadows] = [fleetOf(config.ProductionVariants), fleetOf(config.ShadowProductionVariants)];
    const old = [...endpoint.variants, ...endpoint.shadows];
    for (const { name, type } of old.filter((one) => scaling.isScaled(endpoint.name, one.name))) {
      if ([...variants, ...shadows].some((one) => one.name === name && one.type === type)) continue;
      throw new AwsRefusal("ValidationException", `The variant ${name} is registered for autoscaling; deregister it first.`);
    }
    if (input.RetainAllVariantProperties === true) {
      const excluded = fieldsList(input.ExcludeRetainedVariantProperties).map((one) => one.VariantPropertyType);
      for (const variant of [...variants, ...shadows]) {
        const before = old.find(({ name }) => name === variant.name);
        if (before === undefined) continue;
        if (!excluded.includes("DesiredWeight")) variant.weight = variant.desired = before.weight;
        if (!excluded.includes("DesiredInstanceCount")) variant.instances = variant.wanted = before.wanted;
      }
    }
    checkRoom([...variants, ...shadows].reduce((sum, { wanted }) => sum + wanted, 0));
    const { waitsMs, canary } = guardrails(Object(input.DeploymentConfig), endpoint.variants, variants);
    const switchOver = () => {
      Object.assign(endpoint, { variants, shadows, status: "InService", failure: undefined, config: input.EndpointConfigName });
    };
    const pendingConfig = String(input.EndpointConfigName);
    const ends: Record<Outcome, () => void> = {
      fails: () => Object.assign(endpoint, { status: "Failed", failure: "the containers did not pass the ping health check" }),
      "rolls back": () => {
        const failure = canary === undefined ? "the containers did not pass the ping health check" : "an alarm went off";
        const done = () => Object.assign(endpoint, { status: "InService", failure });
        begin(endpoint, { done, pendingConfig }, updateMs, true);
      },
    };
    const done = outcome === undefined ? switchOver : ends[outcome];
    outcome = undefined;
    begin(endpoint, { done, pendingConfig, ...(canary !== undefined && { canary }) }, updateMs + waitsMs);
    return { EndpointArn: `${ACCOUNT}:endpoint/${endpoint.name}` };
  }

  function updateWeights(input: Fields): Fields {
    const endpoint = open(input.EndpointName);
    const wishes = fieldsList(input.DesiredWeightsAndCapacities).map((wish) => {
      const variant = endpoint.variants.find(({ name }) => name === wish.VariantName);
      if (variant === undefined) throw new AwsRefusal("ValidationException", `Could not find variant "${wish.VariantName}".`);
      const { DesiredWeight = variant.desired, DesiredInstanceCount = variant.wanted } = wish;
      return { variant, before: { ...variant }, desired: Number(DesiredWeight), wanted: Number(DesiredInstanceCount) };
    });
    checkRoom(wishes.reduce((sum, { before, wanted }) => sum + wanted - before.wanted, 0));
    const rollsBack = outcome !== undefined;
    outcome = undefined;
    const done = () => {
      for (const { variant, desired, wanted } of wishes) Object.assign(variant, { weight: desired, instances: wanted });
      endpoint.status = "InService";
    };
    const undone = () => {
      for (const { variant, before } of wishes) Object.assign(variant, before);
      endpoint.status = "InService";
    };
    begin(endpoint, { done: rollsBack ? () => begin(endpoint, { done: undone }, weightsMs, true) : done }, weightsMs);
    for (const { variant, desired, wanted } of wishes) Object.assign(variant, { desired, wanted });
    return { EndpointArn: `${ACCOUNT}:endpoint/${endpoint.name}` };
  }

  function createConfig({ EndpointConfigName: name, ...fields }: Fields): Fields {
    const [production, shadow] = [fieldsList(fields.ProductionVariants), fieldsList(fields.ShadowProductionVariants)];
    if (production.length === 0 || production.length > 10 || (shadow.length > 0 && production.length + shadow.length > 2)) {
      throw new AwsRefusal("ValidationException", "1 to 10 production variants, or one and one shadow variant, are allowed");
    }
    for (const one of [...production, ...shadow]) {
      if (one.ModelName !== undefined) seen(models, "model", "model", one.ModelName);
      if (!(Number(one.InitialVariantWeight ?? 1) >= 0)) throw new AwsRefusal("ValidationException", "the weight is not allowed");
    }
    return make(configs, "endpoint-config", name, { EndpointConfigName: name, ...fields });
  }

  const operations: Readonly<Record<string, (input: Fields) => Fields>> = {
    DescribeModelPackage: ({ ModelPackageName: name }) => {
      const found = packages.get(String(name));
      if (found === undefined) throw new AwsRefusal("ValidationException", `ModelPackage ${name} does not exist.`);
      return found;
    },
    CreateModel: (input) => make(models, "model", input.ModelName, input),
    DescribeModel: ({ ModelName }) => seen(models, "model", "model", ModelName),
    CreateEndpointConfig: createConfig,
    DescribeEndpointConfig: ({ EndpointConfigName: name }) => seen(configs, "endpoint configuration", "endpoint-config", name),
    DescribeEndpoint: ({ EndpointName }) => describe(has(endpoints, "endpoint", "endpoint", EndpointName)),
    UpdateEndpoint: updateEndpoint,
    UpdateEndpointWeightsAndCapacities: updateWeights,
    ...scaling.operations,
  };

  return {
    models,
    configs,
    packages,
    targets: scaling.targets,
    policies: scaling.policies,
    errorRates: counts.errorRates,
    values: counts.values,
    metric: counts.metric,
    now: () => now,
    /** @throws AwsRefusal */
    call(operation: string, input: Fields): Fields {
      pass();
      const perform = operations[operation];
      if (perform === undefined) throw new AwsRefusal("UnknownOperationException", operation);
      return perform(input);
    },
    /** Moves the clock. */
    advance(ms: number): void {
      now += ms;
      pass();
    },
    /** Moves the clock until nothing is under way, and all is told. */
    settle(): void {
      now += Math.max(staleMs, unseenMs);
      for (const endpoint of endpoints.values()) {
        while (endpoint.update !== undefined) {
          now = Math.max(now, endpoint.update.endsAt);
          pass();
        }
      }
      now += staleMs;
    },
    createEndpoint(name: string, config: string, status = "InService"): void {
      const { ProductionVariants, ShadowProductionVariants } = has(
        configs,
        "endpoint configuration",
        "endpoint-config",
        config,
      ).fields;
      const fleets = { variants: fleetOf(ProductionVariants), shadows: fleetOf(ShadowProductionVariants) };
      const quiet = { failure: undefined, modifiedAt: now, update: undefined, stale: undefined };
      endpoints.set(name, { name, config, status, ...fleets, ...quiet });
    },
    deleteEndpoint: (name: string) => endpoints.delete(name),
    /** Something beside the interface happens to it, such as maintenance. */
    change: (name: string, fields: Partial<Pick<Endpoint, "status" | "failure">>) =>
      Object.assign(has(endpoints, "endpoint", "endpoint", name), fields),
    /** What the next update of any endpoint comes to. */
    let(next: Outcome): void {
      outcome = next;
    },
    /** Callers send requests: each is answered, and counted, by the current weights. Gives the answers by model. */
    serve(name: string, requests: number): ReadonlyMap<string, number> {
      pass();
      const endpoint = has(endpoints, "endpoint", "endpoint", name);
      if (["Failed", "OutOfService", "Deleting", "Creating"].includes(endpoint.status)) return new Map();
      const answers = new Map<string, number>();
      const total = endpoint.variants.reduce((sum, { weight }) => sum + weight, 0);
      let left = requests;
      for (const [index, { name: variant, model, weight }] of endpoint.variants.entries()) {
        const isLast = index === endpoint.variants.length - 1;
        const asked = isLast ? left : Math.min(left, counts.whole(`${name} ${variant}`, (requests * weight) / total));
        left -= asked;
        const canary = endpoint.update?.canary;
        const moved = canary === undefined ? 0 : counts.whole(`${name} canary`, asked * canary.part);
        for (const [by, number] of [
          [model, asked - moved],
          [canary?.model ?? model, moved],
        ] as const) {
          counts.add({ endpoint: name, variant, model: by, requests: number, at: now });
          if (number > 0) answers.set(by, (answers.get(by) ?? 0) + number);
        }
      }
      for (const { name: variant, model, weight } of endpoint.shadows) {
        const copies = counts.whole(`${name} shadow`, (requests * weight) / total);
        counts.add({ endpoint: name, variant, model, requests: copies, at: now });
      }
      return answers;
    },
  };
}

// Helpers

function fieldsList(list: unknown): Fields[] {
  return Array.isArray(list) ? list.map((one) => Object(one)) : [];
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-exclusions.html */
function guardrails(
  deployment: Fields,
  before: readonly Variant[],
  after: readonly Variant[],
): { readonly waitsMs: number; readonly canary?: { readonly part: number; readonly model: string } } {
  const policy = Object(deployment.BlueGreenUpdatePolicy);
  const routing = Object(policy.TrafficRoutingConfiguration);
  if (routing.Type === undefined) return { waitsMs: 0 };
  const [old, other] = [before[0], after[0]];
  if (before.length !== 1 || after.length !== 1 || old?.name !== other?.name) {
    throw new AwsRefusal("ValidationException", "Deployment guardrails take one variant of the same name.");
  }
  const percent = Number((routing.CanarySize ?? routing.LinearStepSize)?.Value);
  const steps = routing.Type === "CANARY" ? 1 : Math.ceil(100 / percent);
  const waitsSec = steps * Number(routing.WaitIntervalInSeconds) + Number(policy.TerminationWaitInSeconds);
  if (!(waitsSec <= Number(policy.MaximumExecutionTimeoutInSeconds))) {
    throw new AwsRefusal("ValidationException", "The waits are longer than MaximumExecutionTimeoutInSeconds.");
  }
  return { waitsMs: waitsSec * 1000, canary: { part: percent / 100, model: other?.model ?? "" } };
}

/** What a service of AWS refuses with: the code and the words. */
export class AwsRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Input or answer of an operation, as the JSON protocol writes it; times are epoch seconds. */
export type Fields = Readonly<Record<string, unknown>>;

/** Application Auto Scaling of the variants of endpoints; `variantsOf` names those of an endpoint that there are. */
export function variantScaling(variantsOf: (endpoint: string) => readonly string[]) {
  const targets = new Map<string, Fields>();
  const policies = new Map<string, Map<string, Fields>>();

  const target = (id: unknown): string => {
    if (targets.has(String(id))) return String(id);
    throw new AwsRefusal("ObjectNotFoundException", `No scalable target registered for ${id}`);
  };

  const operations: Readonly<Record<string, (input: Fields) => Fields>> = {
    DescribeScalableTargets: ({ ResourceIds }) => ({
      ScalableTargets: [...targets].filter(([id]) => [ResourceIds].flat().includes(id)).map(([, found]) => found),
    }),
    RegisterScalableTarget: (input) => {
      const id = String(input.ResourceId);
      const [, endpoint = "", , variant = ""] = id.split("/");
      if (!variantsOf(endpoint).includes(variant)) throw new AwsRefusal("ValidationException", `${id} does not exist`);
      targets.set(id, { ...targets.get(id), ...input, CreationTime: 0 });
      return {};
    },
    DeregisterScalableTarget: ({ ResourceId }) => {
      policies.delete(target(ResourceId));
      targets.delete(String(ResourceId));
      return {};
    },
    DescribeScalingPolicies: ({ ResourceId }) => ({ ScalingPolicies: [...(policies.get(String(ResourceId))?.values() ?? [])] }),
    PutScalingPolicy: (input) => {
      const id = target(input.ResourceId);
      policies.set(id, new Map([...(policies.get(id) ?? []), [String(input.PolicyName), input]]));
      return {};
    },
  };

  return {
    targets,
    policies,
    operations,
    isScaled: (endpoint: string, variant: string) => targets.has(`endpoint/${endpoint}/variant/${variant}`),
  };
}

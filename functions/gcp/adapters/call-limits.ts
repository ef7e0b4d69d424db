/** How long a call over REST may take; without limits one that hangs holds up all that comes after it. */
export interface RestLimits {
  /** A try, with its body; longer than the largest body takes. */
  readonly tryMs: number;
  /** All tries, with the access token; of a download, until bytes come, and from some to the next. */
  readonly callMs: number;
}

export const REST_LIMITS: RestLimits = { tryMs: 20_000, callMs: 45_000 };

/**
 * Options of a gRPC client for a service, such as `google.firestore.v1.Firestore`, whose every try fails with DEADLINE_EXCEEDED
 * after `tryMs`, whatever the library over it allows: Firestore's own waits for minutes, and cannot be told otherwise.
 * https://github.com/grpc/grpc/blob/master/doc/service_config.md
 */
export function grpcLimits(service: string, tryMs: number) {
  const timeout = { seconds: Math.floor(tryMs / 1000), nanos: (tryMs % 1000) * 1_000_000 };
  const methodConfig = [{ name: [{ service }], timeout }];
  return { "grpc.service_config": JSON.stringify({ methodConfig }), "grpc.service_config_disable_resolution": 1 };
}

const FIRESTORE = "google.firestore.v1.Firestore";

/**
 * Settings of Firestore's client, which tries a read five times, so for at most a minute: the library below it must not repeat
 * each of these tries on its own, as it does unless its newer retries are asked for, and told of no code.
 */
export function firestoreLimits(tryMs = 10_000) {
  const once = { retry_codes_name: "once" };
  const reads = { retry_codes: { once: [] }, methods: { BatchGetDocuments: once, RunQuery: once } };
  return { ...grpcLimits(FIRESTORE, tryMs), gaxServerStreamingRetries: true, clientConfig: { interfaces: { [FIRESTORE]: reads } } };
}

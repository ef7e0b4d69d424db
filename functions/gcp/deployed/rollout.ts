import "../../node/zod-locale";
import { randomUUID } from "node:crypto";
import { cloudEvent } from "@google-cloud/functions-framework";
import { firestorePromotionStore } from "../adapters/firestore/versioned-store";
import { monitoringTrafficMetrics } from "../adapters/monitoring/traffic-metrics";
import { vertexEndpointTraffic } from "../adapters/vertex/endpoint-traffic";
import { createRollout } from "../handlers/rollout";
import { sharedPorts } from "./shared-ports";

const { firestore, rest, ports } = sharedPorts();

cloudEvent(
  "rollout",
  createRollout({
    ...ports,
    promotions: firestorePromotionStore(firestore),
    traffic: vertexEndpointTraffic(rest),
    metrics: monitoringTrafficMetrics(rest),
    holder: randomUUID,
  }),
);

import { LOG_RETENTION_MS } from "../../../functions/core/state-layout";
import { firestoreDecisionLog } from "../../../functions/gcp/adapters/firestore/decision-log";
import { firestoreModelSettings } from "../../../functions/gcp/adapters/firestore/model-settings";
import {
  firestoreCoordinatorStore,
  firestoreDriftHistoryStore,
  firestoreHeartbeatStore,
  firestorePromotionStore,
} from "../../../functions/gcp/adapters/firestore/versioned-store";
import type { Check } from "../finding";
import { lookAtRows } from "../rows";
import type { GcpAccount } from "./account";

/** What is kept in the state database. */
export const storedRows: Check<GcpAccount> = {
  asks: "Are the settings of all models deployed, and can this version read what is stored?",
  permissions: ["datastore.entities.get", "datastore.entities.list"],
  isOfDeployment: true,
  async look({ clients, project, database, coordinated, now, deployCommand }, report) {
    const firestore = clients.open({ projectId: project, databaseId: database });
    try {
      const rows = {
        settings: firestoreModelSettings(firestore, { now }),
        states: firestoreCoordinatorStore(firestore),
        histories: firestoreDriftHistoryStore(firestore),
        promotions: firestorePromotionStore(firestore),
        heartbeats: firestoreHeartbeatStore(firestore),
        decisions: (leftOut: (problem: unknown) => void) => firestoreDecisionLog(firestore, LOG_RETENTION_MS, leftOut),
      };
      const models = coordinated.map(([model]) => model);
      const permission = "datastore.entities.get and datastore.entities.list";
      await lookAtRows(rows, { models, permission, deployCommand }, report);
    } finally {
      await firestore.terminate();
    }
  },
};

import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { judgesMay } from "../../core/promotion/promote-models";
import { fileDigest } from "../../node/hashes";
import { firestoreCandidateLog } from "../adapters/firestore/candidate-log";
import { firestoreDecisionLog } from "../adapters/firestore/decision-log";
import { firestoreCoordinatorStore, firestorePromotionStore } from "../adapters/firestore/versioned-store";
import { googleDownload } from "../adapters/google-rest";
import { gcsEvaluationFiles } from "../adapters/storage/evaluation-files";
import { vertexModelRegistry } from "../adapters/vertex/model-registry";
import { createPromoter } from "../handlers/promoter";
import { sharedPorts } from "./shared-ports";

const { firestore, rest, auth, ports } = sharedPorts();

cloudEvent(
  "promoter",
  createPromoter({
    ...ports,
    promotions: firestorePromotionStore(firestore),
    candidates: firestoreCandidateLog(firestore),
    states: firestoreCoordinatorStore(firestore),
    decisions: firestoreDecisionLog(firestore),
    registry: vertexModelRegistry(rest),
    evaluations: gcsEvaluationFiles(rest, googleDownload(auth)),
    sha256: fileDigest,
    mayPerform: judgesMay,
  }),
);

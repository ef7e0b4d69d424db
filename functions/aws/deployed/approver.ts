import "../../node/zod-locale";
import { approversMay } from "../../core/promotion/promote-models";
import { createApprover } from "../handlers/promoter";
import { promotionPorts } from "./promotion-ports";

export const handler = createApprover(promotionPorts(approversMay));

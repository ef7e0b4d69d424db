import "../../node/zod-locale";
import { judgesMay } from "../../core/promotion/promote-models";
import { createPromoter } from "../handlers/promoter";
import { promotionPorts } from "./promotion-ports";

export const handler = createPromoter(promotionPorts(judgesMay));

import "../../node/english";
import { lazyPort } from "../../node/lazy-port";
import { createSweeper } from "../sweeper";
import { deployedPorts } from "./ports";

const monitors = lazyPort(async () => (await import("./monitors.lazy.js")).monitors());

export const handler = createSweeper({ ...deployedPorts(), monitors });

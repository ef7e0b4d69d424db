// Patterns of rules that look right and match no event.
import { unmatchedFields } from "../../eventbridge/unmatched-fields";
import type { DeploymentConfig } from "../config";
import type { Warning } from "../errors";
import { eventRules } from "../sections/rule";

/** Of every custom rule with a pattern of its own; those with `event` are checked by the catalogue. */
export function eventPatternWarnings({ rules }: Pick<DeploymentConfig, "rules">): Warning[] {
  return eventRules({ rules }).flatMap(({ name, pattern }) => {
    const rule = rules[name];
    if (rule?.type !== "custom" || !("pattern" in rule.on)) return [];
    return unmatchedFields(pattern).map(({ path, message }) => ({
      path: ["rules", name, "on", "pattern", ...path],
      message,
    }));
  });
}

import type { RegisteredVersion, RegistryMark } from "./ports";

/** What a registry says of a version before a verdict is written to it. */
export interface Standing {
  readonly approval: RegisteredVersion["approval"];
  /** The verdict that was last written for this candidate; absent where there was none, or another candidate's. */
  readonly ours?: RegistryMark["verdict"] | undefined;
}

/**
 * What is left to do about a verdict, by any registry's rule: `marked` where it stands, `overruled` where the registry has a final
 * verdict that is not ours and is another one, and `write` else. A `waiting` that comes late does not take back a later verdict.
 */
export function markStep(verdict: RegistryMark["verdict"], { approval, ours }: Standing): "write" | "marked" | "overruled" {
  const isOurs = approval === ours;
  if (approval === "pending") return verdict === "waiting" && ours === "waiting" ? "marked" : "write";
  if (approval === verdict) return isOurs ? "marked" : "write";
  if (!isOurs) return "overruled";
  return verdict === "waiting" ? "marked" : "write";
}

import { markStep } from "../core/promotion/mark-step";
import { type ModelRegistry, type RegisteredVersion, type RegistryMark, RegistryMissingError } from "../core/promotion/ports";

/** `ModelRegistry` in memory, with what trainings and people do at a registry. */
export interface MemoryModelRegistry extends ModelRegistry {
  /** Every mark that was written, oldest first. */
  readonly marks: readonly RegistryMark[];
  /** Makes a registry, which has no version yet; no effect where it is there. */
  create(registry: string): void;
  /** Registers the next version, in a registry that it makes where there is none. Nobody has decided about it. */
  register(registry: string, version: NewVersion): RegisteredVersion;
  /** Somebody changes a version by hand, or deletes it. @throws Error when it is not there */
  change(version: string, changes: Partial<Pick<RegisteredVersion, "approval" | "readiness">> | "delete"): void;
}

/** @default `readiness` ready */
type NewVersion = Pick<RegisteredVersion, "registeredAt" | "runId" | "evaluationUri"> &
  Partial<Pick<RegisteredVersion, "readiness">>;

/** What a registry calls a version: its own name as ids have it, and the version's address. `number` counts from 1. */
export type VersionNaming = (registry: string, number: number) => { readonly name: string; readonly version: string };

/** As Vertex AI does. */
export const numberedVersions: VersionNaming = (registry, number) => ({
  name: registry.split("/").at(-1) ?? registry,
  version: `${registry}@${number}`,
});

const MAX_LISTED = 100;

export function memoryModelRegistry(naming: VersionNaming = numberedVersions): MemoryModelRegistry {
  const registries = new Map<string, number>();
  const homes = new Map<string, string>();
  const versions = new Map<string, RegisteredVersion>();
  const lastMarks = new Map<string, RegistryMark>();
  const marks: RegistryMark[] = [];

  function inRegistry(registry: string): RegisteredVersion[] {
    if (!registries.has(registry)) throw new RegistryMissingError(`there is no registry ${registry}; create it`);
    const found = [...versions.values()].filter(({ version }) => homes.get(version) === registry);
    return found.sort((a, b) => a.registeredAt - b.registeredAt || Number(a.number) - Number(b.number));
  }

  function found(version: string): RegisteredVersion {
    const one = versions.get(version);
    if (one === undefined) throw new Error(`there is no version ${version}; register it`);
    return one;
  }

  return {
    marks,
    create(registry) {
      if (!registries.has(registry)) registries.set(registry, 0);
    },
    register(registry, { readiness = "ready", ...rest }) {
      const count = (registries.get(registry) ?? 0) + 1;
      registries.set(registry, count);
      const { name, version } = naming(registry, count);
      const one = { ...rest, version, number: String(count), registry: name, approval: "pending", readiness } as const;
      versions.set(version, one);
      homes.set(version, registry);
      return one;
    },
    change(version, changes) {
      const one = found(version);
      if (changes === "delete") versions.delete(version);
      else versions.set(version, { ...one, ...changes });
    },
    async list(registry, since) {
      return inRegistry(registry)
        .filter(({ registeredAt }) => registeredAt >= since)
        .slice(0, MAX_LISTED);
    },
    async newestApproved(registry) {
      return inRegistry(registry).findLast(({ approval, readiness }) => approval === "approved" && readiness === "ready");
    },
    async describe(version) {
      return versions.get(version);
    },
    async mark(mark) {
      const one = versions.get(mark.version);
      if (one === undefined) return "overruled";
      const last = lastMarks.get(mark.version);
      const ours = last?.candidateId === mark.candidateId ? last.verdict : undefined;
      const step = markStep(mark.verdict, { approval: one.approval, ours });
      if (step !== "write") return step;
      marks.push(mark);
      lastMarks.set(mark.version, mark);
      if (mark.verdict !== "waiting") versions.set(mark.version, { ...one, approval: mark.verdict });
      return "marked";
    },
  };
}

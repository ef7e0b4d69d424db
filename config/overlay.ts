import { isMapping } from "../functions/core/json-path";
import type { Path } from "./paths";

/**
 * What `null` leaves of a key that it removes, so that no default takes its place: it returns what stood there. No plain data, so
 * that no file can hold one.
 */
type Removed = () => unknown;

/** Where the values of merged mappings came from. */
export class Origins {
  readonly #origins = new Map<string, Path>();

  set(path: Path, origin: Path): void {
    this.#origins.set(JSON.stringify(path), origin);
  }

  /** The origin of a path, or of the nearest above it that has one, with the steps below; the path itself where none has. */
  of(path: Path): Path {
    for (let length = path.length; length > 0; length -= 1) {
      const origin = this.#origins.get(JSON.stringify(path.slice(0, length)));
      if (origin !== undefined) return [...origin, ...path.slice(length)];
    }
    return path;
  }
}

/** Two values of one path, and where each was written; one of them at that very path, which is also that of mappings in both. */
interface Layers {
  readonly path: Path;
  readonly lowerPath: Path;
  readonly upperPath: Path;
  readonly origins: Origins;
}

/**
 * A value laid over another: mappings are merged, key by key; anything else replaces what is below it, and `null` removes it. What
 * `null` finds nothing below stays, to be told as any other wrong value, unless something was removed there already. Neither value
 * is changed.
 */
export function overlaid(below: unknown, upper: unknown, layers: Layers): unknown {
  const { path, lowerPath, upperPath, origins } = layers;
  const lower = withMembersRemoved(below);
  if (!isMapping(lower) || !isMapping(upper) || replaces(path, lower, upper)) {
    origins.set(path, upperPath);
    return upper;
  }
  origins.set(path, path);
  const excluded = chosenAgain(path, upper);
  const members = new Map<string, unknown>();
  for (const [key, value] of Object.entries(lower)) {
    if (excluded.includes(key)) continue;
    members.set(key, value);
    origins.set([...path, key], [...lowerPath, key]);
  }
  for (const [key, value] of Object.entries(upper)) {
    const within = { path: [...path, key], lowerPath: [...lowerPath, key], upperPath: [...upperPath, key], origins };
    if (value === null && members.has(key)) origins.set(within.path, within.upperPath);
    const lowerMember = members.get(key);
    members.set(key, value === null && members.has(key) ? removal(lowerMember) : overlaid(lowerMember, value, within));
  }
  return Object.fromEntries(members);
}

function removal(value: unknown): Removed {
  return isRemoved(value) ? value : () => value;
}

function isRemoved(value: unknown): value is Removed {
  return typeof value === "function";
}

/** Of a mapping that was removed: the mapping with each of its keys removed; undefined of another value that was. */
export function withMembersRemoved(value: unknown): unknown {
  if (!isRemoved(value)) return value;
  const former = value();
  if (!isMapping(former)) return undefined;
  return Object.fromEntries(Object.entries(former).map(([key, member]) => [key, removal(member)]));
}

/** A part of a mapping, in which the keys that it lacks of the whole are removed ones. */
export function withRemovals(part: unknown, whole: unknown): unknown {
  if (!isMapping(whole) || !isMapping(part)) return part;
  const members = Object.entries(whole).map(([key, member]) => [
    key,
    Object.hasOwn(part, key) ? withRemovals(part[key], member) : removal(member),
  ]);
  return Object.fromEntries(members);
}

/** Without the keys that were removed; undefined of a value that was itself. */
export function withoutRemoved(value: unknown): unknown {
  if (isRemoved(value)) return undefined;
  if (!isMapping(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => !isRemoved(member));
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutRemoved(member)]));
}

/** A backend or a rule of another type has nothing to do with the one below. */
function replaces(path: Path, lower: Readonly<Record<string, unknown>>, upper: Readonly<Record<string, unknown>>): boolean {
  const isTyped = path.length === 1 ? path[0] === "backend" : path.length === 2 && path[0] === "rules";
  return isTyped && upper.type !== undefined && lower.type !== undefined && upper.type !== lower.type;
}

const TIMES = ["cron", "every", "rate"];

/** The keys of which a schedule has one: the one that is given replaces the others. */
function chosenAgain(path: Path, upper: Readonly<Record<string, unknown>>): readonly string[] {
  const isChosen = path.at(-1) === "schedule" && TIMES.some((key) => typeof upper[key] === "string");
  return isChosen ? TIMES : [];
}

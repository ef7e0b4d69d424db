// What the nodes of a YAML document say, through its aliases and merge keys, and where each value was written.
import { type Document, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from "yaml";
import { nearestWord } from "../../functions/core/nearest-word";
import { plainLine } from "../../functions/core/plain-text";
import { ConfigError } from "../errors";
import type { Path } from "../paths";
import type { WrittenPlace, YamlMistake, YamlValues } from "./written-values";

/** How many values aliases and merge keys may add to those that are written. */
const MAX_ADDED = 100_000;
/** No configuration has a dozen levels. */
const MAX_LEVELS = 100;
/** Said of values that are nested deeper. */
export const TOO_DEEP = `got values nested deeper than ${MAX_LEVELS} levels; expected fewer; nothing here needs a dozen`;
/** Of a key or an anchor that is quoted, in characters. */
const MAX_KEY = 80;

interface Member {
  readonly place: WrittenPlace;
  readonly value: Value;
}

interface Value {
  readonly place: WrittenPlace;
  readonly content: unknown;
  /** How many values it stands for, itself too. */
  readonly size: number;
  readonly levels: number;
  readonly hasUnknown: boolean;
  readonly members: ReadonlyMap<PropertyKey, Member>;
}

/** The key that takes over the members of other mappings: https://yaml.org/type/merge.html */
const MERGE_KEY = "<<";
/** Stands for the members that an alias of nothing would have brought. */
const UNKNOWN_MEMBERS: unique symbol = Symbol("unknown members");
const NO_MEMBERS: ReadonlyMap<PropertyKey, Member> = new Map();

/**
 * The values of a document whose syntax is right.
 * @param placeOf `file:line:column` of an offset
 * @throws ConfigError when its aliases stand for too many values, or are nested too deep
 */
export function yamlValues(file: string, document: Document, placeOf: (offset: number) => string): YamlValues {
  const reading = new Reading(file, placeOf);
  const root = reading.valueOf(document.contents, { path: [], offset: 0 });
  reading.checkSize(root);
  return {
    content: root.content,
    mistakes: reading.mistakes,
    hasUnknown: root.hasUnknown,
    locate: (path, part) => locate(root, path, part),
  };
}

function locate(root: Value, path: Path, part: "key" | "value"): WrittenPlace | undefined {
  let { value, place }: Member = { value: root, place: root.place };
  for (const [index, step] of path.entries()) {
    const member = value.members.get(step);
    if (member === undefined) {
      return value.members.has(UNKNOWN_MEMBERS) ? undefined : { path: [...place.path, ...path.slice(index)], offset: place.offset };
    }
    value = member.value;
    place = part === "key" && index === path.length - 1 ? member.place : value.place;
  }
  return value.hasUnknown && part === "value" ? undefined : place;
}

/** One walk through a document, in its order, as an alias refers to the nearest anchor before it. */
class Reading {
  readonly mistakes: YamlMistake[] = [];
  readonly #anchors = new Map<string, Value | "unfinished">();
  readonly #file: string;
  readonly #placeOf: (offset: number) => string;
  #written = 0;
  #merged = 0;

  constructor(file: string, placeOf: (offset: number) => string) {
    this.#file = file;
    this.#placeOf = placeOf;
  }

  checkSize({ size, levels }: Pick<Value, "size" | "levels">): void {
    if (size + this.#merged - this.#written > MAX_ADDED) {
      throw ConfigError.ofAll(
        this.#file,
        `its aliases stand for more than ${MAX_ADDED} values; expected fewer; write what differs, and remove aliases of aliases`,
      );
    }
    if (levels > MAX_LEVELS) {
      throw ConfigError.ofAll(this.#file, TOO_DEEP);
    }
  }

  valueOf(node: unknown, place: WrittenPlace): Value {
    this.#written += 1;
    if (isAlias(node)) return this.#referredTo(node.source, { ...place, offset: node.range?.[0] ?? place.offset });
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, "unfinished");
    const value = isMap(node) ? this.#mappingOf(node, place) : isSeq(node) ? this.#listOf(node.items, place) : scalar(node, place);
    if (anchor !== undefined) this.#anchors.set(anchor, value);
    return value;
  }

  #referredTo(anchor: string, place: WrittenPlace): Value {
    const value = this.#anchors.get(anchor);
    if (typeof value === "object") return value;
    const name = plainLine(anchor, MAX_KEY);
    if (value === "unfinished") {
      this.#tell(
        place.offset,
        `got the alias *${name} within what it refers to; expected one of an earlier, finished value; remove it`,
      );
    } else {
      const near = nearestWord(anchor, [...this.#anchors.keys()]);
      const hint = near === undefined ? "" : `did you mean *${plainLine(near, MAX_KEY)}? `;
      this.#tell(
        place.offset,
        `got the alias *${name}, and no anchor &${name} before it; ${hint}expected one of an earlier, finished value; write the anchor further up, or correct the name`,
      );
    }
    return { ...scalar(undefined, place), hasUnknown: true };
  }

  #listOf(items: readonly unknown[], { path, offset }: WrittenPlace): Value {
    const members = new Map<PropertyKey, Member>();
    for (const [index, item] of items.entries()) {
      const place = { path: [...path, index], offset: startOf(item) ?? offset };
      members.set(index, { place, value: this.valueOf(item, place) });
    }
    const content = [...members.values()].map(({ value }) => value.content ?? null);
    return collection({ path, offset }, members, content);
  }

  #mappingOf(map: YAMLMap, place: WrittenPlace): Value {
    const own = new Map<PropertyKey, Member>();
    const merged: { member: Member; offset: number }[] = [];
    const seen = new Map<string, number>();
    for (const { key, value } of map.items as Pair[]) {
      const offset = startOf(key) ?? place.offset;
      if (!isScalar(key)) {
        this.#tell(offset, "expected a key of plain text");
        continue;
      }
      const name = String(key.value);
      const at = { path: [...place.path, name], offset };
      const member = { place: at, value: this.valueOf(value, at) };
      const isMergeKey = name === MERGE_KEY && (key.type === undefined || key.type === "PLAIN");
      const first = seen.get(name);
      if (first !== undefined) this.#tellTwice(name, { first, second: offset, isMergeKey });
      seen.set(name, first ?? offset);
      // As a key of an object it would replace the prototype instead of adding a member.
      if (name === "__proto__") this.#tell(offset, "the key __proto__ is not allowed");
      else if (isMergeKey) merged.push({ member, offset });
      else own.set(name, joined(own.get(name), member));
    }
    return collection(place, this.#withMerged(own, merged), undefined);
  }

  /** Members of its own go before those of other mappings, and of these the earlier before the later. */
  #withMerged(own: Map<PropertyKey, Member>, merged: readonly { member: Member; offset: number }[]) {
    for (const { member, offset } of merged) {
      const isList = Array.isArray(member.value.content);
      for (const { content, members, size, hasUnknown } of isList
        ? [...member.value.members.values()].map(({ value }) => value)
        : [member.value]) {
        if (hasUnknown && content === undefined) {
          own.set(UNKNOWN_MEMBERS, { place: member.place, value: { ...scalar(undefined, member.place), hasUnknown } });
        } else if (!isObject(content)) {
          this.#tell(
            offset,
            "got << with what is no mapping; expected an alias of a mapping, such as <<: *common, or a list of them",
          );
        }
        this.#merged += members.size;
        this.checkSize({ size, levels: 0 });
        for (const [name, other] of members) if (!own.has(name)) own.set(name, other);
      }
    }
    return own;
  }

  #tellTwice(name: string, { first, second, isMergeKey }: { first: number; second: number; isMergeKey: boolean }): void {
    const remedy = isMergeKey ? "write <<: [*one, *other]" : "rename or remove one of the two";
    const key = plainLine(name, MAX_KEY);
    this.#tell(
      second,
      `got the key ${key} a second time, after ${this.#placeOf(first)}; expected every key of a mapping once; ${remedy}`,
    );
  }

  #tell(offset: number, message: string): void {
    this.mistakes.push({ offset, message });
  }
}

/** Of a key that is written twice: what both say, so that the mistakes of both are told. */
function joined(first: Member | undefined, second: Member): Member {
  if (first === undefined || !isObject(first.value.content) || !isObject(second.value.content)) return second;
  const members = new Map(first.value.members);
  for (const [name, member] of second.value.members) members.set(name, joined(members.get(name), member));
  return { place: first.place, value: collection(first.value.place, members, undefined) };
}

function scalar(node: unknown, place: WrittenPlace): Value {
  const content = isScalar(node) ? plainContent(node) : node;
  return { place, content, size: 1, levels: 1, hasUnknown: false, members: NO_MEMBERS };
}

/** Of a date or binary data, which YAML 1.1 knows, the text that was written. */
function plainContent({ value, source }: Scalar): unknown {
  return typeof value === "object" && value !== null ? (source ?? String(value)) : value;
}

/** @param list the content of a list; that of a mapping is made of its members */
function collection(place: WrittenPlace, members: ReadonlyMap<PropertyKey, Member>, list: unknown[] | undefined): Value {
  const values = [...members.values()].map(({ value }) => value);
  const content =
    list ??
    Object.fromEntries(
      [...members].flatMap(([name, { value }]) =>
        typeof name !== "string" || value.content === undefined ? [] : [[name, value.content]],
      ),
    );
  return {
    place,
    content,
    size: values.reduce((sum, { size }) => sum + size, 1),
    levels: values.reduce((most, { levels }) => Math.max(most, levels), 0) + 1,
    hasUnknown: values.some(({ hasUnknown }) => hasUnknown),
    members,
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

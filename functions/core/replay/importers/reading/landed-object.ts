import { plainLine, quotedText } from "../../../plain-text";
import type { Findings, Mistake } from "./findings";
import type { MomentReader } from "./moment";

/** An object of a listing, its fields as they stand there. */
export interface ListedObject {
  readonly key: unknown;
  readonly time: unknown;
  /** Bytes, as a number or in digits; undefined where the listing has none. */
  readonly size: unknown;
  /** Tells the versions of a key apart; undefined where there is one of each. */
  readonly version?: string | undefined;
}

/** Both clouds allow 1,024 bytes. */
const MAX_KEY_CHARS = 1024;

/** Takes the objects of listings as landings of a model's data. */
export class LandedObjects {
  private folders = 0;

  constructor(
    private readonly findings: Findings,
    private readonly model: string,
    private readonly readTime: MomentReader,
  ) {}

  /** Takes an object, or tells why not; keys that end in `/` and hold nothing are folders, which consoles make. */
  take({ key, time, size, version }: ListedObject, place: () => string): void {
    const [readKey, at, bytes] = [keyOf(key), this.readTime(time), bytesOf(size)];
    if (typeof readKey !== "string") this.findings.refuse(place(), readKey);
    else if (typeof at !== "number") this.findings.refuse(place(), at);
    else if (typeof bytes === "object") this.findings.refuse(place(), bytes);
    else if (readKey.endsWith("/") && !bytes) this.folders++;
    else {
      const line = { type: "landed", model: this.model, at, key: readKey, ...(bytes !== undefined && { bytes }) } as const;
      this.findings.add(`${readKey.length} ${readKey} ${version ?? at}`, line);
    }
  }

  /** Tells what such a listing leaves out. @param hasVersions whether it lists all versions of a key */
  tellLimits(hasVersions: boolean): void {
    const { findings, folders } = this;
    if (folders > 0) findings.tell(`keys that end in / and hold nothing are folders: ${folders} left out`);
    if (findings.isEmpty()) return;
    findings.lack(
      hasVersions
        ? "Versions that were deleted, by hand or by a lifecycle rule, are not in the listing, so these landings are missing."
        : "A key that was written over has only its last time, unless all versions are listed, and a deleted key has none: these landings are missing.",
    );
    findings.lack(`Every object of the listing counts as data of ${this.model}: list only its prefixes.`);
  }
}

function keyOf(key: unknown): string | Mistake {
  if (typeof key === "string" && key !== "" && key.length <= MAX_KEY_CHARS) return key;
  const got = typeof key === "string" ? `the key ${quotedText(key)} of ${key.length} characters` : `no key`;
  return { got, expected: `a key of 1 to ${MAX_KEY_CHARS} characters` };
}

function bytesOf(size: unknown): number | undefined | Mistake {
  if (size === undefined || size === null || size === "") return undefined;
  const bytes = typeof size === "string" && /^-?\d{1,16}$/.test(size) ? Number(size) : size;
  if (typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  const got = typeof size === "number" || typeof size === "string" ? plainLine(String(size), 40) : typeof size;
  return { got: `the size ${got}`, expected: "a size in whole bytes, 0 or more" };
}

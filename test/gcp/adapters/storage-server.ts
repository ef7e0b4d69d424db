import type { Answer, LoopbackServer, Received } from "../../aws/adapters/loopback-server";
import { googleError, jsonAnswer, queryOf, startGoogleServer } from "./google-server";

/** A server of Cloud Storage's JSON protocol, as far as the functions speak it, with its objects by `bucket/name`. */
export interface StorageServer extends LoopbackServer {
  readonly objects: Map<string, Buffer>;
}

export interface StorageServerOptions {
  /** Answers instead of the objects, where it is not undefined; `before` counts the requests. */
  readonly refuse?: (request: Received, before: number) => Answer | undefined;
  /** Names on a page of a list. @default 1000 */
  readonly pageSize?: number;
}

const PATH = /^\/(?:upload\/)?storage\/v1\/b\/([^/]+)\/o(?:\/([^/?]+))?/;

export async function startStorageServer({ refuse, pageSize = 1_000 }: StorageServerOptions = {}): Promise<StorageServer> {
  const objects = new Map<string, Buffer>();
  const server = await startGoogleServer(
    (request, before) => refuse?.(request, before) ?? storageAnswer(objects, request, pageSize),
  );
  return { ...server, objects };
}

/** What Cloud Storage answers; `objects` are its own, by `bucket/name`. */
export function storageAnswer(objects: Map<string, Buffer>, request: Received, pageSize = 1_000): Answer {
  const query = queryOf(request);
  const [bucket = "", name] = (PATH.exec(request.path)?.slice(1) ?? []).map((part) => part && decodeURIComponent(part));
  if (request.method === "POST") {
    const path = `${bucket}/${query.name}`;
    if (objects.has(path) && query.ifGenerationMatch === "0") return googleError(412, "conditionNotMet", "it is there");
    objects.set(path, request.body);
    return jsonAnswer({ generation: "1" });
  }
  if (name === undefined) return listed(objects, bucket, query, pageSize);
  const found = objects.get(`${bucket}/${name}`);
  if (found === undefined) return { status: 404, body: `No such object: ${bucket}/${name}`, type: "text/html" };
  if (query.alt === "media") return { status: 200, body: found, type: "application/octet-stream" };
  const { generation = "1" } = query;
  return jsonAnswer({ generation, size: String(found.length), timeCreated: "2026-11-21T12:00:00Z" });
}

/** https://cloud.google.com/storage/docs/json_api/v1/objects/list */
function listed(
  objects: ReadonlyMap<string, Buffer>,
  bucket: string,
  { prefix = "", delimiter, pageToken = "0" }: Readonly<Partial<Record<string, string>>>,
  pageSize: number,
): Answer {
  const names = [...objects.keys()]
    .filter((path) => path.startsWith(`${bucket}/${prefix}`))
    .map((path) => path.slice(bucket.length + 1));
  const folderOf = (name: string) => {
    const end = delimiter === undefined ? -1 : name.indexOf(delimiter, prefix.length);
    return end === -1 ? undefined : name.slice(0, end + 1);
  };
  const entries = [...new Set(names.map((name) => folderOf(name) ?? name))].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const start = Number(pageToken);
  const page = entries.slice(start, start + pageSize);
  const prefixes = page.filter((entry) => folderOf(entry) !== undefined);
  const items = page
    .filter((entry) => folderOf(entry) === undefined)
    .map((name) => ({ name, size: String(objects.get(`${bucket}/${name}`)?.length) }));
  return jsonAnswer({
    ...(items.length > 0 && { items }),
    ...(prefixes.length > 0 && { prefixes }),
    ...(start + pageSize < entries.length && { nextPageToken: String(start + pageSize) }),
  });
}

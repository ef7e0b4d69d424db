import { type Answer, type LoopbackServer, type Received, startLoopbackServer } from "./loopback-server";

/** A server of S3's REST protocol, as far as the functions speak it, with its objects by `/bucket/key`. */
export interface S3Server extends LoopbackServer {
  readonly objects: Map<string, Buffer>;
}

export interface S3ServerOptions {
  /** Answers instead of the objects, where it is not undefined; `before` counts the requests. */
  readonly refuse?: (request: Received, before: number) => Answer | undefined;
  /** Names on a page of a list. @default 1000 */
  readonly pageSize?: number;
}

export async function startS3Server({ refuse, pageSize = 1_000 }: S3ServerOptions = {}): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const server = await startLoopbackServer((request, before) => refuse?.(request, before) ?? s3Answer(objects, request, pageSize));
  return { ...server, objects };
}

/** What S3 answers; `objects` are its own, by `/bucket/key`. */
export function s3Answer(objects: Map<string, Buffer>, request: Received, pageSize = 1_000): Answer {
  const { pathname, searchParams } = new URL(`http://server${request.path}`);
  const path = decodeURIComponent(pathname);
  if (searchParams.get("list-type") === "2") return listed(objects, path, searchParams, pageSize);
  const found = objects.get(path);
  if (request.method !== "PUT") return found === undefined ? s3Error(404, "NoSuchKey") : content(found);
  if (found !== undefined && request.headers["if-none-match"] === "*") return s3Error(412, "PreconditionFailed");
  objects.set(path, request.body);
  return { status: 200, body: "", type: "application/xml" };
}

/** A refusal as S3 writes it. */
export function s3Error(status: number, code: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>refused</Message></Error>`;
  return { status, body, type: "application/xml" };
}

function content(body: Buffer): Answer {
  return { status: 200, body, type: "application/octet-stream", headers: { "last-modified": new Date(0).toUTCString() } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
function listed(objects: ReadonlyMap<string, Buffer>, bucketPath: string, query: URLSearchParams, pageSize: number): Answer {
  const bucket = bucketPath.replace(/\/$/, "");
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter");
  const keys = [...objects.keys()]
    .filter((path) => path.startsWith(`${bucket}/${prefix}`))
    .map((path) => path.slice(bucket.length + 1));
  const folderOf = (key: string) => {
    const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    return end === -1 ? undefined : key.slice(0, end + 1);
  };
  const entries = [...new Set(keys.map((key) => folderOf(key) ?? key))].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const start = Number(query.get("continuation-token") ?? 0);
  const page = entries.slice(start, start + pageSize);
  const isTruncated = start + pageSize < entries.length;
  const items = page.map((entry) => {
    const object = objects.get(`${bucket}/${entry}`);
    const isFolder = delimiter !== null && entry !== prefix && entry.endsWith(delimiter);
    return isFolder || object === undefined
      ? `<CommonPrefixes><Prefix>${escaped(entry)}</Prefix></CommonPrefixes>`
      : `<Contents><Key>${escaped(entry)}</Key><Size>${object.length}</Size></Contents>`;
  });
  const next = isTruncated ? `<NextContinuationToken>${start + pageSize}</NextContinuationToken>` : "";
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${items.join("")}${next}</ListBucketResult>`;
  return { status: 200, body, type: "application/xml" };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PoisonMessageError } from "../../functions/core/errors";
import type { EvaluationFiles } from "../../functions/core/promotion/ports";

interface EvaluationFilesWorld {
  readonly files: EvaluationFiles;
  readonly put: (uri: string, bytes: Buffer) => void;
}

export interface EvaluationFilesContract {
  readonly name: string;
  /** What the addresses of its files begin with, such as `s3://`. */
  readonly scheme: string;
  /** Without any file. */
  readonly create: () => EvaluationFilesWorld | Promise<EvaluationFilesWorld>;
}

/** The contract of the `EvaluationFiles` port. Every adapter's test is one call. */
export function describeEvaluationFiles({ name, scheme, create }: EvaluationFilesContract): void {
  const uri = `${scheme}models/run 1/golden#predictions.jsonl`;

  describe(`EvaluationFiles: ${name}`, () => {
    it("should have neither bytes nor lines of a file that there is not", async () => {
      const { files } = await create();

      expect([await files.read(uri, 100), await files.lines(uri)]).toEqual([undefined, undefined]);
    });

    it.each([
      ["of text", Buffer.from('{"auc":0.9}')],
      ["that are no text", Buffer.from([0xff, 0xfe, 0, 0x80])],
      ["of an empty file", Buffer.alloc(0)],
    ])("should read the bytes %s as they are", async (_, bytes) => {
      const { files, put } = await create();
      put(uri, bytes);

      const read = await files.read(uri, Math.max(1, bytes.length));

      expect(Buffer.from(read ?? "nothing")).toEqual(bytes);
    });

    it("should refuse a file that is larger than it may be", async () => {
      const { files, put } = await create();
      put(uri, Buffer.alloc(101));

      const refusal = await files.read(uri, 100).catch((error: unknown) => error);

      expect(refusal).toBeInstanceOf(PoisonMessageError);
      expect(String(refusal)).toMatch(/got .*golden#predictions\.jsonl of (?:101|more than 100) bytes/);
    });

    it.each([
      ["plain", (text: string) => Buffer.from(text)],
      ["gzip", (text: string) => gzipSync(text)],
    ])("should read the lines of a %s file, and the digest of its bytes as they are stored", async (_, packed) => {
      const { files, put } = await create();
      const lines = Array.from({ length: 20_000 }, (_, index) => `{"id":"row ${index} ü"}`);
      const bytes = packed(`${lines.join("\r\n")}\n\n`);
      put(uri, bytes);

      const found = await files.lines(uri);
      const read: string[] = [];
      for await (const part of found?.lines ?? []) read.push(...part);

      expect(read).toEqual(lines);
      expect(found?.sha256()).toBe(createHash("sha256").update(bytes).digest("hex"));
    });

    it("should read no lines of an empty file, and its digest", async () => {
      const { files, put } = await create();
      put(uri, Buffer.alloc(0));

      const found = await files.lines(uri);
      for await (const part of found?.lines ?? []) expect(part).toEqual([]);

      expect(found?.sha256()).toBe(createHash("sha256").digest("hex"));
    });

    it("should refuse broken gzip", async () => {
      const { files, put } = await create();
      put(uri, gzipSync("a\n".repeat(1_000)).subarray(0, 20));

      const found = await files.lines(uri);
      const reading = async () => {
        for await (const part of found?.lines ?? []) expect(part.length).toBeGreaterThan(0);
      };

      await expect(reading()).rejects.toThrow(PoisonMessageError);
    });
  });
}

import { gzipSync } from "node:zlib";
import type { CaptureStore } from "../../functions/core/capture/ports";
import { PoisonMessageError } from "../../functions/core/errors";

export interface CaptureStoreContract {
  readonly name: string;
  /** What the addresses of its objects begin with, such as `s3://`. */
  readonly scheme: string;
  /** A store with these objects, by their addresses without the scheme. */
  readonly create: (objects: Readonly<Record<string, Uint8Array>>) => CaptureStore | Promise<CaptureStore>;
}

/** The contract of the `CaptureStore` port. Every adapter's test is one call. */
export function describeCaptureStore({ name, scheme, create }: CaptureStoreContract): void {
  const hour = `${scheme}lake/capture/flights/AllTraffic/2026/11/20/10/`;

  describe(`CaptureStore: ${name}`, () => {
    it("should list what begins with a prefix, in the order of the keys, however many pages it takes", async () => {
      const names = ["z", "a", "B", "a b", "a&b", "ä", "a/b"];
      const store = await create({
        ...Object.fromEntries(names.map((one) => [`lake/capture/${one}.jsonl`, Buffer.from(one)])),
        "lake/captured": Buffer.from("x"),
        "other/capture/a.jsonl": Buffer.from("x"),
      });

      const listed = await Array.fromAsync(store.list(`${scheme}lake/capture/`));

      const keys = names.map((one) => `${one}.jsonl`).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(listed.map(({ uri }) => uri)).toEqual(keys.map((key) => `${scheme}lake/capture/${key}`));
      expect(listed.map(({ bytes }) => bytes)).toEqual(keys.map((key) => Buffer.byteLength(key) - ".jsonl".length));
    });

    it("should list nothing where there is nothing", async () => {
      const store = await create({ "lake/other": Buffer.from("x") });

      expect(await Array.fromAsync(store.list(hour))).toEqual([]);
      expect(await store.folders(hour)).toEqual([]);
    });

    it("should name the folders right below one, each once, and no objects", async () => {
      const keys = ["a/2026/one", "a/2026/two", "a/2025/one", "b b/2026/one", "c/x", "d/x", "object"];
      const store = await create(Object.fromEntries(keys.map((key) => [`lake/capture/${key}`, Buffer.from("x")])));

      expect(await store.folders(`${scheme}lake/capture/`)).toEqual(["a/", "b b/", "c/", "d/"]);
      expect(await store.folders(`${scheme}lake/`)).toEqual(["capture/"]);
    });

    it.each([
      ["plain", Buffer.from('{"a":1}\r\n\n{"a":"é"}')],
      ["packed", gzipSync('{"a":1}\n{"a":"é"}\n')],
    ])("should read the lines of an object that is %s", async (_case, bytes) => {
      const store = await create({ "lake/capture/a b.jsonl": bytes });

      const lines = await Array.fromAsync(store.lines(`${scheme}lake/capture/a b.jsonl`));

      expect(lines.flat()).toEqual(['{"a":1}', '{"a":"é"}']);
    });

    it("should find no lines in an empty object, and read one as often as it is asked to", async () => {
      const store = await create({ "lake/empty": Buffer.from(""), "lake/full": Buffer.from("a\nb\n") });

      expect(await Array.fromAsync(store.lines(`${scheme}lake/empty`))).toEqual([]);
      const twice = [store.lines(`${scheme}lake/full`), store.lines(`${scheme}lake/full`)];
      expect((await Promise.all(twice.map((lines) => Array.fromAsync(lines)))).map((lines) => lines.flat())).toEqual([
        ["a", "b"],
        ["a", "b"],
      ]);
    });

    it("should read a large object whole", async () => {
      const lines = Array.from({ length: 20_000 }, (_, index) => `{"row":${index},"text":"${"é".repeat(index % 50)}"}`);
      const store = await create({ "lake/large": gzipSync(lines.join("\n")), "lake/plain": Buffer.from(lines.join("\n")) });

      for (const one of ["large", "plain"]) {
        expect((await Array.fromAsync(store.lines(`${scheme}lake/${one}`))).flat()).toEqual(lines);
      }
    });

    it("should reject when an object is gone, but not call it poison: another may be in its place", async () => {
      const store = await create({});

      const lines = Array.fromAsync(store.lines(`${hour}gone.jsonl`));

      await expect(lines).rejects.toThrow("gone.jsonl");
      await expect(lines).rejects.not.toBeInstanceOf(PoisonMessageError);
    });
  });
}
